"""Files that attack whoever opens them: archives, notebooks and modules."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from tests.hostile.attacks.attack import Attack, of

_NAME = "mallory"


def _notebook(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    """Return what writes a notebook after ``change`` has spoilt it."""

    def write(folder: Path) -> None:
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("corners = 5")])
        plain = json.loads(json.dumps(made))
        change(plain)
        (folder / f"{_NAME}.ipynb").write_text(json.dumps(plain), encoding="utf-8")

    return write


def _file(suffix: str, data: Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda folder: _write(folder / f"{_NAME}{suffix}", data())


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _archive(fill: Callable[[zipfile.ZipFile], None]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        with zipfile.ZipFile(folder / f"{_NAME}.zip", "w", zipfile.ZIP_DEFLATED) as file:
            fill(file)

    return write


def _link(file: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("answers.py")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    file.writestr(entry, "/etc/shadow")


def _nested(file: zipfile.ZipFile) -> None:
    inner = b"corners = 5"
    for _ in range(30):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("a.zip", inner)
        inner = held.getvalue()
    file.writestr("a.zip", inner)


def _many(file: zipfile.ZipFile) -> None:
    for number in range(20_000):
        file.writestr(f"{number}.py", "")


def _climbing(file: zipfile.ZipFile) -> None:
    for name in (
        "../../planted.py",
        "/tmp/planted-by-mallory.py",
        "C:\\planted.py",
        "..\\..\\p.py",
    ):
        file.writestr(name, "corners = 5")


def _cells(notebook: dict[str, Any], *sources: str) -> None:
    made = [json.loads(json.dumps(nbformat.v4.new_code_cell(source))) for source in sources]
    notebook["cells"] = made


def _metadata(notebook: dict[str, Any]) -> None:
    notebook["metadata"] = {
        "kernelspec": {"name": "../../evil", "language": "bash", "display_name": "<script>"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": "<script>"}}},
        "jupytext": {"formats": "ipynb,/tmp/planted-by-mallory.py"},
    }
    notebook["cells"][0]["metadata"] = {"tags": ["skip-execution", "raises-exception"]}


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / f"{_NAME}.ipynb")


def _links(folder: Path) -> None:
    (folder / f"{_NAME}.py").symlink_to("/etc/shadow")
    (folder / f"{_NAME}2.ipynb").symlink_to("/dev/zero")
    (folder / f"{_NAME}3").symlink_to(folder)


def _strange_names(folder: Path) -> None:
    for name in (
        "<img src=x onerror=alert(1)>.py",
        "a\nb.py",
        "$(touch planted).py",
        "ü" * 80 + ".py",
    ):
        _write(folder / name, b"corners = 5")


_DEEP = b'{"cells": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"

_FILES: dict[str, Callable[[Path], None]] = {
    "an archive of 200 MB of nothing": _archive(
        lambda file: file.writestr("answers.py", bytes(200_000_000))
    ),
    "archives in an archive": _archive(_nested),
    "an archive of 20 000 files": _archive(_many),
    "an archive that climbs out": _archive(_climbing),
    "an archive with a link": _archive(_link),
    "an archive that is cut off": _file(".zip", lambda: b"PK\x03\x04" + bytes(200)),
    "a cell of 20 MB": _notebook(lambda notebook: _cells(notebook, "#" * 20_000_000)),
    "20 000 cells": _notebook(lambda notebook: _cells(notebook, *["pass"] * 20_000)),
    "a notebook nested 50 000 deep": _file(".ipynb", lambda: _DEEP),
    "a notebook with a number without end": _file(
        ".ipynb", lambda: b'{"nbformat": ' + b"9" * 1_000_000 + b"}"
    ),
    "a notebook of another world": _notebook(lambda notebook: notebook.update(nbformat=10**9)),
    "metadata that choose the kernel": _notebook(_metadata),
    "cells that are no cells": _notebook(
        lambda notebook: notebook.update(cells=[None, 5, {"cell_type": []}, {"source": {}}])
    ),
    "a notebook that is no text": _file(".ipynb", lambda: b'{"cells": "\\ud800", "\xff": 1}'),
    "a module with NUL and a false encoding": _file(
        ".py", lambda: b"# coding: rot13\n\x00\ncorners = 5\xff\xfe"
    ),
    "a module of brackets": _file(".py", lambda: b"x = " + b"(" * 5_000 + b")" * 5_000),
    "a module of one huge number": _file(".py", lambda: b"corners = " + b"9" * 2_000_000),
    "a module of a hundred thousand signs": _file(".py", lambda: b"x = " + b"-" * 100_000 + b"1"),
    "a fifo in place of a notebook": _fifo,
    "links in place of files": _links,
    "names that are commands and markup": _strange_names,
}

ATTACKS = of("handed in", *(Attack(name=name, file=write) for name, write in _FILES.items()))
