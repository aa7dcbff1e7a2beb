"""Brightspace's file of grades: grades into the column of one item, whose they are by the roster.

A download's numbers stand in no file of grades. The names in both are all that they share, so
that a roster joins them where one row and one hand-in carry a name, and says that it did.

Written after files and programs in public repositories; not tried against a Brightspace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from grader.errors import UsageError
from grader.grade import Grade, Gradebook
from grader.language import message, say
from grader.lms import brightspace_columns, feedback, matching, numbers, sheets, tables
from grader.lms.matching import Claim, Export, Match, Place, graded
from grader.lms.sheets import Sheet
from grader.lms.tables import Table
from grader.submission import Identity

ARCHIVE = "reports.zip"
RETURNED = "feedback.zip"
"""Reports under the names of the download, by which Brightspace knows whose they are."""
_AGAIN = message("export it again in Brightspace and do not open it in a spreadsheet")


def is_grades(table: Table) -> bool:
    """Whether a table is a file of grades, in whatever language."""
    return brightspace_columns.is_grades(table)


def items(table: Table) -> tuple[str, ...]:
    """Return the titles of the columns of points."""
    return tuple(match[0] for match in brightspace_columns.items(table).values())


def resolve(
    identities: Sequence[tuple[Identity, str]], table: Table
) -> tuple[dict[Identity, Identity], tuple[str, ...]]:
    """Return the identities with the login name or id that the table knows, and unclaimed rows.

    ``identities`` holds each with the name in its download. A name that two rows or two learners
    carry tells nothing.
    """
    rows = brightspace_columns.named_rows(table, [label for _, label in identities])
    in_rows = Counter(name for _, name in rows)
    in_download = Counter(
        brightspace_columns.folded(label) for _, label in dict(identities).items()
    )
    keys = {name: one for one, name in rows if in_rows[name] == 1}
    known = {}
    for identity, label in identities:
        name = brightspace_columns.folded(label)
        if name in keys and in_download[name] == 1:
            known[identity] = replace(identity, kind="learner", members=(keys[name],))
    claimed = {identity.members[0] for identity in known.values()}
    return known, tuple(one for one, _ in rows if one not in claimed)


def read(
    data: bytes, *, name: str, assignment: str | None = None, in_points: bool = False
) -> Sheet:
    """Read a file of grades; ``assignment`` is the item's title where there are several.

    ``in_points`` says that the item takes points, where its own words are not known. Raises
    ``UsageError`` where it is no such file, the item is not told, or not known to take points.
    """
    table = tables.parse(data, name=name)
    key = brightspace_columns.key(table)
    if not is_grades(table) or key is None:
        raise UsageError(
            say(
                "{name}: is no file of grades of Brightspace; {remedy}, with one of the columns "
                "{keys}",
                name=name,
                remedy=say(_AGAIN),
                keys=", ".join(brightspace_columns.KEYS),
            )
        )
    tables.refuse_drift(table, say(_AGAIN))
    column, match = sheets.column_of(table, brightspace_columns.items(table), assignment)
    brightspace_columns.refuse_unknown(table, match, in_points=in_points)
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
    return Sheet(
        table=table,
        column=column,
        title=match["title"],
        maximum=maximum,
        places=tuple(_places(table, key, column)),
        notation=sheets.notation_of(table, cells, say(_AGAIN)),
    )


def _places(table: Table, key: int, column: int) -> Iterator[Place]:
    for number, row in enumerate(table.rows[1:], start=1):
        name = brightspace_columns.bare(row.cells[key])
        if name:
            yield Place(key=name, row=number, line=row.line, grade=row.cells[column])


def prepare(book: Gradebook, sheet: Sheet, attempts: Mapping[str, str] | None = None) -> Export:
    """Return what exporting ``book`` into ``sheet`` would do.

    ``attempts`` says by a hand-in's number where its report goes in ``RETURNED``, where the
    download is at hand.
    """
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
    lost = [line.submission for line in graded(plan) if _number(line) not in (attempts or {})]
    if attempts is not None and lost:
        notes.append(
            say(
                "the download has no attempt of {names}: their reports are in {archive} alone",
                names=", ".join(lost),
                archive=ARCHIVE,
            )
        )
    notes += matching.notes(plan, book.sheet.max_points, [sheet.maximum])
    changes = sheets.changes_of(plan, sheet.column)
    return Export(plan=plan, notes=tuple(notes), changes=changes)


def files(
    export: Export,
    sheet: Sheet,
    pages: Mapping[str, bytes],
    attempts: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield the reports and the file by name; only grades that differ change a byte."""
    known = attempts or {}
    returned = {line.submission: known.get(_number(line), "") for line in graded(export.plan)}
    given = {path: pages[name] for name, path in returned.items() if path}
    if given:
        yield RETURNED, feedback.archive(given)
    rest = {f"{name}.html": pages[name] for name, path in returned.items() if not path}
    if rest:
        yield ARCHIVE, feedback.archive(rest)
    yield sheet.table.name, tables.render(tables.replaced(sheet.table, export.changes))


def steps(sheet: Sheet, attempts: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield how to upload the file, with what goes wrong otherwise."""
    yield say(
        "In Grades, Enter Grades, choose Import and {name}; do not tick “create new grade item”. "
        "Brightspace shows every change before it saves: there must be changes of “{title}” alone.",
        name=sheet.table.name,
        title=sheet.title,
    )
    yield say("Learners see grades once the item is released to them.")
    yield say("Leave Brightspace set to the language in which you exported the file.")
    if attempts is None:
        yield say(
            "{archive} holds one report for each learner, by the number in the download. Attach "
            "them one by one where you evaluate the submission; with --download they go back in "
            "bulk.",
            archive=ARCHIVE,
        )
        return
    yield say(
        "On the assignment's page of submissions choose Add Feedback Files, and {archive} as it "
        "is: by the names of the download Brightspace knows whose a file is, so nothing in it may "
        "be renamed.",
        archive=RETURNED,
    )
    yield say("Look at the feedback of two learners before you publish it.")


def _number(line: Match) -> str:
    return line.grade.identity.number if line.grade and line.grade.identity else ""


def _claim(grade: Grade) -> Claim:
    identity = grade.identity
    if identity is None or identity.lms != "brightspace":
        return Claim(grade=grade, keys=(), why_none=say("is of no download of Brightspace"))
    why = say("no roster has told whose it is; grade again with --roster, --by-name and --resume")
    return Claim(grade=grade, keys=identity.members, why_none=why)


def _by_name(line: Match) -> Match:
    return replace(line, detail=line.detail or say("by name")) if line.grade else line
