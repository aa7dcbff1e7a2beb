"""Percent scripts (``# %%`` before each cell) and Markdown as cells, as ``jupytext`` reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from grader.errors import SubmissionError
from grader.intake.document import Document, decode_text
from grader.intake.fences import told_apart
from grader.intake.formats import EXPORT_REMEDY
from grader.intake.language import check_language
from grader.intake.mend import tag
from grader.intake.source import MAX_CELLS
from grader.language import sentence
from grader.submission import Cell, Output

MAX_TEXT_BYTES = 4 * 1024**2
"""Largest Markdown file."""

_MAX_MARKER_WORK = 100_000_000
_MAX_FENCE_WORK = 2_000_000
"""Markers, or fences in prose, times lines: jupytext looks at all later lines for each of them."""
_FOREIGN_BLOCK = re.compile(r"%%\w")

_MARKER = re.compile(r"(?m)^# ?%%(\s|$)")
_INDENTED_MARKER = re.compile(r"(?m)^[ \t]+#\s*(%%|In\[)")
_FENCE = re.compile(r"(?m)^(# ?)?[ \t]*(`{3}|~{3})")
_PYTHON_FENCE = re.compile(r"(?im)^(`{3,})[ \t]*\{?(?:i?python3?|py3?)\}?(?=[ \t]|$)")
_FENCE_OPTIONS = re.compile(r"(?m)^(`{3,}python)[ \t].*$")
_HEADER = re.compile(
    r"\s*(?P<fence>(?:# ?)?---)[ \t]*\n(?P<body>.*?\n)(?P=fence)[ \t]*(?=\n|$)", re.DOTALL
)
_OF_JUPYTER = re.compile(r"(?m)^(# ?)?(jupyter|jupytext|kernelspec)\s*:")
_LANGUAGE = re.compile(r"(?m)^[# ]*language:[ \t]*[\"']?([\w+]+)")
_RULE = re.compile(r"\A(\s*)---(?=[ \t]*\n)")


def read_percent(text: str, name: str) -> Document | None:
    """Return the cells of a percent script, None where ``text`` is a plain module.

    Magics that the script has commented out stay comments. A text that merely mentions ``# %%``,
    or has it inside a function, is a plain module.
    """
    markers, fences = len(_MARKER.findall(text)), len(_FENCE.findall(text))
    few = markers <= MAX_CELLS and _affordable(text, markers=markers, fences=fences)
    if not markers or not few or _INDENTED_MARKER.search(text):
        return None
    text, remarks = _without_header(text, name)
    begins_with_marker = _MARKER.match(text.lstrip())
    notebook = _jupytext(text if begins_with_marker else f"# %%\n{text}", ".py", "percent")
    if notebook is None or len(notebook.cells) < 2:
        return None
    cells = _cells(notebook, text)
    return Document(kind="module", cells=cells, remarks=tuple(remarks))


def read_text(data: bytes, name: str) -> Document:
    """Return a Markdown file's prose and fenced Python blocks as cells.

    Raises ``SubmissionError`` where it cannot be read.
    """
    text, remarks = decode_text(data, name)
    blocks = len(_FENCE.findall(text)) // 2
    large = len(data) > MAX_TEXT_BYTES or blocks > MAX_CELLS
    if large or not _affordable(text, markers=blocks, fences=0):
        raise SubmissionError(
            sentence(
                "{name}: is too large for a text; {remedy}",
                name=name,
                remedy=EXPORT_REMEDY,
            )
        )
    return as_document(text, name, remarks)


def read_scan(data: bytes, name: str) -> Document:
    """Return a plain text, as programs that read scans write it; it is read as Markdown.

    Raises ``SubmissionError`` where it cannot be read, and where it is a table of data.
    """
    if not any(map(str.isalpha, decode_text(data, name)[0])):
        raise SubmissionError(
            sentence(
                "{name}: holds numbers without any words; {remedy}",
                name=name,
                remedy=EXPORT_REMEDY,
            )
        )
    return read_text(data, name)


def as_document(text: str, name: str, remarks: Sequence[str]) -> Document:
    """Return the cells of a text in Markdown, with ``remarks`` and its own.

    Raises ``SubmissionError`` where its blocks cannot be told apart.
    """
    text, more = _without_header(text, name)
    text, outputs = told_apart(text)
    text = _PYTHON_FENCE.sub(r"\1python", _RULE.sub(r"\1***", text))
    notebook = _jupytext(text, ".md", "markdown") or _jupytext(
        _FENCE_OPTIONS.sub(r"\1", text), ".md", "markdown"
    )
    if notebook is None:
        raise SubmissionError(
            sentence(
                "{name}: its blocks cannot be told apart; {remedy}",
                name=name,
                remedy=EXPORT_REMEDY,
            )
        )
    cells = (_with_output(cell, outputs) for cell in _cells(notebook, text))
    return Document(kind="text", cells=tuple(cells), remarks=(*remarks, *more))


def _with_output(cell: Cell, outputs: Mapping[int, str]) -> Cell:
    if cell.kind != "code" or cell.line not in outputs:
        return cell
    return replace(cell, outputs=(Output(kind="stdout", text=outputs[cell.line]),))


def _affordable(text: str, *, markers: int, fences: int) -> bool:
    lines = text.count("\n") + 1
    return markers * lines <= _MAX_MARKER_WORK and fences * lines <= _MAX_FENCE_WORK


def _jupytext(text: str, extension: str, form: str) -> Any | None:
    """Return the notebook that ``jupytext`` makes of ``text``, None where it fails."""
    # Slow to import, and needed only for these two forms.
    import jupytext

    reads: Callable[..., Any] = jupytext.reads
    fmt = {"extension": extension, "format_name": form, "comment_magics": False}
    try:
        return reads(text, fmt=fmt)
    except Exception:  # what a hostile text makes a parser raise is known to nobody
        return None


def _without_header(text: str, name: str) -> tuple[str, list[str]]:
    """Return ``text`` with a Jupyter header's lines emptied, and remarks on its language.

    The header is YAML, in which a few lines can stand for gigabytes: it is not parsed.
    """
    header = _HEADER.match(text)
    if header is None or not _OF_JUPYTER.search(header["body"]):
        return text, []
    language = _LANGUAGE.search(header["body"])
    remarks = check_language(language[1] if language else "", name)
    return "\n" * text.count("\n", 0, header.end()) + text[header.end() :], remarks


def _cells(notebook: Any, text: str) -> tuple[Cell, ...]:
    filled = [cell for cell in notebook.cells if cell.source.strip()]
    sources = [cell.source.strip("\n") for cell in filled]
    lines = _places(sources, text.split("\n"))
    return tuple(
        Cell(
            number=number,
            kind=_kind(cell),
            source=source,
            line=line,
            answers=tag(cell.metadata),
        )
        for number, (cell, source, line) in enumerate(
            zip(filled, sources, lines, strict=True), start=1
        )
    )


def _kind(cell: Any) -> Literal["code", "markdown", "raw"]:
    """Return a cell's kind; a block in another language, a cell magic to jupytext, never runs."""
    if cell.cell_type == "code":
        return "raw" if _FOREIGN_BLOCK.match(cell.source) else "code"
    return "markdown" if cell.cell_type == "markdown" else "raw"


def _places(sources: Sequence[str], lines: Sequence[str]) -> list[int]:
    """Return the line, from 1, at which each source begins; 0 for one that cannot be found."""
    bare = [_bare(line) for line in lines]
    found, start = [], 0
    for source in sources:
        wanted = [_bare(line) for line in source.split("\n")]
        lead, first = next(((i, line) for i, line in enumerate(wanted) if line), (0, None))
        place = next((i for i in range(start, len(bare)) if bare[i] == first), None)
        found.append(0 if place is None else place - lead + 1)
        start = start if place is None else place - lead + len(wanted)
    return found


def _bare(line: str) -> str:
    """Return a line without the comment sign that jupytext takes away from prose."""
    return line.lstrip("# \t").rstrip()
