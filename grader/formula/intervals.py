"""The value of a formula whose numbers are only known to lie within bounds.

Bounds are exact wherever the four operations, whole powers and comparisons suffice. Elsewhere
they carry the digits of `evaluate`; nothing here overflows, and nothing is raised.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Any, Final, final

from grader.formula.evaluate import DIGITS, Arithmetic, Undefined, digits, evaluate
from grader.formula.tree import (
    FUNCTIONS,
    MINUS_ONE,
    Apply,
    Indexed,
    Number,
    Power,
    Product,
    Series,
    Sum,
    Symbol,
    Tree,
    label,
)

MAXIMAL_BITS: Final = 4_000
MAXIMAL_VISITS: Final = 5_000
MAXIMAL_POWER: Final = 64

MONOTONE: Final = frozenset(
    ["log", "log2", "log10", "exp", "sqrt", "arcsin", "arccos", "arctan", "sinh", "tanh"]
)


@final
@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`, both included."""

    low: Fraction
    high: Fraction

    def __contains__(self, value: Fraction) -> bool:
        return self.low <= value <= self.high

    def overlaps(self, other: Interval) -> bool:
        """Whether some number lies in both."""
        return self.low <= other.high and other.low <= self.high


def around(value: Fraction, half_unit: Fraction) -> Interval:
    """All numbers that are at most `half_unit` from `value`."""
    return Interval(value - half_unit, value + half_unit)


def plus(left: Interval, right: Interval) -> Interval:
    """All sums of a number of each."""
    return Interval(left.low + right.low, left.high + right.high)


def times(left: Interval, right: Interval) -> Interval:
    """All products of a number of each."""
    lefts, rights = {left.low, left.high}, {right.low, right.high}
    corners = [a * b for a, b in product(lefts, rights)]
    return Interval(min(corners), max(corners))


def inverse(interval: Interval) -> Interval | None:
    """All inverses; None where zero is among the numbers."""
    if Fraction(0) in interval:
        return None
    return Interval(1 / interval.high, 1 / interval.low)


def exact(tree: Tree, values: Mapping[str, Fraction]) -> Fraction | None:
    """The value of `tree` without any rounding; None where that is not to be had."""
    walk = _Walk(values, {}, exactly=True)
    found = walk.value(tree)
    return None if found is None else found.low


def spread(
    tree: Tree, values: Mapping[str, Fraction], halves: Mapping[Fraction, Fraction]
) -> Interval | None:
    """All that `tree` may be where its numbers are only known to within their half units.

    `halves` has the half unit of a literal, and of what a name stands for, by its value without
    a sign; others are exact, and so are whole exponents, however they are written: `2,0·x^2` has
    a square in it. One that stands in two places may differ in each. None where there is no such
    interval.
    """
    return _Walk(values, halves, exactly=False).value(tree)


@final
class _NoneError(Exception):
    """There is no value; never leaves this module."""


@final
class _Walk:
    def __init__(
        self,
        values: Mapping[str, Fraction],
        halves: Mapping[Fraction, Fraction],
        *,
        exactly: bool,
    ) -> None:
        self.values = values
        self.halves = halves
        self.exactly = exactly
        self.visits = 0

    def value(self, tree: Tree) -> Interval | None:
        try:
            return self.of(tree)
        except (_NoneError, RecursionError):
            return None

    def of(self, tree: Tree) -> Interval:
        self.visits += 1
        if self.visits > MAXIMAL_VISITS:
            raise _NoneError
        match tree:
            case Number(value):
                return bounded(around(value, self.halves.get(abs(value), Fraction(0))))
            case Symbol() | Indexed():
                return self.named(tree)
            case Sum(parts):
                return reduce(lambda a, b: bounded(plus(a, b)), map(self.of, parts))
            case Product(parts):
                return reduce(lambda a, b: bounded(times(a, b)), map(self.factor, parts))
            case Power(base, exponent):
                return self.power(base, exponent)
            case Apply(function, arguments):
                return self.applied(function, [self.of(one) for one in arguments])
            case Series():
                raise _NoneError

    def factor(self, tree: Tree) -> Interval:
        """A factor of minus one is a sign, which `1,0` elsewhere does not blur."""
        sign = Interval(Fraction(-1), Fraction(-1))
        return sign if tree == MINUS_ONE else self.of(tree)

    def named(self, tree: Symbol | Indexed) -> Interval:
        name = tree.name if isinstance(tree, Symbol) else label(tree)
        if name == "pi" and name not in self.values and not self.exactly:
            return _hull([_computed(tree)])
        if name is None or name not in self.values:
            raise _NoneError
        value = self.values[name]
        return bounded(around(value, self.halves.get(abs(value), Fraction(0))))

    def power(self, base: Tree, exponent: Tree) -> Interval:
        below = self.of(base)
        if isinstance(exponent, Number) and exponent.value.denominator == 1:
            return whole_power(below, exponent.value.numerator)
        above = self.of(exponent)
        if above.low == above.high and above.low.denominator == 1:
            return whole_power(below, above.low.numerator)
        if self.exactly or below.low <= 0:
            raise _NoneError
        corners = product((below.low, below.high), (above.low, above.high))
        return _hull([_computed(Power(Number(b), Number(e))) for b, e in corners])

    def applied(self, function: str, arguments: list[Interval]) -> Interval:
        fewest, most = FUNCTIONS.get(function, (1, 0))
        if not fewest <= len(arguments) <= most:
            raise _NoneError
        if function in EXACT:
            return bounded(EXACT[function](arguments))
        ends = (arguments[0].low, arguments[0].high)
        if self.exactly or (function not in MONOTONE and ends[0] != ends[1]):
            raise _NoneError
        return _hull([_computed(Apply(function, (Number(end),))) for end in ends])


def whole_power(base: Interval, exponent: int) -> Interval:
    """All powers; raises where they are too large, or zero is divided by."""
    if abs(exponent) > MAXIMAL_POWER or (exponent == 0 and Fraction(0) in base):
        raise _NoneError
    if exponent < 0:
        inverted = inverse(base)
        if inverted is None:
            raise _NoneError
        base = inverted
    ends = [base.low ** abs(exponent), base.high ** abs(exponent)]
    inner = [Fraction(0)] if exponent % 2 == 0 and base.low < 0 < base.high else []
    return bounded(_hull(ends + inner))


def bounded(interval: Interval) -> Interval:
    """`interval` itself; raises where its fractions have become too long."""
    for end in (interval.low, interval.high):
        if max(end.numerator.bit_length(), end.denominator.bit_length()) > MAXIMAL_BITS:
            raise _NoneError
    return interval


def _hull(ends: list[Fraction]) -> Interval:
    return Interval(min(ends), max(ends))


def _computed(tree: Tree) -> Fraction:
    found = computed(tree, {})
    if isinstance(found, Undefined):
        raise _NoneError
    return found


def computed(tree: Tree, values: Mapping[str, Fraction]) -> Fraction | Undefined:
    """The value of `tree` to the digits of `evaluate`, as a fraction."""
    found = evaluate(tree, values, arithmetic=_arithmetic())
    if isinstance(found, Undefined):
        return found
    sign, mantissa, exponent, _ = found._mpf_
    return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(exponent)


def _arithmetic() -> Arithmetic:
    """The arithmetic of `evaluate` for names that stand for fractions."""
    plain = digits(DIGITS)

    def number(value: Any) -> Any:
        return plain.fraction(value) if isinstance(value, Fraction) else plain.number(value)

    return Arithmetic(number=number, functions=plain.functions, slack=plain.slack)


def _absolute(arguments: list[Interval]) -> Interval:
    one = arguments[0]
    ends = [abs(one.low), abs(one.high)]
    return _hull(ends + ([Fraction(0)] if one.low < 0 < one.high else []))


def _stepped(step: Callable[[Fraction], int]) -> Callable[[list[Interval]], Interval]:
    return lambda all_: _hull([Fraction(step(end)) for end in (all_[0].low, all_[0].high)])


EXACT: Final[Mapping[str, Callable[[list[Interval]], Interval]]] = {
    "abs": _absolute,
    "sign": _stepped(lambda end: (end > 0) - (end < 0)),
    "floor": _stepped(math.floor),
    "ceil": _stepped(math.ceil),
    "max": lambda all_: Interval(max(a.low for a in all_), max(a.high for a in all_)),
    "min": lambda all_: Interval(min(a.low for a in all_), min(a.high for a in all_)),
}
