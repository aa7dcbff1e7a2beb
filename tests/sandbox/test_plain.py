"""An interpreter that was started ahead is used once, runs alike, and is never left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.probe import Limits
from grader.run import Run, RunStatus
from grader.sandbox import Isolation, plain
from tests.sandbox import runs

ASKS = runs.notebook(
    "import os, sys, random",
    "words = sys.argv[1:]",
    "variables = sorted(os.environ)",
    "files = sorted(os.listdir())",
    "modules = [name for name in sys.modules if name.startswith('grader')]",
    "print(words, variables, files, modules, 'tests' in sys.path)",
    "undefined",
)
NAMES = ("words", "variables", "files", "modules")


def _seen(run: Run) -> tuple[object, ...]:
    cells = tuple(replace(cell, seconds=0.0) for cell in run.cells)
    return (run.status, cells, *(runs.bound(run, name) for name in NAMES))


def test_a_file_runs_alike_in_an_interpreter_that_was_started_ahead(unwalled: Isolation) -> None:
    with plain.ahead():
        first = runs.run(ASKS, unwalled, names=NAMES)
        second = runs.run(ASKS, unwalled, names=NAMES)
    apart = runs.run(ASKS, unwalled, names=NAMES)
    assert _seen(first) == _seen(second) == _seen(apart)
    assert runs.bound(first, "words") == [[]]


def test_a_sheet_with_variables_of_its_own_gets_another_interpreter(unwalled: Isolation) -> None:
    told = runs.notebook("import os\nsaid = os.environ.get('SAID')")
    with plain.ahead():
        run = runs.run(
            told, unwalled, names=("said",), limits=Limits(environment=(("SAID", "yes"),))
        )
    assert runs.bound(run, "said") == ["yes"]


@pytest.mark.parametrize("taken", [True, False])
def test_nothing_of_it_is_left(
    taken: bool, unwalled: Isolation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt), plain.ahead():
        (process,) = plain._waiting
        if taken:
            runs.run(ASKS, unwalled)
        raise KeyboardInterrupt
    assert process.popen.poll() is not None
    assert list(tmp_path.iterdir()) == []


def test_where_none_can_be_started_the_run_itself_says_why(
    unwalled: Isolation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with plain.ahead():
        run = runs.run(ASKS, unwalled)
    assert run.status is RunStatus.SANDBOX_ERROR and "missing" in run.reason


def test_a_check_loads_no_grammar_that_other_packages_brought(
    tmp_path: Path, tiny_course: Path
) -> None:
    packages, loaded = tmp_path / "packages", tmp_path / "loaded"
    packages.mkdir()
    (packages / "rfc3987_syntax.py").write_text(
        f"import pathlib\npathlib.Path({str(loaded)!r}).touch()\n"
        "def is_valid_syntax(*_): return True\n"
    )
    answers = tmp_path / "answers.ipynb"
    answers.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    paths = os.pathsep.join([str(packages), *filter(None, sys.path)])
    ended = subprocess.run(
        [sys.executable, "-m", "grader", "check", answers, "--course", tiny_course],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert not loaded.exists()
