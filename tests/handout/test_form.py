"""A form is compared with an example's, without a word on what is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.handout import form
from grader.values import Opaque

FITS: list[tuple[Any, Any]] = [
    (3, 0.0),
    (3.5, 0),
    (np.float32(1), 0.0),
    (1 + 2j, 0.0),
    ([3.1], 0.0),
    ([1, 2, 3], [0]),
    ((1, 2), [0]),
    (np.arange(4.0), [0]),
    ([], [0]),
    ((1, 2.0, 3), (0, 0, 0)),
    ([1, 2, 3], (0, 0, 0)),
    (np.zeros(3), (0, 0, 0)),
    ({"w": 1, "m": 2, "v": 3}, (0, 0, 0)),
    ((np.zeros(2), 1.0), (np.ones(2), 0)),
    ({"a": 1, "b": 2.5}, {"a": 0, "b": 0}),
    (np.zeros((2, 3)), np.ones((2, 3))),
    ([[1, 2], [3, 4]], np.ones((2, 2))),
    ("text", "some"),
]
DIFFERS: list[tuple[Any, Any, str]] = [
    (None, 0.0, "is None"),
    ("8,19", 0.0, "is a text"),
    (True, 0.0, "True or False"),
    ([1, 2], 0.0, "is a list"),
    (Opaque(type="Sequential"), 0.0, "Sequential"),
    (5, [0], "has to be a list"),
    ([1, "x"], [0], "entry 2"),
    ((1, 2), (0, 0, 0), "has to have 3 values, and has 2"),
    (1.0, (0, 0, 0), "a tuple of 3"),
    ((1, None, 3), (0, 0, 0), "value 2"),
    ({"a": 1}, {"a": 0, "b": 0}, "lacks the keys b"),
    ({"a": 1, "c": 2}, {"a": 0}, "nobody asks for: c"),
    ({"a": None}, {"a": 0}, "the value of 'a'"),
    ([1], {"a": 0}, "has to be a dict"),
    (np.zeros(4), np.zeros(5), "the shape (5,), and has (4,)"),
    (2.0, np.zeros(5), "the shape (5,), and has ()"),
    ([[1], [2, 3]], np.zeros((2, 2)), "array of numbers"),
    (3, "some", "has to be a text"),
]


@pytest.mark.parametrize(("given", "example"), FITS)
def test_what_grading_takes_has_the_form(given: Any, example: Any) -> None:
    assert list(form.differences(given, example)) == []


@pytest.mark.parametrize(("given", "example", "said"), DIFFERS)
def test_another_form_is_said_in_words(given: Any, example: Any, said: str) -> None:
    assert said in "; ".join(form.differences(given, example))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (1.0, ""),
        (10**400, ""),
        (float("nan"), "nan"),
        ([1, float("inf")], "infinite"),
        ({"a": np.array([1.0, np.nan])}, "nan"),
        ("nan", ""),
        (np.float32("inf"), "infinite"),
        (complex("nan"), "nan"),
    ],
)
def test_numbers_have_to_be_finite(given: Any, said: str) -> None:
    assert said in form.not_finite(given)
    assert bool(said) == bool(form.not_finite(given))
