"""The learner's own earlier values, on which a reference may be evaluated again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from typing import Any

import numpy as np

from grader.language import message, say
from grader.marking import evidence, numbers
from grader.marking.compare import compare
from grader.marking.evidence import Candidate
from grader.marking.judgement import Case
from grader.marking.plain import plain, told
from grader.marking.references import ValueReference
from grader.values import Value, ValueRefusedError, from_python

MOST_VALUES = 4
"""So many of the values that one upstream name had are tried, the latest ones."""
MOST_OPTIONS = 16
LARGEST_FACTOR = 10**6
"""An upstream value so much larger than the reference's own is not followed: a reference may
loop over it."""
DEGENERATE = (0, 1)
"""Values that make what follows trivial."""


class DegenerateError(Exception):
    """An upstream value that earns no follow-through; the text says why."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values

    def of(self, name: str) -> str:
        """Return what is said of the value of this name."""
        return say(self.text, name=name, **self.values)


@dataclass(frozen=True, kw_only=True)
class Upstream:
    """What is known of the learner's own upstream values of one question."""

    options: tuple[Mapping[str, Value], ...] = ()
    """Sets of values to evaluate the reference on, the learner's last ones first."""
    degenerate: str = ""
    """Why a value was not followed, in one sentence."""
    missing: tuple[str, ...] = ()
    """Names for which no value was found."""
    unreadable: tuple[str, ...] = ()
    """Names whose value a person has to read."""
    on_paper: bool = False
    """Whether all of them stand in the learner's text."""


def own(case: Case, reference: ValueReference) -> Upstream:
    """Return the learner's own values of everything that a question depends on."""
    values = case.prepared.values
    found = {name: _found(case, values[name]) for name in reference.question.depends}
    missing = tuple(name for name, group in found.items() if not group)
    if missing or not found:
        return Upstream(missing=missing)
    usable: dict[str, list[Value]] = {}
    problems, unreadable = [], []
    for name, group in found.items():
        usable[name], refused, unclear = _usable(values[name], group)
        problems += refused
        unreadable += [name] if unclear else []
    choices = islice(product(*usable.values()), MOST_OPTIONS)
    return Upstream(
        options=tuple(dict(zip(usable, choice, strict=True)) for choice in choices),
        degenerate=problems[0] if problems else "",
        unreadable=tuple(unreadable),
        on_paper=all(one.kind == "written" for group in found.values() for one in group),
    )


def _found(case: Case, reference: ValueReference) -> tuple[Candidate, ...]:
    groups = evidence.observed(evidence.find(case, reference.question))
    return groups[0] if groups else ()


def _usable(
    reference: ValueReference, group: tuple[Candidate, ...]
) -> tuple[list[Value], list[str], bool]:
    """Return the values to use, why others are refused, and whether one cannot be read."""
    values: list[Value] = []
    problems: list[str] = []
    unclear = False
    for candidate in reversed(group[-MOST_VALUES:]):
        for reading in candidate.readings:
            given = plain(reading)
            comparison = compare(reference.check, given, reference.expected)
            if comparison.undecidable or comparison.open_entries or not candidate.certain:
                unclear = True
                continue
            try:
                value = from_python(alike(given, reference.expected))
            except DegenerateError as problem:
                problems.append(problem.of(reference.question.name))
                continue
            except ValueRefusedError as problem:
                named = {"name": reference.question.name, "problem": problem}
                problems.append(say("your `{name}` {problem}", **named))
                continue
            if value not in values:
                values.append(value)
    return values, problems, unclear


def alike(given: Any, expected: Any) -> Any:
    """Return an upstream value in the type and shape that the reference's own has.

    Raises ``DegenerateError`` for another type or shape and for 0, 1, nan, infinities and sizes
    out of all proportion where the reference's value is not that itself.
    """
    if isinstance(expected, dict):
        return _alike_dict(given, expected)
    if isinstance(expected, np.ndarray):
        return _alike_array(given, expected)
    if isinstance(expected, list | tuple):
        return _alike_sequence(given, expected)
    if numbers.is_number(expected):
        return _alike_number(given, expected)
    if type(given) is not type(expected):
        text = message("your `{name}` is {given}, not of the type expected there")
        raise DegenerateError(text, given=told(given))
    return given


def _alike_dict(given: Any, expected: dict[Any, Any]) -> dict[Any, Any]:
    if not isinstance(given, dict):
        raise DegenerateError(message("your `{name}` is no dict"))
    for key in expected:
        if key not in given:
            raise DegenerateError(message("your `{name}` has no entry {key}"), key=repr(key))
    return {key: alike(given[key], value) for key, value in expected.items()}


def _alike_sequence(given: Any, expected: list[Any] | tuple[Any, ...]) -> Any:
    if not isinstance(given, list | tuple | np.ndarray) or len(given) != len(expected):
        raise DegenerateError(
            message("your `{name}` has another length or shape than expected there")
        )
    items = [alike(one, other) for one, other in zip(given, expected, strict=True)]
    return tuple(items) if isinstance(expected, tuple) else items


def _alike_array(given: Any, expected: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    items = _alike_sequence(given, expected.tolist())
    return np.array(items, dtype=None if expected.dtype.kind in "iu" else expected.dtype)


def _alike_number(given: Any, expected: Any) -> Any:
    if not numbers.is_number(given):
        raise DegenerateError(
            message("your `{name}` is {given}, not one number"), given=told(given)
        )
    if numbers.gap(given, expected) == 0:
        return expected
    size, usual = numbers.gap(given, 0), numbers.gap(expected, 0)
    if size is None or usual is None:
        text = message("your `{name}` is {given}, on which nothing can be built")
        raise DegenerateError(text, given=told(given))
    if given in DEGENERATE:
        text = message("your `{name}` is {given}, which would make this question trivial")
        raise DegenerateError(text, given=told(given))
    if size > LARGEST_FACTOR * max(usual, Fraction(1)):
        text = message("your `{name}` is {given}, out of all proportion")
        raise DegenerateError(text, given=told(given))
    if isinstance(given, complex) and not isinstance(expected, complex):
        text = message("your `{name}` is {given}, a complex number")
        raise DegenerateError(text, given=told(given))
    return _as_type(given, expected)


def _as_type(given: Any, expected: Any) -> Any:
    number = given.item() if isinstance(given, np.generic) else given
    if isinstance(expected, int) and isinstance(number, float) and number.is_integer():
        return int(number)
    return number
