"""The control group of one submission: the kernel's own limit on all memory that it adds.

A process is put into its group before any student code runs, so everything that it starts is
born there. What belongs to no process counts as well: files in memory, pipes, sockets. Pages that
a fork shares with the warm process stay charged to that one. Where no group can be made, memory
is watched from outside alone (``link``).
"""

from __future__ import annotations

import atexit
import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Literal

from grader.probe import Limits
from grader.sandbox import bubblewrap
from grader.sandbox.controllers import PROCESSES, Found, Parent, find
from grader.sandbox.level import Isolation

KERNEL_BYTES = 64 * 1024**2
"""What the kernel may hold for a submission: page tables, pipes, sockets, names of files."""
_HELPERS = 8
"""Processes of the wall itself, which are in the group as well."""
_LARGEST_STEP = 1024**2
"""How much below its limit a group may be when the next request for memory does not fit."""
_PAUSES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Seconds between attempts to remove a group: its last process may still be on its way out."""


class Group:
    """The control group of one submission."""

    def __init__(self, parent: Parent, name: str, limits: Limits) -> None:
        """Make it; raises ``OSError``."""
        self._parent = parent
        self._most = most_memory(limits)
        self._folders = parent.make(
            name,
            memory_bytes=self._most,
            processes=limits.processes + _HELPERS,
        )

    def hold(self, family: Callable[[], tuple[int, ...]]) -> None:
        """Put a tree of processes into it, parents first; raises ``OSError``.

        Looks again until nobody is new: what a process starts after it was put in is born inside,
        and what it started before shows in its list of children.
        """
        inside: set[int] = set()
        while new := [each for each in family() if each not in inside]:
            for process in new:
                self._add(process)
            inside.update(new)

    def _add(self, process: int) -> None:
        for folder in self._folders:
            # One that has ended already says by itself what went wrong.
            with suppress(ProcessLookupError):
                self._parent.system.write(folder / PROCESSES, str(process))

    def holds_at_most(self, limit: int) -> bool:
        """Return whether it is certain that the group holds no more bytes than this."""
        return 0 < self._count(self._parent.version.usage) <= limit

    @property
    def killed(self) -> bool:
        """Whether the kernel has ended a process of the group for want of memory."""
        return self._count(self._parent.version.kills, "oom_kill") > 0

    @property
    def over_limit(self) -> bool:
        """Whether it did so because the group itself was at its limit, and not the machine.

        Version 1 does not say it: there it is taken from the most that the group ever held.
        """
        version = self._parent.version
        if version.full:
            return self.killed and self._count(version.kills, version.full) > 0
        return self.killed and self._count(version.peak) > self._most - _LARGEST_STEP

    def _count(self, file: str, word: str = "") -> int:
        version, system = self._parent.version, self._parent.system
        return version.count(system, self._folders[0], file, word)

    def remove(self) -> tuple[Path, ...]:
        """Remove it; returns the folders that cannot be removed yet."""
        return tuple(each for each in self._folders if not self._removed(each))

    def _removed(self, folder: Path) -> bool:
        for pause in (*_PAUSES, 0.0):
            try:
                self._parent.system.remove(folder)
            except OSError as problem:
                if problem.errno != errno.EBUSY:
                    return problem.errno == errno.ENOENT
            else:
                return True
            time.sleep(pause)
        return False


def most_memory(limits: Limits) -> int:
    """Return the limit of a group in bytes.

    Above that on the memory of its processes by what else counts in a group and an honest
    submission may use: full private folders, and the kernel's own share. Cached pages of other
    files need no room: the kernel drops them first.
    """
    private = len(bubblewrap.PRIVATE) * limits.file_bytes
    return limits.memory_bytes + private + KERNEL_BYTES


def memory_limit(isolation: Isolation) -> Literal["cgroup", "watched"]:
    """Return what holds a submission to its memory: a control group, or being watched alone."""
    limited = isolation.level != "none" and found().parent is not None
    return "cgroup" if limited else "watched"


class _Groups:
    """The groups of this grading process, and where they are made; sought when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: Found | None = None
        self._owner = 0
        self._numbers = count(2)
        self._left: set[Path] = set()
        """Folders that could not be removed yet."""

    def found(self) -> Found:
        """Return where groups are made, or why nowhere."""
        with self._lock:
            if self._found is None:
                self._found, self._owner = find(), os.getpid()
            return self._found

    @contextmanager
    def group(self, limits: Limits) -> Iterator[Group | None]:
        """Make a group for one submission, None where there are none; removed at the end.

        Raises ``OSError`` if it cannot be made although such groups could be made before.
        """
        parent = self.found().parent
        if parent is None:
            yield None
            return
        made = Group(parent, f"grader-{os.getpid()}-{next(self._numbers)}", limits)
        try:
            yield made
        finally:
            left = made.remove()
            with self._lock:
                self._left.update(left)
            self._try_again(parent)

    def _try_again(self, parent: Parent) -> None:
        with self._lock:
            for folder in list(self._left):
                with suppress(OSError):
                    parent.system.remove(folder)
                    self._left.discard(folder)

    def mine(self) -> frozenset[str]:
        """Return the folders of this process's groups that exist at the moment."""
        parent = self.found().parent
        if parent is None:
            return frozenset()
        folders = {parent.memory, parent.processes or parent.memory}
        found = (each for folder in folders for each in folder.glob(f"grader-{os.getpid()}-*"))
        return frozenset(str(each) for each in found if each != parent.moved)

    def close(self) -> None:
        """Remove what could not be removed before, and go back to where the grader was."""
        parent = self._found.parent if self._found else None
        if parent is not None and self._owner == os.getpid():
            self._try_again(parent)
            parent.leave()
            self._found = None


_groups = _Groups()
atexit.register(_groups.close)
found, group, mine = _groups.found, _groups.group, _groups.mine
