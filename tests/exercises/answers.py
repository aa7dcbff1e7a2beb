"""Looks answers and mistakes up in a sheet by their names."""

from __future__ import annotations

from functools import cache
from typing import Any

from grader.sheet import Question, Sheet


def question(sheet: Sheet, name: str) -> Question:
    """The question of that name."""
    return next(one for one in sheet.questions if one.name == name)


def expected(sheet: Sheet, name: str) -> Any:
    """The reference's value of a value question, on its own upstream values."""

    @cache
    def value(name: str) -> Any:
        asked = question(sheet, name)
        return asked.reference(**{one: value(one) for one in asked.depends})

    return value(name)


def mistaken(sheet: Sheet, name: str, *mistakes: str) -> Any:
    """The value of a value question with one mistake, or with several at once."""
    asked = question(sheet, name)
    upstream = {one: expected(sheet, one) for one in asked.depends}
    made = [one for one in asked.misconceptions if one.name in mistakes]
    assert len(made) == len(mistakes), f"{name} has not all of {mistakes}"
    if len(made) == 1:
        return made[0].reference(**upstream)
    switches = [(key, value) for one in made for key, value in one.switches.items()]
    assert len(switches) == len(dict(switches)), f"{mistakes} cannot be made at once"
    return asked.reference(**upstream, **dict(switches))
