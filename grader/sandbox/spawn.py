"""Starting the process of one submission, and ending it with everything it started.

The only part that knows how such a process comes to be; the rest talks to its two pipes.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

from grader.language import sentence
from grader.probe import Limits
from grader.sandbox import bubblewrap, cgroup, cold, warm, wire
from grader.sandbox.level import Isolation
from grader.sandbox.started import Started


@contextmanager
def start(
    isolation: Isolation, limits: Limits, names: tuple[str, ...] = (), *, file: str = ""
) -> Iterator[Started]:
    """Start a process for one submission; when the context ends nothing of it is left.

    ``names`` are those to watch; ``file`` is the name of a module, as its ``__file__`` tells it.

    Raises ``OSError`` if it cannot be started.
    """
    way = warm.start if isolation.warm else cold.start
    with (
        _users.borrowed() as user,
        tempfile.TemporaryFile() as complaints,
        nullcontext() if isolation.level == "none" else cgroup.group(limits) as group,
        way(isolation, limits, user, complaints) as started,
    ):
        if group is not None:
            # It runs no student code before it is sent its settings.
            group.hold(started.family)
            started.group = group
        started.settings |= {"trial": False, "names": names, "file": file}
        started.settings["output_bytes"] = limits.output_bytes
        yield started


class _Users:
    """Numbers for users that exist nowhere: one for each sandbox that runs at the moment.

    Root's own number would be exempt from the limit on processes, and one shared by two
    submissions would let them stop each other.
    """

    _FIRST, _COUNT = 0x7000_0000, 1 << 28
    _SLOTS = 1 << 6

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._taken: set[int] = set()

    @contextmanager
    def borrowed(self) -> Iterator[int]:
        """Lend a number until the context ends; waits while all are lent."""
        with self._lock:
            self._lock.wait_for(lambda: len(self._taken) < self._SLOTS)
            slot = min(set(range(self._SLOTS)) - self._taken)
            self._taken.add(slot)
        try:
            yield self._number(slot)
        finally:
            with self._lock:
                self._taken.discard(slot)
                self._lock.notify()

    def _number(self, slot: int) -> int:
        first, count = bubblewrap.known_users()
        if first + count >= self._FIRST + self._COUNT:
            first, count = self._FIRST, self._COUNT
        # A container knows fewer; its lower half is where its own users are.
        else:
            first, count = first + count // 2, max(1, count // 2)
        return first + (os.getpid() * self._SLOTS + slot) % count


_users = _Users()


def answers(started: Started, seconds: float) -> str:
    """Let the process set itself up and leave; return what went wrong, '' if nothing."""
    timer = threading.Timer(seconds, started.kill)
    timer.start()
    try:
        with suppress(BrokenPipeError):
            os.write(started.requests, wire.pack({**started.settings, "trial": True}))
        answer = b"".join(iter(lambda: os.read(started.replies, 4_096), b""))
        code = started.wait()
    finally:
        timer.cancel()
        timer.join()
    if code == 0 and answer == wire.pack({"channel": "ready"}):
        return ""
    return started.complaint() or sentence("it ended with exit code {code}", code=code)
