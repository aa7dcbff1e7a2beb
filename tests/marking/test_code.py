from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.marking.code import Code, read
from grader.submission import Cell, Submission


def parsed(*sources: str) -> Code:
    cells = tuple(
        Cell(number=number, kind="code", source=source) for number, source in enumerate(sources, 1)
    )
    return read(Submission(name="a", source="a", sha256="", kind="notebook", cells=cells))


@pytest.mark.parametrize(
    ("source", "binds"),
    [
        ("x = 1", {"x"}),
        ("x, (y, *z) = f()", {"x", "y", "z"}),
        ("x += 1", {"x"}),
        ("x: int = 1", {"x"}),
        ("for i in r:\n    t = i", {"i", "t"}),
        ("with open(p) as f:\n    d = f", {"f", "d"}),
        ("if (n := 3):\n    pass", {"n"}),
        ("def f(a):\n    b = a", {"f"}),
        ("def f():\n    global g\n    g = 1", {"f", "g"}),
        ("class C:\n    a = 1", {"C"}),
        ("import a.b, c as d", {"a", "d"}),
        ("from a import b as c", {"c"}),
        ("[x for x in y]", set()),
        ("x[0] = 1", set()),
        ("try:\n    a = 1\nexcept E as e:\n    b = 2", {"a", "e", "b"}),
    ],
)
def test_what_a_statement_binds(source: str, binds: set[str]) -> None:
    assert set(parsed(source).statements[0].binds) == binds


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("x = y + z", {"y", "z"}),
        ("x += 1", {"x"}),
        ("def f(a, b=d):\n    c = a\n    return c + g", {"d", "g"}),
        ("f = lambda a: a + b", {"b"}),
        ("[x + k for x in y]", {"k", "y"}),
        ("def f(a):\n    def h(b):\n        return a + b + z\n    return h", {"z"}),
        ("@deco\ndef f():\n    return f()", {"deco", "f"}),
    ],
)
def test_what_a_statement_uses_from_outside(source: str, uses: set[str]) -> None:
    assert set(parsed(source).statements[0].uses) == uses


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1",
        "!pip install torch\nx = 1",
        "files = !ls\nx = 1",
        "t = %timeit -o f()\nx = 1",
        "%%time\nx = 1",
        "x?\nx = 1",
        "if True:\n    %time f()\nx = 1",
        "a = (3\n % 2)\nx = 1",
    ],
)
def test_magics_do_not_hide_the_code_around_them(source: str) -> None:
    code = parsed(source)
    assert not code.unparsed
    assert code.binding("x")


def test_cells_of_another_language_are_left_out() -> None:
    code = parsed("%%bash\nx=1", "x = 1")
    assert [statement.cell for statement in code.binding("x")] == [2]


def test_a_cell_that_cannot_be_parsed_is_noted_and_the_others_are_read() -> None:
    code = parsed("x = (", "y = 1")
    assert code.unparsed == (1,)
    assert code.binding("y")


def test_what_an_answer_is_built_from_is_reached_across_cells_and_cycles() -> None:
    code = parsed(
        "a = 1", "b = a", "def f():\n    return g() + b", "def g():\n    return f()", "z = 1"
    )
    reached = code.reached(code.binding("f"))
    assert [statement.cell for statement in reached] == [1, 2, 3, 4]


@given(st.text(max_size=200))
def test_any_source_can_be_read(source: str) -> None:
    parsed(source)
