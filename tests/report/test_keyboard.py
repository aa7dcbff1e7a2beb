"""Pages by keyboard alone: every stop once and in reading order, seen, and none holds fast."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.report import drawn, samples
from tests.report.conftest import Open, Watch
from tests.report.judges import accessibility
from tests.report.shown import BOOK, PAGES

pytestmark = pytest.mark.browser

WALKS = [("light", 1440), ("dark", 360)]
LEAST_CONTRAST = 3.0
"""Of a focus ring with what it lies on: WCAG 2.2, 1.4.11 and 2.4.13."""

# Numbers every element that a keyboard is to reach, in the order of the document, and notes how
# each looks without the focus.
PREPARE = """() => {
  const wanted = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  window.stops = [...document.querySelectorAll(wanted)].filter(
    (one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled,
  );
  window.look = (one) => {
    const style = getComputedStyle(one);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(' ');
  };
  window.before = window.stops.map(window.look);
  return window.stops.map((one) => one.outerHTML.slice(0, 90));
}"""

# What is focused now: its number, whether its look changed, its ring, and what hides it.
NOW = """() => {
  const one = document.activeElement;
  const at = window.stops.indexOf(one);
  if (at < 0) return {at: -1, what: one.outerHTML.slice(0, 90), end: one === document.body};
  const rgb = (text) => {
    const scale = text.startsWith('color(srgb') ? 255 : 1;
    const found = text.match(/[\\d.]+/g).map((part) => Number(part) * scale);
    return found.length > 3 && found[3] === 0 ? null : found.slice(0, 3);
  };
  const light = (color) => color
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  let ground = one.parentElement;
  while (ground && !rgb(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
  const lights = [
    light(rgb(getComputedStyle(one).outlineColor)),
    light(rgb(getComputedStyle(ground ?? document.body).backgroundColor)),
  ].sort((left, right) => right - left);
  const style = getComputedStyle(one);
  const width = parseFloat(style.outlineWidth);
  const reach = parseFloat(style.outlineOffset) + width;
  const box = one.getBoundingClientRect();
  const cut = [];
  for (let outer = one.parentElement; outer; outer = outer.parentElement) {
    const styled = getComputedStyle(outer);
    if (outer === document.documentElement || outer === document.body) continue;
    if (styled.overflowX === 'visible' && styled.overflowY === 'visible') continue;
    const frame = outer.getBoundingClientRect();
    const hidden = [
      frame.left - (box.left - reach), box.right + reach - frame.right,
      frame.top - (box.top - reach), box.bottom + reach - frame.bottom,
    ].filter((pixels) => pixels >= width);
    if (hidden.length > 1) cut.push(outer.className || outer.tagName);
  }
  const middle = one.getClientRects()[0] ?? box;
  const top = document.elementFromPoint(
    Math.min(Math.max(middle.left + middle.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(middle.top + middle.height / 2, 0), innerHeight - 1),
  );
  const section = one.closest('section, nav, header, footer, main, body');
  return {
    at,
    changed: window.look(one) !== window.before[at],
    width: style.outlineStyle === 'none' ? 0 : width,
    contrast: (lights[0] + 0.05) / (lights[1] + 0.05),
    cut,
    covered: !(one.contains(top) || top?.contains(one)),
    box: [box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY],
    part: [...document.querySelectorAll('*')].indexOf(section),
    what: one.outerHTML.slice(0, 90),
  };
}"""


def walk(watch: Watch, key: str, most: int) -> list[dict[str, Any]]:
    """Press ``key`` until the page is left, at most so often; what was focused each time."""
    seen = []
    for _ in range(most):
        watch.page.keyboard.press(key)
        now = watch.page.evaluate(NOW)
        if now["at"] < 0 and now["end"]:
            break
        seen.append(now)
    return seen


def open_all(watch: Watch) -> None:
    watch.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")


@pytest.mark.parametrize("unfolded", [False, True], ids=["folded", "unfolded"])
@pytest.mark.parametrize(("scheme", "width"), WALKS)
@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_everything_once_in_reading_order_and_is_seen(
    opened: Open, name: str, scheme: str, width: int, unfolded: bool
) -> None:
    watch = opened(PAGES[name], width=width, color_scheme=scheme)
    if unfolded:
        open_all(watch)
    expected = watch.page.evaluate(PREPARE)
    seen = walk(watch, "Tab", 2 * len(expected))
    assert [one["what"] for one in seen] == expected
    assert [one["at"] for one in seen] == list(range(len(expected)))
    assert "Skip to the content" in seen[0]["what"]
    for one in seen:
        assert one["changed"] and one["width"] >= 2, f"no focus ring: {one}"
        assert one["contrast"] >= LEAST_CONTRAST, f"a faint focus ring: {one}"
        assert not one["cut"], f"a focus ring that is cut off: {one}"
        assert not one["covered"], f"something lies on it: {one}"
    for one, after in pairwise(seen[1:]):
        if one["part"] == after["part"]:
            assert reads_on(one["box"], after["box"]), f"{one['what']} → {after['what']}"
    # The page was left at its end; back again through the same stops.
    watch.page.evaluate("() => window.stops.at(-1).focus()")
    back = walk(watch, "Shift+Tab", len(expected) - 1)
    assert [one["at"] for one in back] == list(range(len(expected) - 1))[::-1]


def reads_on(before: list[float], after: list[float]) -> bool:
    """Whether a box stands below another, on its line, or at its right.

    Of boxes on one line the left edges tell nothing where the line was scrolled in between.
    """
    lower = after[1] >= before[1] - 8 or after[3] >= before[3] - 8
    return lower or after[0] >= before[2] - 8


def test_the_skip_link_leads_past_the_contents(opened: Open) -> None:
    watch = opened(PAGES["learner"])
    watch.page.keyboard.press("Tab")
    watch.page.keyboard.press("Enter")
    watch.page.keyboard.press("Tab")
    inside = "document.activeElement.closest('main') !== null"
    assert watch.page.evaluate(inside)
    assert watch.page.evaluate("document.activeElement.closest('nav') === null")


@pytest.mark.parametrize("name", PAGES)
def test_what_is_folded_opens_and_closes_with_both_keys(opened: Open, name: str) -> None:
    watch = opened(PAGES[name])
    folded = watch.page.locator("details:not([open]) > summary:visible").all()
    states = []
    for summary in [one.element_handle() for one in folded]:
        summary.focus()
        for key in ("Enter", "Space", "Space", "Enter"):
            watch.page.keyboard.press(key)
            states.append(summary.evaluate("one => one.parentElement.open"))
            assert summary.evaluate("one => one === document.activeElement")
    assert states == [True, False] * 2 * len(folded)


def test_every_sort_button_sorts_by_both_keys_says_so_and_keeps_the_focus(opened: Open) -> None:
    watch = opened(PAGES["index"])
    buttons = watch.page.locator("table[data-sortable] th button")
    assert buttons.count() >= 8
    for button in buttons.all():
        head, table = button.locator(".."), button.locator("xpath=ancestor::table")
        button.focus()
        told = []
        for key in ("Enter", "Space", "Enter"):
            watch.page.keyboard.press(key)
            told.append(head.get_attribute("aria-sort"))
            assert table.locator("[aria-sort]").count() == 1
            assert button.evaluate("one => one === document.activeElement")
        turned = {"ascending": "descending", "descending": "ascending"}
        assert told[1:] == [turned[one] for one in told[:2] if one]


def test_the_filter_is_reached_and_used_by_tab_alone(opened: Open) -> None:
    watch = opened(PAGES["index"])
    watch.page.evaluate(PREPARE)
    keys = watch.page.keyboard
    while watch.page.evaluate("document.activeElement.dataset.filter") != "name":
        keys.press("Tab")
        assert watch.page.evaluate(NOW)["at"] >= 0, "the filter was not reached"
    keys.type("ada")
    assert watch.page.get_by_role("status").inner_text().startswith("1 of ")
    watch.page.locator("[aria-busy]").wait_for(state="detached")
    left = watch.page.evaluate(PREPARE)
    keys.press("Tab")
    rest = [watch.page.evaluate(NOW), *walk(watch, "Tab", 2 * len(left))]
    at = [one["at"] for one in rest]
    assert at == list(range(at[0], len(left))), "rows that are filtered out are no stops"
    links = [one["what"] for one in rest if "reports/" in one["what"]]
    assert sum("reports/ada.html" in one for one in links) >= 1
    table = watch.page.locator("#class-table tbody th a")
    assert table.count() == len(BOOK.submissions)
    assert table.locator("visible=true").count() == 1


@pytest.mark.parametrize("width", [360, 1440])
def test_formulas_are_stops_only_where_they_may_have_to_be_scrolled(
    opened: Open, width: int
) -> None:
    watch = opened(PAGES["learner"], width=width)
    stops = watch.page.locator(".formula[tabindex], .chain [tabindex]")
    assert watch.page.locator(".chain").count() == 2
    assert stops.count() == 2, "one for the long chain, one for the long formula"
    wide = stops.evaluate_all("all => all.map(one => one.scrollWidth > one.clientWidth)")
    assert all(wide) is (width == 360)


def test_whatever_length_a_formula_has_it_is_reached_where_it_is_scrolled(opened: Open) -> None:
    terms = [r"\frac{a x}{c}", "2 u x", r"\log(x)", "a b c u x", "x^2", "beta", r"\frac{1}{u^2}"]
    watch = opened(PAGES["failed"], width=360)
    for count in range(1, 15):
        formula = " + ".join((terms * 3)[:count])
        mark = samples.ADA_MARKS[0]
        html = drawn.report_of(mark, *drawn.chain(formula, "x"))
        watch.page.goto("about:blank")
        watch.page.set_content(html)
        unreached = [one for one in accessibility(watch.page) if "scrollable-region" in one]
        assert unreached == [], formula
