"""Who sees what of a mark: the instructor everything, a learner what the policy shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from grader.grade import Grade, Hidden, Mark, Policy, SheetHead


def is_shown(policy: Policy, *, deadline: datetime | None, now: datetime | None) -> bool:
    """Return whether a learner may see what ``policy`` governs at ``now``.

    Without a deadline, or without a time, ``after_deadline`` shows nothing.
    """
    if policy == "after_deadline":
        return deadline is not None and now is not None and now > deadline
    return policy == "always"


def for_learner(
    grade: Grade,
    sheet: SheetHead,
    *,
    deadline: datetime | None = None,
    now: datetime | None = None,
) -> Grade:
    """Return a grade without anything that its learner is not to see.

    A question that the sheet does not list keeps everything back.
    """
    open_ones = {
        head.question
        for head in sheet.questions
        if is_shown(head.show_expected, deadline=deadline, now=now)
    }
    marks = tuple(_for_learner(one, open_=one.question in open_ones) for one in grade.questions)
    return replace(grade, questions=marks)


def for_instructor(grade: Grade) -> Grade:
    """Return a grade whose every mark has its expected value; nothing is kept back."""
    marks = tuple(
        replace(one, expected=one.hidden.expected or one.expected) for one in grade.questions
    )
    return replace(grade, questions=marks)


def _for_learner(mark: Mark, *, open_: bool) -> Mark:
    if not open_:
        return replace(mark, hidden=Hidden(), suggestions=())
    return replace(
        mark,
        expected=mark.hidden.expected or mark.expected,
        details=mark.details + mark.hidden.details,
        hidden=Hidden(),
        suggestions=(),
    )
