"""Python code for reading: which part of a line is a keyword, a text, a number, a remark.

What is coloured is what a learner wrote, and nothing of it is run. A page colours by class; where
the lexer fails, the code is shown plain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

MAX_LEXED: Final = 3_000
"""Characters that are lexed: the lexer takes quadratic time on blanks, 0.1 s for these at worst."""

KINDS: Final = (
    ("Comment", "comment"),
    ("Literal.String", "string"),
    ("Literal.Number", "figure"),
    ("Keyword", "keyword"),
    ("Operator.Word", "keyword"),
    ("Name.Function", "defined"),
    ("Name.Class", "defined"),
    ("Name.Decorator", "defined"),
)
"""Token types of Pygments, each with the class of its parts; all others are plain."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a line."""

    kind: str
    """One of the classes in ``KINDS``; empty for plain code."""
    text: str


def highlighted(lines: Sequence[str]) -> tuple[tuple[Part, ...], ...]:
    """Return each line in parts that joined give the line again."""
    source = "\n".join(lines)
    tokens = list(_tokens(source)) if len(source) <= MAX_LEXED else []
    if "".join(text for _, text in tokens) != source:
        tokens = [("", source)]
    found: list[list[Part]] = [[]]
    for kind, text in tokens:
        first, *others = text.split("\n")
        found[-1] += _part(kind, first)
        for other in others:
            found.append(list(_part(kind, other)))
    return tuple(map(tuple, found))


def _part(kind: str, text: str) -> Iterator[Part]:
    if text:
        yield Part(kind=kind, text=text)


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """Yield neighbouring tokens of one kind together."""
    kind, pieces = "", [""]
    for _, token, text in _lexer().get_tokens_unprocessed(source):
        other = _kind(token)
        if other != kind:
            yield kind, "".join(pieces)
            kind, pieces = other, []
        pieces.append(text)
    yield kind, "".join(pieces)


@cache
def _kind(token: Any) -> str:
    name = str(token).removeprefix("Token.")
    for start, kind in KINDS:
        if name == start or name.startswith(f"{start}."):
            return kind
    return ""


@cache
def _lexer() -> Any:
    # Imported where it is needed: most reports have no error, and `grader --help` none at all.
    from pygments.lexers.python import PythonLexer

    return PythonLexer()
