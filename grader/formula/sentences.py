"""What is said of a step in a learner's chain of numbers."""

from __future__ import annotations

from typing import Final

from grader.formula.figures import figures
from grader.formula.literals import Literal
from grader.formula.sides import EQUALITIES, ORDERS, Outcome, SideValue, Step
from grader.language import message, say

WORDS: Final = {
    "<": message("less than"),
    ">": message("greater than"),
    "≤": message("at most"),
    "≥": message("at least"),
}


def sentence(step: Step) -> str:
    """What a learner reads of a step, in the language spoken."""
    left, right = step.left, step.right
    if left.value is None or right.value is None:
        open_side = left if left.value is None else right
        if not open_side.shown:
            return say("An empty side has no value here: {reason}.", reason=open_side.reason)
        return say(
            "{side} has no value here: {reason}.", side=open_side.shown, reason=open_side.reason
        )
    a, b = figures(left.value, right.value)
    if step.relation in EQUALITIES:
        return _equality_sentence(step, a, b)
    if step.relation not in ORDERS:
        return say(
            "Whether {left} {sign} {right} is not looked at.",
            left=left.shown,
            sign=step.relation,
            right=right.shown,
        )
    return _order_sentence(step, a, b)


def _order_sentence(step: Step, a: str, b: str) -> str:
    left, right = step.left, step.right
    named = {"side": left.shown, "a": a, "b": b, "order": say(WORDS[step.relation])}
    match step.outcome:
        case Outcome.HOLDS if left.literal:
            return say("{a} is {order} {b}.", **named)
        case Outcome.HOLDS:
            return say("{side} is {a}, {order} {b}.", **named)
        case Outcome.ROUNDED:
            return say(
                "{side} and {other} are as good as equal: {a} and {b}.",
                other=right.shown,
                **named,
            )
        case _ if left.literal:
            return say("{a} is not {order} {b}.", **named)
        case _:
            return say("{side} is {a}, not {order} {b}.", **named)


def _equality_sentence(step: Step, a: str, b: str) -> str:
    left, right = step.left, step.right
    first, second = _is(left, a), _is(right, b)
    match step.outcome:
        case Outcome.HOLDS:
            return f"{_have(left.shown, b)}."
        case Outcome.ROUNDED:
            return _rounded_sentence(left, a, right, b)
        case Outcome.ROUNDED_INPUTS:
            return say(
                "{one}, {other}: they agree if their numbers are rounded ones.",
                one=first,
                other=second,
            )
        case Outcome.UNKNOWN:
            return say("{one} elsewhere, {other} here.", one=first, other=second)
        case _ if right.literal is None:
            return say("{one}, but {other}.", one=first, other=second)
        case _ if left.literal:
            return say("{a} is not {b}.", a=a, b=b)
        case _:
            return say("{side} is {a}, not {b}.", side=left.shown, a=a, b=b)


def _rounded_sentence(left: SideValue, a: str, right: SideValue, b: str) -> str:
    if right.literal is None:
        return say("{side} is {a}, {b} when rounded.", side=right.shown, a=b, b=a)
    if _is_coarser(left.literal, right.literal):
        return say("{a} is {b} when rounded.", a=b, b=a)
    if left.literal:
        return say("{a} is {b} when rounded.", a=a, b=b)
    return say("{side} is {a}, {b} when rounded.", side=left.shown, a=a, b=b)


def _is_coarser(one: Literal | None, other: Literal | None) -> bool:
    return one is not None and other is not None and one.half_unit > other.half_unit


def _is(side: SideValue, figure: str) -> str:
    return figure if side.literal is not None else _have(side.shown, figure)


def _have(side: str, figure: str) -> str:
    return say("{side} is {value}", side=side, value=figure)
