"""Checking again each time that a file is saved: its time and size are looked at now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

State = tuple[int, int] | None
"""When a file was changed and how large it is; None while it is not there."""

SECONDS: Final = 0.3


def states(path: Path) -> Iterator[State]:
    """Yield the state of a file, again and again, without an end."""
    while True:
        yield state(path)
        time.sleep(SECONDS)


def state(path: Path) -> State:
    """Return the state of a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def settled(seen: Iterable[State]) -> Iterator[State]:
    """Yield each new state once it is seen twice in a row, the first one included.

    So a file that is still being written, or replaced by another one, is not read halfway.
    """
    told = before = None
    for now in seen:
        if now is not None and now == before and now != told:
            told = now
            yield now
        before = now


def again(check: Callable[[], int], saves: Iterable[State]) -> int:
    """Check once for each of ``saves``; return the last exit code when these end, or on Ctrl-C."""
    code = 0
    try:
        for _ in saves:
            code = check()
    except KeyboardInterrupt:
        pass
    return code
