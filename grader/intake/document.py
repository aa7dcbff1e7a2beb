"""One file as cells, and the bytes of a file as text."""

from __future__ import annotations

import codecs
import io
import json
import re
import tokenize
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from grader.errors import SubmissionError
from grader.intake.formats import EXPORT_REMEDY, NOTEBOOK_REMEDY, disguise
from grader.language import sentence
from grader.submission import Cell

MAX_REMARKS = 20
"""Remarks on one hand-in; a file damaged in more ways says how many more."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
"""A file's encoding (PEP 263)."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.1
"""Of a text's characters; a file with more of them is no text."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """One file as cells; their numbers count from 1 within the file."""

    kind: Literal["notebook", "module", "text"]
    cells: tuple[Cell, ...]
    remarks: tuple[str, ...] = ()


def decode_notebook(data: bytes, name: str) -> tuple[str, list[str]]:
    """Return a notebook's text and remarks; JSON's own rule tells UTF-8 from UTF-16 and -32."""
    _refuse_disguised(data, name)
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise SubmissionError(
            sentence(
                "{name}: byte {number} is not {encoding}; {remedy}",
                name=name,
                number=problem.start + 1,
                encoding=encoding.upper(),
                remedy=NOTEBOOK_REMEDY,
            )
        ) from problem
    return text, _on_encoding(encoding)


def decode_source(data: bytes, name: str) -> tuple[str, list[str]]:
    """Return a Python file's text with ``\\n`` line ends, decoded as Python does, and remarks.

    Bytes that are not what the file says (PEP 263; else UTF-8) are read as Windows-1252, with a
    remark: in a Python file they can only be part of a comment, a text or a name.
    """
    _refuse_disguised(data, name)
    encoding, remarks = _declared_encoding(data)
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError, ValueError) as problem:
        remarks.append(_on_bad_bytes(data, problem, encoding))
        text = data.decode("cp1252", "replace")
    return _one_kind_of_line(_as_text(text, name)), remarks


def decode_text(data: bytes, name: str) -> tuple[str, list[str]]:
    """Return a Markdown file's text with ``\\n`` line ends and remarks; UTF-8 unless marked."""
    _refuse_disguised(data, name)
    return decode_page(data, name)


def decode_page(data: bytes, name: str) -> tuple[str, list[str]]:
    """Return the text of a file that may be a web page as well, as ``decode_text`` does."""
    encoding = _marked_encoding(data)
    remarks = _on_encoding(encoding)
    try:
        text = data.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError as problem:
        remarks.append(_on_bad_bytes(data, problem, encoding or "utf-8"))
        text = data.decode("cp1252", "replace")
    return _one_kind_of_line(_as_text(text, name)), remarks


def whole(text: str) -> str:
    """Return ``text`` with halves of characters, which no file can hold, joined or replaced."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def counted(phrases: Iterable[str]) -> tuple[str, ...]:
    """Return each phrase once, with the number of times it came up if that is more than one."""
    tally = Counter(phrases)
    remarks = [
        sentence("{remark} ({count} times)", remark=p, count=n) if n > 1 else p
        for p, n in tally.items()
    ]
    return capped(ended(remark) for remark in remarks)


def ended(phrase: str) -> str:
    """Return a phrase as a sentence with its full stop."""
    return sentence("{phrase}.", phrase=phrase)


def capped(remarks: Iterable[str]) -> tuple[str, ...]:
    """Return at most ``MAX_REMARKS`` remarks, the last of which counts those left out."""
    remarks = tuple(remarks)
    if len(remarks) <= MAX_REMARKS:
        return remarks
    kept = remarks[: MAX_REMARKS - 1]
    return (
        *kept,
        sentence("There are {count} more remarks of this kind.", count=len(remarks) - len(kept)),
    )


def _refuse_disguised(data: bytes, name: str) -> None:
    if not data.strip():
        raise SubmissionError(
            sentence("{name}: is empty; save your work and hand it in again", name=name)
        )
    kind = disguise(data)
    if kind:
        raise SubmissionError(
            sentence(
                "{name}: is {kind} in spite of its name; {remedy}",
                name=name,
                kind=kind,
                remedy=EXPORT_REMEDY,
            )
        )


def _as_text(text: str, name: str) -> str:
    if "\0" in text or len(_CONTROL.findall(text)) > _MAX_CONTROL_SHARE * len(text):
        raise SubmissionError(
            sentence(
                "{name}: holds binary data, not text; {remedy}",
                name=name,
                remedy=EXPORT_REMEDY,
            )
        )
    return whole(text).removeprefix("\ufeff")


def _marked_encoding(data: bytes) -> str:
    return next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "")


def _declared_encoding(data: bytes) -> tuple[str, list[str]]:
    """Return the encoding by mark or by PEP 263, and remarks."""
    encoding = _marked_encoding(data)
    if not encoding:
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except SyntaxError as problem:
            said = str(problem.msg)
            unknown = "unknown encoding" in said
            return "utf-8", [
                sentence("Its first lines name an {problem}.", problem=said)
            ] if unknown else []
        except (LookupError, ValueError):
            # From Python 3.14 on the first lines are decoded at once; this is no encoding of text.
            encoding = next(_DECLARED.finditer(data))[1].decode("ascii")
    return encoding, _on_encoding(encoding)


def _on_encoding(encoding: str) -> list[str]:
    if encoding == "utf-8-sig":
        return [sentence("The file begins with a byte-order mark, which was skipped.")]
    if encoding.startswith(("utf-16", "utf-32")):
        return [
            sentence(
                "The file is stored as {encoding}; it was read as such.", encoding=encoding.upper()
            )
        ]
    return []


def _on_bad_bytes(data: bytes, problem: Exception, encoding: str) -> str:
    if not isinstance(problem, UnicodeDecodeError):
        return sentence(
            "The file is not {encoding}, as it says; it was read as Windows-1252.",
            encoding=encoding,
        )
    line = data.count(b"\n", 0, problem.start) + 1
    byte = data[problem.start]
    return sentence(
        "Line {line}: byte {byte:#04x} is not {encoding}; it was read as Windows-1252.",
        line=line,
        byte=byte,
        encoding=encoding,
    )


def _one_kind_of_line(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
