"""Makes the documentation's pictures from the sample class: ``python scripts/screenshots.py``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).parents[1] / "docs"
MOST_BYTES = 250_000
WIDTH, HEIGHT = 1280, 1000


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture: a page of the demo, from its top, from a part on, or of a part alone."""

    name: str
    page: str
    begins_at: str = ""
    alone: str = ""
    width: int = WIDTH


SHOTS = (
    Shot(name="report", page="reports/whole_sheet_with_slips.html"),
    Shot(name="class", page="index.html", begins_at="#class"),
    Shot(
        name="formula",
        page="reports/one_mistake_in_each_formula.html",
        alone='article.mark:has(p.name code:text-is("first_step_formula"))',
        width=1000,
    ),
)


def main() -> int:
    """Grade the sample class, take every picture, and return 0 if none is too large."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [sys.executable, "-m", "grader", "demo", "-o", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for shot in SHOTS:
            page = browser.new_page(viewport={"width": shot.width, "height": HEIGHT})
            page.goto((Path(folder) / shot.page).resolve().as_uri())
            _take(page, shot)
        browser.close()
    sizes = {shot.name: (DOCS / f"{shot.name}.png").stat().st_size for shot in SHOTS}
    for name, size in sizes.items():
        print(f"docs/{name}.png  {size / 1000:.0f} kB")
    return int(max(sizes.values()) > MOST_BYTES)


def _take(page: Page, shot: Shot) -> None:
    target = DOCS / f"{shot.name}.png"
    if shot.alone:
        page.locator(shot.alone).screenshot(path=target)
        return
    if shot.begins_at:
        page.locator(shot.begins_at).evaluate("one => one.scrollIntoView()")
    page.screenshot(path=target)


if __name__ == "__main__":
    raise SystemExit(main())
