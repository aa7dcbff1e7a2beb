"""``grader mark``: marks stored observations again and shows whose points changed."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from grader import pipeline, store
from grader.cli import terminal
from grader.grade import Grade, Gradebook
from grader.language import decimal, say
from grader.sandbox.level import NONE


def run(chosen: argparse.Namespace) -> int:
    """Mark again and return 0 (all graded) or 1 (some need a person)."""
    sheet = terminal.load_sheet(chosen.sheet, chosen.course)
    policy = terminal.late_policy(sheet)
    records = store.read_all(chosen.out)
    session = pipeline.open_session(
        sheet,
        isolation=NONE,
        seed=next(iter(records.values())).seed,
        scanned=chosen.scanned,
        late=policy,
        now=datetime.now(UTC),
        audience=terminal.audience(sheet, chosen.lang),
        look=terminal.look(sheet.folder.parents[1]),
    )
    outcome, before = pipeline.mark_again(records, session, chosen.out)
    screen = terminal.console()
    screen.print(changes(before, outcome.book))
    screen.print(terminal.summary(outcome.book))
    terminal.say_late(outcome.book, policy)
    screen.print(say("report: {path}", path=outcome.index), markup=False)
    return terminal.exit_code(outcome.book)


def changes(before: Gradebook, after: Gradebook) -> object:
    """Return a table of the marks and of the lateness that differ, or a sentence if none does."""
    old = {
        (grade.submission, mark.question): mark
        for grade in before.submissions
        for mark in grade.questions
    }
    rows = terminal.table(
        say("submission"), say("question"), say("before"), say("now"), say("points")
    )
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
    _add_late(rows, before, after)
    return rows if rows.row_count else say("no mark changed")


def _add_late(rows: Table, before: Gradebook, after: Gradebook) -> None:
    old = {grade.submission: grade for grade in before.submissions}
    for grade in after.submissions:
        was = old.get(grade.submission)
        if was is None or _percent(was) == _percent(grade):
            continue
        moved = f"{terminal.points(was.points)} → {terminal.points(grade.points)}"
        percents = (
            say("{percent} % off", percent=decimal(f"{_percent(one):g}")) for one in (was, grade)
        )
        rows.add_row(Text(grade.submission), say("late work"), *percents, moved)


def _percent(grade: Grade) -> float:
    return grade.late.percent if grade.late else 0.0
