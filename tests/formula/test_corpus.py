"""The corpus says what each formula means; it is read so, or with a warning, never otherwise."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.formula import Reading, read, read_chain
from tests.formula.notation import normal, tree
from tests.formula.tables import TABLES

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(file for file in CORPUS.glob("*.toml") if file.stem != "chains")
CHAINS: list[dict[str, Any]] = tomllib.loads((CORPUS / "chains.toml").read_text("utf-8"))["chain"]
LEAST = 250


@cache
def data(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def entries(file: Path) -> list[tuple[str, str, bool]]:
    """Text, meaning, and whether the formula has more than one reading."""
    return [(entry[0], entry[1], entry[2:] == ["among"]) for entry in data(file)["formulas"]]


def reading_of(file: Path, text: str) -> Reading:
    return read(text, TABLES[data(file)["table"]])


def as_intended(reading: Reading, meaning: str, *, among: bool) -> bool:
    found = [normal(one) for one in reading.trees]
    intended = normal(tree(meaning))
    if among:
        return intended in found and bool(reading.remarks)
    return found[:1] == [intended]


def test_the_corpus_is_large_enough() -> None:
    texts = {(file.stem, text) for file in FILES for text, _, _ in entries(file)}
    assert len(texts) >= LEAST


def test_98_of_100_formulas_are_read_as_intended() -> None:
    read_so = [
        as_intended(reading_of(file, text), meaning, among=among)
        for file in FILES
        for text, meaning, among in entries(file)
    ]
    assert sum(read_so) >= 0.98 * len(read_so)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_is_read_otherwise_without_a_warning(file: Path) -> None:
    silent = []
    for text, meaning, among in entries(file):
        reading = reading_of(file, text)
        warned = bool(reading.remarks) or reading.refusal is not None
        if not warned and not as_intended(reading, meaning, among=among):
            silent.append((text, reading.tree))
    assert silent == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_reading_has_a_tree_or_a_refusal_never_both(file: Path) -> None:
    for text, _, _ in entries(file):
        reading = reading_of(file, text)
        assert (reading.refusal is None) == bool(reading.alternatives)


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain["text"][:40])
def test_a_chain_keeps_each_side_with_its_relation(chain: dict[str, Any]) -> None:
    found = read_chain(chain["text"], TABLES[chain["table"]])
    assert found.refusal is None
    sides = [
        [(side.relation, side.reading.tree and normal(side.reading.tree)) for side in one.sides]
        for one in found.equations
    ]
    expected = [
        [(relation, normal(tree(meaning))) for relation, meaning in equation]
        for equation in chain["sides"]
    ]
    assert sides == expected
    assert found.equations[0].label == chain.get("label", "")


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain["text"][:40])
def test_each_side_says_where_it_stands_in_the_text(chain: dict[str, Any]) -> None:
    found = read_chain(chain["text"], TABLES[chain["table"]])
    for side in found.sides:
        assert chain["text"][side.reading.start : side.reading.end] == side.reading.text
        assert side.reading.text
