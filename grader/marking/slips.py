"""Slips of the pen: a number that is one digit away from a right, an own or a printed one.

A slip is a suspicion with its evidence. Short numbers are near to others by chance, so they need
a second witness; `needs_witness` says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from grader.formula import Style, number_readings
from grader.formula.edits import Edit, decimal, edit, roundings
from grader.formula.figures import fraction
from grader.formula.numbers import half_units
from grader.language import say

MAX_LENGTH: Final = 80
"""Longer texts are no number that somebody wrote."""
MAX_TARGETS: Final = 200
"""Most targets whose slips are looked for."""
FIGURES_ALONE: Final = 5
"""From so many significant figures on, a slip needs no second witness."""
MAX_SHIFT: Final = 3
"""How far a decimal sign may have moved."""

_MINUS = "-−–"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A number that may have been meant."""

    value: float | Fraction
    """What it is; a float is what it shows, and one that is not finite is no target."""
    name: str
    """What it is to the learner, in the language spoken: `the right value`, `your own 13,2·3,2`."""
    right: bool = False
    """Whether it is the right value, which nobody is told."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A written number that one slip makes of a target."""

    written: str
    """The number as the learner wrote it."""
    meant: str
    """The target as the learner would have written it, to as many decimals."""
    edit: Edit
    """What happened to its digits."""
    target: Target
    """The number that may have been meant."""
    sentence: str
    """For the person who decides, and for the learner."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One reading of a written number."""

    negative: bool
    digits: str
    """With a point, without groups."""
    places: int
    style: Style


def find(written: str, targets: Sequence[Target]) -> tuple[Slip, ...]:
    """All slips that make `written` of one of `targets`, in the order of the targets.

    Targets are rounded to as many decimals as were written. A number that agrees with any target
    is no slip. Text that is no number has none; never raises.
    """
    readings = _readings(written)
    meant = [(target, one) for target in targets if (one := fraction(target.value)) is not None]
    if any(_agrees(one, value) for one in readings for _, value in meant):
        return ()
    found = (slip for one in meant[:MAX_TARGETS] for slip in _slips(written, readings, *one))
    return tuple(dict.fromkeys(found))


def needs_witness(written: str) -> bool:
    """Whether a slip in `written` counts only if something else supports it.

    Something else is a chain of the learner's, prose, or code. Below five significant figures
    chance alone leads to a neighbour too often; so it does where the text is no number.
    """
    figures = [len(one.digits.replace(".", "").lstrip("0")) for one in _readings(written)]
    return min(figures, default=0) < FIGURES_ALONE


def _readings(written: str) -> list[_Written]:
    text = written.strip()
    negative = text[:1] in tuple(_MINUS)
    text = text[1:].lstrip() if text[:1] in tuple(f"{_MINUS}+") else text
    if len(text) > MAX_LENGTH:
        return []
    units = half_units(text)
    return [
        _Written(
            negative=negative,
            digits=decimal(int(value / (2 * units[style])), _places(units[style])),
            places=_places(units[style]),
            style=style,
        )
        for style, value in number_readings(text).items()
        if (2 * units[style]).numerator == 1
    ]


def _places(half_unit: Fraction) -> int:
    """How many decimals a number has whose last digit has this half unit."""
    return len(str((2 * half_unit).denominator)) - 1


def _agrees(written: _Written, value: Fraction) -> bool:
    same_sign = written.negative is (value < 0) or not value
    return same_sign and written.digits in roundings(value, written.places)


def _slips(
    written: str, readings: Iterable[_Written], target: Target, value: Fraction
) -> Iterator[Slip]:
    for one in readings:
        for kind, meant in _edits(one, value):
            yield _described(written, one, kind, meant, target)


def _edits(written: _Written, value: Fraction) -> Iterator[tuple[Edit, str]]:
    if written.negative is not (value < 0) or not Fraction(written.digits):
        return
    for places in (written.places, written.places + 1, written.places - 1):
        for meant in roundings(value, places):
            kind = edit(written.digits, meant)
            if kind is not None:
                yield kind, meant
    for shift in range(-MAX_SHIFT, MAX_SHIFT + 1):
        moved = Fraction(written.digits) * Fraction(10) ** shift
        for meant in roundings(value, written.places - shift) if shift else ():
            if Fraction(meant) == moved:
                yield Edit.MOVED, meant


def _described(written: str, one: _Written, kind: Edit, meant: str, target: Target) -> Slip:
    sign = "-" if one.negative else ""
    comma = one.style is Style.GERMAN or (one.style is Style.EITHER and "," in written)
    shown = sign + (meant.replace(".", ",") if comma else meant)
    return Slip(
        written=written,
        meant=shown,
        edit=kind,
        target=target,
        sentence=say(
            "{written} may stand for {meant} ({target}): {kind}.",
            written=written.strip(),
            meant=shown,
            target=target.name,
            kind=say(kind.value),
        ),
    )
