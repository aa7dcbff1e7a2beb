"""Pieces of inline SVG as markup: texts are escaped here, classes are names of our own.

Colours come from classes of ``templates/style.css``; positions are numbers of our own.

Of libraries, svg.py and drawsvg do not escape texts. ``xml.etree`` does, but with it these
functions are as long, and the tests' six pictures took 3.6 to 9.9 ms instead of 2.7 to 3.2 (one
tree for each picture; medians of 300), of the 15 ms that a report may take.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, log10
from typing import Literal

from markupsafe import escape

from grader.language import decimal
from grader.picture import State
from grader.report.text import shown

Anchor = Literal["start", "middle", "end"]
CHARACTER = 7.2
"""Width of a character of the pictures' font size, on average and rather too wide."""


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """Return a straight line."""
    return f'<line class="{css}" x1="{x1:.5g}" y1="{y1:.5g}" x2="{x2:.5g}" y2="{y2:.5g}"/>'


def box(x: float, y: float, width: float, height: float, css: str, *, round: int = 0) -> str:
    """Return a rectangle; ``round`` is the radius of its corners."""
    place = f'x="{x:.5g}" y="{y:.5g}" width="{width:.5g}" height="{height:.5g}"'
    return f'<rect class="{css}" {place} rx="{round}"/>'


def path(points: Iterable[tuple[float, float]], css: str) -> str:
    """Return a line through points."""
    drawn = " ".join(f"{x:.5g},{y:.5g}" for x, y in points)
    return f'<polyline class="{css}" points="{drawn}"/>'


def label(x: float, y: float, text: str, *, css: str = "", anchor: Anchor = "middle") -> str:
    """Return a text, escaped; ``y`` is its base line."""
    said = escape(shown(text))
    named = f' class="{css}"' if css else ""
    return f'<text{named} x="{x:.5g}" y="{y:.5g}" text-anchor="{anchor}">{said}</text>'


def turned(x: float, y: float, text: str) -> str:
    """Return a text that ends at a point and comes from below left."""
    at = f"translate({x:.5g} {y:.5g}) rotate(-45)"
    return f'<g transform="{at}">{label(0, 0, text, anchor="end")}</g>'


def dot(x: float, y: float, state: State, *, size: float = 4.0) -> str:
    """Return a point whose shape says its state: a cross for wrong, a disc or ring for others."""
    if state == "wrong":
        half, whole = size + 0.5, 2 * size + 1
        cross = (
            f"M{x - half:.5g} {y - half:.5g}l{whole:g} {whole:g}m0 -{whole:g}l-{whole:g} {whole:g}"
        )
        return f'<path class="wrong" d="{cross}"/>'
    return f'<circle class="{state}" cx="{x:.5g}" cy="{y:.5g}" r="{size:g}"/>'


def short(text: str, most: int) -> str:
    """Return ``text`` in at most ``most`` characters, its end left out where it is longer."""
    return text if len(text) <= most else text[: max(1, most - 1)] + "…"


def number(text: str) -> float | None:
    """Return the number that an entry's text stands for; None where it is not finite or none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def tidy(value: float) -> str:
    """Return a number as an axis or a node shows it: four digits, thousands apart."""
    if value == int(value) and abs(value) < 1e12:
        return f"{int(value):,}".replace(",", "\u202f")
    return decimal(f"{value:.4g}")


def figure(text: str) -> str:
    """Return an entry's text for a table: a number as the language writes it."""
    return text if number(text) is None else decimal(text)


def ticks(low: float, high: float, *, most: int = 5) -> list[float]:
    """Return round numbers from at or below ``low`` to at or above ``high``."""
    # Halved before they are subtracted: the difference of two large ones may be infinite.
    span = (high / 2 - low / 2) * 2 / most if abs(high / 2 - low / 2) < 1e307 else 1e307
    if not span > abs(high) * 1e-12 + 1e-300:
        span = max(abs(high), 1e-300) / most
    size = 10.0 ** int(log10(span) // 1)
    step = next((size * one for one in (1, 2, 2.5, 5, 10) if size * one >= span), size * 10)
    first, last = low // step, -(-high // step)
    found = [(first + index) * step for index in range(int(last - first) + 1)]
    return [one for one in found if isfinite(one)][: most + 3]
