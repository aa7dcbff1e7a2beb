"""Running parts of the project with an interpreter that every user may read, as any user.

Submissions of the level ``reduced`` see the machine's own files, so root's interpreter, if it
lies in root's home, is closed to them; and walls are made otherwise for an ordinary user.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from grader.sandbox import interpreter
from tests.conftest import REPOSITORY

USER = 54_321
"""A number that belongs to nobody."""
_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@contextmanager
def readable_python() -> Iterator[Path]:
    """Make a virtual environment with our packages, of the system's own interpreter.

    Skips the test where there is none of our version, or where it cannot be used by others.
    """
    if not Path(f"/usr/bin/python{_VERSION}").exists():
        pytest.skip(f"no /usr/bin/python{_VERSION}, an interpreter that every user may read")
    (packages,) = interpreter.package_folders()[:1]
    with TemporaryDirectory(prefix="ordinary-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "bin").mkdir()
        (folder / "lib" / f"python{_VERSION}").mkdir(parents=True)
        (folder / "temporary").mkdir()
        (folder / "temporary").chmod(0o1777)
        (folder / "bin" / "python").symlink_to(f"/usr/bin/python{_VERSION}")
        (folder / "lib" / f"python{_VERSION}" / "site-packages").symlink_to(packages)
        (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {_VERSION}\n")
        _try(folder)
        yield folder


def run(folder: Path, *words: str | Path, user: int = USER) -> subprocess.CompletedProcess[str]:
    """Run the interpreter of ``readable_python`` as a user, in the project's folder."""
    other: dict[str, Any] = {"user": user, "group": user, "extra_groups": []}
    return subprocess.run(
        [folder / "bin" / "python", "-B", *words],
        cwd=REPOSITORY,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": f"{folder}/temporary",
            "TMPDIR": f"{folder}/temporary",
        },
        **(other if user != os.geteuid() else {}),
        capture_output=True,
        text=True,
        timeout=900,
    )


def _try(folder: Path) -> None:
    try:
        trial = run(folder, "-c", "import grader.pipeline, torch")
    except OSError as problem:
        pytest.skip(f"another user may not enter this folder: {problem}")
    if trial.returncode:
        pytest.skip(f"another user cannot read our packages: {trial.stderr[-200:]}")
