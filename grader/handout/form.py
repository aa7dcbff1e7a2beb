"""Whether an answer has the form of an example: what kind it is, its keys, its shape.

A list has any length; a tuple or an array has that of the example. Arrays, lists and tuples of
numbers count alike, and so does a dict of as many values where a tuple is asked for: grading takes
them as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.values import Function, Opaque

MOST_KEYS = 8
"""So many keys are named in a sentence."""


def differences(given: Any, example: Any, *, what: str = "it") -> Iterator[str]:
    """Yield a sentence for each thing in which the form differs, without any number of either.

    Both are plain, as ``grader.marking.plain`` makes them.
    """
    if isinstance(example, dict):
        yield from _of_dict(given, example, what)
    elif isinstance(example, np.ndarray):
        yield from _of_array(given, example, what)
    elif isinstance(example, tuple):
        yield from _of_tuple(given, example, what)
    elif isinstance(example, list):
        yield from _of_list(given, example, what)
    elif isinstance(example, str):
        if not isinstance(given, str):
            yield f"{what} has to be a text, and is {kind(given)}"
    elif not _is_number(_alone(given)):
        yield f"{what} has to be a number, and is {kind(given)}"
    elif isinstance(given, bool) and not isinstance(example, bool):
        yield f"{what} has to be a number, and is True or False"


def not_finite(given: Any) -> str:
    """Return a sentence where a number in ``given`` is none, or infinite; else nothing."""
    numbers = list(_numbers(given))
    if any(math.isnan(one) for one in numbers):
        return "not a number (nan) is in it"
    if any(math.isinf(one) for one in numbers):
        return "an infinite number is in it"
    return ""


def kind(thing: Any) -> str:
    """Return what a value is, in words."""
    if thing is None:
        return "None"
    if isinstance(thing, Function):
        return f"the function {thing.name}"
    if isinstance(thing, Opaque):
        return f"an object of type {thing.type}"
    if isinstance(thing, np.ndarray):
        return f"an array of shape {thing.shape}"
    if _is_number(thing):
        return "a number"
    names = {dict: "a dict", list: "a list", tuple: "a tuple", str: "a text", bool: "a truth value"}
    return next((name for one, name in names.items() if isinstance(thing, one)), "something else")


def _of_dict(given: Any, example: dict[Any, Any], what: str) -> Iterator[str]:
    if not isinstance(given, dict):
        yield f"{what} has to be a dict, and is {kind(given)}"
        return
    missing = [str(key) for key in example if key not in given]
    if missing:
        yield f"{what} lacks the keys {_listed(missing)}"
    unknown = [str(key) for key in given if key not in example]
    if unknown:
        yield f"{what} has keys that nobody asks for: {_listed(unknown)}"
    for key in example:
        if key in given:
            yield from differences(given[key], example[key], what=f"the value of {key!r}")


def _of_tuple(given: Any, example: tuple[Any, ...], what: str) -> Iterator[str]:
    # A dict in the asked order is taken for a tuple, as at grading.
    items = list(given.values()) if isinstance(given, dict) else given
    if isinstance(items, np.ndarray):
        items = list(items)
    if not isinstance(items, list | tuple):
        yield f"{what} has to be a tuple of {len(example)}, and is {kind(given)}"
    elif len(items) != len(example):
        yield f"{what} has to have {len(example)} values, and has {len(items)}"
    else:
        for number, (one, other) in enumerate(zip(items, example, strict=True), start=1):
            yield from differences(one, other, what=f"value {number} of {what}")


def _of_list(given: Any, example: list[Any], what: str) -> Iterator[str]:
    items = list(given) if isinstance(given, np.ndarray) else given
    if not isinstance(items, list | tuple):
        yield f"{what} has to be a list, and is {kind(given)}"
        return
    for number, one in enumerate(items if example else (), start=1):
        problem = next(differences(one, example[0], what=f"entry {number} of {what}"), None)
        if problem is not None:
            yield problem
            return


def _of_array(given: Any, example: np.ndarray[Any, Any], what: str) -> Iterator[str]:
    try:
        shape = np.shape(given)
        numeric = np.asarray(given).dtype.kind in "biufc"
    except ValueError:
        shape, numeric = (), False
    if not numeric:
        yield f"{what} has to be an array of numbers, and is {kind(given)}"
    elif shape != example.shape:
        yield f"{what} has to have the shape {example.shape}, and has {shape}"


def _alone(given: Any) -> Any:
    """Return the one entry of a list or tuple of one, which counts as that; else the value."""
    return given[0] if isinstance(given, list | tuple) and len(given) == 1 else given


def _is_number(thing: Any) -> bool:
    if isinstance(thing, np.ndarray):
        return thing.ndim == 0 or thing.size == 1
    return isinstance(thing, int | float | complex | np.number)


def _numbers(given: Any) -> Iterator[float]:
    if isinstance(given, dict):
        given = list(given.values())
    if isinstance(given, list | tuple):
        for one in given:
            yield from _numbers(one)
    elif isinstance(given, np.ndarray) and given.dtype.kind in "fc":
        yield from (float(abs(one)) for one in given.ravel())
    elif isinstance(given, float | complex):
        yield abs(given)
    elif isinstance(given, np.floating | np.complexfloating):
        yield from _numbers(given.item())


def _listed(names: list[str]) -> str:
    return ", ".join([*names[:MOST_KEYS], *(["…"] if len(names) > MOST_KEYS else [])])
