"""What reading gives: trees with all that a person should know about them, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import final

from grader.formula.limits import Refusal, shown
from grader.formula.tree import Tree
from grader.language import say


class Concern(StrEnum):
    """What a remark is about."""

    UNKNOWN = "unknown name"
    AMBIGUOUS = "more than one reading"
    NOTATION = "notation"
    COMMENT = "comment"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that was read, but that a person should look at."""

    concern: Concern
    """What it is about."""
    sentence: str
    """One sentence."""
    start: int
    """Where it begins in the text, in characters."""
    end: int
    """Where it ends."""
    name: str = ""
    """Of an unknown name: the name as it stands in the tree."""
    nearest: str | None = None
    """Of an unknown name: the declared name that looks most like it."""
    may_be_call: bool = False
    """A name before brackets is read as a factor, and may have been meant as a function."""


def no_name(name: str, nearest: str | None) -> str:
    """What is said of a name that is not declared."""
    if nearest:
        return say(
            "{name} is no declared name; did you mean {nearest}?",
            name=shown(name),
            nearest=shown(nearest),
        )
    return say("{name} is no declared name", name=shown(name))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """A partial derivative, read as one name."""

    name: str
    """The name as it stands in the tree."""
    of: Tree
    """What is derived."""
    by: Tree
    """By what."""
    declared: bool
    """Whether the author declared it."""
    complete: bool = True
    """Whether both differentials were written; `∂log(x)/x` lacks the one below."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One reading of a formula."""

    tree: Tree
    """What was understood."""
    because: tuple[str, ...] = ()
    """For each choice that this reading makes, what it takes a piece of the text for."""
    choices: tuple[str, ...] = ()
    """What each of these choices is about, as `index of g` or `product at 12`."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A formula with the relation that stands before it."""

    relation: str
    """`=`, `≈`, `:=`, `⇒`, `<` …; empty where nothing stands before it."""
    reading: Reading
    """The formula."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A formula as it was understood."""

    text: str
    """What was read, as it stands in the whole text."""
    start: int
    """Where it begins in the whole text, in characters."""
    end: int
    """Where it ends."""
    alternatives: tuple[Alternative, ...] = ()
    """All readings, the most likely one first; none where the formula is refused."""
    remarks: tuple[Remark, ...] = ()
    """What a person should look at."""
    at: tuple[tuple[Side, ...], ...] = ()
    """Equations that hold here alone, from evaluation bars and from calls such as `f(3)`."""
    partials: tuple[Partial, ...] = ()
    """The partial derivatives that the readings contain."""
    refusal: Refusal | None = None
    """Why it was not read."""

    @property
    def tree(self) -> Tree | None:
        """The most likely reading, if any."""
        return self.alternatives[0].tree if self.alternatives else None

    @property
    def trees(self) -> tuple[Tree, ...]:
        """All readings, the most likely one first."""
        return tuple(alternative.tree for alternative in self.alternatives)

    @property
    def unknown(self) -> frozenset[str]:
        """The names in the trees that the task does not declare."""
        return frozenset(r.name for r in self.remarks if r.concern is Concern.UNKNOWN)
