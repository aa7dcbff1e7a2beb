"""Moodle's words in the languages in which its worksheets are read.

Moodle writes the titles of columns in the language of whoever downloads, and compares them
letter by letter with those of whoever uploads. Where the words of a language changed between
versions, all of them are listed. The titles that an export needs were seen in language packs or
worksheets in public repositories. Not seen anywhere, and listed because they do no harm: the
German words for a participant but ``Teilnehmer/in`` and ``Teilnehmer*in``, ``Grupo``, ``Escala``,
``Barème``, and ``Feedback par commentaire``.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.language import message


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What Moodle calls the columns of its worksheet in one language."""

    language: str
    """Its name in English."""
    identifier: tuple[str, ...]
    participant: tuple[str, ...]
    """What stands before the number in the identifier, spaces aside."""
    grade: tuple[str, ...]
    maximum: tuple[str, ...]
    scale: tuple[str, ...]
    graded_on: tuple[str, ...]
    """Title of the date of the last grade, which the importer demands."""
    handed_in: tuple[str, ...]
    """Title of the date of the last change to what was handed in."""
    full_name: tuple[str, ...]
    group: tuple[str, ...]
    """Title of a column that only the worksheet of a team assignment has."""
    comments: tuple[str, ...]
    changeable: str
    """Title of the column that says whether a grade can be changed at all."""
    no: str


ENGLISH = Words(
    language=message("English"),
    identifier=("Identifier",),
    participant=("Participant",),
    grade=("Grade",),
    maximum=("Maximum grade", "Maximum Grade"),
    scale=("Scale",),
    graded_on=("Last modified (grade)",),
    handed_in=("Last modified (submission)",),
    full_name=("Full name",),
    group=("Group",),
    comments=("Feedback comments",),
    changeable="Grade can be changed",
    no="No",
)
GERMAN = Words(
    language=message("German"),
    identifier=("ID",),
    participant=(
        "Teilnehmer/in",
        "Teilnehmer*in",
        "Teilnehmer:in",
        "Teilnehmer_in",
        "TeilnehmerIn",
        "Teilnehmende",
        "Teilnehmer",
    ),
    grade=("Bewertung",),
    maximum=("Bestwertung",),
    scale=("Skala",),
    graded_on=("Zuletzt geändert (Bewertung)",),
    handed_in=("Zuletzt geändert (Abgabe)",),
    full_name=("Vollständiger Name",),
    group=("Gruppe",),
    comments=("Feedback als Kommentar",),
    changeable="Bewertung kann geändert werden",
    no="Nein",
)
FRENCH = Words(
    language=message("French"),
    identifier=("Identifiant",),
    participant=("Participant",),
    grade=("Note",),
    maximum=("Note maximale",),
    scale=("Barème",),
    graded_on=("Dernière modification (note)",),
    handed_in=("Dernière modification (travail remis)",),
    full_name=("Nom complet",),
    group=("Groupe",),
    comments=("Feedback par commentaires", "Feedback par commentaire"),
    changeable="La note peut être modifiée",
    no="Non",
)
SPANISH = Words(
    language=message("Spanish"),
    identifier=("Identificador",),
    participant=("Participante",),
    grade=("Calificación",),
    maximum=("Calificación máxima",),
    scale=("Escala",),
    graded_on=("Última modificación (calificación)",),
    handed_in=("Última modificación (entrega)",),
    full_name=("Nombre completo",),
    group=("Grupo",),
    comments=("Comentarios de retroalimentación",),
    changeable="La calificación puede ser cambiada",
    no="No",
)

LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH)
