"""A hand-out and a shell, as a learner has them before a check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests.given import hand_out
from tests.live import shells


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hand-out, and a shell's working folder in it."""
    folder = hand_out("circles", tmp_path / "given")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A shell by itself."""
    with shells.fresh() as started:
        yield started
