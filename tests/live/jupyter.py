"""A real Jupyter server on this machine alone, and a notebook of it as a person uses it."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread

from playwright.sync_api import Locator, Page, TimeoutError

from tests.conftest import REPOSITORY

PATIENCE = 120
"""Seconds that anything may take on a machine busy with other work."""
QUIET = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "extensionmanager-extension/plugin": {"enabled": False},
}
FOLDERS = {
    "HOME": "home",
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}
"""Whatever a server reads of its user or keeps for them, by the variable that says where."""


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    address: str
    """With a slash at its end."""
    token: str
    app: str
    """``lab`` or ``notebook``."""

    def page(self, name: str) -> str:
        """Return the address at which a notebook of the served folder opens."""
        way = "lab/tree" if self.app == "lab" else "notebooks"
        return f"{self.address}{way}/{name}?token={self.token}"


@contextmanager
def serving(app: str, folder: Path, own: Path, *, theme: str) -> Iterator[Server]:
    """Serve ``folder`` by ``app``; everything that the server keeps is in ``own``."""
    for name in FOLDERS.values():
        (own / name).mkdir(parents=True)
    settings = {**QUIET, "apputils-extension/themes": {"theme": f"JupyterLab {theme}"}}
    for name, chosen in settings.items():
        file = own / "settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(chosen))
    token = secrets.token_hex()
    environment = {
        **os.environ,
        **{variable: str(own / name) for variable, name in FOLDERS.items()},
        "JUPYTER_TOKEN": token,
        "PYTHONPATH": str(REPOSITORY),
        "LC_ALL": "C.UTF-8",
    }
    environment.pop("LANGUAGE", None)
    process = subprocess.Popen(
        _line(app, folder),
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(_address(process), token, app)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def _line(app: str, folder: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyter", app, "--no-browser", "--allow-root"),
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        # Another program may take it first: then the server tries others, and says which.
        f"--ServerApp.port={_free_port()}",
        "--ServerApp.terminals_enabled=False",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        # Tells by its own state when the kernel is connected.
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _address(process: subprocess.Popen[str]) -> str:
    """Return where the server says that it runs; what it says later is read and let go."""
    said: Queue[str] = Queue()

    def read() -> None:
        lines: list[str] = []
        assert process.stderr is not None
        for line in process.stderr:
            lines.append(line)
            if found := re.search(r"(http://127\.0\.0\.1:\d+/)\S*token=", line):
                said.put(found[1])
        said.put("".join(lines))

    Thread(target=read, daemon=True).start()
    first = said.get(timeout=PATIENCE)
    assert first.startswith("http://"), f"the server did not start:\n{first}"
    return first


@dataclass(frozen=True)
class Notebook:
    """A notebook that is open in a browser, used by mouse and keyboard."""

    page: Page

    def open(self, address: str) -> None:
        """Open it and wait until its kernel can run cells."""
        self.page.goto(address)
        self.page.locator(".jp-CodeCell").first.wait_for()
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'"
        )

    def cell(self, text: str) -> Locator:
        """Return the code cell that holds a text now, whatever it is going to hold."""
        cells = self.page.locator(".jp-CodeCell")
        return self._same(cells.filter(has=self.page.locator(".cm-content", has_text=text)))

    def write(self, cell: Locator, source: str) -> None:
        """Replace what a cell holds, and run it."""
        self._type(cell, source)
        self.run(cell)

    def run(self, cell: Locator) -> None:
        """Run a cell and wait until it is done."""
        before = self.number(cell)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self._until_run(cell, before)

    def stop(self) -> None:
        """Press the stop button."""
        self.page.locator('[data-command="notebook:interrupt-kernel"]').first.click()

    def _edit(self) -> None:
        """Go into the active cell; a key that comes before the cell is there is lost."""
        focused = self.page.locator(".jp-CodeCell.jp-mod-active .cm-content:focus")
        self.page.keyboard.press("Enter")
        try:
            focused.wait_for(timeout=10_000)
        except TimeoutError:
            self.page.keyboard.press("Enter")
            focused.wait_for()

    def below(self, cell: Locator, source: str, *, until_done: bool = True) -> Locator:
        """Add a cell below another one, write into it, run it, and return it."""
        cell.locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self._edit()
        added = self._same(self.page.locator(".jp-CodeCell.jp-mod-active"))
        self._type(added, source)
        if until_done:
            self.run(added)
        else:
            self.page.keyboard.press("Control+Enter")
        return added

    def number(self, cell: Locator) -> str:
        """Return what stands beside a cell, its number in brackets among it."""
        return cell.locator(".jp-InputPrompt").inner_text()

    def _until_run(self, cell: Locator, before: str) -> None:
        prompt = cell.locator(".jp-InputPrompt").element_handle()
        self.page.wait_for_function(
            "([prompt, before]) => /\\d/.test(prompt.innerText) && prompt.innerText !== before",
            arg=[prompt, before],
        )

    def _type(self, cell: Locator, source: str) -> None:
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)

    def _same(self, cell: Locator) -> Locator:
        place = cell.get_attribute("data-windowed-list-index")
        return self.page.locator(f'.jp-CodeCell[data-windowed-list-index="{place}"]')
