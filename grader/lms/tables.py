"""CSV files of other programs: single cells are replaced, and every other byte stays as it is.

A table is read as RFC 4180 says, with any of ``,`` ``;`` tab between the cells and any newline
after a row, and remembers each cell as it was written. Nothing is trimmed, guessed or repaired.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from grader.errors import UsageError
from grader.language import message, say

DELIMITERS = (",", ";", "\t")
MAX_BYTES = 50 * 1024**2
"""Largest file that is read as a table."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"(.*)\Z', re.DOTALL)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_REMEDY = message(
    "download it again from the learning platform and do not open it in a spreadsheet"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row as it was written."""

    raws: tuple[str, ...]
    """Its cells with their quotes."""
    ending: str
    """The newline after it; empty at the end of a file that has none there."""
    line: int
    """The line of the file at which it begins, from 1."""

    @property
    def cells(self) -> tuple[str, ...]:
        """What its cells say."""
        return tuple(map(_text, self.raws))


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A CSV file: its cells and how they were written."""

    name: str
    """What the file is called in sentences."""
    encoding: str
    bom: bytes
    delimiter: str
    rows: tuple[Row, ...]
    """All rows with the header, blank ones too."""

    @property
    def header(self) -> tuple[str, ...]:
        """What the cells of the first row say."""
        return self.rows[0].cells if self.rows else ()

    def drifting(self) -> tuple[Row, ...]:
        """Return the rows that have not as many cells as the header."""
        width = len(self.rows[0].raws) if self.rows else 0
        return tuple(row for row in self.rows if len(row.raws) != width)


def parse(data: bytes, *, name: str) -> Table:
    """Return the table that ``data`` holds; ``render`` gives the same bytes back.

    UTF-8 with or without a mark at its beginning, UTF-16 with one, and where it is no UTF-8,
    Windows-1252. Raises ``UsageError`` where it is none of these or a quote is never closed.
    """
    if len(data) > MAX_BYTES:
        raise UsageError(
            say(
                "{name}: is larger than {most} MiB; {remedy}",
                name=name,
                most=MAX_BYTES // 1024**2,
                remedy=say(_REMEDY),
            )
        )
    bom, encoding, text = _decoded(data, name)
    delimiter = _delimiter(text)
    rows = tuple(_rows(text, delimiter, name))
    return Table(name=name, encoding=encoding, bom=bom, delimiter=delimiter, rows=rows)


def render(table: Table) -> bytes:
    """Return the file's bytes; raises ``UsageError`` for a character its encoding lacks."""
    pieces = (table.delimiter.join(row.raws) + row.ending for row in table.rows)
    try:
        return table.bom + "".join(pieces).encode(table.encoding)
    except UnicodeEncodeError as problem:
        lost = problem.object[problem.start]
        raise UsageError(
            say(
                "{name}: is {encoding}, which has no {lost!r}; {remedy}",
                name=table.name,
                encoding=table.encoding,
                lost=lost,
                remedy=say(_REMEDY),
            )
        ) from None


def refuse_drift(table: Table, again: str) -> None:
    """Raise ``UsageError`` for a row that has not as many cells as the header."""
    for row in table.drifting()[:1]:
        raise UsageError(
            say(
                "{name}, line {line}: has {count} cells and the header {total}; {remedy}",
                name=table.name,
                line=row.line,
                count=len(row.raws),
                total=len(table.header),
                remedy=again,
            )
        )


def replaced(table: Table, changes: Mapping[tuple[int, int], str]) -> Table:
    """Return the table with other cells at ``(row, column)``, both from 0.

    A cell that already says so keeps its bytes. A new one is quoted where the old one or its
    column's title was quoted without need, or where its text needs it.
    """
    rows = list(table.rows)
    for (number, column), text in changes.items():
        row = rows[number]
        if _text(row.raws[column]) == text:
            continue
        raw = _raw(text, quoted=_is_quoted_style(table, row, column), delimiter=table.delimiter)
        raws = (*row.raws[:column], raw, *row.raws[column + 1 :])
        rows[number] = replace(row, raws=raws)
    return replace(table, rows=tuple(rows))


def _decoded(data: bytes, name: str) -> tuple[bytes, str, str]:
    marked = [(bom, encoding) for bom, encoding in _BOMS if data.startswith(bom)]
    for bom, chosen in marked or [(b"", "utf-8"), (b"", "cp1252")]:
        try:
            text = data[len(bom) :].decode(chosen)
        except UnicodeDecodeError:
            continue
        # A zero byte in text is UTF-16 without its mark, or no text at all.
        if "\0" not in text:
            return bom, chosen, text
    raise UsageError(
        say(
            "{name}: is no text table in UTF-8, UTF-16 or Windows-1252; {remedy}",
            name=name,
            remedy=say(_REMEDY),
        )
    )


def _delimiter(text: str) -> str:
    """Return what stands between the cells of the first line that says something."""
    outside = re.sub(r'"(?:[^"]|"")*+"', "q", text[:100_000])
    lines = (line for line in _NEWLINE.split(outside) if line.strip(" "))
    first = next(lines, "")
    return max(DELIMITERS, key=first.count)


def _rows(text: str, delimiter: str, name: str) -> Iterator[Row]:
    # A quote opens a quoted cell only as its first character; what follows the closing quote
    # belongs to the cell as well, so that nothing is lost.
    cell = re.compile(
        rf'(?P<raw>"(?:[^"]|"")*+"[^{delimiter}\r\n]*|(?!")[^{delimiter}\r\n]*)'
        rf"(?P<end>{delimiter}|\r\n|\r|\n|\Z)"
    )
    raws: list[str] = []
    position, line, begins = 0, 1, 1
    while position < len(text) or raws:
        match = cell.match(text, position)
        if match is None:
            raise UsageError(
                say(
                    "{name}, line {line}: a quote is never closed; {remedy}",
                    name=name,
                    line=line,
                    remedy=say(_REMEDY),
                )
            )
        raws.append(match["raw"])
        line += len(_NEWLINE.findall(match["raw"]))
        position = match.end()
        if match["end"] == delimiter:
            continue
        yield Row(raws=tuple(raws), ending=match["end"], line=begins)
        raws = []
        line += 1
        begins = line


def _text(raw: str) -> str:
    closed = _QUOTED.match(raw)
    return closed[1].replace('""', '"') + closed[2] if closed else raw


def _needs_quotes(text: str, delimiter: str) -> bool:
    """Whether a cell must be quoted, also for the strictest reader of spaces."""
    return any(character in text for character in (delimiter, '"', "\r", "\n", " ", "\t"))


def _is_quoted_style(table: Table, row: Row, column: int) -> bool:
    if row.raws[column].startswith('"'):
        return True
    title = table.rows[0].raws[column]
    return title.startswith('"') and not _needs_quotes(_text(title), table.delimiter)


def _raw(text: str, *, quoted: bool, delimiter: str) -> str:
    if not quoted and not _needs_quotes(text, delimiter):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
