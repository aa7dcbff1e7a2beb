"""A learner's report keeps back what the question's policy hides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader.grade import CallMark, Hidden, Policy, Verdict
from grader.report import learner_report
from tests.report import samples

DEADLINE = datetime(2030, 1, 15, 12, tzinfo=UTC)
SECRET, LINE = "14714688", "conv(in=3) should give 1792."
HIDDEN = Hidden(
    expected=SECRET,
    details=(LINE,),
    calls=(
        CallMark(
            call="conv(in=77)", public=False, outcome="differs", given="2", expected="3", error=""
        ),
    ),
)
QUESTION = "vgg_parameters.conv_params"


def page(
    policy: Policy,
    *,
    deadline: datetime | None = DEADLINE,
    now: datetime | None = None,
    hints: tuple[str, ...] = (),
    verdict: Verdict = Verdict.MISCONCEPTION,
) -> str:
    heads = tuple(
        replace(head, show_expected=policy, hints=hints) if head.question == QUESTION else head
        for head in samples.SHEET.questions
    )
    marks = tuple(
        replace(mark, hidden=HIDDEN, suggestions=("Fits: both",), verdict=verdict)
        for mark in samples.ADA_MARKS
        if mark.question == QUESTION
    )
    return learner_report(
        samples.graded("ada", marks),
        None,
        None,
        replace(samples.SHEET, questions=heads),
        samples.ENVIRONMENT,
        deadline=deadline,
        now=now,
    )


LATER, BEFORE = DEADLINE + timedelta(seconds=1), DEADLINE - timedelta(days=1)


@pytest.mark.parametrize(
    ("policy", "deadline", "now", "shown"),
    [
        ("never", DEADLINE, LATER, False),
        ("always", None, None, True),
        ("always", DEADLINE, BEFORE, True),
        ("after_deadline", DEADLINE, BEFORE, False),
        ("after_deadline", DEADLINE, DEADLINE, False),
        ("after_deadline", DEADLINE, LATER, True),
        ("after_deadline", None, LATER, False),
        ("after_deadline", DEADLINE, None, False),
    ],
)
def test_the_policy_decides_what_is_shown(
    policy: Policy, deadline: datetime | None, now: datetime | None, shown: bool
) -> None:
    html = page(policy, deadline=deadline, now=now)
    assert (SECRET in html) is shown
    assert (LINE in html) is shown
    assert "conv(in=77)" not in html
    assert "Fits: both" not in html


@pytest.mark.parametrize("verdict", list(Verdict))
def test_hints_are_offered_below_what_is_not_right(verdict: Verdict) -> None:
    html = page("never", hints=("Count the biases.", "One per filter."), verdict=verdict)
    wrong = {Verdict.MISCONCEPTION, Verdict.PARTIAL, Verdict.INCORRECT, Verdict.MISSING}
    assert ("Hint 2 of 2" in html) is (verdict in wrong)
