"""A process of one submission with an interpreter of its own, behind a wall or without one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from grader.probe import Limits
from grader.sandbox import bubblewrap, launch, processes
from grader.sandbox.level import Isolation
from grader.sandbox.started import Started

_KILL_SECONDS = 5.0


@dataclass(kw_only=True)
class Cold(Started):
    """A process with an interpreter started for it alone."""

    popen: subprocess.Popen[bytes]
    folder: Path | None = None
    """Where its files are, if they are on this machine's own disk and to be limited."""
    _seen: dict[int, bytes] = field(default_factory=dict)
    """Without a wall: every process that was ever part of the tree, and when it was born."""
    _first: int = 0
    """The first process of the sandbox's own namespace of processes."""

    def find_kernel(self) -> None:
        """Learn which process of the tree the kernel is, before student code can start others."""
        self.kernel = self.family()[-1] if self._walled else self.popen.pid

    @property
    def _walled(self) -> bool:
        return self.isolation.level == "strict"

    def interrupt(self) -> None:
        """Ask the running cell to stop, as Ctrl-C does."""
        with suppress(OSError):
            if sys.platform == "win32":
                self.popen.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                os.kill(self.kernel, signal.SIGINT)

    def family(self) -> tuple[int, ...]:
        """Return the living processes of the tree."""
        found = processes.family(self.popen.pid)
        if not self._walled:
            self._seen.update((each, processes.birth(each)) for each in found)
        if self._walled and len(found) > 1:
            self._first = found[1]
        return found

    def held_files(self) -> processes.Held:
        """Return what there is in the private places; nothing where they are not limited."""
        if self.folder is not None:
            return processes.held_on_disk(self.folder, self.kernel)
        held = processes.files(self.kernel, bubblewrap.PRIVATE) if self._walled else 0
        return processes.Held(count=held)

    def kill(self) -> None:
        """Kill the whole tree; harmless if it has ended."""
        if self.popen.returncode is not None:
            return
        family = self.family()
        if self._first and not processes.gone(self._first):
            # The first process of the namespace: with it the system kills all others. bwrap
            # itself is left to take note of that, so that no dead process stays in the list.
            processes.kill([self._first])
        else:
            processes.kill(family)

    def wait(self) -> int:
        """Wait until the whole tree has ended; return the exit code, negative for a signal."""
        code = _wait(self.popen, self)
        if self._first:
            # bwrap leaves as soon as it knows the exit code, and the others a moment later.
            _wait_until_gone(self._first)
        elif not self._walled:
            left = (each for each, birth in self._seen.items() if processes.birth(each) == birth)
            processes.kill(each for each in left if each != self.popen.pid)
        return code


def _wait(popen: subprocess.Popen[bytes], usage: Started) -> int:
    if not hasattr(os, "wait4"):
        return popen.wait()
    _, status, used = os.wait4(popen.pid, 0)
    popen.returncode = os.waitstatus_to_exitcode(status)
    usage.cpu_seconds = max(usage.cpu_seconds, used.ru_utime + used.ru_stime)
    unit = 1 if sys.platform == "darwin" else 1024
    usage.peak_rss_bytes = max(usage.peak_rss_bytes, used.ru_maxrss * unit)
    return popen.returncode


@contextmanager
def start(
    isolation: Isolation, limits: Limits, user: int, complaints: IO[bytes]
) -> Iterator[Started]:
    """Start an interpreter for one submission, with the number of a user that root becomes.

    Raises ``OSError`` if it cannot be started.
    """
    with launch.WAYS[isolation.level](isolation, limits, user, complaints) as launched:
        popen = launched.popen
        assert popen.stdin is not None and popen.stdout is not None
        started = Cold(
            settings=launched.settings,
            isolation=isolation,
            complaints=launched.complaints,
            requests=popen.stdin.fileno(),
            replies=popen.stdout.fileno(),
            popen=popen,
            folder=launched.folder,
        )
        try:
            yield started
        finally:
            started.kill()
            popen.stdin.close()
            popen.stdout.close()


def _wait_until_gone(process: int) -> None:
    end = time.monotonic() + _KILL_SECONDS
    while not processes.gone(process) and time.monotonic() < end:
        time.sleep(0.001)
