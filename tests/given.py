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


_MAKE = """
import sys
from pathlib import Path
from grader import course, handout
folder, sheet, out = sys.argv[1:]
handout.write(handout.make(course.load(Path(folder), sheet)), Path(out))
"""


@cache
def _released(sheet: str) -> Path:
    out = Path(mkdtemp())
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    line = [sys.executable, "-c", _MAKE, str(_COURSES[sheet]), sheet, str(out)]
    subprocess.run(line, check=True, capture_output=True, env=environment)
    return out / sheet
