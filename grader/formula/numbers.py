"""One written number, and all the values it may stand for.

German style puts a comma before the decimals and dots between thousands, English style the other
way round: `1,792` is 1.792 or 1792. Blanks, thin spaces and apostrophes only ever group.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Final

from grader.formula.limits import MAXIMAL_DIGITS, MAXIMAL_EXPONENT


class Style(StrEnum):
    """Which sign stands before the decimals."""

    GERMAN = "decimal comma"
    ENGLISH = "decimal point"
    EITHER = "whole number"


NOISE: Final = re.compile(r"\\!|[{}]")
GROUPING: Final = re.compile(r"(?:[ \t\u00a0\u2009\u202f'’~]|\\[,;: ]|\\thinspace)+")
EXPONENT: Final = re.compile(r"[eE]([+\-−]?[0-9]+)\Z")

# With blanks between the groups; the sign before the decimals gives the style.
GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:([.,])[0-9]+)?\Z")
PLAIN: Final = re.compile(r"[0-9]+\Z")
DECIMAL: Final = {
    Style.ENGLISH: re.compile(r"[0-9]*\.[0-9]+\Z|[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+\Z"),
    Style.GERMAN: re.compile(r"[0-9]+,[0-9]+\Z|[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+\Z"),
}
THOUSANDS: Final = {
    Style.ENGLISH: re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\Z"),
    Style.GERMAN: re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+\Z"),
}
POINTS: Final = {Style.ENGLISH: ".", Style.GERMAN: ",", Style.EITHER: "."}


@lru_cache(maxsize=4_096)
def number_readings(written: str) -> Mapping[Style, Fraction]:
    """The values of `written`, decimals before thousands; empty if it is no number.

    A number that means the same in both styles has the one reading `Style.EITHER`.
    """
    body, scale = _split(NOISE.sub("", written))
    body = GROUPING.sub(" ", body)
    if scale is None or sum(map(str.isdigit, body)) > MAXIMAL_DIGITS:
        return {}
    return {style: _value(body, style) * scale for style in _styles(body)}


@lru_cache(maxsize=4_096)
def half_units(written: str) -> Mapping[Style, Fraction]:
    """Half a unit of the last digit of `written`, for each of its `number_readings`.

    A number without decimals has half of one, or of its power of ten.
    """
    body, scale = _split(NOISE.sub("", written))
    halves = {style: _decimals(body, style) for style in number_readings(written)}
    return {style: Fraction(1, 2 * 10**places) * (scale or 1) for style, places in halves.items()}


def _decimals(body: str, style: Style) -> int:
    return len(body.partition(POINTS[style])[2])


def _split(written: str) -> tuple[str, Fraction | None]:
    found = EXPONENT.search(written)
    if found is None:
        return written, Fraction(1)
    digits = found.group(1).replace("−", "-")
    if len(digits) > 4 or abs(int(digits)) > MAXIMAL_EXPONENT:
        return written, None
    return written[: found.start()], Fraction(10) ** int(digits)


def _styles(body: str) -> list[Style]:
    if PLAIN.match(body):
        return [Style.EITHER]
    if grouped := GROUPED.match(body):
        styles = {".": Style.ENGLISH, ",": Style.GERMAN, None: Style.EITHER}
        return [styles[grouped.group(1)]]
    decimal = [style for style, form in DECIMAL.items() if form.match(body)]
    thousands = [style for style, form in THOUSANDS.items() if form.match(body)]
    return decimal + [style for style in thousands if style not in decimal]


def _value(body: str, style: Style) -> Fraction:
    whole, _, decimals = body.partition(POINTS[style])
    digits = re.sub("[^0-9]", "", whole) or "0"
    return Fraction(int(digits + decimals), 10 ** len(decimals))
