"""How one written number becomes another by one slip of the pen, or of the one who copies it."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Final

from grader.language import message

MAXIMAL_PLACES: Final = 64
MAXIMAL_BITS: Final = 4_000


class Edit(StrEnum):
    """What happened to a number's digits."""

    SUBSTITUTED = message("one digit is another one")
    SWAPPED = message("two neighbouring digits have changed places")
    LEADING_LOST = message("the first digit is lost")
    LOST = message("a digit is lost")
    DOUBLED = message("a digit is written twice")
    MOVED = message("the decimal sign stands elsewhere")


def roundings(value: Fraction, places: int) -> tuple[str, ...]:
    """`value` without its sign to so many decimals, as digits with a point.

    Two where it lies in the middle; none where it is too long to be a slip of anything.
    """
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits > MAXIMAL_BITS or not 0 <= places <= MAXIMAL_PLACES:
        return ()
    scaled = abs(value) * 10**places
    below, rest = divmod(scaled.numerator, scaled.denominator)
    double = 2 * rest
    if double == scaled.denominator:
        return decimal(below, places), decimal(below + 1, places)
    return (decimal(below + (double > scaled.denominator), places),)


def decimal(units: int, places: int) -> str:
    """So many units of the last of `places` decimals, as digits with a point."""
    text = str(units).rjust(places + 1, "0")
    return f"{text[:-places]}.{text[-places:]}" if places else text


def edit(written: str, meant: str) -> Edit | None:
    """What turns `meant` into `written`, both as digits with a point; None if nothing does.

    Lost and doubled digits after the point change how many decimals there are: `meant` has to
    have one more, or one less. A last digit that is cut off, or only added, is no such slip.
    """
    wrote, other = written.replace(".", ""), meant.replace(".", "")
    if len(wrote) == len(other):
        return _same_length(wrote, other) if _whole(written) == _whole(meant) else None
    if len(wrote) + 1 == len(other) and not (wrote == other[:-1] and _cut(meant, written)):
        lost = any(_without(other, at) == wrote for at in _places(meant, written))
        first = wrote == other[1:] and _whole(written) < _whole(meant)
        return Edit.LEADING_LOST if lost and first else Edit.LOST if lost else None
    if len(wrote) == len(other) + 1 and not (wrote[:-1] == other and _cut(written, meant)):
        twice = (at for at in _places(written, meant) if wrote[at] in wrote[at + 1 : at + 2])
        return Edit.DOUBLED if any(_without(wrote, at) == other for at in twice) else None
    return None


def _cut(longer: str, shorter: str) -> bool:
    """Whether `longer` only has one decimal more."""
    return _whole(longer) == _whole(shorter)


def _without(digits: str, at: int) -> str:
    return digits[:at] + digits[at + 1 :]


def _places(longer: str, shorter: str) -> range:
    """Which digits of `longer` may be the one that `shorter` has not."""
    whole = _whole(longer)
    if whole == _whole(shorter) + 1:
        return range(whole)
    return range(whole, len(longer) - 2)


def _same_length(wrote: str, other: str) -> Edit | None:
    differing = [at for at, (a, b) in enumerate(zip(wrote, other, strict=True)) if a != b]
    if len(differing) == 1:
        return Edit.SUBSTITUTED
    if len(differing) != 2 or differing[1] != differing[0] + 1:
        return None
    first, second = differing
    swapped = wrote[first] == other[second] and wrote[second] == other[first]
    return Edit.SWAPPED if swapped else None


def _whole(text: str) -> int:
    """How many digits stand before the point."""
    return len(text.partition(".")[0])
