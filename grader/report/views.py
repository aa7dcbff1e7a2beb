"""Who sees what of a mark: the instructor everything, a learner what the policy shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from grader.grade import Grade, Hidden, Mark, Policy, SheetHead
from grader.picture import Picture


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
    marks = tuple(_for_learner(one, open_ones) for one in grade.questions)
    return replace(grade, questions=marks)


def for_instructor(grade: Grade) -> Grade:
    """Return a grade whose every mark has its expected value; nothing is kept back."""
    marks = tuple(
        replace(
            one,
            expected=one.hidden.expected or one.expected,
            pictures=pictures_with_expected(one),
        )
        for one in grade.questions
    )
    return replace(grade, questions=marks)


def pictures_with_expected(
    mark: Mark, *, shown: Collection[str] | None = None
) -> tuple[Picture, ...]:
    """Return a mark's pictures with what is expected of the questions ``shown``, None for all.

    The questions are those of the parts, whichever mark the picture stands with.
    """
    told = {
        (one.picture, one.entry): one.expected
        for one in mark.hidden.entries
        if shown is None or one.question in shown
    }
    return tuple(
        replace(
            picture,
            entries=tuple(
                replace(entry, expected=told.get((position, index), entry.expected))
                for index, entry in enumerate(picture.entries)
            ),
        )
        for position, picture in enumerate(mark.pictures)
    )


def _holds_anything(picture: Picture) -> bool:
    return not picture.entries or any(one.given or one.expected for one in picture.entries)


def _for_learner(mark: Mark, open_ones: Collection[str]) -> Mark:
    told = mark.hidden if mark.question in open_ones else Hidden()
    return replace(
        mark,
        expected=told.expected or mark.expected,
        details=mark.details + told.details,
        hidden=Hidden(),
        suggestions=(),
        pictures=tuple(filter(_holds_anything, pictures_with_expected(mark, shown=open_ones))),
    )
