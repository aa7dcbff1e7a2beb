"""Names as people read them: from any file system and any ZIP, in the order people expect."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 120
"""Longest name of a learner or a file that is shown, in characters."""

_JOINERS = "\u200c\u200d"
"""Format characters that words of some scripts need."""


def clean(text: str) -> str:
    """Return ``text`` in NFC on one line, without control characters and direction marks.

    A long name keeps its beginning and its end, where the suffix is.
    """
    visible = "".join(_visible(character) for character in unicodedata.normalize("NFC", text))
    name = " ".join(visible.split())
    if len(name) <= MAX_NAME:
        return name
    return f"{name[: MAX_NAME - 41]}…{name[-40:]}"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category == "Cf" and character not in _JOINERS else character


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key by which ``task 2`` comes before ``task 10``."""
    pieces = re.split(r"([0-9]{1,18})", text.casefold())
    return tuple((0, int(p), "") if p.isdigit() and p.isascii() else (1, 0, p) for p in pieces)
