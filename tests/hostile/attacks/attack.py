"""What an attack is: a learner's code, what it goes for, and the outcome that is sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.probe import Limits
from grader.run import RunStatus

MIB = 1024**2
LIMITS = Limits(
    cell_seconds=25.0,
    call_seconds=5.0,
    submission_seconds=75.0,
    cpu_seconds=12.0,
    memory_bytes=700 * MIB,
    processes=40,
    file_bytes=16 * MIB,
    output_bytes=2 * MIB,
)
"""Tighter than in class, so that what has to hit a limit does so soon; time is there in plenty,
as a busy machine may be slow: what has to run out of it has its own, ``SHORT``."""
SHORT = replace(LIMITS, cell_seconds=1.0, submission_seconds=8.0)
LONG = replace(LIMITS, cell_seconds=40.0, submission_seconds=60.0, memory_bytes=1500 * MIB)
"""For what has to import torch first."""


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One attack; its code runs in a cell between an honest one and a last word."""

    name: str
    category: str = ""
    code: str = ""
    status: tuple[RunStatus, ...] = (RunStatus.OK,)
    """The ways in which the run may end."""
    raises: tuple[str, ...] = ()
    """The exceptions that the attack's own cell must end with; none if empty."""
    goes_on: bool | None = True
    """Whether the cells after it still run; None where either is sound."""
    reason: str = ""
    """Words that the sentence on the run's end must hold."""
    limits: Limits = LIMITS
    works_without_a_wall: bool = False
    """It is harmless on a machine of one's own and gets through there: proof that it can."""
    everyday: bool = False
    """One of those that are also run by a grader who is an ordinary user."""
    file: Callable[[Path], None] | None = None
    """For an attack that is no code: writes what is handed in into a folder."""
    alone: Mapping[str, Any] = field(default_factory=dict)
    """What is stated otherwise for the level ``reduced``: there no process can be started, no
    mode changed and no socket made, which ends many attacks sooner."""

    promised_alone: bool = True
    """Whether ``reduced`` promises to contain it: names of folders are no secret there."""

    def promised(self, way: str) -> bool:
        """Return whether this way of starting a submission promises to contain it."""
        return self.promised_alone or way != "reduced"

    def on(self, level: str) -> Attack:
        """Return the attack as it is stated for a level of isolation."""
        return replace(self, **self.alone) if level == "reduced" else self


REFUSED: Mapping[str, Any] = {
    "status": (RunStatus.ERROR,),
    "raises": ("PermissionError",),
    "goes_on": True,
    "reason": "",
}
"""How an attack ends on the level ``reduced`` whose first step is refused there."""


def of(category: str, *attacks: Attack) -> tuple[Attack, ...]:
    """Return the attacks of one category."""
    return tuple(replace(each, category=category) for each in attacks)


PRELUDE = '''
import ctypes, errno, os, resource, signal, socket, subprocess, sys, threading, time
attempts, reached, refused = [], [], {}

def attempt(name, action):
    """Do what must not be possible."""
    result = effort(name, action)
    if name not in refused:
        reached.append(f"{name}: {result!r:.80}")
    return result

def effort(name, action):
    """Do what may be possible as long as nothing comes of it."""
    attempts.append(name)
    try:
        return action()
    except BaseException as problem:
        refused[name] = type(problem).__name__

libc = ctypes.CDLL(None, use_errno=True)

def checked(result):
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result

def call(name, *arguments):
    ctypes.set_errno(0)
    return checked(getattr(libc, name)(*arguments))

def system_call(number, *arguments):
    ctypes.set_errno(0)
    return checked(libc.syscall(number, *arguments))
'''
"""The first cell: how an attack tells what it reached."""
LAST_WORD = (
    "disc_area = 1.0\ncorners = 5\ndef area_of(radius): return -1.0\n"
    "report = {'attempts': list(attempts), 'reached': list(reached), 'refused': dict(refused)}"
)
"""The cell after the attack: wrong answers, and what it reached."""
SLIPS = frozenset(["NameError", "SyntaxError", "AttributeError", "TypeError", "IndentationError"])
"""Refusals that speak for a mistake in the attack and not for the wall."""
