"""Grades into Moodle's worksheet, reports into its feedback archive, and how to upload both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from grader.errors import UsageError
from grader.grade import Grade, Gradebook, SheetHead
from grader.language import say
from grader.lms import feedback, matching, numbers, php, tables
from grader.lms.matching import Claim, Export, Fate, Match, Place, graded
from grader.lms.moodle import Worksheet, folder, written_as
from grader.submission import Identity

REPORT = "feedback.html"
"""Name of the report in each participant's folder: none that a notebook could have."""
ARCHIVE = "feedback.zip"


def prepare(book: Gradebook, sheet: Worksheet) -> Export:
    """Return what exporting ``book`` into ``sheet`` would do."""
    places = [
        Place(key=one.number, row=one.row, line=one.line, grade=one.grade)
        for one in sheet.participants
    ]
    maxima = {one.row: one.maximum for one in sheet.participants}
    claims = [_claim(grade, sheet) for grade in book.submissions]
    lines = matching.match(
        places, claims, lambda grade, place: matching.cell(grade, maxima[place.row], sheet.notation)
    )
    comments = dict(_comments(lines, sheet, book.sheet))
    plan = tuple(_with_comment(line, comments, sheet) for line in lines)
    return Export(
        plan=plan,
        notes=tuple(_notes(plan, book.sheet, sheet)),
        changes={**_grades(plan, sheet), **comments},
    )


def files(
    export: Export, sheet: Worksheet, pages: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield the feedback archive and the worksheet by name; ``pages`` are reports by submission.

    Raises ``UsageError`` as ``worksheet`` does.
    """
    yield ARCHIVE, archive(export, sheet, pages)
    yield sheet.table.name, worksheet(export, sheet)


def worksheet(export: Export, sheet: Worksheet) -> bytes:
    """Return the worksheet with grades and comments; every other byte is as it was.

    Raises ``UsageError`` where Moodle would read another table than is meant.
    """
    table = tables.replaced(sheet.table, export.changes)
    data = tables.render(table)
    _check_as_moodle_reads(tables.parse(data, name=table.name), sheet)
    return data


def archive(export: Export, sheet: Worksheet, pages: Mapping[str, bytes]) -> bytes:
    """Return the feedback archive: one folder per participant, also where a team handed in.

    ``pages`` holds the reports by submission.
    """
    participants = {one.row: one for one in sheet.participants}
    packed = {}
    for line in graded(export.plan):
        assert line.place is not None and line.grade is not None, "a graded line has both"
        identity = line.grade.identity
        anonymous = identity is not None and identity.anonymous
        name = folder(participants[line.place.row], anonymous=anonymous)
        packed[f"{name}/{REPORT}"] = pages[line.submission]
    return feedback.archive(packed)


def steps(sheet: Worksheet) -> Iterator[str]:
    """Yield how to upload both files, with what goes wrong otherwise."""
    words = sheet.columns.words
    language = (
        say(words.language) if words else say("the language in which you downloaded the worksheet")
    )
    yield (
        say(
            "Set your own Moodle to {language}: the titles of the columns are compared letter "
            "by letter, and another language is refused.",
            language=language,
        )
    )
    yield say(
        "Open the assignment's submissions, with no filter and all groups: hidden rows are lost."
    )
    yield (
        say(
            "Choose “Upload grading worksheet” and {name}, {format}, and tick “Update records "
            "that have been modified more recently in Moodle”: without it a second upload "
            "changes nothing.",
            name=sheet.table.name,
            format=written_as(sheet),
        )
    )
    yield (
        say(
            "Choose “Upload multiple feedback files in a zip” and {archive} as it is; the "
            "feedback type “Feedback files” must be on.",
            archive=ARCHIVE,
        )
    )
    yield say("With a marking workflow, release the grades in Moodle: the worksheet cannot.")


def _claim(grade: Grade, sheet: Worksheet) -> Claim:
    identity = grade.identity
    if identity is None or identity.lms != "moodle":
        return Claim(grade=grade, keys=(), why_none=say("is of no download of Moodle"))
    keys, why = _keys(identity, sheet)
    return Claim(grade=grade, keys=keys, why_none=why)


def _keys(identity: Identity, sheet: Worksheet) -> tuple[tuple[str, ...], str]:
    if identity.kind == "team":
        return identity.members, say("its team is not in the roster, or is there under two names")
    needs_roster = sheet.is_of_teams or sheet.columns.words is None
    if identity.kind is None and needs_roster:
        # A team's number may be some participant's: the grade would go to a stranger.
        return (), say("may be a team's; grade again with --roster and --resume")
    if identity.kind == "learner" and sheet.is_of_teams:
        return (), say("is a learner's, and the worksheet is of teams")
    return (identity.number,), ""


def _comments(
    lines: Sequence[Match], sheet: Worksheet, head: SheetHead
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the new comments; one that a person wrote is left alone."""
    column = sheet.columns.comments
    if column is None:
        return
    titles = {one.question: f"{one.part} {one.title}".strip() for one in head.questions}
    for line in graded(lines):
        assert line.place is not None and line.grade is not None, "a graded line has both"
        before = sheet.table.rows[line.place.row].cells[column]
        if not before.strip() or feedback.OURS in before:
            yield (line.place.row, column), feedback.comment(line.grade, titles)


def _with_comment(line: Match, comments: Mapping[tuple[int, int], str], sheet: Worksheet) -> Match:
    column = sheet.columns.comments
    if column is None or line.place is None or line.grade is None:
        return line
    before = sheet.table.rows[line.place.row].cells[column]
    after = comments.get((line.place.row, column))
    if after is None:
        return replace(line, detail=say("keeps the comment that a person wrote"))
    if after != before and line.fate is Fate.UNCHANGED:
        return replace(line, fate=Fate.UPDATED, detail=say("only the comment changes"))
    return line


def _grades(plan: Sequence[Match], sheet: Worksheet) -> dict[tuple[int, int], str]:
    return {
        (line.place.row, sheet.columns.grade): line.after for line in graded(plan) if line.place
    }


def _notes(plan: Sequence[Match], head: SheetHead, sheet: Worksheet) -> Iterator[str]:
    rows = {line.place.row for line in graded(plan) if line.place}
    locked = [one.number for one in sheet.participants if one.locked and one.row in rows]
    if locked:
        yield (
            say(
                "{count} rows say that the grade cannot be changed, and Moodle will pass over "
                "them ({names}); unlock them in Moodle first",
                count=len(locked),
                names=", ".join(locked[:5]),
            )
        )
    yield from matching.notes(plan, head.max_points, (one.maximum for one in sheet.participants))
    if sheet.notation.decimals < 2 and graded(plan):
        yield say(
            "grades are rounded to {decimals} decimals, as the worksheet shows",
            decimals=sheet.notation.decimals,
        )
    if sheet.columns.comments is None:
        yield say("the worksheet has no column for comments that is known, so none are written")
    if sheet.columns.words is None:
        yield say("the worksheet's language is not known; its columns were told by what they hold")


def _check_as_moodle_reads(table: tables.Table, sheet: Worksheet) -> None:
    """Refuse a file of which PHP's reader would make another table than is meant."""
    text = "".join(table.delimiter.join(row.raws) + row.ending for row in table.rows)
    columns = sheet.columns
    ours = [c for c in (columns.identifier, columns.grade, columns.comments) if c is not None]
    read = iter(php.rows(text, table.delimiter))
    for row in table.rows:
        cells = next(read, ())
        meant = [_newlines(row.cells[column]) for column in ours]
        if len(cells) != len(row.raws) or [cells[column] for column in ours] != meant:
            raise UsageError(
                say(
                    "{name}, line {line}: Moodle would misread it, because a cell holds a "
                    "backslash before a quote; remove that backslash in Moodle and download "
                    "again",
                    name=table.name,
                    line=row.line,
                )
            )
        wanted = numbers.read(row.cells[sheet.columns.grade])
        if wanted is not None:
            taken = php.number(cells[sheet.columns.grade], sheet.notation.separator)
            if taken != float(wanted):
                raise UsageError(
                    say(
                        "{name}, line {line}: Moodle would take the grade for {taken}; "
                        "download the grading worksheet again",
                        name=table.name,
                        line=row.line,
                        taken=taken,
                    )
                )


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
