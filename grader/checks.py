"""Checks are data: how close an answer has to be, said once and printed with every verdict.

Semantics (all bounds inclusive, with a slack of one part in 10⁹ for binary rounding):

- ``exact``: integers digit by digit, text letter by letter, floats bit by bit; ``True`` is not 1.
- ``close``: |given − expected| ≤ the wider of ``rtol``·|expected| and ``atol``.
- ``significant(n)``: within half a unit of the n-th significant figure of the expected value.
- ``decimals(n)``: within half a unit of the n-th decimal.
- ``one_of``: at least one of several checks agrees.
- ``array``: an element check plus what dtype, shape, nan and inf have to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.errors import AuthorError


@dataclass(frozen=True, slots=True)
class Exact:
    """Equal, without any tolerance."""

    def __str__(self) -> str:
        return "exact"


@dataclass(frozen=True, slots=True)
class Close:
    """Within a relative or an absolute tolerance, the wider of the two."""

    rtol: float
    atol: float

    def __str__(self) -> str:
        relative = f"{self.rtol * 100:g} %" if self.rtol >= 1e-4 else f"a relative {self.rtol:g}"
        if not self.atol:
            return f"within {relative}"
        if not self.rtol:
            return f"within ±{self.atol:g}"
        return f"within {relative} or ±{self.atol:g}, the wider"


@dataclass(frozen=True, slots=True)
class Significant:
    """Right to so many significant figures."""

    figures: int

    def __str__(self) -> str:
        return f"to {self.figures} significant figures"


@dataclass(frozen=True, slots=True)
class Decimals:
    """Right to so many decimals."""

    places: int

    def __str__(self) -> str:
        return f"to {self.places} decimal{'' if self.places == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class ArrayLike:
    """An element check, and a policy on dtype, shape, nan and inf."""

    elements: Exact | Close | Significant | Decimals
    dtype: str | None
    """Required dtype; None accepts every numeric one."""
    shape: Literal["equal", "broadcast"]
    """``broadcast`` also accepts shapes that differ by axes of length one."""
    nan: Literal["equal", "forbidden"]
    """``equal``: nan agrees with nan only; ``forbidden``: nan in an answer is an error."""
    inf: Literal["equal", "forbidden"]

    def __str__(self) -> str:
        parts = [f"each element {self.elements}", f"shape {self.shape}"]
        if self.dtype:
            parts.append(f"dtype {self.dtype}")
        parts += [f"{name} forbidden" for name in ("nan", "inf") if self.forbids(name)]
        return ", ".join(parts)

    def forbids(self, special: str) -> bool:
        """Return whether ``special`` (``nan`` or ``inf``) may not occur in an answer."""
        return bool(getattr(self, special) == "forbidden")


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one of several checks agrees."""

    checks: tuple[Exact | Close | Significant | Decimals | ArrayLike, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.checks))


Elementary = Exact | Close | Significant | Decimals
Check = Elementary | ArrayLike | OneOf


def exact() -> Exact:
    """Accept only an equal value."""
    return Exact()


def close(*, rtol: float = 0.0, atol: float = 0.0) -> Close:
    """Accept |given − expected| ≤ max(rtol·|expected|, atol); at least one must be positive."""
    for name, bound in (("rtol", rtol), ("atol", atol)):
        if not 0 <= bound < float("inf"):
            raise AuthorError(f"close({name}={bound!r}): a tolerance is a number from 0 up")
    if not (rtol or atol):
        raise AuthorError("close() without a tolerance accepts nothing; use exact() or give rtol=")
    return Close(float(rtol), float(atol))


def significant(figures: int) -> Significant:
    """Accept a value right to ``figures`` (1 to 17) significant figures."""
    if type(figures) is not int or not 1 <= figures <= 17:
        raise AuthorError(f"significant({figures!r}): figures is a whole number from 1 to 17")
    return Significant(figures)


def decimals(places: int) -> Decimals:
    """Accept a value right to ``places`` (0 to 17) decimals."""
    if type(places) is not int or not 0 <= places <= 17:
        raise AuthorError(f"decimals({places!r}): places is a whole number from 0 to 17")
    return Decimals(places)


def one_of(*checks: Elementary | ArrayLike) -> OneOf:
    """Accept what at least one of ``checks`` accepts."""
    if len(checks) < 2:
        raise AuthorError(f"one_of() needs at least two checks, not {len(checks)}")
    return OneOf(checks)


def array(
    elements: Elementary,
    *,
    dtype: str | None = None,
    shape: Literal["equal", "broadcast"] = "equal",
    nan: Literal["equal", "forbidden"] = "equal",
    inf: Literal["equal", "forbidden"] = "equal",
) -> ArrayLike:
    """Compare element by element with ``elements``; the rest says what else must hold."""
    return ArrayLike(elements, dtype, shape, nan, inf)
