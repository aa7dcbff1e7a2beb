"""What is said of an answer that differs from the expected value."""

from __future__ import annotations

from typing import Any

from grader.language import say, say_count
from grader.marking import arrays, numbers
from grader.marking.plain import scalar, told
from grader.values import Function, Opaque


def unreadable(given: Opaque | Function) -> str:
    """Return why an object cannot be compared."""
    if isinstance(given, Function):
        return say("{given} stands where a value is expected", given=told(given))
    sentence = say("{given} cannot be read as a plain value", given=told(given))
    return f"{sentence}: {say(given.reason)}" if given.reason else sentence


def not_a_number(given: Any) -> str:
    """Return what is said of an answer that is none, where a number is expected."""
    if given is None:
        return say(
            "it is None: a function that prints its result and does not return it gives None, "
            "and so does an assignment of such a call"
        )
    if isinstance(given, bool):
        return say("a number is expected; yours is {given}, a truth value", given=given)
    return say("a number is expected; yours is {given}", given=arrays.kind(given))


def of_kind(given: Any, expected: Any) -> str:
    """Return which sort of thing is expected, and which one is given."""
    return say(
        "{expected} is expected; yours is {given}",
        expected=arrays.kind(expected),
        given=arrays.kind(given),
    )


def shape(given: Any, expected: Any) -> str:
    """Return the same of lists; of None what it may come from."""
    if given is None:
        return not_a_number(given)
    return of_kind(given, expected)


def element(place: tuple[int, ...], mine: Any, theirs: Any) -> str:
    """Return how one element of an array differs."""
    given, expected = scalar(mine[place]), scalar(theirs[place])
    if not numbers.is_number(expected):
        off = say("the other truth value")
    else:
        off = numbers.off_by(given, expected)
    return say("{entry}: yours is {given}, {off}", entry=list(place), given=told(given), off=off)


def count(wrong: int, total: int, worst: str) -> str:
    """Return how many entries differ, and how far off the worst of them is."""
    if not worst:
        return say_count(
            "{count} of {total} entries differ",
            "{count} of {total} entries differ",
            wrong,
            total=total,
        )
    return say_count(
        "{count} of {total} entries differ; the largest is {worst}",
        "{count} of {total} entries differ; the largest is {worst}",
        wrong,
        total=total,
        worst=worst,
    )
