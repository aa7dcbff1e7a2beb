"""Random trees, and random ways of writing each of them, in LaTeX and in plain text."""

from __future__ import annotations

import random
from fractions import Fraction

from hypothesis import strategies as st

from grader.formula import Declared, SymbolTable, declare
from grader.formula.render import decimal_text
from grader.formula.tree import (
    MINUS_ONE,
    Apply,
    Indexed,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Tree,
    add,
    multiply,
)

# By canonical name: how the name may be written.
NAMES = {
    "x": ("x", "{x}", "𝑥"),
    "c": ("c",),
    "beta": (r"\beta", "β", r"\beta_1", "beta", r"\beta_{1}", "β₁"),
    "epsilon": (r"\epsilon", r"\varepsilon", "ε"),
    "jump": ("jump", r"\text{jump}", r"\mathrm{jump}"),
    "n_in": ("n_{in}", r"n_{\text{in}}", r"n_{\mathrm{in}}"),
}
FAMILIES = {
    "r": ("r_{%s}", "r_{ %s }"),
    "m_hat": (r"\hat{m}_{%s}", r"\hat m^{%s}", r"\widehat{m}_{%s}", r"\hat{m_{%s}}"),
}

TABLE: SymbolTable = declare(
    Declared(name="x"),
    Declared(name="c"),
    Declared(name="beta", spellings=(r"\beta", r"\beta_1")),
    Declared(name="epsilon"),
    Declared(name="jump"),
    Declared(name="n_in", spellings=("n_{in}",)),
    Declared(name="r", spellings=("r_*",)),
    Declared(name="m_hat", spellings=(r"\hat m_*", r"\hat m^*")),
)

FUNCTIONS = {
    "log": (r"\log", r"\ln", "log", "ln", "np.log"),
    "exp": (r"\exp", "exp"),
    "sign": (r"\text{sign}", r"\operatorname{sgn}", "sign"),
    "tanh": (r"\tanh", "tanh"),
}

numbers = st.one_of(
    st.integers(0, 40).map(lambda n: Number(Fraction(n))),
    st.integers(1, 999).map(lambda n: Number(Fraction(n, 10))),
)
names = st.sampled_from(list(NAMES)).map(Symbol)
members = st.builds(
    Indexed, st.sampled_from(list(FAMILIES)), st.integers(0, 12).map(lambda n: Number(Fraction(n)))
)


def _larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    several = st.lists(inner, min_size=2, max_size=4)
    exponents = st.one_of(
        st.integers(2, 12).map(lambda n: Number(Fraction(n))), names, st.just(MINUS_ONE)
    )
    return st.one_of(
        several.map(lambda parts: add(*parts)),
        several.map(lambda parts: multiply(*parts)),
        st.builds(Power, inner, exponents),
        st.builds(lambda name, part: Apply(name, (part,)), st.sampled_from(list(FUNCTIONS)), inner),
        st.builds(lambda part: Apply("sqrt", (part,)), inner),
        st.builds(lambda part: Apply("abs", (part,)), inner),
        st.builds(lambda left, right: Apply("max", (left, right)), inner, inner),
    )


def trees() -> st.SearchStrategy[Tree]:
    return st.recursive(st.one_of(numbers, names, members), _larger, max_leaves=12)


class Writer:
    """Writes a tree down, choosing at random among the ways to do so."""

    def __init__(self, seed: int, *, german: bool) -> None:
        self.random = random.Random(seed)
        self.german = german

    def choose(self, *ways: str) -> str:
        return self.random.choice(ways)

    def write(self, tree: Tree) -> str:
        match tree:
            case Number(value):
                return self.number(value)
            case Symbol(name):
                return self.choose(*NAMES[name])
            case Indexed(base, index):
                return self.choose(*FAMILIES[base]) % self.write(index)
            case Sum(terms):
                return self.sum(terms)
            case Product(factors):
                return self.product(factors)
            case Power(base, exponent):
                return self.power(base, exponent)
            case Apply(function, arguments):
                return self.apply(function, arguments)
            case _:
                raise AssertionError(f"{tree!r} has no spelling")

    def number(self, value: Fraction) -> str:
        text = decimal_text(value)
        assert text is not None
        return text.replace(".", self.choose(",", "{,}")) if self.german else text

    def sum(self, terms: tuple[Tree, ...]) -> str:
        sign = self.choose("+", " + ", " +")
        return sign.join(self.bracketed(term) for term in terms)

    def bracketed(self, tree: Tree) -> str:
        inner = self.write(tree)
        if isinstance(tree, Symbol | Indexed) or (isinstance(tree, Number) and tree.value >= 0):
            return inner
        left, right = self.random.choice(
            [("(", ")"), (r"\left(", r"\right)"), ("[", "]"), (r"\bigl(", r"\bigr)"), ("( ", " )")]
        )
        return f"{left}{inner}{right}"

    def product(self, factors: tuple[Tree, ...]) -> str:
        first, *rest = factors
        text = self.bracketed(first)
        for factor in rest:
            text = self.times(text, factor)
        return text

    def times(self, text: str, factor: Tree) -> str:
        if (
            isinstance(factor, Power)
            and factor.exponent == MINUS_ONE
            and self.random.random() < 0.5
        ):
            return f"{text}{self.choose(' / ', '/')}{self.bracketed(factor.base)}"
        sign = self.choose(r" \cdot ", r" \times ", "·", " * ", "×")
        return f"{text}{sign}{self.bracketed(factor)}"

    def power(self, base: Tree, exponent: Tree) -> str:
        if exponent == MINUS_ONE:
            return self.choose(r"\frac{1}{%s}", r"\dfrac{1}{%s}", "1/(%s)") % self.write(base)
        below = self.write(base) if isinstance(base, Symbol) else f"({self.write(base)})"
        if base == Symbol("x") or not isinstance(base, Symbol):
            return below + self.choose("^{%s}", "**(%s)", "^(%s)") % self.write(exponent)
        return f"({below})^{{{self.write(exponent)}}}"

    def apply(self, function: str, arguments: tuple[Tree, ...]) -> str:
        inner = [self.write(argument) for argument in arguments]
        match function:
            case "sqrt":
                return self.choose(r"\sqrt{%s}", "√(%s)", "sqrt(%s)") % inner[0]
            case "abs":
                ways = (r"\left|%s\right|", r"\lvert %s\rvert", "abs(%s)")
                return self.choose(*ways) % inner[0]
            case "max":
                between = self.choose("; ", " ; ")
                return self.choose(r"\max(%s)", "max(%s)", r"\max\{%s\}") % between.join(inner)
            case _:
                around = self.choose("(%s)", r"\left( %s \right)")
                return self.choose(*FUNCTIONS[function]) + around % inner[0]
