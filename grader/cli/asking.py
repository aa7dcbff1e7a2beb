"""Whose a download is: asked where names leave it open and a person sits at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from rich.text import Text

from grader import intake
from grader.cli import terminal
from grader.errors import UsageError
from grader.intake import Intake
from grader.language import say
from grader.lms.entries import NAMES

_PLAIN = "none"
_LISTED = 3
"""Names that a line shows of those that would be read so."""


def collect(paths: Sequence[Path], lms: str) -> Intake:
    """Return the hand-ins in ``paths``; where their names do not agree on whose they are, ask.

    ``lms`` is as for ``intake.collect``. Without a terminal nobody is asked, and the refusal
    stays a ``UsageError``.
    """
    try:
        return intake.collect(paths, lms=lms)
    except intake.MixedError as problem:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise
        return _asked(paths, problem)


def _asked(paths: Sequence[Path], problem: intake.MixedError) -> Intake:
    """Show what there would be to grade by each reading, and return what a person chooses."""
    readings = dict(_readings(paths))
    screen = terminal.console()
    screen.print(str(problem), markup=False)
    rows = terminal.table(say("answer"), say("hand-ins"), say("for example"))
    for lms, found in readings.items():
        rows.add_row(*map(Text, (lms, _counted(lms, found), ", ".join(_examples(lms, found)))))
    screen.print(rows)
    choices = ", ".join(readings)
    while True:
        try:
            answer = input(say("which is it? ({choices}) ", choices=choices)).strip().lower()
        except EOFError:
            raise problem from None
        if answer in readings:
            screen.print(say("without being asked: --lms {lms}", lms=answer), markup=False)
            return readings[answer]


def _readings(paths: Sequence[Path]) -> Iterator[tuple[str, Intake]]:
    """Yield what is found where all is read as one platform names it, of those that name any."""
    for lms in NAMES:
        with suppress(UsageError):
            found = intake.collect(paths, lms=lms)
            if _of(lms, found):
                yield lms, found
    yield _PLAIN, intake.collect(paths, lms=_PLAIN)


def _of(lms: str, found: Intake) -> list[intake.Source]:
    return [one for one in found.sources if one.identity and one.identity.lms == lms]


def _counted(lms: str, found: Intake) -> str:
    total = len(found.sources)
    if lms == _PLAIN:
        return say("{total}, called by their files' names", total=total)
    named = len(_of(lms, found))
    return say("{count} of {total} named so", count=named, total=total)


def _examples(lms: str, found: Intake) -> list[str]:
    """Return how the platform named some of them; a person's name stands in plain files alone."""
    ours = found.sources if lms == _PLAIN else _of(lms, found)
    return [one.shown.rpartition("/")[2] or one.name for one in ours[:_LISTED]]
