"""Which names a cell binds, and which statements are safe to run alone."""

from __future__ import annotations

import ast

import pytest

from grader.sandbox.inside import statements


def names(source: str) -> set[str]:
    return statements.bound_names(statements.parse(source))


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("x = 1", {"x"}),
        ("x += 1", {"x"}),
        ("x: int = 1", {"x"}),
        ("a, (b, *c) = 1, (2, 3)", {"a", "b", "c"}),
        ("for i, j in []: k = 1", {"i", "j", "k"}),
        ("with open('f') as file: pass", {"file"}),
        ("import a.b, c as d\nfrom e import f as g", {"a", "d", "g"}),
        ("def f(p): inner = 1", {"f"}),
        ("def f():\n    global shared\n    shared = 1", {"f", "shared"}),
        ("class C:\n    field = 1", {"C"}),
        ("if (n := 10) > 5: pass", {"n"}),
        ("[y := x for x in range(3)]", {"y"}),
        ("f = lambda z: z", {"f"}),
        (
            "match 1:\n    case [first, *rest]: pass\n    case other: pass",
            {"first", "rest", "other"},
        ),
        ("try:\n    t = 1\nexcept ValueError: u = 2", {"t", "u"}),
        ("thing.field = 1\nthing['key'] = 2", set()),
        ("%matplotlib inline\nx = 1\n!ls", {"x"}),
        ("files = !ls", {"files"}),
    ],
)
def test_names_that_a_cell_binds_are_known(source: str, bound: set[str]) -> None:
    assert names(source) == bound


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("x = 1\nprint 'old'\ny = 2", {"x", "y"}),
        ("def f(a):\n    return a\nx = = 3\ndef g(b):\n    return b", {"f", "g"}),
        ("import math\nx = (1,\n     2\n)\n1 +", {"math", "x"}),
        ("@decorator\ndef f(): pass\n)", {"f"}),
        ("if True:\n    a = 1\nelse:\n    a = 2\n???!", {"a"}),
        ("def f(:\n    return 1\nz = 3", {"z"}),
    ],
)
def test_statements_around_a_broken_one_are_kept(source: str, bound: set[str]) -> None:
    assert names(source) == bound


def test_lines_of_kept_statements_are_those_of_the_cell() -> None:
    (function,) = statements.parse("print 'old'\n\ndef f():\n    return 1")
    assert function.lineno == 3


def salvaged(source: str) -> list[str]:
    return [ast.unparse(each) for each in statements.parse(source) if statements.salvageable(each)]


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np",
        "from math import log",
        "def f(x):\n    return x",
        "class C:\n    pass",
        "x = 3",
        "a, b = (1, -2.5)",
        "n: int = 64 * 3 * 9 + 64",
        "table = {'a': [1, (2, 3)], 'b': {4}}",
    ],
)
def test_imports_definitions_and_plain_constants_are_salvaged(source: str) -> None:
    assert salvaged(source) == [source]


@pytest.mark.parametrize(
    "source",
    ["x = f(3)", "x = y", "x += 1", "print(1)", "for i in []: pass", "x.y = 1", "x[0] = 1", "1"],
)
def test_nothing_else_is_salvaged(source: str) -> None:
    assert salvaged(source) == []
