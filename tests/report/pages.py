"""What tests ask of a page: its elements and its readable text."""

from __future__ import annotations

from html.parser import HTMLParser

APART = ("br", "dd", "dt", "div", "li", "p", "td", "th", "tr")
Element = tuple[str, tuple[tuple[str, str | None], ...]]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.pieces: list[str] = []
        self.raw = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))
        self.raw = tag in ("style", "script")
        if tag in APART:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.raw = False

    def handle_data(self, data: str) -> None:
        if not self.raw:
            self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.elements.append(("<!--", ((data, None),)))


def elements(html: str) -> list[Element]:
    """Every element in order, with its attributes."""
    return _read(html).elements


def tags(html: str) -> set[str]:
    return {tag for tag, _ in elements(html)}


def text(html: str) -> str:
    """What a person reads, on one line."""
    return " ".join("".join(_read(html).pieces).split())


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader
