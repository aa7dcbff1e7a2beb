"""Sides of a learner's chain of numbers, and the steps between them: data of `arithmetic`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, final

from grader.formula.intervals import Interval
from grader.formula.literals import Literal
from grader.formula.tree import Tree

EQUALITIES: Final = frozenset(["=", ":=", "≡", "≈"])
ORDERS: Final = frozenset(["<", ">", "≤", "≥"])


class Outcome(StrEnum):
    """What is said about two neighbouring sides."""

    HOLDS = "holds"
    ROUNDED = "rounded"
    ROUNDED_INPUTS = "rounded inputs"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SideValue:
    """One side of a chain in one of its readings."""

    text: str
    """As it is written."""
    shown: str
    """As sentences show it, in one short line."""
    start: int
    """Where it begins in the whole text, in characters."""
    end: int
    """Where it ends."""
    value: Fraction | None = None
    """What it is; None where it has no value."""
    exact: bool = False
    """Whether nothing was rounded on the way to the value."""
    literal: Literal | None = None
    """The single number that the side is; None for any other formula."""
    spread: Interval | None = None
    """What it may be when its decimals are taken as rounded; None where that is not known."""
    named: Interval | None = None
    """The same when only what names stand for is: own values are carried on unrounded."""
    is_name: bool = False
    """Whether it is a name alone."""
    reason: str = ""
    """Why there is no value, as a clause."""
    tree: Tree | None = None
    """What was read; None where nothing was."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Two neighbouring sides, and whether the relation between them holds."""

    relation: str
    """`=`, `≈`, `<` …"""
    left: SideValue
    """The side before it, in the reading that fits best."""
    right: SideValue
    """The side after it."""
    outcome: Outcome
    """`ROUNDED_INPUTS` is weak: a formula that only agrees if its decimals count as rounded."""
    sentence: str
    """What a learner's report says."""
    remark: str = ""
    """What is to be said about the relation sign, if anything."""
    within_inputs: bool = False
    """Of a broken step: the result lies within what rounded decimals on the left allow.

    That is evidence for a person, no excuse: 45,2 lies within what 16,4·3,0 allows.
    """
