"""What Moodle's importer makes of a file: PHP's reading of rows and numbers, restated.

Sources: ``php_fgetcsv`` of PHP 8.2, as Moodle's ``csv_import_reader`` calls it (quote ``"``,
escape ``\\``), and Moodle's ``unformat_float``. The escape is the trap: it is no part of
RFC 4180, and a quoted cell that ends in it swallows the rows that follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_QUOTED = re.compile(r'[^\S\n]*"((?:[^"\\]|\\.|""|\\\Z)*+)(?:"|\Z)', re.DOTALL)
_FLOAT = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_ESCAPED = re.compile(r'\\.|""', re.DOTALL)


def rows(text: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows that Moodle reads from a file's text; a blank line is one empty cell."""
    text = re.sub(r"\r\n?", "\n", text)
    plain = re.compile(rf"[^{delimiter}\n]*")
    cells: list[str] = []
    position = 0
    while position < len(text) or cells:
        quoted = _QUOTED.match(text, position) if delimiter != "\t" else _quoted(text, position)
        cell = _ESCAPED.sub(_unescaped, quoted[1]) if quoted else ""
        rest = plain.match(text, quoted.end() if quoted else position)
        assert rest is not None, "any text, also an empty one, is a cell"
        cells.append(cell + rest[0])
        position = rest.end()
        if text.startswith(delimiter, position):
            position += 1
            continue
        yield tuple(cells)
        cells = []
        position += 1


def number(cell: str, decimal: str) -> float | None:
    """Return the grade that Moodle takes from a cell; None where it takes none.

    ``decimal`` is the separator of the uploader's language. A word is 0, as Moodle has it.
    """
    text = cell.strip(" \t\n\r\0\v")
    if not text:
        return None
    match = _FLOAT.match(text.replace(" ", "").replace(decimal, "."))
    return float(match[1]) if match else 0.0


def _quoted(text: str, position: int) -> re.Match[str] | None:
    """Return a quoted cell where the tab, which is a space to PHP as well, ends cells."""
    match = _QUOTED.match(text, position)
    return None if match and "\t" in match[0][: match[0].index('"')] else match


def _unescaped(match: re.Match[str]) -> str:
    return '"' if match[0] == '""' else match[0]
