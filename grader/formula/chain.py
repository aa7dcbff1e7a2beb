"""Derivations: `a = b ≈ c`, several equations in a block, each side read on its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, final

from grader.formula.kinds import Kind, Token
from grader.formula.limits import Refusal, RefusedError
from grader.formula.reader import prepare, read_part
from grader.formula.result import Concern, Reading, Remark, Side
from grader.formula.source import Source, match_brackets, style_order
from grader.formula.splitting import Piece, split
from grader.formula.symbols import Declared, Role, SymbolTable
from grader.formula.tree import Number
from grader.language import say

DEFINING: Final = frozenset(["=", ":="])
BEGINS: Final = frozenset(["", "⇒", "⇔"])
"""Relations before the first side of a new equation; any other goes on with the one before."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """Sides that belong together; a single side where nothing is stated."""

    sides: tuple[Side, ...]
    """From left to right; the first has a relation where the text begins with one."""
    label: str = ""
    """What stands before it, as `a)`."""

    def within(self, text: str) -> str:
        """The equation as it stands in `text`, of which it was read."""
        readings = [side.reading for side in self.sides]
        return text[min(one.start for one in readings) : max(one.end for one in readings)]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A block of mathematics, as it was understood."""

    text: str
    """The block."""
    equations: tuple[Equation, ...] = ()
    """In the order of their writing."""
    refusal: Refusal | None = None
    """Why nothing was read; a single side that is not read has its own refusal."""

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides of all equations."""
        return tuple(side for equation in self.equations for side in equation.sides)


def read_chain(text: str, table: SymbolTable) -> Chain:
    """The equations in `text`, each side with all its readings; never raises."""
    try:
        tokens = prepare(text, table)
        source = Source(
            text=text,
            tokens=tokens,
            partners=match_brackets(tokens),
            table=table,
            styles=style_order(tokens, table),
        )
    except RefusedError as refused:
        return Chain(text=text, refusal=refused.refusal)
    pieces = split(source, 0, len(tokens))
    return Chain(text=text, equations=tuple(_equation(source, sides) for sides in pieces))


def _equation(source: Source, pieces: list[Piece]) -> Equation:
    label = ""
    first = pieces[0]
    if first.start < first.stop and source.tokens[first.start].kind is Kind.LABEL:
        label = source.tokens[first.start].text
        pieces = [first._replace(start=first.start + 1), *pieces[1:]]
    sides = tuple(_side(source, piece) for piece in pieces)
    return Equation(sides=_with_lone_number(source, pieces, sides), label=label)


def _side(source: Source, piece: Piece) -> Side:
    if piece.relation == "∈":
        end = source.tokens[max(piece.stop, piece.start) - 1].end
        start = source.tokens[piece.start].start if piece.start < piece.stop else end
        refusal = Refusal(sentence=say("a set is not read"), start=start, end=end)
        reading = Reading(text=source.text[start:end], start=start, end=end, refusal=refusal)
        return Side(relation=piece.relation, reading=reading)
    return Side(relation=piece.relation, reading=read_part(source, piece.start, piece.stop))


def _with_lone_number(
    source: Source, pieces: list[Piece], sides: tuple[Side, ...]
) -> tuple[Side, ...]:
    """`13, 2` is two entries of a list, unless a blank slipped in behind a decimal comma."""
    reading = sides[0].reading
    if len(sides) > 1 or not isinstance(reading.tree, Number) or not pieces[0].start:
        return sides
    before = source.tokens[pieces[0].start - 2 : pieces[0].start]
    if [token.kind for token in before] != [Kind.NUMBER, Kind.COMMA] or before[1].text != ",":
        return sides
    sentence = say("a number after a comma and a blank is read as a further one, not as decimals")
    remark = Remark(
        concern=Concern.NOTATION, sentence=sentence, start=before[0].start, end=reading.end
    )
    return (replace(sides[0], reading=replace(reading, remarks=(*reading.remarks, remark))),)


def helper(text: str, table: SymbolTable) -> Declared | None:
    """The name that an equation in `text` defines, where the task declares none such.

    `a(x) = …` defines a function a of x, `u = …` a variable u.
    """
    try:
        tokens = prepare(text, table)
    except RefusedError:
        return None
    if tokens and tokens[0].kind is Kind.LABEL:
        tokens = tokens[1:]
    head = tokens[: _relation(tokens)]
    if len(head) == len(tokens) or not head or head[0].kind is not Kind.NAME:
        return None
    return _helper(head, table)


def _helper(head: list[Token], table: SymbolTable) -> Declared | None:
    name = head[0].text
    if len(head) == 1 and not table.knows(name):
        return Declared(name=name)
    bracketed = [token.text for token in head[1::2]] == ["(", ")"] and len(head) == 4
    if not bracketed or head[2].text not in table.names or name in table.functions:
        return None
    canonical = f"{name}_of_{head[2].text}" if table.knows(name) else name
    spelling = f"{name}({head[2].text})"
    return Declared(name=canonical, spellings=(spelling,), role=Role.FUNCTION)


def _relation(tokens: list[Token]) -> int:
    for place, token in enumerate(tokens):
        if token.kind is Kind.RELATION:
            return place if token.text in DEFINING else len(tokens)
    return len(tokens)
