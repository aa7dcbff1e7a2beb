"""Canvas's gradebook: grades into the column of one assignment of the file that was exported.

Written after a description of ``gradebook_exporter.rb``, ``gradebook_importer.rb`` and
``csv_with_i18n.rb``; not tried against a Canvas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from grader.errors import UsageError
from grader.grade import Grade, Gradebook
from grader.language import message, say
from grader.lms import feedback, matching, numbers, sheets, tables
from grader.lms.found import name_of
from grader.lms.matching import Claim, Export, Fate, Match, Place, graded
from grader.lms.sheets import Sheet
from grader.lms.tables import Table
from grader.submission import Identity

ARCHIVE = "reports.zip"
_AGAIN = message("export the gradebook again in Canvas and do not open it in a spreadsheet")
_ASSIGNMENT = re.compile(r"(?P<title>.*)\s\((?P<number>[0-9]+)\)", re.DOTALL)
_POSSIBLE = "Points Possible"


def read(data: bytes, *, name: str, assignment: str | None = None) -> Sheet:
    """Read a gradebook; ``assignment`` is the number or the title where there are several.

    Raises ``UsageError`` where it is no gradebook or the assignment is not told.
    """
    table = tables.parse(data, name=name)
    header = table.header
    if not is_gradebook(table):
        raise UsageError(
            say("{name}: is no gradebook of Canvas; {remedy}", name=name, remedy=say(_AGAIN))
        )
    tables.refuse_drift(table, say(_AGAIN))
    found = {
        place: match
        for place, title in enumerate(header)
        if (match := _ASSIGNMENT.fullmatch(title))
    }
    column, _ = sheets.column_of(table, found, assignment)
    maximum = _maximum(table, column)
    cells = [row.cells[column] for row in table.rows[1:]]
    return Sheet(
        table=table,
        column=column,
        title=header[column],
        maximum=maximum,
        places=tuple(_places(table, column)),
        notation=sheets.notation_of(table, cells, say(_AGAIN)),
    )


def is_gradebook(table: Table) -> bool:
    """Whether a table is a gradebook, by the titles that Canvas itself asks for."""
    header = table.header
    named = any("Student" in title or title == "LastName" for title in header[:1])
    return named and header.count("ID") == 1 and "Section" in header


def assignments(table: Table) -> tuple[str, ...]:
    """Return the titles of a gradebook's assignments, with their numbers."""
    return tuple(title for title in table.header if _ASSIGNMENT.fullmatch(title))


def prepare(book: Gradebook, sheet: Sheet) -> Export:
    """Return what exporting ``book`` into ``sheet`` would do."""
    claims = [_spread(claim(grade)) for grade in book.submissions]
    plan = sheets.plan_of(book, sheet, claims, _unless_excused)
    notes = [say("grades go to the assignment {title}", title=sheet.title)]
    shared = [line for line in graded(plan) if line.grade and _is_of_group(line.grade)]
    if shared:
        notes.append(say("{count} learners get the grade of their group", count=len(shared)))
    notes += matching.notes(plan, book.sheet.max_points, [sheet.maximum])
    return Export(plan=plan, notes=tuple(notes), changes=sheets.changes_of(plan, sheet.column))


def files(export: Export, sheet: Sheet, pages: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the reports and the gradebook by name; only grades that differ change a byte."""
    named = {name_of(Identity(lms="canvas", number=one.key)): one for one in graded(export.plan)}
    reports = {f"{name}.html": pages[one.submission] for name, one in named.items()}
    yield ARCHIVE, feedback.archive(reports)
    yield sheet.table.name, tables.render(tables.replaced(sheet.table, export.changes))


def steps(sheet: Sheet) -> Iterator[str]:
    """Yield how to upload the gradebook, with what goes wrong otherwise."""
    yield (
        say(
            "In the gradebook choose Import and {name}. Canvas shows every change before it "
            "saves: there must be changes of “{title}” alone. Where others show, somebody has "
            "graded since you exported; export again.",
            name=sheet.table.name,
            title=sheet.title,
        )
    )
    yield say("Grades of a hidden (manually posted) assignment are not seen until you post them.")
    yield (
        say(
            "{archive} holds one report per user number. Canvas takes no reports in bulk: it "
            "would show them under the name of the file that was handed in. Attach them in "
            "SpeedGrader.",
            archive=ARCHIVE,
        )
    )
    yield say(
        "Of a group, only the member whose number the download carries gets the grade, unless it "
        "was graded with --roster and Canvas's table of groups."
    )


def _maximum(table: Table, column: int) -> Decimal:
    for row in table.rows[1:3]:
        if row.cells[0].strip() == _POSSIBLE:
            maximum = numbers.read(row.cells[column])
            if maximum:
                return maximum
            raise UsageError(
                say(
                    "{name}, line {line}: {cell!r} are no points that can be had; set the "
                    "assignment's points in Canvas and export again",
                    name=table.name,
                    line=row.line,
                    cell=row.cells[column],
                )
            )
    raise UsageError(
        say(
            "{name}: has no row {title!r}; {remedy}",
            name=table.name,
            title=_POSSIBLE,
            remedy=say(_AGAIN),
        )
    )


def _places(table: Table, column: int) -> Iterator[Place]:
    key = table.header.index("ID")
    for number, row in enumerate(table.rows[1:], start=1):
        identity = row.cells[key].strip()
        if identity.isascii() and identity.isdigit():
            yield Place(key=identity, row=number, line=row.line, grade=row.cells[column])


def claim(grade: Grade) -> Claim:
    """Return the user number that a grade belongs to, or why there is none."""
    identity = grade.identity
    if identity is None or identity.lms != "canvas":
        return Claim(grade=grade, keys=(), why_none=say("is of no download of Canvas"))
    if identity.anonymous:
        why = say("was downloaded without names, and the gradebook has none of its numbers")
        return Claim(grade=grade, keys=(), why_none=why)
    return Claim(grade=grade, keys=(identity.number,))


def _is_of_group(grade: Grade) -> bool:
    return grade.identity is not None and grade.identity.kind == "team"


def _spread(one: Claim) -> Claim:
    """Return the claim for all members of a group, where a roster has told who they are."""
    identity = one.grade.identity
    if not one.keys or identity is None or not _is_of_group(one.grade):
        return one
    return replace(one, keys=identity.members)


def _unless_excused(line: Match) -> Match:
    """Leave a cell as it is that excuses the learner."""
    if line.fate is not Fate.UPDATED or line.before.strip() not in ("EX", "N/A"):
        return line
    return replace(
        line,
        fate=Fate.UNMATCHED,
        after=line.before,
        detail=say("is excused or not assigned in Canvas"),
    )
