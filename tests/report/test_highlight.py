"""Code excerpts in colour: nothing is lost, and hostile code costs little."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.highlight import KINDS, MAX_LEXED, highlighted
from tests.report import hostile, samples
from tests.report.test_learner import page

ALPHABET = "if def'\"#\\\n\r \tx1_.(){}[]=%!@"


def joined(lines: list[str]) -> list[str]:
    return ["".join(part.text for part in line) for line in highlighted(lines)]


@given(
    st.lists(
        st.text(alphabet=st.sampled_from(ALPHABET) | st.characters(exclude_characters="\n")).map(
            lambda line: line.replace("\n", " ")
        ),
        min_size=1,
        max_size=9,
    )
)
def test_the_parts_of_a_line_are_the_line(lines: list[str]) -> None:
    assert joined(lines) == lines


def test_parts_are_told_apart() -> None:
    (line,) = highlighted(["def area(r): return 3.14 * r  # 'about'"])
    kinds = {part.text.strip(): part.kind for part in line if part.kind}
    assert kinds == {
        "def": "keyword", "area": "defined", "return": "keyword", "3.14": "figure",
        "# 'about'": "comment",
    }  # fmt: skip


def test_a_text_over_several_lines_is_one_on_each() -> None:
    lines = highlighted(['x = """one', 'two"""'])
    assert [line[-1].kind for line in lines] == ["string", "string"]


@pytest.mark.parametrize("source", ["\n " * 10_000, "match" + " " * 20_000, "(" * 20_000])
def test_what_would_take_the_lexer_long_is_shown_plain(source: str) -> None:
    assert len(source) > MAX_LEXED
    assert not any(part.kind for line in highlighted(source.split("\n")) for part in line)


@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_hostile_code_is_whole(payload: str) -> None:
    lines = payload.split("\n")
    assert joined(lines) == lines


def test_the_line_that_failed_is_in_colour_on_the_page() -> None:
    found = page().split('class="code"', 1)[1].split("</div>", 1)[0]
    assert '<span class="tok-string">&#34;done&#34;</span>' in found
    classes = set(re.findall(r'class="tok-([a-z]+)"', found))
    assert classes and classes <= {kind for _, kind in KINDS}
    assert samples.STEP_SOURCE.count("\n") >= 9


def test_no_lexer_is_loaded_before_it_is_needed() -> None:
    line = "import sys, grader.report; print('pygments.lexers.python' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
