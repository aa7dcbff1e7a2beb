"""Markdown as passages in which an equation may stand: mathematics, code spans, plain lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from grader.marking import crossed, rows
from grader.marking.labels import without_label
from grader.marking.markup import array, in_html
from grader.marking.named import named
from grader.marking.rows import Said
from grader.marking.tables import tables

_OPENS = re.compile(
    r"(?<!\\)\$\$?|\\\[|\\\(|`+"
    r"|\\begin\{(?:align|aligned|equation|gather|eqnarray|multline|split)\*?\}"
    r"|<table(?:\s[^<>\n]{0,200})?>"
)
_CLOSES = {"$": "$", "$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_INLINE = ("$", "\\(", "`")
_RELATION = re.compile(r"[=≈≡]")
_BETWEEN = re.compile(r"[\s=≈≡:.,;+\-*/()]*")
_SIGNS = re.compile(r"[=≈^²³√]|\\[a-zA-Z]|/\s*\(")
"""What makes a line outside of mathematics one that may hold a formula."""
_LEADER = re.compile(r"\s*(?:>\s*)*(?:[-*+]\s+|\d+\.\s+)?")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A piece of a Markdown text."""

    text: str
    """Without the signs that set it as mathematics or code."""
    line: int
    """The line at which it begins, from 1."""
    kind: Literal["math", "plain", "heading"]
    part: str = ""
    """The part that a label within the line names for it; empty where none does."""
    certain: bool = True
    """Whether it can be read in no other way."""
    optional: bool = False
    """Whether it only says something if the sheet knows its left side."""
    entry: tuple[int, int] = (0, 0)
    """In a column that is a sequence: which entry it is, and how many there are."""

    @property
    def left(self) -> str:
        """What stands before the first relation."""
        return _RELATION.split(self.text, maxsplit=1)[0]


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    text: str
    inline: bool
    element: bool = False
    """Whether it is a table in HTML."""


def passages(source: str) -> Iterator[Passage]:
    """Yield what may hold an equation, and all headings, in the order of their writing."""
    # A reader does not see what is commented out; lines keep their numbers.
    source = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source)
    source = crossed.without(source)
    spans = list(_spans(source))
    inline = [one for one in spans if one.inline]
    begin = 0
    for span in [*(one for one in spans if not one.inline), None]:
        yield from _lines(source, begin, span.start if span else len(source), inline)
        if span:
            yield from _displayed(span, _line(source, span.start))
            begin = span.end


def _displayed(span: _Span, line: int) -> Iterator[Passage]:
    """Yield displayed mathematics, or what it says where it is a table, as one in HTML is."""
    reads = in_html if span.element else array
    table = reads(span.text) if span.element or "&" in span.text else None
    if table is None and not span.element:
        yield Passage(text=span.text, line=line, kind="math")
    for said in rows.said(table) if table else ():
        yield _of_table(said, line + said.line)


def _line(source: str, place: int) -> int:
    return source.count("\n", 0, place) + 1


def _spans(source: str) -> Iterator[_Span]:
    """Yield mathematics and code spans; what is opened and never closed is plain text."""
    place, absent = 0, set[str]()
    while found := _OPENS.search(source, place):
        opens, start = found[0], found.end()
        place = start
        if opens.startswith("```"):
            continue
        element = opens.startswith("<")
        closes = "</table>" if element else _CLOSES.get(opens, opens.replace("begin", "end"))
        stop = -1 if closes in absent else source.find(closes, start)
        if stop < 0:
            absent.add(closes)
            continue
        inline = opens in _INLINE
        if inline and source.find("\n\n", start, stop) >= 0:
            continue
        text, place = source[start:stop], stop + len(closes)
        inline = inline and "\n" not in text
        yield _Span(start=found.start(), end=place, text=text, inline=inline, element=element)


def _lines(source: str, begin: int, end: int, spans: list[_Span]) -> Iterator[Passage]:
    number = _line(source, begin)
    starts = [one.start for one in spans]
    lines = source[begin:end].split("\n")
    told = _told(lines) if "|" in source else {}
    for row, line in enumerate(lines):
        stop = begin + len(line)
        inner = spans[bisect_left(starts, begin) : bisect_left(starts, stop)]
        yield from _in_line(line, begin, number, inner)
        for text, part in named(line):
            yield Passage(text=text, line=number, kind="plain", part=part)
        for said in told.get(row, ()):
            yield _of_table(said, number)
        begin, number = stop + 1, number + 1


def _told(lines: list[str]) -> dict[int, list[Said]]:
    """Return what tables among some lines say, by the places of their rows."""
    told: dict[int, list[Said]] = {}
    for table in tables(lines):
        for said in rows.said(table):
            told.setdefault(said.line, []).append(said)
    return told


def _of_table(said: Said, line: int) -> Passage:
    return Passage(
        text=said.text,
        line=line,
        kind="plain",
        certain=said.certain,
        optional=said.optional,
        entry=said.entry,
    )


def _in_line(line: str, begin: int, number: int, spans: list[_Span]) -> Iterator[Passage]:
    if line.lstrip().startswith("#"):
        yield Passage(text=line.strip("# "), line=number, kind="heading")
    outside, whole, place = "", "", begin
    for span in spans:
        between = line[place - begin : span.start - begin]
        outside, whole = f"{outside}{between}", f"{whole}{between} {span.text} "
        place = span.end
    rest = line[place - begin :]
    outside, whole = outside + rest, whole + rest
    related = _RELATION.search(outside)
    if spans and related and _BETWEEN.fullmatch(_LEADER.sub("", outside, count=1)):
        yield Passage(text=_cleaned(whole), line=number, kind="math")
        return
    for span in spans:
        yield Passage(text=span.text, line=number, kind="math")
    goes_on = bool(spans) and _RELATION.match(spans[0].text.lstrip()) is not None
    if _SIGNS.search(outside) or (goes_on and line[: spans[0].start - begin].strip()):
        yield Passage(text=_cleaned(whole), line=number, kind="plain")


def _cleaned(line: str) -> str:
    """Return a line without what only sets it: marks of lists, emphasis around it, its label."""
    bare = _LEADER.sub("", line.lstrip("# "), count=1).strip()
    if bare.startswith("**") and bare.endswith("**"):
        bare = bare[2:-2]
    return without_label(bare)
