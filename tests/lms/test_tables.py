"""Tables of other programs: nothing but the replaced cells changes."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.lms.tables import Table, parse, render, replaced

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=12)
CELL = st.one_of(TEXT, st.sampled_from(["", '"', "a\nb", "x,y", "\\", "12,5", " ", "Zoë\r\n;"]))


@st.composite
def grids(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    row = st.lists(CELL, min_size=width, max_size=width)
    titles = st.text("abcdefgh", min_size=1, max_size=6)
    head = draw(st.lists(titles, min_size=width, max_size=width))
    return [head, *draw(st.lists(row, max_size=6))]


def written(cell: str, delimiter: str, always: bool) -> str:
    if always or any(character in cell for character in (delimiter, '"', "\r", "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@st.composite
def files(draw: st.DrawFn) -> tuple[list[list[str]], bytes]:
    """A grid as one of many programs would write it."""
    grid = draw(grids())
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    always = draw(st.booleans())
    text = "".join(
        delimiter.join(written(cell, delimiter, always) for cell in row) + newline for row in grid
    )
    bom, encoding = draw(
        st.sampled_from(
            [
                (b"", "utf-8"),
                (codecs.BOM_UTF8, "utf-8"),
                (codecs.BOM_UTF16_LE, "utf-16-le"),
                (codecs.BOM_UTF16_BE, "utf-16-be"),
            ]
        )
    )
    return grid, bom + text.encode(encoding)


def cells(table: Table) -> list[list[str]]:
    return [list(row.cells) for row in table.rows]


@given(st.binary(max_size=200))
def test_any_bytes_that_are_read_at_all_are_given_back(data: bytes) -> None:
    try:
        table = parse(data, name="t.csv")
    except UsageError:
        return
    assert render(table) == data


@given(st.text('ab",;\t\r\n\\ é', max_size=60))
def test_any_text_that_is_read_at_all_is_given_back(text: str) -> None:
    try:
        table = parse(text.encode(), name="t.csv")
    except UsageError:
        assert '"' in text
        return
    assert render(table) == text.encode()


@given(files())
def test_cells_are_what_was_written(made: tuple[list[list[str]], bytes]) -> None:
    grid, data = made
    assert cells(parse(data, name="t.csv")) == grid


@given(files(), st.data())
def test_replacing_a_cell_changes_that_cell_alone(
    made: tuple[list[list[str]], bytes], data: st.DataObject
) -> None:
    grid, raw = made
    table = parse(raw, name="t.csv")
    row = data.draw(st.integers(0, len(grid) - 1))
    column = data.draw(st.integers(0, len(grid[0]) - 1))
    text = data.draw(CELL)
    changed = replaced(table, {(row, column): text})
    for number, (before, after) in enumerate(zip(table.rows, changed.rows, strict=True)):
        kept = [n for n in range(len(grid[0])) if (number, n) != (row, column)]
        assert [before.raws[n] for n in kept] == [after.raws[n] for n in kept]
        assert before.ending == after.ending
    assert changed.rows[row].cells[column] == text
    grid[row][column] = text
    if row:
        assert cells(parse(render(changed), name="t.csv")) == grid


@given(files())
def test_replacing_by_the_same_text_changes_no_byte(
    made: tuple[list[list[str]], bytes],
) -> None:
    grid, raw = made
    table = parse(raw, name="t.csv")
    same = {(r, c): text for r, row in enumerate(grid) for c, text in enumerate(row)}
    assert render(replaced(table, same)) == raw


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"ID,Grade\n1,\n", b"ID,Grade\n1,5.00\n"),
        (b'"ID","Grade"\n"1",""\n', b'"ID","Grade"\n"1","5.00"\n'),
        (b'"ID","Grade"\n1,\n', b'"ID","Grade"\n1,"5.00"\n'),
        (b"ID;Grade\r\n1;\r\n", b"ID;Grade\r\n1;5.00\r\n"),
        (b"ID,Grade\n1,3.00", b"ID,Grade\n1,5.00"),
    ],
)
def test_a_new_cell_is_quoted_as_its_file_quotes(before: bytes, after: bytes) -> None:
    assert render(replaced(parse(before, name="t.csv"), {(1, 1): "5.00"})) == after


def test_rows_that_have_not_as_many_cells_as_the_header_are_named_by_their_line() -> None:
    table = parse(b'a,b\n"1\n2",3\n4\n5,6,7\n', name="t.csv")
    assert [row.line for row in table.drifting()] == [4, 5]


def test_windows_1252_is_read_and_written() -> None:
    data = "Vollständiger Name;Bewertung\r\nZoë;\r\n".encode("cp1252")
    table = parse(data, name="t.csv")
    assert (table.encoding, table.rows[1].cells[0]) == ("cp1252", "Zoë")
    assert render(table) == data
    with pytest.raises(UsageError, match="'→'"):
        render(replaced(table, {(1, 1): "→"}))


@pytest.mark.parametrize(
    "data", [b'a,b\n"1,2\n', "ID,Grade".encode("utf-16-le"), b"PK\x03\x04\0\0"]
)
def test_what_is_no_table_is_refused_with_its_name_and_a_remedy(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"t\.csv.*; download it again"):
        parse(data, name="t.csv")


def test_no_rows_are_a_table_without_a_header() -> None:
    assert parse(b"", name="t.csv").header == ()
