"""Tables that are set in LaTeX or HTML within Markdown, as tables like any other."""

from __future__ import annotations

import html
import re
from typing import Final

from grader.marking.tables import Table, table_of

LONGEST: Final = 20_000
"""Characters of a table; a longer one is not read."""
_ARRAY = re.compile(
    r"\A\s*(?:\\left\s*\S)?\s*\\begin\{(?P<name>array|tabular)\}"
    r"\s*(?:\{(?:[^{}\n]|\{[^{}\n]*\}){0,99}\})?"
    r"(?P<body>.*?)\\end\{(?P=name)\}\s*(?:\\right\s*\S)?\s*\Z",
    re.DOTALL,
)
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule)(?![A-Za-z])")
_AMPERSAND = re.compile(r"(?<!\\)&")
_RELATED = re.compile(r"\A\s*(?:[=≈<>]|\\(?:approx|le|ge|leq|geq|to|Rightarrow|iff)(?![A-Za-z]))|=")
_SET = re.compile(r"\\(?:text|textbf|textit|mathrm|mathbf|operatorname)\{([^{}]*)\}")
_ELEMENT = re.compile(r"<(?P<closes>/?)(?P<name>[a-zA-Z]{1,10})(?P<more>[^<>]{0,200})>")


def array(text: str) -> Table | None:
    r"""Return the table that LaTeX sets as `\begin{array}` or `tabular`; None for a derivation."""
    found = _ARRAY.search(text)
    if found is None or len(text) > LONGEST:
        return None
    lines: list[tuple[int, list[str]]] = []
    line = text.count("\n", 0, found.start("body"))
    for row in found["body"].split("\\\\"):
        inner = _RULES.sub("", row)
        cells = [_bare(cell) for cell in _AMPERSAND.split(inner)]
        if any(_RELATED.search(cell) for cell in cells):
            return None
        if any(cells):
            leading = len(inner) - len(inner.lstrip())
            lines.append((line + inner.count("\n", 0, leading), cells))
        line += row.count("\n")
    return table_of(lines, ruled=False) if all(len(one) > 1 for _, one in lines) else None


def _bare(cell: str) -> str:
    """Return a cell of LaTeX without the commands that set its words."""
    return " ".join(_SET.sub(lambda found: found[1], cell).split())


def in_html(text: str) -> Table | None:
    """Return the table whose rows are `<tr>…` in ``text``.

    None where cells span others, or where another table stands within one.
    """
    if len(text) > LONGEST:
        return None
    rows: list[tuple[int, list[str]]] = []
    place, within = 0, False
    for found in _ELEMENT.finditer(text):
        name = found["name"].lower()
        if name == "table" or (name in ("td", "th") and "span" in found["more"]):
            return None
        if within and rows:
            rows[-1][1][-1] += text[place : found.start()]
        place = found.end()
        if name == "tr":
            within = False
            if not found["closes"]:
                rows.append((text.count("\n", 0, found.start()), []))
        elif name in ("td", "th") and rows:
            within = not found["closes"]
            rows[-1][1].extend([""] if within else [])
    cells = [
        (line, [" ".join(html.unescape(one).split()) for one in row]) for line, row in rows if row
    ]
    return table_of(cells, ruled=False)
