"""Whether a learner's own chain of numbers holds: `13,2·3,2 = 42,24 ≈ 42,2`, step by step.

This judges arithmetic alone, never whether an answer is right. Where a side may be read in several
ways, a step counts as the best of them; where a side has no value, nothing is said against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from typing import Final

from grader.formula.chain import Equation
from grader.formula.evaluate import Undefined
from grader.formula.figures import fraction
from grader.formula.intervals import Interval, computed, exact, spread
from grader.formula.literals import Literal, halves, lone
from grader.formula.render import decimal_text, shown_text
from grader.formula.result import Reading
from grader.formula.sentences import sentence
from grader.formula.sides import EQUALITIES, ORDERS, Outcome, SideValue, Step
from grader.formula.tree import Indexed, Symbol, Tree, children, label, symbols
from grader.language import say

TOLERANCE: Final = Fraction(1, 10**12)
"""Largest relative difference of equal values, where one of them has been rounded by us."""
NOTHING: Final = Fraction(1, 10**20)
"""The same, absolute: what is left of a difference that is zero."""
SLACK: Final = 1 + Fraction(1, 10**9)
"""Half a unit is included, and so is what our own rounding adds to it."""
SHORT: Final = 10**9
"""A value with up to nine decimals is taken as exact; others may come from floats."""
COARSE: Final = Fraction(1, 20)
"""How far, as a share of it, a whole number such as 1000 may be from what it stands for."""
SHOWN: Final = 60
"""Longest formula in a sentence."""


def steps(equation: Equation, values: Mapping[str, float | Fraction]) -> tuple[Step, ...]:
    """Each step of `equation`, from left to right; never raises.

    `values` says what names stand for where the chain was worked out: `x` is 3, and `a` is the
    learner's own 66/5, which may stand for anything that is rounded to 13.2. Members of families
    go by their label, as `r_3`. A float is what it shows; one that is not finite is no value.
    """
    sides = [side_values(side.reading, values) for side in equation.sides]
    relations = [side.relation for side in equation.sides[1:]]
    return tuple(
        _step(relation, *pair) for relation, pair in zip(relations, pairwise(sides), strict=True)
    )


def side_values(
    reading: Reading, values: Mapping[str, float | Fraction], *, spreads: bool = True
) -> tuple[SideValue, ...]:
    """One side in each of its readings, the most likely one first; at least one.

    Without `spreads` nothing is said of what rounded decimals allow, which takes longer.
    """
    bare = SideValue(text=reading.text, shown=reading.text, start=reading.start, end=reading.end)
    reason = _no_value(reading)
    if reason:
        shown = _shown(reading, reading.tree)
        return (replace(bare, shown=shown, reason=reason, tree=reading.tree),)
    known = halves(reading.text) if spreads else None
    at = {name: one for name, value in values.items() if (one := fraction(value)) is not None}
    return tuple(_side_value(bare, reading, tree, at, known) for tree in reading.trees)


def _no_value(reading: Reading) -> str:
    if reading.refusal is not None:
        return reading.refusal.sentence
    if any(one.may_be_call for one in reading.remarks):
        return say("it may be a function or a product")
    return ""


def _side_value(
    bare: SideValue,
    reading: Reading,
    tree: Tree,
    values: Mapping[str, Fraction],
    known: Mapping[Fraction, Fraction] | None,
) -> SideValue:
    bare = replace(bare, shown=_shown(reading, tree), tree=tree)
    local = _local(reading, tree, values)
    if local is None:
        return replace(bare, reason=say("it is said of another place"))
    precise = exact(tree, local)
    value = computed(tree, local) if precise is None else precise
    if isinstance(value, Undefined):
        return replace(bare, reason=value.reason)
    side = replace(
        bare,
        value=value,
        exact=precise is not None and _are_short(tree, local),
        literal=None if symbols(tree) else lone(reading.text, value),
        is_name=isinstance(tree, Symbol | Indexed),
    )
    if known is None:
        return side
    own = _own_halves(tree, local)
    return replace(
        side, spread=spread(tree, local, {**known, **own}), named=spread(tree, local, own)
    )


def _own_halves(tree: Tree, values: Mapping[str, Fraction]) -> dict[Fraction, Fraction]:
    """Half a unit of what names stand for, where that is a number with a few decimals."""
    used = {abs(values[name]) for name in _labels(tree) if name in values}
    return {value: _last_unit(value) / 2 for value in used if 1 < value.denominator <= SHORT}


def _last_unit(value: Fraction) -> Fraction:
    text = decimal_text(value)
    return Fraction(1, 10 ** len(text.partition(".")[2])) if text is not None else Fraction(0)


def _are_short(tree: Tree, values: Mapping[str, Fraction]) -> bool:
    used = (values[name] for name in _labels(tree) if name in values)
    return all(SHORT % value.denominator == 0 for value in used)


def _labels(tree: Tree) -> Iterator[str]:
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        waiting.extend(children(part))
        name = label(part) if isinstance(part, Indexed) else None
        name = part.name if isinstance(part, Symbol) else name
        if name is not None:
            yield name


def _local(
    reading: Reading, tree: Tree, values: Mapping[str, Fraction]
) -> Mapping[str, Fraction] | None:
    """What names stand for where the side is taken: `|_{x=4}` says it for x.

    None where that is another place than the one that `values` belong to, and matters.
    """
    said = dict(_said(reading, values))
    moved = {name for name, value in said.items() if _moves(name, value, values)}
    if moved and not set(_labels(tree)) <= set(said):
        return None
    return {**values, **{name: said[name] for name in said if name in moved or name not in values}}


def _said(reading: Reading, values: Mapping[str, Fraction]) -> Iterator[tuple[str, Fraction]]:
    for sides in reading.at:
        first, last = sides[0].reading.tree, sides[-1].reading.tree
        if len(sides) < 2 or not isinstance(first, Symbol | Indexed) or last is None:
            continue
        name = first.name if isinstance(first, Symbol) else label(first)
        value = computed(last, values)
        if name is not None and isinstance(value, Fraction):
            yield name, value


def _moves(name: str, value: Fraction, values: Mapping[str, Fraction]) -> bool:
    """Whether a place is another one; a value that has been rounded is not."""
    return name in values and abs(value - values[name]) > COARSE * abs(values[name])


def _shown(reading: Reading, tree: Tree | None) -> str:
    """A side in one line, at most `SHOWN` long; LaTeX as plain text."""
    plain = "\\" not in reading.text
    text = reading.text if plain or tree is None else shown_text(tree).replace("**", "^")
    spaced = text.replace("$", "").replace("*", "·").replace("·", " · ")
    flat = " ".join(spaced.split())
    return flat if len(flat) <= SHOWN else f"{flat[: SHOWN - 1]}…"


# Judging.


def _step(relation: str, left: tuple[SideValue, ...], right: tuple[SideValue, ...]) -> Step:
    """The step in the readings that fit best; broken only if no reading is without a value."""
    order = list(Outcome)
    judged = [(judge(relation, *pair), pair) for pair in product(left, right)]
    outcome, pair = min(judged, key=lambda one: (one[0] is Outcome.BROKEN, order.index(one[0])))
    step = Step(relation=relation, left=pair[0], right=pair[1], outcome=outcome, sentence="")
    within = _within_inputs(*pair) if outcome is Outcome.BROKEN else False
    rounded = outcome is Outcome.ROUNDED
    stands_for = rounded or (outcome is Outcome.ROUNDED_INPUTS and _by_decimals(*pair))
    return replace(
        step,
        sentence=sentence(step),
        remark=say("`=` stands for `≈`.") if stands_for and relation == "=" else "",
        within_inputs=within,
    )


def judge(relation: str, left: SideValue, right: SideValue) -> Outcome:
    """Whether `relation` holds between two sides, each in one reading."""
    if left.value is None or right.value is None:
        return Outcome.UNKNOWN
    if relation in EQUALITIES:
        return _equality(relation, left, left.value, right, right.value)
    if relation in ORDERS:
        return _order(relation, left, left.value, right, right.value)
    return Outcome.UNKNOWN


def _equality(
    relation: str, left: SideValue, a: Fraction, right: SideValue, b: Fraction
) -> Outcome:
    gap = abs(a - b)
    if gap <= _tolerance(left, a, right, b):
        return Outcome.HOLDS
    if gap <= _half_unit(relation, left, right) * SLACK:
        return Outcome.ROUNDED
    if _agree_as_inputs(left, a, right, b):
        return Outcome.ROUNDED_INPUTS
    return Outcome.UNKNOWN if left.is_name or right.is_name else Outcome.BROKEN


def _tolerance(left: SideValue, a: Fraction, right: SideValue, b: Fraction) -> Fraction:
    if left.exact and right.exact:
        return Fraction(0)
    return max(TOLERANCE * max(abs(a), abs(b)), NOTHING)


def _half_unit(relation: str, left: SideValue, right: SideValue) -> Fraction:
    """The coarser half unit of the sides that are one number each.

    A whole number only rounds what is written before it.
    """
    units = [one.half_unit for one in (left.literal, right.literal) if one and not one.whole]
    if right.literal is not None and right.literal.whole:
        units.append(_coarse(right.literal, roughly=relation == "≈"))
    return max(units, default=Fraction(0))


def _coarse(literal: Literal, *, roughly: bool) -> Fraction:
    """Half a unit of a whole number, whose last zeros may stand for what was left out after `≈`."""
    unit, share = 2 * literal.half_unit, abs(literal.value) * COARSE
    if not roughly:
        return min(literal.half_unit, share)
    while literal.value and literal.value % (10 * unit) == 0:
        unit *= 10
    return max(literal.half_unit, min(unit / 2, share))


def _agree_as_inputs(left: SideValue, a: Fraction, right: SideValue, b: Fraction) -> bool:
    """Whether a formula with rounded numbers in it stands for the other one.

    Numbers that are written out before a single result are what it was computed from.
    """
    if right.literal is not None:
        return _in(b, left.named)
    return _in(a, right.spread) or _in(b, left.spread)


def _by_decimals(left: SideValue, right: SideValue) -> bool:
    """Whether two sides agree because decimals that are written out count as rounded ones.

    Own values that are carried on unrounded behind their names are good practice, and no remark.
    """
    if left.value is None or right.value is None or right.literal is not None:
        return False
    return not (_in(left.value, right.named) or _in(right.value, left.named))


def _in(value: Fraction, interval: Interval | None) -> bool:
    return interval is not None and value in interval


def _order(relation: str, left: SideValue, a: Fraction, right: SideValue, b: Fraction) -> Outcome:
    equal = abs(a - b) <= _tolerance(left, a, right, b)
    strictly = {"<": a < b, "≤": a < b, ">": a > b, "≥": a > b}[relation]
    if (equal and relation in "≤≥") or (strictly and not equal):
        return Outcome.HOLDS
    close = abs(a - b) <= _half_unit("≈", left, right) * SLACK
    return Outcome.ROUNDED if close else Outcome.BROKEN


def _within_inputs(left: SideValue, right: SideValue) -> bool:
    return right.value is not None and _in(right.value, left.spread)
