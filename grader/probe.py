"""What a run has to observe: names to look up and calls to make, never how they are judged.

This is all that the sandbox is told about a sheet. It holds no expected value, no tolerance and
no points; the calls' arguments are plain values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod

from grader import values
from grader.values import Value

MOST_FED = 64
"""Most numbers of one returned value that go into the next call."""


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One parameter of a function question: its contract name and the spellings also accepted."""

    name: str
    spellings: tuple[str, ...] = ()
    default: Value | None = None
    """The value a learner's function may assume when it has no such parameter."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call to make: contract name of each argument with its value, in the contract's order."""

    arguments: tuple[tuple[str, Value], ...]
    otherwise: Call | None = None
    """The same call in another form, made where the learner's function fails on the first."""


@dataclass(frozen=True, kw_only=True)
class PictureCalls:
    """Calls made for a picture alone: nothing that they give decides a mark."""

    calls: tuple[Call, ...]
    feeds: tuple[str, ...] = ()
    """Arguments that, from the second call on, are what the call before returned, in order."""

    def fed(self, position: int, returned: Value | None) -> Call | None:
        """Return a call with what the one before ``returned``; None where that does not fit."""
        call = self.calls[position]
        if not self.feeds or position == 0:
            return call
        items = _items(returned)
        if len(items) < len(self.feeds) or not all(map(_is_small, items)):
            return None
        given = dict(zip(self.feeds, items, strict=False))
        arguments = tuple((name, given.get(name, value)) for name, value in call.arguments)
        return replace(call, arguments=arguments)


def _items(returned: Value | None) -> Sequence[Value]:
    if isinstance(returned, values.Sequence):
        return returned.items
    if isinstance(returned, values.Mapping):
        return [value for _, value in returned.items]
    return [] if returned is None else [returned]


def _is_small(value: Value) -> bool:
    if isinstance(value, values.Array):
        return prod(value.shape) <= MOST_FED
    return isinstance(value, values.Integer | values.Real)


@dataclass(frozen=True, kw_only=True)
class FunctionProbe:
    """The calls that one function question makes."""

    question: str
    names: tuple[str, ...]
    """The contract name first, then its aliases."""
    arguments: tuple[Argument, ...]
    calls: tuple[Call, ...]
    for_pictures: tuple[PictureCalls, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Everything to observe in one run; the same for all learners of a class."""

    names: tuple[str, ...]
    """Names whose values are written down at the end of each cell that binds them."""
    functions: tuple[FunctionProbe, ...] = ()

    def watched(self) -> tuple[str, ...]:
        """Return every name that is asked for, those of functions included."""
        functions = (name for function in self.functions for name in function.names)
        return tuple(dict.fromkeys((*self.names, *functions)))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one submission may use; the sheet may say otherwise."""

    cell_seconds: float = 30.0
    call_seconds: float = 10.0
    submission_seconds: float = 120.0
    cpu_seconds: float = 120.0
    """CPU time of the whole process tree."""
    memory_bytes: int = 2 * 1024**3
    """Memory of the whole process tree, pages shared with others not counted."""
    processes: int = 64
    """Processes and threads at once."""
    file_bytes: int = 64 * 1024**2
    """Largest file, and size of the private working folder."""
    output_bytes: int = 4 * 1024**2
    """Everything that comes back over the pipe: outputs and observations."""
    environment: tuple[tuple[str, str], ...] = field(default=())
    """Variables to set for the student's process besides the neutral ones."""
