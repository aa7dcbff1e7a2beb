"""SymPy's strict ANTLR reader as a second opinion, on the notation that it reads correctly.

It takes declared names for products, refuses `\\left` and decimal commas, knows no chains or hats,
and reads `x(1-c)` as a call; so it is asked about fractions, powers, roots, functions and brackets
of single letters.
Both trees are compared by their values at points, never by SymPy's simplification.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.formula import Declared, Tree, declare, read
from grader.formula.constants import constant_value
from grader.formula.tree import Number, substitute

pytest.importorskip("antlr4")
sympy = pytest.importorskip("sympy")
latex = pytest.importorskip("sympy.parsing.latex")

LETTERS = ("a", "b", "x", "y")
TABLE = declare(*(Declared(name=letter) for letter in LETTERS))

FORMULAS = [
    r"\frac{a}{b}",
    r"\frac{a+b}{a-b}",
    r"\frac{\frac{a}{b}}{x}",
    r"a + b \cdot x - y",
    r"a - (b - x) - y",
    r"-a^{2}",
    r"(-a)^{2}",
    r"a^{-2}",
    r"a^{b+x}",
    r"a^{2} b^{3}",
    r"2 a b",
    r"2 \cdot 3.5 \cdot x",
    r"(a + b)(a - b)",
    r"\sqrt{a + b}",
    r"\sqrt[3]{x}",
    r"\sqrt{\frac{a^{2}}{b}} + y",
    r"\frac{1}{\sqrt{x} + y}",
    r"\ln(x)",
    r"\ln x",
    r"\frac{x^{2}}{\ln(x)}",
    r"\ln(x) \cdot y",
    r"\ln(\frac{a}{b})",
    r"\log_{2}(x)",
    r"\sin(x) + \cos(y)",
    r"\sin(x)^{2}",
    r"\sin^{2}(x)",
    r"\tan(a) \cdot b",
    r"\exp(x - y)",
    r"|a - b|",
    r"\frac{2 x^{3} (2 \ln(x) - 1)}{\ln(x)^{3}}",
    r"a \times b \div x",
    r"a / b",
    r"a / b \cdot x",
    r"\frac{a}{1 - b^{2}} x",
]


def values(tree: Tree, theirs: Any) -> list[tuple[float, float]]:
    """Both values at some points where all logarithms and roots are defined."""
    rng = random.Random(7)
    found = []
    for _ in range(4):
        point = {letter: rng.choice((1, 2, 3, 4)) + rng.random() for letter in LETTERS}
        ours = substitute(tree, {name: Number(Fraction(value)) for name, value in point.items()})
        symbols = {sympy.Symbol(name): value for name, value in point.items()}
        value = complex(theirs.doit().subs(symbols).evalf())
        mine = constant_value(ours)
        if abs(value.imag) < 1e-12 and mine is not None and math.isfinite(mine):
            found.append((mine, value.real))
    return found


def agree(text: str) -> bool:
    reading = read(text, TABLE)
    assert reading.tree is not None, (text, reading.refusal)
    pairs = values(reading.tree, latex.parse_latex(text, strict=True))
    return all(math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9) for ours, theirs in pairs)


@pytest.mark.parametrize("text", FORMULAS)
def test_sympy_reads_the_same(text: str) -> None:
    reading = read(text, TABLE)
    assert reading.tree is not None
    assert values(reading.tree, latex.parse_latex(text, strict=True)), "compared at no point"
    assert agree(text)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(r"\frac{{{}}}{{{}}}".format, inner, inner),
        st.builds(r"({} + {})".format, inner, inner),
        st.builds(r"({} - {})".format, inner, inner),
        st.builds(r"{} \cdot {}".format, inner, inner),
        st.builds(r"({})^{{{}}}".format, inner, st.sampled_from(["2", "3", "-1"])),
        st.builds(r"\sqrt{{{}}}".format, inner),
        st.builds(r"\cos({})".format, inner),
    )


formulas = st.recursive(st.sampled_from([*LETTERS, "2", "1.5", "7"]), _larger, max_leaves=5)


@settings(max_examples=40)
@given(formulas)
def test_sympy_reads_random_formulas_the_same(text: str) -> None:
    assert agree(text), text
