"""Compares an answer with the expected value, on built-in objects only.

The walk follows the expected value's own structure, so that nothing of a learner's making decides
how deep or how long it goes. A mismatch is described as ``numpy.testing`` would: how many entries
differ, the first of them, the largest difference, shapes and dtypes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from grader.checks import ArrayLike, Check, Close, Exact, OneOf
from grader.language import say, say_count
from grader.marking import arrays, differences, numbers
from grader.marking.arrays import shape_of
from grader.marking.plain import Unordered, plain, precision, scalar, shown
from grader.marking.printed import numbers_in
from grader.values import Function, Opaque, Value

FIRST = 5
"""How many differing entries are named."""
LONGEST_SET = 200
"""Sets up to this size are compared in any order."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a dict, list or array."""

    name: str
    agrees: bool
    undecidable: str = ""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What comparing one answer with one expected value showed."""

    agrees: bool
    undecidable: str = ""
    """Why a person has to decide; empty where the answer is plainly right or plainly wrong."""
    code: str = ""
    """Stable code of that reason."""
    error: str = ""
    """How far off, in words."""
    furthest: str = ""
    """Of several entries: how far off the one is that is furthest off."""
    gap: Fraction | None = None
    """Largest absolute difference; None where that has no meaning."""
    entries: tuple[Entry, ...] = ()
    """The entries on the first level of a dict, list or array, in the expected order."""
    lines: tuple[str, ...] = ()
    """What is different, one sentence each."""
    remarks: tuple[str, ...] = ()
    """What was accepted although it is unusual."""

    @property
    def share(self) -> Fraction:
        """Which part of the entries agrees; 0 or 1 for a single value."""
        if not self.entries:
            return Fraction(int(self.agrees))
        return Fraction(sum(entry.agrees for entry in self.entries), len(self.entries))

    @property
    def worst(self) -> str:
        """How far off the entry is that is furthest off, without how many differ."""
        return self.furthest or self.error

    @property
    def open_entries(self) -> tuple[str, ...]:
        """Names of the entries that a person has to decide."""
        return tuple(entry.name for entry in self.entries if entry.undecidable)


def compare(check: Check, given: object, expected: object) -> Comparison:
    """Compare an answer with the expected value.

    Both are observed values (``grader.values``) or what ``to_python`` makes of them; 0-d arrays
    count as scalars, lists, tuples, arrays and tensors alike as sequences.
    """
    return _walk(check, _unwrapped(given), _unwrapped(expected))


def agrees(check: Check, given: object, expected: object) -> bool:
    """Return what ``compare`` says of agreement, at once where the two are plainly far apart."""
    return not _far_apart(check, given, expected) and compare(check, given, expected).agrees


def _far_apart(check: Check, given: Any, expected: Any) -> bool:
    """Return whether some numbers differ so much that no rounding could make them agree.

    Most known mistakes are ruled out here; False says nothing.
    """
    if isinstance(check, OneOf):
        return all(_far_apart(one, given, expected) for one in check.checks)
    if isinstance(expected, Unordered):
        return False
    if isinstance(given, list | tuple) and isinstance(expected, list | tuple):
        pairs = zip(given, expected, strict=False)
        return any(_far_apart(check, one, other) for one, other in pairs)
    if isinstance(check, Close) and type(given) is float and type(expected) is float:
        return abs(given - expected) > 2 * max(check.rtol * abs(expected), check.atol)
    both_whole = type(given) is int and type(expected) is int
    return isinstance(check, Exact) and both_whole and given != expected


def _unwrapped(thing: object) -> Any:
    if isinstance(thing, Function | Opaque):
        return thing
    if isinstance(thing, Value):
        return plain(thing)
    if isinstance(thing, set | frozenset):
        return Unordered(thing)
    if isinstance(thing, np.ndarray) and thing.ndim == 0:
        thing = thing[()]
    return scalar(thing)


def _walk(check: Check, given: Any, expected: Any) -> Comparison:
    given, expected = _unwrapped(given), _unwrapped(expected)
    if isinstance(check, OneOf) and _takes_whole(check, expected):
        return _any_of(check, given, expected)
    if isinstance(given, Opaque | Function):
        code = "function" if isinstance(given, Function) else "opaque"
        return _undecided(differences.unreadable(given), code)
    if isinstance(expected, dict):
        return _dicts(check, given, expected)
    if isinstance(expected, np.ndarray) or (isinstance(check, ArrayLike) and _regular(expected)):
        return _arrays(check, given, expected)
    if isinstance(expected, Unordered):
        return _sets(check, given, expected)
    if isinstance(expected, list | tuple):
        return _sequences(check, given, expected)
    if numbers.is_number(expected):
        return _numbers(check, given, expected)
    return _others(given, expected)


def _takes_whole(check: OneOf, expected: Any) -> bool:
    """Return whether the alternatives apply to ``expected`` as a whole, not to its entries."""
    if isinstance(expected, dict | list | tuple):
        return any(isinstance(one, ArrayLike) for one in check.checks)
    return True


def _any_of(check: OneOf, given: Any, expected: Any) -> Comparison:
    results = [_walk(one, given, expected) for one in check.checks]
    return max(results, key=lambda result: (result.agrees, result.share))


def _regular(expected: Any) -> bool:
    return arrays.as_array(expected) is not None


def _wrong(line: str) -> Comparison:
    return Comparison(agrees=False, lines=(line,))


def _undecided(sentence: str, code: str) -> Comparison:
    return Comparison(agrees=False, undecidable=sentence, code=code)


def _numbers(check: Check, given: Any, expected: Any) -> Comparison:
    if isinstance(given, str):
        return _number_in_text(check, given, expected)
    if isinstance(given, list | tuple | np.ndarray) and _holds_one(given):
        return _single_element(check, given, expected)
    if isinstance(given, dict | list | tuple | np.ndarray):
        return _wrong(say("one number is expected; yours is {given}", given=arrays.kind(given)))
    if not numbers.is_number(given):
        return _wrong(differences.not_a_number(given))
    agrees = _number_agrees(check, given, expected)
    if agrees:
        return Comparison(agrees=True, gap=numbers.gap(given, expected))
    error = numbers.off_by(given, expected)
    return Comparison(agrees=False, error=error, gap=numbers.gap(given, expected))


def _number_agrees(check: Check, given: Any, expected: Any) -> bool:
    if isinstance(check, OneOf):
        return any(_number_agrees(one, given, expected) for one in check.checks)
    if isinstance(check, ArrayLike):
        return bool(arrays.agreeing(check, np.asarray(given), np.asarray(expected)).all())
    return numbers.agree(check, given, expected, eps=precision(given))


def _holds_one(given: Any) -> bool:
    shape = shape_of(given)
    return shape is not None and prod(shape) == 1


def _single_element(check: Check, given: Any, expected: Any) -> Comparison:
    element: Any = given
    while isinstance(element, list | tuple | np.ndarray) and len(element) == 1:
        element = element[0]
    result = _walk(check, element, expected)
    remark = say(
        "yours is {given}; its only element was taken as the number", given=arrays.kind(given)
    )
    return replace(result, remarks=(*result.remarks, remark))


def _number_in_text(check: Check, given: str, expected: Any) -> Comparison:
    if any(_number_agrees(check, reading, expected) for reading in numbers_in(given)):
        sentence = say("yours is the text {given}, not a number", given=shown(given))
        return _undecided(sentence, "text")
    return _wrong(say("a number is expected; yours is the text {given}", given=shown(given)))


def _others(given: Any, expected: Any) -> Comparison:
    """Compare text, truth values and None."""
    if isinstance(expected, str) and isinstance(given, str):
        return _texts(given, expected)
    if type(given) is type(expected) and given == expected:
        return Comparison(agrees=True)
    if isinstance(given, str) and given.strip().casefold() == str(expected).casefold():
        kind = arrays.kind(expected)
        sentence = say("yours is the text {given}, not {kind}", given=shown(given), kind=kind)
        return _undecided(sentence, "text")
    if isinstance(given, bool) and isinstance(expected, bool):
        return _wrong(say("yours is {given}", given=given))
    return _wrong(differences.of_kind(given, expected))


def _texts(given: str, expected: str) -> Comparison:
    agrees = given.strip() == expected.strip()
    spaces = agrees and given != expected
    return Comparison(
        agrees=agrees,
        lines=() if agrees else (say("yours is the text {given}", given=shown(given)),),
        remarks=(say("white space around the text was left out"),) if spaces else (),
    )


def _dicts(check: Check, given: Any, expected: dict[Any, Any]) -> Comparison:
    if not isinstance(given, dict):
        return _not_a_dict(check, given, expected)
    mine = {(type(key) is bool, key): value for key, value in given.items()}
    wanted = {(type(key) is bool, key): value for key, value in expected.items()}
    parts = {
        str(key): _walk(check, mine[is_bool, key], value)
        if (is_bool, key) in mine
        else _wrong(say("it is missing"))
        for (is_bool, key), value in wanted.items()
    }
    extra = [str(key) for is_bool, key in mine if (is_bool, key) not in wanted]
    result = _joined(parts.items())
    if not extra:
        return result
    names = ", ".join(extra[:FIRST])
    remark = say("nobody asked for {names}; that is no failure", names=names)
    return replace(result, remarks=(*result.remarks, remark))


def _not_a_dict(check: Check, given: Any, expected: dict[Any, Any]) -> Comparison:
    if isinstance(given, list | tuple | np.ndarray) and len(given) == len(expected):
        in_order = _walk(check, list(given), list(expected.values()))
        if in_order.agrees:
            sentence = say(
                "yours is {given} without names; a dict is expected", given=arrays.kind(given)
            )
            return _undecided(sentence, "unnamed")
    names = ", ".join(map(str, list(expected)[:20]))
    return _wrong(
        say(
            "a dict with the entries {names} is expected; yours is {given}",
            names=names,
            given=arrays.kind(given),
        )
    )


def _sequences(check: Check, given: Any, expected: list[Any] | tuple[Any, ...]) -> Comparison:
    if not isinstance(given, list | tuple | np.ndarray) or len(given) != len(expected):
        return _wrong(differences.shape(given, expected))
    parts = (_walk(check, one, other) for one, other in zip(given, expected, strict=True))
    result = _joined((f"[{i}]", part) for i, part in enumerate(parts))
    if isinstance(given, Unordered):
        return _unordered_for_list(check, given, expected, result)
    return result


def _unordered_for_list(check: Check, given: Any, expected: Any, result: Comparison) -> Comparison:
    if result.agrees or _sets(check, given, expected).agrees:
        sentence = say("yours is a set, which has no order; a list is expected")
        return _undecided(sentence, "unordered")
    return result


def _sets(check: Check, given: Any, expected: Any) -> Comparison:
    if not isinstance(given, list | tuple | np.ndarray) or len(given) != len(expected):
        return _wrong(differences.shape(given, expected))
    if len(expected) > LONGEST_SET:
        sentence = say("it has more than {most} elements without an order", most=LONGEST_SET)
        return _undecided(sentence, "unordered")
    left = list(given)
    for wanted in expected:
        match = next((i for i, one in enumerate(left) if agrees(check, one, wanted)), None)
        if match is not None:
            del left[match]
    count = len(left)
    if not count:
        return Comparison(agrees=True)
    line = say_count(
        "{count} of {total} elements are not among the expected ones",
        "{count} of {total} elements are not among the expected ones",
        count,
        total=len(expected),
    )
    return Comparison(agrees=False, lines=(line,))


def _arrays(check: Check, given: Any, expected: Any) -> Comparison:
    theirs = arrays.as_array(expected)
    mine = arrays.as_array(given) if not numbers.is_number(given) else np.asarray(given)
    if theirs is None or mine is None:
        return _item_by_item(check, given, expected)
    policy = check if isinstance(check, ArrayLike) else None
    problem = arrays.mismatch(policy, mine, theirs)
    if problem:
        return _wrong(problem)
    if policy and mine.shape != theirs.shape:
        mine, theirs = mine.reshape(mine.squeeze().shape), theirs.reshape(theirs.squeeze().shape)
    return _elements(arrays.agreeing(check, mine, theirs), mine, theirs)


def _item_by_item(check: Check, given: Any, expected: Any) -> Comparison:
    """Compare what is no regular array of numbers, so that each entry gets its own sentence."""
    if isinstance(check, ArrayLike) and _regular(expected):
        check = check.elements
    items = expected.tolist() if isinstance(expected, np.ndarray) else expected
    return _walk(check, given, items)


def _elements(
    agreeing: np.ndarray[Any, Any], mine: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]
) -> Comparison:
    gap, _ = arrays.largest_gap(mine, theirs)
    places = list(np.ndindex(agreeing.shape))
    flags = [bool(flag) for flag in agreeing.ravel()]
    entries = tuple(
        Entry(name=str(list(place)), agrees=flag) for place, flag in zip(places, flags, strict=True)
    )
    wrong = [place for place, flag in zip(places, flags, strict=True) if not flag]
    if not wrong:
        return Comparison(agrees=True, gap=gap, entries=entries)
    lines = tuple(differences.element(place, mine, theirs) for place in wrong[:FIRST])
    worst = arrays.worst(mine, theirs, wrong)
    error = differences.count(len(wrong), len(flags), worst)
    return Comparison(
        agrees=False, error=error, furthest=worst, gap=gap, entries=entries, lines=lines
    )


def _joined(named: Iterable[tuple[str, Comparison]]) -> Comparison:
    parts = dict(named)
    wrong = {name: part for name, part in parts.items() if not part.agrees}
    still_open = [part for part in wrong.values() if part.undecidable]
    only_open = bool(wrong) and len(still_open) == len(wrong)
    gaps = [part.gap for part in parts.values() if part.gap is not None]
    worst = max(wrong.values(), key=lambda part: part.gap or 0, default=None)
    furthest = worst.worst if worst else ""
    return Comparison(
        agrees=not wrong,
        undecidable=still_open[0].undecidable if only_open else "",
        code=still_open[0].code if only_open else "",
        error=differences.count(len(wrong), len(parts), furthest) if wrong else "",
        furthest=furthest,
        gap=max(gaps, default=None),
        entries=tuple(
            Entry(name=name, agrees=part.agrees, undecidable=part.undecidable)
            for name, part in parts.items()
        ),
        lines=tuple(_part_line(name, part) for name, part in list(wrong.items())[:FIRST]),
        remarks=tuple(f"{name}: {one}" for name, part in parts.items() for one in part.remarks)[
            :FIRST
        ],
    )


def _part_line(name: str, part: Comparison) -> str:
    said = part.error or part.undecidable or next(iter(part.lines), "") or say("it differs")
    return f"{name}: {said}"
