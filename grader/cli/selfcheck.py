"""``grader check`` with a hand-out: what can be said of a file without any answer."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from grader import files, observing, sandbox, store
from grader.cli import selfchecked, terminal, watching
from grader.errors import SentenceError, UsageError
from grader.grade import Grade, Mark, Status, Verdict
from grader.handout import PublicSheet, blank, public
from grader.handout.bundle import starter_files
from grader.handout.checked import Checked, SelfCheck, State
from grader.language import all_of, language, say, spoken, told
from grader.sheet import Sheet
from grader.store import Record


def run(chosen: argparse.Namespace, handed_out: Path) -> int:
    """Check one file; return 0 if no public check fails, 1 if some do."""
    # A hand-out is in one language, and has no catalogue of another.
    language(spoken().code)
    given = public.read(handed_out)
    if chosen.sheet not in (None, given.name):
        raise UsageError(
            say(
                "--sheet {wanted}: {path} is the sheet {name}",
                wanted=chosen.sheet,
                path=handed_out,
                name=given.name,
            )
        )
    questions = [f"{task.name}.{one.name}" for task in given.tasks for one in task.questions]
    hints = selfchecked.levels(chosen.hint or [], questions)
    file = chosen.file or written(given, handed_out.parent)
    sheet = blank.sheet(given, handed_out.parent)
    check = partial(_check, chosen, given, sheet, file, hints)
    if not chosen.watch:
        return check()
    saves = watching.settled(watching.states(file))
    return watching.again(partial(_heard, check, file), saves)


def _heard(check: Callable[[], int], file: Path) -> int:
    """Check once and return the exit code, also of a file that cannot be read as it is now."""
    aside = terminal.console(stderr=True)
    try:
        code = check()
    except SentenceError as problem:
        aside.print(told(str(problem)), markup=False)
        code = 2
    aside.print(
        say("{file} is checked again when it is saved; Ctrl-C ends", file=file), markup=False
    )
    return code


def _check(
    chosen: argparse.Namespace, given: PublicSheet, sheet: Sheet, file: Path, hints: dict[str, int]
) -> int:
    setting = observing.set_out(sheet, isolation=sandbox.isolation(chosen.isolation))
    source = terminal.one_hand_in(file)
    with (
        terminal.console(stderr=True).status(say("running your file from top to bottom")),
        ThreadPoolExecutor(1) as aside,
    ):
        # The file runs here and not aside, so that Ctrl-C ends it.
        loaded = aside.submit(copy_context().run, looking, given, sheet)
        record = store.told(observing.observe(source, setting))
        look = loaded.result()
    if record.rejection is not None:
        raise UsageError(record.rejection.reason)
    outcome = look(record)
    if chosen.json:
        print(_json(outcome))
    else:
        selfchecked.show(terminal.console(), outcome, hints)
    if chosen.html:
        files.write_text(chosen.html, _page(outcome, sheet, record))
        shown = say("report: {path}", path=chosen.html)
        terminal.console(stderr=True).print(shown, markup=False)
    return int(not outcome.passes)


def looking(given: PublicSheet, sheet: Sheet) -> Callable[[Record], SelfCheck]:
    """Return what looks at a record; it is loaded here, while the file runs."""
    from grader.handout import differs, ready, selfcheck

    prepared = ready.prepared(given, sheet)

    def look(record: Record) -> SelfCheck:
        assert record.submission is not None and record.run is not None
        outcome = selfcheck.check(prepared, record.submission, record.run)
        return replace(outcome, differences=differs.differences(record.submission, record.run))

    return look


def written(given: PublicSheet, folder: Path) -> Path:
    """Return the starter's file that was written into; where both are as they were the first."""
    starters = starter_files(given)
    there = [name for name in starters if (folder / name).is_file()]
    changed = [name for name in there if (folder / name).read_bytes() != starters[name]]
    if len(changed) > 1:
        raise UsageError(
            say("both {files} were written into; give one of them", files=all_of(changed))
        )
    if not there:
        raise UsageError(
            say(
                "{folder}: has none of {files}; give your file",
                folder=folder,
                files=all_of(list(starters)),
            )
        )
    return folder / (changed or there)[0]


def _json(outcome: SelfCheck) -> str:
    import msgspec

    data = msgspec.to_builtins(outcome) | {"passes": outcome.passes, "tally": outcome.tally}
    return msgspec.json.format(msgspec.json.encode(data), indent=1).decode()


def _page(outcome: SelfCheck, sheet: Sheet, record: Record) -> str:
    """Return the report of a hand-out's check: no mark in it is decided."""
    from grader import report

    submission = record.submission
    assert submission is not None and record.run is not None
    points = {question.id: question.points for question in sheet.questions}
    marks = tuple(_mark(one, points[one.question]) for one in outcome.questions)
    grade = Grade(
        submission=submission.name,
        source=submission.source,
        sha256=submission.sha256,
        status=Status.NEEDS_REVIEW,
        points=0.0,
        max_points=sheet.max_points,
        run=None,
        questions=marks,
        remarks=(outcome.tally, *submission.remarks),
    )
    return report.learner_report(
        grade, record.run, submission, sheet.head(), record.environment,
        deadline=None, now=datetime.now(UTC),
    )  # fmt: skip


def _mark(one: Checked, points: float) -> Mark:
    missing = not one.found and one.state is State.FAILS
    sentences = [told.sentence for told in selfchecked.not_passed(one.checks)]
    return Mark(
        question=one.question,
        verdict=Verdict.MISSING if missing else Verdict.NEEDS_REVIEW,
        points=0.0 if missing else None,
        max_points=points,
        note="missing" if missing else "checked_at_grading",
        given=one.given,
        where=one.where,
        understood=one.understood,
        chain=one.chain,
        feedback=" ".join([*sentences, *([] if missing else [say("It is judged at grading.")])]),
    )
