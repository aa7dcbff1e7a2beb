"""Where a symbol lives: the values at which two formulas are compared.

A domain is an interval without the points to avoid, mirrored to the negative side if the symbol
may have both signs. Ends count as possible values; a zero between the ends does not, because
there most formulas are special.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from grader.errors import AuthorError
from grader.language import say

MAX_INTEGER = 1_000
"""Largest magnitude of an integer domain: its values are listed, and used as exponents."""
MARGIN = 0.01
"""How far, as a share of the interval's width, values stay from a point to avoid."""

Interval = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Domain:
    """The values that one symbol, or each entry of a family of symbols, may take."""

    low: float = 0.2
    high: float = 3.0
    both_signs: bool = True
    """Also the mirrored interval, from ``-high`` to ``-low``."""
    integer: bool = False
    """Only whole numbers: counts, steps, indices."""
    avoid: tuple[float, ...] = ()
    """Values that are never taken, such as the poles of the formula."""

    def __post_init__(self) -> None:
        for name, value in (("low", self.low), ("high", self.high), *self._avoided()):
            _finite(name, value)
        if self.low > self.high or (self.low == self.high and not self.integer):
            raise AuthorError(say("{domain}: low has to be below high", domain=self))
        if self.both_signs and self.low < 0:
            raise AuthorError(
                say(
                    "{domain}: give both_signs=False, or a low of at least 0 to mirror", domain=self
                )
            )
        if self.integer and max(abs(self.low), abs(self.high)) > MAX_INTEGER:
            raise AuthorError(
                say("{domain}: whole numbers go up to {largest}", domain=self, largest=MAX_INTEGER)
            )
        if not self.positive and not self.negative:
            raise AuthorError(
                say("{domain}: no value is left; widen it or avoid less", domain=self)
            )

    def __str__(self) -> str:
        sign = "±" if self.both_signs else ""
        whole = ", whole" if self.integer else ""
        avoided = "".join(f", not {value:g}" for value in self.avoid)
        return f"{sign}[{self.low:g}, {self.high:g}]{whole}{avoided}"

    @property
    def signs(self) -> tuple[bool, ...]:
        """Whether a value can be negative: (False,), (True,) or both."""
        return tuple(sign for sign, side in ((False, self.positive), (True, self.negative)) if side)

    @cached_property
    def positive(self) -> tuple[Interval, ...]:
        """What lies above zero (or at it, if zero is an end), in intervals."""
        return self._without_avoided(max(self.low, 0.0), self.high) if self.high >= 0 else ()

    @cached_property
    def negative(self) -> tuple[Interval, ...]:
        """What lies below zero, in intervals."""
        low, high = (-self.high, -self.low) if self.both_signs else (self.low, min(self.high, 0.0))
        return self._without_avoided(low, high) if low < 0 else ()

    def at(self, share: float, *, negative: bool = False) -> float | int:
        """Return the value that ``share`` (0 to 1) of a side's values are at most as far from zero.

        A side that the domain lacks is replaced by the other.
        """
        below = bool(self.negative) and (negative or not self.positive)
        chosen = self.negative if below else self.positive
        share = 1 - share if below else share
        if self.integer:
            return int(chosen[min(int(share * len(chosen)), len(chosen) - 1)][0])
        return _quantile(chosen, share)

    def _avoided(self) -> tuple[tuple[str, float], ...]:
        return tuple(("avoid", value) for value in self.avoid)

    def _without_avoided(self, low: float, high: float) -> tuple[Interval, ...]:
        if self.integer:
            numbers = range(math.ceil(low), math.floor(high) + 1)
            return tuple((n, n) for n in numbers if n not in self.avoid)
        margin = MARGIN * (high - low)
        pieces = []
        for hole in sorted(value for value in self.avoid if low <= value <= high):
            pieces.append((low, hole - margin))
            low = hole + margin
        return tuple((start, end) for start, end in [*pieces, (low, high)] if start < end)


def _finite(name: str, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        what = f"Domain({name}={value!r})"
        raise AuthorError(say("{what}: give a finite number", what=what))


def _quantile(pieces: tuple[Interval, ...], share: float) -> float:
    rest = share * sum(high - low for low, high in pieces)
    for low, high in pieces:
        if rest <= high - low:
            return low + rest
        rest -= high - low
    return pieces[-1][1]


def real(*, low: float = 0.2, high: float = 3.0) -> Domain:
    """Return ±[low, high]: a number of either sign, as a gradient is."""
    return Domain(low=low, high=high)


def positive(*, low: float = 0.2, high: float = 3.0) -> Domain:
    """Return [low, high]: a number above zero, as a learning rate is."""
    return Domain(low=low, high=high, both_signs=False)


def fraction() -> Domain:
    """Return [0.05, 0.95]: a number between zero and one, as a decay rate is."""
    return Domain(low=0.05, high=0.95, both_signs=False)


def count(*, low: int = 1, high: int = 9) -> Domain:
    """Return the whole numbers from ``low`` to ``high``: steps, layers, kernel sizes."""
    return Domain(low=low, high=high, both_signs=False, integer=True)
