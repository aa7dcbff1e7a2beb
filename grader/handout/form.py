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

from grader.language import message, say
from grader.values import Function, Opaque

MOST_KEYS = 8
"""So many keys are named in a sentence."""
_KINDS = {
    dict: message("a dict"),
    list: message("a list"),
    tuple: message("a tuple"),
    str: message("a text"),
    bool: message("a truth value"),
}


def differences(given: Any, example: Any, *, what: str = "") -> Iterator[str]:
    """Yield a clause for each thing in which the form differs, without any number of either.

    Both are plain, as ``grader.marking.plain`` makes them. ``what`` is the clause's subject, said;
    without one it is “it”.
    """
    what = what or say("it")
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
            yield say("{what} has to be a text, and is {kind}", what=what, kind=kind(given))
    elif not _is_number(_alone(given)):
        yield say("{what} has to be a number, and is {kind}", what=what, kind=kind(given))
    elif isinstance(given, bool) and not isinstance(example, bool):
        yield say("{what} has to be a number, and is True or False", what=what)


def not_finite(given: Any) -> str:
    """Return a sentence where a number in ``given`` is none, or infinite; else nothing."""
    numbers = list(_numbers(given))
    if any(math.isnan(one) for one in numbers):
        return say("not a number (nan) is in it")
    if any(math.isinf(one) for one in numbers):
        return say("an infinite number is in it")
    return ""


def kind(thing: Any) -> str:
    """Return what a value is, in words."""
    if thing is None:
        return "None"
    if isinstance(thing, Function):
        return say("the function {name}", name=thing.name)
    if isinstance(thing, Opaque):
        return say("an object of type {type}", type=thing.type)
    if isinstance(thing, np.ndarray):
        return say("an array of shape {shape}", shape=thing.shape)
    if _is_number(thing):
        return say("a number")
    named = (say(name) for one, name in _KINDS.items() if isinstance(thing, one))
    return next(named, say("something else"))


def _of_dict(given: Any, example: dict[Any, Any], what: str) -> Iterator[str]:
    if not isinstance(given, dict):
        yield say("{what} has to be a dict, and is {kind}", what=what, kind=kind(given))
        return
    missing = [str(key) for key in example if key not in given]
    if missing:
        yield say("{what} lacks the keys {keys}", what=what, keys=_listed(missing))
    unknown = [str(key) for key in given if key not in example]
    if unknown:
        yield say("{what} has keys that nobody asks for: {keys}", what=what, keys=_listed(unknown))
    for key in example:
        if key in given:
            yield from differences(
                given[key], example[key], what=say("the value of {key!r}", key=key)
            )


def _of_tuple(given: Any, example: tuple[Any, ...], what: str) -> Iterator[str]:
    # A dict in the asked order is taken for a tuple, as at grading.
    items = list(given.values()) if isinstance(given, dict) else given
    if isinstance(items, np.ndarray):
        items = list(items)
    if not isinstance(items, list | tuple):
        yield say(
            "{what} has to be a tuple of {count}, and is {kind}",
            what=what,
            count=len(example),
            kind=kind(given),
        )
    elif len(items) != len(example):
        yield say(
            "{what} has to have {count} values, and has {size}",
            what=what,
            count=len(example),
            size=len(items),
        )
    else:
        for number, (one, other) in enumerate(zip(items, example, strict=True), start=1):
            named = say("value {number} of {what}", number=number, what=what)
            yield from differences(one, other, what=named)


def _of_list(given: Any, example: list[Any], what: str) -> Iterator[str]:
    items = list(given) if isinstance(given, np.ndarray) else given
    if not isinstance(items, list | tuple):
        yield say("{what} has to be a list, and is {kind}", what=what, kind=kind(given))
        return
    for number, one in enumerate(items if example else (), start=1):
        named = say("entry {number} of {what}", number=number, what=what)
        problem = next(differences(one, example[0], what=named), None)
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
        yield say(
            "{what} has to be an array of numbers, and is {kind}", what=what, kind=kind(given)
        )
    elif shape != example.shape:
        yield say(
            "{what} has to have the shape {wanted}, and has {shape}",
            what=what,
            wanted=example.shape,
            shape=shape,
        )


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
