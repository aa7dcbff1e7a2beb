"""Labels of parts, rows of tables, and numbers behind a colon in a learner's prose."""

from __future__ import annotations

import pytest

from grader.marking.labels import labels, within
from grader.marking.markdown import passages
from grader.marking.named import named


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("# Aufgabe 1\n\n#### b)\ntext\n\n## c) Value", ("", "1", "1b", "1c")),
        ("1\n\na) u = 3\nb) v = 4", ("", "1", "1a", "1b")),
        ("3 b)\n\nx", ("", "3b")),
        ("2a\n\nfoo\n\n2b\n", ("", "2a", "2b")),
        ("## 3a Receptive field", ("", "3a")),
        ("## 3 Layers", ("", "3")),
        ("Task 1c: VGG\nx", ("", "1c")),
        ("**1b)** u", ("", "1b")),
        ("(b) text", ("", "b")),
        ("## 1a\n\nx\n\n## In short\n\ny", ("", "1a", "")),
    ],
)
def test_labels_as_people_write_them(source: str, parts: tuple[str, ...]) -> None:
    assert labels(source).parts == parts


@pytest.mark.parametrize(
    "source",
    [
        "1. first item\n2. second item",
        "212",
        "x\n2\ny",
        "# 3.2 Layers",
        "# A method",
        "a + b = 3",
        "e.g. this",
        "12 layers have no bias",
        "3 a stack of layers",
        "Part two",
        "x = 1a",
        "",
    ],
)
def test_what_only_looks_like_a_label(source: str) -> None:
    assert labels(source).parts == ("",)


def test_a_label_goes_on_in_the_next_cell() -> None:
    assert labels("a) u", "2").parts == ("2", "2a")
    assert labels("text", "2a").at(1) == "2a"


@pytest.mark.parametrize("part", ["3b", "3", "b", ""])
def test_what_may_answer_a_part(part: str) -> None:
    assert within(part, "3b")
    assert not within("3a", "3b") and not within("1b", "3b")


@pytest.mark.parametrize(
    ("line", "equation"),
    [
        ("total params: 123 066 664", "total params = 123 066 664"),
        ("- conv params: 14.714.688.", "conv params = 14.714.688"),
        ("**Total params:** 138,357,544", "Total params = 138,357,544"),
        ("ratio: $0{,}119$", "ratio = 0{,}119"),
        ("share: 11,9 %", "share = 11,9 %"),
    ],
)
def test_a_number_behind_a_colon_is_named(line: str, equation: str) -> None:
    assert equation in [one.text for one in passages(line)]


@pytest.mark.parametrize(
    "line",
    ["at 12:30", "see line 3: 5 layers", "a: b: 3", "http: //x", "note: it is 3", ": 3", "1b: 3"],
)
def test_a_colon_alone_names_nothing(line: str) -> None:
    assert not list(named(line))


def test_many_labels_and_tables_are_read_in_one_pass() -> None:
    source = "2a\n\n| conv params | 1 |\n\n" * 20_000
    assert sum(one.text == "conv params = 1" for one in passages(source)) == 20_000
    assert len(labels(source).lines) == 1
