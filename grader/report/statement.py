"""The sheet's statement within a report, with an anchor for each part.

It stands at the end of the page itself and not in a file beside it: a report is handed out alone,
by mail or through a learning platform, and a link out of it would lead nowhere. As part of the
page every link works, nothing has to be handed out with it, and it prints with the rest. Where a
sheet has no ``statement.md``, the text of each question still stands at its mark.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.grade import SheetHead
from grader.report.rich import authored

if TYPE_CHECKING:
    from markdown_it.token import Token

LOG = logging.getLogger(__name__)
TOP_LEVEL = 3
"""The level of the statement's highest headings: it stands below a heading of the page."""
_LOWEST = 6
_PREFIX = "statement-"
_LABEL = "part|teil|task|aufgabe|question|frage|exercise|problem"
"""What may stand before the label of a part, in the statement or in the sheet."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement as HTML, and where each question stands in it."""

    html: Markup
    sections: Mapping[str, str] = field(default_factory=dict)
    """The anchor of each question's part, or else of its task; only of those that were found."""


def statement(sheet: SheetHead) -> Statement:
    """Return the sheet's statement for a page; one without text where the sheet has none.

    A question's section begins where a heading or a paragraph begins with its part, as ``1b``,
    ``Part 1b`` or ``Teil 1b``; else it is the heading that names its task. HTML of the author's
    is shown as text.
    """
    places = tuple((head.question, head.part, head.task) for head in sheet.questions)
    try:
        return _made(sheet.statement, places)
    except Exception:  # a statement must not cost anybody the report
        LOG.exception("the statement of %s could not be shown", sheet.name)
        return Statement(html=Markup(""))


@lru_cache(maxsize=8)
def _made(markdown: str, places: tuple[tuple[str, str, str], ...]) -> Statement:
    if not markdown.strip():
        return Statement(html=Markup(""))
    # Most commands make no page, and this is long in coming.
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("image", _image)
    tokens = reader.parse(markdown)
    _set_levels(tokens)
    sections = _sections(tokens, places)
    html = reader.renderer.render(tokens, reader.options, {})
    return Statement(html=authored(html, prefix=_PREFIX), sections=sections)


def _set_levels(tokens: Sequence[Token]) -> None:
    """Let headings begin below those of the page and skip no level."""
    headings = [one for one in tokens if one.type in ("heading_open", "heading_close")]
    ranks = sorted({one.tag for one in headings})
    last = TOP_LEVEL - 1
    for one in headings:
        if one.type == "heading_open":
            last = min(TOP_LEVEL + ranks.index(one.tag), last + 1, _LOWEST)
        one.tag = f"h{last}"


def _sections(tokens: Sequence[Token], places: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    blocks = [
        (_shown(tokens, index - 1), _plain(inline))
        for index, inline in enumerate(tokens)
        if inline.type == "inline" and tokens[index - 1].type in ("heading_open", "paragraph_open")
    ]
    headings = [(one, text) for one, text in blocks if one.type == "heading_open"]
    sections: dict[str, str] = {}
    for question, part, task in places:
        found = _first(blocks, _begins_with(part)) if part else None
        found = found or _first(headings, re.compile(rf"(?i).*\b{re.escape(task)}\b"))
        if found is not None:
            sections[question] = _anchored(found, len(sections) + 1)
    return sections


def _shown(tokens: Sequence[Token], index: int) -> Token:
    """Return the element that an opening token makes: of a tight list's paragraph, its item."""
    return tokens[index - 1] if tokens[index].hidden else tokens[index]


def _begins_with(part: str) -> re.Pattern[str]:
    bare = re.sub(rf"(?i)^(?:{_LABEL})\s+", "", part)
    return re.compile(rf"(?i)\W*(?:(?:{_LABEL})\s+)?{re.escape(bare)}(?!\w)")


def _first(blocks: Iterable[tuple[Token, str]], wanted: re.Pattern[str]) -> Token | None:
    return next((opening for opening, text in blocks if wanted.match(text)), None)


def _anchored(block: Token, number: int) -> str:
    """Return the anchor of a block, giving it one where it has none yet."""
    if block.attrGet("id") is None:
        block.attrSet("id", f"{_PREFIX}{number}")
    return str(block.attrGet("id"))


def _plain(inline: Token) -> str:
    return "".join(one.content for one in inline.children or ())


def _image(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Show what a picture is of: its file is not part of the page."""
    from markdown_it.common.utils import escapeHtml

    return f"[{escapeHtml(tokens[index].content)}]"
