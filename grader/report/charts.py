"""Charts of a sequence, of lengths, and of errors on a logarithmic axis."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

from grader.language import say
from grader.picture import MOST_PARTS, Entry, Picture
from grader.report.svg import (
    CHARACTER,
    box,
    dot,
    label,
    line,
    number,
    path,
    short,
    ticks,
    tidy,
    turned,
)

WIDTH = 640
TOP, HEIGHT = 26, 190
"""Where the plotting area begins and how high it is."""
SIGNS = {"right": "✓", "follows": "↪", "wrong": "✗", "open": "?", "missing": "–", "unsaid": ""}
DECADES = 60
"""Most powers of ten on a logarithmic axis; smaller errors stand at its foot."""


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """What is drawn, and how much room it takes."""

    width: int
    height: int
    content: Markup


@dataclass(frozen=True, kw_only=True)
class _Plot:
    left: float
    low: float
    high: float
    count: int

    def x(self, index: int) -> float:
        return self.left + (index + 0.5) * (WIDTH - self.left - 12) / max(1, self.count)

    def y(self, value: float) -> float:
        # Each divided first: the range may be wider than a float.
        scale = max(abs(self.low), abs(self.high), 1e-300)
        low, high, at = self.low / scale, self.high / scale, value / scale
        share = (at - low) / ((high - low) or 1.0)
        return TOP + HEIGHT * (1 - min(1.0, max(0.0, share)))


def series(picture: Picture) -> Canvas:
    """Draw numbers in order: the learner's as a line with points, expected ones dashed."""
    entries = picture.entries[:MOST_PARTS]
    given = [number(one.given) for one in entries]
    expected = [number(one.expected) for one in entries]
    values = [one for one in (*given, *expected) if one is not None] or [0.0]
    marks = ticks(min(values), max(values))
    plot = _Plot(left=_room(map(tidy, marks)), low=marks[0], high=marks[-1], count=len(entries))
    drawn = [_across(plot, plot.y(one), tidy(one)) for one in marks]
    drawn += _lines(plot, expected, "expected-line") + _lines(plot, given, "own-line")
    for index, (entry, value) in enumerate(zip(entries, given, strict=True)):
        drawn.append(_point(plot, index, entry, value))
    names, foot = _names(plot, entries)
    return _finished(picture, plot, [*drawn, *names], foot)


def agreement(picture: Picture) -> Canvas:
    """Draw errors over calls on a logarithmic axis, with a row of its own for none at all."""
    entries = picture.entries[:MOST_PARTS]
    errors = [None if (one := number(e.given)) is None else abs(one) for e in entries]
    powers = [log10(one) for one in errors if one]
    high = ceil(max(powers, default=0.0))
    low = max(floor(min(powers, default=0.0)), high - DECADES)
    low = min(low, high - 1)
    step = max(1, ceil((high - low) / 5))
    exact = say("0 (exact)")
    plot = _Plot(left=_room([exact]), low=low - step, high=high, count=len(entries))
    drawn = [_across(plot, plot.y(one), _power(one)) for one in range(high, low - 1, -step)]
    drawn.append(_across(plot, plot.y(low - step), exact))
    for index, (entry, error) in enumerate(zip(entries, errors, strict=True)):
        at = None if error is None else max(log10(error), low) if error else float(low - step)
        if at is not None:
            drawn.append(line(plot.x(index), plot.y(low - step), plot.x(index), plot.y(at), "stem"))
        drawn.append(_point(plot, index, entry, at))
    names, foot = _names(plot, entries)
    return _finished(picture, plot, [*drawn, *names], foot)


def bars(picture: Picture) -> Canvas:
    """Draw lengths below each other; an expected one as a frame around its own bar."""
    entries = picture.entries[:MOST_PARTS]
    left = min(200.0, _room(one.name for one in entries))
    numbers = [number(text) for one in entries for text in (one.given, one.expected)]
    longest = max((abs(one) for one in numbers if one is not None), default=0.0) or 1.0
    room = WIDTH - left - 150
    drawn = []
    for index, entry in enumerate(entries):
        y = 8.0 + 34 * index
        own, wanted = number(entry.given), number(entry.expected)
        drawn.append(label(left - 10, y + 17, _fits(entry.name, left), anchor="end"))
        width = max(1.5, abs(own) / longest * room) if own else 0.0
        negative = own is not None and own < 0
        drawn.append(box(left, y, width, 24, f"bar-{entry.state}{' negative' * negative}"))
        if wanted is not None:
            drawn.append(box(left, y, abs(wanted) / longest * room, 24, "expected-bar"))
        said = entry.given or say("no number") if own is None else tidy(own)
        end = max(width, abs(wanted or 0.0) / longest * room)
        drawn.append(
            label(left + end + 8, y + 17, _signed(entry, said), css="strong", anchor="start")
        )
    drawn.append(line(left, 2, left, 8 + 34 * len(entries), "axis"))
    return Canvas(width=WIDTH, height=14 + 34 * len(entries), content=Markup("".join(drawn)))


def _power(exponent: int) -> str:
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _signed(entry: Entry, text: str) -> str:
    return f"{short(text, 16)} {SIGNS[entry.state]}".strip()


def _fits(name: str, room: float) -> str:
    return short(name, int(room / CHARACTER) - 1)


def _room(texts: object) -> float:
    longest = max((len(str(one)) for one in texts), default=0)  # type: ignore[attr-defined]
    return 20 + CHARACTER * min(longest, 26)


def _across(plot: _Plot, y: float, text: str) -> str:
    rule = line(plot.left, y, WIDTH - 8, y, "rule")
    return rule + label(plot.left - 8, y + 4, text, anchor="end")


def _lines(plot: _Plot, values: list[float | None], css: str) -> list[str]:
    """Return the line through values, interrupted where there is none."""
    drawn, run = [], []
    for index, value in enumerate([*values, None]):
        if value is not None:
            run.append((plot.x(index), plot.y(value)))
        else:
            drawn += [path(run, css)] if len(run) > 1 else []
            run = []
    return drawn


def _point(plot: _Plot, index: int, entry: Entry, value: float | None) -> str:
    if value is not None:
        return dot(plot.x(index), plot.y(value), entry.state)
    said = short(entry.given, 4) if entry.given else SIGNS["missing"]
    return label(plot.x(index), TOP + HEIGHT - 6, said, css="strong")


def _names(plot: _Plot, entries: tuple[Entry, ...]) -> tuple[list[str], float]:
    """Return what stands below the points, turned where it would touch, and where that ends."""
    room = plot.x(1) - plot.x(0)
    longest = max((len(one.name) for one in entries), default=0)
    foot = TOP + HEIGHT + 18
    if longest * CHARACTER < room or longest <= 2:
        every = max(1, ceil((longest * CHARACTER + 3) / room))
        shown = [(i, one) for i, one in enumerate(entries) if i % every == 0]
        return [label(plot.x(i), foot, one.name) for i, one in shown], foot
    every = max(1, ceil(15 / room))
    drawn = [
        turned(plot.x(i) + 4, foot - 6, short(one.name, 14))
        for i, one in enumerate(entries)
        if i % every == 0
    ]
    return drawn, foot + min(longest, 14) * CHARACTER * 0.71


def _finished(picture: Picture, plot: _Plot, drawn: list[str], foot: float) -> Canvas:
    titles = [label(4, 13, short(picture.up, 60), css="muted", anchor="start")]
    titles.append(label(WIDTH - 8, foot + 20, short(picture.across, 60), css="muted", anchor="end"))
    return Canvas(width=WIDTH, height=int(foot + 28), content=Markup("".join([*drawn, *titles])))
