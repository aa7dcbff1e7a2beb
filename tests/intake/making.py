"""Hand-ins for the tests: notebooks, ZIPs and folders in a few words."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.intake import Source, collect, read
from grader.submission import Rejection, Submission

Content = bytes | str


def code(source: Any, **keys: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
        **keys,
    }


def prose(source: Any, **keys: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **keys}


def stored(*cells: Any, **keys: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells), **keys}


def notebook(*cells: Any, **keys: Any) -> bytes:
    return json.dumps(stored(*cells, **keys)).encode()


def zipped(members: Mapping[str, Content], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def folder(root: Path, files: Mapping[str, Content]) -> Path:
    """Write ``files`` below ``root``; a name that ends in ``/`` is an empty folder."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def read_bytes(tmp_path: Path, name: str, content: Content) -> Submission | Rejection:
    """Read one file of that name and content as a hand-in."""
    folder(tmp_path, {name: content})
    (source,) = collect([tmp_path / name]).sources
    return read(source)


def accepted(result: Submission | Rejection) -> Submission:
    assert isinstance(result, Submission), result.reason
    return result


def reason(result: Submission | Rejection) -> str:
    """Return why a hand-in was refused; it is one sentence with a remedy, and not our failure."""
    assert isinstance(result, Rejection), result
    assert not result.ours, result.reason
    assert "\n" not in result.reason
    assert "Traceback" not in result.reason
    return result.reason


def names(sources: tuple[Source, ...]) -> list[str]:
    return [source.name for source in sources]


def sources_of(result: Submission | Rejection) -> list[str]:
    return [cell.source for cell in accepted(result).cells]
