"""The value of a tree: right where there is one, and a reason where there is none."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.formula.evaluate import FLOATS, Undefined, Walk, digits, evaluate
from grader.formula.tree import FUNCTIONS, Apply, Number, Symbol
from tests.formula.written import exactly, numeric, tree, value

VALUES: dict[str, Any] = {"x": 2.5, "a": -0.75, "t": 3, "k_1": 3, "k_2": 5, "r_out": 7}

KNOWN = {
    "2*x**3*(2*log(x) - 1)/log(x)**3": None,
    "x**t": 15.625,
    "x**-t": 0.064,
    "a**t": -0.421875,
    "(-8)**(t - 1)": 64,
    "4**0.5": 2,
    "x**0": 1,
    "abs(a)": 0.75,
    "sign(a)": -1,
    "sign(a - a)": 0,
    "max(a, x, t)": 3,
    "min(a, x, t)": -0.75,
    "floor(a)": -1,
    "ceil(a)": 0,
    "floor(6/3)": 2,
    "ceil(6/3)": 2,
    "floor(3*(1/3))": 1,
    "Sum(i, 1, t, i**2)": 14,
    "Prod(i, 1, t, i)": 6,
    "Sum(i, 3, 1, 1/0)": 0,
    "Prod(i, 3, 1, 0)": 1,
    "Sum(i, 1, 2, k[i])": 8,
    "Sum(i, 1, 6/3, Prod(j, 1, i, k[j]))": 18,
    "Sum(t, 1, 2, t) + t": 6,
    "r[out] - k[t - 1]": 2,
    "pi": math.pi,
    "log2(8) + log10(1000)": 6,
    "arcsin(1) + arccos(0) - arctan(1)": 3 * math.pi / 4,
    "tan(1) - sin(1)/cos(1)": 0,
    "sinh(1) + cosh(1) - exp(1)": 0,
}

UNDEFINED = {
    "1/0": "division by zero",
    "0/0": "division by zero",
    "(a - a)**(a)": "division by zero",
    "log(a)": "logarithm of a negative",
    "log(a - a)": "logarithm of zero",
    "log10(a)": "logarithm of a negative",
    "sqrt(a)": "square root of a negative",
    "a**0.5": "negative number",
    "0**0": "zero to the power of zero",
    "arcsin(x)": "out of its range",
    "exp(10**5)": "out of its range",
    "x**(10**6)": "out of range",
    "9**9**9**9": "out of range",
    "10**200*10**200": "out of range",
    "sin(10**40)": "out of its range",
    "Sum(i, 1, 1/2, i)": "no whole number",
    "k[1/2]": "no whole number",
}

EVERYWHERE = {
    "q": "q stands for no number",
    "k[7]": "k_7 stands for no number",
    "Sum(i, 1, 2, i) + i": "i stands for no number",
    "Sum(i, 1, 401, i)": "more than 400 terms",
    "Sum(i, 1, 300, Sum(j, 1, 300, i))": "too many steps",
}


@pytest.mark.parametrize("text", KNOWN)
def test_values_are_right_to_many_digits(text: str) -> None:
    found: Any = evaluate(tree(text), VALUES)
    exact = value(tree(text), {name: exactly(number) for name, number in VALUES.items()})
    expected = numeric(exact, 40)._to_mpmath(140)
    assert float(abs(found - expected)) <= 1e-27 * (1 + abs(float(found)))
    if KNOWN[text] is not None:
        assert float(found) == pytest.approx(KNOWN[text], rel=1e-14, abs=1e-14)


@pytest.mark.parametrize("text", KNOWN)
def test_floats_give_the_same_to_fewer_digits(text: str) -> None:
    found: Any = evaluate(tree(text), VALUES, arithmetic=FLOATS)
    exact: Any = evaluate(tree(text), VALUES)
    assert isinstance(found, float)
    assert found == pytest.approx(float(exact), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("text", UNDEFINED)
@pytest.mark.parametrize("arithmetic", [FLOATS, digits(30)])
def test_what_has_no_value_says_why(text: str, arithmetic: Any) -> None:
    found = evaluate(tree(text), VALUES, arithmetic=arithmetic)
    assert isinstance(found, Undefined)
    assert not found.everywhere
    if arithmetic is not FLOATS:
        assert UNDEFINED[text] in found.reason


@pytest.mark.parametrize("text", EVERYWHERE)
def test_what_no_other_point_would_help_says_so(text: str) -> None:
    found = evaluate(tree(text), VALUES)
    assert isinstance(found, Undefined)
    assert found.everywhere
    assert EVERYWHERE[text] in found.reason


def test_every_function_that_can_be_read_can_be_computed() -> None:
    for name, (fewest, _) in FUNCTIONS.items():
        found = evaluate(Apply(name, (Symbol("x"),) * fewest), {"x": 0.5})
        assert not isinstance(found, Undefined), name


@pytest.mark.parametrize("name", ["eval", "log", "max", "sqrt"])
@pytest.mark.parametrize("arguments", [0, 17])
def test_functions_and_their_arguments_are_checked(name: str, arguments: int) -> None:
    found = evaluate(Apply(name, (Symbol("x"),) * arguments), VALUES)
    assert isinstance(found, Undefined)
    assert found.everywhere


def test_numbers_too_small_for_a_float_are_refused_rather_than_zero() -> None:
    found = evaluate(tree("10**-200*10**-200"), {})
    assert isinstance(found, Undefined)
    assert "out of range" in found.reason


def test_a_series_that_fails_leaves_nothing_behind() -> None:
    walk = Walk({"i": 5}, digits(30))
    assert isinstance(walk.value(tree("Sum(i, 0, 3, 1/i)")), Undefined)
    assert walk.value(tree("i")) == 5


def test_steps_are_shared_by_the_formulas_of_a_walk() -> None:
    walk = Walk({"x": 1}, digits(30), max_steps=10)
    assert walk.value(tree("x + x + x + x")) == 4
    assert walk.value(tree("x + x + x")) == 3
    assert isinstance(walk.value(tree("x + x")), Undefined)


def test_more_digits_are_more_exact() -> None:
    third = tree("1/3")
    for carried in (30, 60, 120):
        found: Any = evaluate(third, {}, arithmetic=digits(carried))
        error = abs(found * 3 - 1)
        assert error < 10.0 ** (1 - carried)


def test_the_global_precision_of_mpmath_is_left_alone() -> None:
    import mpmath

    before = mpmath.mp.dps
    evaluate(tree("sin(x) + log(x)"), VALUES, arithmetic=digits(60))
    assert mpmath.mp.dps == before


@given(st.fractions())
@settings(max_examples=60)
def test_literals_are_as_exact_as_the_digits_carried(number: Fraction) -> None:
    found: Any = evaluate(Number(number), {}, arithmetic=digits(60))
    assert abs(found * number.denominator - number.numerator) <= abs(number.numerator) * 1e-55
