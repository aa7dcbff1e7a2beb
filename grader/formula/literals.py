"""The numbers of a formula as they are written: how exactly each of them says what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from grader.formula.kinds import Kind, Token
from grader.formula.limits import MAXIMAL_EXPONENT, RefusedError
from grader.formula.numbers import EXPONENT, half_units, number_readings
from grader.formula.tokens import lex

HALF: Final = Fraction(1, 2)
LONE: Final = re.compile(r"[+-]*(?P<head>n%?)(?:\*n\^(?P<sign>-?)n)?\Z")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """One number as it is written, with one of its readings."""

    value: Fraction
    """What it stands for; without a sign where it is part of a formula."""
    half_unit: Fraction
    """Half a unit of its last digit."""
    whole: bool
    """Whether it is written without decimals."""


def tokens_of(text: str) -> list[Token]:
    """The tokens of `text`; none where it is too long to be read."""
    try:
        return lex(text)
    except RefusedError:
        return []


def halves(text: str) -> dict[Fraction, Fraction]:
    """Half a unit of each literal with decimals in `text`, by its value without a sign.

    Of two that are equal and written differently, as `3` and `3,0`, the coarser one counts.
    """
    found: dict[Fraction, Fraction] = {}
    tokens = tokens_of(text)
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.kind is Kind.NUMBER:
            percent = after is not None and after.kind is Kind.PERCENT
            for one in _readings(token, percent=percent):
                if not one.whole:
                    found[one.value] = max(one.half_unit, found.get(one.value, one.half_unit))
    return found


def _readings(token: Token, *, percent: bool) -> list[Literal]:
    scale = Fraction(1, 100) if percent else Fraction(1)
    units, mantissa = half_units(token.text), half_units(EXPONENT.sub("", token.text))
    return [
        Literal(
            value=value * scale,
            half_unit=units[style] * scale,
            whole=mantissa.get(style) == HALF and not percent,
        )
        for style, value in number_readings(token.text).items()
    ]


def lone(text: str, value: Fraction) -> Literal | None:
    """`text` as the one number with this value: `13,2`, `(-0,8)`, `11,9 %`, `4,5·10^3`."""
    tokens = [one for one in tokens_of(text) if one.kind not in (Kind.OPEN, Kind.CLOSE)]
    found = LONE.match("".join(map(_sign, tokens[:12]))) if len(tokens) < 12 else None
    if found is None:
        return None
    numbers = [token for token in tokens if token.kind is Kind.NUMBER]
    scale = _scale(numbers[1:], minus=bool(found["sign"]))
    percent = found["head"].endswith("%")
    for one in _readings(numbers[0], percent=percent) if scale else []:
        if one.value * scale == abs(value):
            return Literal(value=value, half_unit=one.half_unit * scale, whole=one.whole)
    return None


def _sign(token: Token) -> str:
    match token.kind:
        case Kind.NUMBER:
            return "n"
        case Kind.PERCENT:
            return "%"
        case Kind.OPERATOR:
            return token.text if token.text in "+-*^" else "?"
        case Kind.COMMAND if token.text == "boxed":
            return ""
        case _:
            return "?"


def _scale(numbers: list[Token], *, minus: bool) -> Fraction:
    """The power of ten that a number is multiplied by; 0 if it is another power."""
    if not numbers:
        return Fraction(1)
    base, exponent = (token.text for token in numbers)
    if base != "10" or not exponent.isdecimal() or len(exponent) > 2:
        return Fraction(0)
    if int(exponent) > MAXIMAL_EXPONENT:
        return Fraction(0)
    return Fraction(10) ** (-int(exponent) if minus else int(exponent))
