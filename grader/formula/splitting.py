"""Where a formula ends and the next begins: relations, commas, breaks, wide blanks, words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from grader.formula.kinds import Kind, Token
from grader.formula.lexicon import CONNECTORS
from grader.formula.source import Source

OPERATORS: Final = frozenset("+-*/")
SOFT: Final = frozenset([Kind.QUAD, Kind.BREAK])
IMPLIES: Final = frozenset(["⇒", "⇔"])


class Piece(NamedTuple):
    """A side: the relation before it, and from which token to which it goes."""

    relation: str
    start: int
    stop: int


def split(source: Source, start: int, stop: int) -> Iterator[list[Piece]]:
    """The equations in some tokens, each as its sides; empty ones are left out."""
    equation: list[Piece] = []
    relation, begin = "", start
    for place, end in _borders(source, start, stop):
        if begin < place or relation:
            equation.append(Piece(relation, begin, place))
        token = source.tokens[place] if place < stop else None
        starts_new = token is None or token.kind is not Kind.RELATION or token.text in IMPLIES
        if starts_new:
            yield from [equation] if _says_something(source, equation) else []
            equation = []
        relation = token.text if token is not None and token.kind is Kind.RELATION else ""
        begin = end


def _says_something(source: Source, equation: list[Piece]) -> bool:
    return any(piece.start < piece.stop for piece in equation)


def _borders(source: Source, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Where a side ends, and where the next one begins."""
    place = start
    while place < stop:
        token = source.tokens[place]
        if token.kind is Kind.OPEN:
            place = source.partners[place]
        elif token.kind is Kind.RELATION or _ends(source, place):
            yield place, place + 1
        place += 1
    yield stop, stop


def _ends(source: Source, place: int) -> bool:
    token = source.tokens[place]
    match token.kind:
        case Kind.COMMA:
            return True
        case Kind.WORD | Kind.NAME:
            word = token.text.lower().strip(" .,:")
            return word in CONNECTORS and not source.table.knows(token.text)
        case Kind.QUAD | Kind.BREAK:
            return True
        case _:
            return False


def without_soft_breaks(tokens: list[Token]) -> list[Token]:
    """Without the breaks and wide blanks that a formula goes on after.

    It goes on inside of brackets, and where an operator or relation stands before or after.
    """
    done: list[Token] = []
    level = 0
    for place, token in enumerate(tokens):
        level += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(token.kind, 0)
        if token.kind not in SOFT or not (level > 0 or _continues(tokens, done, place)):
            done.append(token)
    return done


def _continues(tokens: list[Token], before: list[Token], place: int) -> bool:
    if place and tokens[place - 1].kind in SOFT:
        return True
    after = place + 1
    while after < len(tokens) and tokens[after].kind in SOFT:
        after += 1
    if not before or after == len(tokens):
        return True
    return _joins(before[-1]) or _joins(tokens[after])


def _joins(token: Token) -> bool:
    operator = token.kind is Kind.OPERATOR and token.text in OPERATORS
    return operator or token.kind is Kind.RELATION
