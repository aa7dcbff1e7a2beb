"""Item analysis: how hard a question is, and whether it tells strong work from weak.

Difficulty is the classical index p, the mean share of a question's points; discrimination is the
corrected item-total correlation: Pearson's r between the share of the question and the share of
the rest of the sheet (Crocker and Algina, *Introduction to Classical and Modern Test Theory*,
1986; the correction is Henrysson's, *Psychometrika* 28, 1963, computed here on the rest itself).
What nobody has decided is left out on both sides.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, isfinite

from grader.grade import Grade, Mark
from grader.language import message

FEWEST = 10
"""Submissions below which a correlation says more about chance than about the question."""
WEAK = 0.2
"""Below it a question hardly discriminates (Ebel and Frisbie, 1991)."""
_DECIMALS = 9


class Reading(StrEnum):
    """What a discrimination says to the author of the question."""

    TOO_FEW = message("too few decided")
    NO_SPREAD = message("no spread")
    NEGATIVE = message("negative")
    WEAK = message("weak")
    GOOD = message("good")


@dataclass(frozen=True, kw_only=True)
class Discrimination:
    """Whether those who do well elsewhere do well in this question."""

    r: float | None
    """Correlation from -1 to 1; None where there is none to tell."""
    number: int
    """Submissions that it was computed over."""
    reading: Reading


def share(mark: Mark) -> float | None:
    """Return the share of the points that a mark earned; None where it is open or has none."""
    if mark.points is None or not isfinite(mark.points) or mark.max_points <= 0:
        return None
    return mark.points / mark.max_points


def discriminations(grades: Sequence[Grade]) -> dict[str, Discrimination]:
    """Return the discrimination of each question that at least one submission answers decidedly.

    A submission counts for a question where that question and at least one other are decided.
    """
    pairs: dict[str, list[tuple[float, float]]] = {}
    for grade in grades:
        for question, own, rest in _against_rest(grade.questions):
            pairs.setdefault(question, []).append((own, rest))
    return {question: discrimination(found) for question, found in pairs.items()}


def discrimination(pairs: Sequence[tuple[float, float]]) -> Discrimination:
    """Return the correlation of (share of the question, share of the rest), read in words."""
    number = len(pairs)
    if number < FEWEST:
        return Discrimination(r=None, number=number, reading=Reading.TOO_FEW)
    own, rest = zip(*pairs, strict=True)
    if len(set(own)) == 1 or len(set(rest)) == 1:
        return Discrimination(r=None, number=number, reading=Reading.NO_SPREAD)
    r = statistics.correlation(own, rest)
    return Discrimination(r=r, number=number, reading=_reading(r))


def _against_rest(marks: Iterable[Mark]) -> Iterable[tuple[str, float, float]]:
    decided = [(mark, part) for mark in marks if (part := share(mark)) is not None]
    points = fsum(mark.points or 0.0 for mark, _ in decided)
    most = fsum(mark.max_points for mark, _ in decided)
    for mark, part in decided:
        others = most - mark.max_points
        if len(decided) > 1:
            rest = (points - (mark.points or 0.0)) / others
            # Equal points have to be equal numbers: else rounding would be taken for spread.
            yield mark.question, round(part, _DECIMALS), round(rest, _DECIMALS)


def _reading(r: float) -> Reading:
    if r < 0:
        return Reading.NEGATIVE
    return Reading.WEAK if r < WEAK else Reading.GOOD
