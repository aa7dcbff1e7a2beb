"""Starting the process of one submission, and ending it with everything it started.

The only part that knows how such a process comes to be; the rest talks to its two pipes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import IO, Any

from grader.probe import Limits
from grader.sandbox import bubblewrap, processes, seccomp, wire
from grader.sandbox.level import Isolation

_KILL_SECONDS = 5.0
_AS_HEADROOM = 4 * 1024**3
"""Address space is not memory: torch alone maps nearly 1 GiB that it never touches."""
_KEPT_VARIABLES = (
    *("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT"),
    *("TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"),
)


@dataclass
class Started:
    """A running process with the ends of its pipes."""

    popen: subprocess.Popen[bytes]
    settings: dict[str, Any]
    """The first frame that it must be sent."""
    isolation: Isolation
    complaints: IO[bytes]
    """What was written to standard error before the kernel took it over."""
    kernel: int = 0
    """The process that interrupts are for; known once it has reported."""
    cpu_seconds: float = 0.0
    peak_rss_bytes: int = 0
    _seen: dict[int, bytes] = field(default_factory=dict)
    """Without a wall: every process that was ever part of the tree, and when it was born."""
    _first: int = 0
    """The first process of the sandbox's own namespace of processes."""

    def find_kernel(self) -> None:
        """Learn which process of the tree the kernel is, before student code can start others."""
        self.kernel = self.family()[-1] if self._walled else self.popen.pid

    @property
    def _walled(self) -> bool:
        return self.isolation.level == "bubblewrap"

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

    def count_files(self) -> int:
        """Return how many files there are in the private places; 0 without a wall."""
        return processes.files(self.kernel, bubblewrap.PRIVATE) if self._walled else 0

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

    def complaint(self) -> str:
        """Return the last line on standard error: why it could not start."""
        self.complaints.seek(0)
        lines = self.complaints.read(65_536).decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


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
    isolation: Isolation, limits: Limits, names: tuple[str, ...] = (), *, file: str = ""
) -> Iterator[Started]:
    """Start a process for one submission; when the context ends nothing of it is left.

    ``names`` are those to watch; ``file`` is the name of a module, as its ``__file__`` tells it.

    Raises ``OSError`` if it cannot be started.
    """
    with _users.borrowed() as user, tempfile.TemporaryFile() as complaints:
        if isolation.level == "bubblewrap":
            context = _behind_wall(isolation, limits, user, complaints)
        else:
            context = _unwalled(limits, complaints)
        with context as (popen, settings):
            settings |= {"trial": False, "names": names, "file": file}
            settings["output_bytes"] = limits.output_bytes
            started = Started(popen, settings, isolation, complaints)
            try:
                yield started
            finally:
                started.kill()
                for pipe in (popen.stdin, popen.stdout):
                    if pipe is not None:
                        pipe.close()


@contextmanager
def _behind_wall(
    isolation: Isolation, limits: Limits, user: int, complaints: IO[bytes]
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    python = bubblewrap.interpreter()
    root = bubblewrap.as_root()
    accounts = bubblewrap.accounts(user if root else bubblewrap.ORDINARY_USER)
    with ExitStack() as kept:
        descriptors = bubblewrap.Descriptors(
            accounts=kept.enter_context(_readable(accounts)),
            seccomp=kept.enter_context(_readable(seccomp.program())) if seccomp.program() else None,
        )
        options = "\0".join(bubblewrap.options(limits, python, descriptors)).encode()
        options_from = kept.enter_context(_readable(options))
        popen = _popen(
            bubblewrap.command(python, options_from=options_from),
            complaints,
            executable=isolation.how,
            pass_fds=tuple(each for each in (*vars(descriptors).values(), options_from) if each),
        )
    yield (
        popen,
        {
            "packages": python.packages,
            "private": bubblewrap.PRIVATE if root else (),
            "user": user if root else None,
            "writable": (*bubblewrap.PRIVATE, "/dev"),
            "limits": {**_resource_limits(limits), "RLIMIT_NPROC": _process_limit(limits)},
        },
    )


@contextmanager
def _unwalled(
    limits: Limits, complaints: IO[bytes]
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment |= bubblewrap.neutral_environment() | dict(limits.environment)
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        work, settings = Path(folder, "submission"), Path(folder, "settings")
        work.mkdir()
        environment["IPYTHONDIR"] = str(settings)
        words = [sys.executable, "-I", "-B", str(bubblewrap.INSIDE / "main.py")]
        popen = _popen(words, complaints, env=environment, cwd=str(work))
        yield (
            popen,
            {
                "packages": bubblewrap.package_folders(),
                "private": (),
                "user": None,
                "writable": (),
                "limits": _resource_limits(limits),
            },
        )


@contextmanager
def _readable(data: bytes) -> Iterator[int]:
    """Open a descriptor from which ``data`` can be read once."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file.fileno()


def _popen(
    words: list[str],
    complaints: IO[bytes],
    *,
    executable: str | None = None,
    env: dict[str, str] | None = None,
    cwd: str = os.sep,
    pass_fds: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    own_group: dict[str, Any] = {"start_new_session": True, "pass_fds": pass_fds}
    if sys.platform == "win32":
        own_group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        words,
        executable=executable,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        bufsize=0,
        cwd=cwd,
        env=env or {},
        **own_group,
    )


def _resource_limits(limits: Limits) -> dict[str, int]:
    return {
        "RLIMIT_AS": limits.memory_bytes + _AS_HEADROOM,
        "RLIMIT_CPU": ceil(limits.cpu_seconds) + 1,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": 512,
        "RLIMIT_CORE": 0,
    }


def _process_limit(limits: Limits) -> int:
    """Return the limit on processes; before Linux 5.14 a user's others count as well."""
    release = os.uname().release.split("-")[0].split(".")
    if bubblewrap.as_root() or tuple(map(int, release[:2])) >= (5, 14):
        return limits.processes
    own = os.getuid()
    threads = 0
    for task in Path("/proc").glob("[0-9]*/task"):
        with suppress(OSError):
            if task.stat().st_uid == own:
                threads += sum(1 for _ in task.iterdir())
    return limits.processes + threads


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


def _wait_until_gone(process: int) -> None:
    end = time.monotonic() + _KILL_SECONDS
    while not processes.gone(process) and time.monotonic() < end:
        time.sleep(0.001)


def answers(started: Started, seconds: float) -> str:
    """Let the process set itself up and leave; return what went wrong, '' if nothing."""
    popen = started.popen
    request = wire.pack({**started.settings, "trial": True})
    timer = threading.Timer(seconds, started.kill)
    timer.start()
    try:
        answer, _ = popen.communicate(request)
    finally:
        timer.cancel()
    if popen.returncode == 0 and answer == wire.pack({"channel": "ready"}):
        return ""
    return started.complaint() or f"it ended with exit code {popen.returncode}"
