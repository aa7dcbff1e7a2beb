"""Calls the author's references, in this process, on plain data of our own making."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import combinations
from typing import Any

import numpy as np

from grader.checks import Check
from grader.errors import AuthorError
from grader.language import message, say
from grader.marking.compare import Comparison, agrees, compare
from grader.marking.plain import plain
from grader.marking.reduced import for_precision, largest
from grader.probe import Call
from grader.sheet import Accepted, Misconception, Question, Reference
from grader.values import Value, ValueRefusedError, from_python, to_python

MOST_COMBINED = 3
"""Largest combination of misconceptions that is searched."""

Arguments = Mapping[str, Value]
Mistakes = tuple[Misconception, ...]


@dataclass(frozen=True)
class Failed:
    """A reference raised, or gave what has no plain form; kept for all learners."""

    text: str
    """What ``sentence`` says, with a place for the problem."""
    problem: str

    @property
    def sentence(self) -> str:
        """What went wrong, as the end of a sentence, in the language spoken."""
        return say(self.text, problem=self.problem)


def combined(mistakes: Mistakes, *, most: int = MOST_COMBINED) -> tuple[Mistakes, ...]:
    """Return all sets of up to ``most`` mistakes that can be made at once, the smallest first.

    Several can be made at once where each turns switches and no two turn the same one.
    """
    sets = (s for size in range(1, most + 1) for s in combinations(mistakes, size))
    return tuple(one for one in sets if len(one) == 1 or _disjoint(one))


def name(mistakes: Mistakes) -> str:
    """Return ``a+b``: the name of one or of several mistakes at once."""
    return "+".join(mistake.name for mistake in mistakes)


def credit(question: Question, mistakes: Mistakes) -> float:
    """Return the points of an answer with these mistakes: each keeps its own share of them."""
    share = 1.0
    for mistake in mistakes:
        share *= mistake.points / question.points
    return round(question.points * share, 2)


def evaluate(question: Question, mistakes: Mistakes, arguments: Arguments) -> Any:
    """Return the value of the reference with ``mistakes``, or ``Failed``; never raises."""
    if len(mistakes) == 1:
        return apply(mistakes[0].reference, arguments)
    switches = {key: value for mistake in mistakes for key, value in mistake.switches.items()}
    return apply(question.reference, arguments, switches=switches)


def apply(
    reference: Reference, arguments: Arguments, *, switches: Mapping[str, Any] | None = None
) -> Any:
    """Return what ``reference`` gives for fresh copies of ``arguments``, or ``Failed``."""
    result = observe(reference, arguments, switches=switches)
    return result if isinstance(result, Failed) else plain(result)


def observe(
    reference: Reference, arguments: Arguments, *, switches: Mapping[str, Any] | None = None
) -> Value | Failed:
    """Return the same as a value that can be handed on to another reference, or ``Failed``."""
    known = _parameters(reference)
    named = {name: to_python(value) for name, value in arguments.items() if name in known}
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return from_python(reference(**named, **(switches or {})))
    except ValueRefusedError as problem:
        return Failed(message("gives no plain value: {problem}"), str(problem))
    except Exception as problem:
        raised = f"{type(problem).__name__}: {problem}"
        return Failed(message("raises {problem}"), raised)


@cache
def _parameters(reference: Reference) -> frozenset[str]:
    return frozenset(inspect.signature(reference).parameters)


@dataclass(frozen=True, kw_only=True)
class ValueReference:
    """The references of one value question, evaluated on the reference's own upstream values."""

    question: Question
    check: Check
    upstream: Arguments
    """The expected values of the questions that this one depends on."""
    expected: Any
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def with_mistakes(self, mistakes: Mistakes) -> Any:
        """Return the value with ``mistakes`` on the reference's upstream values, or ``Failed``."""
        key = name(mistakes)
        if key not in self.memo:
            self.memo[key] = evaluate(self.question, mistakes, self.upstream)
        return self.memo[key]

    def accepted(self, variant: Accepted) -> Any:
        """Return the value of an accepted variant, or ``Failed``."""
        key = f"accepted:{variant.name}"
        if key not in self.memo:
            self.memo[key] = apply(variant.reference, self.upstream)
        return self.memo[key]

    def fits(self, given: Any, expected: Any) -> bool:
        """Return whether ``given`` agrees with ``expected`` at the question's own check."""
        return not isinstance(expected, Failed) and agrees(self.check, given, expected)


@dataclass(frozen=True, kw_only=True)
class FunctionReference:
    """The references of one function question, evaluated call by call as they are needed."""

    question: Question
    check: Check
    calls: tuple[Call, ...]
    expected: tuple[Any, ...]
    memo: dict[tuple[str, int], Any] = field(default_factory=dict, repr=False, compare=False)

    def with_mistakes(self, mistakes: Mistakes, position: int) -> Any:
        """Return what the reference with ``mistakes`` gives for one call, or ``Failed``."""
        return self._once(
            (name(mistakes), position),
            lambda arguments: evaluate(self.question, mistakes, arguments),
        )

    def accepted(self, variant: Accepted, position: int) -> Any:
        """Return what an accepted variant gives for one call, or ``Failed``."""
        return self._once(
            (f"accepted:{variant.name}", position),
            lambda arguments: apply(variant.reference, arguments),
        )

    def compared(self, given: Any, expected: Any) -> Comparison:
        """Compare one returned value; a dict may stand for an expected tuple, in its order."""
        if in_order(given, expected):
            given = list(given.values())
        return compare(for_precision(self.check, given, self.magnitude), given, expected)

    def agrees(self, given: Any, expected: Any) -> bool:
        """Return whether a returned value agrees; with a reference that failed none does."""
        if in_order(given, expected):
            given = list(given.values())
        check = for_precision(self.check, given, self.magnitude)
        return not isinstance(expected, Failed) and agrees(check, given, expected)

    @cached_property
    def magnitude(self) -> float:
        """The largest magnitude among the arguments of all calls, whole numbers aside."""
        return max(
            (largest(value) for call in self.calls for _, value in call.arguments), default=0.0
        )

    def _once(self, key: tuple[str, int], evaluate: Callable[[Arguments], Any]) -> Any:
        if key not in self.memo:
            self.memo[key] = evaluate(dict(self.calls[key[1]].arguments))
        return self.memo[key]


def in_order(given: Any, expected: Any) -> bool:
    """Return whether ``given`` is a dict whose values, in order, stand for an expected tuple."""
    return isinstance(expected, list | tuple) and isinstance(given, dict)


def _disjoint(mistakes: Mistakes) -> bool:
    turned = [switch for mistake in mistakes for switch in mistake.switches]
    return all(mistake.switches for mistake in mistakes) and len(turned) == len(set(turned))


def require(result: Any, *, what: str, question: Question, place: object) -> Any:
    """Return ``result``; raises ``AuthorError`` if it is a failure."""
    if isinstance(result, Failed):
        raise AuthorError(
            say(
                "{place}: {what} of {question} {failure}; correct it so that it returns numbers, "
                "text, lists, dicts or arrays",
                place=place,
                what=what,
                question=question.id,
                failure=result.sentence,
            )
        )
    return result
