"""Equations on the way to a formula: sides that are not equal, and readings that are kept."""

from __future__ import annotations

import pytest

from grader.authoring import Task
from grader.errors import AuthorError
from grader.formula import Declared
from grader.formula.domains import fraction, real
from grader.grade import Mark
from grader.marking import prepare
from tests.marking.notebook import SEED, Notebook, sheet_of

BROKEN, KEPT = "are not equal", "both readings were tried"
ANSWER = "$y = (b g_1 + g_2)/(1 + b)$\n\n"


def averaged(*, way: str = "(b*g_1 + g_2)/(1 + b)") -> Task:
    """An average of two numbers, with equations on the way to it."""
    task = Task("Average")
    on_the_way = task.chain(
        symbols=(
            Declared(name="g", spellings=("g", "g_*", "g^*")),
            Declared(name="m", spellings=("m_*", "m^*")),
            Declared(name="h", spellings=("h_*", "h^*")),
            Declared(name="b"),
        ),
        domains={"g": real(), "g_*": real(), "m_*": real(), "h_*": real(), "b": fraction()},
    )

    @task.formula(
        points=1,
        symbols=(Declared(name="g1", spellings=("g_1",)), Declared(name="g2", spellings=("g_2",)),
                 Declared(name="b")),
        domains={"g1": real(), "g2": real(), "b": fraction()},
        answer="y",
        chain=on_the_way,
        way={"h_1": "g_1", "h_2": way},
    )  # fmt: skip
    def y() -> str:
        """The average."""
        return "(b*g1 + g2)/(1 + b)"

    return task


def marked(text: str) -> Mark:
    return Notebook().prose(ANSWER + text).mark(sheet_of(averaged()), "y")


def said(text: str, words: str) -> list[str]:
    mark = marked(text)
    assert (mark.points, mark.verdict) == (1, "CORRECT")
    return [line for line in mark.details if words in line]


def test_a_step_that_does_not_hold_is_shown_with_its_factor() -> None:
    (line,) = said(
        "$m_1 = (1-b) g_1$\n\n$h_2 = (b m_1 + (1-b) g_2)/(1-b)^2 = (b g_1 + g_2)/(1+b)$", BROKEN
    )
    assert "times the second" in line and "The last side is right" in line
    (line,) = said("$h_2 = (b g_1 + g_2)/(1+b) = (b g_1 + g_2)/(1-b)$", BROKEN)
    assert "The last side is right" not in line


@pytest.mark.parametrize(
    "text",
    [
        "$m_1 = (1-b) g_1$\n\n$h_2 = (b m_1 + (1-b) g_2)/(1-b^2) = (b g_1 + g_2)/(1+b)$",
        "$m_2 = b(1-b) g_1 + (1-b) g_2$\n\n$h_2 = m_2/(1-b^2) = (b g_1 + g_2)/(1+b)$",
        "$m_1 = (1-b) g_1$\n\n$m_2 = b m_1 + (1-b) g_2$\n\n"
        "$h_2 = m_2/(1-b^2) = (b g_1 + g_2)/(1+b)$",
        # What m_2 is stands nowhere.
        "$h_2 = m_2/(1-b^2) = (b g_1 + g_2)/(1+b)$",
        "$h_2 = (b g_1 + g_2)/(1+b)$",
        "$h_2 \\approx (b g_1 + g_2)/(1+b) \\approx g_2$",
        "$h_2 = (b g_1 + q)/(1+b) = g_2$",
        "$m_2 = g_1 = g_2$",
        # Numbers are examples, and decimals may be rounded ones.
        "$m_1 = 0.05$\n\n$h_2 = (b m_1 + (1-b) g_2)/(1-b^2) = (b g_1 + g_2)/(1+b)$",
        "$h_2 = 0.25/1.9 + 0.5/1.9 = 0.39$",
        "$h_2 = (0.9 g_1 + g_2)/1.9 = 0.474 g_1 + 0.526 g_2$",
        "$g_1 = 7$\n\n$h_2 = (b g_1 + g_2)/(1+b) = (g_2 + b g_1)/(1 + b)$",
        "$m_1 = g_1$\n\n$m_1 = (1-b) g_1$\n\n$h_2 = (b m_1 + (1-b) g_2)/(1-b^2) = g_2$",
        "$h_2 = = g_1$",
    ],
)
def test_nothing_is_said_of_what_holds_or_cannot_be_told(text: str) -> None:
    assert said(text, BROKEN) == said(text, KEPT) == []


def test_the_reading_that_closes_the_chain_is_kept_and_said() -> None:
    (line,) = said("$h_1 = (1-b) g^2/(1-b) = g \\cdot g$", KEPT)
    assert "where “g^2” is a power the sides are equal" in line
    assert said("$h_1 = (1-b) g^2/(1-b) = g^2$", KEPT) == []
    assert said("$h_1 = (1-b) g^2/(1-b) = g_2$", KEPT) == []
    assert len(said("$h_1 = (1-b) g^2/(1-b) = 7 g^2$", BROKEN)) == 1


def test_a_wrong_answer_is_no_better_for_it() -> None:
    text = "$y = b g_1$\n\n$h_2 = b g_1 = g_2$"
    mark = Notebook().prose(text).mark(sheet_of(averaged()), "y")
    assert (mark.verdict, mark.points) == ("INCORRECT", 0)
    assert any(BROKEN in line for line in mark.details)


def test_long_and_deep_equations_are_left_alone() -> None:
    long = " + ".join(["g_1"] * 400)
    assert said(f"$h_2 = {long} = g_2$", BROKEN) == []
    circular = "$m_1 = m_2 + m_2$\n\n$m_2 = m_1 + m_1$\n\n$h_2 = m_1 = g_1$"
    assert said(circular, BROKEN) == []
    many = "\n\n".join(f"$h_2 = {n} g_1 = {n + 1} g_1$" for n in range(300))
    assert len(said(many, BROKEN)) <= 5


def test_what_is_right_on_the_way_has_to_be_read() -> None:
    for way in ("(q*g_1)/2", "g^2", "1 +"):
        with pytest.raises(AuthorError, match="on the way to y"):
            prepare(sheet_of(averaged(way=way)), seed=SEED)
