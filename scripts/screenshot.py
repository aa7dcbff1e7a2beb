"""Makes the documentation's pictures: ``python scripts/screenshot.py PAGE[#PART] PICTURE``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 1280, 1000


def main() -> int:
    """Take one picture of a page, from its top or from one of its parts."""
    address, _, part = sys.argv[1].partition("#")
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(Path(address).resolve().as_uri())
        if part:
            page.locator(f"#{part}").first.evaluate("one => one.scrollIntoView()")
        page.screenshot(path=sys.argv[2])
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
