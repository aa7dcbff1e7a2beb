"""Lines that name numbers behind colons, as `total params: 12`, one or several in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from grader.marking.labels import begun, without_label

MAX_LINE: Final = 400
"""A longer line is running text."""
NUMBER: Final = (
    r"[-+−]?\d(?:[\d.,\s'_\\{};:!\u00a0\u202f]*\d\}?)?(?:[eE][-+]?\d+)?\s*\\?%?"
)  # fmt: skip
"""One number as people write it, or as LaTeX sets it."""
_NAMED = re.compile(
    rf"(?P<name>[^\d\s:|=][^:|=]{{0,79}}?)[*_]*\s*:[*_]*\s+(?:[≈~]\s*)?(?P<number>{NUMBER})[.;]?"
)
_EQUATION = re.compile(rf"[^\d\s:|=][^:|=]{{0,79}}?\s*[=≈]\s*(?P<number>{NUMBER})[.;]?")
_BETWEEN = re.compile(r"(?<!\\);|,\s*(?=[^\W\d_]|\d{1,2}\s*[.)-]?\s*\(?[a-z][).:]\s)")
"""Where a line may be parted: a comma within or behind a number, `3, 4`, is none of these."""


def named(line: str) -> Iterator[tuple[str, str]]:
    """Yield the equations that a line says with colons, each with its own label's part or "".

    Nothing where any of its pieces is not of that kind: then it may be a sentence.
    """
    if len(line) > MAX_LINE or ":" not in line:
        return
    bare = line.replace("$", " ").strip().lstrip("*_+-> ")
    found: list[tuple[str, str]] = []
    for number, piece in enumerate(one for one in _BETWEEN.split(bare) if one.strip()):
        part = begun(piece, "") if number else ""
        piece = without_label(piece).strip()
        says = _NAMED.fullmatch(piece)
        if says:
            found.append((f"{says['name'].strip()} = {says['number'].strip()}", part))
        elif not _EQUATION.fullmatch(piece):
            return
        elif part:
            found.append((piece, part))
    yield from found
