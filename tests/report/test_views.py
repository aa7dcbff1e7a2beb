"""A learner's report keeps back what the question's policy hides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader.grade import CallMark, Hidden, Policy, Verdict
from grader.picture import Entry, HiddenEntry, Picture
from grader.report import learner_report
from grader.report.views import is_shown
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


def drawn(
    policies: dict[str, Policy], *, now: datetime | None, old: bool = False
) -> tuple[str, ...]:
    """Which of the picture's expected numbers a page draws and says, of the two questions'."""
    names = dict(zip(policies, ("271828", "314159"), strict=True))
    entries = tuple(
        Entry(name=name, given="7", state="wrong", expected=value if old else "")
        for name, value in names.items()
    )
    picture = Picture(kind="series", title="Both", entries=entries)
    hidden = tuple(
        HiddenEntry(question=name, picture=0, entry=index, expected=value)
        for index, (name, value) in enumerate(names.items())
    )
    heads = tuple(
        replace(head, show_expected=policies.get(head.question, "never"))
        for head in samples.SHEET.questions
    )
    mark = next(one for one in samples.ADA_MARKS if one.question == QUESTION)
    mark = replace(
        mark, pictures=(picture,), hidden=Hidden() if old else replace(HIDDEN, entries=hidden)
    )
    html = learner_report(
        samples.graded("ada", (mark,)),
        None,
        None,
        replace(samples.SHEET, questions=heads),
        samples.ENVIRONMENT,
        deadline=DEADLINE,
        now=now,
    )
    told = tuple(value for value in names.values() if value in html)
    assert ("dashed: expected" in html) is bool(told)
    return told


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


@pytest.mark.parametrize("now", [BEFORE, LATER])
@pytest.mark.parametrize("second", ["never", "after_deadline", "always"])
@pytest.mark.parametrize("first", ["never", "after_deadline", "always"])
def test_pictures_show_what_the_question_of_each_part_shows(
    first: Policy, second: Policy, now: datetime
) -> None:
    policies = {QUESTION: first, "vgg_parameters.total_params": second}
    open_ones = tuple(
        value
        for policy, value in ((first, "271828"), (second, "314159"))
        if is_shown(policy, deadline=DEADLINE, now=now)
    )
    assert drawn(policies, now=now) == open_ones


def test_pictures_of_an_older_gradebook_show_what_they_hold() -> None:
    policies: dict[str, Policy] = {QUESTION: "always", "vgg_parameters.total_params": "always"}
    assert drawn(policies, now=None, old=True) == ("271828", "314159")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_hints_are_offered_below_what_is_not_right(verdict: Verdict) -> None:
    html = page("never", hints=("Count the biases.", "One per filter."), verdict=verdict)
    wrong = {Verdict.MISCONCEPTION, Verdict.PARTIAL, Verdict.INCORRECT, Verdict.MISSING}
    assert ("Hint 2 of 2" in html) is (verdict in wrong)
