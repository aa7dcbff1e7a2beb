"""Numbers in printed text, each with all of its readings: ``ratio: 0,044``, ``1,792`` …"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from grader.language import message
from grader.marking.plain import PRINTED
from grader.values import Integer, Opaque, Real, Sequence, Value

MAX_LINE = 400
"""Longer lines are no labelled numbers."""
MAX_TEXT = 200_000
"""Only so many characters at the end of a text are read: the last number counts."""
NOT_ONE = message("it is not one number")

_NUMBER = r"""
    [-+−]?
    (?: \d{1,3}(?:[\ \u00a0\u202f_']\d{3})+ (?:[.,]\d+)?   # 123 066 664
      | \d{1,3}(?:,\d{3})+ \.\d+                           # 1,792.5
      | \d{1,3}(?:,\d{3}){2,}                              # 123,642,856
      | \d{1,3}(?:\.\d{3}){2,} (?:,\d+)?                   # 138.357.544
      | \d+(?:[.,]\d*)?(?:[eE][-+]?\d+)?                   # 0,044  1e-3
      | \.\d+(?:[eE][-+]?\d+)?
    )
"""
NUMBER = re.compile(_NUMBER, re.VERBOSE)
_WRAPPED = re.compile(
    r"(?:tensor|array|(?:np|numpy)\.\w+)\(\s*([^()=]*?)\s*(?:,\s*[a-z_]+=[^()]*)?\)"
)
_LABELLED = re.compile(r"^\s*(?P<label>[^:=≈]{1,80}?)\s*(?:[:=≈]|->|→)\s*(?P<rest>.*)$")
_SPACED = re.compile(r"^\s*(?P<label>\D{1,80}?)\s+(?P<rest>[-+−.]?\d.*)$")
_SET = re.compile(r"\\[,;:! ]|\\thinspace|[{}~$]|\\(?=%)")
"""What LaTeX puts between the digits of one number."""
_PARTS = re.compile(r"[;|\t]|,\s|\s{3,}")
_TRAILING = re.compile(r"\s*(?:[.,;!]|%|\(\D*\)|[^\W\d][^\d=:+*/^]*)?\s*")

_SPACES = (number for number in range(0x3001) if chr(number).isspace())
_LEFT_OUT = dict.fromkeys([*map(ord, "#_*`'\"-"), *_SPACES])


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One labelled value in printed text."""

    label: str
    text: str
    """The value as it stands there."""
    readings: tuple[Value, ...]
    half_unit: Fraction | None = None
    """Half a unit of the last digit that is written; None for a list."""


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """Return ``name`` as labels are compared: without case, ``#``, spaces and hyphens."""
    return key_of_text(name)


def key_of_text(text: str) -> str:
    """Return the same of a text that may be long; nothing of it is kept."""
    return text.translate(_LEFT_OUT).casefold()


def labelled(text: str) -> Iterator[Labelled]:
    """Yield the labelled values of a printed text, in order."""
    for line in text[-MAX_TEXT:].splitlines():
        if len(line) <= MAX_LINE:
            yield from _in_line(line)


def numbers_in(text: str) -> tuple[int | float, ...]:
    """Return all readings of all numbers in a text."""
    head = text[: 4 * MAX_LINE]
    return tuple(one for match in NUMBER.finditer(head) for one in readings(match[0]))


def readings(text: str) -> tuple[int | float, ...]:
    """Return every number that ``text``, one number as people write it, may stand for.

    A comma between digits is a decimal comma or, before three digits, a separator of thousands;
    ``1,792`` keeps both readings.
    """
    plain = re.sub(r"[\s_']", "", text).replace("−", "-")
    if plain.count(".") > 1:
        return _converted([plain.replace(".", "").replace(",", ".")])
    if plain.count(",") > 1 or ("," in plain and "." in plain):
        return _converted([plain.replace(",", "")])
    if "," not in plain:
        return _converted([plain])
    grouped = re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", plain)
    return _converted([plain.replace(",", ".")] + ([plain.replace(",", "")] if grouped else []))


def half_unit(text: str) -> Fraction:
    """Return half a unit of the last digit of one number as people write it."""
    if all(isinstance(reading, int) for reading in readings(text)):
        return Fraction(1, 2)
    match = re.search(r"(?:[.,](\d*))?(?:[eE]([-+]?\d+))?$", text)
    decimals, exponent = (match[1] or "", int(match[2] or 0)) if match else ("", 0)
    # No float has an exponent beyond 400: what is larger has been read as 0 or infinity.
    return Fraction(1, 2) * Fraction(10) ** (max(-400, min(exponent, 400)) - len(decimals))


def half_unit_of(formula: str) -> Fraction | None:
    """Return the same of a number in LaTeX or plain text; None if it is more than one number."""
    bare = _SET.sub("", formula).strip()
    percent = bare.endswith("%")
    bare = bare.rstrip("% ")
    match = NUMBER.fullmatch(bare)
    if match is None:
        return None
    return half_unit(bare) / 100 if percent else half_unit(bare)


def _converted(texts: list[str]) -> tuple[int | float, ...]:
    return tuple(
        int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
        for text in texts
        if len(text) <= MAX_LINE
    )


def _in_line(line: str) -> Iterator[Labelled]:
    whole = _labelled(line)
    if whole is not None and not _is_unreadable(whole):
        yield whole
        return
    parts = [part for part in map(_labelled, _PARTS.split(line)) if part is not None]
    yield from parts or ([whole] if whole is not None else [])


def _labelled(text: str) -> Labelled | None:
    match = _LABELLED.match(text) or _SPACED.match(text)
    if not match:
        return None
    label, rest = match["label"], match["rest"].strip()
    wrapped = _WRAPPED.fullmatch(rest)
    if wrapped:
        rest = wrapped[1]
    return _list(label, rest) or _single(label, rest)


def _single(label: str, rest: str) -> Labelled:
    match = NUMBER.match(rest)
    trailing = rest[match.end() :] if match else ""
    if match is None or not _TRAILING.fullmatch(trailing):
        unreadable = Opaque(type=PRINTED, reason=NOT_ONE)
        return Labelled(label=label, text=rest, readings=(unreadable,))
    found = readings(match[0])
    half = half_unit(match[0])
    if trailing.lstrip().startswith("%"):
        found = tuple(number / 100 for number in found)
        half /= 100
    return Labelled(label=label, text=rest, readings=tuple(map(_value, found)), half_unit=half)


def _list(label: str, rest: str) -> Labelled | None:
    match = re.fullmatch(r"[\[(](.*)[\])]", rest)
    if not match:
        return None
    items = [item.strip() for item in re.split(r",\s*|\s+", match[1].strip()) if item.strip()]
    if not items or not all(NUMBER.fullmatch(item) for item in items):
        return None
    values = tuple(_value(readings(item)[0]) for item in items)
    return Labelled(label=label, text=rest, readings=(Sequence("list", values),))


def _value(number: int | float) -> Value:
    return Integer(str(number)) if isinstance(number, int) else Real(number.hex())


def _is_unreadable(found: Labelled) -> bool:
    return any(isinstance(reading, Opaque) for reading in found.readings)
