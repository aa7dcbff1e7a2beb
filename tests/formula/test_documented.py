"""What the page on formulas says is what happens."""

from __future__ import annotations

import re

import pytest

from grader.formula import SymbolTable, read, to_text
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs/formulas.md").read_text(encoding="utf-8")
READ = re.findall(r"^\| `([^`]+)` \| (`[^`]+`(?: or `[^`]+`)*) \|$", PAGE, flags=re.MULTILINE)
REFUSED = re.findall(r"^\| `([^`]+)` \| ([^`|]+) \|$", PAGE, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def table() -> SymbolTable:
    """The table that the page declares, from its own code."""
    code = re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert code is not None
    names: dict[str, object] = {}
    exec(code.group(1), names)  # noqa: S102
    declared = names["table"]
    assert isinstance(declared, SymbolTable)
    return declared


def test_the_page_has_examples() -> None:
    assert len(READ) >= 40
    assert len(REFUSED) >= 15


@pytest.mark.parametrize(("written", "understood"), READ)
def test_an_example_is_read_as_documented(
    table: SymbolTable, written: str, understood: str
) -> None:
    reading = read(written, table)
    assert [f"`{to_text(tree)}`" for tree in reading.trees] == understood.split(" or ")
    assert reading.unknown == frozenset()


@pytest.mark.parametrize(("written", "sentence"), REFUSED)
def test_an_example_is_refused_as_documented(
    table: SymbolTable, written: str, sentence: str
) -> None:
    reading = read(written, table)
    assert reading.refusal is not None
    assert reading.refusal.sentence.startswith(sentence)
