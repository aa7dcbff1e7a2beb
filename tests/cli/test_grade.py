"""``grader grade`` and ``grader mark`` from end to end, in the sandbox of this machine."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended

pytestmark = pytest.mark.sandbox

Command = Callable[..., Ended]


def graded(folder: Path) -> dict[str, dict[str, Any]]:
    book = json.loads((folder / "grades.json").read_text(encoding="utf-8"))
    return {one["submission"]: one for one in book["submissions"]}


def verdicts(submission: dict[str, Any]) -> dict[str, str]:
    return {one["question"].split(".")[1]: one["verdict"] for one in submission["questions"]}


def test_a_class_is_graded_into_reports_and_gradebooks(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ended = command("grade", "circles", class_folder, "-o", out, course=tiny_course)
    assert ended.code == 1, ended.err
    assert str(out / "index.html") in ended.out
    book = graded(out)
    assert verdicts(book["ada"]) == {
        "disc_area": "CORRECT",
        "cylinder_volume": "CORRECT",
        "corners": "CORRECT",
        "area_of": "CORRECT",
        "why_pi": "NEEDS_REVIEW",
    }
    assert (book["ada"]["status"], book["ada"]["points"]) == ("needs_review", 7)
    assert verdicts(book["bob"])["disc_area"] == "MISCONCEPTION"
    assert verdicts(book["bob"])["cylinder_volume"] == "FOLLOW_THROUGH"
    assert (book["bob"]["status"], book["bob"]["points"]) == ("graded", 2)
    assert book["eve"]["status"] == "not_graded"
    assert "answers.ipynb" in book["eve"]["reason"]
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"ada", "bob", "eve"}
    for name in ("ada", "bob", "eve"):
        assert name in (out / "reports" / f"{name}.html").read_text(encoding="utf-8")
        assert f"reports/{name}.html" in (out / "index.html").read_text(encoding="utf-8")


def test_all_graded_ends_with_zero(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    bob = class_folder / "bob" / "answers.py"
    ended = command("grade", "circles", bob, "-o", tmp_path / "out", course=tiny_course)
    assert ended.code == 0, ended.err


def test_marking_again_runs_nothing_and_shows_what_changed(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    import shutil

    course = tmp_path / "course"
    shutil.copytree(tiny_course, course)
    out = tmp_path / "out"
    command("grade", "circles", class_folder, "-o", out, course=course)
    before = graded(out)
    assert "no mark changed" in command("mark", "circles", out, course=course).out
    assert graded(out) == before
    shutil.rmtree(class_folder)
    task = course / "exercises/circles/circle.py"
    task.write_text(task.read_text().replace("points=1, switches", "points=0.5, switches", 1))
    ended = command("mark", "circles", out, course=course)
    assert ended.code == 1
    assert "bob" in ended.out and "1 → 0.5" in ended.out
    assert graded(out)["bob"]["points"] == 1.5


def test_resuming_keeps_observations_of_unchanged_files(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command("grade", "circles", class_folder, "-o", out, course=tiny_course)
    first = graded(out)
    stored = out / "observations/ada.json"
    content = stored.read_text().replace('"wall_seconds": ', '"wall_seconds": 1000')
    stored.write_text(content)
    (class_folder / "bob" / "answers.py").write_text("corners = 4\n")
    ended = command("grade", "circles", class_folder, "-o", out, "--resume", course=tiny_course)
    assert ended.code == 1, ended.err
    second = graded(out)
    assert second["ada"]["run"]["wall_seconds"] > 1000
    assert second["bob"]["sha256"] != first["bob"]["sha256"]
    assert verdicts(second["bob"])["corners"] == "CORRECT"


def test_without_isolation_every_report_says_so(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ("grade", "circles", class_folder, "-o", out, "--isolation", "none")
    ended = command(*words, course=tiny_course)
    assert "no isolation" in ended.err
    environment = json.loads((out / "grades.json").read_text())["environment"]
    assert (environment["isolation"], environment["memory"]) == ("none", "watched")
    assert "isolation" in (out / "reports/ada.html").read_text().lower()


def test_an_output_path_that_is_a_file_is_refused(
    command: Command, tiny_course: Path, class_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine")
    words = ("grade", "circles", class_folder, "-o", tmp_path / "out")
    ended = command(*words, course=tiny_course)
    assert ended.code == 2
    assert (tmp_path / "out").read_text() == "mine"


def test_nothing_to_grade_is_said(command: Command, tiny_course: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    words = ("grade", "circles", tmp_path / "empty", "-o", tmp_path / "out")
    ended = command(*words, course=tiny_course)
    assert ended.code == 2
    assert "empty" in ended.err
    assert not (tmp_path / "out").exists()
