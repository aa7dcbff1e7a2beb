"""The interpreter of the level ``none``: a plain process in a folder of its own.

It needs nothing of a sheet but its variables, so a command that will run one file can start it at
once (``ahead``): it makes its kernel while the command itself is still being loaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grader.sandbox.interpreter import INSIDE, neutral_environment, package_folders, piped

AHEAD = "ahead"
_KEPT_VARIABLES = (
    *("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT"),
    *("TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"),
)


@dataclass(frozen=True)
class Process:
    """A plain interpreter that waits for its settings."""

    popen: subprocess.Popen[bytes]
    complaints: IO[bytes]
    """Where its standard error goes."""


_waiting: list[Process] = []


@contextmanager
def ahead() -> Iterator[None]:
    """Start an interpreter for the first submission; one that nobody took ends with the context.

    Where none can be started, the submission's own start says why.
    """
    words = (AHEAD, json.dumps(package_folders()))
    with ExitStack() as kept:
        with suppress(OSError):
            complaints = kept.enter_context(tempfile.TemporaryFile())
            _waiting.append(kept.enter_context(_process({}, complaints, *words)))
        try:
            yield
        finally:
            for left in _waiting:
                _end(left.popen)
            _waiting.clear()


@contextmanager
def started(variables: Mapping[str, str], complaints: IO[bytes]) -> Iterator[Process]:
    """Lend the interpreter that waits, or start one; some sheets set further ``variables``.

    Raises ``OSError`` if it cannot be started.
    """
    if _waiting and not variables:
        yield _waiting.pop()
        return
    with _process(variables, complaints) as process:
        yield process


@contextmanager
def _process(variables: Mapping[str, str], complaints: IO[bytes], *words: str) -> Iterator[Process]:
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment |= neutral_environment() | dict(variables)
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        work, settings = Path(folder, "submission"), Path(folder, "settings")
        work.mkdir()
        environment["IPYTHONDIR"] = str(settings)
        line = [sys.executable, "-I", "-B", str(INSIDE / "main.py"), *words]
        yield Process(piped(line, complaints, env=environment, cwd=str(work)), complaints)


def _end(popen: subprocess.Popen[bytes]) -> None:
    assert popen.stdin is not None and popen.stdout is not None
    popen.kill()
    popen.wait()
    popen.stdin.close()
    popen.stdout.close()
