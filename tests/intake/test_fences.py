"""Blocks without a language in documents: programs run, what they printed is stored output."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.intake.fences import is_program, told_apart
from grader.intake.percent import read_text
from grader.submission import Cell

SCAN = """\
1

a)

```
import math
r = math.log(3)
r
```

[1] ✓ 0.0s

... 1.0986
 and more

text after it

```
x = 1.5
y = 2
```
"""


def cells(text: str) -> tuple[Cell, ...]:
    return read_text(text.encode(), "sheet.md").cells


def test_a_program_without_a_language_runs_and_what_it_printed_is_its_output() -> None:
    found = cells(SCAN)
    assert [cell.kind for cell in found] == ["markdown", "code", "markdown"]
    assert found[1].source == "import math\nr = math.log(3)\nr"
    assert [one.text for one in found[1].outputs] == ["1.0986\nand more\n"]


def test_numbers_that_are_only_assigned_stay_text() -> None:
    assert "x = 1.5" in cells(SCAN)[-1].source


def test_a_block_behind_code_that_is_no_program_is_its_output() -> None:
    found = cells("```python\nprint(3)\n```\n\n```\nratio: 3\n```\n")
    assert [one.text for one in found[0].outputs] == ["ratio: 3\n"]


def test_a_block_behind_text_that_is_no_program_stays_text() -> None:
    (only,) = cells("Some words.\n\n```\nratio: 3\n```\n")
    assert only.kind == "markdown"
    assert "ratio: 3" in only.source


def test_lines_keep_their_numbers() -> None:
    assert cells(SCAN)[1].line == SCAN.split("\n").index("import math") + 1


def test_other_languages_stay_what_they_are() -> None:
    text = "```r\nlibrary(x)\n```\n"
    assert told_apart(text) == (text, {})


def test_a_huge_block_is_left_alone() -> None:
    text = "```\n" + "print(1)\n" * 100_000 + "```\n"
    assert told_apart(text) == (text, {})


def test_half_a_million_lines_as_beside_an_output_are_looked_at_once() -> None:
    text = "```python\nprint(1)\n```\n" + "[1]\n" * 500_000 + "... 3\n"
    assert told_apart(text)[1] == {2: "3\n"}


def test_a_formula_is_no_program() -> None:
    assert not is_program("f(3) ≈ 42,7")
    assert not is_program("f(3)")
    assert is_program("print(3)")
    assert is_program("def f(x):\n    return x")


LINES = st.sampled_from(
    [
        "```",
        "```python",
        "x = f(1)",
        "import a",
        "... 3",
        "[1] ✓ 0.0s",
        "words",
        "",
        "# head",
        "a: 1",
    ]
)


@given(st.lists(LINES, max_size=14))
def test_nothing_is_lost(lines: list[str]) -> None:
    text, outputs = told_apart("\n".join(lines))
    kept = f"{text}\n{''.join(outputs.values())}"
    assert len(text.split("\n")) == max(1, len(lines))
    for word in ("words", "a: 1", "import a", "x = f(1)"):
        assert kept.count(word) == lines.count(word)
