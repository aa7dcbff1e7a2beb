"""A process of one submission with an interpreter of its own, behind a wall or without one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import IO, Any

from grader.probe import Limits
from grader.sandbox import bubblewrap, processes, seccomp
from grader.sandbox.level import Isolation
from grader.sandbox.started import Started

_KILL_SECONDS = 5.0
_AS_HEADROOM = 4 * 1024**3
"""Address space is not memory: torch alone maps nearly 1 GiB that it never touches."""
_KEPT_VARIABLES = (
    *("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT"),
    *("TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"),
)


@dataclass(kw_only=True)
class Cold(Started):
    """A process with an interpreter started for it alone."""

    popen: subprocess.Popen[bytes]
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
    launched = _behind_wall if isolation.level == "bubblewrap" else _unwalled
    with launched(isolation, limits, user, complaints) as (popen, settings):
        assert popen.stdin is not None and popen.stdout is not None
        started = Cold(
            settings=settings,
            isolation=isolation,
            complaints=complaints,
            requests=popen.stdin.fileno(),
            replies=popen.stdout.fileno(),
            popen=popen,
        )
        try:
            yield started
        finally:
            started.kill()
            popen.stdin.close()
            popen.stdout.close()


_Launched = tuple[subprocess.Popen[bytes], dict[str, Any]]


@contextmanager
def _behind_wall(
    isolation: Isolation, limits: Limits, user: int, complaints: IO[bytes]
) -> Iterator[_Launched]:
    root = bubblewrap.as_root()
    yield (
        launch(isolation, limits, user, complaints),
        {
            "packages": bubblewrap.interpreter().packages,
            "private": bubblewrap.PRIVATE if root else (),
            "user": user if root else None,
            "writable": (*bubblewrap.PRIVATE, "/dev"),
            "limits": {**resource_limits(limits), "RLIMIT_NPROC": _process_limit(limits)},
        },
    )


def launch(
    isolation: Isolation,
    limits: Limits,
    user: int,
    complaints: IO[bytes],
    *,
    control: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start the interpreter behind the wall; with ``control`` one that others are forked from.

    Raises ``OSError`` if ``bwrap`` cannot be started.
    """
    python = bubblewrap.interpreter()
    forking = control is not None
    shown = user if bubblewrap.as_root() and not forking else bubblewrap.ORDINARY_USER
    with ExitStack() as kept:
        program = b"" if forking else seccomp.program()
        descriptors = bubblewrap.Descriptors(
            accounts=kept.enter_context(_readable(bubblewrap.accounts(shown))),
            seccomp=kept.enter_context(_readable(program)) if program else None,
        )
        options = bubblewrap.options(limits, python, descriptors, forking=forking)
        options_from = kept.enter_context(_readable("\0".join(options).encode()))
        numbers = (*vars(descriptors).values(), options_from, control)
        return _popen(
            bubblewrap.command(python, options_from=options_from),
            complaints,
            executable=isolation.how,
            pass_fds=tuple(each for each in numbers if each),
        )


@contextmanager
def _unwalled(
    _isolation: Isolation, limits: Limits, _user: int, complaints: IO[bytes]
) -> Iterator[_Launched]:
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment |= bubblewrap.neutral_environment() | dict(limits.environment)
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        work, settings = Path(folder, "submission"), Path(folder, "settings")
        work.mkdir()
        environment["IPYTHONDIR"] = str(settings)
        words = [sys.executable, "-I", "-B", str(bubblewrap.INSIDE / "main.py")]
        yield (
            _popen(words, complaints, env=environment, cwd=str(work)),
            {
                "packages": bubblewrap.package_folders(),
                "private": (),
                "user": None,
                "writable": (),
                "limits": resource_limits(limits),
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


def resource_limits(limits: Limits) -> dict[str, int]:
    """Return the limits that the system enforces on each process."""
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


def _wait_until_gone(process: int) -> None:
    end = time.monotonic() + _KILL_SECONDS
    while not processes.gone(process) and time.monotonic() < end:
        time.sleep(0.001)
