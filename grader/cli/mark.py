"""``grader mark``: marks stored observations again and shows whose points changed."""

from __future__ import annotations

import argparse

from rich.text import Text

from grader import pipeline, store
from grader.cli import terminal
from grader.grade import Gradebook
from grader.sandbox.level import NONE


def run(chosen: argparse.Namespace) -> int:
    """Mark again and return 0 (all graded) or 1 (some need a person)."""
    sheet = terminal.load_sheet(chosen.sheet, chosen.course)
    records = store.read_all(chosen.out)
    session = pipeline.open_session(
        sheet,
        isolation=NONE,
        seed=next(iter(records.values())).seed,
        scanned=chosen.scanned,
    )
    outcome, before = pipeline.mark_again(records, session, chosen.out)
    screen = terminal.console()
    screen.print(changes(before, outcome.book))
    screen.print(terminal.summary(outcome.book))
    screen.print(f"report: {outcome.index}", markup=False)
    return terminal.exit_code(outcome.book)


def changes(before: Gradebook, after: Gradebook) -> object:
    """Return a table of the marks that differ, or a sentence if none does."""
    old = {
        (grade.submission, mark.question): mark
        for grade in before.submissions
        for mark in grade.questions
    }
    rows = terminal.table("submission", "question", "before", "now", "points")
    for grade in after.submissions:
        for mark in grade.questions:
            was = old.get((grade.submission, mark.question))
            if was is None or (was.verdict, was.points) == (mark.verdict, mark.points):
                continue
            moved = f"{terminal.points(was.points)} → {terminal.points(mark.points)}"
            rows.add_row(
                Text(grade.submission),
                mark.question,
                terminal.verdict(was.verdict),
                terminal.verdict(mark.verdict),
                moved,
            )
    return rows if rows.row_count else "no mark changed"
