"""Trees for people: as MathML for the report, and as plain text that can be read again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from html import escape
from typing import Final

from grader.formula.lexicon import ACCENTS, GREEK
from grader.formula.tree import (
    MINUS_ONE,
    Apply,
    Indexed,
    Number,
    Power,
    Product,
    Series,
    Sum,
    Symbol,
    Tree,
    multiply,
)
from grader.language import decimal, separator

ADDED: Final = 1
MULTIPLIED: Final = 2
RAISED: Final = 3
ALONE: Final = 4

LETTERS: Final = {name: letter for letter, name in reversed(GREEK.items())} | {"eps": "ε"}
DERIVATIVE: Final = re.compile(r"d([^\W_]{1,3})_d([^\W_]{1,3})\Z")
"""A partial's name such as `dlog_dx`; longer words, as `dense_dim`, are names of something else."""
ACCENT_SIGNS: Final = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "dot": "˙", "ddot": "¨"}
LARGE: Final = {"sum": "∑", "product": "∏"}


def to_text(tree: Tree) -> str:
    """`tree` in one line; reading it again gives the same tree, up to its normal form."""
    return _text(tree)[0]


def shown_text(tree: Tree) -> str:
    """`tree` in one line for people: its numbers look as the language writes them."""
    text = to_text(tree)
    if decimal(".") == ".":
        return text
    return re.sub(r"(?<=[0-9])\.(?=[0-9])", decimal("."), text.replace(", ", f"{separator()} "))


def to_mathml(tree: Tree) -> str:
    """`tree` as a MathML element in the language spoken; all names are escaped."""
    return f"<math>{_row(_mathml(tree)[0])}</math>"


Shown = tuple[str, int]
Bracket = Callable[[str], str]


# Plain text.


def _text(tree: Tree) -> Shown:
    match tree:
        case Number(value):
            return _number_text(value)
        case Symbol(name):
            return name, ALONE
        case Indexed(base, index):
            inner = to_text(index)
            return (f"{base}[{inner}]" if "_" in base else f"{base}_{{{inner}}}"), ALONE
        case Sum(terms):
            return _terms(terms, _text, _bracketed, (" + ", " - ")), ADDED
        case Product():
            return _product_text(tree)
        case Power(base, exponent):
            return _power_text(base, exponent)
        case Apply(function, arguments):
            return f"{function}({', '.join(map(to_text, arguments))})", ALONE
        case Series():
            return _series_text(tree), MULTIPLIED


def _bracketed(text: str) -> str:
    return f"({text})"


def _number_text(value: Fraction) -> Shown:
    tightness = ADDED if value < 0 else ALONE
    decimals = decimal_text(value)
    if decimals is not None:
        return decimals, tightness
    return f"{value.numerator}/{value.denominator}", min(tightness, MULTIPLIED)


def decimal_text(value: Fraction) -> str | None:
    """`value` with all its decimals; None if they do not end within 40."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest, count = rest // prime, count + 1
        places = max(places, count)
    if rest != 1 or places > 40:
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    point = len(digits) - places
    whole = f"{digits[:point]}.{digits[point:]}" if places else digits
    return f"-{whole}" if value < 0 else whole


def _terms(
    terms: Iterable[Tree],
    show: Callable[[Tree], Shown],
    bracket: Bracket,
    signs: tuple[str, str],
) -> str:
    plus, minus = signs
    pieces: list[str] = []
    for term in terms:
        positive = _without_sign(term) if pieces else None
        shown, tightness = show(term if positive is None else positive)
        piece = (
            shown if tightness > ADDED or (not pieces and tightness == ADDED) else bracket(shown)
        )
        if not pieces and isinstance(term, Sum):
            piece = bracket(shown)
        pieces += ([plus if positive is None else minus] if pieces else []) + [piece]
    return "".join(pieces)


def _without_sign(tree: Tree) -> Tree | None:
    """What a minus stands before; None if there is none."""
    match tree:
        case Number(value) if value < 0:
            return Number(-value)
        case Product((Number(value), *rest)) if value == -1 and rest:
            return multiply(*rest)
        case _:
            return None


def _fits(tree: Tree, tightness: int, show: Callable[[Tree], Shown], bracket: Bracket) -> str:
    shown, own = show(tree)
    return shown if own >= tightness else bracket(shown)


def _split(product: Product) -> tuple[list[Tree], list[Tree]]:
    """The factors above and below a fraction line."""
    below = [f.base for f in product.factors if isinstance(f, Power) and f.exponent == MINUS_ONE]
    above = [f for f in product.factors if not (isinstance(f, Power) and f.exponent == MINUS_ONE)]
    return above, below


def _product_text(product: Product) -> Shown:
    positive = _without_sign(product)
    if positive is not None:
        return f"-{_fits(positive, MULTIPLIED, _text, _bracketed)}", ADDED
    pieces: list[str] = []
    for factor in product.factors:
        divides = isinstance(factor, Power) and factor.exponent == MINUS_ONE
        inner = factor.base if isinstance(factor, Power) and divides else factor
        text = _fits(inner, RAISED, _text, _bracketed)
        if not pieces:
            pieces.append(f"1/{text}" if divides else text)
        else:
            pieces.append(f"{'/' if divides else '*'}{text}")
    return "".join(pieces), MULTIPLIED


def _power_text(base: Tree, exponent: Tree) -> Shown:
    if exponent == MINUS_ONE:
        return f"1/{_fits(base, RAISED, _text, _bracketed)}", MULTIPLIED
    below = _fits(base, ALONE, _text, _bracketed)
    return f"{below}**{_fits(exponent, ALONE, _text, _bracketed)}", RAISED


def _series_text(series: Series) -> str:
    sign = LARGE[series.kind]
    bounds = f"_{{{series.index}={to_text(series.first)}}}^{{{to_text(series.last)}}}"
    return f"{sign}{bounds} ({to_text(series.body)})"


# MathML.


def _mathml(tree: Tree) -> Shown:
    match tree:
        case Number(value):
            return _number_mathml(value)
        case Symbol(name):
            return name_mathml(name), ALONE
        case Indexed(base, index):
            return f"<msub>{name_mathml(base)}{_row(_mathml(index)[0])}</msub>", ALONE
        case Sum(terms):
            signs = ("<mo>+</mo>", "<mo>−</mo>")
            return _terms(terms, _mathml, _fenced, signs), ADDED
        case Product():
            return _product_mathml(tree)
        case Power(base, exponent):
            return _power_mathml(base, exponent)
        case Apply(function, arguments):
            return _apply_mathml(function, arguments), ALONE
        case Series():
            return _series_mathml(tree), MULTIPLIED


def _row(inner: str) -> str:
    return f"<mrow>{inner}</mrow>"


def _fenced(inner: str) -> str:
    return f"<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>"


def _number_mathml(value: Fraction) -> Shown:
    sign = "<mo>−</mo>" if value < 0 else ""
    tightness = ADDED if value < 0 else ALONE
    decimals = decimal_text(abs(value))
    if decimals is not None:
        return f"{sign}<mn>{decimal(decimals)}</mn>", tightness
    top, bottom = abs(value.numerator), value.denominator
    return f"{sign}<mfrac><mn>{top}</mn><mn>{bottom}</mn></mfrac>", tightness


def name_mathml(name: str) -> str:
    """A name with its accent, its index or as a partial derivative, as MathML."""
    accent, _, letter = name.partition(" ")
    if accent in ACCENTS.values() and letter:
        sign = ACCENT_SIGNS[accent]
        return f'<mover accent="true">{name_mathml(letter)}<mo>{sign}</mo></mover>'
    derivative = DERIVATIVE.match(name)
    if derivative:
        of, by = (f"<mrow><mo>∂</mo>{name_mathml(one)}</mrow>" for one in derivative.groups())
        return f"<mfrac>{of}{by}</mfrac>"
    base, _, below = name.partition("_")
    if base and below:
        return f"<msub>{name_mathml(base)}{name_mathml(below)}</msub>"
    letter = name.rstrip("0123456789")
    if letter in LETTERS and letter != name:
        return f"<msub><mi>{LETTERS[letter]}</mi><mn>{name[len(letter) :]}</mn></msub>"
    return f"<mi>{escape(LETTERS.get(name, name))}</mi>"


def _product_mathml(product: Product) -> Shown:
    positive = _without_sign(product)
    if positive is not None:
        return f"<mo>−</mo>{_fits(positive, MULTIPLIED, _mathml, _fenced)}", ADDED
    above, below = _split(product)
    if not below:
        return _times(above), MULTIPLIED
    top = _alone(above) if above else "<mn>1</mn>"
    return f"<mfrac>{_row(top)}{_row(_alone(below))}</mfrac>", MULTIPLIED


def _alone(factors: list[Tree]) -> str:
    return _mathml(factors[0])[0] if len(factors) == 1 else _times(factors)


def _times(factors: list[Tree]) -> str:
    return "<mo>·</mo>".join(_fits(one, MULTIPLIED, _mathml, _fenced) for one in factors)


def _power_mathml(base: Tree, exponent: Tree) -> Shown:
    if exponent == MINUS_ONE:
        return f"<mfrac><mn>1</mn>{_row(_mathml(base)[0])}</mfrac>", MULTIPLIED
    below = _fits(base, ALONE, _mathml, _fenced)
    return f"<msup>{_row(below)}{_row(_mathml(exponent)[0])}</msup>", RAISED


def _apply_mathml(function: str, arguments: tuple[Tree, ...]) -> str:
    inner = f"<mo>{separator()}</mo>".join(_mathml(argument)[0] for argument in arguments)
    match function:
        case "sqrt":
            return f"<msqrt>{inner}</msqrt>"
        case "abs":
            return f"<mrow><mo>|</mo>{inner}<mo>|</mo></mrow>"
        case "exp":
            return f"<msup><mi>e</mi>{_row(inner)}</msup>"
        case "log2" | "log10":
            base = f"<msub><mi>log</mi><mn>{function[3:]}</mn></msub>"
            return f"{base}<mo>&#x2061;</mo>{_fenced(inner)}"
        case _:
            return f"<mi>{function}</mi><mo>&#x2061;</mo>{_fenced(inner)}"


def _series_mathml(series: Series) -> str:
    below = f"<mrow>{name_mathml(series.index)}<mo>=</mo>{_mathml(series.first)[0]}</mrow>"
    above = _row(_mathml(series.last)[0])
    sign = f"<munderover><mo>{LARGE[series.kind]}</mo>{below}{above}</munderover>"
    return sign + _fits(series.body, MULTIPLIED, _mathml, _fenced)
