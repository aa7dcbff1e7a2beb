"""Pages in which outputs stand as other notebooks show them, and what a browser made of them."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from tests.conftest import SCREENSHOTS

ORIGIN = "https://notebook.invalid/"
"""Nothing is there: all that a page may ask of it is answered by the test."""

CONTRASTS = """root => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const parts = color => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [[red, green, blue], alpha / 255];
  };
  const over = ([top, alpha], below) => top.map((c, i) => alpha * c + (1 - alpha) * below[i]);
  const ground = element => {
    if (!element) return parts(
      getComputedStyle(document.documentElement).getPropertyValue("--vscode-editor-background")
      || "#fff")[0];
    return over(parts(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  };
  const opacity = element =>
    element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1;
  const light = color => color
    .map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  return [...root.querySelectorAll("*")]
    .filter(one => one.tagName !== "STYLE")
    .filter(one => [...one.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(one => {
      const [color, alpha] = parts(getComputedStyle(one).color);
      const below = ground(one);
      const [low, high] = [light(over([color, alpha * opacity(one)], below)), light(below)].sort(
        (a, b) => a - b);
      return {symbol: one.className.startsWith("grader-"), text: one.textContent,
              ratio: (high + 0.05) / (low + 0.05)};
    });
}"""
"""Contrast of each text with what is behind it, as WCAG 2.2 reckons it, see-through colours too.

Behind a page of VS Code lies its editor.
"""


@dataclass
class Watched:
    """An open page and whatever it did that nobody asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def keep(self, name: str) -> None:
        """Keep a screenshot for a person to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@contextmanager
def opened(browser: Browser, pages: Mapping[str, str | Path]) -> Iterator[Watched]:
    """Open the page named ``""`` of some that are all that there is; files are scripts."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    watched = Watched(context.new_page())

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ORIGIN)
        watched.asked.append(name)
        content = pages.get(name)
        if content is None:
            route.abort()
        elif isinstance(content, Path):
            route.fulfill(path=content, content_type="text/javascript")
        else:
            route.fulfill(body=content, content_type="text/html; charset=utf-8")

    context.route("**/*", answer)
    watched.page.on("console", lambda message: watched.said.append(message.text))
    watched.page.on("pageerror", lambda error: watched.said.append(str(error)))
    try:
        watched.page.goto(ORIGIN)
        yield watched
    finally:
        context.close()


def framed(output: str, *, color: str, ground: str) -> str:
    """Return a page with an output in a sandboxed frame of its own, as Colab shows them."""
    inside = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>output</title></head>'
        f'<body style="color: {color}; background: {ground}; font-family: Roboto, sans-serif; '
        f'font-size: 14px">{output}</body></html>'
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>notebook</title></head>'
        f'<body style="margin: 0"><iframe sandbox="allow-scripts" width="990" height="890" '
        f'srcdoc="{html.escape(inside)}"></iframe></body></html>'
    )
