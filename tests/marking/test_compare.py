from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.checks import Check, array, close, decimals, exact, one_of, significant
from grader.marking import compare
from grader.marking.compare import agrees
from grader.marking.numbers import SLACK, two_figures
from grader.values import Function, Opaque, Sequence, Value, decode, from_python, to_python

WIDE = close(rtol=1e-2)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
MODERATE = st.floats(min_value=-1e12, max_value=1e12).filter(lambda x: x == 0 or abs(x) > 1e-12)
NUMBERS = st.one_of(st.integers(), FINITE)


@pytest.mark.parametrize(
    ("check", "given_", "expected"),
    [
        (exact(), 212, 212),
        (exact(), 212.0, 212),
        (exact(), 10**400, 10**400),
        (exact(), 14714688.0, 14714688),
        (exact(), complex(3, 0), 3),
        (exact(), " VGG16\n", "VGG16"),
        (exact(), True, True),
        (close(rtol=1e-2), 49.2, 48.756893),
        (close(rtol=1e-2, atol=0.05), 42.24, 42.1113714),
        (close(atol=0.05), 0.05, 0.0),
        (close(rtol=0.1), 110, 100),
        (close(rtol=1e-6), np.float32(48.75689), 48.7568933507609),
        (close(rtol=1e-6), np.float16(48.75), 48.7568933507609),
        (close(rtol=1e-9), float("inf"), float("inf")),
        (exact(), float("nan"), float("nan")),
        (significant(3), 0.119, 0.119009609),
        (significant(2), 145, 149),
        (decimals(1), 8.2, 8.19215304),
        (decimals(0), 42.5, 42),
        (one_of(exact(), close(rtol=0.5)), 140, 100),
        (exact(), np.int64(3), 3),
        (exact(), np.array(3), 3),
        (exact(), 3, np.array(3)),
        (WIDE, [1.0, 2.0], (1, 2)),
        (WIDE, np.array([1, 2]), [1.0, 2.0]),
        (WIDE, [np.array(1.0), np.array(2.0)], [1.0, 2.0]),
        (WIDE, ([1.0, 2.0], [3.0, 4.0]), np.array([[1.0, 2.0], [3.0, 4.0]])),
        (WIDE, {"b": 2.0, "a": 1.0}, {"a": 1.0, "b": 2.0}),
        (WIDE, {"a": [1.0, {"b": 2.0}]}, {"a": (1.0, {"b": 2.0})}),
        (exact(), [], []),
        (exact(), [2, 1], {1, 2}),
        (array(close(rtol=1e-3)), [[1.0], [2.0]], np.array([[1.0], [2.0]])),
        (array(close(rtol=1e-3), shape="broadcast"), [[1.0], [2.0]], np.array([1.0, 2.0])),
        (array(exact(), dtype="int64"), np.array([1, 2]), np.array([1, 2])),
        (array(exact()), 3, 3),
        (one_of(array(exact()), close(rtol=0.1)), [1.0, 2.1], [1.0, 2.0]),
    ],
)
def test_these_agree(check: Check, given_: object, expected: object) -> None:
    result = compare(check, given_, expected)
    assert result.agrees
    assert not result.undecidable
    assert agrees(check, given_, expected)


@pytest.mark.parametrize(
    ("check", "given_", "expected"),
    [
        (exact(), 211, 212),
        (exact(), 10**400 + 1, 10**400),
        (exact(), float(2**53), 2**53 + 1),
        (exact(), True, 1),
        (exact(), 1, True),
        (exact(), False, 0),
        (exact(), [True, 2], [1, 2]),
        (exact(), np.array([True, False]), np.array([1, 0])),
        (exact(), np.array([1, 0]), np.array([True, False])),
        (exact(), 0.1 + 0.2, 0.3),
        (exact(), "vgg16", "VGG16"),
        (exact(), 5, "5.0"),
        (exact(), None, 5),
        (exact(), {"a": 1}, {True: 1}),
        (exact(), {True: 5}, {1: 5}),
        (close(rtol=1e-2), 45.2, 48.756893),
        (close(rtol=1e-2), 1 + 2j, 1.0),
        (close(rtol=1e-7), np.float16(48.75), 48.7568933507609),
        (close(rtol=1e-9), float("-inf"), float("inf")),
        (close(rtol=1e-9), 1e308, float("inf")),
        (WIDE, float("nan"), 1.0),
        (WIDE, 1.0, float("nan")),
        (significant(3), 0.1196, 0.119009609),
        (significant(3), 1e-300, 0),
        (decimals(1), 42.7, 42.1113714),
        (one_of(exact(), close(rtol=0.3)), 140, 100),
        (WIDE, 1.0, [1.0]),
        (WIDE, [1.0, 2.0], 1.0),
        (WIDE, {"a": 1.0}, 1.0),
        (WIDE, [1.0], {"b": 2.0}),
        (WIDE, {"a": 1.0}, {"a": 1.0, "b": 2.0}),
        (WIDE, [1.0, 2.0, 3.0], [1.0, 2.0]),
        (WIDE, np.ones((2, 1)), np.ones(2)),
        (WIDE, [[1.0, 2.0], [3.0]], np.ones((2, 2))),
        (exact(), [1, 3], {1, 2}),
        (array(close(rtol=1e-3)), [[1.0], [2.0]], np.array([1.0, 2.0])),
        (array(close(rtol=1e-3), dtype="float32"), np.ones(2), np.ones(2)),
        (array(close(rtol=1e-3), nan="forbidden"), np.array([np.nan]), np.array([np.nan])),
        (array(close(rtol=1e-3), inf="forbidden"), np.array([np.inf]), np.array([np.inf])),
    ],
)
def test_these_disagree(check: Check, given_: object, expected: object) -> None:
    result = compare(check, given_, expected)
    assert not result.agrees
    assert not result.undecidable
    assert result.error or result.lines
    assert not agrees(check, given_, expected)


@pytest.mark.parametrize(
    ("code", "given_", "expected"),
    [
        ("text", "212", 212),
        ("text", "49,2", 49.2),
        ("text", "about 14 714 688 parameters", 14714688),
        ("text", "1,792", 1792),
        ("text", "true", True),
        ("text", ["1", "2"], [1, 2]),
        ("text", [1, "2"], np.array([1, 2])),
        ("function", Function(name="f"), 1),
        ("opaque", Opaque(type="Evil", reason="it has no plain form"), 1),
        ("opaque", {"a": Opaque(type="Evil")}, {"a": 1}),
        ("unnamed", [1, 2], {"a": 1, "b": 2}),
        ("unordered", from_python({1, 2}), [2, 1]),
    ],
)
def test_these_a_person_decides(code: str, given_: object, expected: object) -> None:
    result = compare(exact(), given_, expected)
    assert not result.agrees
    assert result.undecidable
    assert result.code == code


@pytest.mark.parametrize("text", ["211", "", "right", "2 12", "2.12"])
def test_a_text_without_the_right_number_is_wrong(text: str) -> None:
    result = compare(exact(), text, 212)
    assert (result.agrees, result.undecidable) == (False, "")


def test_what_is_plainly_wrong_beside_something_unreadable_is_wrong() -> None:
    result = compare(exact(), {"a": 5, "b": "2"}, {"a": 1, "b": 2})
    assert (result.agrees, result.undecidable) == (False, "")
    assert result.open_entries == ("b",)


def test_an_array_of_one_number_is_taken_as_that_number_and_that_is_said() -> None:
    for one in ([212], np.array([212]), ((212,),), np.array([[212]])):
        result = compare(exact(), one, 212)
        assert result.agrees
        assert "only element" in result.remarks[0]


def test_none_is_explained_as_a_missing_return() -> None:
    assert "return" in compare(exact(), None, 212).lines[0]
    assert "return" in compare(exact(), None, [1, 2]).lines[0]


def test_a_wrong_truth_value_is_shown() -> None:
    assert compare(exact(), True, False).lines == ("yours is True",)
    assert compare(exact(), [True], np.array([False])).lines[0].startswith("[0]: yours is True")


def test_a_difference_that_rounds_to_nothing_is_still_told() -> None:
    assert two_figures(Fraction(0)) == "0"
    assert two_figures(Fraction(1, 3)) == "0.33"
    assert two_figures(Fraction(1, 10**9)) == "1.0e-9"


def test_shapes_are_named_when_they_differ() -> None:
    result = compare(WIDE, np.ones((2, 3)), np.ones((3, 2)))
    assert "(3, 2)" in result.lines[0] and "(2, 3)" in result.lines[0]


def test_dtypes_are_named_when_one_is_required() -> None:
    check = array(exact(), dtype="float32")
    assert "float64" in compare(check, np.ones(2), np.ones(2)).lines[0]


def test_the_first_differing_elements_and_their_number_are_told() -> None:
    expected = np.arange(1.0, 9.0)
    answer = expected.copy()
    answer[2], answer[5] = 30.0, 6.3
    result = compare(close(rtol=1e-6), answer, expected)
    assert result.error == "2 of 8 entries differ; the largest is off by 27 (900 %)"
    assert result.lines[1].startswith("[5]: yours is 6.3, off by 0.3 (5 %)")
    assert [entry.agrees for entry in result.entries].count(True) == 6


def test_missing_and_additional_keys_are_named() -> None:
    result = compare(exact(), {"a": 1, "c": 3}, {"a": 1, "b": 2})
    assert result.lines == ("b: it is missing",)
    assert "c" in result.remarks[0]
    assert compare(exact(), {"a": 1, "c": 3}, {"a": 1}).agrees


@pytest.mark.parametrize(
    ("given_", "expected", "words"),
    [
        (49.2, 48.756893, "off by 0.44 (0.91 %)"),
        (5423808, 14714688, "off by 9300000 (63 %)"),
        (1e-12, 0, "off by 1.0e-12"),
        (float("nan"), 1, "nan instead of a finite number"),
        (1, float("inf"), "a finite number instead of an infinity"),
        (10**500, 1, "off by 1.0e+500 (1.0e+502 %)"),
        (3 + 4j, 0, "off by 5"),
    ],
)
def test_how_far_off_is_said_to_two_figures(given_: object, expected: object, words: str) -> None:
    assert compare(close(rtol=1e-12), given_, expected).error == words


def test_set_elements_are_compared_without_order_up_to_a_size() -> None:
    numbers = list(range(150))
    assert compare(exact(), numbers[::-1], set(numbers)).agrees
    many = set(range(300))
    assert compare(exact(), list(many), many).code == "unordered"


def test_deep_nesting_is_left_to_a_person() -> None:
    value: Value = from_python(1)
    for _ in range(400):
        value = Sequence("list", (value,))
    assert compare(exact(), value, 1).code == "opaque"


def test_a_deep_answer_from_over_the_border_never_raises() -> None:
    depth = 100
    data = '{"t":"seq","kind":"list","items":[' * depth + "]}" * depth
    assert not compare(exact(), decode(data), [1]).agrees


@given(MODERATE, st.floats(min_value=1e-6, max_value=0.5))
def test_the_bound_itself_is_within_a_relative_tolerance(expected: float, rtol: float) -> None:
    assert compare(close(rtol=rtol), expected * (1 + rtol), expected).agrees
    assert compare(close(rtol=rtol), expected * (1 - rtol), expected).agrees


@given(MODERATE.filter(bool), st.floats(min_value=1e-6, max_value=0.5))
def test_beyond_the_bound_is_not_within_it(expected: float, rtol: float) -> None:
    beyond = expected * (1 + rtol * (1 + 1e-6))
    assert not compare(close(rtol=rtol), beyond, expected).agrees


@given(FINITE, st.floats(0.0, 8.0), st.floats(1e-12, 0.5), st.sampled_from([0.0, 5e-324, 1e-9]))
def test_floats_are_compared_as_the_fractions_that_they_are(
    expected: float, times: float, rtol: float, atol: float
) -> None:
    mine = expected + times * max(rtol * abs(expected), atol)
    assume(isfinite(mine))
    bound = max(Fraction(rtol) * abs(Fraction(expected)), Fraction(atol))
    within = abs(Fraction(mine) - Fraction(expected)) <= bound * (1 + SLACK)
    assert compare(close(rtol=rtol, atol=atol), mine, expected).agrees == within


@given(NUMBERS, NUMBERS, st.floats(1e-9, 1e9), st.floats(1, 1e6))
def test_what_agrees_narrowly_agrees_widely(a: float, b: float, atol: float, more: float) -> None:
    if compare(close(atol=atol), a, b).agrees:
        assert compare(close(atol=atol * more), a, b).agrees


@given(NUMBERS)
def test_a_number_agrees_with_itself_under_every_check(number: float) -> None:
    for check in (exact(), close(rtol=1e-15), significant(17), decimals(17)):
        assert compare(check, number, number).agrees


@given(st.integers(), st.integers())
def test_integers_are_compared_digit_by_digit(a: int, b: int) -> None:
    huge = 10**60
    assert compare(exact(), a + huge, b + huge).agrees == (a == b)
    assert compare(exact(), float(a % 2**53), a % 2**53).agrees


@given(st.lists(FINITE, min_size=1, max_size=6), st.lists(FINITE, min_size=1, max_size=6))
def test_lists_tuples_and_arrays_say_the_same(mine: list[float], theirs: list[float]) -> None:
    check = close(rtol=1e-3)
    forms: list[Any] = [list, tuple, np.array]
    results = {compare(check, f(mine), g(theirs)).agrees for f in forms for g in forms}
    assert len(results) == 1


@given(
    st.lists(st.tuples(st.floats(), st.floats()), min_size=1, max_size=8),
    st.sampled_from([close(rtol=1e-3), close(rtol=1e-6, atol=1e-3), close(atol=2.0), exact()]),
)
def test_whole_arrays_are_judged_as_their_elements(
    pairs: list[tuple[float, float]], check: Check
) -> None:
    mine, theirs = (np.array(side) for side in zip(*pairs, strict=True))
    together = compare(check, mine, theirs)
    alone = [compare(check, a, b).agrees for a, b in pairs]
    assert [entry.agrees for entry in together.entries] == alone
    assert together.agrees == all(alone)


@given(MODERATE)
def test_single_precision_passes_from_a_relative_tolerance_of_a_millionth(number: float) -> None:
    check = close(rtol=1e-6)
    assert compare(check, np.float32(number), number).agrees
    assert compare(check, np.array([number], dtype="float32"), np.array([number])).agrees
    assert compare(check, [np.float32(number)], np.array([number])).agrees


@given(st.floats(min_value=1e-3, max_value=6e4))
def test_half_precision_gets_its_own_epsilon(number: float) -> None:
    assert compare(close(rtol=1e-6), np.float16(number), number).agrees


@given(st.one_of(st.text(max_size=8), st.none(), st.booleans()), st.integers(2, 10**9))
def test_no_other_type_agrees_with_a_number(thing: object, number: int) -> None:
    assert not compare(close(rtol=0.5), thing, number).agrees


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=3), inner, max_size=4),
    ),
    max_leaves=12,
)


@given(VALUES, VALUES)
def test_any_two_values_can_be_compared(mine: object, theirs: object) -> None:
    checks: tuple[Check, ...] = (exact(), WIDE, array(exact()), one_of(exact(), array(WIDE)))
    for check in checks:
        result = compare(check, from_python(mine), theirs)
        assert not (result.agrees and result.undecidable)
        if agrees(check, from_python(mine), theirs):
            assert result.agrees


@given(VALUES)
def test_any_value_agrees_with_itself_after_crossing_the_border(thing: object) -> None:
    value = from_python(thing)
    assert compare(exact(), value, to_python(value)).agrees


@pytest.mark.parametrize(("given_", "expected"), [(0, 24), (0.0, 24.3), (1e-9, 14714688)])
def test_a_distance_that_is_the_expected_value_itself_is_told_as_a_share(
    given_: object, expected: object
) -> None:
    error = compare(close(rtol=1e-6), given_, expected).error
    assert error == "off by 100 %"
