"""The wheel that learners install: engine and templates, no answer, and it grades."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader import course, handout
from tests import installed
from tests.conftest import REPOSITORY, TINY_COURSE


@pytest.mark.xdist_group("wheel")
def test_the_wheel_holds_engine_and_templates_and_no_answers(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("grader/templates/") for name in names)
    roots = {name.split("/")[0] for name in names}
    assert {root for root in roots if not root.endswith(".dist-info")} == {"grader"}
    content = b"".join(zipfile.ZipFile(wheel).read(name) for name in names)
    for answer in (b"14714688", b"123642856", b"138357544", b"48.756", b"def conv_parameters"):
        assert answer not in content


@pytest.mark.xdist_group("wheel")
@pytest.mark.sandbox
def test_a_fresh_environment_with_only_the_wheel_grades(wheel: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / ("Scripts" if os.name == "nt" else "bin") / "python"
    pins = REPOSITORY / "requirements/constraints.txt"
    install = [str(python), "-m", "pip", "install", "-q", "-c", str(pins), f"{wheel}[sandbox]"]
    subprocess.run(install, check=True, capture_output=True, text=True)
    sample = TINY_COURSE / "exercises/circles/submissions/correct/all_right.py"
    out = tmp_path / "out"
    line = [str(python), "-m", "grader", "grade", "circles", str(sample), "-o", str(out)]
    done = subprocess.run(
        [*line, "--course", str(TINY_COURSE)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    (grade,) = json.loads((out / "grades.json").read_text())["submissions"]
    assert grade["points"] == 7
    assert (out / "reports/all_right.html").stat().st_size > 1000
    folder, _ = handout.write(handout.make(course.load(TINY_COURSE, "circles")), tmp_path / "given")
    line = [str(python), "-m", "grader", "check"]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "0 of 5 public checks pass; 5 more run at grading" in done.stdout


OTHERS = [version for version in installed.PYTHONS["SUPPORTED"] if version != sys.version_info[:2]]


@pytest.mark.xdist_group("wheel")
@pytest.mark.parametrize("version", OTHERS, ids=lambda version: "{}.{}".format(*version))
def test_a_learner_may_have_any_python_that_is_supported(
    version: tuple[int, int], wheel: Path, tmp_path: Path
) -> None:
    python = installed.environment(tmp_path / "venv", version)
    pins = REPOSITORY / "requirements/constraints.txt"
    subprocess.run([python, "-m", "pip", "install", "-q", "-c", pins, wheel], check=True)
    folder, _ = handout.write(handout.make(course.load(TINY_COURSE, "circles")), tmp_path / "given")
    (folder / "circles.py").write_text("disc_area = 12.5\n", encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}

    def said(*words: str, code: int) -> str:
        done = subprocess.run(
            [python, *words], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == code, done.stderr
        return done.stdout

    assert "12.5" in said("-m", "grader", "check", "circles.py", code=1)
    assert "receipt: " in said("-m", "grader", "pack", "circles.py", "--even-so", code=0)
    live = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance(colors='NoColor')\n"
        "shell.run_cell('%load_ext grader\\ndisc_area = 12.5')\n"
        "print(shell.run_line_magic('check', 'circle.disc_area').__repr__())"
    )
    assert "12.5" in said("-c", live, code=0)
