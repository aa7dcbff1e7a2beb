"""The wheel that learners install, Pythons to install it into, and kernels of these."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY

PYTHONS = runpy.run_path(str(REPOSITORY / "scripts/pythons.py"))
DRIVE = REPOSITORY / "tests/live/drive.py"


def build(folder: Path) -> Path:
    """Build the wheel into a folder and return it."""
    line = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(REPOSITORY)]
    subprocess.run(line, check=True, capture_output=True, text=True)
    (built,) = folder.glob("*.whl")
    return built


def environment(folder: Path, version: tuple[int, int]) -> Path:
    """Make a fresh environment of a Python of this machine and return its Python.

    Skips where there is none; fails in CI where there could be."""
    found = PYTHONS["find"](version)
    if found is None:
        missing = "there is no Python {}.{} on this machine".format(*version)
        wanted = os.environ.get("CI") and PYTHONS["obtainable"](version)
        assert not wanted, f"{missing}; see what scripts/pythons.py says"
        pytest.skip(missing)
    subprocess.run([str(found), "-m", "venv", str(folder)], check=True)
    return folder / "bin/python"


def plain_environment() -> dict[str, str]:
    """Return the variables in which English is spoken, and nothing is found but what is installed.

    The debugger's advice about frozen modules would stand among what a kernel says.
    """
    around = {**os.environ, "LC_ALL": "C.UTF-8", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    for name in ("LANGUAGE", "PYTHONPATH"):
        around.pop(name, None)
    return around


def cells(python: Path | str, folder: Path, sources: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Run cells in a kernel of a Python, in a folder; return the outputs of each."""
    around = plain_environment()
    if str(python) == sys.executable:
        around["PYTHONPATH"] = str(REPOSITORY)
    done = subprocess.run(
        [str(python), str(DRIVE)],
        input=json.dumps(sources),
        cwd=folder,
        env=around,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    outputs: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return outputs
