"""What an author declares to hold between a learner's own values: `total = conv + fc`.

An invariant says nothing about what is right, only that a learner's values fit together. Values
are compared at the precision they are written with, and in doubt an invariant holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from inspect import Parameter, signature
from itertools import islice, product
from typing import Any, Final, TypeAlias, final

from grader.errors import AuthorError
from grader.formula.figures import figure
from grader.formula.intervals import Interval, around, inverse, plus, times

MAX_CHOICES: Final = 500
"""Most combinations of own values that one invariant is tried with."""
MAX_ITEMS: Final = 10_000
"""Longest list that is looked at."""
MAX_BITS: Final = 4_000
"""Longest fraction that is calculated with."""
FLOAT: Final = Fraction(1, 10**12)
"""How far a float may be from what it stands for, relative to it."""

Holds: TypeAlias = Callable[..., bool | None]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One value that a learner gave: a number or a list of numbers."""

    value: Any
    """A plain int, float or Fraction, or a list of them."""
    half_unit: Fraction = Fraction(0)
    """Half a unit of the last digit it is written with; of a list, of each of its entries."""
    where: str = ""
    """Where it stands, for the report."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """A relation that a learner's own values have to have."""

    text: str
    """The relation as reports show it: `total_params = conv_params + fc_params`."""
    names: tuple[str, ...]
    """Which values it is about, in the order of the parameters of `holds`."""
    holds: Holds
    """Gets one `Rough` number or a list of them for each name; None says that it is open."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An invariant that a learner's own values break, or that could not be tried."""

    invariant: str
    """Its text."""
    broken: tuple[tuple[str, Own], ...]
    """Each value that breaks it whatever is taken for the others; none if it is open."""
    sentence: str
    """For the learner and the person who looks into it."""


def invariant(text: str, holds: Holds) -> Invariant:
    """Declare an invariant; the parameters of `holds` name the values.

    Raises:
        AuthorError: `holds` takes no named parameters, or any number of them.
    """
    plain = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    parameters = signature(holds).parameters.values()
    if not parameters or any(one.kind not in plain for one in parameters):
        raise AuthorError(
            f"the invariant {text!r} has to name its values as parameters: "
            "lambda total, conv, fc: total == conv + fc"
        )
    return Invariant(text=text, names=tuple(one.name for one in parameters), holds=holds)


def check(invariant: Invariant, own: Mapping[str, Sequence[Own]]) -> Finding | None:
    """What the learner's own values say against `invariant`; None if nothing.

    Each name may have several values, as one from the code and one from the prose. A value
    breaks the invariant if no choice of the others lets it hold. Values that are no finite
    numbers, and names without any, leave it open. What `holds` raises leaves it open too, and is
    reported: it may come from the author as well as from a list of another length.
    """
    values = [[one for one in own.get(name, ()) if _rough(one) is not None]
              for name in invariant.names]  # fmt: skip
    choices = list(islice(product(*values), MAX_CHOICES + 1))
    if not choices or len(choices) > MAX_CHOICES:
        return None
    try:
        held = [invariant.holds(*map(_rough, choice)) for choice in choices]
    except Exception as problem:  # an author's function on a learner's values
        sentence = f"Whether {invariant.text} could not be tried: {type(problem).__name__}."
        return Finding(invariant=invariant.text, broken=(), sentence=sentence)
    broken = tuple(_broken(invariant, values, choices, held))
    if not broken:
        return None
    return Finding(invariant=invariant.text, broken=broken, sentence=_sentence(invariant, broken))


def _broken(
    invariant: Invariant,
    values: list[list[Own]],
    choices: list[tuple[Own, ...]],
    held: list[bool | None],
) -> Iterable[tuple[str, Own]]:
    for place, name in enumerate(invariant.names):
        for one in values[place]:
            mine = [
                outcome
                for choice, outcome in zip(choices, held, strict=True)
                if choice[place] is one
            ]
            if mine and all(outcome is False for outcome in mine):
                yield name, one


def _sentence(invariant: Invariant, broken: tuple[tuple[str, Own], ...]) -> str:
    shown = ", ".join(f"{name} is {_shown(one)}{_place(one)}" for name, one in broken)
    return f"{invariant.text} does not hold for your own values: {shown}."


def _place(one: Own) -> str:
    return f" ({one.where})" if one.where else ""


def _shown(one: Own) -> str:
    if isinstance(one.value, list | tuple):
        items = [figure(Fraction(item)) for item in one.value[:8]]
        return f"[{', '.join(items)}{', …' if len(one.value) > 8 else ''}]"
    return figure(Fraction(one.value))


def _rough(own: Own) -> Rough | list[Rough] | None:
    if not isinstance(own.value, list | tuple):
        return _number(own.value, own.half_unit)
    if len(own.value) > MAX_ITEMS:
        return None
    items = [_number(item, own.half_unit) for item in own.value]
    numbers = [item for item in items if item is not None]
    return numbers if len(numbers) == len(items) else None


def _number(value: Any, half_unit: Fraction) -> Rough | None:
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
    number = _number(other, Fraction(0))
    if number is None:
        raise TypeError(f"{type(other).__name__} is no number")
    return number.interval


def _made(interval: Interval) -> Rough:
    for end in (interval.low, interval.high):
        if max(end.numerator.bit_length(), end.denominator.bit_length()) > MAX_BITS:
            raise OverflowError("a number is too long")
    return Rough(interval)
