from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.authoring import Task, call, fixed
from grader.checks import array, close, exact
from grader.errors import AuthorError
from grader.marking import normalised, prepare
from grader.marking.references import combined, name
from tests.marking.notebook import SEED, sheet_of


def refusal(task: Task) -> str:
    with pytest.raises(AuthorError) as caught:
        prepare(sheet_of(task), seed=SEED)
    sentence = str(caught.value)
    assert re.search(r"test_prepare\.py, line \d+: ", sentence), sentence
    assert "\n" not in sentence
    return sentence


def test_a_reference_that_raises_is_an_authors_mistake() -> None:
    task = Task("T")

    @task.value(points=1, check=exact())
    def broken() -> float:
        """A value."""
        return 1 / 0

    sentence = refusal(task)
    assert "task.broken" in sentence and "ZeroDivisionError: division by zero" in sentence


def test_a_reference_without_a_plain_value_is_an_authors_mistake() -> None:
    task = Task("T")

    @task.value(points=1, check=exact())
    def odd() -> object:
        """A value."""
        return object()

    assert "gives no plain value" in refusal(task)


@pytest.mark.parametrize("value", [None, np.array([np.nan])])
def test_a_reference_that_fails_its_own_check_is_an_authors_mistake(value: object) -> None:
    task = Task("T")

    @task.value(points=1, check=array(close(rtol=1e-3), nan="forbidden"))
    def nothing() -> object:
        """A value."""
        return value

    assert "does not pass its own check" in refusal(task)


def test_a_misconception_within_the_tolerance_is_an_authors_mistake() -> None:
    task = Task("T")

    @task.value(points=1, check=close(rtol=1e-2))
    def size() -> float:
        """A value."""
        return 100.0

    @size.misconception(points=0.5)
    def nearly() -> float:
        """Nearly."""
        return 100.9

    sentence = refusal(task)
    assert "'nearly' gives 100.9" in sentence and "within 1 %" in sentence


def function_task(mistake: Callable[[float], float]) -> Task:
    task = Task("T")

    @task.function(points=1, calls=fixed(call(1.0), call(2.0)), check=close(rtol=1e-6))
    def square(x: float) -> float:
        """A square."""
        return x * x

    @square.misconception(points=0.5)
    def other(x: float) -> float:
        """Otherwise."""
        return mistake(x)

    return task


def test_a_misconception_that_agrees_on_all_calls_is_an_authors_mistake() -> None:
    sentence = refusal(function_task(lambda x: x**2))
    assert "'other' agrees with the reference" in sentence and "all 2 calls" in sentence
    prepare(sheet_of(function_task(lambda x: x)), seed=SEED)


def test_a_misconception_may_raise_on_some_calls_but_not_on_all() -> None:
    prepare(sheet_of(function_task(lambda x: 1 / (x - 1))), seed=SEED)
    assert "raises ZeroDivisionError" in refusal(function_task(lambda x: 1 / (x - x)))


def test_a_function_reference_that_raises_names_the_call() -> None:
    task = Task("T")

    @task.function(points=1, calls=fixed(call(1.0), call(0.0)), check=close(rtol=1e-6))
    def inverse(x: float) -> float:
        """An inverse."""
        return 1 / x

    assert "called with x=0.0" in refusal(task)


def test_an_accepted_variant_that_raises_is_an_authors_mistake() -> None:
    task = Task("T")

    @task.value(points=1, check=exact())
    def size() -> int:
        """A value."""
        return 5

    @size.accepts
    def other() -> int:
        """Otherwise."""
        raise RuntimeError("no")

    assert "accepted variant 'other'" in refusal(task)
    task = Task("T")

    @task.function(points=1, calls=fixed(call(1.0)), check=exact())
    def same(x: float) -> float:
        """The same."""
        return x

    @same.accepts
    def wrong_parameters(y: float) -> float:
        """Otherwise."""
        return y

    assert "'wrong_parameters'" in refusal(task)


def test_only_values_can_be_followed_through() -> None:
    task = Task("T")

    @task.text(points=1)
    def reason() -> None:
        """Why?"""

    @task.value(points=1, check=exact())
    def size(reason: str) -> int:
        """A value."""
        return 5

    assert "depends on 'reason', which is no value question" in refusal(task)


def test_places_are_told_relative_to_the_course() -> None:
    task = Task("T")

    @task.value(points=1, check=exact())
    def broken() -> float:
        """A value."""
        return 1 / 0

    folder = Path(__file__).parent / "exercises" / "small"
    with pytest.raises(AuthorError, match=r"^test_prepare\.py, line"):
        prepare(replace(sheet_of(task), folder=folder), seed=SEED)


def test_the_starter_is_recognised_whatever_its_white_space() -> None:
    assert normalised("# A\n\n b ") == normalised("#A b\n")
    assert normalised("# A") != normalised("# B")


def test_mistakes_combine_up_to_three_where_no_two_turn_the_same_switch() -> None:
    task = Task("T")

    @task.value(points=1, check=exact())
    def size(*, a: int = 1, b: int = 2, c: int = 3, d: int = 4) -> int:
        """A value."""
        return a + 10 * b + 100 * c + 1000 * d

    for switch in "abcd":

        def mistake() -> None:
            """A mistake."""

        mistake.__name__ = f"m_{switch}"
        size.misconception(points=0.5, switches={switch: 9})(mistake)

    @size.misconception(points=0.5, switches={"a": 8, "b": 8})
    def two_at_once() -> None:
        """Both."""

    @size.misconception(points=0.5)
    def by_itself() -> int:
        """By itself."""
        return 7

    sets = [name(mistakes) for mistakes in combined(size.question.misconceptions)]
    assert len(sets) == len(set(sets)) == 6 + (6 + 2) + (4 + 1)
    assert "m_a+m_b+m_c" in sets and "m_c+m_d+two_at_once" in sets
    assert not any("m_a" in one and "two_at_once" in one for one in sets)
    assert not any("+" in one and "by_itself" in one for one in sets)
    assert [one.count("+") for one in sets] == sorted(one.count("+") for one in sets)
