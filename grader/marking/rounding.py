"""A number on paper at its learner's own rounding: what it may stand for, and what it may not.

A number agrees here within half a unit of its last written digit: with a value, with what follows
from the learner's own earlier values, and with what follows from the right ones rounded to as
many decimals as were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from grader.language import decimal, message, say, say_count
from grader.marking import mistakes, numbers, references
from grader.marking.plain import plain
from grader.marking.references import Arguments, Failed, Mistakes, ValueReference
from grader.marking.upstream import Upstream
from grader.values import ValueRefusedError, from_python, to_python

YOURS: Final = (
    message("With your earlier values, right to {count} decimal"),
    message("With your earlier values, right to {count} decimals"),
)
ALL: Final = (
    message("With all earlier values rounded to {count} decimal"),
    message("With all earlier values rounded to {count} decimals"),
)
FIGURES: Final = 2
"""With fewer significant figures a number is near to too many others by chance."""
MOST_PLACES: Final = 6
"""With more decimals than these nothing was rounded that matters."""
SMALL_PARTS: Final = 12
"""Largest denominator of a fraction that people carry on unrounded, as 1/3."""
EXACT: Final = Fraction(1, 10**9)
"""Relative difference below which a value was not rounded."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """One number on paper."""

    value: Any
    half_unit: Fraction
    places: int
    """Decimals with which it is written."""

    def stands_for(self, value: Any) -> bool:
        """Return whether it may be ``value``, rounded to its last digit."""
        if isinstance(value, Failed) or not numbers.is_number(value):
            return False
        gap = numbers.gap(self.value, value)
        return gap is not None and gap <= self.half_unit * (1 + numbers.SLACK)


@dataclass(frozen=True, kw_only=True)
class Explained:
    """Which known mistakes explain a value, and which only seem to."""

    found: tuple[Mistakes, ...]
    contradicted: tuple[Mistakes, ...] = ()
    """Near to it, but the learner's own earlier values do not lead there with them."""


def written(value: Any, half_unit: Fraction | None) -> Written | None:
    """Return a number as it was written; None if it is none, or has too few figures."""
    if half_unit is None or not numbers.is_number(value) or isinstance(value, complex):
        return None
    size = numbers.gap(value, 0)
    if size is None or size < 10 ** (FIGURES - 1) * 2 * half_unit:
        return None
    places = next((n for n in range(MOST_PLACES + 1) if half_unit * 2 * 10**n >= 1), None)
    return None if places is None else Written(value=value, half_unit=half_unit, places=places)


def explain(
    reference: ValueReference, given: Any, own: Upstream, paper: Written | None
) -> Explained:
    """Return the known mistakes that explain a value.

    On paper those that give it to its last digit count before those within the tolerance; of
    the latter not those from which the learner's own earlier values, on paper too, lead away.
    """

    def from_own(made: Mistakes) -> bool:
        return any(reference.fits(given, value) for value in own_values(reference, made, own))

    def roughly(made: Mistakes) -> bool:
        return reference.fits(given, reference.with_mistakes(made)) or from_own(made)

    rough = mistakes.fitting(reference.question, roughly)
    if paper is None:
        return Explained(found=rough)
    sharp = mistakes.fitting(
        reference.question,
        lambda made: any(map(paper.stands_for, _all(reference, made, own, paper))),
    )
    if sharp and (not rough or len(sharp[0]) <= len(rough[0])):
        return Explained(found=sharp)
    if not (own.on_paper and own.options):
        return Explained(found=rough)
    kept = tuple(made for made in rough if from_own(made))
    left = tuple(made for made in rough if made not in kept)
    return Explained(found=kept, contradicted=() if kept else left)


def own_values(reference: ValueReference, made: Mistakes, own: Upstream) -> Iterator[Any]:
    """Yield what the reference gives on each set of the learner's own upstream values."""
    for option in own.options:
        value = references.evaluate(reference.question, made, option)
        if not isinstance(value, Failed) and _is_finite(value):
            yield value


def same_rounding(reference: ValueReference, made: Mistakes, places: int) -> Iterator[Any]:
    """Yield what follows from the right upstream values at so many decimals.

    Simple fractions are rounded in one of the two, and carried on as they are in the other.
    """
    for fractions in (True, False):
        key = f"{references.name(made)} at {places} {fractions}"
        if key not in reference.memo:
            reference.memo[key] = _rounded_value(reference, made, places, fractions=fractions)
        if reference.memo[key] is not None:
            yield reference.memo[key]


def remark(reference: ValueReference, own: Upstream, paper: Written, targets: list[Any]) -> str:
    """Return what is said of a number that is right but for the rounding on the way to it.

    ``targets`` are what else the number may stand for, if it has a slip.
    """
    if paper.stands_for(reference.expected) or not numbers.is_number(reference.expected):
        return ""
    values = list(own_values(reference, (), own))
    rounded_to = [places(option, reference.upstream) for option in own.options]
    for value, known in zip(values, rounded_to, strict=False):
        if known is not None and (paper.stands_for(value) or value in targets):
            return _sentence(YOURS, known, value, reference.expected)
    if not own.options:
        for value in same_rounding(reference, (), paper.places):
            if paper.stands_for(value):
                return _sentence(ALL, paper.places, value, reference.expected)
    return ""


def is_rounded_on_the_way(reference: ValueReference, own: Upstream, paper: Written | None) -> bool:
    """Return whether a number follows from the right upstream values at its own rounding, where
    the learner's are not known.
    """
    if paper is None or own.options:
        return False
    return any(map(paper.stands_for, same_rounding(reference, (), paper.places)))


def places(own: Arguments, right: Arguments) -> int | None:
    """Return to how many decimals own values are the right ones, rounded.

    None where one of them is not, or none of them was rounded.
    """
    pairs = [(own[name], right[name]) for name in right]
    found = [one for mine, theirs in pairs for one in _places(to_python(mine), to_python(theirs))]
    rounded_ones = [one for one in found if one is not None and one >= 0]
    return min(rounded_ones) if rounded_ones and None not in found else None


def _places(mine: Any, right: Any) -> Iterator[int | None]:
    """Yield of each number its decimals, -1 where it was not rounded, None where it is wrong."""
    if isinstance(right, Mapping):
        for key, value in right.items():
            yield from _places(mine.get(key) if isinstance(mine, Mapping) else None, value)
    elif isinstance(right, list | tuple):
        same = isinstance(mine, list | tuple) and len(mine) == len(right)
        for one, value in zip(mine if same else [None] * len(right), right, strict=True):
            yield from _places(one, value)
    else:
        yield _decimals(mine, right)


def _decimals(mine: Any, right: Any) -> int | None:
    if not (numbers.is_number(mine) and numbers.is_number(right)):
        return -1 if mine is right else None
    gap, size = numbers.gap(mine, right), numbers.gap(right, 0)
    if gap is None or size is None or isinstance(mine, complex):
        return None
    if gap <= EXACT * size:
        return -1
    exponent = Decimal(str(mine).removesuffix(".0")).as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else MOST_PLACES + 1
    half = Fraction(1, 2 * 10**decimals)
    return decimals if decimals <= MOST_PLACES and gap <= half * (1 + numbers.SLACK) else None


def _all(reference: ValueReference, made: Mistakes, own: Upstream, paper: Written) -> Iterator[Any]:
    """Yield all that mistakes may give on paper."""
    yield from own_values(reference, made, own)
    yield reference.with_mistakes(made)
    if not own.options:
        yield from same_rounding(reference, made, paper.places)


def _rounded_value(
    reference: ValueReference, made: Mistakes, places: int, *, fractions: bool
) -> Any:
    """Return a value on rounded upstream values; None where rounding changes nothing."""
    known = {name: to_python(value) for name, value in reference.upstream.items()}
    rounded = {name: _rounded(value, places, fractions) for name, value in known.items()}
    if repr(rounded) == repr(known):
        return None
    try:
        arguments = {name: from_python(value) for name, value in rounded.items()}
    except ValueRefusedError:
        return None
    value = references.evaluate(reference.question, made, arguments)
    return None if isinstance(value, Failed) or not _is_finite(value) else plain(from_python(value))


def _rounded(value: Any, places: int, fractions: bool) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(one, places, fractions) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_rounded(one, places, fractions) for one in value)
    if not isinstance(value, float) or numbers.gap(value, 0) is None:
        return value
    simple = Fraction(value).limit_denominator(SMALL_PARTS)
    if not fractions and abs(simple - Fraction(value)) <= EXACT * abs(simple):
        return value
    return round(value, places)


def _is_finite(value: Any) -> bool:
    return not numbers.is_number(value) or numbers.gap(value, 0) is not None


def _sentence(earlier: tuple[str, str], places: int, value: Any, right: Any) -> str:
    gap, size = numbers.gap(value, right), numbers.gap(right, 0)
    shown = decimal(f"{round(float(value), max(places, 0) + 1):g}")
    if gap is not None and size:
        what = say(
            "the right way gives {value}, which is {share} % off by rounding alone: carry more "
            "digits until the end.",
            value=shown,
            share=decimal(numbers.two_figures(gap / size * 100)),
        )
    else:
        what = say(
            "the right way gives {value}, which is off by rounding alone: carry more digits until "
            "the end.",
            value=shown,
        )
    free = say("Rounding costs nothing.")
    return f"{say_count(*earlier, places)}, {what} {free}"
