"""Pages in a real browser: nothing runs, nothing is asked for, everything can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pypdfium2
import pytest
from playwright.sync_api import Locator

from grader.report import instructor_page, learner_report, overview
from tests.report import drawn, hostile, samples
from tests.report.conftest import Open, Watch, keep
from tests.report.shown import BOOK, GERMAN, PAGES

pytestmark = pytest.mark.browser

WIDTHS = (1440, 360)
SCHEMES = ("light", "dark")
PAPER_WIDTH = 673
"""Pixels between the margins of A4: 178 mm."""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_fits_its_window(
    opened: Open, name: str, width: int, scheme: str
) -> None:
    watch = opened(PAGES[name], width=width, color_scheme=scheme)
    keep(watch, f"{name}-{width}-{scheme}")
    root = "document.documentElement"
    assert watch.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    assert watch.noticed() == []


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("name", GERMAN)
def test_longer_words_fit_the_window_too(opened: Open, name: str, width: int) -> None:
    watch = opened(GERMAN[name], width=width)
    keep(watch, f"{name}-{width}-de")
    root = "document.documentElement"
    assert watch.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    assert watch.noticed() == []


def test_the_watch_notices_what_must_not_happen(opened: Open) -> None:
    loud = "<title>x</title><script>alert('x')</script><img src='https://evil.invalid/x.png'>"
    watch = opened(loud)
    assert watch.dialogs == ["x"]
    assert "https://evil.invalid/x.png" in watch.noticed()


def test_there_are_many_ways_in() -> None:
    assert len(set(hostile.PAYLOADS)) == len(hostile.PAYLOADS) >= 60


@pytest.mark.parametrize("make", [learner_report, instructor_page])
@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_nothing_that_a_learner_wrote_runs(
    opened: Open, payload: str, make: Callable[..., str]
) -> None:
    """Each alone, in every text of the page and as every kind of output."""
    html = make(
        hostile.grade(payload),
        hostile.run(payload, mimes=hostile.MIMES),
        hostile.submission(payload),
        samples.SHEET,
        samples.ENVIRONMENT,
    )
    watch = opened(html)
    watch.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert watch.noticed() == []
    assert watch.page.locator("h1").is_visible()


def test_names_of_learners_run_nothing_in_the_overview(opened: Open) -> None:
    grades = [replace(hostile.grade(payload), run=None) for payload in hostile.PAYLOADS]
    html = overview(samples.gradebook(*grades), dict.fromkeys(hostile.PAYLOADS, "reports/x.html"))
    watch = opened(html)
    class_table(watch).get_by_role("button", name="Submission").click()
    assert watch.noticed() == []
    assert len(names(watch)) == len(hostile.PAYLOADS)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_kind_of_picture_is_drawn_in_what_a_page_shows(opened: Open, width: int) -> None:
    watch = opened(PAGES["learner"], width=width)
    pictures = watch.page.locator("figure.picture svg")
    assert pictures.count() == len(drawn.PICTURES) == 6
    for picture in pictures.all():
        box = picture.bounding_box()
        assert box and box["width"] >= 500 and box["height"] >= 100, "no smaller than is legible"
    scrolled = watch.page.locator("figure.picture .scroll").evaluate_all(
        "all => all.map(one => one.scrollWidth > one.clientWidth)"
    )
    assert any(scrolled) is (width == 360)


def test_pictures_of_a_learner_are_drawn(opened: Open) -> None:
    watch = opened(PAGES["learner"])
    picture = watch.page.get_by_alt_text("Picture drawn by this cell")
    assert picture.evaluate("image => [image.complete, image.naturalWidth]") == [True, 320]


def class_table(watch: Watch) -> Locator:
    return watch.page.locator("section[aria-labelledby=class] table")


def names(watch: Watch) -> list[str]:
    settled(watch)
    return class_table(watch).locator("tbody th").all_inner_texts()


MANY = samples.gradebook(*(replace(samples.ADA, submission=f"ada-{n}") for n in range(150)))


def settled(watch: Watch) -> None:
    """Wait until all rows are shown."""
    watch.page.locator("#class-table:not([aria-busy])").wait_for()


def heard(watch: Watch) -> list[str]:
    """Every name of a row that a screen reader finds in the class table, in order."""
    session = watch.page.context.new_cdp_session(watch.page)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    table = session.send("DOM.querySelector", {"nodeId": root, "selector": "#class-table"})
    found = session.send("Accessibility.queryAXTree", {**table, "role": "rowheader"})["nodes"]
    return [one["name"]["value"] for one in found if not one["ignored"]]


def test_rows_out_of_sight_wait_at_first_and_are_there_for_everybody_soon(opened: Open) -> None:
    watch = opened(overview(MANY, {}), reduced_motion="reduce")
    settled(watch)
    assert heard(watch) == [f"ada-{n}" for n in range(150)]
    class_table(watch).get_by_role("button", name="Submission").click()
    settled(watch)
    assert heard(watch) == [f"ada-{n}" for n in reversed(range(150))]
    assert watch.noticed() == []


def test_a_row_that_is_filtered_out_is_gone_and_comes_back(opened: Open) -> None:
    watch = opened(overview(MANY, {}))
    watch.page.get_by_label("Name contains").fill("ada-14")
    settled(watch)
    assert heard(watch) == ["ada-14", *(f"ada-{n}" for n in range(140, 150))]
    assert class_table(watch).locator("tbody tr:visible").count() == 11
    watch.page.get_by_role("button", name="Show all").click()
    settled(watch)
    assert len(heard(watch)) == 150


def test_without_a_script_the_class_is_a_plain_table(opened: Open) -> None:
    watch = opened(overview(MANY, {}), java_script_enabled=False)
    assert heard(watch) == [f"ada-{n}" for n in range(150)]


def test_rows_stand_below_their_heads(opened: Open) -> None:
    watch = opened(overview(MANY, {}))
    for number in range(14):
        head, cell = (
            class_table(watch).locator(f"{rows} > :nth-child({number + 1})").first.bounding_box()
            for rows in ("thead tr", "tbody tr")
        )
        assert head and cell
        assert abs(head["x"] - cell["x"]) < 1 and abs(head["width"] - cell["width"]) < 1


def test_the_class_table_sorts_by_click_both_ways(opened: Open) -> None:
    watch = opened(PAGES["index"])
    before = names(watch)
    head = class_table(watch).locator("thead th").nth(2)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert names(watch)[0] == "babbage"
    assert names(watch)[-1] == "grace"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert names(watch)[0] == "grace"
    class_table(watch).get_by_role("button", name="Submission").click()
    assert names(watch) == before
    assert class_table(watch).locator("[aria-sort]").count() == 1
    assert watch.noticed() == []


def test_the_class_table_sorts_by_how_often_a_verdict_was_given(opened: Open) -> None:
    watch = opened(PAGES["index"])
    button = class_table(watch).get_by_role("button", name="Correct", exact=True)
    button.click()
    button.click()
    assert names(watch)[0] == "grace", "all of hers are correct"


def test_the_class_table_sorts_by_keyboard(opened: Open) -> None:
    watch = opened(PAGES["index"])
    watch.page.get_by_role("button", name="Open points").focus()
    watch.page.keyboard.press("Enter")
    assert names(watch)[0] == "grace"
    watch.page.keyboard.press("Space")
    assert names(watch)[0] == "babbage"


def shown(watch: Watch) -> list[str]:
    settled(watch)
    rows = class_table(watch).locator("tbody tr:visible th")
    return [name.strip() for name in rows.all_inner_texts()]


def test_the_class_table_filters_by_keyboard_and_says_how_many_are_left(opened: Open) -> None:
    watch = opened(PAGES["index"])
    keys, said = watch.page.keyboard, watch.page.get_by_role("status")
    assert said.get_attribute("aria-live") == "polite"
    watch.page.get_by_label("Name contains").focus()
    keys.type("ÁDA")
    assert shown(watch) == ["ada"]
    assert said.inner_text() == f"1 of {len(BOOK.submissions)} submissions shown"
    keys.press("Control+a")
    keys.press("Delete")
    keys.press("Tab")
    keys.type("Not graded")
    assert shown(watch) == ["babbage"]
    keys.type("Graded")
    keys.press("Tab")
    keys.type("Misconception")
    assert (shown(watch), said.inner_text()[:5]) == ([], "0 of ")
    keys.press("Tab")
    keys.press("Enter")
    assert len(shown(watch)) == len(BOOK.submissions)
    assert watch.noticed() == []


def test_verdicts_filter_by_the_row_that_has_one_of_them(opened: Open) -> None:
    watch = opened(PAGES["index"])
    watch.page.get_by_label("At least one").select_option("GRADER_ERROR")
    left = {
        one.submission
        for one in BOOK.submissions
        if any(mark.verdict.value == "GRADER_ERROR" for mark in one.questions)
        and one.status.value != "NOT_GRADED"
    }
    assert left and set(shown(watch)) == left
    class_table(watch).get_by_role("button", name="Submission").click()
    assert set(shown(watch)) == left, "sorting keeps what was filtered"


def test_without_scripts_the_class_table_is_plain_and_whole(opened: Open) -> None:
    watch = opened(PAGES["index"], java_script_enabled=False)
    assert watch.page.locator("button:visible, input:visible, select:visible").count() == 0
    assert len(names(watch)) == len(BOOK.submissions)


def test_every_link_within_a_page_leads_somewhere(opened: Open) -> None:
    for name in PAGES:
        watch = opened(PAGES[name])
        missing = watch.page.evaluate(
            "[...document.querySelectorAll('[href^=\"#\"]')].map(link => link.getAttribute('href'))"
            ".filter(target => !document.getElementById(target.slice(1)))"
        )
        assert missing == []


def test_a_question_leads_to_its_part_of_the_statement(opened: Open) -> None:
    watch = opened(PAGES["learner"])
    question = watch.page.locator("article", has_text="Parameters of the 13 convolutions.")
    question.get_by_role("link", name="3b in the statement").click()
    target = watch.page.locator(":target")
    assert target.inner_text() == "3b. Count them."
    assert target.evaluate("one => one.getBoundingClientRect().top < innerHeight")
    assert watch.noticed() == []


def test_ids_are_unique_and_every_label_exists(opened: Open) -> None:
    for name in PAGES:
        watch = opened(PAGES[name])
        ids = watch.page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
        assert len(ids) == len(set(ids))
        labels = watch.page.evaluate(
            "[...document.querySelectorAll('[aria-labelledby]')]"
            ".map(one => one.getAttribute('aria-labelledby'))"
        )
        assert set(labels) <= set(ids)


def test_headings_never_skip_a_level(opened: Open) -> None:
    for name in PAGES:
        watch = opened(PAGES[name])
        levels = watch.page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(one => Number(one.tagName[1]))"
        )
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_keyboard_reaches_the_content_first(opened: Open) -> None:
    watch = opened(PAGES["learner"])
    watch.page.keyboard.press("Tab")
    assert watch.page.evaluate("document.activeElement.textContent") == "Skip to the content"


def test_printed_pictures_fit_the_paper(opened: Open) -> None:
    watch = opened(PAGES["learner"], width=PAPER_WIDTH)
    watch.page.emulate_media(media="print")
    cut_off = watch.page.locator(".picture .scroll").evaluate_all(
        "all => all.map(one => one.scrollWidth - one.clientWidth)"
    )
    assert cut_off == [0] * len(drawn.PICTURES)


PRINTED = ["learner", "rejected", "index"]


@pytest.mark.parametrize("name", PRINTED)
def test_a_page_prints_on_a4_with_all_that_it_says(opened: Open, name: str) -> None:
    watch = opened(PAGES[name])
    printed = pypdfium2.PdfDocument(watch.page.pdf(prefer_css_page_size=True))
    assert {(round(one.get_width()), round(one.get_height())) for one in printed} == {(595, 842)}
    words = " ".join(one.get_textpage().get_text_range() for one in printed).split()
    text = " ".join(words)
    assert "Skip to the content" not in text
    assert "Name contains" not in text, "what filters a table is nothing on paper"
    if name == "learner":
        assert "f(3, 5) = 42.24" in text, "what is folded on a screen is open"
        assert "Traceback (most recent call last)" in text
    if name == "index":
        assert text.count("Discrimination") > 1, "a table's head is whole where it is repeated"
        assert all(one.submission.partition("-")[2] in text for one in BOOK.submissions)


@pytest.mark.parametrize("name", PRINTED)
def test_nothing_is_cut_off_on_paper(opened: Open, name: str) -> None:
    watch = opened(PAGES[name], width=PAPER_WIDTH, color_scheme="dark")
    watch.page.emulate_media(media="print", color_scheme="dark")
    color = watch.page.locator("body").evaluate("body => getComputedStyle(body).color")
    assert color == "rgb(28, 33, 43)", "ink on paper, whatever the screen looks like"
    for role in ("navigation", "search"):
        assert watch.page.get_by_role(role).count() == 0
    wider = watch.page.evaluate(
        "[...document.querySelectorAll('main *, header *, footer *')].filter(one => "
        "one.getClientRects().length && !one.closest('.aside, svg') "
        f"&& one.getBoundingClientRect().right > {PAPER_WIDTH} + 1).map(one => one.outerHTML)"
    )
    assert wider == []
    scrolling = watch.page.evaluate(
        "[...document.querySelectorAll('main *')].filter(one => !one.closest('.aside, svg') && "
        "['auto', 'scroll'].includes(getComputedStyle(one).overflowX)).map(one => one.className)"
    )
    assert scrolling == []


def test_cards_and_rows_are_not_torn_and_heads_not_left_behind(opened: Open) -> None:
    for name in ("learner", "index"):
        watch = opened(PAGES[name])
        watch.page.emulate_media(media="print")
        inside, after = (
            watch.page.evaluate(
                f"[...new Set([...document.querySelectorAll('{which}')]"
                f".map(one => getComputedStyle(one).{rule}))]"
            )
            for which, rule in (
                ("main tr, .mark, .notice, .output, .colophon", "breakInside"),
                ("main h2, main h3, .section-head, summary", "breakAfter"),
            )
        )
        assert (inside, after) == (["avoid"], ["avoid"])
