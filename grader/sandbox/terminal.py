"""What was printed as a terminal would show it, without colours and capped."""

from __future__ import annotations

import re

MAX_TEXT = 65_536
CUT = "\n… cut"
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_])")


def plain(text: str) -> str:
    """Return ``text`` without terminal codes, capped."""
    text = _overwritten(_ESCAPES.sub("", text))
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + CUT


def _overwritten(text: str) -> str:
    """Return what a terminal would show where lines are written over, as progress bars do."""
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
