"""Rows of LaTeX tables, and lines that are parted, in a text whose lines keep their numbers."""

from __future__ import annotations

import re
from typing import Final

BREAK: Final = "\ue001"
"""Sign that stands for a line that is parted."""
_LINES = re.compile(
    r"[ \t]*\\(?:(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|addlinespace)(?![A-Za-z])"
    r"|(?:cline|cmidrule)(?:\([a-z]{0,3}\))?\{[^{}\n]*\})[ \t]*"
)
_SPANS = re.compile(
    r"\\multi(?P<what>column|row)[ \t]*\{(?P<many>\d{1,2})\}[ \t]*\{[^{}\n]{0,40}\}"
)
_IN_TABLE = re.compile(r"(?<=\|)[ \t]*\n(?:[ \t]*\n)+(?=\|)")
"""Lines between rows on which a rule stood: with nothing in them they would end the table."""
_NEW_LINE = re.compile(r"\\tabularnewline(?![A-Za-z])")


def split_rows(body: str) -> list[str]:
    """Return the rows of a table's body, without its rules."""
    plain = _NEW_LINE.sub(r"\\\\", _LINES.sub("", body))
    return _SPANS.sub(_spanned, plain).split("\\\\")


def joined(rows: list[str]) -> str:
    """Join the rows of a table; two in one line are parted."""
    made = ""
    parts = []
    for row in rows:
        if row.startswith("|") and made and not made.endswith("\n"):
            parts.append(BREAK)
        parts.append(row)
        made = row or made
    return _IN_TABLE.sub(lambda found: "\n" + "| |\n" * (found[0].count("\n") - 1), "".join(parts))


def unbroken(text: str) -> str:
    """Part the lines that were marked, and leave out a blank line for each."""
    lines: list[str] = []
    owed = 0
    for line in text.split("\n"):
        if owed and not line.strip():
            owed -= 1
            continue
        parts = [one.strip(" \t") for one in line.split(BREAK)]
        kept = [one for one in parts if one] or [""]
        owed += len(kept) - 1
        lines += kept
    return "\n".join(lines)


def _spanned(found: re.Match[str]) -> str:
    """Return the cells that a cell over several columns hides: they are empty, and come first."""
    return "&" * (int(found["many"]) - 1) if found["what"] == "column" else ""
