"""The instructor's page of one grade: everything that is known, made of stored data alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.grade import Grade, Policy, SheetHead
from grader.language import message, say
from grader.marking import notes
from grader.report.learner import kept_small, page_values
from grader.report.observed import Observations, observations
from grader.report.outputs import place
from grader.report.page import render
from grader.report.text import cut
from grader.report.views import for_instructor
from grader.report.words import Said
from grader.run import CellRun, CellStatus, Failure, Run
from grader.submission import Cell, Rejection, Submission

MAX_CELLS = 500
"""Cells whose time is listed."""
MAX_TRACES = 200_000
"""Characters of all tracebacks on one page."""

POLICY: Mapping[Policy, str] = Said(
    {
        "never": message("never"),
        "after_deadline": message("after the deadline"),
        "always": message("always"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How one cell ran."""

    where: str
    status: CellStatus
    seconds: float
    outputs: int
    salvaged: bool


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One failed cell with its whole traceback."""

    where: str
    failure: Failure
    text: str
    left_out: int
    """Characters that are not shown."""


def instructor_page(
    grade: Grade,
    run: Run | None,
    submission: Submission | Rejection | None,
    sheet: SheetHead,
    environment: Mapping[str, str],
    *,
    report: str = "",
    folder: Path | None = None,
) -> str:
    """Return everything on one grade as a self-contained HTML page; never for a learner.

    It holds expected values, calls made at grading alone, and what the sandbox returned. ``run``
    and ``submission`` are None where they are lost or were never there; the page says so.
    ``report`` is the address of the learner's report, relative to the page. The same data gives
    the same bytes. ``folder`` holds a course's own templates.
    """
    grade = for_instructor(grade)
    made = partial(
        whole_page, grade, sheet=sheet, environment=environment, report=report, folder=folder
    )
    return kept_small(made, run, submission)


def whole_page(
    grade: Grade,
    run: Run | None,
    submission: Submission | None,
    sheet: SheetHead,
    environment: Mapping[str, str],
    *,
    report: str = "",
    trouble: str = "",
    folder: Path | None = None,
) -> str:
    """Return the page with everything on it, of whatever size; fails where a part of it fails."""
    values = page_values(grade, run, submission, sheet, environment, trouble=trouble)
    known = {cell.number: cell for cell in submission.cells} if submission else {}
    cells = run.cells if run else ()
    return render(
        "instructor.html",
        {
            **values,
            "report": report,
            "policies": POLICY,
            "note_means": _note_means,
            "timings": _timings(cells[:MAX_CELLS], known),
            "more_cells": max(0, len(cells) - MAX_CELLS),
            "traces": _traces(cells, known),
            "observed": observations(run, submission) if run else Observations(),
        },
        folder=folder,
    )


def _note_means(note: str) -> str:
    return say(notes.meaning(note))


def _timings(cells: Iterable[CellRun], known: Mapping[int, Cell]) -> list[Timing]:
    return [
        Timing(
            where=place(one.cell, known),
            status=one.status,
            seconds=one.seconds,
            outputs=len(one.outputs),
            salvaged=one.salvaged,
        )
        for one in cells
    ]


def _traces(cells: Iterable[CellRun], known: Mapping[int, Cell]) -> list[Trace]:
    room, traces = MAX_TRACES, []
    for one in cells:
        if one.failure is None:
            continue
        text, left_out = cut(one.failure.trace, room)
        room -= len(text)
        where = place(one.cell, known, line=one.failure.line)
        traces.append(Trace(where=where, failure=one.failure, text=text, left_out=left_out))
    return traces
