"""Markdown tables, with and without bars around them, as rows of cells.

A table is cut out of a text in one pass; what it says is in ``grader.marking.rows``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MAX_LINE: Final = 2_000
"""A longer line is no row, though the table goes on behind it."""
MOST_CELLS: Final = 60
"""Of a longer row the first cells are read, and nothing in it is certain."""
_BAR = re.compile(r"(?<!\\)\|")
_MATHS = re.compile(r"(?<!\\)\$[^$]*\$")
_RULE = re.compile(r"\s*:?-+:?\s*")
_QUOTE = re.compile(r"\s*(?:>\s*)*")
_BLANK = frozenset({"", "-", "–", "—", "/", "…", "...", "."})
_COMMAND = re.compile(r"\\[a-zA-Z]+")
_EXPONENT = re.compile(r"(?<=\d)[eE](?=[-+]?\d)")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table."""

    line: int
    """Its place among the lines."""
    cells: tuple[str, ...]
    regular: bool = True
    """Whether it has as many cells as the table's head, or as its first row, and is read whole."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; ``head`` is empty where none of its rows is one."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]
    above: Row | None = None
    """The head once more where no rule says that it is one: it may be a row like the others."""
    texts: tuple[int, ...] = ()
    """The columns of words, from the left."""
    numbers: tuple[int, ...] = ()
    """The columns in which there are numbers and no words."""


def tables(lines: Sequence[str]) -> Iterator[Table]:
    """Yield the tables among some lines of Markdown, in order."""
    run: list[tuple[int, list[str], bool]] = []
    for number, line in enumerate([*lines, ""]):
        cells, outer = split(line)
        if cells or (run and "|" in line and len(line) > MAX_LINE):
            run.append((number, cells, outer))
        elif run:
            yield from _in_run(run)
            run = []


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number, or what is worked out of numbers, and no words."""
    if not any(map(str.isdigit, cell)):
        return False
    return not any(map(str.isalpha, _EXPONENT.sub("", _COMMAND.sub("", cell))))


def is_blank(cell: str) -> bool:
    """Return whether a cell says nothing."""
    return cell in _BLANK


def split(line: str) -> tuple[list[str], bool]:
    """Return the cells of a line and whether it begins and ends with a bar; none if it has no bar.

    A bar within mathematics, as in `$|g|$`, or behind a backslash parts no cells.
    """
    if "|" not in line or len(line) > MAX_LINE:
        return [], False
    bare = _QUOTE.sub("", line, count=1).strip()
    hidden = _MATHS.sub(lambda found: found[0].replace("|", "\0"), bare) if "$" in bare else bare
    parts = _BAR.split(hidden)
    if len(parts) < 2:
        return [], False
    outer = not parts[0].strip() and not parts[-1].strip()
    parts = parts[1:] if not parts[0].strip() else parts
    parts = parts[:-1] if parts and not parts[-1].strip() else parts
    return [one.replace("\0", "|").replace("\\|", "|").strip() for one in parts], outer


def table_of(rows: Sequence[tuple[int, Sequence[str]]], *, ruled: bool) -> Table | None:
    """Return the table whose rows, each with its line, are given; a rule follows the first or none.

    Without a rule the first row is the head if it has no number and a later one has.
    """
    rows = rows if ruled else _without_titles(rows)
    if not rows:
        return None
    width = len(rows[0][1])
    cleaned = [(line, tuple(map(_clean, cells[:MOST_CELLS])), cells) for line, cells in rows]
    first, *later = cleaned
    headed = ruled or (
        bool(later)
        and not any(map(is_number, first[1]))
        and any(is_number(cell) for _, cells, _ in later for cell in cells)
    )
    made = tuple(
        Row(line=line, cells=cells, regular=len(raw) == width and not _is_cut(raw))
        for line, cells, raw in cleaned
    )
    body = made[1:] if headed else made
    texts, numbers = _columns(body)
    return Table(
        head=first[1] if headed else (),
        rows=body,
        above=made[0] if headed and not ruled else None,
        texts=texts,
        numbers=numbers,
    )


def _without_titles(
    rows: Sequence[tuple[int, Sequence[str]]],
) -> Sequence[tuple[int, Sequence[str]]]:
    """Return rows without a first one that only spans the heads below it."""
    if len(rows) < 3 or any(is_number(cell) for _, cells in rows[:2] for cell in cells):
        return rows
    first, second = (sum(not is_blank(cell) for cell in cells) for _, cells in rows[:2])
    return rows[1:] if first < second else rows


def _in_run(run: list[tuple[int, list[str], bool]]) -> Iterator[Table]:
    """Yield the tables of neighbouring lines with bars.

    The first rule makes the line above it a head, if that has as many cells; more are only looks.
    """
    rules = (place for place, (_, cells, _) in enumerate(run) if place and _is_rule(cells))
    rule = next(rules, 0)
    headed = rule > 0 and len(run[rule - 1][1]) == len(run[rule][1])
    begin = rule - 1 if headed else 0
    before = [(line, cells) for line, cells, outer in run[:begin] if outer]
    rows = [
        (line, cells)
        for line, cells, outer in run[begin:]
        if not _is_rule(cells) and (headed or outer) and (any(cells) or not cells)
    ]
    for part, ruled in ((before, False), (rows, headed)):
        table = table_of(part, ruled=ruled)
        if table is not None:
            yield table


def _is_rule(cells: Sequence[str]) -> bool:
    return bool(cells) and all(map(_RULE.fullmatch, cells))


def _is_cut(cells: Sequence[str]) -> bool:
    """Return whether a row may have been parted at a wrong place, or was too long to be read."""
    return (
        not cells
        or len(cells) > MOST_CELLS
        or any(cell.count("`") % 2 or cell.count("$") % 2 for cell in cells)
    )


def _clean(cell: str) -> str:
    return cell.replace("$", "").strip("*` \t").strip()


def _columns(rows: Sequence[Row]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the columns of words, and those of numbers; blank ones are neither."""
    width = max((len(row.cells) for row in rows), default=0)
    words, figures = [False] * width, [False] * width
    for row in rows:
        for place, cell in enumerate(row.cells):
            if not is_blank(cell):
                number = is_number(cell)
                figures[place] |= number
                words[place] |= not number
    texts = tuple(place for place in range(width) if words[place])
    return texts, tuple(place for place in range(width) if figures[place] and not words[place])
