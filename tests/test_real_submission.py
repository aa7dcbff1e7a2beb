"""A real, untagged hand-in goes the whole way. It is no part of the project: skipped without it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import REPOSITORY

FILE = REPOSITORY.parent / "shared/data/real-submission/submission.ipynb"

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(not FILE.exists(), reason=f"there is no {FILE.name} beside the project"),
    pytest.mark.xdist_group("real"),
]


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    import subprocess
    import sys

    out = tmp_path_factory.mktemp("real")
    line = [sys.executable, "-m", "grader", "grade", "dl_foundations", str(FILE), "-o", str(out)]
    done = subprocess.run(line, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    (grade,) = json.loads((out / "grades.json").read_text())["submissions"]
    assert grade["status"] == "needs_review"
    return {mark["question"]: mark for mark in grade["questions"]}


def test_receptive_field_and_gradients_are_right(marks: dict[str, dict[str, Any]]) -> None:
    for question in ("receptive_field.rf_vgg16", "chain_rule.grad_x", "chain_rule.grad_c"):
        assert marks[question]["verdict"] == "CORRECT"
        assert "taken for" in marks[question]["where"]


def test_the_count_of_convolutions_is_recognised_as_a_combination(
    marks: dict[str, dict[str, Any]],
) -> None:
    mark = marks["vgg_parameters.conv_params"]
    assert mark["verdict"] == "MISCONCEPTION"
    assert mark["misconceptions"] == [
        "kernel_side_for_area",
        "input_channels_at_transitions",
        "one_convolution_missing",
    ]
    assert any("5423808" in line and "4636864" in line for line in mark["details"])


def test_ratio_and_total_follow_from_the_own_counts(marks: dict[str, dict[str, Any]]) -> None:
    for name in ("conv_fc_ratio", "total_params"):
        mark = marks[f"vgg_parameters.{name}"]
        assert mark["verdict"] == "FOLLOW_THROUGH"
        assert mark["points"] == mark["max_points"]


def test_the_exponent_on_the_difference_is_found_in_both_formulas(
    marks: dict[str, dict[str, Any]],
) -> None:
    for name in ("m_hat", "v_hat"):
        mark = marks[f"adam.{name}"]
        assert mark["misconceptions"] == [f"{name}_exponent_on_the_difference"]
        assert mark["understood"]


def test_formulas_on_paper_are_found_and_right(marks: dict[str, dict[str, Any]]) -> None:
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


def test_a_derivation_that_stops_at_partials_is_said_to(marks: dict[str, dict[str, Any]]) -> None:
    mark = marks["chain_rule.df_dx_formula"]
    assert (mark["verdict"], mark["note"]) == ("MISSING", "missing:sides")
    assert "is free of partial derivatives" in mark["feedback"]


def test_formulas_answer_the_functions_that_are_missing(marks: dict[str, dict[str, Any]]) -> None:
    points = {
        "chain_rule.df_dx": ("PARTIAL", 1.5),
        "adam.adam_step": ("PARTIAL", 2.25),
        "adam.first_update": ("CORRECT", 2),
        "adam.second_update": ("CORRECT", 2),
        "receptive_field.receptive_field": ("CORRECT", 1.5),
    }
    assert {q: (marks[q]["verdict"], marks[q]["points"]) for q in points} == points


def test_what_stands_only_in_prose_is_a_persons_and_said_so(
    marks: dict[str, dict[str, Any]],
) -> None:
    for question in ("chain_rule.f_value", "chain_rule.partials", "adam.warmup"):
        mark = marks[question]
        assert (mark["verdict"], mark["points"]) == ("NEEDS_REVIEW", None)
        assert "person" in mark["feedback"]
