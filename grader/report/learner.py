"""One learner's report, made of stored data alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from grader.grade import UNDECIDED, Grade, SheetHead
from grader.language import say
from grader.report.answers import task_answers
from grader.report.highlight import Part, highlighted
from grader.report.outputs import cells_shown, place
from grader.report.page import render
from grader.report.statement import statement
from grader.report.text import cut
from grader.report.views import for_learner
from grader.report.words import tally
from grader.run import Failure, Run
from grader.submission import Cell, Rejection, Submission

LINES_AROUND = 4
"""Lines shown before and after the line that failed."""
MAX_LINE = 300
MAX_BEFORE = 1_500
"""Characters of a cell that is lexed from its first line on; of others what is shown alone."""
MAX_TRACE = 10_000
MAX_PAGE_BYTES = 4_194_304


@dataclass(frozen=True, kw_only=True)
class CodeLine:
    """One line of an excerpt, with the number under which its author finds it."""

    number: int
    text: str
    failed: bool
    parts: tuple[Part, ...] = ()
    """The same text in parts, by what they are in Python."""


@dataclass(frozen=True, kw_only=True)
class FirstError:
    """The first error of a run with the code around it."""

    failure: Failure
    where: str
    lines: tuple[CodeLine, ...]
    trace: str


def learner_report(
    grade: Grade,
    run: Run | None,
    submission: Submission | Rejection | None,
    sheet: SheetHead,
    environment: Mapping[str, str],
    *,
    deadline: datetime | None = None,
    now: datetime | None = None,
    folder: Path | None = None,
) -> str:
    """Return the report of one submission as a self-contained HTML page.

    What tells expected values is there only where the question's policy shows it; a policy
    ``after_deadline`` shows it where ``now`` is later than ``deadline``.

    ``run`` and ``submission`` are None where they are lost or were never there; the page then
    says less, never anything else. Where a learner's outputs are too much for a page, or the
    page cannot be made with them, it is made without them and says so: the marks are always
    shown. The same data gives the same bytes. ``folder`` holds a course's own templates.
    """
    grade = for_learner(grade, sheet, deadline=deadline, now=now)
    made = partial(whole_page, grade, sheet=sheet, environment=environment, folder=folder)
    return kept_small(made, run, submission)


def whole_page(
    grade: Grade,
    run: Run | None,
    submission: Submission | None,
    sheet: SheetHead,
    environment: Mapping[str, str],
    *,
    trouble: str = "",
    folder: Path | None = None,
) -> str:
    """Return the page with everything on it, of whatever size; fails where a part of it fails."""
    shown = statement(sheet)
    values = page_values(
        grade, run, submission, sheet, environment, trouble=trouble, sections=shown.sections
    )
    return render("report.html", {**values, "statement": shown.html}, folder=folder)


def kept_small(
    make: Callable[..., str],
    run: Run | None,
    submission: Submission | Rejection | None,
) -> str:
    """Return the page that ``make`` makes of a run and its submission.

    Where it fails or comes out too large it is made once more without the learner's outputs, and
    says so.
    """
    handed_in = submission if isinstance(submission, Submission) else None
    try:
        page = make(run, handed_in)
    except Exception as problem:
        trouble = say("The grader failed on them ({error}).", error=type(problem).__name__)
    else:
        if len(page.encode("utf-8", "replace")) <= MAX_PAGE_BYTES:
            return page
        trouble = say("They are too large for one page.")
    bare = replace(run, cells=(), bindings=(), changes=(), functions=()) if run else None
    return make(bare, None, trouble=trouble)


def page_values(
    grade: Grade,
    run: Run | None,
    submission: Submission | None,
    sheet: SheetHead,
    environment: Mapping[str, str],
    *,
    trouble: str,
    sections: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what every page of one grade shows, learner's and instructor's alike."""
    cells, left_out = cells_shown(run, submission)
    error = first_error(run, submission)
    tasks = task_answers(grade, sheet, error=error.where if error else "", sections=sections)
    answers = [answer for task in tasks for answer in task.answers]
    return {
        "sheet": sheet,
        "grade": grade,
        "tasks": tasks,
        "open_answers": [one for one in answers if one.mark.verdict in UNDECIDED],
        "tally": tally(grade.questions),
        "run": run,
        "first_error": error,
        "cells": cells,
        "left_out": left_out,
        "trouble": trouble,
        "remarks": _remarks(grade, submission),
        "environment": dict(sorted(environment.items())),
        "isolation": _isolation(run, environment),
    }


def first_error(run: Run | None, submission: Submission | None) -> FirstError | None:
    """Return the first error of ``run`` and its place in the submission's own source."""
    failure = run.first_failure() if run else None
    if failure is None:
        return None
    known = {cell.number: cell for cell in submission.cells} if submission else {}
    return FirstError(
        failure=failure,
        where=place(failure.cell, known, line=failure.line) if failure.cell else "",
        lines=_excerpt(known.get(failure.cell), failure.line),
        trace=cut(failure.trace, MAX_TRACE)[0],
    )


def _excerpt(cell: Cell | None, line: int) -> tuple[CodeLine, ...]:
    if cell is None:
        return ()
    first = max(1, line - LINES_AROUND)
    lines = cell.source.split("\n")[: max(line, 1 + LINES_AROUND) + LINES_AROUND]
    shown = [cut(text, MAX_LINE)[0] for text in lines[first - 1 :]]
    offset = max(cell.line, 1) - 1
    return tuple(
        CodeLine(number=offset + number, text=text, failed=number == line, parts=parts)
        for number, (text, parts) in enumerate(
            zip(shown, _in_parts(lines[: first - 1], shown), strict=True), first
        )
    )


def _in_parts(before: list[str], shown: list[str]) -> tuple[tuple[Part, ...], ...]:
    """Return the shown lines in parts; what stands before tells whether they are within a text."""
    if not shown:
        return ()
    known = before if sum(map(len, before)) + sum(map(len, shown)) < MAX_BEFORE else []
    return highlighted([*known, *shown])[len(known) :]


def _remarks(grade: Grade, submission: Submission | None) -> list[str]:
    read = submission.remarks if submission else ()
    return list(dict.fromkeys([*grade.remarks, *read]))


def _isolation(run: Run | None, environment: Mapping[str, str]) -> str:
    return (run.isolation if run else "") or environment.get("isolation", "")
