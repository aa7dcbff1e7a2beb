"""Exact values as short decimals, for sentences."""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction

from grader.formula.render import decimal_text
from grader.language import decimal


def figures(*values: Fraction) -> tuple[str, ...]:
    """`values` as short decimals, with as many digits as it takes to tell them apart.

    They look as the language writes them.
    """
    distinct = len(set(values))
    for digits in (6, 10, 17, 40):
        texts = tuple(figure(value, digits) for value in values)
        if len(set(texts)) == distinct:
            break
    return tuple(map(decimal, texts))


def figure(value: Fraction, digits: int = 6) -> str:
    """`value` to so many digits; in full where its decimals end early."""
    full = decimal_text(value)
    if full is not None and len(full) <= 20:
        return full
    return _rounded(value, digits)


def fraction(value: float | Fraction) -> Fraction | None:
    """`value` as it is shown: the float 13.2 is 66/5. None where it is not finite."""
    if not isinstance(value, float):
        return Fraction(value)
    return Fraction(float.__repr__(value)) if math.isfinite(value) else None


def _rounded(value: Fraction, digits: int) -> str:
    context = Context(prec=digits, Emax=10**6, Emin=-(10**6))
    found = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    plain = -5 < found.adjusted() < 15
    return f"{found.normalize(context):f}" if plain else f"{found.normalize(context):e}"
