"""The first sheet asks what it says it asks, and its answers are the known ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import intake
from grader.marking.compare import compare
from grader.marking.text import suggestions
from grader.sheet import Question, Sheet, function_probe
from grader.submission import Rejection
from grader.values import to_python
from tests.conftest import REPOSITORY
from tests.exercises.answers import expected, question

FOLDER = REPOSITORY / "exercises/dl_foundations"
ASKED = {
    "chain_rule": [
        *("df_dx", "partials_formula", "df_dx_formula", "u_value", "a_value", "b_value", "f_value"),
        *("partials", "df_dx_value", "grad_x", "grad_c"),
    ],
    "adam": [
        *("adam_step", "update_rule", "m_hat", "v_hat", "first_update", "first_step_formula"),
        *("second_update", "second_step_formula"),
        *("warmup", "weight_decay"),
    ],
    "receptive_field": ["receptive_field", "general_formula", "rf_trace", "rf_vgg16"],
    "vgg_parameters": [
        *("conv_layer_params", "fc_layer_params", "conv_params", "fc_params"),
        *("total_params", "conv_fc_ratio"),
    ],
}
POINTS_ON_PAPER = {
    **{"1a": 4, "1b": 4, "1c": 4, "1d": 4},
    **{"2a": 5, "2b": 3, "2c": 3, "2d": 1, "2e": 2},
    **{"3a": 5, "3b": 5},
}
NAMES = [name for names in ASKED.values() for name in names]
TRACE = [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]


def test_the_questions_are_the_ones_of_the_sheet_on_paper(sheet: Sheet) -> None:
    assert {task.name: [q.name for q in task.questions] for task in sheet.tasks} == ASKED


def test_forty_points_are_shared_among_the_parts_on_paper(sheet: Sheet) -> None:
    parts = dict.fromkeys(POINTS_ON_PAPER, 0.0)
    for one in sheet.questions:
        parts[one.part] += one.points
    assert parts == pytest.approx(POINTS_ON_PAPER)
    assert sheet.max_points == pytest.approx(40)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("u_value", 8.19215303964154),
        ("a_value", 13.1921530396415),
        ("b_value", 3.19215303964154),
        ("f_value", 42.1113714249081),
        ("df_dx_value", 48.7568933507609),
        ("grad_x", 48.7568933507609),
        ("grad_c", -10.0),
        ("conv_fc_ratio", 0.119009609418922),
    ],
)
def test_real_answers_are_the_known_ones(sheet: Sheet, name: str, value: float) -> None:
    assert expected(sheet, name) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rf_trace", TRACE),
        ("rf_vgg16", 212),
        ("conv_params", 14_714_688),
        ("fc_params", 123_642_856),
        ("total_params", 138_357_544),
    ],
)
def test_counts_are_the_known_ones(sheet: Sheet, name: str, value: object) -> None:
    assert expected(sheet, name) == value


def test_partials_are_the_seven_of_the_statement(sheet: Sheet) -> None:
    assert expected(sheet, "partials") == pytest.approx(
        {
            "dx2_dx": 6,
            "dlog_dx": 1 / 3,
            "dinv_dlog": -0.828535449690223,
            "du_dx2": 0.910239226626837,
            "du_dinv": 9,
            "df_da": 3.19215303964154,
            "df_db": 13.1921530396415,
        },
        rel=1e-12,
    )


@pytest.mark.parametrize(
    ("name", "given", "right"),
    [
        ("u_value", 8.2, True),
        ("b_value", 3.2, True),
        ("f_value", 13.2 * 3.2, True),
        ("f_value", 42.7, False),
        ("df_dx_value", 49.2, True),
        ("df_dx_value", 45.2, False),
        ("grad_x", np.float32(48.756893157958984), True),
        ("grad_x", np.float32(48.75688934326172), True),
        ("grad_x", 48.757, False),
        ("conv_fc_ratio", 0.119, True),
        ("conv_fc_ratio", 0.044, False),
        ("rf_vgg16", 196, False),
        ("conv_params", 14_714_687, False),
    ],
)
def test_tolerances_accept_work_by_hand_and_no_slip(
    sheet: Sheet, name: str, given: float, right: bool
) -> None:
    check = question(sheet, name).check
    assert check is not None
    assert compare(check, given, expected(sheet, name)).agrees is right


def test_partials_rounded_to_one_decimal_are_right(sheet: Sheet) -> None:
    check = question(sheet, "partials").check
    assert check is not None
    rounded = {name: round(value, 1) for name, value in expected(sheet, "partials").items()}
    assert compare(check, rounded, expected(sheet, "partials")).agrees


def test_the_learners_own_values_are_followed(sheet: Sheet) -> None:
    ratio = question(sheet, "conv_fc_ratio").reference
    assert ratio(conv_params=5_423_808, fc_params=123_642_856) == pytest.approx(0.04386673177)
    by_hand = {name: round(value, 1) for name, value in expected(sheet, "partials").items()}
    by_hand["dlog_dx"] = 1 / 3
    assert question(sheet, "df_dx_value").reference(partials=by_hand) == pytest.approx(49.2)


def test_updates_agree_with_their_closed_forms(sheet: Sheet) -> None:
    from reference import adam

    for call in arguments(question(sheet, "first_update")):
        size = adam.first_update(call["g"], call["lr"], call["eps"])
        np.testing.assert_allclose(question(sheet, "first_update").reference(**call), size)
    for call in arguments(question(sheet, "second_update")):
        size = adam.second_update(**call)
        np.testing.assert_allclose(question(sheet, "second_update").reference(**call), size)


def test_adam_is_called_where_mistakes_show(sheet: Sheet) -> None:
    calls = arguments(question(sheet, "adam_step"))
    gradients = np.concatenate([np.ravel(call["g"]) for call in calls])
    assert {call["t"] for call in calls} == {1, 2, 3, 4, 5}
    assert {call["eps"] for call in calls} >= {1e-8, 1e-3}
    assert len({call["lr"] for call in calls}) >= 2
    assert (gradients > 0).any() and (gradients < 0).any() and (gradients == 0).any()
    assert {np.ndim(call["w"]) for call in calls} == {0, 1}


def test_the_derivative_is_called_on_both_sides_of_e_for_scalars_and_arrays(sheet: Sheet) -> None:
    calls = arguments(question(sheet, "df_dx"))
    points = np.concatenate([np.ravel(call["x"]) for call in calls])
    assert points.min() > 1.2 and points.max() <= 6.02
    assert (points < np.e).any() and (points > np.e).any()
    assert {np.ndim(call["x"]) for call in calls} == {0, 1}


@pytest.mark.parametrize("seed", range(5))
def test_float32_passes_and_a_forward_difference_does_not(sheet: Sheet, seed: int) -> None:
    asked = question(sheet, "df_dx")
    assert asked.check is not None
    for call in arguments(asked, seed=seed):
        x, right = call["x"], asked.reference(**call)
        single = np.asarray(x, dtype=np.float32)
        log = np.log(single)
        assert compare(asked.check, 2 * single**3 * (2 * log - 1) / log**3, right).agrees
        step = 1e-5
        difference = (squared(x + step) - squared(x)) / step
        assert not compare(asked.check, difference, right).agrees


def test_every_question_has_something_public_or_is_said_to_be_checked_at_grading(
    sheet: Sheet,
) -> None:
    public = {q.name for q in sheet.questions if q.public or any(c.public for c in q.calls.fixed)}
    functions = {q.name for q in sheet.questions if q.kind == "function"}
    assert public == functions | {"u_value"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "warmup",
            "At t = 1 every update has the same size, the sign of the gradient times the rate, and "
            "rests on a single noisy gradient. So we start with a small learning rate.",
        ),
        (
            "weight_decay",
            "With Adam they are not equivalent, because the penalty is divided by the root of v. "
            "For SGD without momentum both are the same. Decoupled decay is preferred.",
        ),
    ],
)
def test_claims_are_found_in_a_good_text(sheet: Sheet, name: str, text: str) -> None:
    claims = question(sheet, name).claims
    assert len(list(suggestions(claims, text))) == len(claims)
    assert list(suggestions(claims, "I do not know.")) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_statement_names_every_answer(name: str) -> None:
    assert f"`{name}" in (FOLDER / "statement.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "wanted", ["natural", "t = 1", "first moment", "outside the root", "return, do not print"]
)
def test_the_statement_says_what_is_otherwise_guessed(wanted: str) -> None:
    assert wanted in (FOLDER / "statement.md").read_text(encoding="utf-8").lower()


def test_the_statement_gives_the_points_of_every_part() -> None:
    text = (FOLDER / "statement.md").read_text(encoding="utf-8")
    parts = re.findall(r"\*\*(\d\w) \((\d) points?\)", text)
    assert {part: int(points) for part, points in parts} == POINTS_ON_PAPER


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("starter", sorted((FOLDER / "starter").iterdir()), ids=lambda p: p.name)
def test_the_starter_has_a_place_for_every_answer(starter: Path, name: str) -> None:
    assert re.search(rf"(^|\bdef |\n){name}\b", source_of(starter))


def test_both_starters_hold_the_same_cells() -> None:
    cells = []
    for path in sorted((FOLDER / "starter").iterdir()):
        read = intake.read_file(path)
        assert not isinstance(read, Rejection)
        cells.append([(cell.kind, cell.source.strip(), cell.answers) for cell in read.cells])
    assert len(cells) == 2 and cells[0] == cells[1]


def test_starter_cells_are_tagged_with_questions_of_the_sheet(sheet: Sheet) -> None:
    read = intake.read_file(FOLDER / "starter/dl_foundations.ipynb")
    assert not isinstance(read, Rejection)
    tags = [cell.answers for cell in read.cells if cell.answers]
    assert len(tags) == len(set(tags)) > 10
    assert set(tags) <= {q.id for q in sheet.questions}


def squared(x: Any) -> Any:
    """The part of the function that depends on x."""
    return (x**2 / np.log(x)) ** 2


def arguments(asked: Question, *, seed: int = 1) -> list[dict[str, Any]]:
    """The arguments of every call of a function question."""
    probe = function_probe(asked, seed=seed)
    assert probe is not None
    return [{n: to_python(value) for n, value in call.arguments} for call in probe.calls]


def source_of(path: Path) -> str:
    """All cells of a notebook, or a module, as one text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.replace("\n# ", "\n")
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
