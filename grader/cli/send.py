"""``grader send``: grades, comments and reports through a platform's web service."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from grader import gradebook
from grader.cli import export, rosters, terminal
from grader.errors import UsageError
from grader.grade import Gradebook
from grader.language import decimal, say
from grader.lms.matching import Export, Fate, Match, graded

if TYPE_CHECKING:
    from rich.progress import Progress

    from grader.webservice.address import Address
    from grader.webservice.delivering import Outcome
    from grader.webservice.holding import Platform
    from grader.webservice.journal import Journal
    from grader.webservice.planning import Plan

_NEEDED = ("canvasapi", "requests", "tenacity")
"""What the extra ``web`` brings."""


def run(chosen: argparse.Namespace) -> int:
    """Show the plan, and with --yes send it; return 0 (all is there) or 1 (something is not)."""
    _refuse_bare()
    from grader.webservice import address, journal

    where = address.read(chosen.page)
    book = gradebook.read(chosen.grades)
    sent = journal.Journal(chosen.grades.parent / journal.NAME, where.page)
    with _waits_said(_on_a_terminal):
        platform = _open(where, chosen.roster)
    plan = _plan(where, book, platform, sent, chosen)
    export.show(plan.export)
    if not plan.deliveries:
        terminal.console().print(say("nothing is to be sent"))
        return int(plan.held > 0)
    if not chosen.yes:
        terminal.console().print(say("nothing was sent; give --yes to send"))
        return 1
    return _send(platform, plan, sent)


def _refuse_bare() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(
            say(
                "needs {names}, which is not installed; run `pip install 'grader[web]'`",
                names=", ".join(missing),
            )
        )


def _open(where: Address, roster: Path | None) -> Platform:
    from grader.webservice import tokens
    from grader.webservice.trouble import Passing, Refused

    token = tokens.find(where)
    try:
        if where.lms == "moodle":
            from grader.webservice.moodle import Moodle

            return Moodle(where, token, roster=None if roster is None else rosters.read(roster))
        if roster is not None:
            raise UsageError(
                say("--roster {roster}: is of Moodle alone; leave it out", roster=roster)
            )
        from grader.webservice.canvas import Canvas

        return Canvas(where, token)
    except (Passing, Refused) as problem:
        raise UsageError(_nothing_sent(where, problem.reason)) from None


def _plan(
    where: Address,
    book: Gradebook,
    platform: Platform,
    sent: Journal,
    chosen: argparse.Namespace,
) -> Plan:
    from grader.webservice import planning
    from grader.webservice.trouble import Passing

    lines = planning.matched(book, platform)
    _refuse(lines, where, chosen)
    wanted = graded(lines)
    pages = dict(export.pages_of(book, chosen.grades.parent, wanted))
    try:
        with (
            terminal.progress(say("looking"), len(wanted)) as bar,
            _waits_said(lambda said: _beside(bar, said)),
        ):
            return planning.plan(
                book,
                platform,
                lines,
                sent,
                pages,
                overwrite=chosen.overwrite,
                seen=lambda line: bar.update(bar.task_ids[0], advance=1, last=line.submission),
            )
    except Passing as problem:
        raise UsageError(_nothing_sent(where, problem.reason)) from None


@contextmanager
def _waits_said(tell: Callable[[str], None]) -> Iterator[None]:
    """Say why nothing seems to happen, for how long, and how often it is still tried."""
    from grader.webservice import web

    def told(waiting: web.Waiting) -> None:
        tell(
            say(
                "waits {seconds} s, then attempt {attempt} of {most}: {reason}",
                seconds=decimal(f"{waiting.seconds:.0f}"),
                attempt=waiting.attempt,
                most=web.ATTEMPTS,
                reason=waiting.reason,
            )
        )

    with web.telling(told):
        yield


def _beside(bar: Progress, said: str) -> None:
    """Show a sentence beside the bar until it moves."""
    bar.update(bar.task_ids[0], last=said, refresh=True)


def _on_a_terminal(said: str) -> None:
    screen = terminal.console(stderr=True)
    if screen.is_terminal:
        screen.print(said, markup=False)


def _nothing_sent(where: Address, reason: str) -> str:
    return say("{page}: nothing was sent: {reason}", page=where.page, reason=reason)


def _refuse(lines: Sequence[Match], where: Address, chosen: argparse.Namespace) -> None:
    """Show the plan and raise ``UsageError`` where it is not clear, or for nobody."""
    doubtful = [line.key for line in lines if line.fate is Fate.AMBIGUOUS]
    if doubtful or not graded(lines):
        export.show(Export(plan=tuple(lines), notes=(), changes={}))
    if doubtful:
        raise UsageError(
            say(
                "{grades}: several hand-ins claim one learner ({keys}), so nothing is sent; grade "
                "each learner's or team's download once",
                grades=chosen.grades,
                keys=", ".join(doubtful[:5]),
            )
        )
    if not graded(lines):
        raise UsageError(
            say(
                "{page}: no grade of {grades} belongs to a learner there; give the address of the "
                "same assignment, and decide what waits for a person",
                page=where.page,
                grades=chosen.grades,
            )
        )


def _send(platform: Platform, plan: Plan, sent: Journal) -> int:
    from grader.webservice import delivering

    def seen(outcome: Outcome) -> None:
        last = f"{outcome.delivery.line.submission}: {say(outcome.ending)}"
        bar.update(bar.task_ids[0], advance=1, last=last)

    with (
        terminal.progress(say("sending"), len(plan.deliveries)) as bar,
        _waits_said(lambda said: _beside(bar, said)),
    ):
        outcomes = delivering.deliver(platform, plan.deliveries, sent, seen=seen)
    _show(outcomes)
    return int(plan.held > 0 or any(one.reason for one in outcomes))


def _show(outcomes: Sequence[Outcome]) -> None:
    from grader.webservice.delivering import Ending

    screen = terminal.console()
    rows = terminal.table(say("number"), say("submission"), say("what"), say("note"))
    for one in outcomes:
        line = one.delivery.line
        rows.add_row(*map(Text, (line.key, line.submission, say(one.ending), one.reason)))
    screen.print(rows)
    counts = {ending: sum(one.ending is ending for one in outcomes) for ending in Ending}
    screen.print(", ".join(f"{number} {say(ending)}" for ending, number in counts.items()))
    if any(one.reason for one in outcomes):
        screen.print(
            say("run the same command again: it sends what is still lacking, and nothing twice")
        )
