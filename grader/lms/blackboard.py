"""Blackboard's Grade Centre file: grades into the column of one assignment, comments beside it.

Written after files and programs in public repositories, and Blackboard's own help on working
offline with grade data; not tried against a Blackboard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from grader.errors import UsageError
from grader.grade import Grade, Gradebook
from grader.language import message, say
from grader.lms import blackboard_columns, feedback, matching, numbers, sheets, tables, usernames
from grader.lms.matching import Claim, Export, Fate, Match, Place, graded
from grader.lms.sheets import Sheet
from grader.lms.tables import Table
from grader.submission import Identity

ARCHIVE = "reports.zip"
_HTML = "HTML"
_AGAIN = message("download it again in Blackboard, and do not open it in a spreadsheet")


@dataclass(frozen=True, kw_only=True, slots=True)
class GradeCentre:
    """A Grade Centre file, and where comments go; None where it has no single place for them."""

    sheet: Sheet
    comment: int | None
    format: int | None


def is_grade_centre(table: Table) -> bool:
    """Whether a table is a Grade Centre file, in whatever language."""
    return blackboard_columns.is_of_learners(table)


def assignments(table: Table) -> tuple[str, ...]:
    """Return the titles of a file's columns of points, with their numbers."""
    return tuple(match[0] for match in blackboard_columns.assignments(table).values())


def logins(table: Table, identities: Iterable[Identity | None]) -> tuple[str, ...]:
    """Return the login names of a Grade Centre file; ``identities`` are those of the download.

    Raises ``UsageError`` where rows are cut or it is not sure where the login names are.
    """
    tables.refuse_drift(table, say(_AGAIN))
    column = blackboard_columns.logins(table, _readings(identities))
    names = (row.cells[column].strip() for row in table.rows[1:])
    return tuple(dict.fromkeys(filter(None, names)))


def read(
    data: bytes, *, name: str, assignment: str | None = None, in_points: bool = False
) -> GradeCentre:
    """Read a Grade Centre file; ``assignment`` is the number or the title where there are several.

    ``in_points`` says that the assignment shows points, where its own words are not known. Whose
    the rows are is told when a gradebook is exported into it. Raises ``UsageError`` where it is no
    such file, the assignment is not told, or shows no points.
    """
    table = tables.parse(data, name=name)
    if not is_grade_centre(table):
        raise UsageError(
            say(
                "{name}: is no Grade Centre file of Blackboard; {remedy}",
                name=name,
                remedy=say(_AGAIN),
            )
        )
    tables.refuse_drift(table, say(_AGAIN))
    column, match = sheets.column_of(table, blackboard_columns.assignments(table), assignment)
    maximum = numbers.read(match["points"])
    if not maximum or not blackboard_columns.shows_points(table, match, in_points=in_points):
        raise UsageError(
            say(
                "{name}: the column {title!r} shows no points that can be had; set its primary "
                "display to Score in Blackboard and download again",
                name=name,
                title=match[0],
            )
        )
    cells = [row.cells[column] for row in table.rows[1:]]
    sheet = Sheet(
        table=table,
        column=column,
        title=match[0],
        maximum=maximum,
        places=(),
        notation=sheets.notation_of(table, cells, say(_AGAIN)),
    )
    return _with_comments(sheet)


def prepare(book: Gradebook, centre: GradeCentre) -> Export:
    """Return what exporting ``book`` into the file would do."""
    sheet = centre.sheet
    key = blackboard_columns.logins(
        sheet.table, _readings(one.identity for one in book.submissions)
    )
    sheet = replace(sheet, places=tuple(_places(sheet.table, key, sheet.column)))
    known = {place.key for place in sheet.places}
    resolve = usernames.resolver(known)
    claims = [_claim(grade, known, resolve) for grade in book.submissions]
    plan = sheets.plan_of(book, sheet, claims)
    comments = dict(_comments(plan, book, centre))
    plan = tuple(_with_comment(line, comments, centre) for line in plan)
    notes = [say("grades go to the assignment {title}", title=sheet.title)]
    notes += matching.notes(plan, book.sheet.max_points, [sheet.maximum])
    if centre.comment is None:
        notes.append(
            say(
                "the file has no single pair of columns “{comment}” and “{format}”, so no comments "
                "are written; download the column alone, with comments, to have them",
                comment=blackboard_columns.COMMENT,
                format=blackboard_columns.FORMAT,
            )
        )
    changes = {**sheets.changes_of(plan, sheet.column), **comments}
    return Export(plan=plan, notes=tuple(notes), changes=changes)


def files(
    export: Export, centre: GradeCentre, pages: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield the reports and the file by name; only grades and comments change a byte."""
    lines = graded(export.plan)
    reports = {f"{line.submission}.html": pages[line.submission] for line in lines}
    yield ARCHIVE, feedback.archive(reports)
    table = centre.sheet.table
    yield table.name, tables.render(tables.replaced(table, export.changes))


def steps(centre: GradeCentre) -> Iterator[str]:
    """Yield how to upload the file, with what goes wrong otherwise."""
    table = centre.sheet.table
    delimiter = {",": say("comma"), "\t": say("tab"), ";": say("semicolon")}[table.delimiter]
    yield say(
        "In the Grade Centre (or the gradebook) choose Work Offline, Upload, and {name}; "
        "delimiter: {delimiter}.",
        name=table.name,
        delimiter=delimiter,
    )
    yield say("Leave Blackboard set to the language in which you downloaded the file.")
    yield say(
        "Tick the column “{title}” alone. Blackboard lists what it will change before it saves.",
        title=centre.sheet.title,
    )
    yield say("Grades are seen at once where the column is shown; in Ultra, post them.")
    yield say(
        "{archive} holds one report for each learner, by login name. Blackboard takes no files in "
        "bulk: attach them one by one where you grade the attempt.",
        archive=ARCHIVE,
    )


def _readings(identities: Iterable[Identity | None]) -> list[tuple[str, ...]]:
    """Return the login names that each hand-in of Blackboard may be of."""
    ours = (one for one in identities if one and one.lms == "blackboard")
    return [one.members or (one.number,) for one in ours]


def _places(table: Table, key: int, column: int) -> Iterator[Place]:
    for number, row in enumerate(table.rows[1:], start=1):
        if row.cells[key].strip():
            yield Place(
                key=row.cells[key].strip(), row=number, line=row.line, grade=row.cells[column]
            )


def _with_comments(sheet: Sheet) -> GradeCentre:
    comment, form = blackboard_columns.comments(sheet.table) or (None, None)
    return GradeCentre(sheet=sheet, comment=comment, format=form)


def _claim(grade: Grade, known: set[str], resolve: Callable[[Identity], Identity]) -> Claim:
    identity = grade.identity
    if identity is None or identity.lms != "blackboard":
        return Claim(grade=grade, keys=(), why_none=say("is of no download of Blackboard"))
    named = resolve(identity)
    if named.members:
        return Claim(grade=grade, keys=(), why_none=_why_doubtful(named, known))
    return Claim(grade=grade, keys=(named.number,))


def _why_doubtful(identity: Identity, known: set[str]) -> str:
    fitting = [name for name in identity.members if name in known]
    if fitting:
        return say("may be of any of these: {names}; a person decides", names=", ".join(fitting))
    return say("no row has one of these login names: {names}", names=", ".join(identity.members))


def _comments(
    plan: tuple[Match, ...], book: Gradebook, centre: GradeCentre
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the new comments and their format; one that a person wrote is left alone."""
    if centre.comment is None or centre.format is None:
        return
    titles = {one.question: f"{one.part} {one.title}".strip() for one in book.sheet.questions}
    for line in graded(plan):
        assert line.place is not None and line.grade is not None, "a graded line has both"
        before = centre.sheet.table.rows[line.place.row].cells[centre.comment]
        if not before.strip() or feedback.OURS in before:
            yield (line.place.row, centre.comment), feedback.comment(line.grade, titles)
            yield (line.place.row, centre.format), _HTML


def _with_comment(
    line: Match, comments: Mapping[tuple[int, int], str], centre: GradeCentre
) -> Match:
    if centre.comment is None or line.place is None or line.grade is None:
        return line
    after = comments.get((line.place.row, centre.comment))
    if after is None:
        return replace(line, detail=say("keeps the comment that a person wrote"))
    before = centre.sheet.table.rows[line.place.row].cells[centre.comment]
    if after != before and line.fate is Fate.UNCHANGED:
        return replace(line, fate=Fate.UPDATED, detail=say("only the comment changes"))
    return line
