"""``grader check`` with a course, as its authors have it: by its own references."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from grader import course, files, lateness, observing, sandbox, store
from grader.cli import terminal
from grader.errors import UsageError
from grader.grade import Grade, Mark, Verdict, settled
from grader.language import language, say, speaking, spoken, told
from grader.lateness import LatePolicy
from grader.observing import Setting
from grader.sheet import Sheet, public_view
from grader.store import Record

if TYPE_CHECKING:
    from grader.publishing import Look


def run(chosen: argparse.Namespace) -> int:
    """Check one file; return 0 if all public checks pass, 1 if some fail."""
    if chosen.file is None:
        raise UsageError(say("there is no hand-out here; give the file to check"))
    if chosen.json or chosen.hint or chosen.watch:
        raise UsageError(
            say("--json, --hint and --watch need the hand-out of the sheet around the file")
        )
    whole = _sheet(chosen)
    with speaking(language(spoken().code, folders=[whole.folder, whole.folder.parents[1]])):
        return _check(chosen, whole)


def _check(chosen: argparse.Namespace, whole: Sheet) -> int:
    sheet = public_view(whole)
    policy = terminal.late_policy(whole)
    source = terminal.one_hand_in(chosen.file)
    look = terminal.look(whole.folder.parents[1]) if chosen.html else None
    setting = observing.set_out(sheet, isolation=sandbox.isolation(chosen.isolation))
    screen = terminal.console()
    with (
        terminal.console(stderr=True).status(say("running your file from top to bottom")),
        ThreadPoolExecutor(1) as aside,
    ):
        # The file runs here and not aside, so that Ctrl-C ends it.
        preparing = aside.submit(copy_context().run, _prepare, setting)
        record = observing.observe(source, setting)
        grade = preparing.result()(record)
    if record.rejection is not None:
        raise UsageError(told(record.rejection.reason))
    record = store.told(record)
    checks = tuple(_checks(grade, whole))
    _show(screen, grade, record, checks)
    if look is not None:
        _write_page(chosen.html, grade, record, sheet, policy, look)
        screen.print(say("report: {path}", path=chosen.html), markup=False)
    return int(not all(passed for _, passed, _ in checks))


def _write_page(
    path: Path, grade: Grade, record: Record, sheet: Sheet, policy: LatePolicy | None, look: Look
) -> None:
    from grader import publishing, report

    page = partial(
        report.learner_report,
        _without_secrets(grade),
        record.run,
        record.handed_in,
        sheet.head(),
        record.environment,
        deadline=lateness.closes(policy) if policy else None,
        now=datetime.now(UTC),
    )
    files.write_text(path, publishing.page_by(page, grade.submission, look))


def _prepare(setting: Setting) -> Callable[[Record], Grade]:
    """Return what judges a record; it is loaded here, while the file runs."""
    from grader import pipeline

    session = pipeline.prepare(setting, proofread=False)
    return lambda record: pipeline.judge(record, session)


def _sheet(chosen: argparse.Namespace) -> Sheet:
    folder = terminal.find_course(chosen.course)
    names = course.sheets(folder)
    if chosen.sheet is None and len(names) != 1:
        raise UsageError(
            say(
                "this course has {count} sheets; give --sheet ({names})",
                count=len(names),
                names=", ".join(names),
            )
        )
    return course.load(folder, chosen.sheet or names[0])


def _checks(grade: Grade, sheet: Sheet) -> Iterator[tuple[Mark, bool, str]]:
    """Yield each question's mark, whether its public check passes, and the word to show.

    What other answers may count for is found where one of them is; whether they are right is said
    at grading.
    """
    there = {one.question for one in grade.questions if one.verdict is not Verdict.MISSING}
    for mark, question in zip(grade.questions, sheet.questions, strict=True):
        elsewhere = any(f"{question.task}.{name}" in there for name in question.instead)
        found = mark.verdict is not Verdict.MISSING
        if elsewhere and (not found or mark.note == "prose_only"):
            yield mark, True, terminal.FOUND
        elif mark.public:
            passed = mark.verdict in (Verdict.CORRECT, Verdict.FOLLOW_THROUGH)
            yield mark, passed, mark.verdict
        else:
            yield mark, found, terminal.FOUND if found else Verdict.MISSING


def _show(
    screen: Console, grade: Grade, record: Record, checks: tuple[tuple[Mark, bool, str], ...]
) -> None:
    rows = terminal.table(say("question"), say("check"), say("your answer"), say("where"))
    rows.columns[0].no_wrap = True
    for mark, passed, word in checks:
        symbol = "✓" if passed else "✗"
        given = mark.given if mark.public else ""
        rows.add_row(
            mark.question, Text(f"{symbol} {terminal.word(word)}"), Text(given), Text(mark.where)
        )
    screen.print(rows)
    for mark, passed, word in checks:
        if not passed and word != Verdict.MISSING:
            screen.print(Text(f"{mark.question}: {mark.feedback}"))
    failure = record.run.first_failure() if record.run else None
    if failure is not None:
        screen.print(
            Text(say("first error: {type}: {message}", type=failure.type, message=failure.message))
        )
        if failure.sentence:
            screen.print(Text(failure.sentence))
    screen.print(_tally(grade, checks))


def _tally(grade: Grade, checks: tuple[tuple[Mark, bool, str], ...]) -> str:
    passing = sum(passed for _, passed, _ in checks)
    later = sum(not mark.public for mark in grade.questions)
    return say(
        "{count} of {total} public checks pass; {later} more checks run only at grading",
        count=passing,
        total=len(checks),
        later=later,
    )


def _without_secrets(grade: Grade) -> Grade:
    """Return the grade with nothing said on questions whose checks run only at grading."""
    marks = tuple(mark if mark.public else _veiled(mark) for mark in grade.questions)
    return settled(grade, marks, grade.late)


def _veiled(mark: Mark) -> Mark:
    if mark.verdict is Verdict.MISSING:
        return mark
    return Mark(
        question=mark.question,
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        max_points=mark.max_points,
        note="checked_at_grading",
        given=mark.given,
        where=mark.where,
        feedback=say("Found. Its check runs only at grading."),
    )
