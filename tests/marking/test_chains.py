"""Which steps of a learner's chain a mark keeps, and in which form."""

from __future__ import annotations

import pytest

from grader.grade import ChainStep, StepOutcome
from grader.marking import chains
from tests.marking.notebook import Notebook
from tests.marking.test_formula import SHEET

HOLDS, BROKEN = StepOutcome.HOLDS, StepOutcome.DOES_NOT_HOLD


def steps(*outcomes: StepOutcome) -> list[ChainStep]:
    return [
        chains.step(
            chains.side(str(n), None), "=", chains.side("x", None), outcome, "Said.", where=""
        )
        for n, outcome in enumerate(outcomes)
    ]


def test_a_short_chain_is_kept_whole_and_in_order() -> None:
    short = steps(HOLDS, BROKEN, HOLDS)
    assert chains.most_telling(short) == tuple(short)
    assert chains.most_telling(steps(HOLDS)) == tuple(steps(HOLDS))


def test_of_a_long_chain_what_does_not_hold_is_kept_first() -> None:
    long = steps(BROKEN, *[HOLDS] * 30, BROKEN)
    kept = chains.most_telling(long)
    assert len(kept) == chains.MOST_STEPS
    assert kept == (long[0], *long[21:])


def test_of_very_many_broken_steps_the_last_ones_are_kept() -> None:
    long = steps(*[BROKEN] * 40)
    assert chains.most_telling(long) == tuple(long[-chains.MOST_STEPS :])


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        (r"$$\hat m_t = \frac{m_t}{1-\beta^t}$$", []),
        (r"$$\hat m_t = \frac{2m_t}{2(1-\beta^t)} = \frac{m_t}{1-\beta^t}$$", ["holds"]),
        (r"$$\hat m_t = m_t = \frac{m_t}{1-\beta^t}$$", ["does_not_hold"]),
        (r"$$\hat m_t = \frac{m_t}{1-\beta^t} = \frac{m_t}{(1-\beta)^t}$$", ["does_not_hold"]),
        (r"$$\hat m_t = \frac{m_t}{1-\beta^t} = \frac{m_t}{1-\gamma^t}$$", ["undecided"]),
        (r"$$\hat m_t = \frac{m_t}{1-\beta^t} < m_t$$", ["undecided"]),
    ],
)
def test_each_step_between_formulas_is_said(
    notebook: Notebook, text: str, outcomes: list[str]
) -> None:
    mark = notebook.prose(text).mark(SHEET, "m_hat")
    assert [str(one.outcome) for one in mark.chain] == outcomes, mark
    assert all(one.sentence and one.where for one in mark.chain)


def test_a_step_shows_the_learners_own_values_and_no_reference(notebook: Notebook) -> None:
    text = r"$$\hat m_t = 2m_t = 3m_t$$"
    mark = notebook.prose(text).mark(SHEET, "m_hat")
    (step,) = mark.chain
    assert "they are" in step.sentence
    assert "expected" not in step.sentence
