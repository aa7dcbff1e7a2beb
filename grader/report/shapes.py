"""Shapes of a picture, as elements of SVG: texts are escaped here, classes are names of our own.

Colours come from classes of ``templates/style.css``; positions are numbers of our own.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, log10
from typing import Literal

import svg
from markupsafe import Markup

from grader.language import decimal
from grader.picture import State
from grader.report.text import shown

Anchor = Literal["start", "middle", "end"]
Shape = svg.Element
CHARACTER = 7.2
"""Width of a character of the pictures' font size, on average and rather too wide."""


def markup(shapes: Iterable[Shape]) -> Markup:
    """Return shapes, the first below all others, as they stand in a page."""
    return Markup("".join(map(str, shapes)))


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Shape:
    """Return a straight line."""
    return svg.Line(class_=[css], x1=_at(x1), y1=_at(y1), x2=_at(x2), y2=_at(y2))


def box(x: float, y: float, width: float, height: float, css: str, *, round: int = 0) -> Shape:
    """Return a rectangle; ``round`` is the radius of its corners."""
    return svg.Rect(
        class_=[css], x=_at(x), y=_at(y), width=_at(width), height=_at(height), rx=round or None
    )


def path(points: Iterable[tuple[float, float]], css: str) -> Shape:
    """Return a line through points."""
    return svg.Polyline(class_=[css], points=[svg.Point(_at(x), _at(y)) for x, y in points])


def label(x: float, y: float, text: str, *, css: str = "", anchor: Anchor = "middle") -> Shape:
    """Return a text; ``y`` is its base line."""
    return svg.Text(
        class_=[css] if css else None,
        x=_at(x),
        y=_at(y),
        text_anchor=anchor,
        text=svg.escape(shown(text)),
    )


def turned(x: float, y: float, text: str) -> Shape:
    """Return a text that ends at a point and comes from below left."""
    return svg.G(
        transform=[svg.Translate(_at(x), _at(y)), svg.Rotate(-45)],
        elements=[label(0, 0, text, anchor="end")],
    )


def dot(x: float, y: float, state: State, *, size: float = 4.0) -> Shape:
    """Return a point whose shape says its state: a cross for wrong, a disc or ring for others."""
    if state == "wrong":
        half, whole = size + 0.5, 2 * size + 1
        start = svg.MoveTo(_at(x - half), _at(y - half))
        down, back = svg.LineToRel(whole, whole), svg.MoveToRel(0, -whole)
        return svg.Path(class_=["wrong"], d=[start, down, back, svg.LineToRel(-whole, whole)])
    return svg.Circle(class_=[state], cx=_at(x), cy=_at(y), r=size)


def _at(value: float) -> float:
    """Return a number in as few characters as a position needs."""
    rounded = float(f"{value:.5g}")
    return int(rounded) if rounded.is_integer() else rounded


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
