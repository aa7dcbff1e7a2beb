"""Text that was typed into a learning platform, which gives it as HTML, read as Markdown.

The HTML is a learner's: it is first reduced to the few elements below, so that what is read is flat
and closed, however it was written.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, Final

from grader.errors import SubmissionError
from grader.intake.document import Document, decode_page
from grader.intake.percent import read_text
from grader.language import sentence

MAX_TYPED_BYTES: Final = 1024**2
"""Largest text; typed ones have a few kilobytes."""
MOST_ELEMENTS: Final = 10_000
"""Elements of one text: closing what is nested is quadratic in the depth."""
REMEDY: Final = sentence("hand in a file")
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_BLOCKS = frozenset({"p", "div", "blockquote", "ul", "ol", "table", "dl", "dt", "dd", *_HEADINGS})
_INDICES = {"sup": "^", "sub": "_"}
_STRUCK = frozenset({"s", "del", "strike"})
_READ = _BLOCKS | _STRUCK | _INDICES.keys() | {"br", "li", "tr", "td", "th", "pre", "img", "hr"}
_HIDDEN = frozenset({"script", "style", "title", "template", "noscript", "iframe", "svg"})
_FENCE_LENGTH = re.compile("`+")
_EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def read_typed(data: bytes, name: str) -> Document:
    """Return typed text as cells; what stands in ``<pre>`` is a block of code.

    Raises ``SubmissionError`` where it cannot be read.
    """
    if len(data) > MAX_TYPED_BYTES:
        raise SubmissionError(
            sentence("{name}: is too long for a typed text; {remedy}", name=name, remedy=REMEDY)
        )
    text, remarks = decode_page(data, name)
    if text.count("<") > MOST_ELEMENTS:
        raise SubmissionError(
            sentence(
                "{name}: has more than {most} HTML elements; {remedy}",
                name=name,
                most=MOST_ELEMENTS,
                remedy=REMEDY,
            )
        )
    made, pictures = to_markdown(text)
    if not made:
        raise SubmissionError(sentence("{name}: holds no text; {remedy}", name=name, remedy=REMEDY))
    if pictures:
        remarks.append(sentence("Pictures in the typed text are not read."))
    read = read_text(made.encode(), name)
    return replace(read, remarks=(*remarks, *read.remarks))


def to_markdown(html: str) -> tuple[str, int]:
    """Return the text of ``html`` as Markdown, and how many pictures it has."""
    import nh3

    plain = nh3.clean(
        html, tags=_READ, clean_content_tags=_HIDDEN, attributes={}, strip_comments=True
    )
    page = _Page()
    page.feed(plain)
    page.close()
    return _EMPTY_LINES.sub("\n\n", "".join(page.made)).strip(), page.pictures


class _Page(HTMLParser):
    """Writes down the text of a page with the few signs that Markdown has for it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[str] = []
        self.code: list[str] | None = None
        """Lines of the block of code that is open."""
        self.pictures = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Begin an element."""
        if self.code is not None:
            self.code += ["\n"] * (tag == "br")
        elif tag == "pre":
            self.code = []
        elif tag == "tr" and self._is_behind_row():
            pass
        elif tag in _BLOCKS or tag in ("tr", "hr"):
            # What a heading's sign stands for is a line of its own.
            self.made.append(f"\n\n{_HEADINGS[tag]} " if tag in _HEADINGS else "\n\n")
        else:
            self.made.append(_OPENS.get(tag, ""))
            self.pictures += tag == "img"

    def _is_behind_row(self) -> bool:
        """Return whether a row was just closed: the next one belongs to the same table."""
        while self.made and self.made[-1].isspace() and "\n" not in self.made[-1]:
            self.made.pop()
        return bool(self.made) and self.made[-1] == _CLOSES["tr"]

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag == "pre" and self.code is not None:
            self.made.append(_fenced("".join(self.code)))
            self.code = None
        elif self.code is None:
            self.made.append("\n\n" if tag in _BLOCKS else _CLOSES.get(tag, ""))

    def handle_data(self, data: str) -> None:
        """Take text: as it is in code, else with spaces as a browser shows them."""
        data = data.replace("\xa0", " ")
        if self.code is not None:
            self.code.append(data)
        else:
            self.made.append(re.sub(r"[ \t\n\r\f]+", " ", data))


def _fenced(code: str) -> str:
    longest = max(map(len, _FENCE_LENGTH.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = code.strip("\n").replace("\r\n", "\n")
    return f"\n\n{fence}\n{lines}\n{fence}\n\n"


_OPENS = {
    "br": "\n",
    "li": "\n- ",
    "td": "| ",
    "th": "| ",
    **{tag: f"{sign}{{" for tag, sign in _INDICES.items()},
    **dict.fromkeys(_STRUCK, "~~"),
}
_CLOSES = {"tr": "|\n", **dict.fromkeys(_INDICES, "}"), **dict.fromkeys(_STRUCK, "~~")}
_CLOSES |= {"td": " ", "th": " "}
