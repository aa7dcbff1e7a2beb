"""Text as a report shows it: numbers people can read, and no character that hides or reorders."""

from __future__ import annotations

import json
import re
from math import isfinite

from markupsafe import Markup, escape

from grader.formula import Symbol, from_json, to_mathml
from grader.language import decimal, say_count

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, except tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # text direction
    "\u200b\u2028\u2029\u2060-\u2064\ufeff"  # invisible spaces, separators and operators
    "\ud800-\udfff\ufffe\uffff"  # what UTF-8 cannot hold
    "\U000e0000-\U000e007f]"  # invisible tags
)
MAX_FIELD = 10_000
"""Characters of any one text on a page; more than that nobody reads."""

MOST_BESIDE = 26
"""Characters of a formula, each operator counted twice, that fit beside each other on a phone."""

_CODE = re.compile("``([^`\n]+)``|`([^`\n]+)`")
_PICTURE_OF_DELETE = "\u2421"


def visible(text: str) -> str:
    """Return ``text`` with every control, direction and invisible character made visible."""
    if not _HIDDEN.search(text):
        return text
    return _HIDDEN.sub(_picture, text.replace("\r\n", "\n"))


def printed(text: str) -> str:
    """Return what a terminal would have left on the screen: no colours, overwritten lines gone."""
    lines = _ANSI.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(_overwritten(line) for line in lines)


def cut(text: str, limit: int) -> tuple[str, int]:
    """Return at most ``limit`` characters of ``text``, and how many were left out."""
    return text[:limit], max(0, len(text) - limit)


def shown(text: str) -> str:
    """Return ``text`` visible and no longer than a page bears, saying what was left out."""
    if len(text) <= MAX_FIELD:
        return visible(text)
    kept, missing = cut(text, MAX_FIELD)
    return with_rest(visible(kept), missing)


def number(value: float) -> str:
    """Return a number with at most two decimals and none that say nothing: ``2``, ``1.5``."""
    if not isfinite(value):
        return str(value)
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else decimal(text)


def correlation(value: float) -> str:
    """Return a correlation with two decimals and a true minus sign: ``0.40``, ``−0.12``."""
    return decimal(f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−"))


def share(value: float) -> str:
    """Return a share between 0 and 1 as a whole per cent, 100 % and 0 % kept for all and none."""
    percent = round(100 * value)
    if percent == 100 and value < 1:
        percent = 99
    if percent == 0 and value > 0:
        percent = 1
    return f"{percent} %"


def seconds(value: float) -> str:
    """Return a duration in the unit that a person would choose."""
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    if value < 9.95:
        return decimal(f"{value:.1f} s")
    if value < 119.5:
        return f"{value:.0f} s"
    return f"{value // 60:.0f} min {value % 60:.0f} s"


def size(count: int) -> str:
    """Return a number of bytes in binary units."""
    if count < 1024:
        return f"{count} B"
    amount = float(count)
    for unit in ("KiB", "MiB", "GiB", "TiB"):
        amount /= 1024
        if amount < 1000 or unit == "TiB":
            break
    return decimal(f"{amount:.3g} {unit}")


def points(value: float) -> str:
    """Return points with their noun: ``1 point``, ``2.5 points``."""
    return say_count("{count} point", "{count} points", value, count=number(value))


def thousands(count: int) -> str:
    """Return a large number in groups of three: ``150,000``."""
    return f"{count:,}" if decimal(".") == "." else f"{count:,}".replace(",", "\u202f")


def with_rest(kept: str, missing: int) -> str:
    """Return a text that was cut, saying how many characters were left out, if any were."""
    if not missing:
        return kept
    rest = say_count(
        "{count} more character", "{count} more characters", missing, count=number(missing)
    )
    return f"{kept} … ({rest})"


def headline(text: str) -> str:
    """Return ``text`` with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def inline_code(text: str) -> Markup:
    """Return ``text`` escaped and visible, with what stands in backticks set as code."""
    escaped = str(escape(shown(text)))
    return Markup(_CODE.sub(lambda found: f"<code>{found[1] or found[2]}</code>", escaped))


def formula(tree: str) -> Markup | None:
    """Return a formula's tree, stored as JSON, as MathML of our own making; None if it is none."""
    try:
        made = to_mathml(from_json(json.loads(tree)))
    except (ValueError, RecursionError):
        return None
    return Markup(visible(made))


def name(symbol: str) -> Markup:
    """Return one name of a formula as MathML of our own making."""
    return Markup(visible(to_mathml(Symbol(symbol))))


def is_wide(formula: Markup | None) -> bool:
    """Return whether a formula may be wider than the narrowest window, and has to be scrolled.

    Taken too wide rather than too narrow: what is scrolled must be reached by keyboard as well.
    """
    drawn = formula or Markup()
    return len(drawn.striptags()) + drawn.count("<mo>") > MOST_BESIDE


def _overwritten(line: str) -> str:
    parts = [part for part in line.split("\r") if part]
    return parts[-1] if parts else ""


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return _PICTURE_OF_DELETE
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"[U+{code:04X}]"
