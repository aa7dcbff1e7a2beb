"""Symbol tables, all readings of a formula, conditions, helpers, and formulas in Python."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import AuthorError
from grader.formula import (
    Concern,
    Declared,
    Reading,
    Role,
    Side,
    Style,
    SymbolTable,
    declare,
    extend,
    helper,
    number_readings,
    read,
    read_chain,
    read_python,
    to_text,
)
from tests.formula.notation import normal, tree
from tests.formula.tables import ADAM, ANY, CHAIN, COUNTS, FIELD

T = TypeVar("T")


def meanings(reading: Reading) -> list[str]:
    return [to_text(one) for one in reading.trees]


# What an author declares.


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ([Declared(name="x", spellings=("2x",))], "'2x'"),
        ([Declared(name="x", spellings=(r"\frac{a}{b}",))], "no name"),
        ([Declared(name="x", spellings=("x_*^*",))], "one star"),
        ([Declared(name="a", spellings=("u",)), Declared(name="b", spellings=("u",))], "a and b"),
        ([Declared(name="d", role=Role.PARTIAL, of="f!", by="x")], "'f!'"),
        ([Declared(name="d", role=Role.PARTIAL, of="f", by="x")], "no declared name"),
    ],
)
def test_a_wrong_declaration_is_the_authors_mistake(declared: list[Declared], words: str) -> None:
    with pytest.raises(AuthorError) as refused:
        declare(*declared)
    assert words in str(refused.value)


def test_the_same_spelling_twice_for_one_name_is_fine() -> None:
    table = declare(Declared(name="beta", spellings=(r"\beta", "β", "beta", "beta_1", "β₁")))
    assert meanings(read(r"\beta + β_1", table)) == ["beta + beta"]


def test_a_table_is_extended_by_what_a_learner_defines() -> None:
    extended = extend(CHAIN, Declared(name="z"))
    assert read("z + x", extended).unknown == frozenset()
    assert read("z + x", CHAIN).unknown == {"z"}


def test_a_partial_without_a_name_is_named_by_what_it_is() -> None:
    table = declare(Declared(name="x"), Declared(name="", role=Role.PARTIAL, of="x^2", by="x"))
    assert meanings(read(r"\frac{\partial x^2}{\partial x}", table)) == ["∂(x**2)/∂x"]
    assert read(r"\frac{\partial x^2}{\partial x}", table).unknown == frozenset()


@pytest.mark.parametrize("spelling", [r"\hat m_{t+1}", r"\hat{m}_{t+1}", r"\hat{m_{t+1}}"])
def test_an_accented_name_may_have_a_longer_script(spelling: str) -> None:
    table = declare(Declared(name="m_hat", spellings=(spelling,)))
    assert meanings(read(r"2\hat{m}_{t+1}", table)) == ["2*m_hat"]


def test_partials_are_kept_with_their_parts() -> None:
    (partial,) = read(r"\frac{\partial \ln x}{x}", CHAIN).partials
    assert (partial.of, partial.by) == (tree("(log x)"), tree("x"))
    assert partial.declared
    assert not partial.complete


# Several readings.


@pytest.mark.parametrize(
    ("table", "text", "expected"),
    [
        (ADAM, "g^2", ["g_{2}", "g**2"]),
        (ADAM, "g^2 + g^1", ["g_{2} + g_{1}", "g**2 + g**1"]),
        (ADAM, "g^{(2)}", ["g_{2}"]),
        (ADAM, "g**2", ["g**2"]),
        (ADAM, "w^2", ["w_{2}"]),
        (ADAM, r"\beta^2", ["beta**2"]),
        (ANY, "1,792", ["1.792", "1792"]),
        (ANY, "1{,}792", ["1.792", "1792"]),
        (ANY, "1.792", ["1.792", "1792"]),
        (ANY, "1,792 + 36,928", ["1.792 + 36.928", "1792 + 36928"]),
        (ANY, "1,792 + 0.5", ["1792 + 0.5", "1.792 + 0.5"]),
        (ANY, "1,792 + 0,5", ["1.792 + 0.5", "1792 + 0.5"]),
        (ANY, "1.792 + 0,5", ["1792 + 0.5", "1.792 + 0.5"]),
        (ANY, "0,792", ["0.792"]),
        (ANY, "1,7921", ["1.7921"]),
        (ANY, "1792,5", ["1792.5"]),
        (ANY, "1/2x", ["1/2*x", "1/(2*x)"]),
    ],
)
def test_all_readings_are_kept_the_likely_one_first(
    table: SymbolTable, text: str, expected: list[str]
) -> None:
    reading = read(text, table)
    assert meanings(reading) == expected
    ambiguous = [one for one in reading.remarks if one.concern is Concern.AMBIGUOUS]
    assert len(ambiguous) == (len(expected) > 1)
    if len(expected) > 1:
        assert all(one.because for one in reading.alternatives)


def test_a_task_says_which_style_is_likely() -> None:
    english = declare(numbers=Style.ENGLISH)
    german = declare(numbers=Style.GERMAN)
    assert meanings(read("1,792", english)) == ["1792", "1.792"]
    assert meanings(read("1.792", german)) == ["1792", "1.792"]


def test_other_sides_tell_the_style() -> None:
    chain = read_chain("64·28 = 1,792 = 1792.0", COUNTS)
    assert meanings(chain.sides[1].reading) == ["1792", "1.792"]


def test_many_doubts_are_bounded_and_said() -> None:
    doubtful = r"2\frac13 + 3\frac14 + 4\frac15 + 5\frac16 + 6\frac17"
    reading = read(doubtful, ANY)
    assert 1 < len(reading.trees) <= 8
    assert any("among others" in one.sentence for one in reading.remarks)


def test_a_long_formula_keeps_fewer_readings_and_says_so() -> None:
    reading = read("+".join(["1,792/2x"] * 300), ANY)
    assert len(reading.trees) == 2
    assert any("among others" in one.sentence for one in reading.remarks)


@given(st.integers(1, 10**9), st.sampled_from([" ", r"\,", ".", ",", "'", "{,}", "~"]))
def test_grouped_digits_have_the_whole_number_among_their_readings(
    number: int, separator: str
) -> None:
    written = f"{number:,}".replace(",", separator)
    assert Fraction(number) in number_readings(written).values()


@given(st.decimals(0, 10**6, places=4), st.sampled_from(list(Style)[:2]))
def test_decimals_are_read_exactly(value: object, style: Style) -> None:
    written = f"{value}".replace(".", "," if style is Style.GERMAN else ".")
    assert number_readings(written) == {style: Fraction(f"{value}")}


# Conditions, as those of evaluation bars.


def conditions(at: tuple[tuple[Side, ...], ...]) -> list[list[tuple[str, str]]]:
    return [[(side.relation, meanings(side.reading)[0]) for side in sides] for sides in at]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"2x \bigg|_{x=3}", [[("", "x"), ("=", "3")]]),
        (r"\left.2x\right|_{x=3, c=5}", [[("", "x"), ("=", "3")], [("", "c"), ("=", "5")]]),
        (r"u|_{x=3 \approx 2{,}9}", [[("", "x"), ("=", "3"), ("≈", "2.9")]]),
        (r"\frac{1}{x}|_{x=3} + x|_{x=3}", [[("", "x"), ("=", "3")]]),
        ("f(3)", [[("", "x"), ("=", "3")]]),
        ("f(x)", []),
        ("f(c+1)", [[("", "x"), ("=", "c + 1")]]),
        ("f'(3)", [[("", "x"), ("=", "3")]]),
        (r"f \Big\vert_{u = u(3) \approx 8{,}2}", [[("", "u"), ("=", "u"), ("≈", "8.2")]]),
    ],
)
def test_conditions_stand_beside_the_formula(
    text: str, expected: list[list[tuple[str, str]]]
) -> None:
    assert conditions(read(text, CHAIN).at) == expected


# Chains.


def test_a_side_that_is_not_read_leaves_the_others() -> None:
    chain = read_chain(r"x = \frac{1 = 3", CHAIN)
    assert chain.refusal is not None
    chain = read_chain(r"x = 5! = 120", CHAIN)
    assert [side.reading.refusal is None for side in chain.sides] == [True, False, True]


def test_a_set_is_not_read_as_a_number() -> None:
    chain = read_chain(r"\beta \in [0,1]", ADAM)
    assert chain.sides[1].reading.trees == ()
    assert chain.sides[1].reading.text == "[0,1]"


def test_a_blank_behind_a_comma_is_remarked() -> None:
    chain = read_chain("u = 13, 2", CHAIN)
    assert [meanings(side.reading) for side in chain.sides] == [["u"], ["13"], ["2"]]
    assert chain.sides[2].reading.remarks


def test_words_beside_a_formula_are_remarked() -> None:
    chain = read_chain(r"x = 3 \text{ (given above)}", CHAIN)
    (remark,) = chain.sides[1].reading.remarks
    assert remark.concern is Concern.COMMENT


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        (r"h(x) = \frac{x^2}{\log x}", "h", Role.FUNCTION),
        (r"a) \; h(x) := x^2", "h", Role.FUNCTION),
        ("z = x + c", "z", Role.VARIABLE),
        ("c(x) = x^2", "c_of_x", Role.FUNCTION),
    ],
)
def test_a_helper_that_a_learner_defines(text: str, name: str, role: Role) -> None:
    declared = helper(text, CHAIN)
    assert declared is not None
    assert (declared.name, declared.role) == (name, role)
    assert read_chain(text, extend(CHAIN, declared)).sides[0].reading.tree == tree(name)


@pytest.mark.parametrize(
    "text", ["f(x) = x^2", "x = 3", "x^2 = 9", "2 = x", "z", r"\frac{1}{z} = 2", "z < 3", r"\foo"]
)
def test_what_defines_no_helper(text: str) -> None:
    assert helper(text, CHAIN) is None


def test_a_helper_named_like_a_constant_keeps_both_readings() -> None:
    declared = helper("c(x) = x^2", CHAIN)
    assert declared is not None
    table = extend(CHAIN, declared)
    assert meanings(read("c(3)", table)) == ["c_of_x", "c*3"]
    assert meanings(read("c(x)", table)) == ["c_of_x"]
    assert read("c(x)", table).remarks


# Python.


@pytest.mark.parametrize(
    ("table", "code", "meaning"),
    [
        (ANY, "x**2/math.log(x)", "(/ (^ x 2) (log x))"),
        (ANY, "-x + 1/3 - 2*y", "(+ (- x) (/ 1 3) (- (* 2 y)))"),
        (ANY, "max(0.0, x)", "(max 0 x)"),
        (ANY, "np.log2(x) * np.pi", None),
        (ANY, "2 * pi", "(* 2 pi)"),
        (ANY, "1e-8", "1/100000000"),
        (ANY, "48.75689335076091234567", "48.75689335076091234567"),
        (ANY, "pow(x, 3)", "(^ x 3)"),
        (ADAM, "m[t-1]*beta_1", "(* (_ m (- t 1)) beta)"),
        (FIELD, "r[l-1] + jump[l-1]", "(+ (_ r (- l 1)) (_ jump (- l 1)))"),
        (ANY, "+".join(["x"] * 900), "(+ " + "x " * 900 + ")"),
        (ANY, "x if x else y", None),
        (ANY, "x.real", None),
        (ANY, "x and y", None),
        (ANY, "x // y", None),
        (ANY, "[x, y]", None),
        (ANY, "log(x)(2)", None),
        (ANY, "log(x, y)", None),
        (ANY, "x**999", None),
        (ANY, "1j", None),
        (ANY, "", None),
    ],
)  # fmt: skip
def test_python_is_read_or_refused(table: SymbolTable, code: str, meaning: str | None) -> None:
    reading = read_python(code, table)
    if meaning is None:
        assert reading.refusal is not None
        assert reading.refusal.sentence
    else:
        assert reading.tree is not None
        assert normal(reading.tree) == normal(tree(meaning))


def test_python_names_are_declared_ones() -> None:
    reading = read_python("xx + 1", ANY)
    assert reading.unknown == {"xx"}
    assert reading.remarks[0].nearest == "x"


# Deep callers.


def below(frames: int, work: Callable[[], T]) -> T:
    return work() if frames == 0 else below(frames - 1, work)


@pytest.mark.parametrize(
    "text",
    [
        "1+2*-(1+" * 60 + "x" + ")" * 60,
        "1+2^{" * 60 + "x" + "}" * 60,
        "1/(1+" * 30 + "x" + ")" * 30,
    ],
)
def test_a_deep_caller_gets_a_reading_too(text: str) -> None:
    for frames in (100, 500):
        reading = below(frames, lambda: read(text, ANY))
        assert (reading.refusal is None) == bool(reading.trees)
