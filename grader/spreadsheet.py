"""Tables as CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from math import isfinite

DECIMALS = 6
"""Decimals to which every number in a file is rounded."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows of finished cells as UTF-8 CSV (RFC 4180)."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def text_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one gets a leading apostrophe."""
    text = encodable(text).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def number_cell(number: float | None) -> str:
    """Return a number with up to ``DECIMALS`` decimals; empty where there is none."""
    if number is None or not isfinite(number):
        return ""
    return f"{round(number, DECIMALS) + 0.0:.{DECIMALS}f}".rstrip("0").rstrip(".")


def encodable(text: str) -> str:
    """Replace lone surrogates, which file names may bring along, by question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
