"""Starting an interpreter for one submission: behind bubblewrap, behind its own walls, or as it is.

Each way is a context: when it ends, so does what it made on disk.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import IO, Any

from grader.probe import Limits
from grader.sandbox import bubblewrap, plain, seccomp
from grader.sandbox.interpreter import INSIDE, package_folders, piped
from grader.sandbox.level import Isolation

_AS_HEADROOM = 4 * 1024**3
"""Address space is not memory: torch alone maps nearly 1 GiB that it never touches."""
_READABLE_DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
_READABLE_FACTS = (
    *("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
    *(f"/proc/self/{name}" for name in ("status", "stat", "statm", "maps", "smaps", "limits")),
    *(f"/proc/self/{name}" for name in ("cmdline", "environ", "mem", "fd")),
)
"""What numpy and torch ask about the machine, and what a process may know of itself: not
``/proc/self`` as a whole, in which the network of the machine stands as well."""


@dataclass(frozen=True, kw_only=True)
class Launched:
    """An interpreter that waits for its settings."""

    popen: subprocess.Popen[bytes]
    settings: dict[str, Any]
    """The first frame that it must be sent."""
    complaints: IO[bytes]
    """Where its standard error goes."""
    folder: Path | None = None
    """Where its files are, if they are on this machine's own disk and to be limited."""


def walls(
    *,
    user: int | None,
    program: bytes,
    readable: tuple[str, ...] = ("/",),
    writable: tuple[str, ...] = (*bubblewrap.PRIVATE, "/dev"),
) -> dict[str, Any]:
    """Return the settings of what a process gives up by itself, alike for every way."""
    return {
        "walled": True,
        "alone": False,
        "user": user,
        "shown_user": None,
        "own_network": False,
        "readable": readable,
        "writable": writable,
        "seccomp": base64.b64encode(program).decode("ascii"),
    }


@contextmanager
def _strict(
    isolation: Isolation, limits: Limits, user: int, complaints: IO[bytes]
) -> Iterator[Launched]:
    root = bubblewrap.as_root()
    settings = {
        **walls(user=user if root else None, program=seccomp.program()),
        # An ordinary user's bwrap has made the user namespace already.
        "shown_user": bubblewrap.ORDINARY_USER if root else None,
        "packages": bubblewrap.interpreter().packages,
        "private": bubblewrap.PRIVATE if root else (),
        "limits": {
            **resource_limits(limits),
            "RLIMIT_NPROC": _process_limit(limits, own_count=root),
        },
    }
    popen = behind_wall(isolation, limits, complaints)
    yield Launched(popen=popen, settings=settings, complaints=complaints)


def behind_wall(
    isolation: Isolation, limits: Limits, complaints: IO[bytes], *, control: int | None = None
) -> subprocess.Popen[bytes]:
    """Start the interpreter behind bwrap; with ``control`` one that others are forked from.

    Raises ``OSError`` if ``bwrap`` cannot be started.
    """
    python = bubblewrap.interpreter()
    with ExitStack() as kept:
        accounts = kept.enter_context(_readable(bubblewrap.accounts()))
        options = bubblewrap.options(limits, python, accounts=accounts, forking=control is not None)
        options_from = kept.enter_context(_readable("\0".join(options).encode()))
        return piped(
            bubblewrap.command(python, options_from=options_from),
            complaints,
            executable=isolation.how,
            pass_fds=tuple(each for each in (accounts, options_from, control) if each),
        )


@contextmanager
def _reduced(
    _isolation: Isolation, limits: Limits, user: int, complaints: IO[bytes]
) -> Iterator[Launched]:
    root = bubblewrap.as_root()
    with _folder() as folder:
        # Others may pass through it, but not look: its parts belong to the submission alone.
        folder.chmod(0o711)
        places = [folder / name for name in ("submission", "temporary")]
        for place in places:
            place.mkdir(mode=0o700)
            if root:
                os.chown(place, user, user)
        work, temporary = map(str, places)
        environment = bubblewrap.variables(limits, home=temporary, packages=package_folders())
        if sysconfig.get_config_var("Py_ENABLE_SHARED"):
            environment["LD_LIBRARY_PATH"] = f"{os.path.realpath(sys.base_prefix)}/lib"
        popen = piped(
            [
                os.path.realpath(sys.executable),
                "-I",
                "-S",
                "-B",
                str(INSIDE / "main.py"),
            ],
            complaints,
            env=environment,
            cwd=work,
        )
        settings = {
            **walls(
                user=user if root else None,
                program=seccomp.program(alone=popen.pid),
                readable=(*bubblewrap.visible_folders(), *_READABLE_DEVICES, *_READABLE_FACTS),
                writable=(work, temporary, "/dev/null"),
            ),
            "alone": True,
            "packages": package_folders(),
            "private": (),
            "limits": {
                **resource_limits(limits),
                "RLIMIT_NPROC": limits.processes + (0 if root else _threads_of_user()),
            },
        }
        yield Launched(popen=popen, settings=settings, complaints=complaints, folder=folder)


@contextmanager
def _none(
    _isolation: Isolation, limits: Limits, _user: int, complaints: IO[bytes]
) -> Iterator[Launched]:
    with plain.started(dict(limits.environment), complaints) as process:
        yield Launched(
            popen=process.popen,
            complaints=process.complaints,
            settings={
                "walled": False,
                "packages": package_folders(),
                "private": (),
                "limits": resource_limits(limits),
            },
        )


WAYS: dict[str, Callable[[Isolation, Limits, int, IO[bytes]], AbstractContextManager[Launched]]] = {
    "strict": _strict,
    "reduced": _reduced,
    "none": _none,
}
"""How to start an interpreter on each level."""


@contextmanager
def _readable(data: bytes) -> Iterator[int]:
    """Open a descriptor from which ``data`` can be read once."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file.fileno()


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder that is removed whatever was put into it, however deep."""
    folder = Path(tempfile.mkdtemp(prefix="grader-"))
    try:
        yield folder
    finally:
        # Folders may be closed even to us, and nested deeper than Python can follow.
        for words in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*words, "--", folder], stderr=subprocess.DEVNULL, check=False)


def resource_limits(limits: Limits) -> dict[str, int]:
    """Return the limits that the system enforces on each process."""
    return {
        "RLIMIT_AS": limits.memory_bytes + _AS_HEADROOM,
        "RLIMIT_CPU": ceil(limits.cpu_seconds) + 1,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": 512,
        "RLIMIT_CORE": 0,
    }


def _process_limit(limits: Limits, *, own_count: bool) -> int:
    """Return the limit on processes; before Linux 5.14 a user's others count as well."""
    release = os.uname().release.split("-")[0].split(".")
    if own_count or tuple(map(int, release[:2])) >= (5, 14):
        return limits.processes
    return limits.processes + _threads_of_user()


def _threads_of_user() -> int:
    own = os.getuid()
    threads = 0
    for task in Path("/proc").glob("[0-9]*/task"):
        with suppress(OSError):
            if task.stat().st_uid == own:
                threads += sum(1 for _ in task.iterdir())
    return threads
