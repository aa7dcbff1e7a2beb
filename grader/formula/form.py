"""What a formula has to look like, beyond being equal: forms are data, and look at the tree only.

A formula that is right but of another form is its own outcome; each form says in one sentence
what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from grader.errors import AuthorError
from grader.formula.cancelling import common_factor, shown
from grader.formula.tree import Indexed, Series, Symbol, Tree, children, label
from grader.language import message, say

ALWAYS_ALLOWED: Final = frozenset(["pi"])


@dataclass(frozen=True)
class ClosedForm:
    """Without recursion and, unless the author allows them, sums and products over an index."""

    unknowns: tuple[str, ...] = ()
    """What the formula is for, which a recursion would refer to, as ``R_*``."""
    series: bool = False
    """Whether sums and products over an index are fine."""

    def missing(self, formula: Tree, *, left: Tree | None = None) -> str:
        """Return what is missing, as one sentence; empty if nothing is."""
        if not self.series and any(isinstance(part, Series) for part in _parts(formula)):
            return say("A sum or product over an index is left; a closed form has none.")
        left_over = _listed(name for name in names(formula) if _among(name, self.unknowns))
        if not left_over:
            return ""
        return say("It refers to {names} again; a closed form does not.", names=left_over)


@dataclass(frozen=True)
class InTermsOf:
    """With these names only; a family as ``r_*``, whatever its indices are."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        _some(self.names, "InTermsOf")

    def missing(self, formula: Tree, *, left: Tree | None = None) -> str:
        """Return what is missing, as one sentence; empty if nothing is."""
        allowed = (*self.names, *ALWAYS_ALLOWED)
        left_over = _listed(name for name in names(formula) if not _among(name, allowed))
        if not left_over:
            return ""
        wanted = ", ".join(self.names)
        return say(
            "{names} is left; write it in terms of {wanted}.", names=left_over, wanted=wanted
        )


@dataclass(frozen=True)
class FreeOf:
    """Without these names, such as the partial derivatives that have to be worked out."""

    names: tuple[str, ...]
    what: str = message("name")
    """What they are, in one word or two, as ``partial derivative``."""

    def __post_init__(self) -> None:
        _some(self.names, "FreeOf")

    def missing(self, formula: Tree, *, left: Tree | None = None) -> str:
        """Return what is missing, as one sentence; empty if nothing is."""
        left_over = _listed(name for name in names(formula) if _among(name, self.names))
        if not left_over:
            return ""
        what = say(self.what)
        return say("The {what} {names} is left; work it out.", what=what, names=left_over)


@dataclass(frozen=True)
class SolvedFor:
    """As an equation with this name alone on its left side, and not on the right one.

    Of a family, as ``R_*``, one member is on the left, and others may be on the right.
    """

    name: str

    def missing(self, formula: Tree, *, left: Tree | None = None) -> str:
        """Return what is missing, as one sentence; empty if nothing is."""
        if left is None or not self._is_left(left):
            return say("{name} does not stand alone on the left side.", name=self.name)
        if any(part == left for part in _parts(formula)):
            return say("{name} is on both sides; solve for it.", name=self.name)
        return ""

    def _is_left(self, left: Tree) -> bool:
        if isinstance(left, Symbol):
            return left.name == self.name
        return isinstance(left, Indexed) and self.name in (label(left), f"{left.base}_*")


@dataclass(frozen=True)
class Cancelled:
    """With no fraction that could be cancelled: information only, a right formula stays right.

    Common divisors of factors in one name are found, as of ``1 - b`` above ``1 - b^2``.
    """

    def missing(self, formula: Tree, *, left: Tree | None = None) -> str:
        """Return what is missing, as one sentence; empty if nothing is."""
        found = common_factor(formula)
        if not found:
            return ""
        return say("{factors} have a common factor, which cancels.", factors=shown(found))


Form = ClosedForm | InTermsOf | FreeOf | SolvedFor | Cancelled
INFORMS: Final = (Cancelled,)
"""Forms that are told to the learner and ask nobody."""


def unmet(forms: Iterable[Form], formula: Tree, *, left: Tree | None = None) -> tuple[str, ...]:
    """Return one sentence for each form that ``formula`` (the right side) does not have.

    ``left`` is the left side of its equation, if there was one.
    """
    asked = (form for form in forms if not isinstance(form, INFORMS))
    sentences = (form.missing(formula, left=left) for form in asked)
    return tuple(sentence for sentence in sentences if sentence)


def hints(forms: Iterable[Form], formula: Tree) -> tuple[str, ...]:
    """Return one sentence for each form that is for information only and not there."""
    sentences = (form.missing(formula) for form in forms if isinstance(form, INFORMS))
    free = say("It costs nothing.")
    return tuple(f"{sentence} {free}" for sentence in sentences if sentence)


def names(formula: Tree) -> frozenset[str]:
    """Return the free names of ``formula`` but those in indices; members as ``r_3`` or ``r_*``."""
    return frozenset(_names(formula))


def _names(formula: Tree) -> Iterator[str]:
    waiting: list[tuple[Tree, frozenset[str]]] = [(formula, frozenset())]
    while waiting:
        part, running = waiting.pop()
        inner = () if isinstance(part, Indexed) else children(part)
        if isinstance(part, Series):
            waiting.append((part.body, running | {part.index}))
            inner = inner[:2]
        elif isinstance(part, Symbol) and part.name not in running:
            yield part.name
        elif isinstance(part, Indexed):
            plain = isinstance(part.index, Symbol) and part.index.name in running
            yield (None if plain else label(part)) or f"{part.base}_*"
        waiting.extend((one, running) for one in inner)


def _parts(formula: Tree) -> Iterator[Tree]:
    waiting = [formula]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(children(part))


def _among(name: str, wanted: Iterable[str]) -> bool:
    """Return whether ``name`` is one of ``wanted``, itself or as a member of a family there."""
    ends = (end for end, letter in enumerate(name) if letter == "_" and end)
    families = {name, *(f"{name[:end]}_*" for end in ends)}
    return not families.isdisjoint(wanted)


def _listed(found: Iterable[str]) -> str:
    return ", ".join(sorted(found))


def _some(wanted: tuple[str, ...], form: str) -> None:
    if not wanted or not all(isinstance(name, str) and name for name in wanted):
        called = f"{form}({wanted!r})"
        raise AuthorError(say("{form}: give at least one name, each as text", form=called))
