"""Nothing of a learner's making becomes an element, an attribute or a rule of a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.grade import Status
from grader.report import instructor_page, learner_report, overview
from grader.report.highlight import KINDS
from grader.report.text import visible
from tests.report import hostile, samples
from tests.report.pages import Element, elements, tags, text

SHOWN = {"table", "tbody", "tr", "td", "p", "pre", "b", "i", "span", "strong"}


def report(payload: str, *, mimes: tuple[str, ...] = ()) -> str:
    return learner_report(
        hostile.grade(payload),
        hostile.run(payload, mimes=mimes),
        hostile.submission(payload),
        samples.SHEET,
        samples.ENVIRONMENT,
    )


def everything(payload: str, *, mimes: tuple[str, ...] = ()) -> str:
    return instructor_page(
        hostile.grade(payload),
        hostile.run(payload, mimes=mimes),
        hostile.submission(payload),
        samples.SHEET,
        samples.ENVIRONMENT,
        report="#main",
    )


PAGES = (report, everything)
Page = Callable[..., str]


def uncoloured(html: str) -> list[Element]:
    """The elements of a page without those that only give a piece of code its colour."""
    colours = {("span", (("class", f"tok-{kind}"),)) for _, kind in KINDS}
    return [one for one in elements(html) if one not in colours]


def harmless(payload: str) -> str:
    """Text of the same length and lines that no parser could take for anything."""
    return "".join("\n" if character == "\n" else "x" for character in payload)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_a_hostile_page_has_the_elements_of_a_harmless_one(payload: str, page: Page) -> None:
    without_code = payload.replace("`", "'")
    given, plain = (uncoloured(page(one)) for one in (without_code, harmless(without_code)))
    assert unscrolled(given) == unscrolled(plain)


SCROLLED = (("tabindex", "0"), ("aria-label", "Your steps"))


def unscrolled(found: list[Element]) -> list[Element]:
    """The same, whether or not a chain is wide enough to be scrolled by keyboard."""
    return [(tag, () if attributes == SCROLLED else attributes) for tag, attributes in found]


@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_a_hostile_overview_has_the_elements_of_a_harmless_one(payload: str) -> None:
    def page(shown: str) -> str:
        grades = (hostile.grade(shown), hostile.grade(shown + "2", status=Status.NOT_GRADED))
        return overview(samples.gradebook(*grades), {shown: "reports/x.html"})

    without_code = payload.replace("`", "'").replace("+", " ")
    assert elements(page(without_code)) == elements(page(harmless(without_code)))


@pytest.mark.parametrize("page", PAGES)
@settings(max_examples=25, deadline=None)
@given(
    payload=st.lists(st.sampled_from(hostile.PAYLOADS) | st.text(max_size=6), max_size=4).map(
        "".join
    )
)
def test_no_mixture_brings_an_element_either(page: Page, payload: str) -> None:
    without_code = payload.replace("`", "'") or "x"
    given, plain = (uncoloured(page(one)) for one in (without_code, harmless(without_code)))
    assert unscrolled(given) == unscrolled(plain)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_rich_outputs_bring_text_and_tables_only(payload: str, page: Page) -> None:
    plain = tags(page("x"))
    assert tags(page(payload, mimes=hostile.MIMES)) - plain <= SHOWN | {"code"}
    for tag, attributes in elements(page(payload, mimes=hostile.MIMES)):
        assert not [name for name, _ in attributes if name.startswith("on") or name == "style"]
        sources = [value for name, value in attributes if name in ("src", "href")]
        assert all(str(value).startswith(("#", "data:,")) for value in sources), (tag, sources)


def test_no_page_holds_a_character_that_hides_or_reorders() -> None:
    payload = "".join(hostile.PAYLOADS) + "\u2066\u200b\x7f\x9b\U000e0041"
    book = samples.gradebook(hostile.grade(payload, status=Status.NOT_GRADED))
    pages = [page(payload, mimes=hostile.MIMES) for page in PAGES]
    for html in (*pages, overview(book, {})):
        html.encode("utf-8", "strict")
        assert visible(html) == html


def test_the_text_of_a_payload_is_there_to_be_read() -> None:
    assert "<script>alert('x')</script>" in text(report(hostile.PAYLOADS[0]))


def test_templates_never_run_what_a_learner_wrote() -> None:
    for page in PAGES:
        read = text(page("{{ 7*7 }}{% raw %}"))
        assert "{{ 7*7 }}{% raw %}" in read
        assert "49" not in read.replace("312_475_648", "")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_allows_its_own_stylesheet_and_nothing_else(page: Page) -> None:
    html = page("x")
    (policy,) = [
        dict(attributes)["content"]
        for tag, attributes in elements(html)
        if tag == "meta" and dict(attributes).get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["style-src"].startswith("'sha256-")
    assert rules["img-src"] == "data:"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert "script-src" not in rules
    assert "unsafe" not in policy
