"""Item analysis against what can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grade import Grade, Mark, Verdict
from grader.report import items, statistics
from grader.report.items import Reading
from tests.report import samples

QUESTIONS = [head.question for head in samples.SHEET.questions[:3]]


def grade(number: int, shares: Sequence[float | None]) -> Grade:
    marks = tuple(
        Mark(
            question=question,
            verdict=Verdict.NEEDS_REVIEW if part is None else Verdict.PARTIAL,
            points=None if part is None else 4 * part,
            max_points=4,
        )
        for question, part in zip(QUESTIONS, shares, strict=True)
    )
    return samples.graded(f"learner{number}", marks)


def told(table: Sequence[Sequence[float | None]]) -> list[items.Discrimination]:
    grades = [grade(number, row) for number, row in enumerate(table)]
    found = items.discriminations(grades)
    return [found[question] for question in QUESTIONS if question in found]


SHARES = st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 1.0])


@given(st.lists(st.tuples(SHARES, SHARES, SHARES), min_size=items.FEWEST, max_size=25))
def test_discrimination_is_the_correlation_with_the_rest_of_the_sheet(
    table: list[tuple[float, float, float]],
) -> None:
    shares = np.array(table)
    for column, one in enumerate(told(table)):
        rest = np.delete(shares, column, axis=1).mean(axis=1)
        if one.r is None:
            assert one.reading is Reading.NO_SPREAD
            assert np.ptp(shares[:, column]) < 1e-8 or np.ptp(rest) < 1e-8
        else:
            assert one.r == pytest.approx(np.corrcoef(shares[:, column], rest)[0, 1], abs=1e-6)


def test_a_question_that_the_strong_miss_is_negative_and_one_they_solve_is_good() -> None:
    table = [(n / 10, n / 10, 1 - n / 10) for n in range(10)]
    good, also_good, against = told(table)
    assert against.r == pytest.approx(-1)
    assert against.reading is Reading.NEGATIVE
    assert good.reading is also_good.reading is Reading.NO_SPREAD, "the rest sums to a constant"


def test_open_questions_are_left_out_on_both_sides() -> None:
    table: list[tuple[float | None, ...]] = [(n / 9, n / 9, None) for n in range(10)]
    table += [(None, 1.0, None)] * 5
    first, second = told(table)
    assert first.r == second.r == pytest.approx(1)
    assert (first.number, second.number) == (10, 10)


def test_few_submissions_tell_nothing() -> None:
    table = [(n / 8, n / 8, n / 8) for n in range(items.FEWEST - 1)]
    assert {one.reading for one in told(table)} == {Reading.TOO_FEW}
    assert {one.r for one in told(table)} == {None}


def test_a_question_that_all_solve_has_no_spread() -> None:
    assert told([(1.0, n / 10, n / 10) for n in range(10)])[0].reading is Reading.NO_SPREAD


def test_readings_go_from_negative_to_good() -> None:
    order = [Reading.NEGATIVE, Reading.WEAK, Reading.GOOD]
    mixed = [(n / 20, ((7 * n) % 20) / 20, n / 20) for n in range(20)]
    readings = [one.reading for one in told(mixed)]
    assert all(reading in order for reading in readings)
    rs = sorted((one.r or 0.0, order.index(one.reading)) for one in told(mixed))
    assert all(before[1] <= after[1] for before, after in pairwise(rs))


def test_every_question_of_the_sheet_has_its_discrimination() -> None:
    book = samples.gradebook(samples.ADA)
    assert {one.discrimination.reading for one in statistics.questions(book)} == {Reading.TOO_FEW}
