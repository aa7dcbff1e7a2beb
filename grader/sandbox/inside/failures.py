"""Exceptions of student code as text, with the cell and line they stand in."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

MAX_MESSAGE = 2_000
MAX_TRACE = 8_000
MAX_FRAMES = 16

CELLS: dict[str, int] = {}
"""Cell number of each file name that the compiler made up."""


_OWN_FOLDER = str(Path(__file__).parent)


def describe(error: BaseException) -> dict[str, Any]:
    """Return type, message, cell, line and trace of ``error``; never raises."""
    try:
        return _describe(error)
    except BaseException:
        name = type.__dict__["__name__"].__get__(type(error))
        return {"type": str(name), "message": "", "cell": 0, "line": 0, "trace": str(name)}


def _describe(error: BaseException) -> dict[str, Any]:
    kind = type.__dict__["__name__"].__get__(type(error))
    cell, line = _place(error)
    message = _text(error)
    return {
        "type": kind,
        "message": message,
        "cell": cell,
        "line": line,
        "trace": _trace(error, kind, message),
    }


def _text(error: BaseException) -> str:
    try:
        # The text of a syntax error would repeat the place.
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return str(text)[:MAX_MESSAGE]
    except BaseException:
        return "(the exception's own text failed)"


def _place(error: BaseException) -> tuple[int, int]:
    if isinstance(error, SyntaxError) and error.filename in CELLS:
        return CELLS[error.filename], int(error.lineno or 0)
    place = (0, 0)
    for frame, line in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        if name in CELLS:
            place = (CELLS[name], line)
    return place


def _trace(error: BaseException, kind: str, message: str) -> str:
    lines = _frames(error.__traceback__)
    head = ["Traceback (most recent call last):\n"] if lines else []
    if isinstance(error, SyntaxError):
        end = traceback.format_exception_only(type(error), error)
    else:
        end = [f"{kind}: {message}" if message else kind]
    text = "".join(head + lines + end)
    if len(text) > MAX_TRACE:
        half = MAX_TRACE // 2
        text = f"{text[:half]}\n… cut …\n{text[-half:]}"
    return text


def _frames(trace: TracebackType | None) -> list[str]:
    places = [
        (frame, line)
        for frame, line in traceback.walk_tb(_from_student(trace))
        if not frame.f_code.co_filename.startswith(_OWN_FOLDER)
    ]
    if len(places) <= MAX_FRAMES:
        return traceback.StackSummary.extract(places).format()
    half = MAX_FRAMES // 2
    return [
        *traceback.StackSummary.extract(places[:half]).format(),
        f"  … {len(places) - MAX_FRAMES} more calls\n",
        *traceback.StackSummary.extract(places[-half:]).format(),
    ]


def _from_student(trace: TracebackType | None) -> TracebackType | None:
    """Skip the frames of the kernel, which tell a learner nothing."""
    start = trace
    while start is not None and start.tb_frame.f_code.co_filename not in CELLS:
        start = start.tb_next
    return start
