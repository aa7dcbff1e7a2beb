"""Pictures are bounded, escaped, said in words, and never show what is not in their figures."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader import gradebook
from grader.picture import Entry, Picture, PictureKind, Scale
from grader.report import learner_report, words
from tests.report import pages, samples
from tests.report.hostile import PAYLOADS

KINDS: tuple[PictureKind, ...] = ("graph", "series", "bars", "agreement")
ODD = ("nan", "inf", "-inf", "1e308", "-1e308", "5e-324", "1.0e+4000", "0", "", "no number")
MOST_BYTES = 60_000


def drawn(
    kind: PictureKind, *entries: Entry, title: str = "A picture", scale: Scale = "linear"
) -> str:
    mark = replace(
        samples.ADA_MARKS[0],
        pictures=(
            Picture(kind=kind, title=title, entries=entries, across=title, up=title, scale=scale),
        ),
    )
    grade = samples.graded("ada", (mark,))
    return learner_report(grade, None, None, samples.SHEET, samples.ENVIRONMENT)


def figure(page: str) -> str:
    found = re.search(r'<figure class="picture">.*?</figure>', page, flags=re.DOTALL)
    assert found, "there is no picture"
    return found[0]


def numbers(page: str) -> list[str]:
    """All that stands where SVG wants numbers."""
    wanted = ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height", "points")
    return [
        one
        for _, attributes in pages.elements(figure(page))
        for name, value in attributes
        if name in wanted
        for one in re.split(r"[ ,]", value or "")
    ]


def entries(*given: str) -> tuple[Entry, ...]:
    nodes = tuple(Entry(name=f"n{i}", given=one, state="wrong") for i, one in enumerate(given))
    links = tuple(
        Entry(name=f"{a.name} to {b.name}", given=b.given, ends=(a.name, b.name), state="right")
        for a, b in pairwise(nodes)
    )
    return nodes + links


@pytest.mark.parametrize("kind", KINDS)
def test_odd_numbers_are_shown_and_nothing_is_drawn_out_of_bounds(kind: PictureKind) -> None:
    page = drawn(kind, *entries(*ODD))
    assert all(-100 <= float(one) <= 2_000 for one in numbers(page))
    assert all(one in pages.text(figure(page)) for one in ("nan", "-inf", "1e308"))


def test_odd_numbers_stay_in_bounds_on_a_logarithmic_axis() -> None:
    page = drawn("bars", *entries(*ODD), scale="log")
    assert all(-100 <= float(one) <= 2_000 for one in numbers(page))


@settings(max_examples=60, deadline=None)
@example([sys.float_info.max])
@given(st.lists(st.floats(), max_size=12))
def test_any_numbers_stay_in_bounds_on_a_logarithmic_axis(given: list[float]) -> None:
    page = drawn("bars", *entries(*map(repr, given)), scale="log")
    assert all(-100 <= float(one) <= 2_000 for one in numbers(page))


def test_on_a_logarithmic_axis_a_hundred_times_as_much_is_two_steps_more() -> None:
    several = [Entry(name=one, given=one, state="right") for one in ("2e3", "2e5", "2e7")]
    html = figure(drawn("bars", *several, scale="log"))
    widths = [float(one) for one in re.findall(r'class="bar-right"[^>]*width="([\d.]+)"', html)]
    assert widths[1] - widths[0] == pytest.approx(widths[2] - widths[1], rel=1e-3)
    assert all(one in html for one in ("10³", "10⁴", "10⁷"))


def test_a_call_whose_number_is_not_shown_says_whether_it_is_right() -> None:
    html = figure(
        drawn(
            "agreement",
            Entry(name="1", given="0", state="right"),
            Entry(name="2", given="", state="right"),
            Entry(name="3", given="", state="wrong"),
            Entry(name="4", given="", state="missing"),
        )
    )
    assert re.findall(r'<text[^>]*class="strong"[^>]*>(.*?)</text>', html) == ["✓", "✗", "–"]


def test_parts_in_a_row_are_named_as_the_first_and_the_last() -> None:
    right = Entry(name="0", given="1", state="right")
    wrong = [Entry(name=f"{i}", given="2", state="wrong") for i in range(1, 9)]
    text = pages.text(figure(drawn("series", right, *wrong)))
    assert "1 of 9 parts is right; differs: 1 to 8." in text
    apart = [one for pair in zip([right] * 8, wrong, strict=True) for one in pair]
    text = pages.text(figure(drawn("series", *apart)))
    assert "differs: 1, 2, 3, 4, 5, 6 and 2 more." in text


def test_what_nobody_asked_for_takes_no_room() -> None:
    asked = Entry(name="asked", given="3", state="right")
    html = figure(drawn("bars", asked, Entry(name="unasked"), scale="log"))
    assert "unasked" not in html


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), st.lists(st.floats(), max_size=12))
def test_any_numbers_stay_in_bounds(kind: PictureKind, given: list[float]) -> None:
    page = drawn(kind, *entries(*map(repr, given)))
    assert all(-100 <= float(one) <= 2_000 for one in numbers(page))


@pytest.mark.parametrize("kind", KINDS)
def test_many_entries_and_long_names_stay_small_and_what_is_left_out_is_said(
    kind: PictureKind,
) -> None:
    many = tuple(Entry(name="n" * 1_000 + f"{i}", given=f"{i}") for i in range(100_000))
    html = figure(drawn(kind, *many))
    assert len(html.encode()) < 64 * 1_000 + MOST_BYTES
    assert "99936 further numbers" in pages.text(html)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_texts_are_escaped(kind: PictureKind, payload: str) -> None:
    one = Entry(name=payload, given=payload, expected=payload, state="wrong")
    link = replace(one, ends=(payload, payload))
    harmless = drawn(kind, *(replace(e, name="n", given="g", expected="e") for e in (one, link)))
    html = figure(drawn(kind, one, link, title=payload))
    assert pages.tags(html) <= pages.tags(figure(harmless)) | {"line", "g", "polyline", "path"}
    names = {name for _, attributes in pages.elements(html) for name, _ in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("style", "href")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_said_in_words_and_as_a_table(kind: PictureKind) -> None:
    html = figure(drawn(kind, *entries("1.5", "2.5")))
    assert "<title" in html
    assert "differs: n0, n1" in pages.text(html)
    assert all(one in pages.text(html[html.index("<table") :]) for one in ("1.5", "2.5", "differs"))
    assert "Expected" not in html


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_differs_by_more_than_its_colour(kind: PictureKind) -> None:
    def shapes(state: str) -> list[str]:
        entry = Entry(name="a", given="2", state=state)  # type: ignore[arg-type]
        found = figure(drawn(kind, entry, replace(entry, name="b")))
        svg = re.sub(r'class="[^"]*"', "", found[found.index("<svg") : found.index("</svg>")])
        return re.findall(r"<(?:circle|path)|[✓✗]", svg)

    assert shapes("right") != shapes("wrong")


def test_every_state_has_its_words() -> None:
    assert set(words.PART) == {"right", "follows", "wrong", "open", "missing", "unsaid"}


def test_a_gradebook_keeps_pictures_and_one_without_them_is_read(tmp_path: Path) -> None:
    picture = Picture(kind="series", title="t", entries=(Entry(name="n", given="1e-09"),))
    mark = replace(samples.ADA_MARKS[0], pictures=(picture,))
    book = samples.gradebook(samples.graded("ada", (mark,)))
    gradebook.write(book, tmp_path)
    path = tmp_path / gradebook.JSON_NAME
    assert gradebook.read(path).submissions[0].questions[0].pictures == (picture,)
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["submissions"][0]["questions"][0]["pictures"]
    del data["submissions"][0]["questions"][0]["hidden"]["entries"]
    path.write_text(json.dumps(data), encoding="utf-8")
    assert gradebook.read(path).submissions[0].questions[0].pictures == ()
