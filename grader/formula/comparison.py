"""What comparing two formulas says: equal, equal without small parameters, different, or open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.language import decimal, say, separator


@dataclass(frozen=True)
class Counterexample:
    """A point at which two formulas have different values."""

    point: tuple[tuple[str, float], ...]
    """Each symbol's value, by name."""
    given: float
    expected: float

    @property
    def figures(self) -> tuple[str, str]:
        """The two values with as many digits as it takes to tell them apart."""
        for digits in (6, 10, 17):
            given, expected = f"{self.given:.{digits}g}", f"{self.expected:.{digits}g}"
            if given != expected:
                break
        return decimal(given), decimal(expected)

    @property
    def at(self) -> tuple[tuple[str, str], ...]:
        """Each symbol's value as figures, by name."""
        return tuple((name, decimal(f"{value:.6g}")) for name, value in sorted(self.point))

    @property
    def sentence(self) -> str:
        """Where the two differ and by how much, as a sentence."""
        given, expected = self.figures
        if not self.point:
            return say("The value is {given}, not {expected}.", given=given, expected=expected)
        return say(
            "At {point} the value is {given}, not {expected}.",
            point=place(dict(self.point)),
            given=given,
            expected=expected,
        )

    def __str__(self) -> str:
        given, expected = self.figures
        if not self.point:
            return say("the value is {given}, not {expected}", given=given, expected=expected)
        return say(
            "at {point} the value is {given}, not {expected}",
            point=place(dict(self.point)),
            given=given,
            expected=expected,
        )


@dataclass(frozen=True)
class Equal:
    """Equal wherever the expected formula has a value."""

    points: int
    """At how many points both had a value, with 30 digits."""


@dataclass(frozen=True)
class EqualUpTo:
    """Equal once some small parameters are zero, and not otherwise."""

    small: tuple[str, ...]
    counterexample: Counterexample
    """Where the parameters are not zero."""


@dataclass(frozen=True)
class Different:
    """Different, as the counterexample shows; points of a second seed confirmed it."""

    counterexample: Counterexample


@dataclass(frozen=True)
class Undecided:
    """For a person; the reason is one sentence."""

    reason: str


Comparison = Equal | EqualUpTo | Different | Undecided


def place(point: Mapping[str, float]) -> str:
    """Return "x = 2, t = 3"; nothing for a point without names."""
    values = (f"{name} = {decimal(f'{point[name]:.6g}')}" for name in sorted(point))
    return f"{separator()} ".join(values)
