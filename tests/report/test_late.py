"""Lateness has a line of its own wherever a grade is shown."""

from __future__ import annotations

from dataclasses import replace

from grader.grade import Grade, Late, settled
from grader.lms import feedback
from grader.report import gradescope, learner_report, overview, plainly, words
from tests.report import samples
from tests.report.pages import text

LATE = Late(
    seconds=97_200.0,
    days=2,
    percent=20.0,
    sentence="Handed in 1 day 3 hours after the deadline of X: 2 days begun, so 20 % are off.",
)
IN_GRACE = replace(LATE, days=0, percent=0.0, sentence="Handed in 5 minutes late: nothing is off.")


def ada(late: Late | None) -> Grade:
    return settled(samples.ADA, samples.ADA.questions, late)


def page(late: Late | None) -> str:
    return text(learner_report(ada(late), None, None, samples.SHEET, samples.ENVIRONMENT))


def test_the_learners_report_says_how_late_and_what_it_cost() -> None:
    read = page(LATE)
    assert LATE.sentence in read
    assert "9 points less 1.8: 7.2 count." in read
    assert "7.2 of 23 points" in read
    assert IN_GRACE.sentence in page(IN_GRACE)
    assert "less" not in page(IN_GRACE).split(IN_GRACE.sentence)[1][:20]
    assert "Handed in" not in page(None)


def test_the_overview_says_what_was_taken_off() -> None:
    assert "late: -1.8" in text(overview(samples.gradebook(ada(LATE)), {}))
    for late in (None, IN_GRACE):
        assert "late:" not in text(overview(samples.gradebook(ada(late)), {}))


def test_what_is_not_graded_has_no_sum_to_take_off() -> None:
    lost = settled(samples.REJECTED, samples.REJECTED.questions, LATE)
    assert words.late(lost) == LATE.sentence
    assert words.taken_off(lost) == ""


def test_what_goes_back_to_a_platform_says_it_too() -> None:
    comment = feedback.comment(ada(LATE), {})
    assert "20 % are off. 9 − 1.8 = 7.2</p>" in comment
    assert comment.startswith(f"<div class={feedback.OURS}><p>7.2 / 23</p>")
    assert "Handed in" not in feedback.comment(ada(None), {})
    assert LATE.sentence in plainly.of_grade(ada(LATE), "strict")
    book = samples.gradebook(ada(LATE))
    assert gradescope.results(book.submissions[0], book)["score"] == 7.2
