"""What tests of every stage share."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).parent.parent
SCREENSHOTS = Path(os.environ.get("GRADER_SCREENSHOTS") or REPOSITORY / "test-artifacts").resolve()
"""Where the tests in a browser keep pictures of the pages."""
STARTED = time.time()
TINY_COURSE = Path(__file__).parent / "tiny_course"
FORMULA_COURSE = Path(__file__).parent / "formula_course"

# Speed lives in benchmarks: on a busy machine an example may take any time.
settings.register_profile("patient", parent=settings.default, deadline=None)
settings.load_profile("patient")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the screenshots of this run are; it stands here, as only here every run looks."""
    kept = [one for one in SCREENSHOTS.glob("*.png") if one.stat().st_mtime >= STARTED]
    if kept:
        terminalreporter.write_line(f"{len(kept)} screenshots of the pages: {SCREENSHOTS}")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what is remembered between starts apart from that of whoever runs the tests."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process: Playwright starts once in each."""
    from tests import browsers

    with browsers.started() as started:
        yield started


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel that learners install; tests that want it are of the group ``wheel``."""
    from tests import installed

    return installed.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., Ended]:
    """Run the real command line in an empty folder, as a user would."""

    def run(
        *words: str | Path,
        cwd: Path | None = None,
        course: Path | None = None,
        locale: str = "C.UTF-8",
    ) -> Ended:
        line = [sys.executable, "-m", "grader", *map(str, words)]
        if course is not None:
            line += ["--course", str(course)]
        environment = {**os.environ, "COLUMNS": "160", "NO_COLOR": "1", "LC_ALL": locale}
        ended = subprocess.run(
            line, cwd=cwd or tmp_path, capture_output=True, text=True, env=environment, timeout=300
        )
        assert "Traceback (most recent call last)" not in ended.stderr, ended.stderr
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def tiny_course() -> Path:
    """A course of one small sheet, ``circles``, that needs no torch."""
    return TINY_COURSE


@pytest.fixture
def class_folder(tmp_path: Path) -> Path:
    """A class of three: right, a misconception, and a file that is no notebook."""
    folder = tmp_path / "class"
    samples = TINY_COURSE / "exercises/circles/submissions"
    for learner, sample in (
        ("ada", "correct/all_right"),
        ("bob", "misconception/radius_not_squared"),
    ):
        (folder / learner).mkdir(parents=True)
        text = (samples / f"{sample}.py").read_text()
        (folder / learner / "answers.py").write_text(text)
    (folder / "eve").mkdir()
    (folder / "eve" / "answers.ipynb").write_text("not a notebook")
    return folder
