"""``%check`` in the real JupyterLab and Notebook 7, used in a browser as a learner uses them."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from grader import handout
from tests.conftest import SCREENSHOTS
from tests.given import hand_out
from tests.live.jupyter import PATIENCE, Notebook, Server, serving

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>"


@dataclass
class Watched:
    """An open notebook and whatever its page did that nobody asked for."""

    notebook: Notebook
    server: Server
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def asked(self, address: str) -> None:
        """Keep an address that is not the server's own, nor inside the page."""
        own = (self.server.address, self.server.address.replace("http:", "ws:"), "data:", "blob:")
        if not address.startswith(own):
            self.elsewhere.append(address)

    def keep(self, name: str) -> None:
        """Keep a screenshot for a person to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.notebook.page.screenshot(path=SCREENSHOTS / f"{name}.png")


Open = Callable[..., Watched]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open a sheet's notebook, as it is handed out, in a server of its own."""
    with ExitStack() as ends:

        def open_sheet(sheet: str, *, app: str = "lab", theme: str = "Light") -> Watched:
            folder = hand_out(sheet, tmp_path / "given")
            file = folder / handout.FILE
            given = json.loads(file.read_text())
            # No limit but the stop button, however slow the machine is.
            given["limits"]["call_seconds"] = 10 * PATIENCE
            file.write_text(json.dumps(given))
            server = ends.enter_context(serving(app, folder, tmp_path / "own", theme=theme))
            context = browser.new_context(viewport={"width": 1280, "height": 1600})
            ends.callback(context.close)
            context.set_default_timeout(1000 * PATIENCE)
            expect.set_options(timeout=1000 * PATIENCE)
            page = context.new_page()
            watched = Watched(Notebook(page), server)
            page.on("request", lambda request: watched.asked(request.url))
            page.on("websocket", lambda socket: watched.asked(socket.url))
            page.on("pageerror", lambda error: watched.errors.append(str(error)))
            page.on(
                "console",
                lambda said: watched.errors.append(said.text) if said.type == "error" else None,
            )
            watched.notebook.open(server.page(f"{sheet}.ipynb"))
            # Until here nothing of ours was there: Notebook 7.6 fails at one of its own settings.
            watched.errors.clear()
            return watched

        yield open_sheet


def feedback(cell: Locator) -> Locator:
    """Return the page that a check shows below its cell."""
    return cell.locator('.jp-OutputArea-output[data-mime-type="text/html"]')


@pytest.mark.parametrize(
    ("app", "theme"), [("lab", "Light"), ("lab", "Dark"), ("notebook", "Light")]
)
def test_load_check_fix_a_cell_check_again(opened: Open, app: str, theme: str) -> None:
    watched = opened("circles", app=app, theme=theme)
    notebook = watched.notebook
    answer = notebook.cell("corners = None")
    notebook.write(answer, f"corners = {HOSTILE!r}\narea_of = 4")
    loaded = notebook.below(answer, "%load_ext grader")
    check = notebook.below(loaded, "%check")
    expect(feedback(check)).to_contain_text("area_of is not a function here")
    expect(feedback(check)).to_contain_text(HOSTILE)
    expect(check.locator(".jp-OutputArea-output")).to_have_count(1)
    watched.keep(f"check-{app}-{theme.lower()}-before")
    notebook.write(answer, "corners = 4\ndef area_of(radius):\n    return 3.14 * radius**2\n")
    notebook.run(check)
    expect(feedback(check)).to_contain_text("3.14")
    expect(feedback(check)).not_to_contain_text("is not a function")
    watched.keep(f"check-{app}-{theme.lower()}")
    assert feedback(check).locator("img, script").count() == 0
    assert notebook.page.evaluate("window.ran") is None
    assert (watched.errors, watched.elsewhere) == ([], [])


def test_the_stop_button_ends_a_call_and_the_kernel_goes_on(opened: Open) -> None:
    watched = opened("circles")
    notebook = watched.notebook
    answer = notebook.cell("corners = None")
    with socket.create_server(("127.0.0.1", 0)) as called:
        called.settimeout(PATIENCE)
        address = called.getsockname()
        call = f"__import__('socket').create_connection({address})"
        notebook.write(answer, f"def area_of(radius):\n    {call}\n    while True:\n        pass")
        loaded = notebook.below(answer, "%load_ext grader")
        check = notebook.below(loaded, "%check area_of", until_done=False)
        called.accept()[0].close()
    notebook.stop()
    expect(check.locator(".jp-OutputArea-output")).to_contain_text("KeyboardInterrupt")
    notebook.write(answer, "def area_of(radius):\n    return 3.14 * radius**2")
    notebook.run(check)
    expect(feedback(check)).to_contain_text("3.14")
    assert (watched.errors, watched.elsewhere) == ([], [])


def test_one_task_of_the_sheet_of_this_course(opened: Open) -> None:
    watched = opened("dl_foundations")
    notebook = watched.notebook
    first = notebook.page.locator(".jp-CodeCell").first
    first = notebook.below(first, "%load_ext grader\nconv_params = 14714688")
    task = notebook.below(first, "%check vgg_parameters")
    expect(feedback(task)).to_contain_text("14714688")
    expect(feedback(task)).not_to_contain_text("chain_rule")
    question = "vgg_parameters.conv_params"
    function = notebook.below(task, f"import grader\ngrader.check({question!r})")
    expect(feedback(function)).to_contain_text(question)
    expect(feedback(function)).not_to_contain_text("vgg_parameters.fc_params")
    watched.keep("check-vgg-parameters")
    assert (watched.errors, watched.elsewhere) == ([], [])
