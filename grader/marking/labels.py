"""Labels in a learner's prose that say which part of the sheet follows: `Aufgabe 3`, `b)`, `1c`.

A label is evidence for what stands below it, and none against what stands elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

MAX_LINE: Final = 200
"""A longer line begins with no label."""
_TASK = r"(?:(?:aufgabe|aufg|übung|frage|teil|task|exercise|question|problem|part|section)\b\.?\s*)"
_BOTH = r"(?P<number>\d{1,2})(?:[a-z](?![a-z0-9])|\s*[.)-]?\s*\(?[a-z](?=[).:]|\s*$))"
_LABEL = re.compile(
    rf"{_TASK}?(?:(?P<both>{_BOTH})|(?P<task>\d{{1,2}})(?![\w.,]*\w)|\(?(?P<letter>[a-z])[).:](?=\s|$))"
    r"[).:]*",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^\s*(?:>\s*)*(?:[-*+]\s+)?[#*_$\s]*")
_SAID = re.compile(_TASK, re.IGNORECASE)
_FIRST_CELL = re.compile(r"\s*(?:>\s*)*(?P<bar>\|?)(?P<cell>[^|]{0,40})\|")
_INNER = re.compile(
    r"[;,][\s*_]*(?=(?:[a-zü]+\.?\s*)?\d{1,2}\s*[.)-]?\s*\(?[a-z][).:])", re.IGNORECASE
)
"""Where a further label may stand within a line, as in `3a: r = 212; 3b: …`."""
MOST_INNER = 20


@dataclass(frozen=True, kw_only=True)
class Labels:
    """The labels of one text, with the part that holds before the first."""

    lines: tuple[int, ...]
    parts: tuple[str, ...]
    """The part from each of these lines on, as `3b`; one more than there are lines."""

    def at(self, line: int) -> str:
        """Return the part to which a line belongs; "" where none is named."""
        return self.parts[bisect_right(self.lines, line)]


def labels(source: str, before: str = "") -> Labels:
    """Return the labels of a text that begins within the part ``before``.

    A label in the first cell of a table's row holds for the row, and for rows below it whose first
    cell is empty; any other holds until the next one.
    """
    lines: list[int] = []
    parts = [before]
    text = source.split("\n")
    current, row = before, ""
    for number, line in enumerate(text, start=1):
        part = _part(text, number, current) if len(line) <= MAX_LINE else ""
        # Below a heading without a label it is not known any more.
        current = part if part or line.lstrip().startswith("#") else current
        row = _row(line, row, current)
        if (row or current) != parts[-1]:
            lines.append(number)
            parts.append(row or current)
        current = [current, *inner(line, current)][-1]
    if parts[-1] != current:
        lines.append(len(text) + 1)
        parts.append(current)
    return Labels(lines=tuple(lines), parts=tuple(parts))


def inner(line: str, current: str) -> list[str]:
    """Return the parts that labels within a line name, behind `;` or `,`; a few at most."""
    if len(line) > MAX_LINE:
        return []
    found = _INNER.finditer(line)
    return [
        one for place in islice(found, MOST_INNER) if (one := begun(line[place.end() :], current))
    ]


def begun(line: str, current: str) -> str:
    """Return the part whose closed label, as `3b)` or `Task 3b:`, begins a line; "" if none."""
    found = _closed(line)
    return _named(found, current) if found else ""


def of_cell(cell: str, current: str) -> str:
    """Return the part that is all that a table's cell says, as `3b`, `b)` or `Aufgabe 3`."""
    found = _LABEL.fullmatch(cell.strip("*_$` \t"))
    if found is None or (found["task"] and not _SAID.match(found[0])):
        return ""
    return _named(found, current)


def resolved(part: str, current: str) -> str:
    """Return the part that a label within a line names, as `b`, where ``current`` holds."""
    task = re.match(r"\d*", current)
    return f"{task[0] if task else ''}{part}" if part.isalpha() else part or current


def without_label(line: str) -> str:
    """Return a line without the closed label that it begins with, as `Aufgabe 3b:` or `b)`."""
    found = _closed(line)
    return line[found.end() :].lstrip("*_ \t") if found else line


def within(part: str, asked: str) -> bool:
    """Return whether what is labelled ``part`` may answer ``asked``: `3` and `b` may hold `3b`."""
    return asked.startswith(part) or part.startswith(asked) or asked.endswith(part)


def _part(text: Sequence[str], number: int, current: str) -> str:
    """Return the part that a line begins, "" where it begins none."""
    line = text[number - 1]
    found = _LABEL.match(line, _start(line))
    if found is None:
        return ""
    heading = line.lstrip().startswith("#")
    rest = line[found.end() :].strip("*_ \t:")
    if found["letter"]:
        return _named(found, current)
    if found["both"]:
        closed = found[0].rstrip().endswith((")", ":", "."))
        return _named(found, current) if heading or closed or not rest else ""
    alone = not rest and not _neighbours(text, number)
    said = _SAID.match(found[0]) is not None
    begins = said and (not rest or found[0].endswith((":", ")")))
    return found["task"] if heading or alone or begins else ""


def _named(found: re.Match[str], current: str) -> str:
    """Return the part that a label names within the part ``current``."""
    if found["letter"]:
        task = re.match(r"\d*", current)
        return f"{task[0] if task else ''}{found['letter'].lower()}"
    if found["both"]:
        letter = re.findall(r"[a-z]", found["both"], re.IGNORECASE)[-1]
        return f"{found['number']}{letter.lower()}"
    return found["task"]


def _closed(line: str) -> re.Match[str] | None:
    """Return the label that begins a line, if a bracket or colon parts it from what follows.

    `b: 3` may say what b is, and stays as it is.
    """
    if len(line) > 2 * MAX_LINE:
        return None
    found = _LABEL.match(line, _start(line))
    if found is None or not found[0].endswith((")", ":", ".")):
        return None
    if found["letter"] and not found[0].endswith(")"):
        return None
    return None if found["task"] and not _SAID.match(found[0]) else found


def _row(line: str, above: str, current: str) -> str:
    """Return the part that a table's row names in its first cell; ``above`` is that of the last."""
    found = _FIRST_CELL.match(line) if "|" in line else None
    if found is None:
        return ""
    if not found["cell"].strip():
        return above
    return of_cell(found["cell"], current)


def _start(line: str) -> int:
    found = _MARKS.match(line)
    return found.end() if found else 0


def _neighbours(text: Sequence[str], number: int) -> bool:
    """Return whether there is text right above or below: then a number is no label."""
    above = text[number - 2] if number > 1 else ""
    below = text[number] if number < len(text) else ""
    return bool(above.strip() or below.strip())
