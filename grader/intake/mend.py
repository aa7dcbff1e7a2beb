"""Damaged notebooks mended where that is safe, and stripped of all that is not read.

What comes in is whatever a file held; what goes out has the shape that ``nbformat`` relies on.
Most metadata is dropped on the way: nothing in it may decide how a submission is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.errors import SubmissionError
from grader.intake.formats import NOTEBOOK_REMEDY
from grader.intake.outputs import is_lines, mended_outputs
from grader.intake.source import MAX_CELLS
from grader.language import sentence

NEWEST = 4
_MOST_RUNS = 10**9
"""The newest notebook format that is known, and the one everything is converted to."""
OLDEST = 2

_MAX_TAG = 100
_KINDS = {
    4: ("code", "markdown", "raw"),
    3: ("code", "markdown", "raw", "heading", "html"),
    2: ("code", "markdown", "raw", "html"),
}
_IDS_SINCE = 5
"""Cells have ids since nbformat 4.5."""


def mended(stored: object, name: str, phrases: list[str]) -> dict[str, Any]:
    """Return the notebook in ``stored``, parsed JSON, so that ``nbformat`` can convert it.

    What was repaired or left out is added to ``phrases``, one for each time. Raises
    ``SubmissionError`` where it is no notebook, or of an unknown version.
    """
    if not isinstance(stored, dict):
        raise _no_notebook(name)
    major = _version(stored, name, phrases)
    cells = [
        _mended_cell(cell, number, major, phrases)
        for number, cell in enumerate(_stored_cells(stored, major, name), start=1)
    ]
    if major == NEWEST:
        _judge_ids(stored, phrases)
        return {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    sheets = [{"cells": cells, "metadata": {}}]
    return {"nbformat": major, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets}


def _no_notebook(name: str) -> SubmissionError:
    return SubmissionError(
        sentence(
            "{name}: is JSON but no notebook: it has no cells; {remedy}",
            name=name,
            remedy=NOTEBOOK_REMEDY,
        )
    )


def _version(stored: Mapping[str, Any], name: str, phrases: list[str]) -> int:
    """Return the version by whose rules the cells are read: its shape outweighs its number."""
    said = stored.get("nbformat")
    in_worksheets = _are_in_worksheets(stored, said)
    if not isinstance(said, int) or isinstance(said, bool):
        phrases.append(
            sentence("The notebook does not say its format's version; it was told by its shape")
        )
        return 3 if in_worksheets else NEWEST
    if _known(said, name) < NEWEST and not in_worksheets:
        phrases.append(
            sentence(
                "The notebook says nbformat {said} and has the shape of {newest}",
                said=said,
                newest=NEWEST,
            )
        )
        return NEWEST
    if said == NEWEST and in_worksheets:
        phrases.append(
            sentence("The notebook says nbformat {newest} and has the shape of 3", newest=NEWEST)
        )
        return 3
    return said


def _known(major: int, name: str) -> int:
    if major > NEWEST:
        raise SubmissionError(
            sentence(
                "{name}: its format (nbformat {major}) is newer than {newest}, the newest that "
                "is known; save it as nbformat {newest} and hand it in again",
                name=name,
                major=major,
                newest=NEWEST,
            )
        )
    if major < OLDEST:
        raise SubmissionError(
            sentence(
                "{name}: its format (nbformat {major}) is older than {oldest}; {remedy}",
                name=name,
                major=major,
                oldest=OLDEST,
                remedy=NOTEBOOK_REMEDY,
            )
        )
    return major


def _are_in_worksheets(stored: Mapping[str, Any], said: object) -> bool:
    """Whether the cells are in worksheets; with cells in both places the version decides."""
    below, above = _worksheet_cells(stored), stored.get("cells")
    if below is None or not isinstance(above, list):
        return below is not None
    return bool(below) and (not above or said in (2, 3))


def _worksheet_cells(stored: Mapping[str, Any]) -> list[Any] | None:
    """Return the cells of all worksheets, None where there is no worksheet with cells."""
    sheets = stored.get("worksheets")
    holders = sheets if isinstance(sheets, list) else []
    lists = [holder.get("cells") for holder in holders if isinstance(holder, dict)]
    readable = [cells for cells in lists if isinstance(cells, list)]
    return [cell for cells in readable for cell in cells] if readable else None


def _stored_cells(stored: Mapping[str, Any], major: int, name: str) -> list[Any]:
    cells = stored.get("cells") if major == NEWEST else _worksheet_cells(stored)
    if not isinstance(cells, list):
        raise _no_notebook(name)
    if len(cells) > MAX_CELLS:
        raise SubmissionError(
            sentence(
                "{name}: has {count} cells, more than {most}; keep those that answer the sheet",
                name=name,
                count=len(cells),
                most=MAX_CELLS,
            )
        )
    return cells


def _mended_cell(stored: object, number: int, major: int, phrases: list[str]) -> dict[str, Any]:
    """Return one cell; one that cannot be read keeps its place as a raw cell, which never runs."""
    cell = stored if isinstance(stored, dict) else {}
    kind = cell.get("cell_type")
    if not isinstance(kind, str) or kind not in _KINDS[major]:
        said = (
            sentence("the unknown type {kind!r}", kind=kind[:40])
            if isinstance(kind, str)
            else sentence("no cell type")
        )
        phrases.append(
            sentence("Cell {number} has {said}; it is shown and not run", number=number, said=said)
        )
        source = cell.get("source")
        return _text_cell("raw", source if is_lines(source) else "", {})
    source = _source(cell, number, major, phrases)
    metadata = _metadata(cell, major, phrases)
    if kind != "code":
        if cell.get("outputs"):
            phrases.append(sentence("A text cell has stored outputs, which were dropped"))
        level = {"level": cell["level"]} if isinstance(cell.get("level"), int) else {}
        return {**_text_cell(kind, source, metadata), **level}
    if not isinstance(cell.get("outputs"), list):
        phrases.append(sentence("A code cell has no list of outputs; an empty one was put in"))
    if major == NEWEST and "execution_count" not in cell:
        phrases.append(sentence("A code cell has no execution count; an empty one was put in"))
    outputs = mended_outputs(cell.get("outputs"), max(major, 3), phrases)
    ran = cell.get("execution_count")
    counted = type(ran) is int and 0 < ran <= _MOST_RUNS
    return _code_cell(source, metadata, outputs, major, ran=ran if counted else None)


def _text_cell(kind: str, source: Any, metadata: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": metadata, "source": source}


def _code_cell(
    source: Any,
    metadata: dict[str, Any],
    outputs: list[dict[str, Any]],
    major: int,
    *,
    ran: int | None,
) -> dict[str, Any]:
    common = {"cell_type": "code", "metadata": metadata, "outputs": outputs}
    if major == NEWEST:
        return {**common, "source": source, "execution_count": ran}
    return {**common, "input": source, "language": "python", "collapsed": False}


def _source(cell: Mapping[str, Any], number: int, major: int, phrases: list[str]) -> Any:
    keys = ["source", "input"]
    if major < NEWEST and cell.get("cell_type") == "code":
        keys.reverse()
    source = cell.get(keys[0], cell.get(keys[1]))
    if is_lines(source):
        return source
    kind = (
        sentence("no text")
        if source is None
        else sentence("a {kind} in place of its text", kind=type(source).__name__)
    )
    phrases.append(
        sentence("Cell {number} has {kind}; it was read as empty", number=number, kind=kind)
    )
    return ""


def _metadata(cell: Mapping[str, Any], major: int, phrases: list[str]) -> dict[str, Any]:
    """Return the one thing in a cell's metadata that is read: the question of a starter's tag."""
    metadata = cell.get("metadata")
    if not isinstance(metadata, dict):
        if major == NEWEST:
            phrases.append(sentence("A cell has no metadata; empty ones were put in"))
        return {}
    question = tag(metadata)
    return {"grader": {"question": question}} if question else {}


def tag(metadata: Mapping[str, Any]) -> str:
    """Return the question that a starter's tag names, "" if there is no such tag."""
    starter = metadata.get("grader")
    question = starter.get("question") if isinstance(starter, Mapping) else None
    readable = isinstance(question, str) and len(question) <= _MAX_TAG and question.isprintable()
    return str(question) if readable else ""


def _judge_ids(stored: Mapping[str, Any], phrases: list[str]) -> None:
    """Say what is wrong with the cells' ids; nothing depends on them."""
    minor = stored.get("nbformat_minor")
    if not isinstance(minor, int) or isinstance(minor, bool) or minor < 0:
        phrases.append(
            sentence("The notebook does not say its format's minor version; none was needed")
        )
        return
    cells = [cell for cell in stored["cells"] if isinstance(cell, dict)]
    ids = [cell["id"] for cell in cells if isinstance(cell.get("id"), str)]
    if minor >= _IDS_SINCE and len(ids) < len(cells):
        phrases.append(sentence("The notebook has cells without an id; none was needed"))
    if minor < _IDS_SINCE and ids:
        phrases.append(sentence("The notebook has ids, which its format's version does not know"))
    if len(set(ids)) < len(ids):
        phrases.append(
            sentence("The notebook has cells with the same id; each was read by its place")
        )
