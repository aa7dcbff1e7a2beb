"""Pairs of known mistakes that cannot be told from something else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader.authoring import Task, call, fixed
from grader.checks import exact
from grader.formula import Declared
from grader.formula.domains import real
from grader.marking import ambiguity, prepare
from grader.marking.ambiguity import Pairs
from tests.marking.notebook import SEED, sheet_of


def found(task: Task) -> Pairs:
    (one,) = ambiguity.pairs(prepare(sheet_of(task), seed=SEED))
    return one


def with_mistakes(mistakes: Mapping[str, Mapping[str, float]], *, kind: str = "value") -> Task:
    """The sum of two numbers, with mistakes in either."""
    task = Task("Sum")
    if kind == "value":

        @task.value(points=1, check=exact())
        def total(*, a: int = 10, b: int = 20) -> int:
            """A sum."""
            return a + b

        asked = total
    elif kind == "function":

        @task.function(points=1, check=exact(), calls=fixed(call(1), call(2)))
        def scaled(x: int, *, a: int = 10, b: int = 20) -> int:
            """A multiple."""
            return x * (a + b)

        asked = scaled
    else:

        @task.formula(points=1, symbols=[Declared(name="x")], domains={"x": real()}, answer="y")
        def y(*, a: int = 10, b: int = 20) -> str:
            """A formula."""
            return f"{a}*x + {b}*x"

        asked = y
    for name, switches in mistakes.items():

        def mistake() -> None:
            """A mistake."""

        mistake.__name__ = name
        asked.misconception(points=0.5, switches=switches)(mistake)
    return task


@pytest.mark.parametrize("kind", ["value", "function", "formula"])
def test_pairs_that_are_told_apart_are_counted_only(kind: str) -> None:
    one = found(with_mistakes({"p": {"a": 11}, "q": {"a": 12}, "r": {"b": 27}}, kind=kind))
    assert (one.pairs, one.alike, one.left_out) == (2, (), 0)


@pytest.mark.parametrize("kind", ["value", "function", "formula"])
@pytest.mark.parametrize(
    ("mistakes", "alike"),
    [
        ({"p": {"a": 11}, "q": {"b": 19}}, "p+q gives the right answer"),
        ({"p": {"a": 11}, "q": {"b": 23}, "r": {"a": 14}}, "p+q looks like r"),
        (
            {"p": {"a": 11}, "q": {"b": 30}, "r": {"a": 17}, "s": {"b": 24}},
            "r+s looks like p+q",
        ),
    ],
)
def test_what_cannot_be_told_apart_is_named(
    kind: str, mistakes: Mapping[str, Mapping[str, float]], alike: str
) -> None:
    assert found(with_mistakes(mistakes, kind=kind)).alike == (alike,)


def test_a_mistake_without_effect_beside_another_is_no_ambiguity() -> None:
    task = Task("Product")

    @task.value(points=1, check=exact())
    def product(*, a: int = 3, b: int = 5) -> int:
        """A product."""
        return a * b

    @product.misconception(points=0.5, switches={"a": 0})
    def nothing() -> None:
        """Zero."""

    @product.misconception(points=0.5, switches={"b": 6})
    def six() -> None:
        """Six."""

    assert found(task).alike == ()


def test_mistakes_that_do_not_combine_have_no_pairs() -> None:
    task = with_mistakes({"p": {"a": 11}, "q": {"a": 12}})
    assert list(ambiguity.pairs(prepare(sheet_of(task), seed=SEED))) == []


def test_what_was_left_out_for_want_of_time_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ambiguity, "MOST_VALUES", 3)
    one = found(with_mistakes({"p": {"a": 11}, "q": {"b": 27}, "r": {"b": 35}}))
    assert one.left_out > 0
