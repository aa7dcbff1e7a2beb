"""The interpreter of a submission on every level: its program, its variables, its pipes.

It imports nothing of the engine, so that one can be started before the rest is loaded.
"""

from __future__ import annotations

import os
import site
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

INSIDE = Path(__file__).parent / "inside"
"""The program that it runs."""


def package_folders() -> tuple[str, ...]:
    """Return the folders of installed packages that this interpreter imports from."""
    known = [*site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        known.append(site.getusersitepackages())
    return tuple(os.path.realpath(folder) for folder in known if Path(folder).is_dir())


def neutral_environment() -> dict[str, str]:
    """Return the variables that make runs alike wherever they happen."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    return {
        **dict.fromkeys(threads, "1"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONUTF8": "1",
    }


def piped(
    words: list[str],
    complaints: IO[bytes],
    *,
    executable: str | None = None,
    env: dict[str, str] | None = None,
    cwd: str = os.sep,
    pass_fds: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, with pipes to it and from it."""
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
