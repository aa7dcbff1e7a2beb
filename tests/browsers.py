"""The Chromium that tests start, one for each process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def started() -> Iterator[Browser]:
    """Start Chromium; without one the test that wants it fails and says what to install."""
    with sync_playwright() as playwright:
        path = _executable() or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.fail(
                "these tests need Chromium and found none; install the system's package chromium, "
                "or run `playwright install chromium`"
            )
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def _executable() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)
