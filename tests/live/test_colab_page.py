"""In Colab the notebook is read from its page, not from where the kernel runs.

A module of this test stands for Colab's own, which no registry has: it answers as that does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.handout.checked import State
from grader.live import checking
from tests.given import hand_out
from tests.live import shells

SAVED = "Markdown was read as it was last saved in dl_foundations.ipynb."
OPEN = "Markdown was read as it stands in the open notebook."
FORMULA = r"$$\hat m_t = \frac{m_t}{1 - \beta_1^t}$$"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A shell in a hand-out's folder, where the notebook is as it was given."""
    monkeypatch.chdir(hand_out("dl_foundations", tmp_path))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("LANGUAGE", raising=False)
    with shells.fresh() as started:
        yield started


def open_page(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """Let Colab's page answer so; an exception is raised."""
    package, message = ModuleType("google.colab"), ModuleType("google.colab._message")

    def blocking_request(kind: str, request: str = "", timeout_sec: float | None = 5) -> Any:
        assert kind == "get_ipynb" and timeout_sec
        if isinstance(answer, Exception):
            raise answer
        return answer

    message.__dict__["blocking_request"] = blocking_request
    monkeypatch.setitem(sys.modules, "google.colab", package)
    monkeypatch.setitem(sys.modules, "google.colab._message", message)


def _lines(notebook: Any) -> Any:
    """Return a notebook as it is stored, where each source is a list of lines."""
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.loads(json.dumps(notebook))


def _notebook() -> Any:
    cells = [new_code_cell("import numpy as np"), new_markdown_cell(f"The moment:\n\n{FORMULA}")]
    return new_notebook(cells=cells)


@pytest.mark.parametrize("stored", [False, True], ids=["whole", "lines"])
def test_markdown_that_is_not_saved_counts(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    before = checking.magic(shell, "adam.m_hat")
    assert before is not None
    assert before.outcome.questions[0].state is State.FAILS
    assert before.outcome.remarks == (SAVED,)
    open_page(monkeypatch, {"ipynb": _lines(_notebook()) if stored else _notebook()})
    after = checking.magic(shell, "adam.m_hat")
    assert after is not None
    assert after.outcome.questions[0].state is State.PASSES
    assert after.outcome.remarks == (OPEN,)


@pytest.mark.parametrize("answer", [None, {}, {"ipynb": object()}, RuntimeError("no page")])
def test_a_page_that_does_not_answer_leaves_the_saved_file(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    open_page(monkeypatch, answer)
    shown = checking.magic(shell, "adam.m_hat")
    assert shown is not None
    assert shown.outcome.remarks == (SAVED,)
