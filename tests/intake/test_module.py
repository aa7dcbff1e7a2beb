from __future__ import annotations

import ast
import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.intake.module import MAX_MODULE_BYTES, read_module
from grader.intake.source import MAX_CELLS
from grader.submission import Cell


def cells(text: str | bytes) -> tuple[Cell, ...]:
    data = text.encode() if isinstance(text, str) else text
    document = read_module(data, "hw.py")
    assert document.kind == "module"
    return document.cells


def located(text: str | bytes) -> list[tuple[int, str]]:
    return [(cell.line, cell.source) for cell in cells(text)]


def remarks(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return " ".join(read_module(data, "hw.py").remarks)


def refusal(data: bytes) -> str:
    with pytest.raises(SubmissionError, match=r"^hw\.py: ") as raised:
        read_module(data, "hw.py")
    return str(raised.value)


MODULE = '''\
#!/usr/bin/env python3
"""My answers.

# %% not a cell
"""

import math
from os import path

# the first task
@cached
@traced(
    1)
def area(r):
    """Area of

    a circle."""
    return math.pi * r ** 2
    # done


total = area(1); half = total / 2
text = """
    kept
"""; more = 1

if __name__ == "__main__":
    print(total)
# the end
'''


def test_each_top_level_statement_is_a_cell_with_its_comments_and_its_line() -> None:
    read = located(MODULE)
    assert [line for line, _ in read] == [1, 7, 8, 10, 22, 23, 27]
    lines = MODULE.split("\n")
    for line, source in read:
        assert source.split("\n") == lines[line - 1 : line - 1 + source.count("\n") + 1]
    assert read[3][1].startswith("# the first task\n@cached")
    assert read[3][1].endswith("    # done")
    assert read[6][1].endswith("# the end")
    assert remarks(MODULE) == ""


def test_a_place_within_a_cell_is_said_by_the_files_lines() -> None:
    cell = cells(MODULE)[3]
    assert cell.where() == "line 10"
    assert cell.where(5) == "line 14"


def test_no_cell_begins_with_an_indented_comment() -> None:
    text = "   # odd\ndef f():\n   return 1\n   # of f\n\n# of g\ndef g():\n   return 2\n"
    assert located(text) == [
        (1, "   # odd"),
        (2, "def f():\n   return 1\n   # of f"),
        (6, "# of g\ndef g():\n   return 2"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_gives_the_same_cells(end: str) -> None:
    text = "def f():\n\treturn 1\n\x0c\ny = '''\n\n'''\nz = 2"
    assert located(text.replace("\n", end)) == [
        (1, "def f():\n\treturn 1"),
        (4, "y = '''\n\n'''"),
        (7, "z = 2"),
    ]


@pytest.mark.parametrize(
    ("data", "remark"),
    [
        ("# -*- coding: latin-1 -*-\nx = 'ä'".encode("latin-1"), ""),
        ("#!/bin/python\n# vim: set fileencoding=cp1252 :\nx = 'ä'".encode("cp1252"), ""),
        ("x = 'ä'".encode("utf-8-sig"), "byte-order mark"),
        ("x = 'ä'".encode("utf-16"), "UTF-16"),
        ("x = 'ä'".encode("utf-32"), "UTF-32"),
        ("y = 1\nx = 'ä'".encode("latin-1"), "Line 2: byte 0xe4 is not utf-8"),
        ("# coding: klingon\nx = 'ä'".encode(), "unknown encoding: klingon"),
        ("# coding: ascii\nx = 'ä'".encode("latin-1"), "Line 2: byte 0xe4 is not ascii"),
        ("# coding: rot13\nx = 'ä'".encode("latin-1"), "is not rot13, as it says"),
        (b"\n# coding: undefined\nx = '\xe4'", "is not undefined, as it says"),
        (b"#!/bin/python\n# coding: \xe4 idna\nx = '\xe4'", "Line 2: byte 0xe4 is not utf-8"),
        (b"# coding: idna \xe4\nx = '\xe4'", "Windows-1252"),
    ],
)
def test_text_is_decoded_as_python_does_or_with_a_remark(data: bytes, remark: str) -> None:
    assert cells(data)[-1].source.endswith("x = 'ä'")
    assert remark in remarks(data)
    assert bool(remark) == bool(remarks(data))


BROKEN = {
    "a missing colon": ("x = 1\ndef f(a)\n    b = a\n    return b\n\ny = 2", 2, (2, 4)),
    "a bad parameter list": ("x = 1\ndef f(:\n    return 1\ny = 2", 2, (2, 3)),
    "a bracket left open": ("x = 1\nz = (1,\n# note\ndef g():\n    return 3\ny = 2", 2, (2, 2)),
    "a bracket open in a body": ("x = 1\ndef f():\n    a = (1 +\n    return a\ny = 2", 3, (2, 4)),
    "a string left open": ("x = 1\nz = 'abc\ny = 2", 2, (2, 2)),
    "an assignment to nothing": ("x = 1\nz =\ny = 2", 2, (2, 2)),
    "an assignment to a call": ("x = 1\nf(1) = 3\ny = 2", 2, (2, 2)),
    "a print of Python 2": ('x = 1\nprint "x"\nprint x, 2\ny = 2', 2, (2, 3)),
    "an except of Python 2": ("x = 1\ntry:\n    f()\nexcept E, e:\n    g()\ny = 2", 4, (2, 5)),
    "an else without a colon": ("x = 1\nif x:\n    a = 1\nelse\n    a = 2\ny = 2", 4, (2, 5)),
    "a stray indent": ("x = 1\n  z = 3\ny = 2", 2, (2, 2)),
    "a wrong dedent": ("x = 1\ndef f():\n    a = 1\n  b = 2\n    return a\ny = 2", 4, (2, 5)),
    "a merge conflict": ("x = 1\n<<<<<<< HEAD\nz = 3\ny = 2", 2, (2, 2)),
    "an error after a match": (
        "x = 1\nmatch x:\n    case 1:\n        a = 1\nb = = 2\ny = 2",
        5,
        (5, 5),
    ),
    "an error inside a class": ("x = 1\nclass A:\n  def g(s)\n    pass\n  h = 1\ny = 2", 3, (2, 5)),
    "a body broken off at the margin": (
        "x = 1\ndef f(a):\n    b = a\nz = 3\n    return b\ny = 2",
        5,
        (2, 5),
    ),
}
if sys.version_info >= (3, 14):
    del BROKEN["an except of Python 2"]  # it names two kinds of errors there (PEP 758)


@pytest.mark.parametrize("case", BROKEN)
def test_a_syntax_error_costs_its_own_statement_alone(case: str) -> None:
    text, line, (first, last) = BROKEN[case]
    read = cells(text)
    sources = [cell.source for cell in read]
    assert sources[0] == "x = 1"
    assert sources[-1] == "y = 2"
    assert read[-1].line == text.count("\n") + 1
    broken = [cell for cell in read if not compiles(cell.source)]
    assert [(cell.line, cell.line + cell.source.count("\n")) for cell in broken] == [(first, last)]
    said = read_module(text.encode(), "hw.py").remarks
    assert len(said) == 1
    assert said[0].startswith(f"Line {line}: ")


def compiles(source: str) -> bool:
    try:
        compile(source, "hw.py", "exec")
    except SyntaxError:
        return False
    return True


def test_a_function_broken_off_in_the_middle_is_not_left_half() -> None:
    """Half a function would be called and found wrong, where it was never finished."""
    for case, (text, _, _) in BROKEN.items():
        for cell in cells(text):
            if cell.source.startswith(("def f", "class A")):
                assert not compiles(cell.source), case


def test_statements_around_several_errors_are_all_kept() -> None:
    text = "a = 1\nb = = 2\nc = 3\nprint 'd'\ne = 5"
    assert [source for _, source in located(text) if compiles(source)] == [
        "a = 1",
        "c = 3",
        "e = 5",
    ]
    said = read_module(text.encode(), "hw.py").remarks
    assert [remark[:7] for remark in said] == ["Line 2:", "Line 4:"]


def test_a_text_left_open_takes_the_rest_of_the_file_with_it_and_no_more() -> None:
    assert located('a = 1\nb = """open\nc = 3\n') == [(1, "a = 1"), (2, 'b = """open\nc = 3')]


def test_magics_in_a_module_do_not_cost_the_statements_around_them() -> None:
    text = "import math\n%matplotlib inline\n!pip install torch\nx = 1"
    assert located(text)[0] == (1, "import math")
    assert located(text)[-1] == (4, "x = 1")


def test_a_file_of_comments_alone_is_one_cell() -> None:
    assert located("# nothing\n\n# yet\n") == [(1, "# nothing\n\n# yet")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n  \n", "is empty"),
        (b"x = 1\n\x00\x01", "binary data"),
        (bytes(range(1, 32)) * 9, "binary data"),
        (b"\x7fELF\x02", "is a program"),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\x03\x04", "is a ZIP"),
        (b"<html><body>", "is a web page"),
        (b"#" * (MAX_MODULE_BYTES + 1), "is larger than 1024 KiB"),
        (b"x\n" * (MAX_CELLS + 1), f"more than {MAX_CELLS}"),
    ],
)
def test_what_is_no_module_is_refused_with_a_remedy(data: bytes, said: str) -> None:
    assert said in refusal(data)
    assert "; " in refusal(data)


@pytest.mark.parametrize(
    "text",
    ["(" * 10_000, "-" * 50_000 + "1", "x = " + "[" * 5_000 + "]" * 5_000, "a." * 20_000 + "b"],
)
def test_code_nested_too_deeply_is_one_broken_cell(text: str) -> None:
    (cell,) = cells(text)
    assert cell.source == text


def test_a_broken_file_too_long_to_look_into_is_one_cell() -> None:
    text = "x = 1\n" * 30_000 + "y = = 1"
    (cell,) = cells(text)
    assert cell.source == text
    assert "Line 30001: invalid syntax" in remarks(text)


def test_reading_a_file_with_odd_escapes_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert located("x = '\\d'\ny = 1 is 1") == [(1, "x = '\\d'"), (2, "y = 1 is 1")]


FRAGMENTS = st.sampled_from(
    [
        "x = 1",
        "def f(a):",
        "    return a",
        "  y = 2",
        "# note",
        "    # note",
        "'''",
        '"""',
        "(",
        ")",
        "@d",
        "if x:",
        "else:",
        "try:",
        "except:",
        "class A:",
        "",
        " ",
        "\t",
        "\x0c",
        "print 'x'",
        ";",
        "z = '''a",
        "%time",
        "\\",
        "b = [1,",
        "]",
        "match x:",
        "    case 1: pass",
        "async def g(): pass",
    ]
)


@given(st.one_of(st.lists(FRAGMENTS).map("\n".join), st.text()))
def test_every_line_of_a_file_is_in_one_cell_at_its_place(text: str) -> None:
    try:
        document = read_module(text.encode("utf-8", "replace"), "hw.py")
    except SubmissionError as problem:
        assert str(problem).startswith("hw.py: ")
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    covered: set[int] = set()
    for number, cell in enumerate(document.cells, start=1):
        assert cell.number == number
        places = range(cell.line, cell.line + cell.source.count("\n") + 1)
        assert [lines[place - 1] for place in places] == cell.source.split("\n")
        assert covered.isdisjoint(places)
        assert not covered or min(places) > max(covered)
        covered.update(places)
    assert all(not lines[n - 1].strip() for n in set(range(1, len(lines) + 1)) - covered)


@given(st.lists(FRAGMENTS).map("\n".join))
def test_a_remark_says_so_whenever_the_file_is_no_valid_python(text: str) -> None:
    if not text.strip():
        return
    document = read_module(text.encode(), "hw.py")
    try:
        compile(text, "hw.py", "exec", flags=ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError:
        assert any(remark.startswith("Line ") for remark in document.remarks)
    else:
        assert document.remarks == ()


@given(st.binary())
def test_no_bytes_are_too_odd_to_be_read_or_refused(data: bytes) -> None:
    try:
        read_module(data, "hw.py")
    except SubmissionError as problem:
        assert str(problem).startswith("hw.py: ")
