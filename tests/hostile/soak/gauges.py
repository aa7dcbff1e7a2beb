"""What a grader and its warm interpreter hold, read again and again while a class is graded."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from grader.sandbox import cgroup, processes
from tests.hostile.arena import MOST_MEMORY

MIB = 1024**2
PARTS = 10
"""A class is looked at in so many parts."""


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """One thing that may not grow."""

    name: str
    unit: int = 1
    """What one of the figures shown stands for."""
    most_by_run: int = 0
    """How much more there may be for each submission that is just being graded."""
    most_by_grade: int = 0
    """How much each grade may leave: it is kept until the gradebook is written."""
    most: int = 0
    """How much more there may be, however many submissions there were."""


_GRADER = (
    Gauge(name="descriptors", most_by_run=12),
    Gauge(name="threads", most_by_run=4),
    Gauge(name="processes", most_by_run=4),
    Gauge(name="mounts"),
    Gauge(name="control groups", most_by_run=4),
    Gauge(name="temporary files", most_by_run=2),
    Gauge(name="memory, MiB", unit=MIB, most=MOST_MEMORY),
    Gauge(
        name="of it in use, MiB",
        unit=MIB,
        most_by_run=40 * MIB,
        most_by_grade=16 * 1024,
        most=8 * MIB,
    ),
    Gauge(name="small blocks", most_by_run=1_000_000, most_by_grade=200, most=20_000),
)
_ZYGOTE = (
    Gauge(name="zygote: descriptors", most_by_run=8),
    Gauge(name="zygote: mounts"),
    Gauge(name="zygote: memory, MiB", unit=MIB, most=4 * MIB),
)
GAUGES = (*_GRADER, *_ZYGOTE)
"""An allocator keeps what it was given back, up to what the largest hand-in once took; so memory
may grow as far as one attack may make it. What is in use shows a leak: the system's blocks, in
which every long text is, and those in which Python keeps what is small."""


class Zygote:
    """The processes of the warm interpreter, as they are while it has no fork."""

    def __init__(self, family: Sequence[int]) -> None:
        self._births = {process: processes.birth(process) for process in family}
        self.process = family[-1]
        """The interpreter itself: the others only started it."""

    def lives(self) -> bool:
        """Whether all of them are still the same processes."""
        return all(processes.birth(each) == born != b"" for each, born in self._births.items())


class Meter:
    """Reads all gauges; of each part of a class the least of every gauge is kept.

    While submissions run, figures go up and down with them. The least of many readings does not,
    but with what is never given back.
    """

    def __init__(self, zygote: Zygote, *, submissions: int) -> None:
        self._zygote = zygote
        self._size = max(1, submissions // PARTS)
        self._done = 0
        self._children = _children()
        self.parts: list[dict[str, int]] = []
        self.zygote_lost = False
        self.cold_starts = 0
        """How often a process of the grader's was seen that is not the warm interpreter's."""

    def look(self) -> None:
        """Read all gauges; called after each submission."""
        seen = read(self._zygote)
        if self._done % self._size == 0 and len(self.parts) < PARTS:
            self.parts.append(seen)
        self._done += 1
        least = self.parts[-1]
        self.parts[-1] = {name: min(least[name], now) for name, now in seen.items()}
        self.zygote_lost = self.zygote_lost or not self._zygote.lives()
        self.cold_starts += _children() > self._children


def read(zygote: Zygote) -> dict[str, int]:
    """Return what every gauge shows now."""
    own = os.getpid()
    figures = (
        _entries(f"/proc/{own}/fd"),
        threading.active_count(),
        len(processes.family(own)),
        _mounts(own),
        len(cgroup.mine()),
        _entries(tempfile.gettempdir()),
        _memory(own),
        _in_use(),
        sys.getallocatedblocks(),
        _entries(f"/proc/{zygote.process}/fd"),
        _mounts(zygote.process),
        _memory(zygote.process),
    )
    return {gauge.name: figure for gauge, figure in zip(GAUGES, figures, strict=True)}


def at_rest(zygote: Zygote) -> dict[str, int]:
    """Return what every gauge shows once what is no longer used has been given back."""
    gc.collect()
    return read(zygote)


def faults(
    before: Mapping[str, int],
    parts: Sequence[Mapping[str, int]],
    after: Mapping[str, int],
    *,
    jobs: int,
    submissions: int,
) -> Iterator[str]:
    """Say what has grown: at rest from before to after, and from the first part to the last."""
    for gauge in GAUGES:
        most = gauge.most + gauge.most_by_grade * submissions
        grown = after[gauge.name] - before[gauge.name]
        if grown > most:
            yield f"{gauge.name}: {_shown(gauge, grown)} more after the class than before"
        grown = parts[-1][gauge.name] - parts[0][gauge.name]
        if grown > most + gauge.most_by_run * jobs:
            yield f"{gauge.name}: {_shown(gauge, grown)} more in the last part than in the first"


def table(
    before: Mapping[str, int],
    parts: Sequence[Mapping[str, int]],
    after: Mapping[str, int],
) -> Iterator[str]:
    """Yield the lines of a table: each gauge at rest before and after, and in each part."""
    heads = ["before", *(f"{number}/{len(parts)}" for number in range(1, len(parts) + 1)), "after"]
    width = max(len(gauge.name) for gauge in GAUGES)
    yield f"{'':{width}} " + "".join(f"{head:>8}" for head in heads)
    for gauge in GAUGES:
        figures = [seen[gauge.name] for seen in (before, *parts, after)]
        yield f"{gauge.name:{width}} " + "".join(f"{_shown(gauge, each):>8}" for each in figures)


def _shown(gauge: Gauge, figure: int) -> str:
    return f"{figure / gauge.unit:.1f}" if gauge.unit > 1 else str(figure)


def _entries(folder: str) -> int:
    return len(os.listdir(folder))  # noqa: PTH208


def _mounts(process: int) -> int:
    return Path(f"/proc/{process}/mountinfo").read_bytes().count(b"\n")


def _memory(process: int) -> int:
    return int(psutil.Process(process).memory_info().rss)


class _Blocks(ctypes.Structure):
    """``struct mallinfo2`` of mallinfo(3)."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def _in_use() -> int:
    """Return the bytes that the C library has given out; 0 where it cannot say (not glibc)."""
    ask: Any = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        return 0
    ask.restype = _Blocks
    told = ask()
    return int(told.uordblks + told.hblkhd)


def _children() -> int:
    return len(psutil.Process().children())
