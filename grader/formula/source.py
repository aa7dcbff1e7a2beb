"""What all parses of one text have in common: its tokens, its brackets, its number styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from grader.formula.kinds import Kind, Token
from grader.formula.limits import RefusedError, shown
from grader.formula.numbers import Style, number_readings
from grader.formula.symbols import SymbolTable
from grader.language import say

STYLES: Final = (Style.GERMAN, Style.ENGLISH)
CLOSED_BY: Final = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "|": "|", ".": ".", "⌊": "⌋",
                    "⌈": "⌉"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text, ready to be parsed in parts."""

    text: str
    """The whole text."""
    tokens: list[Token]
    """Its tokens."""
    partners: dict[int, int]
    """Its brackets."""
    table: SymbolTable
    """The names of the task."""
    styles: tuple[Style, ...]
    """In which order the styles of its ambiguous numbers are tried."""


def match_brackets(tokens: list[Token]) -> dict[int, int]:
    """The place of the closing bracket for each opening one.

    Raises:
        RefusedError: one is missing or another one.
    """
    partners: dict[int, int] = {}
    waiting: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind is Kind.OPEN:
            waiting.append(place)
        elif token.kind is Kind.CLOSE:
            opened = tokens[waiting[-1]] if waiting else None
            if opened is None or CLOSED_BY[opened.text] != token.text:
                raise RefusedError(_closes(token, opened), token.start, token.end)
            partners[waiting.pop()] = place
    if waiting:
        token = tokens[waiting[-1]]
        sentence = say("{bracket} is not closed", bracket=shown(token.text))
        raise RefusedError(sentence, token.start, token.end)
    return partners


def _closes(token: Token, opened: Token | None) -> str:
    bracket = shown(token.text)
    if opened is None:
        return say("a bracket {bracket} closes here, never opened", bracket=bracket)
    return say(
        "a bracket {bracket} closes here after {opened}",
        bracket=bracket,
        opened=shown(opened.text),
    )


def style_order(tokens: list[Token], table: SymbolTable) -> tuple[Style, ...]:
    """The styles of ambiguous numbers: as the others are written, as the task says, decimal."""
    readings = [number_readings(token.text) for token in tokens if token.kind is Kind.NUMBER]
    certain = {next(iter(one)) for one in readings if len(one) == 1} - {Style.EITHER}
    if len(certain) == 1:
        first = next(iter(certain))
    elif table.numbers is not Style.EITHER:
        first = table.numbers
    else:
        first = next((next(iter(one)) for one in readings if len(one) > 1), Style.ENGLISH)
    return first, *(style for style in STYLES if style is not first)
