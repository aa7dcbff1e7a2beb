"""What the page on formulas says of pairs is what `compare` says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from grader.formula import SymbolTable, read
from grader.formula.comparison import Comparison, Different, Equal, EqualUpTo, Undecided
from grader.formula.equivalence import compare
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs/formulas.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| ([a-z ]+) \|$", PAGE, flags=re.MULTILINE)
ANSWERS: dict[str, type[Comparison]] = {
    "equal": Equal,
    "equal up to c": EqualUpTo,
    "different": Different,
    "undecided": Undecided,
}


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    """The names that the page's own code makes."""
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        exec(code, names)  # noqa: S102
    return names


def test_the_page_has_every_answer() -> None:
    assert {answer for _, _, answer in PAIRS} == set(ANSWERS)


@pytest.mark.parametrize(("given", "expected", "answer"), PAIRS)
def test_a_pair_is_decided_as_documented(
    declared: dict[str, Any], given: str, expected: str, answer: str
) -> None:
    table: SymbolTable = declared["table"]
    one, other = read(given, table).tree, read(expected, table).tree
    assert one is not None and other is not None
    found = compare(one, other, declared["domains"], seed=1, small=("c",))
    assert isinstance(found, ANSWERS[answer]), found
