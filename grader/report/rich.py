"""The one gate for HTML and images that are not our own: sanitised, and checked."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

import nh3
from markupsafe import Markup

from grader.report.text import visible

MAX_IMAGE_BYTES = 1_048_576
"""Largest image, decoded."""
MAX_PIXELS = 25_000_000
"""Largest image on screen: a small file can unpack to gigabytes."""

_PROSE = {"b", "blockquote", "br", "code", "em", "hr", "i", "p", "pre", "s", "small", "span"}
_LISTS = {"dd", "dl", "dt", "li", "ol", "strong", "sub", "sup", "u", "ul"}
_TABLES = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_ACTIVE = {"iframe", "math", "noembed", "noframes", "noscript", "object", "script", "style", "svg"}
_RAW = {"select", "template", "textarea", "title", "xmp"}
_HEADINGS = {"h3", "h4", "h5", "h6"}
_CELL = {"colspan", "rowspan"}
_MAX_SPAN = 100
_EMPTY_HEAD = re.compile(r"<th((?: [a-z]+=\"[0-9]+\")*)>\s*</th>")
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An image that is what it says it is."""

    uri: Markup
    """As a ``data:`` address, written anew from the decoded bytes."""
    width: int
    height: int


def safe_html(html: str, *, classes: frozenset[str] = frozenset()) -> Markup:
    """Return text and tables of ``html``: no script, style, link, image, id or class survives.

    Of a ``span`` one of ``classes`` does, which are ours. A head without a word, such as the corner
    of a data frame, is an ordinary cell: nobody could be told what it is the head of.
    """

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "class":
            return value if value in classes else None
        return _small_span(tag, attribute, value)

    clean = nh3.clean(
        visible(html),
        tags=_PROSE | _LISTS | _TABLES,
        clean_content_tags=_ACTIVE | _RAW,
        attributes={"td": _CELL, "th": _CELL, "span": {"class"}},
        attribute_filter=kept,
        strip_comments=True,
    )
    return Markup(_EMPTY_HEAD.sub(r"<td\1></td>", clean))


def authored(html: str, *, prefix: str) -> Markup:
    """Return text, tables, headings and links to the web of an author's ``html``.

    Of ids those survive that begin with ``prefix``; every other address is taken off.
    """

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "id":
            return value if value.startswith(prefix) else None
        if attribute == "href":
            return value if value.startswith(("https://", "http://", "mailto:")) else None
        return _small_span(tag, attribute, value)

    clean = nh3.clean(
        visible(html),
        tags=_PROSE | _LISTS | _TABLES | _HEADINGS | {"a"},
        clean_content_tags=_ACTIVE | _RAW,
        attributes={
            **{"td": _CELL, "th": _CELL, "a": {"href"}},
            **{tag: {"id"} for tag in ("li", "p", *_HEADINGS)},
        },
        attribute_filter=kept,
        strip_comments=True,
    )
    return Markup(_EMPTY_HEAD.sub(r"<td\1></td>", clean))


def picture(mime: str, content: str) -> Picture | None:
    """Return a PNG or JPEG given in base64, or None where it is not one or is too large."""
    if mime not in ("image/png", "image/jpeg") or len(content) > 2 * MAX_IMAGE_BYTES:
        return None
    try:
        raw = base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    extent = _png_extent(raw) if mime == "image/png" else _jpeg_extent(raw)
    if extent is None or len(raw) > MAX_IMAGE_BYTES or not 0 < extent[0] * extent[1] <= MAX_PIXELS:
        return None
    uri = f"data:{mime};base64,{base64.b64encode(raw).decode('ascii')}"
    return Picture(uri=Markup(uri), width=extent[0], height=extent[1])


def _small_span(_tag: str, _attribute: str, value: str) -> str | None:
    return value if value.isdecimal() and value.isascii() and int(value[:4]) <= _MAX_SPAN else None


def _png_extent(raw: bytes) -> tuple[int, int] | None:
    """Width and height out of the header chunk (PNG, third edition, 11.2.1)."""
    if not raw.startswith(_PNG) or raw[12:16] != b"IHDR" or len(raw) < 33:
        return None
    return int.from_bytes(raw[16:20]), int.from_bytes(raw[20:24])


def _jpeg_extent(raw: bytes) -> tuple[int, int] | None:
    """Width and height out of the first frame header (ITU-T T.81, B.2.2)."""
    if not raw.startswith(_JPEG):
        return None
    at = 2
    while at + 9 <= len(raw) and raw[at] == 0xFF:
        marker = raw[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = raw[at + 5 : at + 7], raw[at + 7 : at + 9]
            return int.from_bytes(width), int.from_bytes(height)
        # Markers may be padded with any number of 0xFF bytes.
        at += 1 if marker == 0xFF else 2 + int.from_bytes(raw[at + 2 : at + 4])
    return None
