"""Charts of a sequence, of lengths, and of errors on a logarithmic axis."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

from grader.language import say
from grader.picture import MOST_PARTS, Entry, Picture
from grader.report.shapes import (
    CHARACTER,
    Shape,
    box,
    dot,
    label,
    line,
    markup,
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
    drawn = [shape for one in marks for shape in _across(plot, plot.y(one), tidy(one))]
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
    rules = [(one, _power(one)) for one in range(high, low - 1, -step)]
    rules.append((low - step, exact))
    drawn = [shape for one, text in rules for shape in _across(plot, plot.y(one), text)]
    for index, (entry, error) in enumerate(zip(entries, errors, strict=True)):
        at = None if error is None else max(log10(error), low) if error else float(low - step)
        if at is not None:
            drawn.append(line(plot.x(index), plot.y(low - step), plot.x(index), plot.y(at), "stem"))
        drawn.append(_point(plot, index, entry, at))
    names, foot = _names(plot, entries)
    return _finished(picture, plot, [*drawn, *names], foot)


def bars(picture: Picture) -> Canvas:
    """Draw lengths below each other; an expected one as a frame around its own bar."""
    entries = [one for one in picture.entries[:MOST_PARTS] if _is_told(one)]
    left = min(200.0, _room(one.name for one in entries))
    numbers = [number(text) for one in entries for text in (one.given, one.expected)]
    values = [abs(one) for one in numbers if one]
    scale = _Lengths(values, room=WIDTH - left - 150, log=picture.scale == "log")
    row = _Row(left=left, high=34 if len(entries) <= FEW else 25)
    foot = ROWS_TOP + row.high * len(entries)
    drawn = [line(left + at, 2, left + at, foot, "rule") for _, at in scale.decades]
    for index, entry in enumerate(entries):
        drawn += _bar(entry, ROWS_TOP + row.high * index, row, scale)
    drawn.append(line(left, 2, left, foot, "axis"))
    drawn += [
        label(left + at, foot + 16, _power(exponent), css="muted") for exponent, at in scale.decades
    ]
    if scale.decades:
        drawn.append(label(WIDTH - 8, foot + 16, short(picture.up, 16), css="muted", anchor="end"))
    height = foot + (26 if scale.decades else 6)
    return Canvas(width=WIDTH, height=int(height), content=markup(drawn))


FEW = 8
"""So many bars stand far apart, and so many points are large."""
ROWS_TOP = 8.0


@dataclass(frozen=True, kw_only=True)
class _Row:
    left: float
    high: int


class _Lengths:
    """How long bars are: as numbers are large, or as their powers of ten are."""

    def __init__(self, values: list[float], *, room: float, log: bool) -> None:
        powers = [log10(one) for one in values] if log else []
        self._room = room
        self._longest = max(values, default=0.0) or 1.0
        self._low = floor(min(powers, default=0.0)) - (min(powers, default=0.0) % 1 < 0.1)
        self._high = max(ceil(max(powers, default=1.0)), self._low + 1)
        self._is_log = bool(powers)

    @property
    def decades(self) -> list[tuple[int, float]]:
        """The powers of ten on the axis, each with its place; none where lengths are linear."""
        if not self._is_log:
            return []
        step = max(1, ceil((self._high - self._low) / 8))
        return [(one, self._power(one)) for one in range(self._low, self._high + 1, step)]

    def of(self, value: float) -> float:
        """Return how long the bar of a number is."""
        if not value:
            return 0.0
        if not self._is_log:
            return max(1.5, abs(value) / self._longest * self._room)
        return self._power(log10(abs(value)))

    def _power(self, exponent: float) -> float:
        share = (exponent - self._low) / (self._high - self._low)
        return max(1.5, min(1.0, share) * self._room)


def _is_told(entry: Entry) -> bool:
    return bool(entry.given or entry.expected) or entry.state != "unsaid"


def _bar(entry: Entry, y: float, row: _Row, scale: _Lengths) -> list[Shape]:
    own, wanted, high = number(entry.given), number(entry.expected), row.high - 10
    base = y + row.high / 2
    width, frame = scale.of(own or 0.0), scale.of(wanted or 0.0)
    negative = own is not None and own < 0
    drawn = [label(row.left - 10, base, _fits(entry.name, row.left), anchor="end")]
    drawn.append(box(row.left, y, width, high, f"bar-{entry.state}{' negative' * negative}"))
    if wanted is not None:
        drawn.append(box(row.left, y, frame, high, "expected-bar"))
    at = row.left + max(width, frame) + 8
    if own is None and entry.state == "unsaid" and wanted is not None:
        return [*drawn, label(at, base, tidy(wanted), css="muted", anchor="start")]
    said = entry.given or say("no number") if own is None else tidy(own)
    return [*drawn, label(at, base, _signed(entry, said), css="strong", anchor="start")]


def _power(exponent: int) -> str:
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _signed(entry: Entry, text: str) -> str:
    return f"{short(text, 16)} {SIGNS[entry.state]}".strip()


def _fits(name: str, room: float) -> str:
    return short(name, int(room / CHARACTER) - 1)


def _room(texts: object) -> float:
    longest = max((len(str(one)) for one in texts), default=0)  # type: ignore[attr-defined]
    return 20 + CHARACTER * min(longest, 26)


def _across(plot: _Plot, y: float, text: str) -> list[Shape]:
    rule = line(plot.left, y, WIDTH - 8, y, "rule")
    return [rule, label(plot.left - 8, y + 4, text, anchor="end")]


def _lines(plot: _Plot, values: list[float | None], css: str) -> list[Shape]:
    """Return the line through values, interrupted where there is none."""
    drawn: list[Shape] = []
    run: list[tuple[float, float]] = []
    for index, value in enumerate([*values, None]):
        if value is not None:
            run.append((plot.x(index), plot.y(value)))
        else:
            drawn += [path(run, css)] if len(run) > 1 else []
            run = []
    return drawn


def _point(plot: _Plot, index: int, entry: Entry, value: float | None) -> Shape:
    if value is not None:
        return dot(
            plot.x(index), plot.y(value), entry.state, size=4.0 if plot.count <= FEW else 3.0
        )
    # A call whose number is not shown still says whether it is right, as the sentence does.
    said = short(entry.given, 4) or SIGNS[entry.state] or SIGNS["missing"]
    return label(plot.x(index), TOP + HEIGHT - 6, said, css="strong")


def _names(plot: _Plot, entries: tuple[Entry, ...]) -> tuple[list[Shape], float]:
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


def _finished(picture: Picture, plot: _Plot, drawn: list[Shape], foot: float) -> Canvas:
    titles = [label(4, 13, short(picture.up, 60), css="muted", anchor="start")]
    titles.append(label(WIDTH - 8, foot + 20, short(picture.across, 60), css="muted", anchor="end"))
    return Canvas(width=WIDTH, height=int(foot + 28), content=markup([*drawn, *titles]))
