"""What is decoded in several threads at once is decoded by decoders made beforehand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader

MODULES = sorted(Path(grader.__file__).parent.rglob("*.py"))
IN_ONE_THREAD = {"verification.py"}
"""Reads its sidecars before any worker is started."""


def typed_decodings(source: str) -> Iterator[int]:
    """Yield the line of each call that lets msgspec look into a type at the time of decoding."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("msgspec."):
            named = any(keyword.arg == "type" for keyword in node.keywords)
            if named or ast.unparse(node.func).endswith(".convert"):
                yield node.lineno


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_type_is_first_met_while_hand_ins_are_graded(module: Path) -> None:
    # Two threads doing so at the same time end the whole process with a segmentation fault.
    if module.name not in IN_ONE_THREAD:
        assert list(typed_decodings(module.read_text(encoding="utf-8"))) == []


def test_such_a_call_would_be_found() -> None:
    bad = "import msgspec\nmsgspec.json.decode(data, type=Record)\nmsgspec.convert(x, Y)\n"
    assert list(typed_decodings(bad)) == [2, 3]
