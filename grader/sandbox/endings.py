"""How a run can end early: a status and one sentence for each way."""

from __future__ import annotations

import signal

from grader.language import joined, sentence
from grader.probe import Limits
from grader.run import RunStatus
from grader.sandbox.level import Isolation

Ending = tuple[RunStatus, str]
_SHELL_OFFSET = 128
"""bwrap reports a signal as a shell does: 128 more than its number."""


def wall_limit(limits: Limits) -> Ending:
    """The whole submission ran too long."""
    return RunStatus.TIMED_OUT, (
        sentence(
            "The submission ran longer than {seconds} s in all and was stopped.",
            seconds=limits.submission_seconds,
        )
    )


def cell_stuck(where: str, limits: Limits) -> Ending:
    """A cell ran too long and could not be interrupted."""
    return RunStatus.TIMED_OUT, (
        sentence(
            "The code in {where} ran longer than {seconds} s and could not be "
            "interrupted, so the run ended there.",
            where=where,
            seconds=limits.cell_seconds,
        )
    )


def call_stuck(name: str, limits: Limits) -> Ending:
    """A call ran too long and could not be interrupted."""
    return RunStatus.TIMED_OUT, (
        sentence(
            "A call of `{name}` ran longer than {seconds} s and could not be interrupted, "
            "so the run ended there.",
            name=name,
            seconds=limits.call_seconds,
        )
    )


def cpu_limit(limits: Limits) -> Ending:
    """The tree of processes used too much CPU time."""
    return RunStatus.TIMED_OUT, (
        sentence(
            "The submission used more than {seconds} s of CPU time and was stopped.",
            seconds=limits.cpu_seconds,
        )
    )


def out_of_memory(limits: Limits) -> Ending:
    """The tree of processes used too much memory."""
    return RunStatus.OUT_OF_MEMORY, (
        sentence(
            "The submission used more than {size} of memory and was stopped.",
            size=_size(limits.memory_bytes),
        )
    )


def machine_full() -> Ending:
    """The kernel ended a process although its submission was within its limit."""
    return RunStatus.SANDBOX_ERROR, (
        sentence("The machine itself had no memory left, so the submission was stopped.")
    )


def too_many_files(most: int) -> Ending:
    """The private places, which are held in memory, hold too many files."""
    return RunStatus.OUT_OF_MEMORY, (
        sentence("The submission made more than {most} files and was stopped.", most=most)
    )


def disk_limit(most: int) -> Ending:
    """The files in the private places are too large in all."""
    return RunStatus.OUTPUT_LIMIT, (
        sentence(
            "The submission wrote more than {size} of files and was stopped.", size=_size(most)
        )
    )


def output_limit(limits: Limits) -> Ending:
    """Too many bytes came over the pipe."""
    return RunStatus.OUTPUT_LIMIT, (
        sentence(
            "The submission produced more than {size} of output and was stopped.",
            size=_size(limits.output_bytes),
        )
    )


def channel_abused() -> Ending:
    """Student code wrote into the grader's own channel."""
    return RunStatus.DIED, (
        sentence(
            "The submission wrote into the channel over which the grader talks to it, so it "
            "was stopped."
        )
    )


def lost() -> Ending:
    """The warm process that this one was forked from has ended, and it with it."""
    return RunStatus.SANDBOX_ERROR, sentence(
        "The process that submissions are started from has ended."
    )


def died(code: int, isolation: Isolation) -> Ending:
    """The process ended by itself, with an exit code or by a signal."""
    number = -code
    if isolation.level == "strict" and not isolation.warm and code > _SHELL_OFFSET:
        number = code - _SHELL_OFFSET
    if number > 0:
        return RunStatus.DIED, sentence(
            "The submission's process crashed: {signal}.", signal=_signal(number)
        )
    return RunStatus.DIED, sentence(
        "The submission ended its own process (exit code {code}).", code=code
    )


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return sentence("signal {number}", number=number)
    meaning = _MEANINGS.get(name, "")
    return joined(" ", (meaning, f"({name})")) if meaning else name


_MEANINGS = {
    "SIGSEGV": sentence("it used memory that is not its own"),
    "SIGBUS": sentence("it used memory that is not there"),
    "SIGABRT": sentence("it aborted"),
    "SIGFPE": sentence("an impossible arithmetic operation"),
    "SIGILL": sentence("an impossible instruction"),
    "SIGKILL": sentence("it was killed"),
    "SIGXCPU": sentence("it used too much CPU time"),
    "SIGXFSZ": sentence("it wrote too large a file"),
    "SIGTERM": sentence("it was terminated"),
}


def _size(count: int) -> str:
    if count >= 1024**3:
        return sentence("{count} GiB", count=count / 1024**3)
    if count >= 1024**2:
        return sentence("{count} MiB", count=count / 1024**2)
    return sentence("{count} bytes", count=count)
