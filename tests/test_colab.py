"""The wheel beside what Colab's runtime holds: pip changes none of it, and ``%check`` works."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests import installed
from tests.conftest import REPOSITORY
from tests.given import hand_out

pytestmark = pytest.mark.xdist_group("wheel")

COLAB = REPOSITORY / "requirements/colab.txt"
PINS = REPOSITORY / "requirements/constraints.txt"
PYTHON = (3, 12)
"""The Python of Colab's runtime that the file is of."""


def _name(line: str) -> str:
    return re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower()


def _held(python: Path) -> dict[str, str]:
    line = [str(python), "-m", "pip", "list", "--format=json"]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    return {_name(one["name"]): one["version"] for one in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def runtime(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """Give the Python of such a runtime with the wheel installed, and what pip changed."""
    folder = tmp_path_factory.mktemp("colab")
    python = installed.environment(folder / "venv", PYTHON)
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "-r", str(COLAB)], check=True, capture_output=True)
    before = _held(python)
    lines = COLAB.read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert before == {_name(name): version for name, version in pinned.items()}
    # What Colab lacks comes in the versions that are tested together here.
    lacking = folder / "lacking.txt"
    ours = PINS.read_text(encoding="utf-8").splitlines()
    lacking.write_text("\n".join(line for line in ours if _name(line) not in before))
    subprocess.run([*pip, "-c", str(lacking), str(wheel)], check=True, capture_output=True)
    after = _held(python)
    return python, {name for name in before if after.get(name) != before[name]}


def test_pip_changes_nothing_that_a_running_kernel_of_colab_has_loaded(
    runtime: tuple[Path, set[str]],
) -> None:
    _, changed = runtime
    assert changed == set()


def _page(outputs: list[dict[str, Any]]) -> tuple[str, str]:
    (only,) = outputs
    assert only["type"] == "execute_result"
    assert set(only["data"]) == {"text/html", "text/plain"}
    return only["data"]["text/html"], only["data"]["text/plain"]


def test_a_kernel_of_colab_checks_a_sheet(runtime: tuple[Path, set[str]], tmp_path: Path) -> None:
    python, _ = runtime
    folder = hand_out("dl_foundations", tmp_path)
    read: Any = nbformat.read
    starter = [
        cell.source
        for cell in read(folder / "dl_foundations.ipynb", as_version=4).cells
        if cell.cell_type == "code"
    ]
    name = "vgg_parameters.conv_params"
    *before, untouched, answer, task, function = installed.cells(
        python,
        folder,
        [
            "import IPython, ipykernel\nprint(IPython.__version__, ipykernel.__version__)",
            *starter,
            "%load_ext grader",
            "%check",
            "conv_params = 14714688",
            "%check vgg_parameters",
            f"import grader\ngrader.check({name!r})",
        ],
    )
    assert [output["text"] for outputs in before for output in outputs] == ["7.34.0 6.17.1\n"]
    assert answer == []
    for shown in _page(untouched):
        assert "chain_rule.df_dx" in shown
        assert "14714688" not in shown
    for shown in _page(task):
        assert "14714688" in shown
        assert "vgg_parameters.fc_params" in shown
        assert "chain_rule.df_dx" not in shown
    for shown in _page(function):
        assert name in shown
        assert "vgg_parameters.fc_params" not in shown


def test_a_kernel_of_colab_tells_where_a_function_failed(
    runtime: tuple[Path, set[str]], tmp_path: Path
) -> None:
    python, _ = runtime
    failing = "def area_of(radius):\n    return radius / 0"
    sources = ["%load_ext grader", failing, "%check area_of"]
    *_, shown = installed.cells(python, hand_out("circles", tmp_path), sources)
    for one in _page(shown):
        assert "ZeroDivisionError" in one
        assert "cell [2], line 2" in one


def test_a_kernel_of_colab_tells_which_cell_failed(
    runtime: tuple[Path, set[str]], tmp_path: Path
) -> None:
    python, _ = runtime
    defined = "def area_of(radius):\n    return 3.0"
    failing = f"pass\n1 / 0\n{defined}\ndisc_area = abs(3.5)"
    sources = ["%load_ext grader", failing, "%check disc_area", "%check area_of"]
    *_, computed, rescued = installed.cells(python, hand_out("circles", tmp_path), sources)
    for one in _page(computed):
        assert "What should define it, cell [2], failed." in one
        assert "ZeroDivisionError in cell [2], line 2: division by zero" in one
    for one in _page(rescued):
        assert "Cell [2] failed, so its definitions were run alone" in one


def test_the_command_of_the_terminal_runs_there(
    runtime: tuple[Path, set[str]], tmp_path: Path
) -> None:
    python, _ = runtime
    folder = hand_out("circles", tmp_path)
    line = [str(python), "-m", "grader", "check"]
    around = {**installed.plain_environment(), "COLUMNS": "160"}
    done = subprocess.run(line, cwd=folder, env=around, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "0 of 5 public checks pass; 5 more run at grading" in done.stdout
