"""Labels in a learner's prose that say which part of the sheet follows: `Aufgabe 3`, `b)`, `1c`.

A label is evidence for what stands below it, and none against what stands elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
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
    """Return the labels of a text that begins within the part ``before``."""
    lines: list[int] = []
    parts = [before]
    text = source.split("\n")
    for number, line in enumerate(text, start=1):
        part = _part(text, number, parts[-1]) if len(line) <= MAX_LINE else ""
        # Below a heading without a label it is not known any more.
        if (part or line.lstrip().startswith("#")) and part != parts[-1]:
            lines.append(number)
            parts.append(part)
    return Labels(lines=tuple(lines), parts=tuple(parts))


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
        task = re.match(r"\d*", current)
        return f"{task[0] if task else ''}{found['letter'].lower()}"
    if found["both"]:
        closed = found[0].rstrip().endswith((")", ":", "."))
        letter = re.findall(r"[a-z]", found["both"], re.IGNORECASE)[-1]
        return f"{found['number']}{letter.lower()}" if heading or closed or not rest else ""
    alone = not rest and not _neighbours(text, number)
    said = re.match(_TASK, found[0], re.IGNORECASE) is not None
    return found["task"] if heading or alone or (said and not rest) else ""


def _start(line: str) -> int:
    found = _MARKS.match(line)
    return found.end() if found else 0


def _neighbours(text: Sequence[str], number: int) -> bool:
    """Return whether there is text right above or below: then a number is no label."""
    above = text[number - 2] if number > 1 else ""
    below = text[number] if number < len(text) else ""
    return bool(above.strip() or below.strip())
