"""Brightspace's file of grades: grades into the column of one item, whose they are by the roster.

A download's numbers stand in no file of grades. The names in both are all that they share, so
that a roster joins them where one row and one hand-in carry a name, and says that it did.

Written after files and programs in public repositories; not tried against a Brightspace.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from grader.errors import UsageError
from grader.grade import Grade, Gradebook
from grader.language import message, say
from grader.lms import feedback, matching, numbers, sheets, tables
from grader.lms.matching import Claim, Export, Match, Place, graded
from grader.lms.sheets import Sheet
from grader.lms.tables import Table
from grader.submission import Identity

ARCHIVE = "reports.zip"
END = "End-of-Line Indicator"
KEYS = ("Username", "OrgDefinedId")
"""Columns that say whose a row is; the first that a file has counts."""
_NAMES = ("First Name", "Last Name")
_AGAIN = message("export it again in Brightspace and do not open it in a spreadsheet")
_ITEM = re.compile(
    r"(?P<title>.+) Points Grade <Numeric MaxPoints:(?P<points>[0-9.,]+)(?: [^>]*)?>", re.DOTALL
)


def is_grades(table: Table) -> bool:
    """Whether a table is a file of grades, by the titles that Brightspace itself asks for."""
    titles = [title.strip() for title in table.header]
    return titles[-1:] == [END] and _key(table) is not None


def items(table: Table) -> tuple[str, ...]:
    """Return the titles of the columns of points."""
    return tuple(title for title in table.header if _ITEM.fullmatch(title))


def resolve(
    identities: Sequence[tuple[Identity, str]], table: Table
) -> tuple[dict[Identity, Identity], tuple[str, ...]]:
    """Return the identities with the login name or id that the table knows, and unclaimed rows.

    ``identities`` holds each with the name in its download. A name that two rows or two learners
    carry tells nothing.
    """
    key = _key(table)
    rows = [] if key is None or table.drifting() else list(_named_rows(table, key))
    in_rows = Counter(name for _, name in rows)
    in_download = Counter(_folded(label) for _, label in dict(identities).items())
    keys = {name: one for one, name in rows if in_rows[name] == 1}
    known = {}
    for identity, label in identities:
        name = _folded(label)
        if name in keys and in_download[name] == 1:
            known[identity] = replace(identity, kind="learner", members=(keys[name],))
    claimed = {identity.members[0] for identity in known.values()}
    return known, tuple(one for one, _ in rows if one not in claimed)


def read(data: bytes, *, name: str, assignment: str | None = None) -> Sheet:
    """Read a file of grades; ``assignment`` is the item's title where there are several.

    Raises ``UsageError`` where it is none or the item is not told.
    """
    table = tables.parse(data, name=name)
    key = _key(table)
    if not is_grades(table) or key is None:
        raise UsageError(
            say(
                "{name}: is no file of grades of Brightspace; {remedy}, with one of the columns "
                "{keys}",
                name=name,
                remedy=say(_AGAIN),
                keys=", ".join(KEYS),
            )
        )
    tables.refuse_drift(table, say(_AGAIN))
    titles = ((place, _ITEM.fullmatch(title)) for place, title in enumerate(table.header))
    found = {place: match for place, match in titles if match}
    column, match = sheets.column_of(table, found, assignment)
    maximum = numbers.read(match["points"])
    if not maximum:
        raise UsageError(
            say(
                "{name}: {title!r} has no points that can be had; set its maximum in Brightspace "
                "and export again",
                name=name,
                title=match[0],
            )
        )
    cells = [row.cells[column] for row in table.rows[1:]]
    places = [
        Place(key=_bare(row.cells[key]), row=number, line=row.line, grade=row.cells[column])
        for number, row in enumerate(table.rows[1:], start=1)
        if _bare(row.cells[key])
    ]
    return Sheet(
        table=table,
        column=column,
        title=match["title"],
        maximum=maximum,
        places=tuple(places),
        notation=sheets.notation_of(table, cells, say(_AGAIN)),
    )


def prepare(book: Gradebook, sheet: Sheet) -> Export:
    """Return what exporting ``book`` into ``sheet`` would do."""
    claims = [_claim(grade) for grade in book.submissions]
    plan = sheets.plan_of(book, sheet, claims, _by_name)
    notes = [say("grades go to the grade item {title}", title=sheet.title)]
    if graded(plan):
        notes.append(
            say(
                "Brightspace's download has none of the numbers of this file: whose these {count} "
                "hand-ins are, the roster told by name alone; look the table through",
                count=len(graded(plan)),
            )
        )
    notes += matching.notes(plan, book.sheet.max_points, [sheet.maximum])
    changes = sheets.changes_of(plan, sheet.column)
    return Export(plan=plan, notes=tuple(notes), changes=changes)


def files(export: Export, sheet: Sheet, pages: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the reports and the file by name; only grades that differ change a byte."""
    lines = graded(export.plan)
    reports = {f"{line.submission}.html": pages[line.submission] for line in lines}
    yield ARCHIVE, feedback.archive(reports)
    yield sheet.table.name, tables.render(tables.replaced(sheet.table, export.changes))


def steps(sheet: Sheet) -> Iterator[str]:
    """Yield how to upload the file, with what goes wrong otherwise."""
    yield say(
        "In Grades, Enter Grades, choose Import and {name}; do not tick “create new grade item”. "
        "Brightspace shows every change before it saves: there must be changes of “{title}” alone.",
        name=sheet.table.name,
        title=sheet.title,
    )
    yield say("Learners see grades once the item is released to them.")
    yield say(
        "{archive} holds one report for each learner, by the number in the download. Attach them "
        "one by one where you evaluate the submission.",
        archive=ARCHIVE,
    )


def _key(table: Table) -> int | None:
    header = [title.strip() for title in table.header]
    return next((header.index(key) for key in KEYS if header.count(key) == 1), None)


def _named_rows(table: Table, key: int) -> Iterator[tuple[str, str]]:
    """Yield each row's key and its learner's name, where the table has names."""
    header = [title.strip() for title in table.header]
    if any(header.count(title) != 1 for title in _NAMES):
        return
    columns = [header.index(title) for title in _NAMES]
    for row in table.rows[1:]:
        name = _folded(" ".join(row.cells[column] for column in columns))
        if name and _bare(row.cells[key]):
            yield _bare(row.cells[key]), name


def _bare(cell: str) -> str:
    """Return an id without the sign by which Brightspace keeps spreadsheets from numbers."""
    return cell.strip().removeprefix("#")


def _folded(name: str) -> str:
    """Return a name as a file's name can hold it."""
    plain = re.sub(r'[\x00-\x1f\x7f\\/:*?"<>|]', "", unicodedata.normalize("NFC", name))
    return " ".join(plain.split())


def _claim(grade: Grade) -> Claim:
    identity = grade.identity
    if identity is None or identity.lms != "brightspace":
        return Claim(grade=grade, keys=(), why_none=say("is of no download of Brightspace"))
    why = say("no roster has told whose it is; grade again with --roster, --by-name and --resume")
    return Claim(grade=grade, keys=identity.members, why_none=why)


def _by_name(line: Match) -> Match:
    return replace(line, detail=line.detail or say("by name")) if line.grade else line
