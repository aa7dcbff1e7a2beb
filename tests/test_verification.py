"""Proof-reading a sheet."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from grader import course, sandbox, verification
from tests.conftest import TINY_COURSE, Ended

HOSTILE = "exercises/circles/submissions/hostile"


def test_hostile_samples_are_never_run_without_a_sandbox(tmp_path: Path) -> None:
    shutil.copytree(TINY_COURSE, tmp_path / "course")
    folder = tmp_path / "course" / HOSTILE
    folder.mkdir()
    trace = tmp_path / "ran"
    (folder / "leaves_a_trace.py").write_text(f"open({str(trace)!r}, 'w')\n")
    (folder / "leaves_a_trace.expected.toml").write_text("")
    sheet = course.load(tmp_path / "course", "circles")
    findings = list(verification.run_samples(sheet, sandbox.isolation("none"), jobs=2))
    assert not trace.exists()
    assert [one.level for one in findings if "hostile" in one.what] == ["warning"]
    assert all(one.level == "ok" for one in findings if "hostile" not in one.what)


def test_a_misconception_that_another_one_hides_is_a_warning(tmp_path: Path) -> None:
    shutil.copytree(TINY_COURSE, tmp_path / "course")
    task = tmp_path / "course/exercises/circles/circle.py"
    twin = (
        "\n\n@disc_area.misconception(points=0.5)\ndef twin() -> float:\n"
        '    """The same number by another way."""\n    return circle.area(3.0, power=1)\n'
    )
    task.write_text(task.read_text() + twin)
    findings = list(verification.proofread(course.load(tmp_path / "course", "circles")))
    told = {one.what: one.level for one in findings if "disc_area" in one.what}
    assert set(told.values()) == {"warning"}
    assert len(told) == 2


def test_an_invariant_that_the_references_break_is_an_error_with_its_place(
    tmp_path: Path, command: Callable[..., Ended]
) -> None:
    shutil.copytree(TINY_COURSE, tmp_path / "course")
    task = tmp_path / "course/exercises/circles/circle.py"
    wrong = '\n\ntask.invariant("disc_area < 0", lambda disc_area: disc_area < 0)\n'
    task.write_text(task.read_text() + wrong)
    ended = command("verify", "circles", "--no-samples", course=tmp_path / "course")
    assert ended.code == 1
    (line,) = (one for one in ended.out.splitlines() if one.startswith("error"))
    assert "references fit together: disc_area < 0" in line
    assert "circle.py, line" in line and "the references do not fit" in line
