"""Shells as a notebook's kernel has them, in the process of a test."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from grader import handout
from grader.handout import public
from grader.handout.checked import Checked, SelfCheck
from grader.live import checking
from grader.submission import Cell, Submission


class Shell(InteractiveShell):
    """A shell that draws as a kernel does, into the notebook."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Open no windows."""


@contextmanager
def fresh() -> Iterator[InteractiveShell]:
    """Give a shell by itself, that keeps no history on disk, which others may be writing to."""
    InteractiveShell.clear_instance()
    Shell.clear_instance()
    config = Config()
    config.HistoryAccessor.enabled = config.HistoryManager.enabled = False
    shell = Shell.instance(config=config)
    forget_outputs(shell)
    before = os.environ.get("MPLBACKEND")
    os.environ["MPLBACKEND"] = "agg"
    try:
        yield shell
    finally:
        Shell.clear_instance()
        os.environ.pop("MPLBACKEND") if before is None else os.environ.update(MPLBACKEND=before)


def forget_outputs(shell: InteractiveShell) -> None:
    """Take away what cells printed and raised; IPython keeps it for all shells of a process."""
    assert shell.history_manager is not None
    shell.history_manager.outputs.clear()
    shell.history_manager.exceptions.clear()


def run(shell: InteractiveShell, *cells: str) -> Any:
    """Run cells as a person would; return what the last one gives."""
    for cell in cells:
        done = shell.run_cell(cell, store_history=True)
        done.raise_error()
    return done.result


def of(shown: Any, question: str) -> Checked:
    found: tuple[Checked, ...] = shown.outcome.questions
    return next(one for one in found if one.question == question)


def checked(hand_in: Submission, path: Path, given: Path) -> SelfCheck:
    """Run every cell of a hand-in in a shell, as a learner would, and return what ``%check`` finds.

    The notebook takes the place of the starter in the hand-out's folder, as it is saved.
    """
    saved = given / f"{public.read(given / handout.FILE).name}.ipynb"
    if path.suffix == ".ipynb":
        shutil.copy(path, saved)
    else:
        nbformat.write(new_notebook(cells=[_cell(one) for one in hand_in.cells]), saved)
    with fresh() as shell, chdir(given), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in hand_in.cells:
            if cell.kind == "code":
                shell.run_cell(cell.source, store_history=True)
        shown = checking.magic(shell, "")
    assert shown is not None
    return shown.outcome


def _cell(cell: Cell) -> Any:
    make: Any = new_code_cell if cell.kind == "code" else new_markdown_cell
    made = make(cell.source)
    if cell.answers:
        made.metadata["grader"] = {"question": cell.answers}
    return made
