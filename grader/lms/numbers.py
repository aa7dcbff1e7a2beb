"""Grades as a platform's own file writes them: separator, decimals, rounding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_NUMBER = re.compile(r"[0-9]{1,9}(?:(?P<separator>[.,])(?P<decimals>[0-9]{1,9}))?")
_SHARPEST = 6
"""Decimals that a grade itself has: what lies below is an artefact of binary numbers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notation:
    """How numbers are written."""

    separator: str = "."
    decimals: int = 2

    def write(self, number: Decimal) -> str:
        """Return ``number`` rounded half up."""
        text = f"{number.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP):f}"
        return text.replace(".", self.separator)


def read(text: str) -> Decimal | None:
    """Return a cell's number, with ``.`` or ``,`` before its decimals; None where it is none."""
    match = _NUMBER.fullmatch(text.strip())
    return Decimal(match[0].replace(",", ".")) if match else None


def notation(cells: Iterable[str]) -> Notation | None:
    """Return how the numbers among ``cells`` are written; None where they disagree or are none.

    Decimals are those of the longest.
    """
    found = [match for cell in cells if (match := _NUMBER.fullmatch(cell.strip()))]
    separators = {match["separator"] for match in found if match["separator"]}
    if not found or len(separators) > 1:
        return None
    decimals = max(len(match["decimals"] or "") for match in found)
    return Notation(separator="".join(separators) or ".", decimals=decimals)


def scaled(points: float, of: float, to: Decimal) -> Decimal:
    """Return ``points`` of ``of`` as a share of ``to``; exact where they are equal."""
    share = Decimal(str(round(points, _SHARPEST)))
    return share if Decimal(str(of)) == to else share * to / Decimal(str(of))
