"""Python files as cells: one for each top-level statement, or those of a percent script.

A module is not one cell: a statement that fails must not take with it what comes after. Where the
file is no valid Python, the statements around the broken place are kept, and the place itself
is one cell, so that running it gives one syntax error with its line.
"""

from __future__ import annotations

import ast
import re
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import parso

from grader.errors import SubmissionError
from grader.intake.document import Document, capped, decode_source
from grader.intake.percent import read_percent
from grader.intake.source import MAX_CELLS
from grader.language import sentence
from grader.submission import Cell

MAX_MODULE_BYTES = 1024**2
"""Largest module; above it, parsing costs more than any hand-in is worth."""

_MAX_RECOVERY = 128 * 1024
"""Longest text whose broken places are looked for; a longer one is broken as a whole."""
_WARNINGS = threading.Lock()
"""Filters of warnings are the whole process's, and hand-ins are read in several threads."""


@dataclass(frozen=True)
class _Span:
    """Lines of a file, from 1, both included."""

    first: int
    last: int
    error: SyntaxError | None = None
    compound: bool = False
    """A statement with a body of its own: a definition, a loop, a condition."""


def read_module(data: bytes, name: str) -> Document:
    """Return the cells of a Python file; raises ``SubmissionError`` where it is none.

    Each cell's ``line`` is that of its first line in the file, and each line of the file that is
    not blank is in exactly one cell of a plain module.
    """
    if len(data) > MAX_MODULE_BYTES:
        raise SubmissionError(
            sentence(
                "{name}: is larger than {most} KiB; leave out data and hand it in again",
                name=name,
                most=MAX_MODULE_BYTES // 1024,
            )
        )
    text, remarks = decode_source(data, name)
    script = read_percent(text, name)
    if script is not None and _as_sound(text, script.cells):
        return Document(kind="module", cells=script.cells, remarks=(*remarks, *script.remarks))
    lines = text.split("\n")
    spans = split(text)
    if len(spans) > MAX_CELLS:
        raise SubmissionError(
            sentence(
                "{name}: has {count} top-level statements, more than {most}; keep those "
                "that answer the sheet",
                name=name,
                count=len(spans),
                most=MAX_CELLS,
            )
        )
    remarks += [_on_error(lines, span) for span in spans if span.error]
    return Document(kind="module", cells=_cells(lines, spans), remarks=capped(remarks))


def split(text: str) -> tuple[_Span, ...]:
    """Return the lines of each top-level statement, with the comments before it.

    Statements on one line stay together. A broken place is one span that carries its error. The
    spans cover the file without a gap.
    """
    lines = text.split("\n")
    tree = _parsed(text)
    statements = _statements(tree) if isinstance(tree, ast.Module) else _recovered(text, tree)
    spans: list[_Span] = []
    for statement in _merged(statements):
        end = spans[-1].last if spans else 0
        indented = _last_indented(lines, end + 1, statement.first - 1)
        if indented and spans:
            spans[-1] = replace(spans[-1], last=indented)
        elif indented:
            spans.append(_Span(1, indented))
        spans.append(replace(statement, first=max(end, indented) + 1))
    if not spans:
        return (_Span(1, len(lines)),)
    return (*spans[:-1], replace(spans[-1], last=len(lines)))


def _last_indented(lines: Sequence[str], first: int, last: int) -> int:
    """Return the last line from ``first`` to ``last`` that is indented, 0 if none is.

    Such a comment must not begin a cell: Jupyter takes the indentation of a cell's first line
    away from all its lines.
    """
    indented = (n for n in range(last, first - 1, -1) if re.match(r"[ \t]+\S", lines[n - 1]))
    return next(indented, 0)


def _as_sound(text: str, cells: Sequence[Cell]) -> bool:
    """Whether the cells of a script are as sound as the file: none cuts a statement in two."""
    if not isinstance(_parsed(text), ast.Module):
        return True
    code = (cell.source for cell in cells if cell.kind == "code")
    return all(isinstance(_parsed(source), ast.Module) for source in code)


def _parsed(text: str) -> ast.Module | SyntaxError:
    """Return the syntax tree, or why there is none."""
    try:
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as problem:
        return problem
    except (RecursionError, MemoryError, ValueError) as problem:
        return SyntaxError(str(problem) or sentence("nested too deeply"), ("", 1, 1, ""))


def _statements(tree: ast.Module, *, after: int = 0) -> list[_Span]:
    return [
        _Span(
            after + _first_line(node),
            after + (node.end_lineno or node.lineno),
            compound=hasattr(node, "body"),
        )
        for node in tree.body
    ]


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    """Return the spans with those joined that share a line or are broken side by side."""
    merged: list[_Span] = []
    for span in spans:
        before = merged[-1] if merged else None
        if before and (span.first <= before.last or (span.error and before.error)):
            error = before.error or span.error
            merged[-1] = replace(before, last=max(span.last, before.last), error=error)
        else:
            merged.append(span)
    return merged


def _recovered(text: str, error: SyntaxError) -> list[_Span]:
    """Return the statements of a file that is no valid Python, intact and broken."""
    lines = text.split("\n")
    found: list[_Span] = []
    for piece in _pieces(text):
        tree = _parsed("\n".join(lines[piece.first - 1 : piece.last]))
        if isinstance(tree, ast.Module):
            found += _statements(tree, after=piece.first - 1)
        else:
            found += _broken(lines, piece, tree, found)
    if not any(span.error for span in found):
        return [_Span(1, len(lines), error)]
    return found


def _broken(
    lines: Sequence[str], piece: _Piece, error: SyntaxError, before: list[_Span]
) -> list[_Span]:
    """Return what a broken piece consists of.

    Where lines are indented below a statement that takes none, that statement is intact, unless a
    body stands before it: then the lines may be the rest of that body, which is broken too.
    """
    line = min(piece.first - 1 + (error.lineno or 1), piece.last)
    moved = SyntaxError(error.msg, ("", line, error.offset, error.text))
    head = _parsed("\n".join(lines[piece.first - 1 : piece.head]))
    if not isinstance(head, ast.Module) or any(hasattr(node, "body") for node in head.body):
        return [_Span(piece.first, piece.last, moved)]
    if before and before[-1].compound:
        return [_Span(before.pop().first, piece.last, moved)]
    return [
        *_statements(head, after=piece.first - 1),
        _Span(piece.head + 1, piece.last, moved),
    ]


@dataclass(frozen=True)
class _Piece:
    """Lines that belong together, as far as can be told where the file is broken."""

    first: int
    head: int
    """The last line of the statement that stands at the margin."""
    last: int


def _pieces(text: str) -> list[_Piece]:
    """Return what begins at the margin, each with the indented lines below it."""
    pieces: list[_Piece] = []
    for first, column, last in _recovered_nodes(text):
        if pieces and first <= pieces[-1].head:
            pieces[-1] = replace(pieces[-1], head=last, last=last)
        elif pieces and (column or first <= pieces[-1].last):
            pieces[-1] = replace(pieces[-1], last=last)
        else:
            pieces.append(_Piece(first, last, last))
    return pieces


def _recovered_nodes(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield first line, column and last line of what ``parso`` makes out; nothing if it fails."""
    if len(text) > _MAX_RECOVERY:
        return
    parse: Callable[..., Any] = parso.parse
    try:
        children = parse(text).children
    except (RecursionError, NotImplementedError):
        return
    for child in children:
        (first, column), (last, last_column) = child.start_pos, child.end_pos
        if child.type not in ("endmarker", "newline"):
            yield first, column, max(first, last - (last_column == 0))


def _cells(lines: Sequence[str], spans: Sequence[_Span]) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for span in spans:
        trimmed = _without_blank_ends(lines, span)
        if trimmed:
            source = "\n".join(lines[trimmed.first - 1 : trimmed.last])
            cells.append(
                Cell(number=len(cells) + 1, kind="code", source=source, line=trimmed.first)
            )
    return tuple(cells)


def _without_blank_ends(lines: Sequence[str], span: _Span) -> _Span | None:
    filled = [n for n in range(span.first, span.last + 1) if lines[n - 1].strip()]
    return _Span(filled[0], filled[-1]) if filled else None


def _on_error(lines: Sequence[str], span: _Span) -> str:
    assert span.error is not None
    broken = _without_blank_ends(lines, span) or span
    line, problem = span.error.lineno, span.error.msg
    if broken.first == broken.last:
        return sentence(
            "Line {line}: {problem}; the other lines were read.", line=line, problem=problem
        )
    return sentence(
        "Line {line}: {problem}; lines {first} to {last} fail with it, the others were read.",
        line=line,
        problem=problem,
        first=broken.first,
        last=broken.last,
    )
