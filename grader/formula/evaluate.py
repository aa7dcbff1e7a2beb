"""The value of a formula at a point, by walking its tree.

Everything is real: a logarithm of a negative number, a division by zero, a number beyond the
range of a float or a walk that would take too long has no value, and says why. That is never an
exception, and nothing here turns a formula into text or code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NoReturn, TypeAlias

from grader.formula import tree as trees
from grader.formula.tree import (
    MAXIMAL_DEPTH,
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
from grader.language import message, say

Real: TypeAlias = Any
"""A float, or a number of mpmath's."""

DIGITS = 30
"""Digits that are carried unless told otherwise."""
MAX_STEPS = 5_000
"""Most nodes that one walk visits; sums and products visit their body once per term."""
COSTLY = 10
"""A function or a power counts as so many nodes."""
MAX_TERMS = 400
"""Most terms of one sum or product."""
MAX_EXPONENT = 1_000.0
"""Largest natural logarithm of a power, and argument of an exponential function."""
MAX_ARGUMENT = 1e30
"""Largest argument of a function with a period: beyond, the digits carried say nothing."""
MAX_BITS = 10_000
"""Longest numerator or denominator of a literal."""
HUGE = 1e300
"""Beyond this magnitude, and below its inverse, a number counts as out of range."""

INDEX = message("an index of {name} is no whole number")
BEGIN = message("where a series begins is no whole number")
END = message("where a series ends is no whole number")
TOO_LONG = {
    "sum": message("a sum of more than {count} terms"),
    "product": message("a product of more than {count} terms"),
}


@dataclass(frozen=True)
class Undefined:
    """A formula has no value at a point."""

    reason: str
    """A noun phrase or a clause: "a division by zero"."""
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
    """Has ``exp``, ``log``, ``sin``, ``pi``, … as attributes, as the module ``math`` has."""
    slack: float
    """How far from a whole number, relative to its size, a whole number may come out."""

    def fraction(self, value: Fraction) -> Real:
        """Return a fraction as a number."""
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            _fail(say("a number is too long"), everywhere=True)
        if value.denominator == 1:
            return self.number(value.numerator)
        return self.number(value.numerator) / value.denominator

    def whole(self, value: Real) -> int | None:
        """Return the whole number that ``value`` is but for rounding, or None."""
        nearest = round(float(value))
        if value == nearest:
            return nearest
        return nearest if abs(value - nearest) <= self.slack * (1 + abs(nearest)) else None


FLOATS = Arithmetic(number=float, functions=math, slack=1e-9)
"""Sixteen digits: fast, for a first look."""


@cache
def digits(carried: int) -> Arithmetic:
    """Return the arithmetic with so many decimal digits; loads mpmath."""
    import mpmath

    context: Any = mpmath.MPContext()  # type: ignore[attr-defined,no-untyped-call]
    context.dps = carried
    return Arithmetic(number=context.mpf, functions=context, slack=10.0 ** (-2 * carried / 3))


def evaluate(
    tree: Tree,
    values: Mapping[str, Any],
    *,
    arithmetic: Arithmetic | None = None,
    max_steps: int = MAX_STEPS,
) -> Real | Undefined:
    """Return the value of ``tree``, with ``DIGITS`` digits unless told otherwise.

    ``values`` gives numbers (int, float) to symbols, and to members of families by their label,
    as ``r_3``. What has no number, or no real value, gives ``Undefined``; nothing is raised.
    """
    return Walk(values, arithmetic or digits(DIGITS), max_steps=max_steps).value(tree)


class Walk:
    """Evaluations at one point, which share the steps that they may take."""

    def __init__(
        self, values: Mapping[str, Any], arithmetic: Arithmetic, *, max_steps: int = MAX_STEPS
    ) -> None:
        self.steps = 0
        """Nodes visited so far."""
        self.arithmetic = arithmetic
        self._values = values
        self._known: dict[str, Real] = {}
        self._running: dict[str, Real] = {}
        self._max_steps = max_steps
        self._depth = 0

    def value(self, tree: Tree) -> Real | Undefined:
        """Return the value of ``tree``, or why it has none."""
        self._depth = 0
        try:
            return self._in_range(self._of(tree))
        except _UndefinedError as problem:
            return problem.outcome
        except RecursionError:
            return Undefined(say("it is nested too deeply"), everywhere=True)
        except ZeroDivisionError:
            return Undefined(say("a division by zero"))
        except (OverflowError, ValueError):
            return Undefined(say("a number is out of range"))

    def _of(self, tree: Tree) -> Real:
        self.steps += 1
        self._depth += 1
        if self.steps > self._max_steps or self._depth > MAXIMAL_DEPTH:
            _fail(say("it takes too many steps to compute"), everywhere=True)
        value = _RULES[type(tree)](self, tree)
        self._depth -= 1
        return value

    def _in_range(self, value: Real) -> Real:
        size = abs(float(value))
        if not size <= HUGE or (size < 1 / HUGE and value != 0):
            _fail(say("a number is out of range"))
        return value

    def _number(self, tree: Number) -> Real:
        return self.arithmetic.fraction(tree.value)

    def _symbol(self, tree: Symbol) -> Real:
        return self._named(tree.name)

    def _named(self, name: str) -> Real:
        if name in self._running:
            return self._running[name]
        if name not in self._known:
            self._known[name] = self._looked_up(name)
        return self._known[name]

    def _looked_up(self, name: str) -> Real:
        if name in self._values:
            return self.arithmetic.number(self._values[name])
        if name == "pi":
            return +self.arithmetic.functions.pi
        return _fail(say("{name} stands for no number here", name=name), everywhere=True)

    def _indexed(self, tree: Indexed) -> Real:
        index = tree.index
        if isinstance(index, Symbol) and not self._is_number(index.name):
            return self._named(f"{tree.base}_{index.name}")
        return self._named(f"{tree.base}_{self._whole(index, INDEX, tree.base)}")

    def _is_number(self, name: str) -> bool:
        return name in self._running or name in self._values

    def _sum(self, tree: Sum) -> Real:
        total = self._of(tree.terms[0])
        for term in tree.terms[1:]:
            total += self._of(term)
        return total

    def _product(self, tree: Product) -> Real:
        product = self._of(tree.factors[0])
        for factor in tree.factors[1:]:
            product *= self._of(factor)
        return product

    def _power(self, tree: Power) -> Real:
        literal = _small_whole(tree.exponent)
        if literal:
            self.steps += abs(literal) // 8
            return self._of(tree.base) ** literal
        self.steps += COSTLY
        base, exponent = self._of(tree.base), self._of(tree.exponent)
        if base == 0:
            return self._power_of_zero(exponent)
        if abs(float(exponent) * math.log(abs(float(base)))) > MAX_EXPONENT:
            _fail(say("a power is out of range"))
        whole = self.arithmetic.whole(exponent)
        if base < 0 and whole is None:
            _fail(say("a power of a negative number whose exponent is no whole number"))
        return base ** (exponent if whole is None else whole)

    def _power_of_zero(self, exponent: Real) -> Real:
        if exponent == 0:
            _fail(say("zero to the power of zero"))
        if exponent < 0:
            _fail(say("a division by zero"))
        return self.arithmetic.number(0)

    def _apply(self, tree: Apply) -> Real:
        self.steps += COSTLY
        fewest, most = trees.FUNCTIONS.get(tree.function, (0, -1))
        if not fewest <= len(tree.arguments) <= most:
            count = len(tree.arguments)
            reason = say("{name} of {count} is not known", name=tree.function, count=count)
            _fail(reason, everywhere=True)
        return _FUNCTIONS[tree.function](self, *map(self._of, tree.arguments))

    def _series(self, tree: Series) -> Real:
        first = self._whole(tree.first, BEGIN)
        last = self._whole(tree.last, END)
        if last - first >= MAX_TERMS:
            _fail(say(TOO_LONG[tree.kind], count=MAX_TERMS), everywhere=True)
        total = self.arithmetic.number(0 if tree.kind == "sum" else 1)
        for term in self._terms(tree, range(first, last + 1)):
            total = total + term if tree.kind == "sum" else total * term
        return total

    def _terms(self, tree: Series, indices: range) -> Iterator[Real]:
        outer = self._running
        try:
            for index in indices:
                self._running = {**outer, tree.index: self.arithmetic.number(index)}
                yield self._of(tree.body)
        finally:
            self._running = outer

    def _whole(self, tree: Tree, problem: str, name: str = "") -> int:
        whole = self.arithmetic.whole(self._of(tree))
        return _fail(say(problem, name=name)) if whole is None else whole


def _fail(reason: str, *, everywhere: bool = False) -> NoReturn:
    raise _UndefinedError(reason, everywhere=everywhere)


def _small_whole(exponent: Tree) -> int:
    """Return a whole exponent of at most 64 that is written as a number, otherwise 0."""
    if not isinstance(exponent, Number) or exponent.value.denominator != 1:
        return 0
    return exponent.value.numerator if abs(exponent.value.numerator) <= 64 else 0


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
        zero = value == 0
        _fail(say("a logarithm of zero") if zero else say("a logarithm of a negative number"))
    return walk.arithmetic.functions.log(value)


def _log_to(base: int) -> Callable[[Walk, Real], Real]:
    return lambda walk, value: _log(walk, value) / _log(walk, walk.arithmetic.number(base))


def _sqrt(walk: Walk, value: Real) -> Real:
    if value < 0:
        _fail(say("a square root of a negative number"))
    return walk.arithmetic.functions.sqrt(value)


def _sign(walk: Walk, value: Real) -> Real:
    return walk.arithmetic.number((value > 0) - (value < 0))


def _floor(walk: Walk, value: Real) -> Real:
    whole = walk.arithmetic.whole(value)
    return walk.arithmetic.number(math.floor(value) if whole is None else whole)


def _ceil(walk: Walk, value: Real) -> Real:
    return -_floor(walk, -value)


def _bounded(name: str, largest: float) -> Callable[[Walk, Real], Real]:
    """Return the function of this name (``arcsin`` is ``asin``) for arguments up to ``largest``."""

    def rule(walk: Walk, value: Real) -> Real:
        if abs(float(value)) > largest:
            _fail(say("{name} of a number out of its range", name=name))
        return getattr(walk.arithmetic.functions, name.replace("arc", "a"))(value)

    return rule


_FUNCTIONS: dict[str, Callable[..., Real]] = {
    "log": _log,
    "log2": _log_to(2),
    "log10": _log_to(10),
    "sqrt": _sqrt,
    "abs": lambda walk, value: abs(value),
    "sign": _sign,
    "floor": _floor,
    "ceil": _ceil,
    "max": lambda walk, *values: max(values),
    "min": lambda walk, *values: min(values),
    **{name: _bounded(name, MAX_EXPONENT) for name in ("exp", "sinh", "cosh", "tanh")},
    **{name: _bounded(name, MAX_ARGUMENT) for name in ("sin", "cos", "tan", "arctan")},
    **{name: _bounded(name, 1.0) for name in ("arcsin", "arccos")},
}
