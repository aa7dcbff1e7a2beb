"""A real browser, watched: what a page logs, asks for, opens or runs is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import SCREENSHOTS


@dataclass
class Watch:
    """One opened page and everything that it did by itself."""

    page: Page
    address: str
    console: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def noticed(self) -> list[str]:
        """All that a page of ours never does."""
        asked = [url for url in self.requests if url not in (self.address, "data:,")]
        loaded = [url for url in asked if not url.startswith("data:image/")]
        return self.console + self.dialogs + loaded


Open = Callable[..., Watch]


def keep(watch: Watch, name: str) -> None:
    """Keep a screenshot of the whole page for a person to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    watch.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open a page given as HTML, from a file, as an instructor would."""
    contexts: list[BrowserContext] = []

    def open_page(html: str, *, width: int = 1440, **options: Any) -> Watch:
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        watch = Watch(context.new_page(), file.as_uri())
        watch.page.on("console", lambda message: watch.console.append(message.text))
        watch.page.on("pageerror", lambda error: watch.console.append(str(error)))
        watch.page.on("request", lambda request: watch.requests.append(request.url))
        watch.page.on("dialog", lambda dialog: _dismiss(watch, dialog))
        watch.page.on("popup", lambda page: watch.dialogs.append(page.url))
        watch.page.goto(watch.address, wait_until="load")
        # Rows of a class are laid out by and by.
        watch.page.locator("[aria-busy]").wait_for(state="detached")
        return watch

    yield open_page
    for context in contexts:
        context.close()


def _dismiss(watch: Watch, dialog: Any) -> None:
    watch.dialogs.append(dialog.message)
    dialog.dismiss()
