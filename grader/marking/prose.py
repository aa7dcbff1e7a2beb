"""What of a hand-in is the learner's own prose: Markdown, without the starter's cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.marking.derivations import label
from grader.marking.judgement import Case
from grader.marking.labels import labels, resolved
from grader.marking.markdown import Passage, passages
from grader.submission import Cell

MAX_READ = 50_000
"""Characters of a hand-in in which equations are looked for."""
EACH = 100
"""As how many more of them each passage counts."""

_LATEX = re.compile(r"\$|\\[a-zA-Z]+")
_HEADING = re.compile(r"^\s*#.*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A passage of the learner's own."""

    passage: Passage
    cell: Cell
    heading: str
    """The Markdown heading that it stands below; empty above the first."""
    part: str
    """The part of the sheet that a label says it belongs to, as `3b`; empty where none does."""


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """Where equations may stand."""

    read: tuple[Piece, ...]
    unread: tuple[Cell, ...]
    """Cells of which all or some was too much to read."""


def pieces(case: Case, *, raw: bool) -> Pieces:
    """Return the learner's own passages, in the order of the cells, ``raw`` ones among them."""
    return case.once(("pieces", raw), lambda: _pieces(case, raw=raw))


def _pieces(case: Case, *, raw: bool) -> Pieces:
    own = {cell.number for cell in own_prose(case)}
    kinds = ("markdown", "raw") if raw else ("markdown",)
    read: list[Piece] = []
    unread: dict[int, Cell] = {}
    left, heading, part = MAX_READ, "", ""
    known_lefts = case.prepared.lefts
    for cell in case.submission.cells:
        if cell.kind not in kinds:
            continue
        source = cell.source[: 2 * MAX_READ]
        known = labels(source, part)
        part = known.parts[-1]
        for passage in passages(source):
            if passage.kind == "heading":
                heading = passage.text
            elif not _may_say(passage, known_lefts, raw=raw):
                continue
            elif cell.number in own and not case.prepared.is_in_starter(passage.text):
                left -= len(passage.text) + EACH
                if left >= 0:
                    below = resolved(passage.part, known.at(passage.line))
                    read.append(Piece(passage=passage, cell=cell, heading=heading, part=below))
                else:
                    unread[cell.number] = cell
        if len(cell.source) > 2 * MAX_READ and cell.number in own:
            unread[cell.number] = cell
    return Pieces(read=tuple(read), unread=tuple(unread.values()))


def _may_say(passage: Passage, lefts: frozenset[str], *, raw: bool) -> bool:
    """Return whether a passage may hold an answer: a formula only if it is certain."""
    if not raw and not (passage.certain and not passage.optional):
        return False
    return not passage.optional or label(passage.left) in lefts


def own_prose(case: Case) -> tuple[Cell, ...]:
    """Return the Markdown and raw cells that are not the starter's and not empty."""
    return tuple(
        cell
        for cell in case.submission.cells
        if cell.kind != "code"
        and cell.source.strip()
        and not case.prepared.is_from_starter(cell.source)
    )


def without_headings(source: str) -> str:
    """Return Markdown without its headings."""
    # The plain search first, here and below: a pattern crawls through a huge cell.
    return _HEADING.sub("", source) if "#" in source else source


def holds_formula(source: str) -> bool:
    """Return whether a text holds LaTeX."""
    return ("$" in source or "\\" in source) and _LATEX.search(source) is not None
