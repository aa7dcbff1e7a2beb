"""Hand-outs for tests, made in a process of their own: one process can load one course alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.conftest import REPOSITORY, TINY_COURSE

_COURSES = {"circles": TINY_COURSE, "dl_foundations": REPOSITORY}


def hand_out(sheet: str, folder: Path) -> Path:
    """Put a sheet's hand-out into a new folder and return where it is."""
    return Path(shutil.copytree(_released(sheet), folder / sheet))


@cache
def _released(sheet: str) -> Path:
    out = Path(mkdtemp())
    words = ["release", sheet, "--no-samples", "-o", str(out), "--course", str(_COURSES[sheet])]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    line = [sys.executable, "-m", "grader", *words]
    subprocess.run(line, check=True, capture_output=True, env=environment)
    return out / sheet
