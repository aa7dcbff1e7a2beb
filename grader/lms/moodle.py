"""Moodle's grading worksheet: whose its rows are, and what its grades look like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from grader.errors import UsageError
from grader.language import message, say
from grader.lms import dates, numbers, tables
from grader.lms.entries import cleaned
from grader.lms.headers import LANGUAGES, Words
from grader.lms.numbers import Notation
from grader.lms.tables import Table
from grader.submission import Arrival, Identity

_AGAIN = message("download the grading worksheet again and do not open it in a spreadsheet")
_IDENTIFIER = re.compile(r"(?P<prefix>[^\d]+?)\s?(?P<number>[0-9]{1,18})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Where the worksheet's columns are, from 0; None where it has none or none is known."""

    words: Words | None
    """The language of the titles; None where the columns were told by their cells alone."""
    identifier: int
    grade: int
    maximum: int
    full_name: int | None = None
    group: int | None = None
    comments: int | None = None
    changeable: int | None = None
    handed_in: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """One row of the worksheet."""

    row: int
    """Position in the table, from 0."""
    line: int
    number: str
    prefix: str
    """What stands before the number, such as ``Participant``."""
    grade: str
    maximum: Decimal
    full_name: str
    group: str
    comment: str
    locked: bool
    """The worksheet says that the grade cannot be changed."""
    handed_in: datetime | None
    """When the hand-in was last changed, by a clock of no stated zone; None where it is unsure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worksheet:
    """A grading worksheet as Moodle gave it."""

    table: Table
    columns: Columns
    participants: tuple[Participant, ...]
    notation: Notation
    beyond_names: frozenset[str]
    """What the cells after the learners' names say: an entry's name among them is a team's."""

    @property
    def is_of_teams(self) -> bool:
        """Whether the assignment is one of teams."""
        return self.columns.group is not None


def worksheet(data: bytes, *, name: str) -> Worksheet:
    """Read a grading worksheet in any language.

    Raises ``UsageError`` where it is none, where Moodle itself would refuse it, or where it is
    graded by a scale.
    """
    return worksheet_of(tables.parse(data, name=name))


def worksheet_of(table: Table) -> Worksheet:
    """Return the grading worksheet that a table is; raises ``UsageError`` as ``worksheet``."""
    name, columns = table.name, _columns(table)
    if columns is None:
        raise UsageError(
            say(
                "{name}: is no grading worksheet of Moodle; {remedy}", name=name, remedy=say(_AGAIN)
            )
        )
    for row in table.drifting()[:1]:
        raise UsageError(
            say(
                "{name}, line {line}: has {count} cells and the header {total}, so Moodle "
                "refuses the whole file; {remedy}",
                name=name,
                line=row.line,
                count=len(row.raws),
                total=len(table.header),
                remedy=say(_AGAIN),
            )
        )
    participants = tuple(_participants(table, columns))
    return Worksheet(
        table=table,
        columns=columns,
        participants=participants,
        notation=_notation(table, columns),
        beyond_names=frozenset(_folded(cell) for row in table.rows[1:] for cell in row.cells[2:]),
    )


def is_worksheet(table: Table) -> bool:
    """Whether a table is a grading worksheet, be it one that is refused."""
    try:
        return _columns(table) is not None
    except UsageError:
        return True


def resolve(identity: Identity, label: str, sheet: Worksheet) -> Identity:
    """Return the identity with what only a worksheet knows: learner or team, and its members.

    ``label`` is the name in the entry. A team is known by its name, for the worksheet has no
    number of it; where two teams' names are alike in a file's name, it has no members. Where no
    title tells of teams, what the rows hold has to bear the entry out; else it is a team without
    members, or of no kind, and nobody gets its grade.
    """
    if not sheet.is_of_teams:
        return replace(identity, kind=_kind(identity, label, sheet))
    wanted = _folded(label)
    alike = [one for one in sheet.participants if _folded(one.group) == wanted]
    if len({one.group for one in alike}) != 1:
        alike = []
    return replace(identity, kind="team", members=tuple(one.number for one in alike))


def arrival(identity: Identity, sheet: Worksheet) -> Arrival | None:
    """Return when a hand-in came, for an identity that ``resolve`` returned; None: not known.

    It is known where its number has one row, or a team's members one each, and all say the same.
    """
    numbers = {"learner": (identity.number,), "team": identity.members}.get(identity.kind or "", ())
    times = [one.handed_in for one in sheet.participants if one.number in numbers]
    if len(times) != len(numbers) or len(set(times)) != 1 or times[0] is None:
        return None
    return Arrival(at=times[0])


def _kind(identity: Identity, label: str, sheet: Worksheet) -> Literal["learner", "team"] | None:
    """Return whose number an entry carries, where no title of a column tells of teams.

    A team's number may be some participant's, so a number alone proves nothing. The name never
    chooses a row; it can only forbid the one that the number chose.
    """
    wanted = _folded(label)
    if wanted in sheet.beyond_names:
        return "team"
    if sheet.columns.words is not None:
        return "learner"
    rows = [one for one in sheet.participants if one.number == identity.number]
    named = (_folded(name) for one in rows for name in (one.prefix, *_second(one, sheet)))
    return "learner" if wanted and wanted in named else None


def _second(one: Participant, sheet: Worksheet) -> tuple[str, ...]:
    """Return the cell after the identifier, where Moodle writes the name, if it writes any."""
    return sheet.table.rows[one.row].cells[1:2]


def folder(participant: Participant, *, anonymous: bool) -> str:
    """Return the participant's folder in Moodle's download, by which feedback finds back."""
    name = "" if anonymous else participant.full_name
    label = cleaned(name or participant.prefix).strip() or "participant"
    return f"{label}_{participant.number}_assignsubmission_file"


def written_as(sheet: Worksheet) -> str:
    """Return what Moodle must be told of the file's form on upload."""
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab"}[sheet.table.delimiter]
    encoding = {"cp1252": "Windows-1252"}.get(sheet.table.encoding, sheet.table.encoding.upper())
    return say("separator {delimiter}, encoding {encoding}", delimiter=delimiter, encoding=encoding)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cleaned(name)).split())


def _columns(table: Table) -> Columns | None:
    for words in LANGUAGES:
        found = _titled(table, words)
        if found:
            return found
    _refuse_scale(table)
    return _told_by_cells(table)


def _titled(table: Table, words: Words) -> Columns | None:
    def one(titles: Sequence[str]) -> int | None:
        places = [place for place, title in enumerate(table.header) if title in titles]
        if len(places) > 1:
            raise UsageError(
                say(
                    "{name}: has two columns {title!r}; {remedy}",
                    name=table.name,
                    title=titles[0],
                    remedy=say(_AGAIN),
                )
            )
        return places[0] if places else None

    identifier, grade, maximum = one(words.identifier), one(words.grade), one(words.maximum)
    if identifier is None or grade is None or maximum is None or one(words.graded_on) is None:
        return None
    return Columns(
        words=words,
        identifier=identifier,
        grade=grade,
        maximum=maximum,
        full_name=one(words.full_name),
        group=one(words.group),
        comments=one(words.comments),
        changeable=one((words.changeable,)),
        handed_in=one(words.handed_in),
    )


def _refuse_scale(table: Table) -> None:
    for words in LANGUAGES:
        scale = set(words.scale) & set(table.header)
        if scale and set(words.identifier) & set(table.header):
            raise UsageError(
                say(
                    "{name}: its grades are words of a scale (column {word!r}), and ours are "
                    "points; set the assignment to points in Moodle and download it again",
                    name=table.name,
                    word=scale.pop(),
                )
            )


def _told_by_cells(table: Table) -> Columns | None:
    """Return the columns of a worksheet in another language, where the cells leave no doubt."""
    if len(table.rows) < 2 or table.drifting():
        return None
    columns = list(zip(*(row.cells for row in table.rows[1:]), strict=True))
    if not all(_IDENTIFIER.fullmatch(cell) for cell in columns[0]):
        return None
    maxima = [
        place
        for place in range(2, len(columns))
        if len(set(columns[place])) == 1
        and numbers.read(columns[place][0])
        and all(not cell or numbers.read(cell) is not None for cell in columns[place - 1])
    ]
    if len(maxima) != 1:
        return None
    return Columns(words=None, identifier=0, grade=maxima[0] - 1, maximum=maxima[0])


def _participants(table: Table, columns: Columns) -> Iterator[Participant]:
    words = columns.words
    for number, row in enumerate(table.rows[1:], start=1):
        cells = row.cells
        place = say("{file}, line {line}", file=table.name, line=row.line)
        identifier = _IDENTIFIER.fullmatch(cells[columns.identifier])
        if identifier is None:
            raise UsageError(
                say(
                    "{place}: its identifier holds no participant's number; {remedy}",
                    place=place,
                    remedy=say(_AGAIN),
                )
            )
        grade = cells[columns.grade]
        if grade.strip() and numbers.read(grade) is None:
            raise UsageError(
                say(
                    "{place}: the grade {grade!r} is no number, and Moodle would import a "
                    "number all the same; {remedy}",
                    place=place,
                    grade=grade,
                    remedy=say(_AGAIN),
                )
            )
        maximum = numbers.read(cells[columns.maximum])
        if not maximum:
            given = cells[columns.maximum]
            raise UsageError(
                say(
                    "{place}: the maximum grade {given!r} is no number; {remedy}",
                    place=place,
                    given=given,
                    remedy=say(_AGAIN),
                )
            )

        def at(column: int | None, cells: tuple[str, ...] = cells) -> str:
            return "" if column is None else cells[column]

        yield Participant(
            row=number,
            line=row.line,
            number=identifier["number"],
            prefix=identifier["prefix"].strip(),
            grade=grade,
            maximum=maximum,
            full_name=at(columns.full_name),
            group=at(columns.group),
            comment=at(columns.comments),
            handed_in=dates.read(at(columns.handed_in), words.language) if words else None,
            locked=words is not None and at(columns.changeable) == words.no,
        )


def _notation(table: Table, columns: Columns) -> Notation:
    """Return how the worksheet writes grades, as its maximum grade shows."""
    cells = [
        row.cells[column] for row in table.rows[1:] for column in (columns.maximum, columns.grade)
    ]
    found = numbers.notation(cells)
    if found is None and any(cells):
        raise UsageError(
            say(
                "{name}: writes some grades with a comma and some with a point; {remedy}",
                name=table.name,
                remedy=say(_AGAIN),
            )
        )
    return found or Notation()
