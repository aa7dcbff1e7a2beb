"""Pictures as plain data: what an author asks for, and the figures that a mark carries of it.

Nothing is drawn here. An author names parts of questions; marking fills them with the learner's
own values; the report draws what it finds in the mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

PictureKind = Literal["graph", "series", "bars", "agreement"]
"""A graph of values and links, a sequence, lengths to compare, or errors over calls."""
State = Literal["right", "follows", "wrong", "open", "missing", "unsaid"]
"""What is said of one part; ``follows``: consistent with an earlier slip of the learner's own."""
Key = str | int
Scale = Literal["linear", "log"]

MOST_PARTS = 64
"""Most parts of one picture; of calls the first ones are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Calls of a learner's function that are made for a picture alone."""

    question: str
    calls: tuple[Mapping[str, Any], ...]
    """The arguments of each, by the contract's names."""
    feeds: tuple[str, ...] = ()
    """Arguments that, from the second call on, are what the call before returned, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One number of a picture, as its author asks for it."""

    name: str
    """What stands beside it, such as ``conv1_1``, ``t = 3`` or ``∂f/∂a``."""
    question: str = ""
    """Whose value it is; empty for a node that no question asks for."""
    path: tuple[Key, ...] = ()
    """Keys and indices that lead to it; of a function the call's number, from 0, comes first."""
    ends: tuple[str, ...] = ()
    """Of a link: the nodes that it leads from and to."""
    made: int | None = None
    """Which of the calls made for the picture it is the result of, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A picture as its author asks for it."""

    kind: PictureKind
    title: str
    question: str
    """With whose mark it is shown."""
    parts: tuple[Part, ...]
    across: str = ""
    """What the parts count, such as ``layer``."""
    up: str = ""
    """What is measured."""
    scale: Scale = "linear"
    made: tuple[Made, ...] = ()
    """The calls that it needs, one group for each function."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One number of a picture, ready to be drawn."""

    name: str
    given: str = ""
    """The learner's number as text, which may be ``nan`` or ``inf``; empty where there is none.
    Of a call in ``agreement`` its largest absolute error."""
    expected: str = ""
    """The expected number, only where the author always shows it; else see ``HiddenEntry``."""
    state: State = "unsaid"
    ends: tuple[str, ...] = ()
    """Of a link in a ``graph``: the names of the nodes that it leads from and to."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture in figures; every field is part of the contract ``grades/1``."""

    kind: PictureKind
    title: str
    entries: tuple[Entry, ...]
    across: str = ""
    up: str = ""
    scale: Scale = "linear"
    left_out: int = 0
    """How many further numbers the learner gave that are not drawn."""


@dataclass(frozen=True, kw_only=True)
class HiddenEntry:
    """The expected number of one entry, kept apart from the picture that everybody may see."""

    question: str
    """``task.question`` whose policy shows it; a picture may hold parts of several."""
    picture: int
    """Which of the mark's pictures, from 0."""
    entry: int
    """Which of its entries, from 0."""
    expected: str


def figure(number: object) -> str:
    """Return a real number as text with ten digits at most; empty for anything else."""
    if isinstance(number, bool) or not hasattr(number, "__float__"):
        return ""
    try:
        return f"{float(number):.10g}"
    except (OverflowError, TypeError, ValueError):
        return ""
