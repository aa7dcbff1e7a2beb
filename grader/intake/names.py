"""Names as people read them: from any file system and any ZIP, in the order people expect."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 120
"""Longest name of a learner that is shown, in characters."""
MAX_FILE_NAME = 255
"""Longest name of a file or a folder: platforms write into it whose it is, before its own."""

_JOINERS = "\u200c\u200d"
"""Format characters that words of some scripts need."""


def clean(text: str, *, most: int = MAX_NAME) -> str:
    """Return ``text`` in NFC on one line, without control characters and direction marks.

    One longer than ``most`` characters keeps its beginning and its end, where the suffix is.
    """
    visible = "".join(_visible(character) for character in unicodedata.normalize("NFC", text))
    name = " ".join(visible.split())
    return name if len(name) <= most else f"{name[: most - 41]}…{name[-40:]}"


def clean_file(text: str) -> str:
    """Return a file's or a folder's own name as ``clean`` does, of any length that disks allow."""
    return clean(text, most=MAX_FILE_NAME)


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
