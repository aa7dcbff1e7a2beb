"""What a run showed: observations, outputs, how it ended. Stored, to be marked again at will."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.submission import Output
from grader.values import Value


class RunStatus(StrEnum):
    """How the run of a submission ended."""

    OK = "OK"
    """Every cell ran without an error."""
    ERROR = "ERROR"
    """At least one cell raised; everything else still ran."""
    TIMED_OUT = "TIMED_OUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    OUTPUT_LIMIT = "OUTPUT_LIMIT"
    DIED = "DIED"
    """The student's process ended by itself: exit, a signal, a crash."""
    SANDBOX_ERROR = "SANDBOX_ERROR"
    """Our own failure; never counted against the learner."""


class CellStatus(StrEnum):
    """How one cell ended."""

    OK = "OK"
    ERROR = "ERROR"
    TIMED_OUT = "TIMED_OUT"
    KILLED = "KILLED"
    """The process ended while this cell ran."""
    NOT_RUN = "NOT_RUN"
    """The process had ended before this cell's turn."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An exception in student code, as text."""

    type: str
    """Name of the exception's class, such as ``ZeroDivisionError``."""
    message: str
    cell: int = 0
    """The cell in which it was raised, 0 if it was in none."""
    line: int = 0
    """The line within that cell, 0 if unknown."""
    trace: str = ""
    """The traceback as plain text, capped."""
    sentence: str = ""
    """What it means in plain words, where that is known (``input()``, no network, …)."""


@dataclass(frozen=True, kw_only=True)
class CellRun:
    """One cell's run."""

    cell: int
    status: CellStatus
    seconds: float = 0.0
    outputs: tuple[Output, ...] = ()
    failure: Failure | None = None
    salvaged: bool = False
    """The cell failed, and some of its imports, definitions and plain constants were run alone."""


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A wanted name as it stood at the end of a cell that bound it."""

    name: str
    cell: int
    value: Value
    salvaged: bool = False


@dataclass(frozen=True, kw_only=True)
class CallResult:
    """What one call gave."""

    value: Value | None = None
    """The returned value; None where the call did not return."""
    failure: Failure | None = None
    timed_out: bool = False
    printed: str = ""
    """What the call wrote to standard output, capped."""
    mutated: tuple[str, ...] = ()
    """Contract names of the arguments that the call changed in place."""
    refusal: str = ""
    """Why this call could not be made (a parameter that the function does not have)."""
    otherwise: bool = False
    """The function failed on the call's first form; this is what it gave on the other."""


@dataclass(frozen=True, kw_only=True)
class FunctionRun:
    """All calls of one function question, in the probe's order."""

    question: str
    name: str
    """The name under which the function was found: the contract's or an alias."""
    cell: int
    refusal: str = ""
    """Why no call was made at all: a wrong signature, in one sentence."""
    results: tuple[CallResult, ...] = ()
    """Fewer than the probe's calls where the process ended before the last one."""
    for_pictures: tuple[tuple[CallResult, ...], ...] = ()
    """What the calls made for pictures gave, up to the first that could not be made."""
    salvaged: bool = False


@dataclass(frozen=True, kw_only=True)
class Run:
    """Everything that a run of one submission brought back."""

    status: RunStatus
    reason: str = ""
    """One sentence on anything but OK."""
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_rss_bytes: int = 0
    isolation: str = ""
    """Which isolation it ran under: ``bubblewrap`` or ``none``."""
    cells: tuple[CellRun, ...] = ()
    bindings: tuple[Binding, ...] = ()
    """In the order in which they were made; a name bound twice is there twice."""
    changes: tuple[Binding, ...] = ()
    """A watched list, dict or array that a later cell changed without binding its name again."""
    functions: tuple[FunctionRun, ...] = ()

    def first_failure(self) -> Failure | None:
        """Return the first exception of the run, the one worth reading first."""
        return next((run.failure for run in self.cells if run.failure), None)
