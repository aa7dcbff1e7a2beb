"""What comparing two formulas says: equal, equal without small parameters, different, or open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
        return given, expected

    @property
    def at(self) -> tuple[tuple[str, str], ...]:
        """Each symbol's value as figures, by name."""
        return tuple((name, f"{value:.6g}") for name, value in sorted(self.point))

    def __str__(self) -> str:
        given, expected = self.figures
        return f"{place(dict(self.point))}the value is {given}, not {expected}"


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
    """Return "at x = 2, t = 3 ", or nothing for a point without names."""
    values = ", ".join(f"{name} = {point[name]:.6g}" for name in sorted(point))
    return f"at {values} " if values else ""
