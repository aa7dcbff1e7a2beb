from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.report import rich
from tests.report import samples
from tests.report.pages import elements, tags, text

FRAGMENTS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
    "<a href=javascript:alert(1)>", "<style>*{}</style>", "<b>", "</b>", "<table>", "<td>",
    "<td colspan=3 style=x id=main class=card onclick=alert(1)>", "<iframe srcdoc=x>", "<!--",
    "-->", "]]>", "<![CDATA[", "<math><mtext></mtext>", "</table>", "<p>", "<template>", "<title>",
    "<noscript>", "<textarea>", "\0", "\u202e", "<form action=x><input>", "<base href=x>", "&lt;",
    "<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=x>", "<object data=x>",
    "text",
]  # fmt: skip
ALLOWED = rich._PROSE | rich._LISTS | rich._TABLES


@settings(deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=12).map("".join))
def test_only_text_and_tables_survive(html: str) -> None:
    for tag, attributes in elements(str(rich.safe_html(html))):
        assert tag in ALLOWED
        assert {name for name, _ in attributes} <= {"colspan", "rowspan"}


def test_a_table_stays_a_table() -> None:
    clean = str(rich.safe_html(samples.TABLE))
    assert {"table", "thead", "tbody", "tr", "th", "td"} <= tags(clean)
    assert "conv1_1" in text(clean)
    assert "vertical-align" not in clean


def test_a_head_without_a_word_is_a_cell() -> None:
    table = "<table><thead><tr><th colspan=2> </th><th>a</th></tr></thead></table>"
    assert '<td colspan="2"></td><th>a</th>' in rich.safe_html(table)


@pytest.mark.parametrize("span", ["99999", "-1", "1e3", "٣", "2;x", ""])
def test_a_cell_cannot_stretch_the_page(span: str) -> None:
    assert "colspan" not in rich.safe_html(f'<table><tr><td colspan="{span}">x</td></tr></table>')


@pytest.mark.parametrize("tag", ["b", "table", "p", "span", "li", "unknown"])
def test_deep_nesting_does_not_hang(tag: str) -> None:
    assert "x" in rich.safe_html(f"<{tag}>" * 1_000 + "x")


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_real_plot_is_shown_in_its_size(kind: str) -> None:
    content = samples.plot(kind)
    found = rich.picture(f"image/{kind}", "\n".join([content[:70], content[70:]]))
    assert found is not None
    assert (found.width, found.height) == (540, 310)
    assert found.uri == f"data:image/{kind};base64,{content}"


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


PNG = base64.b64decode(samples.png())


@pytest.mark.parametrize(
    ("mime", "content"),
    [
        ("image/png", "not base64!"),
        ("image/png", _encoded(b"<svg onload=alert(1)>")),
        ("image/png", _encoded(PNG[:20])),
        ("image/jpeg", samples.png()),
        ("image/jpeg", _encoded(b"\xff\xd8\xff\xd9")),
        ("image/jpeg", _encoded(b"\xff\xd8" + b"\xff" * 64)),
        ("image/svg+xml", _encoded(b"<svg/>")),
        ("image/png", samples.png(0, 4)),
        ("image/png", _encoded(PNG[:16] + b"\x7f\xff\xff\xff" * 2 + PNG[24:])),
        ("image/png", _encoded(PNG + bytes(rich.MAX_IMAGE_BYTES))),
        ("image/png", '"><script>alert(1)</script>'),
        ("image/png", "ü" * 8),
        ("image/png", ""),
    ],
)
def test_what_is_no_sound_picture_is_not_shown(mime: str, content: str) -> None:
    assert rich.picture(mime, content) is None
