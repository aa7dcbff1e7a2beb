"""Text typed into a platform: what a browser would show of it is what is read."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.intake.typed import MAX_TYPED_BYTES, MOST_ELEMENTS, read_typed, to_markdown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a &lt; b &amp; c</p>", "a < b & c"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<h3>1b</h3><p dir='ltr'>u = 8,2</p>", "### 1b\n\nu = 8,2"),
        ("x<sup>2</sup> and r<sub>12</sub>", "x^{2} and r_{12}"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<table><tr><td>conv</td><td>12</td></tr></table>", "| conv | 12 |"),
        ("<p>total&nbsp;=\n   3</p>", "total = 3"),
        ("<p>was <s>42</s> 43</p>", "was ~~42~~ 43"),
        ("<p><b>bold</b> <span style='x'>plain</span></p>", "bold plain"),
        ("<p>f</p><script>alert(1)</script><style>p {}</style><!-- no -->", "f"),
        ("<pre>for i in x:\n    print(i &lt; 3)</pre>", "```\nfor i in x:\n    print(i < 3)\n```"),
        ("<pre>a<br>b</pre>", "```\na\nb\n```"),
        ("<pre>s = '```'</pre>", "````\ns = '```'\n````"),
        (r"<p>\(\frac{a}{b}\) $$c$$</p>", r"\(\frac{a}{b}\) $$c$$"),
        ("no element at all", "no element at all"),
    ],
)
def test_what_a_browser_shows_is_read(html: str, text: str) -> None:
    assert to_markdown(html)[0] == text


def test_pictures_are_said_to_be_left_out() -> None:
    read = read_typed(b"<p>see <img src='@@PLUGINFILE@@/a.png'></p>", "onlinetext.html")
    assert read.remarks == ("Pictures in the typed text are not read.",)


@pytest.mark.parametrize("html", ["", "<p></p>", "<script>x</script>", "<img src=a>"])
def test_nothing_typed_is_said(html: str) -> None:
    with pytest.raises(SubmissionError, match="holds no text; hand in a file"):
        read_typed(html.encode(), "onlinetext.html")


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(SubmissionError, match="too long"):
        read_typed(b"a" * (MAX_TYPED_BYTES + 1), "onlinetext.html")


@pytest.mark.parametrize(
    "piece", ["<div>", "<pre>", "<table><tr><td>", "<b", "</p>", "&#0;", "<sup>"]
)
def test_hostile_nesting_ends(piece: str) -> None:
    html = piece * MOST_ELEMENTS + "x"
    try:
        read_typed(html.encode(), "onlinetext.html")
    except SubmissionError as problem:
        assert "onlinetext.html" in str(problem)


def test_more_elements_than_a_person_types_are_refused() -> None:
    with pytest.raises(SubmissionError, match="HTML elements; hand in a file"):
        read_typed(b"<div>" * (MOST_ELEMENTS + 1), "onlinetext.html")


@given(st.lists(st.sampled_from(["<p>", "</p>", "<pre>", "</pre>", "a", "`", "<", ">", "&amp;"])))
def test_no_html_raises_anything_else(pieces: list[str]) -> None:
    with suppress(SubmissionError):
        read_typed("".join(pieces).encode(), "onlinetext.html")
