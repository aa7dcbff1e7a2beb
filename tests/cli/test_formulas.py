"""Formulas from end to end: Markdown in, marks and a page with the formula as understood out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FORMULA_COURSE, REPOSITORY, Ended

pytestmark = pytest.mark.sandbox

Command = Callable[..., Ended]
SAMPLES = FORMULA_COURSE / "exercises/moments/submissions"


def marks(out: Path, name: str) -> dict[str, dict[str, Any]]:
    book = json.loads((out / "grades.json").read_text(encoding="utf-8"))
    (grade,) = [one for one in book["submissions"] if one["submission"] == name]
    return {one["question"]: one for one in grade["questions"]}


def test_formulas_in_markdown_are_marked_and_shown(command: Command, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.md"
    hostile.write_text(
        "$\\hat m_t = \\text{<script>alert(1)</script>} + \\mathrm{<img src=x>}$\n\n"
        "$\\Delta = \\href{javascript:alert(1)}{g}$\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    files = [
        SAMPLES / "correct/both.py",
        SAMPLES / "misconception/exponent.md",
        SAMPLES / "unsure/not_read.md",
        hostile,
    ]
    ended = command("grade", "moments", *files, "-o", out, course=FORMULA_COURSE)
    assert ended.code == 1, ended.err
    right = marks(out, "both")
    assert right["moments.m_hat"]["note"] == "correct"
    assert right["moments.first_step"]["note"] == "up_to:eps"
    mistaken = marks(out, "exponent")["moments.m_hat"]
    assert mistaken["misconceptions"] == ["exponent_on_the_difference"]
    assert mistaken["given"] == "m_hat = m_t/(1-beta1)^t"
    page = (out / "reports/exponent.html").read_text(encoding="utf-8")
    assert "Understood as" in page
    assert "<math><mrow><mfrac>" in page
    assert "The exponent belongs to beta alone" in page
    assert "Where they differ" in page and "At <math><mrow><mi>β</mi></mrow></math> = " in page
    unsure = marks(out, "not_read").values()
    assert [one["points"] for one in unsure] == [None, None]
    assert [one["points"] for one in marks(out, "hostile").values()] == [None, None]
    attacked = (out / "reports/hostile.html").read_text(encoding="utf-8")
    assert "<script>alert" not in attacked and "<img src=x" not in attacked
    assert "&lt;script&gt;alert(1)" in attacked


def test_the_course_of_formulas_is_proof_read(command: Command) -> None:
    ended = command("verify", "moments", course=FORMULA_COURSE)
    assert (ended.code, "0 warnings, 0 errors" in ended.out) == (0, True), ended.out + ended.err


def test_a_learner_checks_the_public_formula(command: Command) -> None:
    ended = command("check", SAMPLES / "correct/both.py", course=FORMULA_COURSE)
    assert ended.code == 0, ended.out + ended.err
    assert "CORRECT" in ended.out
    assert "FOUND" in ended.out


def test_a_sheet_with_an_unreadable_formula_is_refused(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "course/exercises/sums"
    folder.mkdir(parents=True)
    (tmp_path / "course/reference").mkdir()
    (folder / "sheet.toml").write_text('title = "Sums"\n')
    (folder / "sums.py").write_text(
        "from grader import Task\nfrom grader.formula import Declared\n"
        "from grader.formula.domains import real\n\n"
        'task = Task("Sums")\n\n\n'
        '@task.formula(points=1, symbols=[Declared(name="x")], domains={"x": real()})\n'
        'def total():\n    """The total."""\n    return r"x!"\n'
    )
    (tmp_path / "answer.md").write_text("total = x\n")
    answer, out = tmp_path / "answer.md", tmp_path / "out"
    ended = command("grade", "sums", answer, "-o", out, course=tmp_path / "course")
    assert ended.code == 2
    assert "exercises/sums/sums.py, line 8: the reference of sums.total, 'x!'" in ended.err
    assert "a factorial is not read" in ended.err


@pytest.mark.parametrize("sign", ["", "$"])
@pytest.mark.parametrize("formula", ["2*x^3*(2*log(x) - 1)/log(x)^3", "x"])
def test_a_check_does_not_say_whether_a_formula_is_right_that_counts_for_a_function(
    command: Command, tmp_path: Path, formula: str, sign: str
) -> None:
    handed_in = tmp_path / "paper.md"
    handed_in.write_text(f"{sign}f'(x) = {formula}{sign}\n\nw = w - lr*m_hat\n", encoding="utf-8")
    ended = command("check", handed_in, "--sheet", "dl_foundations", course=REPOSITORY)
    rows = {
        row.split()[0]: row.split()[2] for row in ended.out.splitlines() if "chain_rule." in row
    }
    assert (rows["chain_rule.df_dx"], rows["chain_rule.df_dx_formula"]) == ("FOUND", "FOUND")
    assert "instead" not in ended.out and "Answered by" not in ended.out
