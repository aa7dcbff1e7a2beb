"""The value of a formula at a point, by walking its tree.

Everything is real: a logarithm of a negative number, a division by zero, a number beyond the
range of a float or a walk that would take too long has no value, and says why. Values are never
an exception, and nothing here turns a formula into text or code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NoReturn

from grader.formula.tree import (
    Apply,
    Indexed,
    Number,
    Power,
    Product,
    Series,
    Sum,
    Symbol,
    Tree,
)

Real = Any
"""A float, or a number of mpmath's."""
Entry = tuple[str, int]
"""One entry of a family of symbols: its base and its index."""

DIGITS = 30
"""Digits that are carried when two formulas are compared."""
MAX_STEPS = 20_000
"""Most nodes that one walk visits; sums and products visit their body once per term."""
MAX_TERMS = 400
"""Most terms of one sum or product."""
MAX_DEPTH = 150
"""Deepest tree that is walked."""
MAX_EXPONENT = 1_000.0
"""Largest natural logarithm of a power, and argument of an exponential function."""
MAX_ARGUMENT = 1e30
"""Largest argument of a function with a period: beyond, the digits carried say nothing."""
MAX_BITS = 10_000
"""Longest numerator or denominator that is read as a number."""
HUGE = 1e300
"""Beyond this magnitude, and below its inverse, a number counts as out of range."""


@dataclass(frozen=True)
class Undefined:
    """A formula has no value at a point."""

    reason: str
    """Completes "it has no value: …"."""
    everywhere: bool = False
    """So it is at every other point too: a limit of ours, or something that is not known."""


class _UndefinedError(Exception):
    def __init__(self, reason: str, *, everywhere: bool = False) -> None:
        super().__init__(reason)
        self.outcome = Undefined(reason, everywhere=everywhere)


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """Real numbers of one precision, and their elementary functions."""

    number: Callable[[Any], Real]
    """Makes a number of an int or a float."""
    functions: Any
    """Has ``exp``, ``log``, ``sqrt``, ``sin``, … as attributes, as the module ``math`` has."""

    def fraction(self, value: Fraction) -> Real:
        """Return a fraction as a number, correctly rounded up to the last digit."""
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            _fail("a number is too long", everywhere=True)
        if value.denominator == 1:
            return self.number(value.numerator)
        return self.number(value.numerator) / value.denominator


FLOATS = Arithmetic(number=float, functions=math)
"""Sixteen digits: fast, for a first look."""


@cache
def digits(carried: int) -> Arithmetic:
    """Return the arithmetic with so many decimal digits; loads mpmath."""
    from mpmath import MPContext

    context = MPContext()
    context.dps = carried
    return Arithmetic(number=context.mpf, functions=context)


def evaluate(
    tree: Tree,
    values: Mapping[str, Any],
    *,
    entries: Mapping[Entry, Any] | None = None,
    arithmetic: Arithmetic | None = None,
    max_steps: int = MAX_STEPS,
) -> Real | Undefined:
    """Return the value of ``tree``, with ``DIGITS`` digits unless told otherwise.

    ``values`` gives numbers (int, float) to symbols, ``entries`` to entries of families. A symbol
    without a number, and whatever else has no real value, gives ``Undefined``; nothing is raised.
    """
    walk = Walk(values, entries or {}, arithmetic or digits(DIGITS), max_steps=max_steps)
    return walk.value(tree)


class Walk:
    """One evaluation: numbers for the symbols, and the steps that are left."""

    def __init__(
        self,
        values: Mapping[str, Any],
        entries: Mapping[Entry, Any],
        arithmetic: Arithmetic,
        *,
        max_steps: int = MAX_STEPS,
    ) -> None:
        self.arithmetic = arithmetic
        self.steps = 0
        """Nodes visited so far."""
        self._values = {name: arithmetic.number(value) for name, value in values.items()}
        self._entries = entries
        self._max_steps = max_steps
        self._depth = 0

    def define(self, name: str, tree: Tree) -> Undefined | None:
        """Let ``name`` stand for the value of ``tree``; returns why it has none, if so."""
        value = self.value(tree)
        if isinstance(value, Undefined):
            return value
        self._values[name] = value
        return None

    def value(self, tree: Tree) -> Real | Undefined:
        """Return the value of ``tree``, or why it has none."""
        self._depth = 0
        try:
            return self._in_range(self._of(tree))
        except _UndefinedError as problem:
            return problem.outcome
        except RecursionError:
            return Undefined("it is nested too deeply", everywhere=True)
        except ZeroDivisionError:
            return Undefined("a division by zero")
        except (OverflowError, ValueError):
            return Undefined("a number is out of range")

    def _of(self, tree: Tree) -> Real:
        self.steps += 1
        self._depth += 1
        if self.steps > self._max_steps or self._depth > MAX_DEPTH:
            _fail("it takes too many steps to compute", everywhere=True)
        value = _RULES[type(tree)](self, tree)
        self._depth -= 1
        return value

    def _in_range(self, value: Real) -> Real:
        if value and not 1 / HUGE <= abs(value) <= HUGE:
            _fail("a number is out of range")
        return value

    def _number(self, tree: Number) -> Real:
        return self.arithmetic.fraction(tree.value)

    def _symbol(self, tree: Symbol) -> Real:
        if tree.name not in self._values:
            _fail(f"{tree.name} stands for nothing that is known here", everywhere=True)
        return self._values[tree.name]

    def _indexed(self, tree: Indexed) -> Real:
        entry = (tree.base, self._whole(tree.index, f"an index of {tree.base}"))
        try:
            return self.arithmetic.number(self._entries[entry])
        except KeyError:
            _fail(f"{tree.base}[{entry[1]}] stands for nothing that is known here")

    def _sum(self, tree: Sum) -> Real:
        total = self.arithmetic.number(0)
        for term in tree.terms:
            total += self._of(term)
        return total

    def _product(self, tree: Product) -> Real:
        product = self.arithmetic.number(1)
        for factor in tree.factors:
            product *= self._of(factor)
        return product

    def _power(self, tree: Power) -> Real:
        small = _small_whole(tree.exponent)
        if small:
            return self._of(tree.base) ** small
        base, exponent = self._of(tree.base), self._of(tree.exponent)
        if base == 0:
            return self._power_of_zero(exponent)
        whole = exponent == int(self._in_range(exponent))
        if base < 0 and not whole:
            _fail("a power of a negative number with a broken exponent")
        if abs(exponent) * abs(_log(self, abs(base))) > MAX_EXPONENT:
            _fail("a power is out of range")
        return base ** (int(exponent) if whole else exponent)

    def _power_of_zero(self, exponent: Real) -> Real:
        if exponent == 0:
            _fail("zero to the power of zero")
        if exponent < 0:
            _fail("a division by zero")
        return self.arithmetic.number(0)

    def _apply(self, tree: Apply) -> Real:
        rule = FUNCTIONS.get(tree.function)
        if rule is None:
            _fail(f"{tree.function} is no function that can be computed", everywhere=True)
        try:
            return rule(self, *map(self._of, tree.arguments))
        except TypeError:
            _fail(f"{tree.function} of {len(tree.arguments)} arguments", everywhere=True)

    def _series(self, tree: Series) -> Real:
        first = self._whole(tree.first, "the first index")
        last = self._whole(tree.last, "the last index")
        if last - first >= MAX_TERMS:
            _fail(f"a {tree.kind} of more than {MAX_TERMS} terms", everywhere=True)
        total = self.arithmetic.number(0 if tree.kind == "sum" else 1)
        for term in self._terms(tree, range(first, last + 1)):
            total = total + term if tree.kind == "sum" else total * term
        return total

    def _terms(self, tree: Series, indices: range) -> Iterator[Real]:
        outer = self._values
        try:
            for index in indices:
                self._values = {**outer, tree.index: self.arithmetic.number(index)}
                yield self._of(tree.body)
        finally:
            self._values = outer

    def _whole(self, tree: Tree, what: str) -> int:
        value = self._in_range(self._of(tree))
        if value != int(value):
            _fail(f"{what} is no whole number")
        return int(value)


def _small_whole(exponent: Tree) -> int:
    """Return a whole exponent of at most 64 that is written as a number, otherwise 0."""
    if not isinstance(exponent, Number) or exponent.value.denominator != 1:
        return 0
    return exponent.value.numerator if abs(exponent.value) <= 64 else 0


def _fail(reason: str, *, everywhere: bool = False) -> NoReturn:
    raise _UndefinedError(reason, everywhere=everywhere)


_RULES: dict[type, Callable[[Any, Any], Real]] = {
    Number: Walk._number,
    Symbol: Walk._symbol,
    Indexed: Walk._indexed,
    Sum: Walk._sum,
    Product: Walk._product,
    Power: Walk._power,
    Apply: Walk._apply,
    Series: Walk._series,
}


def _log(walk: Walk, value: Real) -> Real:
    if value <= 0:
        _fail("a logarithm of " + ("zero" if value == 0 else "a negative number"))
    return walk.arithmetic.functions.log(value)


def _log_to(base: int) -> Callable[[Walk, Real], Real]:
    return lambda walk, value: _log(walk, value) / _log(walk, walk.arithmetic.number(base))


def _sqrt(walk: Walk, value: Real) -> Real:
    if value < 0:
        _fail("a square root of a negative number")
    return walk.arithmetic.functions.sqrt(value)


def _sign(walk: Walk, value: Real) -> Real:
    return walk.arithmetic.number((value > 0) - (value < 0))


def _bounded(name: str, largest: float) -> Callable[[Walk, Real], Real]:
    def rule(walk: Walk, value: Real) -> Real:
        if abs(value) > largest:
            _fail(f"{name} of a number out of range")
        return getattr(walk.arithmetic.functions, name)(value)

    return rule


def _within_one(name: str) -> Callable[[Walk, Real], Real]:
    def rule(walk: Walk, value: Real) -> Real:
        if abs(value) > 1:
            _fail(f"{name} of a number beyond one")
        return getattr(walk.arithmetic.functions, name)(value)

    return rule


FUNCTIONS: dict[str, Callable[..., Real]] = {
    "log": _log,
    "log2": _log_to(2),
    "log10": _log_to(10),
    "sqrt": _sqrt,
    "abs": lambda walk, value: abs(value),
    "sign": _sign,
    "max": lambda walk, *values: max(values),
    "min": lambda walk, *values: min(values),
    **{name: _bounded(name, MAX_EXPONENT) for name in ("exp", "sinh", "cosh", "tanh")},
    **{name: _bounded(name, MAX_ARGUMENT) for name in ("sin", "cos", "tan", "atan")},
    **{name: _within_one(name) for name in ("asin", "acos")},
}
"""What each function does; the logarithm is the natural one."""
