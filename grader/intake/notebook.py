"""Notebooks: JSON of nbformat 2 to 4 to cells, without running or trusting anything in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import nbformat

from grader.errors import SubmissionError
from grader.intake.document import Document, counted, decode_notebook, whole
from grader.intake.formats import NOTEBOOK_REMEDY
from grader.intake.language import check_language
from grader.intake.mend import NEWEST, mended, tag
from grader.intake.outputs import as_output
from grader.language import sentence
from grader.submission import Cell


def read_notebook(data: bytes, name: str) -> Document:
    """Return the cells of a notebook; raises ``SubmissionError`` where it cannot be read.

    A cell's stored metadata, other than the starter's tag, and its id have no influence.
    """
    text, remarks = decode_notebook(data, name)
    stored = _parsed(text, name)
    phrases: list[str] = []
    notebook = mended(stored, name, phrases)
    remarks += check_language(_language(stored), name)
    cells = _cells(_converted(notebook, name), phrases)
    return Document(kind="notebook", cells=cells, remarks=(*remarks, *counted(phrases)))


def _parsed(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise SubmissionError(
            sentence(
                "{name}: line {line}, column {column}: is not valid JSON ({problem}); {remedy}",
                name=name,
                line=problem.lineno,
                column=problem.colno,
                problem=problem.msg,
                remedy=NOTEBOOK_REMEDY,
            )
        ) from problem
    except RecursionError as problem:
        raise SubmissionError(
            sentence(
                "{name}: is nested too deeply; {remedy}",
                name=name,
                remedy=NOTEBOOK_REMEDY,
            )
        ) from problem
    except ValueError as problem:
        raise SubmissionError(
            sentence(
                "{name}: holds a number of thousands of digits; {remedy}",
                name=name,
                remedy=NOTEBOOK_REMEDY,
            )
        ) from problem


def _language(stored: object) -> str:
    """Return the language of a notebook's kernel as the notebook says it, "" if it does not.

    The kernel's name says nothing about it, but for Sage, which calls itself Python, and for
    Python 2.
    """
    metadata = _mapping(_mapping(stored).get("metadata"))
    kernel = _mapping(metadata.get("kernelspec"))
    info = _mapping(metadata.get("language_info"))
    name = _string(kernel.get("name")).lower()
    if name.startswith("sage"):
        return "Sage"
    languages = (kernel.get("language"), info.get("name"), metadata.get("language"))
    language = next(filter(None, map(_string, languages)), "")
    is_old = name == "python2" or _string(info.get("version")).startswith("2.")
    return "python2" if is_old and language.lower() in {"", "python"} else language


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _converted(notebook: dict[str, Any], name: str) -> Any:
    """Let ``nbformat`` join lines and bring old formats to the newest."""
    convert: Callable[..., Any] = nbformat.convert
    reader: Any = nbformat.versions[notebook["nbformat"]]
    try:
        return convert(reader.to_notebook_json(notebook), NEWEST)
    except (nbformat.ValidationError, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise SubmissionError(
            sentence(
                "{name}: cannot be converted from nbformat {version} ({kind}); {remedy}",
                name=name,
                version=notebook["nbformat"],
                kind=type(problem).__name__,
                remedy=NOTEBOOK_REMEDY,
            )
        ) from problem


def _cells(notebook: Any, phrases: list[str]) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            number=number,
            kind=cell.cell_type,
            source=whole(cell.source),
            answers=tag(cell.metadata),
            outputs=tuple(as_output(output, phrases) for output in cell.get("outputs", ())),
            executed=cell.get("execution_count") or 0,
        )
        for number, cell in enumerate(notebook.cells, start=1)
    )
