"""What a table says, as equations: `conv params = 14 714 688`.

What is beyond doubt is certain; all else that a table may say is handed on as such, for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from grader.marking.labels import of_cell
from grader.marking.tables import Row, Table, is_blank, is_number

MOST_COMBINED: Final = 400
"""Of a table with more cells of numbers no rows and columns are combined."""
MOST_DOUBTED: Final = 3
"""Of a column with several numbers so many last ones are named by its head."""
LONGEST_NAME: Final = 80
MOST_KINDS: Final = 6
"""Of so many rows each may be a kind of layer, as `conv` and `fc`, and not a layer."""
_VALUE = re.compile(
    r"\b(?:values?|werte?|results?|ergebnis(?:se)?|answers?|antwort(?:en)?|numbers?|zahl(?:en)?"
    r"|anzahl|counts?|amount|menge|solutions?|lösung(?:en)?|numeric(?:al)?|decimal|dezimal)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:names?|quantit(?:y|ies)|größen?|symbols?|variables?|variablen?|what|was|items?|questions?"
    r"|fragen?|bezeichnung|begriff|term|parameter|count|metric)",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"(?:formula|formel|equation|gleichung|calculation|computation|rechnung|rechenweg|how|wie|units?"
    r"|einheit|notes?|remarks?|comments?|bemerkung|kommentar|description|meaning|beschreibung"
    r"|bedeutung|way|lösungsweg|working|derivation|herleitung|)",
    re.IGNORECASE,
)
_VETO = re.compile(
    r"gradient|grad\b|derivative|ableitung|partial|∂|\bd\w*/d|\w'|error|fehler|abweichung|expected"
    r"|differen|deviation|distance|abstand|share|anteil|percent|prozent|%|time|zeit|digits|stellen"
    r"|erwartet|before|vorher|previous|\bold\b|\balt|example|beispiel|wrong|falsch|guess|estimate"
    r"|schätz|vgg[ -]?(?:11|13|19)|resnet|without|ohne|instead|statt|draft|entwurf",
    re.IGNORECASE,
)
_LAYERS = re.compile(
    r"(?:layers?|schicht(?:en)?|lagen?|stages?|stufen?|blocks?|blöcke?|op|operations?|after|nach)",
    re.IGNORECASE,
)
_LAYER = re.compile(
    r"(?:(?:max|avg)?[-_ ]*pool(?:ing)?|conv(?:olution)?|fc|dense|linear)[\d_.\-: /ab]*|\d{1,3}",
    re.IGNORECASE,
)
_INPUT = re.compile(r"(?:input|image|eingabe|bild|eingang|start|pixel)[\w ]*", re.IGNORECASE)
_TOTAL = re.compile(r"(?:totals?|sums?|summe|gesamt|insgesamt|all|alle|Σ|∑)\b.*", re.IGNORECASE)
_NUMBERING = re.compile(r"(?:#|nr\.?|no\.?|nummer|index|i|n|l)", re.IGNORECASE)
_INDEX = re.compile(r"_(?:\{[^{}]*\}|\w+)$")
_EQUATION = re.compile(r"[^=≈:|]{1,80}[=≈][^=≈]")
_SIGN = re.compile(r"(?:≈|~|=|\\approx(?![a-zA-Z]))\s*")


@dataclass(frozen=True, kw_only=True)
class Said:
    """One equation that a table says."""

    text: str
    line: int
    """The place of its row among the lines."""
    certain: bool = True
    """Whether there is no other way to read the table."""
    optional: bool = False
    """Whether it says something only if the sheet has a name for it."""
    entry: tuple[int, int] = (0, 0)
    """Of a column that is a sequence: which entry it is, and how many there are."""


def said(table: Table) -> Iterator[Said]:
    """Yield what a table says; each number may be named in several ways."""
    yield from _equations(table)
    table, hidden = _without_numbering(table)
    layers = _is_of_layers(table) or hidden
    yield from _pairs(table, layers=layers)
    yield from _of_only_row(table)
    if len(_used(table)) > 2:
        yield from _valued(table, layers=layers)
    if table.head and not layers:
        yield from _combined(table)
    if table.head and len(table.rows) > 1:
        yield from (_sequences(table) if layers else _doubted(table))


def _equations(table: Table) -> Iterator[Said]:
    """Yield the cells that are equations themselves."""
    for row in table.rows:
        for cell in row.cells:
            if _EQUATION.match(cell):
                yield Said(text=cell, line=row.line, certain=row.regular)


def _pairs(table: Table, *, layers: bool) -> Iterator[Said]:
    """Yield what two columns say: the second cell of a row is the first one's value."""
    used = _used(table)
    if len(used) != 2:
        return
    name, value = used
    certain = not _VETO.search(_at(table.head, value)) and not _VETO.search(_at(table.head, name))
    for row in (*((table.above,) if table.above else ()), *table.rows):
        first, second = _at(row.cells, name), _at(row.cells, value)
        if not is_number(first):
            sure = certain and not (layers and _TOTAL.fullmatch(first))
            yield from _equation(row, first, second, certain=sure)


def _of_only_row(table: Table) -> Iterator[Said]:
    """Yield what the head says of the numbers of the only row."""
    if not table.head or len(table.rows) != 1:
        return
    row = table.rows[0]
    first = _at(row.cells, table.texts[0]) if table.texts else ""
    for name, value in zip(table.head, row.cells, strict=False):
        if not is_number(name):
            yield from _equation(row, name, value, certain=not _VETO.search(first))


def _valued(table: Table, *, layers: bool) -> Iterator[Said]:
    """Yield what a column of names and a column of values say, whatever else there is."""
    if not table.texts or len(table.rows) < 1:
        return
    named = [place for place in _used(table) if _VALUE.search(_at(table.head, place))]
    columns = named or list(table.numbers)
    name = table.texts[0]
    if len(columns) != 1 or columns[0] <= name:
        return
    value = columns[0]
    others = [_at(table.head, place) for place in table.texts if place not in (name, value)]
    head = _at(table.head, value)
    certain = (
        not layers
        and bool(named or _NAME.fullmatch(_at(table.head, name)))
        and not _VETO.search(f"{_at(table.head, name)} | {head}")
        and (not others or all(map(_HARMLESS.fullmatch, others)))
    )
    for row in table.rows:
        if is_number(_at(row.cells, value)):
            found = _at(row.cells, name), _at(row.cells, value)
            yield from _equation(row, *found, certain=certain, optional=not certain)


def _combined(table: Table) -> Iterator[Said]:
    """Yield row and column as one name, both ways round."""
    if not table.texts or len(table.rows) * len(table.numbers) > MOST_COMBINED:
        return
    name = table.texts[0]
    for row in table.rows:
        first = _at(row.cells, name)
        for place in table.numbers:
            head, value = _at(table.head, place), _at(row.cells, place)
            if first and head and place != name and is_number(value):
                # `r` in a row below 1, 2, … may be a sequence, but of what is not said.
                sure = not is_number(head)
                for one in (f"{first} {head}", f"{head} {first}"):
                    yield from _equation(row, one, value, certain=sure, optional=True)


def _doubted(table: Table) -> Iterator[Said]:
    """Yield the last numbers of each column under its head: which one is meant is not known."""
    for place in table.numbers:
        head = _at(table.head, place)
        if not _VALUE.search(head):
            rows = [row for row in table.rows if is_number(_at(row.cells, place))]
            for row in rows[-MOST_DOUBTED:]:
                value = _at(row.cells, place)
                yield from _equation(row, head, value, certain=False, optional=True)


def _is_of_layers(table: Table) -> bool:
    """Return whether each row is a layer of a network, or a step of another sequence."""
    if not table.head or len(table.rows) < 3:
        return False
    name = table.texts[0] if table.texts else 0
    rows = [_at(row.cells, name) for row in table.rows]
    kinds = len(rows) <= MOST_KINDS and len(set(rows)) == len(rows)
    if kinds and not any(map(str.isdigit, "".join(rows))):
        return False
    if name in table.texts and _LAYERS.fullmatch(_at(table.head, name)):
        return True
    return 2 * sum(_LAYER.fullmatch(one) is not None for one in rows) > len(rows)


def _sequences(table: Table) -> Iterator[Said]:
    """Yield the columns of a table of layers as sequences, and their last entries by the head."""
    name = table.texts[0] if table.texts else 0
    rows = list(table.rows)
    names = [_at(row.cells, name) for row in rows]
    total = _TOTAL.fullmatch(names[-1])
    if total:
        yield from _totals(table, rows.pop(), names.pop())
    certain = not any(map(_TOTAL.fullmatch, names)) and names[:1] != ["0"]
    if names and _INPUT.fullmatch(names[0]):
        rows, names = rows[1:], names[1:]
    for place in table.numbers:
        head = _INDEX.sub("", _at(table.head, place))
        values = [_at(row.cells, place) for row in rows]
        if place == name or not head or not values:
            continue
        whole = certain and all(map(is_number, values)) and all(row.regular for row in rows)
        for number, (row, value) in enumerate(zip(rows, values, strict=True), start=1):
            if is_number(value):
                text = f"{head}_{{{number}}} = {_SIGN.sub('', value)}"
                entry = (number, len(rows))
                yield Said(text=text, line=row.line, certain=whole, optional=True, entry=entry)
        yield from _equation(
            rows[-1], _at(table.head, place), values[-1], certain=False, optional=True
        )


def _totals(table: Table, row: Row, name: str) -> Iterator[Said]:
    """Yield what the row of a sum says: of all, or of the layers above alone, is not known."""
    for place in table.numbers:
        value, head = _at(row.cells, place), _at(table.head, place)
        if is_number(value):
            for one in (name, f"{name} {head}", f"{head} {name}", head):
                yield from _equation(row, one, value, certain=False, optional=True)


def _equation(
    row: Row, name: str, value: str, *, certain: bool = True, optional: bool = False
) -> Iterator[Said]:
    if is_blank(name) or is_blank(value) or len(name) > LONGEST_NAME:
        return
    relation = "≈" if value.startswith(("≈", "~", "\\approx")) else "="
    text = f"{name.rstrip(':=≈ ')} {relation} {_SIGN.sub('', value)}"
    yield Said(text=text, line=row.line, certain=certain and row.regular, optional=optional)


def _used(table: Table) -> list[int]:
    return sorted((*table.texts, *table.numbers))


def _at(cells: tuple[str, ...], place: int) -> str:
    return cells[place] if 0 <= place < len(cells) else ""


def _without_numbering(table: Table) -> tuple[Table, bool]:
    """Return a table without a first column of labels or of numbers that only count its rows.

    With them, whether its rows were counted.
    """
    first = [_at(row.cells, 0) for row in table.rows]
    said = [one for one in first if not is_blank(one)]
    labelled = bool(said) and all(of_cell(one, "") for one in said)
    counted = (
        bool(_NUMBERING.fullmatch(_at(table.head, 0)))
        and len(said) > 1
        and said in ([f"{n}" for n in range(1, len(said) + 1)],)
    )
    if len(_used(table)) < 2 or not (labelled or counted):
        return table, False
    left_out = Table(
        head=table.head,
        rows=table.rows,
        texts=tuple(place for place in table.texts if place),
        numbers=tuple(place for place in table.numbers if place),
    )
    return left_out, counted and not left_out.texts
