"""Numbers known to within their written precision: what an author's invariants calculate with."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final, final

from grader.formula.intervals import Interval, around, inverse, plus, times

MAX_BITS: Final = 4_000
"""Longest fraction that is calculated with."""
FLOAT: Final = Fraction(1, 10**12)
"""How far a float may be from what it stands for, relative to it."""


def number(value: Any, half_unit: Fraction) -> Rough | None:
    """`value`, known to within half a unit of its last digit; None if it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    exact = Fraction(value)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAX_BITS:
        return None
    blur = abs(exact) * FLOAT if isinstance(value, float) else Fraction(0)
    return Rough(around(exact, max(half_unit, blur)))


@final
class Rough:
    """A number known to within its written precision.

    Two of them are equal if they may stand for the same number, and one is less than the other if
    it may be. So `!=` is only true of numbers that are surely different.
    """

    __slots__ = ("interval",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, interval: Interval) -> None:
        self.interval = interval
        """All that it may be."""

    def __repr__(self) -> str:
        return f"Rough({float(self):.6g})"

    def __float__(self) -> float:
        return float((self.interval.low + self.interval.high) / 2)

    def __add__(self, other: object) -> Rough:
        return _made(plus(self.interval, _interval(other)))

    def __neg__(self) -> Rough:
        return Rough(Interval(-self.interval.high, -self.interval.low))

    def __sub__(self, other: object) -> Rough:
        return self + -Rough(_interval(other))

    def __rsub__(self, other: object) -> Rough:
        return -self + other

    def __mul__(self, other: object) -> Rough:
        return _made(times(self.interval, _interval(other)))

    def __truediv__(self, other: object) -> Rough:
        inverted = inverse(_interval(other))
        if inverted is None:
            raise ZeroDivisionError("a number that may be zero")
        return _made(times(self.interval, inverted))

    def __rtruediv__(self, other: object) -> Rough:
        return Rough(_interval(other)) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def __abs__(self) -> Rough:
        if self.interval.low >= 0:
            return self
        ends = (Fraction(0), max(-self.interval.low, self.interval.high))
        return -self if self.interval.high <= 0 else Rough(Interval(*ends))

    def __eq__(self, other: object) -> bool:
        return self.interval.overlaps(_interval(other))

    def __le__(self, other: object) -> bool:
        return self.interval.low <= _interval(other).high

    def __ge__(self, other: object) -> bool:
        return self.interval.high >= _interval(other).low

    def __lt__(self, other: object) -> bool:
        return self.interval.low < _interval(other).high

    def __gt__(self, other: object) -> bool:
        return self.interval.high > _interval(other).low


def _interval(other: object) -> Interval:
    if isinstance(other, Rough):
        return other.interval
    rough = number(other, Fraction(0))
    if rough is None:
        raise TypeError(f"{type(other).__name__} is no number")
    return rough.interval


def _made(interval: Interval) -> Rough:
    for end in (interval.low, interval.high):
        if max(end.numerator.bit_length(), end.denominator.bit_length()) > MAX_BITS:
            raise OverflowError("a number is too long")
    return Rough(interval)
