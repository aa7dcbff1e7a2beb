"""When one number agrees with another, in exact arithmetic: the rules of ``grader.checks``.

Every finite number is taken as the rational it is, so that integers are exact at any size and no
tolerance is blurred by rounding; floats that are plainly near or far apart need no such care.
"""

from __future__ import annotations

import cmath
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np

from grader.checks import Close, Decimals, Elementary, Exact, Significant
from grader.language import decimal, say

SLACK = Fraction(1, 10**9)
"""Bounds are inclusive; this part of the tolerance allows for binary rounding of the bound."""
LEAST_RTOL_FOR_REDUCED = 1e-6
"""From this relative tolerance on, an answer in reduced precision gets four of its own epsilons."""


_REAL = (int, float)


def is_number(thing: object) -> bool:
    """Return whether ``thing`` is a number; a truth value is none."""
    return isinstance(thing, int | float | complex | np.number) and not isinstance(thing, bool)


def agree(check: Elementary, given: Any, expected: Any, *, eps: float = 0.0) -> bool:
    """Return whether the number ``given`` is within ``check`` of ``expected``.

    ``eps`` is the machine epsilon of the answer's own type if that is a reduced one. nan agrees
    with nan and an infinity with the same one.
    """
    if type(given) is int and type(expected) is int and given == expected:
        return True
    if isinstance(check, Close) and type(given) is type(expected) is float and not eps:
        plain = _plainly(check, given, expected)
        if plain is not None:
            return plain
    mine, theirs = _parts(given), _parts(expected)
    if not (_finite(given) and _finite(expected)):
        return all(_same(a, b) for a, b in zip(mine, theirs, strict=True))
    exact_mine, exact_theirs = tuple(map(Fraction, mine)), tuple(map(Fraction, theirs))
    gaps = [abs(a - b) for a, b in zip(exact_mine, exact_theirs, strict=True)]
    match check:
        case Exact():
            return not any(gaps)
        case Close():
            bound = _close_bound(check, exact_theirs, eps)
            return _square(gaps) <= bound * (1 + SLACK) ** 2
        case Decimals(places):
            return max(gaps) <= Fraction(1, 2 * 10**places) * (1 + SLACK)
        case Significant():
            return all(
                gap <= _half_figure(check.figures, part) * (1 + SLACK)
                for gap, part in zip(gaps, exact_theirs, strict=True)
            )


def _plainly(check: Close, given: float, expected: float) -> bool | None:
    """Return whether they agree where that is so clear that no rounding can matter, else None."""
    distance = abs(given - expected)
    bound = max(check.rtol * abs(expected), check.atol)
    if distance > 2 * bound:
        return False
    return True if distance < bound / 2 else None


def gap(given: Any, expected: Any) -> Fraction | None:
    """Return |given − expected|, None if either is not finite."""
    if not (_finite(given) and _finite(expected)):
        return None
    if type(given) in _REAL and type(expected) in _REAL:
        return abs(Fraction(given) - Fraction(expected))
    parts = zip(_parts(given), _parts(expected), strict=True)
    real, imaginary = (abs(Fraction(a) - Fraction(b)) for a, b in parts)
    return real if not imaginary else _root(real**2 + imaginary**2)


def off_by(given: Any, expected: Any) -> str:
    """Return how far ``given`` is from ``expected``, in words, to two significant figures.

    The distance of an answer near 0 is the expected value itself: then only its share is told.
    """
    distance = gap(given, expected)
    if distance is None:
        mine, theirs = (_special(one) or say("a finite number") for one in (given, expected))
        return say("{given} instead of {expected}", given=mine, expected=theirs)
    size = gap(expected, 0)
    if not size:
        return say("off by {distance}", distance=decimal(two_figures(distance)))
    share = say("{percent} %", percent=decimal(two_figures(distance / size * 100)))
    told = two_figures(distance)
    if told == two_figures(size):
        return say("off by {distance}", distance=share)
    return say("off by {distance} ({share})", distance=decimal(told), share=share)


def two_figures(number: Fraction) -> str:
    """Return a number, 0 or positive, to two significant figures."""
    if not number:
        return "0"
    with localcontext(prec=40, Emax=10**6, Emin=-(10**6)):
        rounded = Decimal(f"{Decimal(number.numerator) / Decimal(number.denominator):.1e}")
        plain = -5 < rounded.adjusted() < 15
        if not plain:
            return f"{rounded:.1e}"
        return f"{rounded.normalize():f}"


def as_float(number: Fraction) -> float:
    """Return ``number`` as a float, infinity if it is too large for one."""
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _parts(number: Any) -> tuple[Any, Any]:
    if isinstance(number, complex | np.complexfloating):
        return float(number.real), float(number.imag)
    if isinstance(number, np.integer):
        return int(number), 0
    return (float(number) if isinstance(number, np.floating) else number), 0


def _finite(number: Any) -> bool:
    # An int may be too large for the float that isfinite() would make of it.
    return isinstance(number, int) or cmath.isfinite(number)


def _same(a: Any, b: Any) -> bool:
    return bool(a == b or (a != a and b != b))


def _close_bound(check: Close, expected: tuple[Fraction, ...], eps: float) -> Fraction:
    """Return the square of the tolerance."""
    rtol = check.rtol
    if eps and rtol >= LEAST_RTOL_FOR_REDUCED:
        rtol = max(rtol, 4 * eps)
    return max(Fraction(rtol) ** 2 * _square(expected), Fraction(check.atol) ** 2)


def _square(parts: Any) -> Fraction:
    return sum((part * part for part in parts), Fraction(0))


def _half_figure(figures: int, expected: Fraction) -> Fraction:
    if not expected:
        return Fraction(0)
    with localcontext(prec=50, Emax=10**6, Emin=-(10**6)):
        exponent = (Decimal(expected.numerator) / Decimal(expected.denominator)).adjusted()
    return Fraction(10) ** (exponent - figures + 1) / 2


def _root(square: Fraction) -> Fraction:
    with localcontext(prec=40, Emax=10**6, Emin=-(10**6)):
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def _special(number: Any) -> str:
    if _finite(number):
        return ""
    return "nan" if number != number else say("an infinity")
