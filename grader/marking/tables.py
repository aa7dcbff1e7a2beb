"""Lines that name a number without a sign of equality: rows of tables, and `total params: 12`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

MAX_LINE: Final = 400
"""A longer line is running text."""
MOST_CELLS: Final = 20
_BAR = re.compile(r"(?<!\\)\|(?=(?:[^$]*\$[^$]*\$)*[^$]*$)")
"""One that parts cells, and not the bars of an absolute value in mathematics."""
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_NAMED = re.compile(
    r"(?P<name>[^\d\s:|=][^:|=]{0,79}?)[*_]*\s*:[*_]*\s+"
    r"(?P<number>[-+−]?\d(?:[\d.,\s'_\\{};:!\u00a0\u202f]*\d\}?)?(?:[eE][-+]?\d+)?\s*\\?%?)[.;]?"
)


def named(line: str) -> str:
    """Return `total params: 12` as an equation; "" where a line is none of these."""
    if len(line) > MAX_LINE or ":" not in line:
        return ""
    found = _NAMED.fullmatch(line.replace("$", " ").strip().lstrip("*_+-> "))
    return f"{found['name'].strip()} = {found['number'].strip()}" if found else ""


def equations(lines: Sequence[str], row: int) -> Iterator[str]:
    """Yield what a row of a Markdown table says: its second cell is the first one's value.

    In a table of more columns with a single row, the head names each.
    """
    cells = _cells(lines[row])
    if len(cells) < 2 or _is_rule(lines, row) or _is_rule(lines, row + 1):
        return
    if len(cells) == 2:
        pairs = [(cells[0], cells[1])]
    elif _is_rule(lines, row - 1) and row > 1 and not _cells(_at(lines, row + 1)):
        pairs = list(zip(_cells(lines[row - 2]), cells, strict=False))
    else:
        return
    for name, value in pairs:
        if name and value:
            yield f"{name} = {value.strip('*')}"


def _cells(line: str) -> list[str]:
    if "|" not in line or len(line) > MAX_LINE:
        return []
    cells = [one.strip() for one in _BAR.split(line.strip())]
    if len(cells) < 3 or cells[0] or cells[-1]:
        return []
    return [one.strip("$ ").replace("$", "") for one in cells[1:-1][:MOST_CELLS]]


def _is_rule(lines: Sequence[str], row: int) -> bool:
    line = _at(lines, row)
    return "|" in line and len(line) <= MAX_LINE and _RULE.fullmatch(line) is not None


def _at(lines: Sequence[str], row: int) -> str:
    return lines[row] if 0 <= row < len(lines) else ""
