"""How a run can end early: a status and one sentence for each way."""

from __future__ import annotations

import signal

from grader.probe import Limits
from grader.run import RunStatus
from grader.sandbox.level import Isolation

Ending = tuple[RunStatus, str]
_SHELL_OFFSET = 128
"""bwrap reports a signal as a shell does: 128 more than its number."""


def wall_limit(limits: Limits) -> Ending:
    """The whole submission ran too long."""
    return RunStatus.TIMED_OUT, (
        f"The submission ran longer than {limits.submission_seconds:g} s in all and was stopped."
    )


def cell_stuck(where: str, limits: Limits) -> Ending:
    """A cell ran too long and could not be interrupted."""
    return RunStatus.TIMED_OUT, (
        f"The code in {where} ran longer than {limits.cell_seconds:g} s and could not be "
        "interrupted, so the run ended there."
    )


def call_stuck(name: str, limits: Limits) -> Ending:
    """A call ran too long and could not be interrupted."""
    return RunStatus.TIMED_OUT, (
        f"A call of `{name}` ran longer than {limits.call_seconds:g} s and could not be "
        "interrupted, so the run ended there."
    )


def cpu_limit(limits: Limits) -> Ending:
    """The tree of processes used too much CPU time."""
    return RunStatus.TIMED_OUT, (
        f"The submission used more than {limits.cpu_seconds:g} s of CPU time and was stopped."
    )


def out_of_memory(limits: Limits) -> Ending:
    """The tree of processes used too much memory."""
    return RunStatus.OUT_OF_MEMORY, (
        f"The submission used more than {_size(limits.memory_bytes)} of memory and was stopped."
    )


def machine_full() -> Ending:
    """The kernel ended a process although its submission was within its limit."""
    return RunStatus.SANDBOX_ERROR, (
        "The machine itself had no memory left, so the submission was stopped."
    )


def too_many_files(most: int) -> Ending:
    """The private places, which are held in memory, hold too many files."""
    return RunStatus.OUT_OF_MEMORY, (f"The submission made more than {most} files and was stopped.")


def disk_limit(most: int) -> Ending:
    """The files in the private places are too large in all."""
    return RunStatus.OUTPUT_LIMIT, (
        f"The submission wrote more than {_size(most)} of files and was stopped."
    )


def output_limit(limits: Limits) -> Ending:
    """Too many bytes came over the pipe."""
    return RunStatus.OUTPUT_LIMIT, (
        f"The submission produced more than {_size(limits.output_bytes)} of output and was stopped."
    )


def channel_abused() -> Ending:
    """Student code wrote into the grader's own channel."""
    return RunStatus.DIED, (
        "The submission wrote into the channel over which the grader talks to it, "
        "so it was stopped."
    )


def lost() -> Ending:
    """The warm process that this one was forked from has ended, and it with it."""
    return RunStatus.SANDBOX_ERROR, "The process that submissions are started from has ended."


def died(code: int, isolation: Isolation) -> Ending:
    """The process ended by itself, with an exit code or by a signal."""
    number = -code
    if isolation.level == "strict" and not isolation.warm and code > _SHELL_OFFSET:
        number = code - _SHELL_OFFSET
    if number > 0:
        return RunStatus.DIED, f"The submission's process crashed: {_signal(number)}."
    return RunStatus.DIED, f"The submission ended its own process (exit code {code})."


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    meaning = _MEANINGS.get(name, "")
    return f"{meaning} ({name})" if meaning else name


_MEANINGS = {
    "SIGSEGV": "it used memory that is not its own",
    "SIGBUS": "it used memory that is not there",
    "SIGABRT": "it aborted",
    "SIGFPE": "an impossible arithmetic operation",
    "SIGILL": "an impossible instruction",
    "SIGKILL": "it was killed",
    "SIGXCPU": "it used too much CPU time",
    "SIGXFSZ": "it wrote too large a file",
    "SIGTERM": "it was terminated",
}


def _size(count: int) -> str:
    if count >= 1024**3:
        return f"{count / 1024**3:g} GiB"
    return f"{count / 1024**2:g} MiB" if count >= 1024**2 else f"{count} bytes"
