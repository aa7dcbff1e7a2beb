from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.report import text
from tests.report.pages import tags
from tests.report.pages import text as read

ANY_TEXT = st.text(st.characters() | st.sampled_from("\x00\x1b\r\n\t\u202e\ufeff\ud800`<>&\"'"))


@settings(deadline=None)
@given(ANY_TEXT)
def test_nothing_invisible_is_left(given: str) -> None:
    left = text.visible(given)
    left.encode("utf-8", "strict")
    controls = [c for c in left if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    assert not controls
    assert not set(left) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_plain_text_stays_as_it_is(given: str) -> None:
    assert text.visible(given) == given


@settings(deadline=None)
@given(ANY_TEXT)
def test_code_in_backticks_brings_no_other_element(given: str) -> None:
    assert tags(str(text.inline_code(given))) <= {"code"}


def test_backticks_set_code() -> None:
    assert text.inline_code("Define `rf` or ``a<b``.") == (
        "Define <code>rf</code> or <code>a&lt;b</code>."
    )


def test_reversed_names_are_shown_with_their_marks() -> None:
    assert text.visible("ada\u202egpj.exe\x00") == "ada[U+202E]gpj.exe␀"


def test_a_terminals_overwritten_lines_and_colours_are_gone() -> None:
    assert text.printed("\x1b[31mred\x1b[0m\n 0%\r 50%\r100%\r\nend\r") == "red\n100%\nend"


def test_too_long_a_text_says_how_much_is_missing() -> None:
    assert read(str(text.inline_code("x" * (text.MAX_FIELD + 3)))).endswith("… (3 more characters)")


@pytest.mark.parametrize(
    ("value", "words"),
    [(2.0, "2"), (1.5, "1.5"), (1 / 3, "0.33"), (0, "0"), (-0.0001, "0"), (100.0, "100")],
)
def test_numbers_have_no_decimals_that_say_nothing(value: float, words: str) -> None:
    assert text.number(value) == words


@pytest.mark.parametrize(
    ("value", "words"), [(1.0, "100 %"), (0.999, "99 %"), (0.001, "1 %"), (0.0, "0 %")]
)
def test_all_and_none_are_never_rounded_to(value: float, words: str) -> None:
    assert text.share(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0021, "2 ms"), (0.0999, "0.1 s"), (2.318, "2.3 s"), (45.4, "45 s"), (125, "2 min 5 s")],
)
def test_durations_have_a_fitting_unit(value: float, words: str) -> None:
    assert text.seconds(value) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (312_475_648, "298 MiB"), (2**31, "2 GiB")],
)
def test_sizes_have_a_fitting_unit(count: int, words: str) -> None:
    assert text.size(count) == words
