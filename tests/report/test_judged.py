"""Pages before judges that know nothing of us: axe-core and html-validate find nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.report import instructor_page, learner_report, overview
from tests.report import hostile, samples
from tests.report.conftest import Open
from tests.report.judges import accessibility, validity
from tests.report.shown import GERMAN, PAGES

pytestmark = pytest.mark.browser

BAD = """<!doctype html><html lang="en"><head><title>x</title></head>
<body><main><h1>x</h1><p><img src="data:,"><div></p></main></body></html>"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("name", PAGES)
def test_no_rule_of_axe_is_violated(opened: Open, name: str, width: int, scheme: str) -> None:
    watch = opened(PAGES[name], width=width, color_scheme=scheme)
    watch.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert accessibility(watch.page) == []


@pytest.mark.parametrize("name", GERMAN)
def test_no_rule_of_axe_is_violated_in_german(opened: Open, name: str) -> None:
    watch = opened(GERMAN[name], width=360)
    assert watch.page.evaluate("document.documentElement.lang") == "de"
    watch.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert accessibility(watch.page) == []


@pytest.mark.parametrize("pages", [PAGES, GERMAN], ids=["en", "de"])
def test_no_page_has_an_error_in_its_html(pages: dict[str, str], tmp_path: Path) -> None:
    for name, html in pages.items():
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
    assert validity(tmp_path) == []


def test_no_hostile_page_has_an_error_in_its_html(tmp_path: Path) -> None:
    for number, payload in enumerate(hostile.PAYLOADS):
        grade, run = hostile.grade(payload), hostile.run(payload, mimes=hostile.MIMES)
        handed_in = hostile.submission(payload)
        for make in (learner_report, instructor_page):
            made = make(grade, run, handed_in, samples.SHEET, samples.ENVIRONMENT)
            file = tmp_path / f"{make.__name__}-{number}.html"
            file.write_text(made, encoding="utf-8")
        made = overview(samples.gradebook(grade), {payload: "reports/x.html"})
        (tmp_path / f"index-{number}.html").write_text(made, encoding="utf-8")
    assert validity(tmp_path) == []


def test_the_statement_is_on_the_page_that_is_judged() -> None:
    assert 'id="statement"' in PAGES["learner"] and "3b. Count them." in PAGES["learner"]


def test_the_judges_see_what_is_wrong(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(BAD, encoding="utf-8")
    assert any("close-order" in error for error in validity(tmp_path))
    assert any(error.startswith("image-alt") for error in accessibility(opened(BAD).page))
