r"""What is crossed out in Markdown: `~~…~~`, `<del>…</del>`, `\sout{…}`; it is no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

LONGEST_IN_LINE: Final = 300
LONGEST: Final = 5_000
"""More characters between two signs are not crossed out by them."""
_TILDES = re.compile(r"(?<![~\\])~~(?!~)")
_ELEMENT = re.compile(r"<(?P<closes>/?)(?P<name>del|strike|s)(?:\s[^<>\n]{0,100})?>", re.IGNORECASE)
_COMMAND = re.compile(r"\\(?:sout|st|xout)\{((?:[^{}\n]|\{[^{}\n]{0,50}\}){0,300})\}")
_LEADER = re.compile(r"\s*(?:>\s*)*(?:[-*+]\s+|\d+\.\s+)?[*_]*")
_TAIL = re.compile(r"[\s.,;*_]*")


class _Span(NamedTuple):
    start: int
    end: int
    inner: int
    """Where the crossed-out text begins."""
    inner_end: int


def without(source: str) -> str:
    """Return a text without what is crossed out; lines keep their numbers."""
    made, place = [], 0
    for span in _spans(source):
        made += [source[place : span.start], " ", "\n" * source.count("\n", span.start, span.end)]
        place = span.end
    return "".join([*made, source[place:]]) if made else source


def struck(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield of each line with something crossed out its number, itself, and what is crossed out."""
    lines = source.split("\n")
    number, place = 1, 0
    for span in _spans(source):
        number += source.count("\n", place, span.inner)
        place = span.inner
        for further, text in enumerate(source[span.inner : span.inner_end].split("\n")):
            if text.strip():
                yield number + further, lines[number + further - 1], text


def _spans(source: str) -> list[_Span]:
    """Return what is crossed out, in order and without overlaps."""
    found: list[_Span] = []
    if "~~" in source:
        found += _between_tildes(source)
    if "</" in source:
        found += _elements(source)
    if "\\sout{" in source or "\\st{" in source or "\\xout{" in source:
        found += [
            _Span(one.start(), one.end(), one.start(1), one.end(1))
            for one in _COMMAND.finditer(source)
        ]
    apart: list[_Span] = []
    for span in sorted(found):
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def _between_tildes(source: str) -> Iterator[_Span]:
    opens = -1
    for found in _TILDES.finditer(source):
        if opens >= 0 and _crosses_out(source, opens, found.start()):
            yield _Span(opens, found.end(), opens + 2, found.start())
            opens = -1
        else:
            opens = found.start()


def _crosses_out(source: str, opens: int, closes: int) -> bool:
    """Return whether the text between two pairs of tildes is crossed out.

    Over several paragraphs, or with blanks inside of the tildes, they have to be all that there
    is at the beginning of their first and at the end of their last line.
    """
    if closes - opens > LONGEST:
        return False
    text = source[opens + 2 : closes]
    close_by = bool(text) and not text[0].isspace() and not text[-1].isspace()
    if "\n" not in text:
        return close_by and len(text) <= LONGEST_IN_LINE
    if close_by and "\n\n" not in text:
        return True
    before = source[source.rfind("\n", 0, opens) + 1 : opens]
    end = source.find("\n", closes)
    after = source[closes + 2 : end if end >= 0 else len(source)]
    return bool(
        text.strip()
        and len(before) + len(after) <= LONGEST_IN_LINE
        and _LEADER.fullmatch(before)
        and _TAIL.fullmatch(after)
    )


def _elements(source: str) -> list[_Span]:
    """Return the outermost elements that stand for crossed-out text, and are closed."""
    names = {"del", "strike", "s"}
    while True:
        spans, unclosed = _closed(source, names)
        if not unclosed:
            return spans
        names = names - {unclosed}


def _closed(source: str, names: set[str]) -> tuple[list[_Span], str]:
    """Return the outermost elements of these names, and the name of one that is not closed."""
    spans: list[_Span] = []
    opened: re.Match[str] | None = None
    depth = 0
    for found in _ELEMENT.finditer(source):
        name = found["name"].lower()
        if name not in names:
            continue
        if opened is None:
            opened, depth = (found, 1) if not found["closes"] else (None, 0)
        elif name == opened["name"].lower():
            depth += -1 if found["closes"] else 1
            if not depth:
                spans.append(_Span(opened.start(), found.end(), opened.end(), found.start()))
                opened = None
    return spans, opened["name"].lower() if opened else ""
