"""Answers in reduced precision: what float32 can and cannot know of a float64 reference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar, cast

import numpy as np

from grader.checks import ArrayLike, Check, Close, Elementary, OneOf
from grader.marking import numbers
from grader.marking.plain import precision
from grader.values import Array, Mapping, Real, Sequence, Value, to_python

Each = TypeVar("Each", bound=Elementary | ArrayLike)


def for_precision(check: Check, given: Any, magnitude: float) -> Check:
    """Return ``check`` as it holds for an answer in reduced precision (float32, float16).

    What is computed from numbers of ``magnitude`` may be off by four epsilons of that, even where
    terms cancel and the result is small. Only relative tolerances from 1e-6 up are widened.
    """
    slack = 4 * _coarsest(given) * magnitude
    if isinstance(check, OneOf):
        return OneOf(tuple(_widened(one, slack) for one in check.checks))
    return _widened(check, slack)


def _widened(check: Each, slack: float) -> Each:
    if isinstance(check, ArrayLike):
        return cast(Each, replace(check, elements=_widened(check.elements, slack)))
    if isinstance(check, Close) and check.rtol >= numbers.LEAST_RTOL_FOR_REDUCED:
        return cast(Each, Close(check.rtol, max(check.atol, slack)))
    return check


def _coarsest(given: Any) -> float:
    if isinstance(given, dict):
        given = list(given.values())
    if isinstance(given, list | tuple):
        return max(map(_coarsest, given), default=0.0)
    return precision(given)


def largest(value: Value) -> float:
    """Return the largest finite magnitude among the floating-point numbers of a value."""
    if isinstance(value, Mapping):
        return max((largest(item) for _, item in value.items), default=0.0)
    if isinstance(value, Sequence):
        return max(map(largest, value.items), default=0.0)
    if not isinstance(value, Real | Array):
        return 0.0
    numbers = np.atleast_1d(np.asarray(to_python(value)))
    if not np.issubdtype(numbers.dtype, np.floating):
        return 0.0
    finite = np.abs(numbers[np.isfinite(numbers)])
    return float(finite.max(initial=0.0))
