"""Draws the pictures of a mark, and says the same in words and as a table."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from grader.grade import Mark
from grader.language import message, say, say_count
from grader.picture import MOST_PARTS, Entry, Picture
from grader.report import charts, graphs, words
from grader.report.charts import Canvas
from grader.report.shapes import figure
from grader.report.text import shown

LOG = logging.getLogger(__name__)
_DRAWN: dict[str, Callable[[Picture], Canvas]] = {
    "graph": graphs.draw,
    "series": charts.series,
    "bars": charts.bars,
    "agreement": charts.agreement,
}


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A picture with what it shows in words."""

    title: str
    sentence: str
    width: int
    height: int
    content: Markup
    entries: tuple[Entry, ...]
    left_out: int
    has_expected: bool
    given: str
    """What the column of the learner's numbers is called."""
    has_states: bool


def drawings(mark: Mark) -> tuple[Drawing, ...]:
    """Return the pictures of one mark; the same data gives the same bytes.

    One that cannot be drawn is left out: what it shows stands in the mark as well.
    """
    drawn = []
    for picture in mark.pictures:
        try:
            drawn.append(_drawing(picture))
        except Exception:  # a picture must not cost anybody the report
            LOG.exception("a picture of %s could not be drawn", mark.question)
    return tuple(drawn)


def _drawing(picture: Picture) -> Drawing:
    left_out = picture.left_out + max(0, len(picture.entries) - MOST_PARTS)
    entries = tuple(
        entry
        for entry in picture.entries[:MOST_PARTS]
        if entry.given or entry.expected or entry.state != "unsaid"
    )
    drawn = _DRAWN[picture.kind](picture)
    return Drawing(
        title=picture.title,
        sentence=sentence(picture),
        width=drawn.width,
        height=drawn.height,
        content=drawn.content,
        entries=tuple(map(_in_table, entries)),
        left_out=left_out,
        has_expected=any(entry.expected for entry in entries),
        given=say("Largest error") if picture.kind == "agreement" else say("Yours"),
        has_states=any(words.PART[entry.state] for entry in entries),
    )


def _in_table(entry: Entry) -> Entry:
    return replace(entry, given=figure(entry.given), expected=figure(entry.expected))


def sentence(picture: Picture) -> str:
    """Return what the picture shows, for those who read it: how many agree, and what differs."""
    told = [one for one in picture.entries[:MOST_PARTS] if one.state != "unsaid"]
    by_state = {state: [one for one in told if one.state == state] for state in words.PART}
    if not told:
        return say_count(
            "{count} number of yours.",
            "{count} numbers of yours.",
            len(picture.entries[:MOST_PARTS]),
        )
    said = [_agreeing(picture, len(by_state["right"]), len(told))]
    for state, text in _STATES.items():
        if by_state[state]:
            said.append(say(text, names=_names(told, state)))
    return "; ".join(said) + "."


def _names(told: list[Entry], state: str) -> str:
    """Return which parts are so, those in a row as the first and the last of them."""
    runs = [[*group] for same, group in groupby(told, lambda one: one.state == state) if same]
    named: list[str] = []
    left = 0
    for run in runs:
        names = [shown(one.name)[:40] for one in run]
        if len(named) >= MOST_NAMED:
            left += len(names)
        elif len(names) > FEW:
            named.append(say("{first} to {last}", first=names[0], last=names[-1]))
        else:
            left += max(0, len(names) - MOST_NAMED + len(named))
            named += names[: MOST_NAMED - len(named)]
    listed = ", ".join(named)
    return say("{names} and {count} more", names=listed, count=left) if left else listed


MOST_NAMED = 6
FEW = 3
"""So many parts in a row are named one by one."""


_STATES = {
    "wrong": message("differs: {names}"),
    "follows": message("follows from an earlier value: {names}"),
    "open": message("open: {names}"),
    "missing": message("without a number: {names}"),
}
"""What is said of parts that are not right, by their state."""


def _agreeing(picture: Picture, right: int, told: int) -> str:
    if picture.kind == "agreement":
        of = say_count("of {count} call", "of {count} calls", told)
    else:
        of = say_count("of {count} part", "of {count} parts", told)
    return say_count(
        "{count} {of_parts} is right", "{count} {of_parts} are right", right, of_parts=of
    )
