"""``grader check``, ``verify``, ``demo`` and ``doctor`` from end to end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ended

Command = Callable[..., Ended]
SAMPLES = "exercises/circles/submissions"


def test_check_passes_a_right_file_and_says_what_is_still_to_come(
    command: Command, tiny_course: Path
) -> None:
    ended = command("check", tiny_course / SAMPLES / "correct/all_right.py", course=tiny_course)
    assert ended.code == 0, ended.out + ended.err
    assert "5 of 5 public checks pass; 3 more checks run only at grading" in ended.out


def test_check_fails_a_wrong_file_with_feedback_but_without_hidden_verdicts(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("disc_area = 3.14159265 * 3\ncorners = 5\n")
    ended = command("check", wrong, "--html", tmp_path / "r.html", course=tiny_course)
    assert ended.code == 1
    assert "squared" in ended.out
    row = next(line for line in ended.out.splitlines() if "circle.corners" in line)
    assert "FOUND" in row and "INCORRECT" not in row
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "INCORRECT" not in page
    assert "Do not hand this page out" not in page
    assert {path.name for path in tmp_path.iterdir()} == {"wrong.py", "r.html"}


@pytest.mark.parametrize(
    ("deadline", "shown"), [("2001-11-30 23:59", True), ("2199-11-30 23:59", False)]
)
def test_check_shows_expected_values_after_the_deadline_alone(
    command: Command, tiny_course: Path, tmp_path: Path, deadline: str, shown: bool
) -> None:
    course, wrong = tmp_path / "course", tmp_path / "wrong.py"
    shutil.copytree(tiny_course, course)
    (course / "course.toml").write_text(
        '[late]\ntimezone = "Europe/Berlin"\npercent_of_earned_per_day = 10\n'
        f'[late.sheets.circles]\ndeadline = "{deadline}"\n'
    )
    task = course / "exercises/circles/circle.py"
    task.write_text(
        task.read_text().replace("public=True,", 'public=True, show_expected="after_deadline",', 1)
    )
    wrong.write_text("disc_area = 3.14159265 * 3\n")
    command("check", wrong, "--html", tmp_path / "r.html", course=course)
    assert ("28.27" in (tmp_path / "r.html").read_text(encoding="utf-8")) is shown


def test_check_explains_the_first_error(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("import math\n\nx = 1 / 0\n")
    ended = command("check", broken, course=tiny_course)
    assert ended.code == 1
    assert "ZeroDivisionError" in ended.out


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x00binary"])
def test_check_of_an_unreadable_file_is_a_usage_error(
    command: Command, tiny_course: Path, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "odd.ipynb"
    path.write_bytes(content)
    ended = command("check", path, course=tiny_course)
    assert ended.code == 2
    assert "odd.ipynb" in ended.err


@pytest.mark.sandbox
def test_verify_holds_for_a_sound_sheet_and_what_tools_left_in_it(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(tiny_course, course)
    for folder in ("starter", "submissions/correct"):
        litter = course / "exercises/circles" / folder / "__pycache__/all_right.cpython-311.pyc"
        litter.parent.mkdir(exist_ok=True)
        litter.write_bytes(b"\0")
    ended = command("verify", "circles", course=course)
    assert ended.code == 0, ended.out
    assert "0 errors" in ended.out


@pytest.mark.sandbox
def test_verify_finds_a_sample_that_gets_another_verdict(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(tiny_course, course)
    sidecar = course / SAMPLES / "misconception/radius_not_squared.expected.toml"
    sidecar.write_text(sidecar.read_text().replace("MISCONCEPTION", "INCORRECT"))
    ended = command("verify", "circles", course=course)
    assert ended.code == 1
    assert "radius_not_squared.py" in ended.out


def test_a_mistake_in_a_sheet_is_one_sentence_with_file_and_line(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(tiny_course, course)
    task = course / "exercises/circles/circle.py"
    task.write_text(task.read_text().replace("aliases=", "alias="))
    ended = command("verify", "circles", course=course)
    assert ended.code == 2
    assert "circle.py, line " in ended.err and "did you mean 'aliases'?" in ended.err


@pytest.mark.sandbox
def test_demo_grades_the_samples_and_prints_where(
    command: Command, tiny_course: Path, tmp_path: Path
) -> None:
    ended = command("demo", "-o", tmp_path / "demo", course=tiny_course)
    assert ended.code == 0, ended.err
    assert str(tmp_path / "demo" / "index.html") in ended.out


def test_doctor_tells_what_works(command: Command) -> None:
    ended = command("doctor")
    assert ended.code in (0, 1)
    assert "bubblewrap" in ended.out
