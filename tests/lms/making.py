"""Moodle's files as Moodle writes them, and gradebooks to put into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.grade import Grade, Gradebook, Mark, QuestionHead, SheetHead, Status, Verdict
from grader.submission import Identity

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Language:
    """The titles and the numbers of a worksheet in one language."""

    titles: str
    group: str
    participant: str
    decimal: str
    handed_in: str = "Monday, 5 October 2026, 10:00 AM"
    """Ten o'clock on the fifth of October 2026, as this language writes it."""


LANGUAGES = {
    "English": Language(
        'Identifier,"Full name","Email address",Status,Grade,"Maximum grade",'
        '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
        '"Feedback comments"',
        "Group",
        "Participant ",
        ".",
    ),
    "German": Language(
        'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,'
        '"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)",'
        '"Zuletzt geändert (Bewertung)","Feedback als Kommentar"',
        "Gruppe",
        "Teilnehmer/in",
        ",",
        "Montag, 5. Oktober 2026, 10:00",
    ),
    "German of today": Language(
        'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,'
        '"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)",'
        '"Zuletzt geändert (Bewertung)","Feedback als Kommentar"',
        "Gruppe",
        "Teilnehmer*in",
        ",",
        "Montag, 5. Oktober 2026, 10:00",
    ),
    "French": Language(
        'Identifiant,"Nom complet","Adresse de courriel",Statut,Note,"Note maximale",'
        '"La note peut être modifiée","Dernière modification (travail remis)",'
        '"Dernière modification (note)","Feedback par commentaires"',
        "Groupe",
        "Participant",
        ",",
        "lundi 5 octobre 2026, 10:00",
    ),
    "Spanish": Language(
        'Identificador,"Nombre completo","Dirección de correo",Estado,Calificación,'
        '"Calificación máxima","La calificación puede ser cambiada",'
        '"Última modificación (entrega)","Última modificación (calificación)",'
        '"Comentarios de retroalimentación"',
        "Grupo",
        "Participante ",
        ",",
        "lunes, 5 de octubre de 2026, 10:00",
    ),
}


def cell(text: str) -> str:
    """Return a cell as PHP's ``fputcsv`` writes it."""
    if any(character in text for character in ' ,"\n\t\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def worksheet(
    *numbers: int,
    language: str = "English",
    maximum: float = 10,
    grades: Sequence[str] = (),
    comments: Sequence[str] = (),
    groups: Sequence[str] = (),
    names: Sequence[str] = (),
    times: Sequence[str] = (),
) -> bytes:
    """Return a worksheet with a row for each participant's number."""
    words = LANGUAGES[language]
    titles = words.titles
    if groups:
        status = {"Status", "Estado", "Statut"} & set(titles.split(","))
        titles = titles.replace(f",{status.copy().pop()},", f",{status.pop()},{words.group},")
    lines = [titles]
    for place, number in enumerate(numbers):
        row = [
            f"{words.participant}{number}",
            names[place] if names else f"Ada Lovelace {number}",
            f"ada{number}@example.org",
            "Submitted for grading - ",
            *([groups[place]] if groups else []),
            grades[place] if grades else "",
            f"{maximum:.2f}".replace(".", words.decimal),
            "Yes",
            times[place] if times else words.handed_in,
            "-",
            comments[place] if comments else "",
        ]
        lines.append(",".join(map(cell, row)))
    return BOM + ("\n".join(lines) + "\n").encode()


def grade(
    number: str | None,
    points: float = 7.5,
    *,
    of: float = 10,
    status: Status = Status.GRADED,
    feedback: str = "Well done.",
    **identity: object,
) -> Grade:
    """Return the grade of a hand-in of Moodle; of None, one of no platform."""
    mark = Mark(
        question="task.answer",
        verdict=Verdict.PARTIAL,
        points=points,
        max_points=of,
        feedback=feedback,
    )
    whose = None
    if number is not None:
        whose = Identity(lms="moodle", number=number, **identity)  # type: ignore[arg-type]
    return Grade(
        submission=f"participant-{number}" if number else "late",
        source="x.zip/…",
        sha256="",
        status=status,
        points=points,
        max_points=of,
        run=None,
        questions=(mark,),
        identity=whose,
    )


def book(*grades: Grade, of: float = 10) -> Gradebook:
    """Return a gradebook of one question."""
    head = QuestionHead(
        question="task.answer",
        title="The answer.",
        statement="Give it.",
        task="Task",
        part="1a",
        kind="value",
        max_points=of,
        public=True,
    )
    sheet = SheetHead(name="s", title="Sheet", version="1", max_points=of, questions=(head,))
    return Gradebook(sheet=sheet, environment={}, submissions=grades)
