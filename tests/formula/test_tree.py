"""Trees are plain data: stored as JSON without loss, refused when they are not trees."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from grader.formula import Number, Symbol, Tree, TreeError, depth, from_json, substitute, symbols
from grader.formula import to_json as stored
from grader.formula.tree import MAXIMAL_DEPTH, MAXIMAL_NODES, children, size, with_children
from tests.formula.notation import tree
from tests.formula.spelling import trees


@given(trees())
def test_a_tree_survives_json(formula: Tree) -> None:
    assert from_json(json.loads(json.dumps(stored(formula)))) == formula


@given(trees())
def test_a_tree_is_made_of_its_children(formula: Tree) -> None:
    assert with_children(formula, children(formula)) == formula
    assert size(formula) == 1 + sum(size(child) for child in children(formula))
    assert depth(formula) == 1 + max((depth(child) for child in children(formula)), default=0)


def nested(levels: int) -> dict[str, Any]:
    data: dict[str, Any] = {"symbol": "x"}
    for _ in range(levels):
        data = {"apply": "log", "arguments": [data]}
    return data


X = {"symbol": "x"}
NO_TREES: dict[str, tuple[object, str]] = {
    "nothing": (None, "None"),
    "a list": ([X], "a list"),
    "a text": ("x", "'x'"),
    "an empty object": ({}, "empty object"),
    "an unknown field": ({"integral": X}, "'integral'"),
    "one field too many": ({"symbol": "x", "colour": "red"}, "'colour'"),
    "a number that is a number": ({"number": 1}, "1"),
    "a number in words": ({"number": "one"}, "'one'"),
    "a number that goes on": ({"number": "1\n"}, "no number"),
    "a number over zero": ({"number": "1/0"}, "zero"),
    "a number without end": ({"number": "1" * 500}, "no number"),
    "a name of nothing": ({"symbol": ""}, "no name"),
    "a name without end": ({"symbol": "x" * 300}, "no name"),
    "an unknown function": ({"apply": "eval", "arguments": [X]}, "'eval'"),
    "a function that is no text": ({"apply": ["log"], "arguments": [X]}, "a list"),
    "too few arguments": ({"apply": "max", "arguments": [X]}, "list of 2"),
    "a sum of one": ({"sum": [X]}, "list of 2"),
    "a power of three": ({"power": [X, X, X]}, "list of 2"),
    "an unknown series": (
        {"series": "limit", "index": "i", "first": X, "last": X, "body": X},
        "'limit'",
    ),
    "too deep": (nested(MAXIMAL_DEPTH), "deeper"),
    "too large": ({"sum": [X] * MAXIMAL_NODES}, "more than"),
}


@pytest.mark.parametrize(("data", "words"), NO_TREES.values(), ids=NO_TREES.keys())
def test_what_is_no_tree_is_refused_with_a_sentence(data: object, words: str) -> None:
    with pytest.raises(TreeError) as refused:
        from_json(data)
    assert words in str(refused.value)
    assert len(str(refused.value)) < 500


def test_the_deepest_tree_is_read() -> None:
    assert depth(from_json(nested(MAXIMAL_DEPTH - 1))) == MAXIMAL_DEPTH


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("(+ x (* 2 y))", {"x", "y"}),
        ("(_ r (+ t 1))", {"r_*", "t"}),
        ("(sum i 1 L (* i (_ k i) x))", {"L", "k_*", "x"}),
        ("(sum i i 3 i)", {"i"}),
        ("(log 3)", set()),
    ],
)
def test_free_names(formula: str, names: set[str]) -> None:
    assert symbols(tree(formula)) == names


@pytest.mark.parametrize(
    ("before", "replacements", "after"),
    [
        ("(+ x y)", {"x": "y", "y": "x"}, "(+ y x)"),
        ("(* x (log x))", {"x": "3"}, "(* 3 (log 3))"),
        ("(+ (_ g 1) (_ g 2))", {"g_1": "a"}, "(+ a (_ g 2))"),
        ("(_ g t)", {"t": "2"}, "(_ g 2)"),
        ("(_ g t)", {"t": "2", "g_2": "b"}, "b"),
        ("(_ r out)", {"r_out": "212"}, "212"),
        ("(sum i 1 n (* i x))", {"i": "7", "n": "3"}, "(sum i 1 3 (* i x))"),
        ("(sum i 1 n (* i x))", {"x": "i"}, "(sum i' 1 n (* i' i))"),
        ("(sum i i n i)", {"i": "1"}, "(sum i 1 n i)"),
        ("(* 2 x)", {"x": "(* a b)"}, "(* 2 a b)"),
    ],
)
def test_names_are_replaced(before: str, replacements: dict[str, str], after: str) -> None:
    given_trees = {name: tree(written) for name, written in replacements.items()}
    assert substitute(tree(before), given_trees) == tree(after)


@given(trees(), trees())
def test_replacing_a_name_by_itself_changes_nothing(formula: Tree, other: Tree) -> None:
    assert substitute(formula, {name: Symbol(name) for name in symbols(formula)}) == formula
    assert substitute(formula, {"no such name": other}) == formula


@given(trees())
def test_without_names_only_series_and_numbers_are_left(formula: Tree) -> None:
    names = {name: tree("2") for name in symbols(formula) if not name.endswith("*")}
    left = symbols(substitute(formula, names))
    assert all(name.endswith("*") for name in left)
    assert isinstance(substitute(Symbol("x"), {"x": tree("2")}), Number)
