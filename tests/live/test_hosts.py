"""What ``%check`` gives, as a kernel sends it, in the pages of VS Code and Colab.

Neither runs here. Outputs stand in a page of VS Code's own build where one is given, else in one
with its policy, and in a sandboxed frame as Colab has it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame

from tests import installed
from tests.given import hand_out
from tests.live import hosts, vscode

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>"
BUILD = os.environ.get("GRADER_VSCODE")
"""The folder ``lib/vscode`` of an unpacked npm package ``code-server``, which holds a build."""
SCRIPT = "renderer.js"
THEMES = sorted(vscode.THEMES)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give what a kernel sends of a check: answers, failures, open ones, and hostile text."""
    folder = hand_out("circles", tmp_path_factory.mktemp("given"))
    answers = f"corners = {HOSTILE!r}\ndisc_area = 12.5\ndef area_of(radius):\n    return 1 / 0"
    why = "# why_pi: as it is"
    sources = ["%load_ext grader", answers, why, "%check"]
    *_, (output,) = installed.cells(sys.executable, folder, sources)
    assert output["type"] == "execute_result"
    data: dict[str, str] = output["data"]
    return data


def shown_right(watched: hosts.Watched, frame: Frame) -> None:
    """Hold that an output reads well, runs nothing and asks for nothing."""
    feedback = frame.locator(".grader-check")
    texts = feedback.inner_text()
    for said in ("circle.disc_area", "12.5", "ZeroDivisionError", HOSTILE):
        assert said in texts
    assert {"✓", "✗"} <= set(texts)
    assert feedback.locator("img, script").count() == 0
    assert frame.evaluate("window.ran") is None
    cells = feedback.locator("th, td")
    assert set(cells.evaluate_all("all => all.map(one => getComputedStyle(one).textAlign)")) == {
        "left"
    }
    found = feedback.evaluate(hosts.CONTRASTS)
    assert any(one["symbol"] for one in found)
    assert [one for one in found if one["ratio"] < (3 if one["symbol"] else 4.5)] == []
    assert frame.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    assert watched.said == []


@pytest.mark.parametrize(
    ("name", "color", "ground"), [("light", "#212121", "#ffffff"), ("dark", "#d5d5d5", "#383838")]
)
def test_an_output_in_a_sandboxed_frame(
    browser: Browser, bundle: dict[str, str], name: str, color: str, ground: str
) -> None:
    page = hosts.framed(bundle["text/html"], color=color, ground=ground)
    with hosts.opened(browser, {"": page}) as watched:
        (frame,) = watched.page.main_frame.child_frames
        watched.keep(f"check-frame-{name}")
        shown_right(watched, frame)
        assert frame.evaluate("window.origin") == "null"
        assert watched.asked == [""]


@pytest.mark.parametrize("theme", THEMES)
def test_an_output_under_the_policy_of_vs_code(
    browser: Browser, bundle: dict[str, str], theme: str
) -> None:
    with hosts.opened(browser, {"": vscode.alike(theme)}) as watched:
        place = watched.page.locator("#output")
        place.evaluate("(place, html) => { place.innerHTML = html; }", bundle["text/html"])
        watched.keep(f"check-{theme}-alike")
        shown_right(watched, watched.page.main_frame)
        assert watched.asked == [""]


@pytest.fixture
def build() -> Path:
    """Give the folder of a build of VS Code."""
    if not BUILD:
        pytest.skip(
            "GRADER_VSCODE is not set: run `npm pack code-server@4.139.1` (47 MB), unpack it, "
            "and set it to package/lib/vscode"
        )
    return Path(BUILD)


@contextmanager
def rendered(
    browser: Browser, bundle: dict[str, str], build: Path, theme: str, mime: str
) -> Iterator[hosts.Watched]:
    """Let the renderer of a build show an output."""
    pages: dict[str, str | Path] = {"": vscode.real(build, theme), SCRIPT: build / vscode.RENDERER}
    with hosts.opened(browser, pages) as watched:
        output = {"address": f"{hosts.ORIGIN}{SCRIPT}", "mime": mime, "text": bundle[mime]}
        watched.page.evaluate(vscode.SHOW, output)
        yield watched


@pytest.mark.parametrize("theme", THEMES)
def test_the_renderer_of_vs_code_shows_the_page(
    browser: Browser, bundle: dict[str, str], build: Path, theme: str
) -> None:
    with rendered(browser, bundle, build, theme, "text/html") as watched:
        watched.keep(f"check-{theme}")
        shown_right(watched, watched.page.main_frame)
        assert watched.asked == ["", SCRIPT]


@pytest.mark.parametrize("theme", THEMES)
def test_the_renderer_of_vs_code_shows_the_text(
    browser: Browser, bundle: dict[str, str], build: Path, theme: str
) -> None:
    with rendered(browser, bundle, build, theme, "text/plain") as watched:
        watched.keep(f"check-{theme}-text")
        shown = watched.page.locator("#output").inner_text()
        assert shown.split() == bundle["text/plain"].split()
        assert "<img src=x" in shown
        assert watched.page.locator("#output").locator("img, script").count() == 0
        assert (watched.said, watched.asked) == ([], ["", SCRIPT])


def test_the_measure_of_contrast_is_right(browser: Browser) -> None:
    page = '<!doctype html><title>x</title><body><p style="color: #777">x</p>\
<p style="color: #000; opacity: 0.5">x</p>\
<div style="background: #000"><p style="color: rgba(255, 255, 255, 0.5)">x</p></div>'
    with hosts.opened(browser, {"": page}) as watched:
        found = watched.page.locator("body").evaluate(hosts.CONTRASTS)
        ratios = [one["ratio"] for one in found]
    assert ratios == pytest.approx([4.48, 3.95, 5.32], abs=0.06)
