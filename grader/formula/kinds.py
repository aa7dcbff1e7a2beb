"""What the tokens of a formula are."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    FRACTION = "fraction"
    LETTERS = "letters"
    NAME = "name"
    WORD = "word"
    ACCENT = "accent"
    FUNCTION = "function"
    COMMAND = "command"
    PARTIAL = "partial"
    OPERATOR = "operator"
    OPEN = "open"
    CLOSE = "close"
    BAR = "bar"
    RELATION = "relation"
    COMMA = "comma"
    STOP = "stop"
    QUAD = "quad"
    BREAK = "break"
    PERCENT = "percent"
    PRIME = "prime"
    HASH = "hash"
    LABEL = "label"
    UNREAD = "unread"
    END = "end"


class Token(NamedTuple):
    """One sign, name or number, with its place in the text."""

    kind: Kind
    text: str
    start: int
    end: int
    spaced: bool = False
    """Whether a blank stands before it."""
