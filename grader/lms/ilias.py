"""ILIAS: reports into the archive for feedback, marks into the status file of its extension.

Written after a description of ``TutorFeedbackZip`` before and since ILIAS 9, and of the extension
``ExerciseStatusFile``; not tried against an ILIAS.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.errors import UsageError
from grader.grade import Grade, Gradebook
from grader.language import message, say
from grader.lms import feedback, matching, numbers, tables
from grader.lms.matching import Claim, Export, Place, graded
from grader.lms.tables import Table

REPORT = "feedback.html"
STATUS_TITLES = (
    "update", "usr_id", "login", "lastname", "firstname", "status", "mark", "notice", "comment",
    "plagiarism", "plag_comment",
)  # fmt: skip
"""The columns of a status file; ILIAS reads them by their position."""
TEAM_TITLES = (
    "update", "team_id", "logins", "status", "mark", "notice", "comment", "plagiarism",
    "plag_comment",
)  # fmt: skip
"""The columns of a status file of teams."""

_TAIL = re.compile(r".+_(?P<number>[0-9]{1,18})")
_AGAIN = message("download it again in ILIAS")


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """An archive for feedback as ILIAS gave it: a folder for each user, and nothing in them."""

    name: str
    folders: Mapping[int, str]
    """Path of each user's folder, by position."""
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusFile:
    """A status file as the extension gave it."""

    table: Table
    places: tuple[Place, ...]

    @property
    def is_of_teams(self) -> bool:
        """Whether its rows are teams and not users."""
        return self.table.header == TEAM_TITLES


def archive(paths: Iterable[Sequence[str]], *, name: str) -> Archive:
    """Return the archive whose members have ``paths``; raises ``UsageError`` where it is none."""
    folders = list(
        dict.fromkeys("/".join(path[:2]) for path in paths if path[0].startswith("multi_feedback"))
    )
    found = [(one, match) for one in folders if "/" in one and (match := _TAIL.fullmatch(one))]
    if not found:
        raise UsageError(
            say(
                "{name}: is no archive for feedback: it holds no folder of a user below "
                "multi_feedback…; {remedy} (submissions and grades, “Multi-Feedback”)",
                name=name,
                remedy=say(_AGAIN),
            )
        )
    places = [
        Place(key=match["number"], row=row, line=row + 1, grade="")
        for row, (_, match) in enumerate(found)
    ]
    return Archive(
        name=name, folders={row: one for row, (one, _) in enumerate(found)}, places=tuple(places)
    )


def is_status_file(table: Table) -> bool:
    """Whether a table is a status file of users or of teams."""
    return table.header in (STATUS_TITLES, TEAM_TITLES)


def status_file(data: bytes, *, name: str) -> StatusFile:
    """Read a status file of users or of teams; raises ``UsageError`` where it is neither."""
    table = tables.parse(data, name=name)
    if not is_status_file(table):
        raise UsageError(
            say(
                "{name}: is no status file of ILIAS: its first line is not {titles}; {remedy}",
                name=name,
                titles=",".join(STATUS_TITLES),
                remedy=say(_AGAIN),
            )
        )
    tables.refuse_drift(table, say(_AGAIN))
    mark, key = table.header.index("mark"), 1
    places = [
        Place(key=row.cells[key].strip(), row=number, line=row.line, grade=row.cells[mark])
        for number, row in enumerate(table.rows[1:], start=1)
    ]
    return StatusFile(table=table, places=tuple(places))


def prepare(book: Gradebook, into: Archive | StatusFile) -> Export:
    """Return what exporting ``book`` would do."""
    claims = [_claim(grade, into) for grade in book.submissions]
    maximum = Decimal(str(book.sheet.max_points))
    decimals = numbers.Notation()

    def mark(grade: Grade, _: Place) -> str:
        text = matching.cell(grade, maximum, decimals)
        return text.rstrip("0").rstrip(".") if "." in text else text

    plan = matching.match(into.places, claims, mark)
    if isinstance(into, Archive):
        notes = [
            say("ILIAS itself takes no marks from a file: this archive carries the reports alone")
        ]
        if any(line.grade and line.grade.identity and line.grade.identity.members for line in plan):
            notes.append(
                say(
                    "of a team, only the members whose files the download holds get its report: "
                    "ILIAS's download does not name the others"
                )
            )
        return Export(plan=plan, notes=tuple(notes), changes={})
    changes = {}
    for line in graded(plan):
        if line.place and line.fate is matching.Fate.UPDATED:
            changes[line.place.row, into.table.header.index("update")] = "1"
            changes[line.place.row, into.table.header.index("mark")] = line.after
    notes = [
        say("the status (passed, failed) is left as it is: a person decides it"),
        *matching.notes(plan, book.sheet.max_points, [maximum]),
    ]
    return Export(plan=plan, notes=tuple(notes), changes=changes)


def files(
    export: Export, into: Archive | StatusFile, pages: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield the one file that ILIAS takes back."""
    if isinstance(into, StatusFile):
        yield into.table.name, tables.render(tables.replaced(into.table, export.changes))
        return
    lines = [(line.place, line.submission) for line in graded(export.plan)]
    reports = {
        f"{into.folders[place.row]}/{REPORT}": pages[submission]
        for place, submission in lines
        if place is not None
    }
    yield into.name, feedback.archive(reports)


def steps(into: Archive | StatusFile) -> Iterator[str]:
    """Yield how to upload the file."""
    if isinstance(into, StatusFile):
        yield say(
            "Upload {name} where the extension gave it; rows with update 1 are taken.",
            name=into.table.name,
        )
        return
    yield say(
        "In “Submissions and Grades” choose “Multi-Feedback” and upload {name} as it is.",
        name=into.name,
    )
    yield say("Confirm the files in the table that follows; until then nobody gets any.")


def _claim(grade: Grade, into: Archive | StatusFile) -> Claim:
    identity = grade.identity
    if identity is None or identity.lms != "ilias":
        return Claim(grade=grade, keys=(), why_none=say("is of no download of ILIAS"))
    of_teams = isinstance(into, StatusFile) and into.is_of_teams
    if identity.kind != "team":
        why = say("is a user's, and the file is of teams")
        return Claim(grade=grade, keys=() if of_teams else (identity.number,), why_none=why)
    if of_teams:
        return Claim(grade=grade, keys=(identity.number,))
    if isinstance(into, StatusFile):
        # Only some of a team's members are known: a mark for these alone would be unfair.
        return Claim(
            grade=grade, keys=(), why_none=say("is a team's; give the status file of teams")
        )
    return Claim(grade=grade, keys=identity.members, why_none=say("no member of the team is known"))
