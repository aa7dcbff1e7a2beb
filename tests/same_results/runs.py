"""The same notebook run by Jupyter's own kernel and by ours, and its outputs made comparable."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from grader import sandbox
from grader.probe import Limits, Probe
from grader.sandbox import Isolation, notebook
from grader.sandbox.interpreter import neutral_environment
from grader.submission import Cell, Output, Submission

LIMITS = Limits(
    cell_seconds=240.0,
    submission_seconds=900.0,
    cpu_seconds=600.0,
    output_bytes=16 * 1024**2,
)
Shown = dict[str, list[str]]
"""For each cell the lines of all that it shows."""


def by_jupyter(cells: dict[str, str], folder: Path) -> Shown:
    """Run in stock nbclient and ipykernel, started cold."""
    make: Any = nbformat.v4
    made = make.new_notebook(cells=[make.new_code_cell(source) for source in cells.values()])
    client = NotebookClient(
        made,
        kernel_name="python3",
        timeout=900,
        startup_timeout=240,
        allow_errors=True,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
    )
    environment = {**os.environ, **neutral_environment()}
    # With it ipykernel leaves out what is printed below Python.
    environment.pop("PYTEST_CURRENT_TEST", None)
    client.execute(env=environment, cwd=str(folder))
    return {
        name: _lines(notebook.outputs(cell)) for name, cell in zip(cells, made.cells, strict=True)
    }


def by_us(cells: dict[str, str], isolation: Isolation) -> Shown:
    """Run in the sandbox."""
    handed_in = Submission(
        name="same",
        source="same.ipynb",
        sha256="",
        kind="notebook",
        cells=tuple(
            Cell(number=number, kind="code", source=source)
            for number, source in enumerate(cells.values(), 1)
        ),
    )
    run = sandbox.run(handed_in, Probe(names=()), LIMITS, isolation)
    assert len(run.cells) == len(cells), run.reason
    return {name: _lines(seen.outputs) for name, seen in zip(cells, run.cells, strict=True)}


def _lines(outputs: tuple[Output, ...]) -> list[str]:
    """Return what a reader sees: each stream as a whole, then results, displays and errors."""
    streams: dict[str, str] = {}
    others = []
    for output in outputs:
        if output.kind in ("stdout", "stderr"):
            streams[output.kind] = streams.get(output.kind, "") + output.text
        else:
            others += _forms(output)
    texts = [f"{kind}: {line}" for kind in sorted(streams) for line in streams[kind].split("\n")]
    return [_neutral(line) for line in [*texts, *others]]


def _forms(output: Output) -> list[str]:
    forms = sorted((mime, _picture(mime, form)) for mime, form in output.data)
    return [
        *(f"{output.kind}: {line}" for line in output.text.split("\n")),
        *(f"{output.kind} as {mime}: {form}" for mime, form in forms),
    ]


def _picture(mime: str, form: str) -> str:
    """Return the size of a picture: its bytes name the version of the library that made it."""
    return f"{len(form) // 4096} blocks" if mime.startswith("image/png") else form.strip()


_NEUTRAL = (
    (re.compile(r"0x[0-9a-f]{6,}"), "0x…"),
    (re.compile(r"/tmp/ipykernel_\d+/\d+\.py:\d+"), "<cell>:<line>"),
    (re.compile(r"<cell[^>]*>:\d+|cell \d+(?:, part \d+)?:\d+"), "<cell>:<line>"),
    (re.compile(r"/\S+/(IPython|torch|numpy|matplotlib)/"), r"<packages>/\1/"),
    (re.compile(r"\((?:\d+\.py|<cell[^>]*>|cell \d+), line (\d+)\)"), r"(<cell>, line \1)"),
)


def _neutral(line: str) -> str:
    """Return a line without addresses and made-up file names."""
    for pattern, word in _NEUTRAL:
        line = pattern.sub(word, line)
    return line.rstrip()
