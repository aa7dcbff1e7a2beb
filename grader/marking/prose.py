"""What of a hand-in is the learner's own prose: Markdown, without the starter's cells."""

from __future__ import annotations

import re

from grader.marking.judgement import Case
from grader.submission import Cell

_LATEX = re.compile(r"\$|\\[a-zA-Z]+")
_HEADING = re.compile(r"^\s*#.*$", re.MULTILINE)


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
