"""``grader check`` with a hand-out: what can be said of a file without any answer."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from grader import files, intake, observing, sandbox
from grader.cli import terminal
from grader.errors import UsageError
from grader.grade import Grade, Mark, Status, Verdict
from grader.handout import FILE, PublicSheet, blank, public
from grader.handout.bundle import starter_files
from grader.handout.checked import Checked, PublicCheck, SelfCheck, State
from grader.intake import Source
from grader.sheet import Sheet
from grader.store import Record

SYMBOLS = {State.PASSES: "✓", State.FAILS: "✗", State.OPEN: "?"}


def find(file: Path | None) -> Path | None:
    """Return the nearest hand-out around a file, or around here; None where there is none."""
    start = Path.cwd() if file is None else file.absolute().parent
    return next((one / FILE for one in (start, *start.parents) if (one / FILE).is_file()), None)


def run(chosen: argparse.Namespace, handed_out: Path) -> int:
    """Check one file; return 0 if no public check fails, 1 if some do."""
    given = public.read(handed_out)
    if chosen.sheet not in (None, given.name):
        raise UsageError(f"--sheet {chosen.sheet}: {handed_out} is the sheet {given.name}")
    _check_hint(chosen, given)
    sheet = blank.sheet(given, handed_out.parent)
    setting = observing.set_out(sheet, isolation=sandbox.isolation(chosen.isolation))
    source = _source(chosen.file or written(given, handed_out.parent))
    with (
        terminal.console(stderr=True).status("running your file from top to bottom"),
        ThreadPoolExecutor(1) as aside,
    ):
        # The file runs here and not aside, so that Ctrl-C ends it.
        loaded = aside.submit(looking, given, sheet)
        record = observing.observe(source, setting)
        look = loaded.result()
    if record.rejection is not None:
        raise UsageError(record.rejection.reason)
    outcome = look(record)
    if chosen.json:
        print(_json(outcome))
    else:
        _show(terminal.console(), outcome, chosen.hint or [])
    if chosen.html:
        files.write_text(chosen.html, _page(outcome, sheet, record))
        terminal.console(stderr=True).print(f"report: {chosen.html}", markup=False)
    return int(not outcome.passes)


def looking(given: PublicSheet, sheet: Sheet) -> Callable[[Record], SelfCheck]:
    """Return what looks at a record; it is loaded here, while the file runs."""
    from grader.handout import selfcheck

    prepared = blank.prepared(given, sheet)

    def look(record: Record) -> SelfCheck:
        assert record.submission is not None and record.run is not None
        return selfcheck.check(prepared, record.submission, record.run)

    return look


def _check_hint(chosen: argparse.Namespace, given: PublicSheet) -> None:
    ids = [f"{task.name}.{one.name}" for task in given.tasks for one in task.questions]
    for name in chosen.hint or []:
        if name not in ids:
            raise UsageError(f"--hint {name}: is no question; there are {', '.join(ids)}")


def written(given: PublicSheet, folder: Path) -> Path:
    """Return the starter's file that was written into; where both are as they were the first."""
    starters = starter_files(given)
    there = [name for name in starters if (folder / name).is_file()]
    changed = [name for name in there if (folder / name).read_bytes() != starters[name]]
    if len(changed) > 1:
        raise UsageError(f"both {' and '.join(changed)} were written into; give one of them")
    if not there:
        raise UsageError(f"{folder}: has none of {' and '.join(starters)}; give your file")
    return folder / (changed or there)[0]


def _source(file: Path) -> Source:
    if not file.exists():
        raise UsageError(f"{file}: there is no such file")
    sources = intake.collect([file]).sources
    if len(sources) != 1:
        raise UsageError(f"{file}: holds {len(sources)} hand-ins; give one file")
    return sources[0]


def _show(screen: Console, outcome: SelfCheck, wanted: list[str]) -> None:
    rows = terminal.table("question", "check", "your answer", "where")
    rows.columns[0].no_wrap = True
    for one in outcome.questions:
        word = _word(one)
        given = _understood(one) or one.given
        rows.add_row(one.question, Text(word), Text(given), Text(one.where))
    screen.print(rows)
    for one in outcome.questions:
        for told in _told(one.checks):
            screen.print(Text(f"{SYMBOLS[told.state]} {one.question}: {told.sentence}"))
    for relation in _told(outcome.invariants):
        screen.print(Text(f"{SYMBOLS[relation.state]} {relation.sentence}"))
    held = [one.what for one in outcome.invariants if one.state is State.PASSES]
    if held:
        screen.print(Text(f"{SYMBOLS[State.PASSES]} own values fit together: {'; '.join(held)}"))
    for one in outcome.questions:
        if one.question in wanted:
            for number, hint in enumerate(one.hints, start=1):
                screen.print(Text(f"hint {number} for {one.question}: {hint}"))
            if not one.hints:
                screen.print(Text(f"there is no hint for {one.question}"))
    for remark in outcome.remarks:
        screen.print(Text(remark))
    if outcome.error:
        screen.print(Text(outcome.error))
    screen.print(outcome.tally)


def _word(one: Checked) -> str:
    symbol = SYMBOLS[one.state]
    if one.state is State.PASSES:
        return f"{symbol} found"
    if one.found:
        return f"{symbol} {'look at it' if one.state is State.FAILS else 'open'}"
    return f"{symbol} {'not found' if one.state is State.FAILS else 'open'}"


def _understood(one: Checked) -> str:
    from grader.handout.selfcheck import echo

    read = echo(one)
    return f"understood as {read}" if read else ""


def _told(checks: tuple[PublicCheck, ...]) -> list[PublicCheck]:
    return [one for one in checks if one.state is not State.PASSES]


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
    sentences = [told.sentence for told in _told(one.checks)]
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
        feedback=" ".join([*sentences, *([] if missing else ["It is judged at grading."])]),
    )
