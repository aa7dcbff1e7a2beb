"""What `compare` promises, beyond the table of pairs."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.formula.comparison import Counterexample, Different, Equal, EqualUpTo, Undecided
from grader.formula.domains import Domain, count, fraction, positive, real
from grader.formula.equivalence import compare
from grader.formula.evaluate import evaluate
from grader.formula.tree import (
    Apply,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Tree,
    add,
    children,
    divide,
    multiply,
    size,
    with_children,
)
from tests.formula.written import tree

DOMAINS = {"x": positive(low=1.2, high=6), "a": real(), "b": real(), "n": count()}
SEEDS = st.integers(0, 2**32)
LITERALS = st.fractions(-4, 4, max_denominator=9).map(Number)
LEAVES = LITERALS | st.sampled_from([Symbol(name) for name in DOMAINS])


def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Formulas with a value at every point, and none of them large."""
    parts = st.lists(inner, min_size=2, max_size=3)
    bounded = st.builds(lambda name, one: Apply(name, (one,)), st.sampled_from(BOUNDED), inner)
    return st.one_of(
        parts.map(lambda terms: add(*terms)),
        parts.map(lambda factors: multiply(*factors)),
        bounded,
        bounded.map(lambda one: Power(one, Number(Fraction(3)))),
        inner.map(lambda one: Apply("abs", (one,))),
        st.builds(lambda one, other: Apply("max", (one, other)), inner, inner),
        inner.map(lambda one: divide(Symbol("a"), add(Number(Fraction(2)), Apply("sin", (one,))))),
    )


BOUNDED = ["sin", "cos", "sign", "arctan"]
FORMULAS = st.recursive(LEAVES, larger, max_leaves=8)


def shuffled(formula: Tree, draw: Any) -> Tree:
    parts = [shuffled(part, draw) for part in children(formula)]
    if isinstance(formula, Sum | Product):
        parts = draw(st.permutations(parts))
    return with_children(formula, tuple(parts))


def distributed(formula: Tree) -> Tree:
    """With each product of sums multiplied out, one level after the other from inside."""
    formula = with_children(formula, tuple(map(distributed, children(formula))))
    if not isinstance(formula, Product):
        return formula
    return reduce(_distributed, formula.factors)


def _distributed(left: Tree, right: Tree) -> Tree:
    lefts = left.terms if isinstance(left, Sum) else (left,)
    rights = right.terms if isinstance(right, Sum) else (right,)
    return add(*(multiply(one, other) for one in lefts for other in rights))


@given(FORMULAS, SEEDS)
@settings(max_examples=40, deadline=None)
def test_a_formula_equals_itself(formula: Tree, seed: int) -> None:
    assert isinstance(compare(formula, formula, DOMAINS, seed=seed), Equal)


@given(FORMULAS, SEEDS, st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_of_terms_and_factors_does_not_matter(
    formula: Tree, seed: int, data: st.DataObject
) -> None:
    other = shuffled(formula, data.draw)
    assert isinstance(compare(other, formula, DOMAINS, seed=seed), Equal)


@given(FORMULAS, FORMULAS, FORMULAS, SEEDS)
@settings(max_examples=40, deadline=None)
def test_multiplying_out_does_not_matter(one: Tree, two: Tree, three: Tree, seed: int) -> None:
    formula = multiply(add(one, two), add(two, three))
    other = distributed(formula)
    assume(size(other) <= 200)
    assert isinstance(compare(other, formula, DOMAINS, seed=seed), Equal)


@given(FORMULAS, st.fractions("1/1000", "1/7", max_denominator=1000), SEEDS)
@settings(max_examples=40, deadline=None)
def test_a_small_difference_is_shown_where_it_is(formula: Tree, more: Fraction, seed: int) -> None:
    verdict = compare(add(formula, Number(more)), formula, DOMAINS, seed=seed)
    assert isinstance(verdict, Different)
    point = dict(verdict.counterexample.point)
    there: Any = evaluate(formula, point)
    assert float(there) == pytest.approx(verdict.counterexample.expected, rel=1e-12)
    assert float(there + float(more)) == pytest.approx(verdict.counterexample.given, rel=1e-12)


@given(FORMULAS, FORMULAS, SEEDS)
@settings(max_examples=40, deadline=None)
def test_the_verdict_has_no_direction_and_no_memory(one: Tree, other: Tree, seed: int) -> None:
    there = compare(one, other, DOMAINS, seed=seed)
    back = compare(other, one, DOMAINS, seed=seed)
    assert type(there) is type(back)
    assert compare(one, other, DOMAINS, seed=seed) == there


def test_points_lie_in_the_domains() -> None:
    domains = {"a": Domain(low=2, high=3, avoid=(2.5,)), "t": count(low=3, high=5)}
    verdict = compare(tree("a*t + 1"), tree("a*t"), domains, seed=1)
    assert isinstance(verdict, Different)
    point = dict(verdict.counterexample.point)
    assert 2 <= abs(point["a"]) <= 3 and point["t"] in (3, 4, 5)
    assert isinstance(point["t"], int)


def test_a_symbol_of_one_side_only_is_compared_like_any_other() -> None:
    domains = {"a": real(), "c": real()}
    assert isinstance(compare(tree("a + c - c"), tree("a"), domains, seed=1), Equal)
    assert isinstance(compare(tree("a"), tree("a + c"), domains, seed=1), Different)
    assert isinstance(compare(tree("a + c"), tree("a"), domains, seed=1), Different)


def test_symbols_that_are_not_declared_are_named() -> None:
    verdict = compare(tree("a + foo"), tree("a + bar"), DOMAINS, seed=1)
    assert isinstance(verdict, Undecided)
    assert "bar, foo" in verdict.reason


def test_a_symbol_is_no_member_of_a_family_that_begins_like_it() -> None:
    domains = {"m_*": real(), "m_hat_*": real()}
    assert isinstance(compare(tree("m_hat"), tree("m_hat"), domains, seed=1), Undecided)
    assert isinstance(compare(tree("m[1]"), tree("m[1]"), domains, seed=1), Equal)


def test_a_running_index_needs_no_domain_but_a_free_one_does() -> None:
    domains = {"k_*": count(), "n": count(low=2)}
    ok = compare(tree("Sum(i, 1, n, k[i])"), tree("k[1] + Sum(j, 2, n, k[j])"), domains, seed=1)
    assert isinstance(ok, Equal)
    assert isinstance(compare(tree("k[i - 1]"), tree("k[i - 1]"), domains, seed=1), Undecided)
    assert isinstance(compare(tree("i"), tree("i"), domains, seed=1), Undecided)


def test_a_member_may_have_a_domain_of_its_own() -> None:
    domains = {"k_*": positive(), "k_0": Domain(low=-3, high=-2, both_signs=False)}
    assert isinstance(compare(tree("abs(k[0])"), tree("-k[0]"), domains, seed=1), Equal)
    assert isinstance(compare(tree("abs(k[1])"), tree("k[1]"), domains, seed=1), Equal)


def test_definitions_let_a_name_stand_for_a_formula() -> None:
    definitions = {"u": tree("x**2/log(x)"), "f": tree("(u + a)*(u - a)")}
    expected = tree("x**4/log(x)**2 - a**2")
    for text, kind in (("u**2 - a**2", Equal), ("f", Equal), ("u**2", Different)):
        verdict = compare(tree(text), expected, DOMAINS, seed=1, definitions=definitions)
        assert isinstance(verdict, kind)


def test_a_definition_does_not_see_a_running_index() -> None:
    definitions = {"u": tree("2*n")}
    domains = {"n": count()}
    given_ = tree("Sum(n, 1, 3, n*u)")
    verdict = compare(given_, tree("12*n"), domains, seed=1, definitions=definitions)
    assert isinstance(verdict, Equal)


def test_only_declared_parameters_may_vanish() -> None:
    domains = {"g": real(), "e": Domain(low=0.01, high=0.5, both_signs=False)}
    pair = tree("g/(abs(g) + e)"), tree("sign(g)")
    assert isinstance(compare(*pair, domains, seed=1), Different)
    verdict = compare(*pair, domains, seed=1, small=("e",))
    assert isinstance(verdict, EqualUpTo)
    assert verdict.small == ("e",)
    assert dict(verdict.counterexample.point)["e"] > 0


def test_no_more_parameters_vanish_than_needed() -> None:
    domains = dict.fromkeys("ghe", positive())
    verdict = compare(tree("g + h"), tree("g + h + e"), domains, seed=1, small=("h", "e"))
    assert isinstance(verdict, EqualUpTo)
    assert verdict.small == ("e",)
    verdict = compare(tree("g"), tree("g + h + e"), domains, seed=1, small=("h", "e"))
    assert isinstance(verdict, EqualUpTo)
    assert verdict.small == ("h", "e")


def test_what_has_no_value_without_the_small_parameter_is_left_to_a_person() -> None:
    domains = {"g": real(), "e": fraction()}
    verdict = compare(tree("g*e/(e*abs(g))"), tree("g/(abs(g) + e)"), domains, seed=1, small=["e"])
    assert isinstance(verdict, Undecided)
    assert "With e = 0" in verdict.reason


def test_every_combination_of_signs_of_two_symbols_is_looked_at() -> None:
    """Each of these differs from 0 for one combination of signs only."""
    domains = {f"y{number}": real() for number in range(7)}
    for one, other in (("y0", "y6"), ("y3", "y5"), ("y6", "y2")):
        for signs in ("{}", "-{}"):
            for others in ("{}", "-{}"):
                text = f"max(0, {signs.format(one)})*max(0, {others.format(other)})"
                full = text + "".join(f" + 0*{name}" for name in domains)
                for seed in range(3):
                    verdict = compare(tree(full), tree("0"), domains, seed=seed)
                    assert isinstance(verdict, Different), (text, seed)


def test_more_points_are_taken_where_formulas_lack_values() -> None:
    domains = {"a": positive(), "b": positive()}
    verdict = compare(tree("2*log(a - b)"), tree("log((a - b)**2)*1"), domains, seed=1)
    assert isinstance(verdict, Undecided)
    verdict = compare(tree("log((a - b)**2)"), tree("2*log(a - b)"), domains, seed=1)
    assert isinstance(verdict, Equal)
    assert verdict.points >= 8


def test_at_least_as_many_points_as_wanted_agree() -> None:
    for points in (1, 8, 20):
        verdict = compare(tree("a + b"), tree("b + a"), DOMAINS, seed=1, points=points)
        assert isinstance(verdict, Equal)
        assert verdict.points >= points


def test_a_counterexample_reads_as_a_sentence() -> None:
    example = Counterexample((("beta", 0.5), ("t", 3)), 0.125, 0.875)
    assert str(example) == "at beta = 0.5, t = 3 the value is 0.125, not 0.875"
    assert str(Counterexample((), 1.0, 1.0000000001)) == "the value is 1, not 1.0000000001"


def test_a_counterexample_is_easy_to_type() -> None:
    verdict = compare(tree("(1 - x)**n"), tree("1 - x**n"), DOMAINS, seed=4)
    assert isinstance(verdict, Different)
    assert all(number == float(f"{number:.2g}") for _, number in verdict.counterexample.point)


def repeated(step: Callable[[Tree], Tree], levels: int) -> Tree:
    formula: Tree = Symbol("a")
    for _ in range(levels):
        formula = step(formula)
    return formula


def nested(function: str, levels: int) -> Tree:
    return repeated(lambda inner: Apply(function, (inner,)), levels)


HOSTILE = {
    "a tower of powers": repeated(lambda above: Power(Number(Fraction(9)), above), 40),
    "powers of powers": repeated(
        lambda base: Power(add(base, Number(Fraction(1))), Number(Fraction(64))), 50
    ),
    "nested exponentials": nested("exp", 100),
    "nested hyperbolic functions": nested("sinh", 100),
    "a huge exponent": tree("1.0000001**(10**64)"),
    "a huge literal": Number(Fraction(10**50_000)),
    "a huge fraction": Number(Fraction(1, 10**50_000)),
    "a huge argument of a sine": tree("sin(9**64*9**64)"),
    "many terms": tree("Sum(i, 1, 10**60, a)"),
    "few terms, many times": tree("Sum(i, 1, 99, Sum(j, 1, 99, Sum(k, 1, 99, a**i)))"),
    "a long sum": Sum(tuple(Apply("log", (tree(f"a**2 + {i}"),)) for i in range(2_000))),
    "a deep nest": nested("abs", 5_000),
    "a deep nest of sums": repeated(lambda inner: Sum((inner, inner)), 60),
    "an unknown function": Apply("system", (Symbol("a"),)),
    "too many arguments": Apply("log", (Symbol("a"),) * 3),
    "no arguments": Apply("max", ()),
    "a broken index": tree("k[1/2]"),
    "a distant index": tree("k[10**40]"),
    "an index that is no number": tree("k[log(0)]"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("swapped", [False, True])
def test_hostile_formulas_end_undecided(name: str, swapped: bool) -> None:
    one, other = HOSTILE[name], tree("a + 1")
    if swapped:
        one, other = other, one
    verdict = compare(one, other, {**DOMAINS, "k_*": real()}, seed=1)
    assert isinstance(verdict, Undecided)
    assert verdict.reason.endswith(".")
    assert len(verdict.reason) < 300
