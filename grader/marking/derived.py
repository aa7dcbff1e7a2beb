"""A learner's symbolic chain, step by step: whether each side is equal to the next one.

Both sides of a step are the learner's own, so that nothing of a reference shows in it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from grader.formula import Reading, Side
from grader.formula.comparison import Counterexample, Different, Equal, EqualUpTo, place
from grader.grade import ChainStep, StepOutcome
from grader.language import all_of, say
from grader.marking import chains
from grader.marking.equations import Place
from grader.marking.formulas import FormulaReference
from grader.marking.plain import shortened

EQUALITIES: Final = frozenset(["=", "≈", ":=", "≡"])
MOST_SIDES: Final = 12
"""Of a longer chain the last sides are compared with each other."""
MOST_PAIRS: Final = 4
"""Sides with more pairs of readings are not compared with each other."""


def steps(reference: FormulaReference, found: Place) -> tuple[ChainStep, ...]:
    """Return the steps between the sides right of an answer's name; none where there is one side.

    Where no side is surely read nothing is said of any step.
    """
    sides = [one for one in found.sides if one.reading.text.strip()][-MOST_SIDES:]
    if not any(one.reading.trees for one in sides):
        return ()
    return tuple(_step(reference, *pair, where=found.where) for pair in pairwise(sides))


def _step(reference: FormulaReference, one: Side, other: Side, *, where: str) -> ChainStep:
    outcome, sentence = _judged(reference, one, other)
    left, right = chains.of_reading(one.reading), chains.of_reading(other.reading)
    return chains.step(left, other.relation, right, outcome, sentence, where=where)


def _judged(reference: FormulaReference, one: Side, other: Side) -> tuple[StepOutcome, str]:
    if other.relation not in EQUALITIES:
        sentence = say("Whether “{sign}” holds here is not looked at.", sign=other.relation)
        return StepOutcome.UNDECIDED, sentence
    for reading in (one.reading, other.reading):
        why = _not_compared(reading)
        if why:
            return StepOutcome.UNDECIDED, why
    return _compared(reference, one.reading, other.reading)


def _not_compared(reading: Reading) -> str:
    """Return why a side is not compared with another one; empty if it may be."""
    side = shortened(reading.text.strip())
    if reading.refusal is not None:
        reason = reading.refusal.sentence
        return say("`{side}` is not read: {reason}.", side=side, reason=reason)
    if reading.unknown:
        return say("`{side}` has a name that the task does not know.", side=side)
    if reading.at:
        return say("`{side}` holds at one place only.", side=side)
    return "" if reading.trees else say("`{side}` is not read.", side=side)


def _compared(reference: FormulaReference, one: Reading, other: Reading) -> tuple[StepOutcome, str]:
    """Judge a step in all readings: it holds in one of them, or is different in each."""
    if len(one.trees) * len(other.trees) > MOST_PAIRS:
        return StepOutcome.UNDECIDED, say("These sides may be read in too many ways.")
    found = [reference.compared(a, b) for a in one.trees for b in other.trees]
    if any(isinstance(outcome, Equal) for outcome in found):
        return StepOutcome.HOLDS, say("The two sides are equal.")
    small = [outcome for outcome in found if isinstance(outcome, EqualUpTo)]
    if small:
        names = all_of(small[0].small)
        sentence = say("The two sides are equal once {names} is taken as zero.", names=names)
        return StepOutcome.HOLDS, sentence
    different = [outcome for outcome in found if isinstance(outcome, Different)]
    if len(different) < len(found):
        sentence = say("Whether the two sides are equal could not be decided.")
        return StepOutcome.UNDECIDED, sentence
    return StepOutcome.DOES_NOT_HOLD, _differ(different[0].counterexample)


def _differ(example: Counterexample) -> str:
    left, right = example.figures
    if not example.point:
        return say("They are {left} and {right}.", left=left, right=right)
    point = place(dict(example.point))
    return say("At {point} they are {left} and {right}.", point=point, left=left, right=right)
