"""``%check`` in a shell of its own, run as a program by ``benchmarks.check``.

Loads the extension, runs every cell of a hand-in, checks each task as often as is said, and prints
JSON: seconds and CPU seconds of ``%load_ext`` (with the import), of the first ``%check`` (which
loads the engine) and, as medians, of the later ones by task. What is shown is made as well, text
and HTML.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jupytext
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from benchmarks import measured
from benchmarks.measured import Taken


def main(folder: Path, answers: Path, rounds: int) -> dict[str, Any]:
    """Return what was measured in the hand-out ``folder`` with the answers of a file."""
    notebook = jupytext.read(answers)
    jupytext.write(notebook, folder / f"{folder.name}.ipynb")
    os.chdir(folder)
    config = Config()
    config.HistoryAccessor.enabled = config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    taken = {"load": _taken(shell, "%load_ext grader")}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _taken(shell, cell.source)
    taken["first"] = _taken(shell, "%check")
    sheet = json.loads(Path("sheet.json").read_text(encoding="utf-8"))
    each: dict[str, list[Taken]] = {task["name"]: [] for task in sheet["tasks"]}
    for _ in range(rounds):
        for task, several in each.items():
            several.append(_taken(shell, f"%check {task}"))
    taken |= {f"task {task}": measured.middle(several) for task, several in each.items()}
    return {name: asdict(one) for name, one in taken.items()}


def _taken(shell: InteractiveShell, cell: str) -> Taken:
    start, cpu = time.perf_counter(), time.process_time()
    with capture_output():
        shell.run_cell(cell, store_history=True).raise_error()
    return Taken(
        seconds=time.perf_counter() - start,
        cpu_seconds=time.process_time() - cpu,
        peak_rss_bytes=0,
    )


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]).resolve(), int(sys.argv[3]))))
