"""A real, untagged hand-in goes the whole way, as a notebook and as a scanned document.

It is no part of the project: skipped without it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY

FOLDER = REPOSITORY.parent / "shared/data/real-submission"
BY_A_PERSON = {"adam.warmup": 1.0, "adam.weight_decay": 1.8}
"""What a careful corrector gives for the two texts."""
Marks = dict[str, dict[str, Any]]

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(not FOLDER.exists(), reason=f"there is no {FOLDER.name} beside the project"),
    pytest.mark.xdist_group("real"),
]


def graded(file: Path, out: Path, *options: str) -> Marks:
    line = [sys.executable, "-m", "grader", "grade", "dl_foundations", str(file), "-o", str(out)]
    done = subprocess.run([*line, *options], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    (grade,) = json.loads((out / "grades.json").read_text())["submissions"]
    assert grade["status"] == "needs_review"
    return {mark["question"]: mark for mark in grade["questions"]}


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> Marks:
    return graded(FOLDER / "submission.ipynb", tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def of_document(tmp_path_factory: pytest.TempPathFactory) -> Marks:
    return graded(FOLDER / "submission.md", tmp_path_factory.mktemp("real"))


def percent(marks: Marks) -> float:
    """All points in percent, with those that a person gives for the texts."""
    undecided = {name for name, mark in marks.items() if mark["points"] is None}
    assert undecided == set(BY_A_PERSON)
    decided = [mark["points"] for name, mark in marks.items() if name not in undecided]
    possible = sum(mark["max_points"] for mark in marks.values())
    return float(100 * (sum(decided) + sum(BY_A_PERSON.values())) / possible)


def said(mark: dict[str, Any]) -> str:
    return " ".join([mark["feedback"], *mark["details"]])


def test_the_total_is_what_a_careful_corrector_gives(marks: Marks) -> None:
    assert percent(marks) == pytest.approx(85, abs=3)


def test_the_document_gets_the_same_marks_as_the_notebook(marks: Marks, of_document: Marks) -> None:
    for name, mark in marks.items():
        other = of_document[name]
        assert (mark["verdict"], mark["points"], mark["note"]) == (
            (other["verdict"], other["points"], other["note"])
        ), name


def test_slips_of_one_digit_are_excused_where_the_class_was_scanned(tmp_path: Path) -> None:
    marks = graded(FOLDER / "submission.md", tmp_path, "--scanned")
    assert percent(marks) == pytest.approx(89.5, abs=1)
    for name in ("f_value", "df_dx_value"):
        assert marks[f"chain_rule.{name}"]["note"] == "slip_excused"


@pytest.mark.parametrize(
    ("finding", "question", "words"),
    [
        ("S01", "chain_rule.partials_formula", "“c” is a function and another name"),
        ("S02", "chain_rule.partials_formula", "lacks the sign ∂ below"),
        ("S03", "chain_rule.df_dx_formula", "is free of partial derivatives"),
        ("S04", "chain_rule.f_value", "42,7 may stand for 42,2"),
        ("S05", "chain_rule.df_dx_value", "`∂b/∂a`"),
        ("S06", "chain_rule.df_dx_value", "With “13,2” in place of “1 \\cdot 3,2”"),
        ("S07", "chain_rule.df_dx_value", "45,2 may stand for 49,2"),
        ("S08", "chain_rule.df_dx_value", "gives 49.2, which is 0.91 % off by rounding alone"),
        ("S09", "chain_rule.partials", "`=` stands for `≈`"),
        (
            "S10",
            "chain_rule.grad_x",
            "follows from your earlier values, it is 0.44",
        ),
        ("S12", "adam.m_hat", "exponent belongs to beta1 alone"),
        ("S15", "adam.first_step_formula", "where “g^2” is a power the sides are equal"),
        ("S16", "adam.first_step_formula", "once eps is taken as zero"),
        ("S17", "adam.m_hat", "At t = 1 the two agree"),
        ("S18", "adam.second_step_formula", "times the second. The last side is right"),
        ("S19", "adam.second_step_formula", "`1 - beta1` and `1 - beta1^2` have a common factor"),
        ("S22", "receptive_field.general_formula", "begins at 0"),
        ("S23", "receptive_field.rf_vgg16", "`k` and `s` of the turn before"),
        ("S24", "vgg_parameters.conv_params", "9 weights for each input channel"),
        ("S25", "vgg_parameters.conv_params", "channels of the stage before"),
        ("S26", "vgg_parameters.conv_params", "Your file shows 5423808, running it gives 4636864"),
        ("S27", "vgg_parameters.total_params", "123 066 664 may stand for 129"),
        ("S27", "vgg_parameters.total_params", "total_params ≥ fc_params does not hold"),
        ("S28", "vgg_parameters.conv_fc_ratio", "Your text says 0,044"),
    ],
)
def test_a_finding_of_a_careful_corrector_is_found(
    marks: Marks, finding: str, question: str, words: str
) -> None:
    assert words in said(marks[question]), finding


def test_numbers_on_paper_are_right_to_the_digits_that_were_written(marks: Marks) -> None:
    for name in ("u_value", "a_value", "b_value", "partials"):
        mark = marks[f"chain_rule.{name}"]
        assert (mark["verdict"], mark["points"]) == ("CORRECT", mark["max_points"])


def test_receptive_field_and_gradients_are_right(marks: Marks) -> None:
    for question in ("receptive_field.rf_vgg16", "chain_rule.grad_x", "chain_rule.grad_c"):
        assert marks[question]["verdict"] == "CORRECT"
        assert "taken for" in marks[question]["where"]


def test_the_count_of_convolutions_is_recognised_as_a_combination(
    marks: Marks,
) -> None:
    mark = marks["vgg_parameters.conv_params"]
    assert mark["verdict"] == "MISCONCEPTION"
    assert mark["misconceptions"] == [
        "kernel_side_for_area",
        "input_channels_at_transitions",
        "one_convolution_missing",
    ]
    assert any("5423808" in line and "4636864" in line for line in mark["details"])


def test_ratio_and_total_follow_from_the_own_counts(marks: Marks) -> None:
    for name in ("conv_fc_ratio", "total_params"):
        mark = marks[f"vgg_parameters.{name}"]
        assert mark["verdict"] == "FOLLOW_THROUGH"
        assert mark["points"] == mark["max_points"]


def test_the_exponent_on_the_difference_is_found_in_both_formulas(
    marks: Marks,
) -> None:
    for name in ("m_hat", "v_hat"):
        mark = marks[f"adam.{name}"]
        assert mark["misconceptions"] == [f"{name}_exponent_on_the_difference"]
        assert mark["understood"]


def test_formulas_on_paper_are_found_and_right(marks: Marks) -> None:
    asked = {
        "chain_rule.partials_formula": "correct",
        "adam.update_rule": "correct",
        "adam.first_step_formula": "up_to:eps",
        "adam.second_step_formula": "correct",
        "receptive_field.general_formula": "accepted:sum_from_zero",
    }
    found = {question: (marks[question]["verdict"], marks[question]["note"]) for question in asked}
    assert found == {question: ("CORRECT", note) for question, note in asked.items()}
    (mended,) = (one for one in marks["chain_rule.partials_formula"]["details"] if "lacks" in one)
    assert "“∂(log(x))/x” lacks the sign ∂ below and is read as “dlog_dx”" in mended


def test_a_derivation_that_stops_at_partials_is_said_to(marks: Marks) -> None:
    mark = marks["chain_rule.df_dx_formula"]
    assert (mark["verdict"], mark["note"]) == ("MISSING", "missing:sides")
    assert "is free of partial derivatives" in mark["feedback"]


def test_formulas_answer_the_functions_that_are_missing(marks: Marks) -> None:
    points = {
        "chain_rule.df_dx": ("PARTIAL", 1.5),
        "adam.adam_step": ("PARTIAL", 2.25),
        "adam.first_update": ("CORRECT", 2),
        "adam.second_update": ("CORRECT", 2),
        "receptive_field.receptive_field": ("CORRECT", 1.5),
    }
    assert {q: (marks[q]["verdict"], marks[q]["points"]) for q in points} == points


def test_only_the_total_in_the_text_breaks_an_invariant(marks: Marks) -> None:
    broken = [
        (name, line)
        for name, mark in marks.items()
        for line in mark["details"]
        if "does not hold for your own values" in line
    ]
    assert {name for name, _ in broken} == {"vgg_parameters.total_params"}
    assert all("total_params is 123066664" in line for _, line in broken)
