"""However a tree is written, it is read as that tree; and what is shown can be read again."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.formula import Number, Symbol, Tree, read, to_mathml, to_text
from grader.formula.render import decimal_text
from tests.formula.notation import normal, tree
from tests.formula.spelling import TABLE, Writer, trees
from tests.formula.tables import FIELD


@given(trees(), st.integers(0, 2**32), st.booleans())
def test_every_spelling_of_a_tree_is_read_as_that_tree(
    formula: Tree, seed: int, german: bool
) -> None:
    written = Writer(seed, german=german).write(formula)
    reading = read(written, TABLE)
    assert reading.tree is not None, (written, reading.refusal)
    assert normal(reading.tree) == normal(formula), written


@given(trees())
def test_what_is_shown_as_text_is_read_again(formula: Tree) -> None:
    reading = read(to_text(formula), TABLE)
    assert reading.tree is not None, (to_text(formula), reading.refusal)
    assert normal(reading.tree) == normal(formula)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("(/ (^ x 2) (log x))", "x**2/log(x)"),
        ("(- (* 2 x) (/ 1 3))", "2*x - 1/3"),
        ("(- (+ x 1))", "-(x + 1)"),
        ("(^ (- x) 2)", "(-x)**2"),
        ("(^ x -2)", "x**(-2)"),
        ("(/ x (* 2 c))", "x/(2*c)"),
        ("(- x (- c 1))", "x - (c - 1)"),
        ("1/3", "1/3"),
        ("13.2", "13.2"),
        ("(_ r (+ t 1))", "r_{t + 1}"),
        ("(_ m_hat t)", "m_hat[t]"),
        ("(max x 0)", "max(x, 0)"),
    ],
)
def test_text_is_short(formula: str, text: str) -> None:
    assert to_text(tree(formula)) == text


@pytest.mark.parametrize(
    "formula",
    ["(sum l 1 L (* (- (_ k l) 1) (prod i 1 (- l 1) (_ s i))))", "(prod i 1 3 (+ (_ s i) 1))"],
)
def test_series_are_read_again(formula: str) -> None:
    assert read(to_text(tree(formula)), FIELD).tree == tree(formula)


@given(trees())
def test_mathml_is_well_formed(formula: Tree) -> None:
    assert ElementTree.fromstring(to_mathml(formula)).tag == "math"


@given(st.text(min_size=1, max_size=30))
def test_no_name_becomes_markup(name: str) -> None:
    marked_up = to_mathml(Symbol(name))
    outside = {"math", "mrow", "mi", "msub", "mover", "mo", 'mover accent="true"'}
    opened = {piece.split(">")[0] for piece in marked_up.split("<")[1:]}
    assert {piece.strip("/") for piece in opened} <= outside


@pytest.mark.parametrize(
    ("formula", "pieces"),
    [
        ("(/ x 2)", ["<mfrac>", "<mi>x</mi>", "<mn>2</mn>"]),
        ("(sqrt x)", ["<msqrt>"]),
        ("(abs x)", ["<mo>|</mo>"]),
        ("(^ x 2)", ["<msup>"]),
        ("(_ r 3)", ["<msub>", "<mn>3</mn>"]),
        ("beta", ["<mi>β</mi>"]),
        ("(_ m_hat t)", ["<msub>"]),
        ("{hat m}", ["<mover"]),
        ("(sum i 1 3 (_ r i))", ["<munderover>", "∑"]),
        ("(exp x)", ["<msup><mi>e</mi>"]),
        ("(log2 x)", ["<mi>log</mi><mn>2</mn>"]),
    ],
)
def test_mathml_of(formula: str, pieces: list[str]) -> None:
    marked_up = to_mathml(tree(formula))
    assert all(piece in marked_up for piece in pieces), marked_up


@given(st.fractions(max_denominator=10_000))
def test_decimals_are_exact_or_none(value: Fraction) -> None:
    text = decimal_text(value)
    rest = value.denominator
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 2 if rest % 2 == 0 else 5
    assert (text is None) == (rest > 1)
    if text is not None:
        assert Fraction(text) == value
    assert to_text(Number(value))
