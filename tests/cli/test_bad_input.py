"""Everything odd that lies in a class's folder: a clear sentence each, and the batch goes on."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.conftest import Ended

pytestmark = pytest.mark.sandbox

GOOD = "corners = 4\n"


def notebook(**changes: Any) -> str:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(GOOD)])
    return json.dumps({**made, **changes})


def archive(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)


def write_class(folder: Path) -> None:
    """One learner for each kind of bad input, and ``zoe``, whose file is good."""
    folder.mkdir()
    (folder / "zoe.py").write_text(GOOD)
    (folder / "empty.ipynb").write_bytes(b"")
    (folder / "not_json.ipynb").write_text("corners = 4")
    (folder / "too_new.ipynb").write_text(notebook(nbformat=5))
    kernel = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    (folder / "other_language.ipynb").write_text(notebook(metadata=kernel))
    with (folder / "hundred_megabytes.ipynb").open("wb") as file:
        file.truncate(100 * 1024**2)
    (folder / "binary.ipynb").write_bytes(bytes(range(256)) * 40)
    (folder / "linked.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.ipynb")
    archive(folder / "slips_out.zip", **{"../../slipped.py": GOOD.encode()})
    inner = folder / "inner.tmp"
    archive(inner, **{"deep.zip": b"PK\x05\x06" + bytes(18)})
    deep = inner.read_bytes()
    archive(inner, **{"deeper.zip": deep})
    archive(folder / "nested.zip", **{"deepest.zip": inner.read_bytes()})
    inner.unlink()
    archive(folder / "bomb.zip", **{"a.ipynb": bytes(80 * 1024**2)})
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and nothing more")
    (folder / "twin.py").write_text(GOOD)
    (folder / "twin").mkdir()
    (folder / "twin" / "other.py").write_text("corners = 5\n")


REJECTED = (
    "empty",
    "not_json",
    "too_new",
    "other_language",
    "hundred_megabytes",
    "binary",
    "slips_out",
    "nested",
    "bomb",
    "broken",
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Any:
    from tests.conftest import TINY_COURSE

    place = tmp_path_factory.mktemp("bad")
    write_class(place / "class")
    out = place / "out"
    line = [sys.executable, "-m", "grader", "grade", "circles", str(place / "class")]
    done = subprocess.run(
        [*line, "-o", str(out), "--course", str(TINY_COURSE)], capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert not (place / "slipped.py").exists() and not (place.parent / "slipped.py").exists()
    book = json.loads((out / "grades.json").read_text())
    return {one["submission"]: one for one in book["submissions"]}, done.stderr, out


@pytest.mark.parametrize("name", REJECTED)
def test_what_cannot_be_read_gets_one_sentence_a_report_and_a_person(
    graded: Any, name: str
) -> None:
    grades, _, out = graded
    grade = grades[name]
    assert grade["status"] == "not_graded"
    assert name in grade["reason"]
    assert "\n" not in grade["reason"] and "Error(" not in grade["reason"]
    assert all(mark["points"] is None for mark in grade["questions"])
    assert name in (out / "reports" / f"{name}.html").read_text()


@pytest.mark.parametrize("name", ["linked.ipynb", "pipe.ipynb"])
def test_what_is_no_file_is_named_and_not_followed(graded: Any, name: str) -> None:
    grades, said, _ = graded
    reasons = " ".join(grade["reason"] for grade in grades.values())
    assert name in said + reasons
    assert "root:x" not in json.dumps(grades)


def test_two_hand_ins_of_one_name_are_both_graded_and_it_is_said(graded: Any) -> None:
    grades, _, _ = graded
    twins = [grade for name, grade in grades.items() if name.startswith("twin")]
    assert sorted(grade["points"] for grade in twins) == [0, 1]
    assert all(grade["remarks"] for grade in twins)


def test_the_good_one_is_graded_all_the_same(graded: Any) -> None:
    grades, _, _ = graded
    assert (grades["zoe"]["status"], grades["zoe"]["points"]) == ("graded", 1)


def test_a_full_disk_ends_with_a_sentence_and_nothing_half_written(
    tmp_path: Path, tiny_course: Path
) -> None:
    (tmp_path / "ada.py").write_text(GOOD)
    out = tmp_path / "out"
    line = [sys.executable, "-m", "grader", "grade", "circles", str(tmp_path / "ada.py")]
    done = subprocess.run(
        [*line, "-o", str(out), "--course", str(tiny_course)],
        capture_output=True,
        text=True,
        # Reports are larger than this: the system refuses to write on, as a full disk does.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, 16_384)),
    )
    assert done.returncode == 2, done.stderr
    assert "ada.html" in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    left = [path.name for path in out.rglob("*") if path.is_file()]
    assert left == ["ada.json"]


def test_an_unreadable_file_is_one_learners_trouble(
    command: Callable[..., Ended], class_folder: Path, tiny_course: Path, tmp_path: Path
) -> None:
    gone = class_folder / "gone"
    gone.mkdir()
    (gone / "answers.ipynb").symlink_to(tmp_path / "nowhere.ipynb")
    ended = command("grade", "circles", class_folder, "-o", tmp_path / "out", course=tiny_course)
    assert ended.code == 1
    book = json.loads((tmp_path / "out/grades.json").read_text())
    status = {one["submission"]: one["status"] for one in book["submissions"]}
    assert (status["gone"], status["bob"]) == ("not_graded", "graded")


def test_a_new_task_is_one_file_and_one_reference(
    command: Callable[..., Ended], tiny_course: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(tiny_course, course)
    (course / "reference/sphere.py").write_text(
        '"""Spheres."""\n\nfrom math import pi\n\nVOLUME = 4 / 3 * pi\n'
    )
    (course / "exercises/circles/sphere.py").write_text(
        "from grader import Task, significant\nfrom reference import sphere\n"
        'task = Task("Spheres", number=2)\n\n'
        "@task.value(points=2, check=significant(3))\n"
        'def unit_sphere():\n    """Volume of the unit sphere."""\n    return sphere.VOLUME\n'
    )
    (tmp_path / "ada.py").write_text("unit_sphere = 4.19\n")
    shutil.rmtree(course / "exercises/circles/submissions")
    assert command("verify", "circles", course=course).code == 0
    command("grade", "circles", tmp_path / "ada.py", "-o", tmp_path / "out", course=course)
    (grade,) = json.loads((tmp_path / "out/grades.json").read_text())["submissions"]
    assert grade["points"] == 2
