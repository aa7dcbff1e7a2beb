"""A language that wraps every text in ⟦…⟧, and what stands on a page outside of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from gettext import GNUTranslations
from html.parser import HTMLParser
from pathlib import Path

import polib

import grader
from grader.language import FOLDER, Language

SPOKEN = ("title", "aria-label", "alt", "placeholder", "data-result", "label")
"""Attributes that a person reads or hears."""
NAMES = ("CSV", "KiB", "MiB", "GiB", "ms", "min", "s", "{shown}", "{all}")
"""The same in every language: formats, units, and the places that the page's script fills."""
_AS_THEY_ARE = frozenset({"code", "math", "pre", "script", "style"})
_PLACE = re.compile(r"\{\w+\}")
_VOID = frozenset({"meta", "link", "img", "br", "input", "hr", "rect", "line"})


class Wrapped(GNUTranslations):
    """A catalogue of the engine's texts; what stands in a text's places is outside its brackets."""

    def gettext(self, message: str) -> str:
        """Return the text between brackets, as it is where no catalogue can have it."""
        return _wrapped(message) if message in _texts_of_ours() else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form that belongs to the number, between brackets."""
        form = msgid1 if n == 1 else msgid2
        return _wrapped(form) if msgid1 in _texts_of_ours() else form

    def pgettext(self, context: str, message: str) -> str:
        """Return the text as it is: numbers look as in English."""
        return message


def _wrapped(text: str) -> str:
    return f"⟦{_PLACE.sub(lambda place: f'⟧{place[0]}⟦', text)}⟧"


@cache
def _texts_of_ours() -> frozenset[str]:
    """Return what the catalogues hold: exactly the texts in code and templates, as is tested."""
    catalogue = Path(grader.__file__).with_name(FOLDER) / "de.po"
    return frozenset(entry.msgid for entry in polib.pofile(str(catalogue), encoding="utf-8"))


WRAPPING = Language("xx", (Wrapped(),))


def unsaid(html: str, data: Iterable[object]) -> list[str]:
    """Each text of ``html`` with a word that was neither said nor is in ``data``.

    Code, output and formulas are left out: they are a learner's or the same in every language.
    """
    known = _known(data)
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.depth == 0, "a text said is cut in two"
    return [one for one in reader.outside if _words(one, known)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[bool] = []
        self.depth = 0
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in SPOKEN and value:
                depth, self.depth = self.depth, 0
                self.handle_data(value)
                self.depth = depth
        if tag not in _VOID:
            classes = (dict(attrs).get("class") or "").split()
            self.open.append(tag in _AS_THEY_ARE or "rich" in classes or "code" in classes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if any(self.open):
            return
        outside = ""
        for part in re.split("([⟦⟧])", data):
            if part in ("⟦", "⟧"):
                self.depth += 1 if part == "⟦" else -1
                outside += " "
            elif self.depth == 0:
                outside += part
        if outside.strip():
            self.outside.append(outside.strip())


def _words(text: str, known: re.Pattern[str]) -> list[str]:
    return [one for one in known.sub(" ", text).split() if any(map(str.isalpha, one))]


def _known(data: Iterable[object]) -> re.Pattern[str]:
    """What takes out of a text whatever stands in the data, and names of formats and units."""
    texts = {" ".join(text.split()) for one in data for text in _texts(one)} - {""}
    first_letters = {text[:1].upper() + text[1:] for text in texts}
    longest_first = sorted({*texts, *first_letters, *NAMES}, key=len, reverse=True)
    either = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield from (value, value.rpartition(".")[2])
        yield from (part.strip("#- ") for part in re.split(r"[`*|+\n]", value))
        yield from value.replace("_", " ").split("+")
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for one in pair for text in _texts(one))
    elif isinstance(value, list | tuple | frozenset):
        yield from (text for one in value for text in _texts(one))
    elif is_dataclass(value):
        yield from (text for one in fields(value) for text in _texts(getattr(value, one.name)))
