"""What tables in Markdown say: their rows, their heads, and both as one name."""

from __future__ import annotations

import pytest

from grader.marking.markdown import Passage, passages


def certain(source: str) -> list[str]:
    """The equations that a text surely holds."""
    return [one.text for one in passages(source) if one.certain and one.kind == "plain"]


def doubtful(source: str) -> list[str]:
    return [one.text for one in passages(source) if not one.certain]


def test_a_table_of_two_columns_names_its_numbers() -> None:
    table = "| name | value |\n|---|---:|\n| conv params | 14714688 |\n| $|g|$ | **3** |"
    assert {"conv params = 14714688", "|g| = 3"} <= set(certain(table))


@pytest.mark.parametrize(
    "table",
    [
        "| conv | fc | total |\n|:--|:-:|--:|\n| 1 | 2 | 3 |",
        "conv | fc | total\n--- | --- | ---\n1 | 2 | 3",
        "| conv | fc | total\n|--|--|--\n| 1 | 2 | 3",
        "| conv | fc | total |\n| 1 | 2 | 3 |",
        "> | conv | fc | total |\n> |--|--|--|\n> | 1 | 2 | 3 |",
        "| part | conv | fc | total |\n|--|--|--|--|\n| 3b | 1 | 2 | 3 |",
    ],
)
def test_the_head_of_a_table_names_the_numbers_of_its_only_row(table: str) -> None:
    assert {"conv = 1", "fc = 2", "total = 3"} <= set(certain(table))
    assert not doubtful(table)


def test_a_head_over_two_numbers_is_no_pair() -> None:
    table = "conv params | fc params\n--- | ---\n14 714 688 | 123 642 856"
    assert certain(table) == ["conv params = 14 714 688", "fc params = 123 642 856"]


@pytest.mark.parametrize(
    "table",
    [
        "| 3b | conv params | 14714688 |\n| | fc params | 5 |",
        "| 3b | conv params | 14714688 |\n| 3b) | fc params | 5 |",
        "| Aufgabe | Größe | Wert |\n|-|-|-|\n"
        "| 3b | conv params | 14714688 |\n| 3b | fc params | 5 |",
        "Teil | Größe | Wert\n-|-|-\nAufgabe 3 b) | conv params | 14714688\n| | fc params | 5",
        "| # | name | value |\n|-|-|-|\n| 1 | conv params | 14714688 |\n| 2 | fc params | 5 |",
        "| quantity | formula | result |\n|-|-|-|\n| conv params | sum | 14714688 |\n"
        "| fc params | a + b | 5 |",
        "| name | n | value |\n|-|-|-|\n| conv params | 13 | 14714688 |\n| fc params | 3 | 5 |",
        "| | params |\n|-|-|\n| conv | 14714688 |\n| fc | 5 |",
        "| | conv | fc |\n|-|-|-|\n| params | 14714688 | 5 |\n| share | 0,1 | 0,9 |",
    ],
)
def test_columns_of_labels_names_and_values_are_told_apart(table: str) -> None:
    assert {"conv params = 14714688", "fc params = 5"} <= set(certain(table))


@pytest.mark.parametrize(
    "table",
    [
        "| net | conv params |\n|--|--|\n| A | 1 |\n| B | 2 |",
        "| variable | gradient |\n|--|--|\n| conv params | 2 |",
        "| function | variable | derivative |\n|--|--|--|\n| conv params | a | 2 |",
        "| net | conv params |\n|--|--|\n| VGG19 | 2 |",
        "| name | value |\n|--|--|\n| conv params | 2 | 3 |",
        "| name | value |\n|--|--|\n| conv params | 2`|`3 |",
        "| layer | conv params |\n|-|-|\n| conv1 | 1 |\n| conv2 | 1 |\n| total | 2 |",
    ],
)
def test_what_may_be_read_in_several_ways_is_no_certain_number(table: str) -> None:
    assert not [one for one in certain(table) if one.startswith("conv params =")]
    assert [one for one in doubtful(table) if one.startswith("conv params")]


@pytest.mark.parametrize(
    "table",
    [
        "|---|---|",
        "| a |",
        "a | b",
        "| conv params |  |",
        "| conv params | - |",
        "so |g| = 3 and |h| is less",
        "P(A | B) is it\nP(B | A) not",
        "$|g|$ and $|h|$",
    ],
)
def test_what_is_no_table_names_nothing(table: str) -> None:
    assert not [one for one in passages(table) if one.kind == "plain" and "|" not in one.text]


def sequence(source: str, head: str) -> list[tuple[str, tuple[int, int]]]:
    told = [one for one in passages(source) if one.entry != (0, 0) and one.certain]
    return [(one.text, one.entry) for one in told if one.text.startswith(f"{head}_")]


@pytest.mark.parametrize(
    "table",
    [
        "| layer | k | s | r |\n|-|-|-|-|\n| conv1_1 | 3 | 1 | 3 |\n| conv1_2 | 3 | 1 | 5 |\n"
        "| pool1 | 2 | 2 | 6 |",
        "layer | r\n-|-\ninput | 1\nconv | 3\nconv | 5\npool | 6",
        "| n | layer | $r_n$ |\n|-|-|-|\n"
        "| 1 | conv1_1 | 3 |\n| 2 | conv1_2 | 5 |\n| 3 | pool1 | 6 |",
        "| n | r |\n|-|-|\n| 1 | 3 |\n| 2 | 5 |\n| 3 | 6 |",
    ],
)
def test_a_table_of_layers_is_a_sequence(table: str) -> None:
    assert sequence(table, "r") == [
        ("r_{1} = 3", (1, 3)),
        ("r_{2} = 5", (2, 3)),
        ("r_{3} = 6", (3, 3)),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "| layer | r |\n|-|-|\n| 0 | 1 |\n| 1 | 3 |\n| 2 | 5 |",
        "| layer | r |\n|-|-|\n| conv1 | 3 |\n| conv2 | |\n| pool1 | 6 |",
        "| layer | r |\n|-|-|\n| conv1 | 3 |\n| total | 5 |\n| conv2 | 5 |",
        "| layer | r |\n|-|-|\n| conv1 | 3 |\n| conv2 | 5 | 5 |\n| pool1 | 6 |",
    ],
)
def test_a_sequence_with_holes_is_not_certain(table: str) -> None:
    assert not sequence(table, "r")


def test_bars_in_mathematics_and_behind_backslashes_part_nothing() -> None:
    table = "| name | value |\n|-|-|\n| $|g|$ | 3 |\n| a \\| b | 4 |\n| $\\frac{|h|}{2}$ | 5 |"
    assert {"|g| = 3", "a | b = 4", r"\frac{|h|}{2} = 5"} <= set(certain(table))


def test_a_table_knows_its_lines() -> None:
    found = [one for one in passages("x\n\n| a | b |\n|-|-|\n| u | 3 |") if one.text == "u = 3"]
    assert [one.line for one in found] == [5]


@pytest.mark.parametrize(
    "source",
    [
        "| a | b | c |\n|-|-|-|\n" + "| x | 1 | 2 |\n" * 20_000,
        "| " + "a | " * 40_000,
        ("| " + "1 | " * 400 + "\n") * 400,
        "|" * 100_000,
        ("$|" * 900 + "\n") * 60,
        "| a |\n|-|\n" * 20_000,
        "| layer | r |\n|-|-|\n" + "".join(f"| conv{n} | {n} |\n" for n in range(10_000)),
        "3b | " * 20_000,
    ],
)
def test_a_huge_table_costs_in_proportion(source: str) -> None:
    told: list[Passage] = list(passages(source))
    assert len(told) <= len(source)
