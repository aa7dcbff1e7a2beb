"""A learner's chain of steps, and a counterexample, as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from grader.grade import ChainSide, ChainStep, Counterexample, StepOutcome
from grader.report.text import formula, is_wide, name

SYMBOLS = {
    StepOutcome.HOLDS: "correct",
    StepOutcome.HOLDS_ROUNDED: "correct",
    StepOutcome.DOES_NOT_HOLD: "incorrect",
    StepOutcome.UNDECIDED: "needs-review",
}
"""Whose symbol and colour stand beside the words of each outcome."""


@dataclass(frozen=True, kw_only=True)
class SideShown:
    """One side: set as mathematics where it was read, as it was written otherwise."""

    text: str
    formula: Markup | None = None


@dataclass(frozen=True, kw_only=True)
class StepShown:
    """One step; the left side is None where it is the right one of the step before."""

    left: SideShown | None
    relation: str
    right: SideShown
    outcome: StepOutcome
    sentence: str
    where: str

    @property
    def wide(self) -> bool:
        """Whether one of its sides may have to be scrolled."""
        return any(side is not None and is_wide(side.formula) for side in (self.left, self.right))

    @property
    def symbol(self) -> str:
        """The name of the symbol beside the words."""
        return SYMBOLS[self.outcome]


@dataclass(frozen=True, kw_only=True)
class Point:
    """A counterexample with its names set as mathematics."""

    at: tuple[tuple[Markup, str], ...]
    given: str


def steps_shown(chain: Iterable[ChainStep]) -> tuple[StepShown, ...]:
    """Return the steps, each side set once."""
    shown = []
    before: ChainStep | None = None
    for step in chain:
        goes_on = before is not None and (before.right, before.where) == (step.left, step.where)
        shown.append(
            StepShown(
                left=None if goes_on else _side(step.left),
                relation=step.relation,
                right=_side(step.right),
                outcome=step.outcome,
                sentence=step.sentence,
                where=step.where,
            )
        )
        before = step
    return tuple(shown)


def point(example: Counterexample | None) -> Point | None:
    """Return a counterexample for the page; None where there is none."""
    if example is None:
        return None
    at = tuple((name(symbol), value) for symbol, value in example.at)
    return Point(at=at, given=example.given)


def _side(side: ChainSide) -> SideShown:
    set_as = formula(side.understood) if side.understood else None
    return SideShown(text=side.text, formula=set_as)
