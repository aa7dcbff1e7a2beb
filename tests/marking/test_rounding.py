"""Numbers on paper at their learner's own rounding."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring import Task
from grader.checks import close, decimals
from grader.grade import Verdict
from grader.marking.rounding import places, written
from grader.sheet import Sheet
from grader.values import from_python
from tests.marking.notebook import Notebook, sheet_of


def product(*, rtol: float = 0.01, near: Callable[[float, float], float] | None = None) -> Sheet:
    """Two factors and their product, 42.111, with a mistake or two."""
    task = Task("Product")

    @task.value(points=1, check=decimals(1), answer="a")
    def a_value() -> float:
        """A factor."""
        return 13.1921530396415

    @task.value(points=1, check=decimals(1), answer="b")
    def b_value() -> float:
        """The other one."""
        return 3.19215303964154

    @task.value(points=1, check=close(rtol=rtol), answer="f")
    def f_value(
        a_value: float,
        b_value: float,
        *,
        joined: Callable[[float, float], float] = lambda a, b: a * b,
    ) -> float:
        """The product."""
        return joined(a_value, b_value)

    @f_value.misconception(points=0.5, switches={"joined": lambda a, b: a * b * b})
    def b_squared() -> None:
        """You multiplied by b twice."""

    if near is not None:

        @f_value.misconception(points=0.25, switches={"joined": near})
        def another() -> None:
            """Something else."""

    return sheet_of(task)


def test_the_right_way_at_the_own_rounding_is_told(notebook: Notebook) -> None:
    notebook.prose("a = 13,2\n\nb = 3,2\n\nf = 42,24")
    found = notebook.mark(product(), "f_value")
    assert (found.verdict, found.points) == (Verdict.CORRECT, 1)
    (line,) = (one for one in found.details if "rounding alone" in one)
    assert "right to 1 decimal" in line and "42.24" in line and "0.31 %" in line


def test_a_number_without_its_factors_is_told_as_well(notebook: Notebook) -> None:
    found = notebook.prose("f = 42,2").mark(product(), "f_value")
    assert found.verdict is Verdict.CORRECT
    assert any("all earlier values rounded to 1 decimal" in one for one in found.details)


@pytest.mark.parametrize(
    "text",
    [
        "a = 13,192153\n\nb = 3,192153\n\nf = 42,11137",
        "a = 13,2\n\nb = 3,2\n\nf = 42,11",
        "f = 42,1",
        "a = 13,9\n\nb = 3,2\n\nf = 44,48",
        "f = 42",
    ],
)
def test_nothing_is_said_of_other_numbers(notebook: Notebook, text: str) -> None:
    found = notebook.prose(text).mark(product(), "f_value")
    assert not any("rounding alone" in one for one in found.details)


def test_what_follows_from_rounded_values_is_not_wrong_beyond_the_tolerance(
    notebook: Notebook,
) -> None:
    found = notebook.prose("f = 42,2").mark(product(rtol=1e-6), "f_value")
    assert (found.verdict, found.points) == (Verdict.NEEDS_REVIEW, None)
    assert found.note == "undecidable:rounded"


def test_a_mistake_is_recognised_at_its_own_rounding(notebook: Notebook) -> None:
    # Exactly 134.43, with factors rounded to one decimal 135.17.
    for text in ("f = 135,2", "f = 134,4"):
        found = Notebook().prose(text).mark(product(rtol=1e-4), "f_value")
        assert found.note == "misconception:b_squared", text
    wrong = notebook.prose("f = 134,8").mark(product(rtol=1e-4), "f_value")
    assert wrong.misconceptions == () and wrong.verdict is not Verdict.CORRECT


def test_of_two_mistakes_the_one_that_gives_the_very_number_counts(notebook: Notebook) -> None:
    sheet = product(near=lambda a, b: a * b * b + 0.5)
    found = notebook.prose("f = 134,4").mark(sheet, "f_value")
    assert found.note == "misconception:b_squared"
    found = Notebook().prose("f = 134,9").mark(sheet, "f_value")
    assert found.note == "misconception:another"


def test_a_mistake_that_own_values_contradict_goes_to_a_person(notebook: Notebook) -> None:
    # Near to 134.43, but with the own factors the mistake gives 145.
    notebook.prose("a = 13,2\n\nb = 3,31\n\nf = 134,9")
    found = notebook.mark(product(), "f_value")
    assert (found.verdict, found.note) == (Verdict.NEEDS_REVIEW, "undecidable:contradicted")
    assert "not from your own `a_value`, `b_value`" in found.feedback
    code = Notebook().code(binds={"a_value": 13.2, "b_value": 3.31, "f_value": 134.9})
    assert code.mark(product(), "f_value").note == "misconception:b_squared"


def test_a_mistake_on_own_values_is_followed(notebook: Notebook) -> None:
    notebook.prose("a = 13,2\n\nb = 3,3\n\nf = 143,7")
    assert notebook.mark(product(), "f_value").note == "misconception:b_squared"


@given(st.floats(0.1, 1e4), st.integers(0, 4))
def test_a_rounded_value_is_right_to_its_decimals(value: float, digits: int) -> None:
    own = {"a": from_python({"x": round(value, digits), "y": 2})}
    right = {"a": from_python({"x": value, "y": 2})}
    found = places(own, right)
    assert found is None or found <= digits
    if abs(round(value, digits) - value) > 1e-6 * value:
        assert found is not None


@given(st.floats(0.1, 1e4), st.floats(0.1, 1e4), st.integers(0, 4))
def test_a_wrong_value_is_never_a_rounded_one(value: float, other: float, digits: int) -> None:
    mine = round(other, digits)
    if abs(mine - value) > 0.5:
        assert places({"a": from_python(mine)}, {"a": from_python(value)}) is None


@pytest.mark.parametrize("value", [7, 0.4, 0, float("nan"), float("inf"), True, "x", 1j, [1.5]])
def test_a_number_of_one_figure_is_near_too_many(value: object) -> None:
    half = Fraction(1, 2) if value == 7 else Fraction(1, 20)
    assert written(value, half) is None or (value == 7 and half < 1)
    assert written(1.5, None) is None
