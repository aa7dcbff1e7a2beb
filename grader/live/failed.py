"""Inputs that failed, by what a shell keeps of them: as failures of a run."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from traceback import walk_tb
from typing import Any

from grader.marking.code import Code, mentions
from grader.run import Failure
from grader.sandbox import wire
from grader.sandbox.inside import failures
from grader.submission import Submission

_PLACE = re.compile(r" \([^()]*, line (?P<line>\d+)\)$")
"""What Python adds to a syntax error: a file of the kernel's own naming, and a line."""


@contextmanager
def placed(files: Mapping[str, int]) -> Iterator[None]:
    """Let failures know which input each made-up file name is, as long as it lasts."""
    known = dict(failures.CELLS)
    failures.CELLS.update(files)
    try:
        yield
    finally:
        failures.CELLS.clear()
        failures.CELLS.update(known)


def failed(shell: Any, files: Mapping[str, int]) -> dict[int, Failure]:
    """Return the failure of each input that failed, as far as the shell tells.

    All of them by IPython 9 and newer, by older ones that of the last input alone. ``files`` says
    which input each made-up file name of the compiler is.
    """
    kept = getattr(shell.history_manager, "exceptions", None)
    if kept is not None:
        return {int(number): _kept(int(number), one) for number, one in dict(kept).items()}
    last = getattr(sys, "last_value", None)
    if not isinstance(last, BaseException):
        return {}
    with placed(files):
        told = wire.FailureText(**failures.describe(last))
    frames = (frame.f_code.co_filename for frame, _ in walk_tb(last.__traceback__))
    # It is the cell that was run which failed, whichever one the failing function stands in.
    number = next((files[name] for name in frames if name in files), told.cell)
    found = Failure(type=told.type, message=told.message, cell=told.cell, line=told.line)
    return {number: found} if number else {}


def in_the_way(
    shown: Submission, code: Code, missing: Collection[str], failed: Mapping[int, Failure]
) -> dict[int, Failure]:
    """Return the failures of those inputs that should have defined a missing name last."""
    unparsed = [cell for cell in shown.cells if cell.number in code.unparsed]
    numbers = {
        max(
            (
                *(one.cell for one in code.binding(name)),
                *(cell.number for cell in unparsed if mentions(cell, name)),
            ),
            default=0,
        )
        for name in missing
    }
    return {number: failed[number] for number in sorted(numbers) if number in failed}


def _kept(number: int, one: Mapping[str, Any]) -> Failure:
    message = str(one.get("evalue", ""))
    place = _PLACE.search(message)
    return Failure(
        type=str(one.get("ename", "")),
        message=(message[: place.start()] if place else message)[: failures.MAX_MESSAGE],
        cell=number,
        line=int(place["line"]) if place else 0,
    )
