"""Arrays: which nested lists are one, what their shape and dtype must be, element comparison."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from grader.checks import ArrayLike, Check, Close, Elementary, OneOf
from grader.language import say, say_count
from grader.marking import numbers
from grader.marking.plain import Unordered, precision, scalar, told
from grader.values import Function, Opaque

Numbers = np.ndarray[Any, Any]


def as_array(thing: Any) -> Numbers | None:
    """Return a regular array of numbers or of truth values; None if ``thing`` is none."""
    if isinstance(thing, np.ndarray):
        return thing
    if isinstance(thing, Unordered) or not isinstance(thing, list | tuple):
        return None
    leaves: list[Any] = []
    shape = _collect(thing, leaves)
    if shape is None:
        return None
    if all(isinstance(leaf, bool) for leaf in leaves) and leaves:
        return np.array(leaves, dtype=bool).reshape(shape)
    if not all(numbers.is_number(leaf) for leaf in leaves):
        return None
    return _number_array(leaves).reshape(shape)


def shape_of(thing: Any) -> tuple[int, ...] | None:
    """Return the shape of a sequence or array, None if it is ragged or none at all."""
    if isinstance(thing, np.ndarray):
        return tuple(thing.shape)
    return _collect(thing, []) if isinstance(thing, list | tuple) else None


def kind(thing: Any) -> str:
    """Return in words what sort of thing ``thing`` is, with its length or shape."""
    if isinstance(thing, np.ndarray):
        return say("an array of shape {shape}", shape=thing.shape)
    if isinstance(thing, list | tuple):
        return _kind_of_sequence(thing)
    if isinstance(thing, dict):
        return say_count("a dict of {count} entry", "a dict of {count} entries", len(thing))
    if isinstance(thing, bool):
        return say("a truth value")
    if numbers.is_number(thing):
        return say("one number")
    if isinstance(thing, Function | Opaque):
        return told(thing)
    return "None" if thing is None else say("a text")


def _kind_of_sequence(thing: list[Any] | tuple[Any, ...]) -> str:
    shape, size = _collect(thing, []), len(thing)
    nested = shape is not None and len(shape) > 1
    if isinstance(thing, Unordered):
        if nested:
            return say("a set of shape {shape}", shape=shape)
        return say_count("a set of {count} entry", "a set of {count} entries", size)
    if isinstance(thing, tuple):
        if nested:
            return say("a tuple of shape {shape}", shape=shape)
        return say_count("a tuple of {count} entry", "a tuple of {count} entries", size)
    if nested:
        return say("a list of shape {shape}", shape=shape)
    return say_count("a list of {count} entry", "a list of {count} entries", size)


def mismatch(policy: ArrayLike | None, given: Numbers, expected: Numbers) -> str:
    """Return in one sentence what is wrong with dtype or shape; empty if nothing is."""
    if (given.dtype == bool) != (expected.dtype == bool):
        if expected.dtype == bool:
            return say("truth values are expected; yours are numbers")
        return say("numbers are expected; yours are truth values")
    if policy and policy.dtype and str(given.dtype) != policy.dtype:
        return say(
            "dtype {expected} is expected; yours is {given}",
            expected=policy.dtype,
            given=given.dtype,
        )
    broadcast = policy is not None and policy.shape == "broadcast"
    same = given.shape == expected.shape
    if not same and not (broadcast and _long_axes(given) == _long_axes(expected)):
        return say(
            "shape {expected} is expected; yours is {given}",
            expected=expected.shape,
            given=given.shape,
        )
    return ""


def agreeing(check: Check, given: Numbers, expected: Numbers) -> np.ndarray[Any, Any]:
    """Return for each element whether it agrees; both arrays have the same shape."""
    if isinstance(check, OneOf):
        results = [agreeing(one, given, expected) for one in check.checks]
        return np.asarray(np.logical_or.reduce(results))
    if isinstance(check, ArrayLike):
        allowed = np.logical_not(_forbidden(check, given))
        return np.asarray(agreeing(check.elements, given, expected) & allowed)
    if given.dtype == bool:
        return np.asarray(given == expected)
    if isinstance(check, Close) and given.dtype.kind in "fc" and expected.dtype.kind in "fc":
        return _close(check, given, expected)
    return _one_by_one(check, given, expected)


def largest_gap(given: Numbers, expected: Numbers) -> tuple[Fraction | None, int]:
    """Return the largest absolute difference and its flat position; None if none is finite."""
    best, place = None, 0
    if given.dtype == bool:
        return best, place
    if given.dtype.kind in "fc" and expected.dtype.kind in "fc" and given.size:
        with np.errstate(all="ignore"):
            gaps = np.abs(_wide(given) - _wide(expected)).ravel()
        gaps = np.where(np.isfinite(gaps), gaps, -1.0)
        place = int(np.argmax(gaps))
        return (Fraction(float(gaps[place])) if gaps[place] >= 0 else None), place
    pairs = zip(given.ravel().tolist(), expected.ravel().tolist(), strict=True)
    for position, (one, other) in enumerate(pairs):
        gap = numbers.gap(one, other)
        if gap is not None and (best is None or gap > best):
            best, place = gap, position
    return best, place


def worst(given: Numbers, expected: Numbers, wrong: list[tuple[int, ...]]) -> str:
    """Return how far off the worst of the ``wrong`` elements is, in words."""
    if given.dtype == bool:
        return ""
    mine = np.array([given[place] for place in wrong])
    theirs = np.array([expected[place] for place in wrong])
    _, position = largest_gap(mine, theirs)
    return numbers.off_by(scalar(mine[position]), scalar(theirs[position]))


def _collect(thing: Any, leaves: list[Any]) -> tuple[int, ...] | None:
    """Append all leaves in order and return the shape, None if the nesting is not regular."""
    if isinstance(thing, np.ndarray):
        leaves.extend(scalar(one) for one in thing.ravel())
        return tuple(thing.shape)
    if not isinstance(thing, list | tuple):
        leaves.append(scalar(thing))
        return ()
    shapes = [_collect(item, leaves) for item in thing]
    if any(shape is None or shape != shapes[0] for shape in shapes):
        return None
    return (len(thing), *(shapes[0] or ())) if shapes else (0,)


def _number_array(leaves: list[Any]) -> Numbers:
    if leaves and all(type(leaf) is int for leaf in leaves):
        return np.array(leaves, dtype=object)
    reduced = [precision(leaf) for leaf in leaves]
    if leaves and all(reduced):
        return np.array(leaves, dtype=max(leaves, key=precision).dtype)
    if any(type(leaf) is int for leaf in leaves):
        return np.array([leaf if type(leaf) is int else scalar(leaf) for leaf in leaves], object)
    complex_ = any(isinstance(leaf, complex | np.complexfloating) for leaf in leaves)
    return np.array(leaves, dtype=complex if complex_ else float)


def _forbidden(policy: ArrayLike, given: Numbers) -> np.ndarray[Any, Any]:
    none = np.zeros(given.shape, dtype=bool)
    if given.dtype.kind not in "fc":
        return none
    nan = np.isnan(given) if policy.forbids("nan") else none
    inf = np.isinf(given) if policy.forbids("inf") else none
    return np.asarray(nan | inf)


def _long_axes(array: Numbers) -> tuple[int, ...]:
    return tuple(length for length in array.shape if length != 1)


def _wide(array: Numbers) -> Numbers:
    return array.astype(complex if array.dtype.kind == "c" else float)


def _close(check: Close, given: Numbers, expected: Numbers) -> np.ndarray[Any, Any]:
    """Return what ``numbers.agree`` gives for each pair, for whole arrays of floats."""
    rtol, eps = check.rtol, precision(given)
    if eps and rtol >= numbers.LEAST_RTOL_FOR_REDUCED:
        rtol = max(rtol, 4 * eps)
    mine, theirs = _wide(given), _wide(expected)
    with np.errstate(all="ignore"):
        bound = np.maximum(rtol * np.abs(theirs), check.atol) * (1 + float(numbers.SLACK))
        finite = np.isfinite(mine) & np.isfinite(theirs)
        close = np.abs(mine - theirs) <= bound
    same = (mine == theirs) | (np.isnan(mine) & np.isnan(theirs))
    return np.asarray(np.where(finite, close, same))


def _one_by_one(check: Elementary, given: Numbers, expected: Numbers) -> np.ndarray[Any, Any]:
    eps = precision(given)
    pairs = zip(given.ravel(), expected.ravel(), strict=True)
    flags = [numbers.agree(check, scalar(a), scalar(b), eps=eps) for a, b in pairs]
    return np.array(flags, dtype=bool).reshape(expected.shape)
