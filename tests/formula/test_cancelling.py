"""Fractions that could be cancelled."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.formula.cancelling import common_factor, shown
from grader.formula.form import Cancelled, hints, unmet
from tests.formula.written import tree


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        ("b*(1 - b)/(1 - b**2)*g", "`1 - b` and `1 - b^2`"),
        ("(1 - b)**2/(1 - b)", "`1 - b` and `1 - b`"),
        ("x/x**2", "`x` and `x^2`"),
        ("1/(1 + log(2*x/(x**2 + x)))", "`x` and `x^2 + x`"),
        ("r[1]*(r[1] + 1)/(r[1]**2 - 1)", "`r_{1} + 1` and `r_{1}^2 - 1`"),
    ],
)
def test_a_common_factor_is_found(text: str, factors: str) -> None:
    found = common_factor(tree(text))
    assert found is not None
    assert shown(found) == factors
    assert not unmet([Cancelled()], tree(text))
    (sentence,) = hints([Cancelled()], tree(text))
    assert "common factor" in sentence


@pytest.mark.parametrize(
    "text",
    [
        "(b*g[1] + g[2])/(1 + b)",
        "(1 - b)/(1 + b)",
        "(1 - b)/(1 - c**2)",
        "2/4",
        "x*y/z",
        "(1 - b)*(1 - b**2)",
        "x**a/x**b",
        "sqrt(x)/(1 + x)",
        "0/x",
        "r[1]/r[2]",
        "r[i + 1]/r[i + 1]",
        "(x + y)/(x + y)",
        "x**40*(x**30 + 1)/(x**25 + 1)",
        "Sum(i, 1, n, i)/n",
    ],
)
def test_nothing_is_said_of_other_formulas(text: str) -> None:
    assert common_factor(tree(text)) is None


coefficients = st.integers(-6, 6)


@given(coefficients, coefficients, coefficients)
def test_linear_factors_are_common_where_their_roots_are(a: int, b: int, c: int) -> None:
    assume(len({a, b, c}) == 3)
    same = common_factor(tree(f"(x - ({a}))*(x - ({b}))/((x - ({a}))*(x - ({c})))"))
    other = common_factor(tree(f"(x - ({a}))/((x - ({b}))*(x - ({c})))"))
    assert same is not None and other is None


def test_a_formula_of_many_products_is_looked_at_in_part() -> None:
    long = " + ".join(f"(x + {n})*y/(x + {n + 1})" for n in range(300))
    assert common_factor(tree(long)) is None
    assert common_factor(tree("*".join(["(x + 1)"] * 200) + "/(x + 2)")) is None
