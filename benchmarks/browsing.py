"""A class overview in headless Chromium: opening, filtering and sorting it."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path

TIMED = """async (act) => {
  const start = performance.now();
  act();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
ACTS = {
    "filtering": "type('-99')",
    "filtering no more": "type('')",
    "sorting": "document.querySelectorAll('#class-table th button')[2].click()",
}
OPENED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
TYPE = """const box = document.querySelector('[data-filter=name]');
const type = (text) => {
  box.value = text;
  box.dispatchEvent(new Event('input', {bubbles: true}));
}"""


def measure(html: str, *, rounds: int) -> dict[str, float]:
    """Return milliseconds until the page is open, and until each act is drawn; medians."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "index.html"
        file.write_text(html, encoding="utf-8")
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        taken: dict[str, list[float]] = {}
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(file.as_uri(), wait_until="load")
            page.wait_for_function(f"{OPENED} > 0")
            taken.setdefault("opening", []).append(page.evaluate(OPENED))
            for name, act in ACTS.items():
                taken.setdefault(name, []).append(
                    page.evaluate(f"() => {{ {TYPE}; return ({TIMED})(() => {act}); }}")
                )
            page.close()
        browser.close()
    return {name: statistics.median(found) for name, found in taken.items()}
