"""What is crossed out, in a line and over several."""

from __future__ import annotations

import pytest

from grader.marking.crossed import struck, without


@pytest.mark.parametrize(
    "text",
    [
        "~~gone~~",
        "~~gone\ngone~~",
        "- ~~gone\n\ngone~~",
        "~~\ngone\n\ngone\n~~",
        "<del>gone\n\ngone</del>",
        "<s>gone</s>",
        "<STRIKE class='x'>gone</STRIKE>",
        "<del>gone <del>gone</del> gone</del>",
        "<s> <del>gone</del>",
        r"\sout{gone}",
        r"\st{gone {gone} gone}",
    ],
)
def test_what_is_crossed_out_is_gone_and_lines_stay(text: str) -> None:
    made = without(f"before\n{text}\nafter")
    assert "gone" not in made and made.startswith("before\n") and made.endswith("\nafter")
    assert made.count("\n") == text.count("\n") + 2
    told = list(struck(f"before\n{text}\nafter"))
    assert all(number >= 2 for number, _, _ in told)
    assert "gone" in told[0][2]


@pytest.mark.parametrize(
    "text",
    [
        "about ~~ 5 and ~~ 6",
        "about ~~5\n\nand then 6~~ or so",
        "~~~\nkept\n~~~",
        "<del>kept",
        "kept</del>",
        r"\~~kept~~",
        "~~" + "kept " * 2_000 + "~~",
        "~~kept",
        "",
    ],
)
def test_what_only_looks_so_is_kept(text: str) -> None:
    assert without(text) == text
    assert not list(struck(text))


@pytest.mark.parametrize(
    "text",
    ["~~" * 50_000, "~~a\n" * 30_000, "<del>" * 20_000, "<s><del></s>" * 10_000, "~~a~" * 20_000],
)
def test_many_signs_cost_in_proportion(text: str) -> None:
    assert len(without(text)) <= len(text) + text.count("~~") + text.count("<")
