"""Steps of a learner's chain as a mark keeps them: what was read, and whether each step holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from grader.formula import Reading, Tree, to_json
from grader.formula.sides import Outcome, SideValue, Step
from grader.grade import ChainSide, ChainStep, StepOutcome
from grader.marking.plain import shortened

MOST_STEPS: Final = 12
LONGEST_TEXT: Final = 300
LONGEST_TREE: Final = 4_000
"""Characters of a tree that is kept for a side; a larger one nobody reads."""
LONGEST_SENTENCE: Final = 600

OUTCOMES: Final = {
    Outcome.HOLDS: StepOutcome.HOLDS,
    Outcome.ROUNDED: StepOutcome.HOLDS_ROUNDED,
    Outcome.ROUNDED_INPUTS: StepOutcome.HOLDS_ROUNDED,
    Outcome.BROKEN: StepOutcome.DOES_NOT_HOLD,
    Outcome.UNKNOWN: StepOutcome.UNDECIDED,
}


def stored(tree: Tree) -> str:
    """Return a tree as a mark keeps it."""
    return json.dumps(to_json(tree), ensure_ascii=True)


def step(
    left: ChainSide,
    relation: str,
    right: ChainSide,
    outcome: StepOutcome,
    sentence: str,
    *,
    where: str,
) -> ChainStep:
    """Return one step with a sentence of bounded length."""
    return ChainStep(
        left=left,
        relation=relation,
        right=right,
        outcome=outcome,
        sentence=shortened(sentence, limit=LONGEST_SENTENCE),
        where=where,
    )


def side(text: str, tree: Tree | None) -> ChainSide:
    """Return one side, without its tree where that is too large."""
    kept = stored(tree) if tree is not None else ""
    return ChainSide(
        text=shortened(text.strip(), limit=LONGEST_TEXT),
        understood=kept if len(kept) <= LONGEST_TREE else "",
    )


def of_reading(reading: Reading) -> ChainSide:
    """Return one side in its likeliest reading; without a tree where a name in it is unknown."""
    return side(reading.text, None if reading.unknown else reading.tree)


def of_arithmetic(one: Step, where: str) -> ChainStep:
    """Return a step between two sides with values."""
    return step(
        _of_value(one.left),
        one.relation,
        _of_value(one.right),
        OUTCOMES[one.outcome],
        one.sentence,
        where=where,
    )


def most_telling(steps: Sequence[ChainStep]) -> tuple[ChainStep, ...]:
    """Return a dozen steps at most, in their order: those that do not hold first, then the last."""
    broken = [n for n, one in enumerate(steps) if one.outcome is StepOutcome.DOES_NOT_HOLD]
    others = [n for n in range(len(steps)) if n not in broken]
    kept = broken[-MOST_STEPS:]
    first = max(0, len(others) - (MOST_STEPS - len(kept)))
    return tuple(steps[n] for n in sorted([*kept, *others[first:]]))


def _of_value(one: SideValue) -> ChainSide:
    return side(one.text, one.tree)
