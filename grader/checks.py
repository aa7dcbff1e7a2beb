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
from grader.language import decimal, say, say_count


@dataclass(frozen=True, slots=True)
class Exact:
    """Equal, without any tolerance."""

    def __str__(self) -> str:
        return say("exact")


@dataclass(frozen=True, slots=True)
class Close:
    """Within a relative or an absolute tolerance, the wider of the two."""

    rtol: float
    atol: float

    def __str__(self) -> str:
        relative = (
            decimal(f"{self.rtol * 100:g}") + " %"
            if self.rtol >= 1e-4
            else say("a relative {rtol}", rtol=decimal(f"{self.rtol:g}"))
        )
        if not self.atol:
            return say("within {relative}", relative=relative)
        if not self.rtol:
            return say("within ±{atol}", atol=decimal(f"{self.atol:g}"))
        return say(
            "within {relative} or ±{atol}, the wider",
            relative=relative,
            atol=decimal(f"{self.atol:g}"),
        )


@dataclass(frozen=True, slots=True)
class Significant:
    """Right to so many significant figures."""

    figures: int

    def __str__(self) -> str:
        return say("to {figures} significant figures", figures=self.figures)


@dataclass(frozen=True, slots=True)
class Decimals:
    """Right to so many decimals."""

    places: int

    def __str__(self) -> str:
        return say_count("to {count} decimal", "to {count} decimals", self.places)


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
        parts = [
            say("each element {elements}", elements=self.elements),
            say("shape {shape}", shape=self.shape),
        ]
        if self.dtype:
            parts.append(f"dtype {self.dtype}")
        parts += [
            say("{name} forbidden", name=name) for name in ("nan", "inf") if self.forbids(name)
        ]
        return ", ".join(parts)

    def forbids(self, special: str) -> bool:
        """Return whether ``special`` (``nan`` or ``inf``) may not occur in an answer."""
        return bool(getattr(self, special) == "forbidden")


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one of several checks agrees."""

    checks: tuple[Exact | Close | Significant | Decimals | ArrayLike, ...]

    def __str__(self) -> str:
        return say(" or ").join(map(str, self.checks))


Elementary = Exact | Close | Significant | Decimals
Check = Elementary | ArrayLike | OneOf


def exact() -> Exact:
    """Accept only an equal value."""
    return Exact()


def close(*, rtol: float = 0.0, atol: float = 0.0) -> Close:
    """Accept |given − expected| ≤ max(rtol·|expected|, atol); at least one must be positive."""
    for name, bound in (("rtol", rtol), ("atol", atol)):
        if not 0 <= bound < float("inf"):
            raise AuthorError(
                say(
                    "close({name}={bound!r}): a tolerance is a number from 0 up",
                    name=name,
                    bound=bound,
                )
            )
    if not (rtol or atol):
        raise AuthorError(
            say("close() without a tolerance accepts nothing; use exact() or give rtol=")
        )
    return Close(float(rtol), float(atol))


def significant(figures: int) -> Significant:
    """Accept a value right to ``figures`` (1 to 17) significant figures."""
    if type(figures) is not int or not 1 <= figures <= 17:
        raise AuthorError(
            say("significant({figures!r}): figures is a whole number from 1 to 17", figures=figures)
        )
    return Significant(figures)


def decimals(places: int) -> Decimals:
    """Accept a value right to ``places`` (0 to 17) decimals."""
    if type(places) is not int or not 0 <= places <= 17:
        raise AuthorError(
            say("decimals({places!r}): places is a whole number from 0 to 17", places=places)
        )
    return Decimals(places)


def one_of(*checks: Elementary | ArrayLike) -> OneOf:
    """Accept what at least one of ``checks`` accepts."""
    if len(checks) < 2:
        raise AuthorError(say("one_of() needs at least two checks, not {count}", count=len(checks)))
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
