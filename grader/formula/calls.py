"""Functions with their arguments, with brackets or without."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Final

from grader.formula.kinds import Kind, Token
from grader.formula.lexicon import FUNCTION_NAMES
from grader.formula.limits import RefusedError, shown
from grader.formula.parser import MULTIPLYING, RAISING, Parser, extended
from grader.formula.result import Concern
from grader.formula.symbols import Logarithm
from grader.formula.tree import (
    FUNCTIONS,
    MINUS_ONE,
    ZERO,
    Apply,
    Number,
    Power,
    Symbol,
    Tree,
    divide,
)
from grader.language import say

LOGARITHMS: Final[dict[Logarithm, str]] = {"natural": "log", "ten": "log10", "two": "log2"}
INVERSES: Final = {"sin": "arcsin", "cos": "arccos", "tan": "arctan"}
WHOLE_OR_DECIMAL: Final = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,30})?\Z")
PLAIN: Final = frozenset([Kind.NUMBER, Kind.NAME, Kind.COMMAND, Kind.FRACTION])


def function(parser: Parser) -> Tree:
    """A function that is always known, with its scripts and its argument."""
    token = parser.take()
    name = FUNCTION_NAMES[token.text]
    if name == "log?":
        name = LOGARITHMS[parser.table.log]
    with parser.nested():
        make = _based(parser, token, name) if parser.sees("_") else _maker(name)
        raise_by = _exponent(parser) if parser.sees("^") else None
        applied = make(_arguments(parser, token, name), token)
    if raise_by is None:
        return applied
    return _to_the_power(parser, name, applied, raise_by, token)


Maker = Callable[[list[Tree], Token], Tree]


def _maker(name: str) -> Maker:
    def make(arguments: list[Tree], token: Token) -> Tree:
        lowest, highest = (2, 2) if name == "pow" else FUNCTIONS.get(name, (1, 1))
        if not lowest <= len(arguments) <= highest:
            sentence = say(
                "{name} takes {lowest} to {highest} arguments, not {count}",
                name=token.text,
                lowest=lowest,
                highest=highest,
                count=len(arguments),
            )
            raise RefusedError(sentence, token.start, token.end)
        return _applied(name, arguments)

    return make


def _applied(name: str, arguments: list[Tree]) -> Tree:
    if name == "pow":
        return Power(*arguments)
    if name == "relu":
        return Apply("max", (ZERO, *arguments))
    return Apply(name, tuple(arguments))


def _based(parser: Parser, token: Token, name: str) -> Maker:
    r"""`\log_2`: a logarithm to a base."""
    mark = parser.take()
    if name not in LOGARITHMS.values() or token.text not in ("log", "lg", "ln"):
        sentence = say("an index at {name} is not read", name=shown(token.text))
        raise RefusedError(sentence, token.start, mark.end)
    base = parser.expression(RAISING)
    known = {Number(Fraction(2)): "log2", Number(Fraction(10)): "log10"}
    if base in known:
        return _maker(known[base])
    return lambda arguments, _: divide(Apply("log", tuple(arguments)), Apply("log", (base,)))


def _exponent(parser: Parser) -> Tree:
    parser.take()
    return parser.exponent()


def _to_the_power(parser: Parser, name: str, applied: Tree, exponent: Tree, token: Token) -> Tree:
    r"""`\sin^{-1} x` may be the inverse function."""
    if exponent == MINUS_ONE and name in INVERSES and isinstance(applied, Apply):
        power = ("power", say("{name}^-1 is one over {name}", name=token.text))
        inverse = ("inverse", say("{name}^-1 is the inverse function", name=token.text))
        if parser.choose(f"inverse {name}", inverse, power) == "inverse":
            return Apply(INVERSES[name], applied.arguments)
    return parser.power(applied, exponent, token)


def _arguments(parser: Parser, token: Token, name: str) -> list[Tree]:
    opened = parser.token()
    if opened.kind is Kind.OPEN and opened.text in ("(", "{", "[", "\\{"):
        several = FUNCTIONS.get(name, (1, 1))[1] > 1 or name == "pow"
        return bracketed(parser, several=several)
    if opened.kind in (Kind.BAR, Kind.OPEN):
        return [parser.expression(RAISING)]
    return [_bare(parser, token, name)]


def bracketed(parser: Parser, *, several: bool) -> list[Tree]:
    """The arguments in the brackets at the current place."""
    close = parser.partners[parser.at]
    places = _separators(parser, close) if several else []
    if several and not places and (split := _split_number(parser, close)) is not None:
        parser.at = close + 1
        return split
    borders = [parser.at, *places, close]
    arguments = [parser.within(before + 1, after) for before, after in pairwise(borders)]
    parser.at = close + 1
    return arguments


def _separators(parser: Parser, close: int) -> list[int]:
    places, at = [], parser.at + 1
    while at < close:
        if parser.tokens[at].kind is Kind.COMMA:
            places.append(at)
        at = parser.partners[at] + 1 if parser.tokens[at].kind is Kind.OPEN else at + 1
    return places


def _split_number(parser: Parser, close: int) -> list[Tree] | None:
    """`max(3,2)` has two arguments, although 3,2 is also a number."""
    inside = parser.tokens[parser.at + 1 : close]
    if len(inside) != 1 or inside[0].kind is not Kind.NUMBER:
        return None
    pieces = inside[0].text.split(",")
    if len(pieces) < 2 or not all(WHOLE_OR_DECIMAL.match(piece) for piece in pieces):
        return None
    return [Number(Fraction(piece)) for piece in pieces]


def _bare(parser: Parser, token: Token, name: str) -> Tree:
    """An argument without brackets: the factors up to the next sign, bracket or function."""
    first = parser.token().kind
    if not (first is Kind.FUNCTION or first in PLAIN or parser.sees("√")):
        sentence = say("{name} has no argument", name=shown(token.text))
        raise RefusedError(sentence, token.start, token.end)
    tree = parser.expression(RAISING - 1)
    factors = 1
    while name != "sqrt" and parser.token().kind in PLAIN:
        if parser.token().kind is Kind.NUMBER:
            break
        tree, factors = extended(tree, parser.expression(MULTIPLYING)), factors + 1
    if factors > 1 or parser.token().kind in (Kind.OPEN, *PLAIN) or parser.sees("/"):
        sentence = say(
            "{name} without brackets: how far it reaches is not sure", name=shown(token.text)
        )
        parser.remark(Concern.NOTATION, sentence, token)
    return tree


def call(parser: Parser, token: Token) -> Tree | None:
    """A declared function with brackets after it; None if they multiply it."""
    declared, parameter = parser.table.functions[token.text]
    start, close = parser.at + 1, parser.partners[parser.at]
    inside = parser.tokens[start:close]
    plain = len(inside) == 1 and inside[0].text == parameter
    if token.text in parser.table.names and not _as_function(parser, token, plain=plain):
        return None
    if not plain:
        parser.within(start, close)
        parser.found.calls.append((token, parameter, start, close))
    parser.at = close + 1
    return Symbol(declared.name)


def _as_function(parser: Parser, token: Token, *, plain: bool) -> bool:
    """Where a name is a function and something else as well, which of them it is."""
    if plain:
        sentence = say("{name} is a function and another name as well", name=shown(token.text))
        parser.remark(Concern.NOTATION, sentence, token)
        return True
    options = (
        ("function", say("{name} before brackets is the function", name=token.text)),
        ("product", say("{name} before brackets multiplies them", name=token.text)),
    )
    return parser.choose(f"call of {token.text}", *options) == "function"
