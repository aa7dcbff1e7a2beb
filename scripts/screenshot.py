"""Makes the documentation's pictures: ``python scripts/screenshot.py PAGE.html PICTURE.png``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 1280, 1000


def main() -> int:
    """Take one picture of the top of a page."""
    page_path, picture = map(Path, sys.argv[1:3])
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_path.resolve().as_uri())
        page.screenshot(path=picture)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
