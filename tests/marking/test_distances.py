"""Distances that a learner states between two own results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring import Task
from grader.checks import close, decimals
from grader.errors import AuthorError
from tests.marking.notebook import Notebook, sheet_of

SAID = "You state a distance"


def twice() -> Task:
    """One number by hand, from two factors, and by code."""
    task = Task("Twice")

    @task.value(points=1, check=decimals(1), answer="a")
    def factor() -> float:
        """A factor."""
        return 16.384

    @task.value(points=1, check=close(rtol=0.01), answer="f")
    def by_hand(factor: float) -> float:
        """The product."""
        return 2.976 * factor

    @task.value(points=1, check=close(rtol=0.01))
    def by_code() -> float:
        """The same."""
        return 48.757

    task.compared(by_hand, by_code)
    return task


def lines(paper: str, after: str, *, code: float = 48.756893) -> list[str]:
    notebook = Notebook().prose(paper).code(binds={"by_code": code}).prose(after)
    mark = notebook.mark(sheet_of(twice()), "by_code")
    assert mark.points == 1
    return [line for line in mark.details if SAID in line]


@pytest.mark.parametrize(
    "after",
    [
        "The results have 0.9 distance.",
        "They differ by 0,9.",
        "a difference of about 0.9",
        "Abweichung von ca. 0,9",
        "they are 0.9 apart",
    ],
)
def test_another_distance_is_worked_out_again(after: str) -> None:
    (line,) = lines("f = 49,2", after)
    assert "49.2 and 48.7569 are 0.44 apart" in line and "cell 3" in line


@pytest.mark.parametrize(
    "after",
    [
        "They have 0.4 distance.",
        "with 0.5 distance",
        "They differ by 0,44.",
        "They differ by 1 %.",
        "They differ by 0.9%",
        "They differ.",
        "There are 3 ways; they differ by far.",
        "Version 1.2.3 differs by 1.2.3",
        "The learning rate is 0.9.",
        "x" * 1_000 + " they differ by 0.9",
    ],
)
def test_other_sentences_say_nothing(after: str) -> None:
    assert lines("f = 49,2", after) == []


def test_a_distance_that_fits_the_own_factors_is_evidence_of_a_slip() -> None:
    (line,) = lines("a = 16,5\n\nf = 45,2", "with 0.3 distance")
    assert "With 49.104, which follows from your earlier values, it is 0.35" in line


@given(st.floats(48.3, 49.2), st.integers(2, 5))
def test_a_distance_that_is_right_is_never_remarked(value: float, digits: int) -> None:
    own = round(value, digits)
    distance = round(abs(own - 48.756893), digits)
    assert lines(f"f = {own}", f"They differ by {distance:.{digits}f}") == []


def test_a_distance_elsewhere_belongs_to_something_else() -> None:
    notebook = Notebook().prose("f = 49,2").code(binds={"by_code": 48.756893}).code("pass")
    mark = notebook.prose("They differ by 7.5").mark(sheet_of(twice()), "by_code")
    assert not any(SAID in line for line in mark.details)


def test_without_both_values_nothing_is_said() -> None:
    assert lines("", "They differ by 0.9") == []
    assert lines("f = 49,2", "They differ by 0.9", code=48.8)
    for odd in ("nan", "inf"):
        notebook = Notebook().prose("f = 49,2").code(binds={"by_code": float(odd)})
        grade = notebook.prose("They differ by 0.9").grade(sheet_of(twice()))
        assert not any(SAID in line for one in grade.questions for line in one.details)


def test_a_text_made_of_numbers_and_words_is_read_in_part() -> None:
    assert len(lines("f = 49,2", "differs by 0.9 distance " * 40_000)) == 1


def test_only_values_of_the_task_are_compared() -> None:
    task, other = twice(), twice()
    with pytest.raises(AuthorError, match="value questions of this task"):
        task.compared(task.builders[0], other.builders[1])
