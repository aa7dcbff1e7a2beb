"""A handed-out invariant says the same as its author's function, and brings nothing else."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import relation
from grader.authored import invariant
from grader.errors import AuthorError, UsageError
from grader.sheet import Invariant
from tests.handout.hidden import SECRET, secret

C, OFFSET = 5.0, -2
TWICE = 2 * 3
LIST = [1, 2]

READ = [
    invariant("sum", lambda a, b: a == b + C),
    invariant("offset", lambda a, b: a - OFFSET != b),
    invariant("product", lambda a, b: a * b >= -(a / 2) or not a < b),
    invariant("chain", lambda a, b: 0 <= abs(a) <= abs(b) < 100 and a > 0),
    invariant("choice", lambda a, b: a == b if a > 0 else None),
    invariant("grows", lambda t: all(after > before for before, after in pairwise(t))),
    invariant("last", lambda t: t[-1] == max(t) and t[0] == min(t)),
    invariant("some", lambda t: any([one > 1 for one in t if one != 3])),
    invariant("length", lambda t: len(t) == 3 and sum(t) > 4),
    invariant("pairs", lambda t: all(one <= other for one, other in zip(t, t))),  # noqa: B905
    invariant("key", lambda d, a: d["x"] == a if "x" in d else None),
    invariant("no key", lambda d, a: "y" not in d and a == d["x"]),
]


def with_a_return(a: Any, b: Any) -> bool:
    """A function whose body is one expression is read as well."""
    return a == b  # type: ignore[no-any-return]


READ.append(invariant("return", with_a_return))

TREES = {one.text: relation.read(one) for one in READ}
NUMBERS = st.integers(-4, 4)
VALUES = {
    "a": NUMBERS,
    "b": NUMBERS,
    "t": st.lists(NUMBERS, min_size=1, max_size=4),
    "d": st.dictionaries(st.sampled_from("xy"), NUMBERS, max_size=2),
}


def outcome(call: Any) -> Any:
    try:
        return call()
    except (ZeroDivisionError, KeyError) as problem:
        return type(problem)


@pytest.mark.parametrize("one", READ, ids=lambda one: one.text)
@settings(deadline=None)
@given(data=st.data())
def test_a_relation_says_what_its_function_says(one: Invariant, data: st.DataObject) -> None:
    values = {name: data.draw(VALUES[name]) for name in one.names}
    tree = TREES[one.text]
    said = outcome(lambda: relation.evaluate(tree, values))
    assert said == outcome(lambda: one.holds(*values.values()))


def with_statements(a: Any) -> bool:
    twice = a * 2
    return bool(twice == 4)


REFUSED = [
    (invariant("call", lambda a: a == secret()), "secret"),
    (invariant("imported", lambda a: a == SECRET), "SECRET"),
    (invariant("attribute", lambda a: a == math.pi), "math.pi"),
    (invariant("computed", lambda a: a == TWICE), "TWICE"),
    (invariant("no number", lambda a: a in LIST), "LIST"),
    (invariant("power", lambda a: a**2 == 4), "a ** 2"),
    (invariant("text", lambda a: f"{a}" == "4"), "f'{a}'"),
    (invariant("builtin", lambda a: eval(a) == 4), "eval"),  # noqa: S307
    (invariant("keyword", lambda a: max(a, default=1) == 4), "max"),
    (invariant("statements", with_statements), "one expression"),
    (invariant("loops", lambda a: all(x == y for x in a for y in a)), "more than one loop"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "named"), REFUSED, ids=lambda one: getattr(one, "text", ""))
def test_what_may_bring_a_reference_along_is_refused_with_place_and_remedy(
    one: Invariant, named: str
) -> None:
    with pytest.raises(AuthorError) as refused:
        relation.read(one)
    said = str(refused.value)
    assert named in said and "test_relation.py, line " in said and "public=False" in said


def test_two_functions_on_one_line_are_told_apart_by_their_parameters() -> None:
    one, other = (invariant("a", lambda a: a == 1), invariant("b", lambda b: b == 2))
    assert relation.read(one) != relation.read(other)
    same, _ = (invariant("a", lambda a: a == 1), invariant("a", lambda a: a == 2))
    with pytest.raises(AuthorError, match="one expression on a line of its own"):
        relation.read(same)


@pytest.mark.parametrize(
    "tree",
    [["run", "x"], ["operation", "Pow", ["plain", 1]], ["call", "eval", ["plain", "1"]],
     ["comparison", ["Is"], ["plain", 1], ["plain", 1]]],
)  # fmt: skip
def test_a_tree_of_anything_else_is_refused(tree: list[Any]) -> None:
    with pytest.raises(UsageError, match="take the hand-out again"):
        relation.evaluate(tree, {})
