"""The stylesheet's promises: contrast in light and dark, every verdict drawn and named."""

from __future__ import annotations

import re

import pytest

from grader.grade import Verdict
from grader.report.highlight import KINDS
from grader.report.page import templates_folder

STYLE = (templates_folder() / "style.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", STYLE, flags=re.DOTALL)[:2]
)
VERDICTS = [verdict.value.lower().replace("_", "-") for verdict in Verdict]
CODE = [f"code-{kind}" for kind in sorted({kind for _, kind in KINDS})]
ON_PAGE = ["ink", "muted", "accent", *VERDICTS, *CODE]

Color = tuple[float, float, float]


def color(text: str) -> Color:
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def mixed(one: Color, other: Color, share: float) -> Color:
    red, green, blue = (a * share + b * (1 - share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def contrast(one: Color, other: Color) -> float:
    """WCAG 2.2, contrast ratio."""

    def luminance(shown: Color) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shown]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast(color("#000000"), color("#ffffff")) == pytest.approx(21)
    assert contrast(color("#777777"), color("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
@pytest.mark.parametrize("name", ON_PAGE)
def test_text_has_enough_contrast(tokens: dict[str, str], ground: str, name: str) -> None:
    assert contrast(color(tokens[name]), color(tokens[ground])) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts_have_enough_contrast_on_their_tint(tokens: dict[str, str], name: str) -> None:
    tint = mixed(color(tokens[name]), color(tokens["surface"]), 0.10)
    assert contrast(color(tokens[name]), tint) >= 4.5
    for text in ("ink", "accent"):
        notice = mixed(color(tokens[name]), color(tokens["surface"]), 0.08)
        assert contrast(color(tokens[text]), notice) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "muted", *CODE])
def test_code_has_enough_contrast_on_the_line_that_failed(
    tokens: dict[str, str], name: str
) -> None:
    (share,) = re.findall(r"\.failed \{ background: .*var\(--incorrect\) (\d+)%", STYLE)
    failed = mixed(color(tokens["incorrect"]), color(tokens["sunken"]), int(share) / 100)
    assert contrast(color(tokens[name]), failed) >= 4.5


def test_each_kind_of_code_has_its_rule() -> None:
    for name in CODE:
        kind = name.removeprefix("code-")
        assert f".tok-{kind} {{ color: var(--{name});" in STYLE


def test_both_schemes_have_the_same_tokens() -> None:
    assert set(LIGHT) == set(DARK)


def test_every_verdict_has_a_symbol_and_a_color() -> None:
    symbols = (templates_folder() / "macros/symbols.html").read_text(encoding="utf-8")
    for name in VERDICTS:
        assert f'<symbol id="symbol-{name}"' in symbols
        assert f".{name} {{ --v: var(--{name}); }}" in STYLE


def test_colors_are_tokens() -> None:
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)) <= {"#fff"}


def test_no_template_holds_a_style_or_a_handler_attribute() -> None:
    for template in templates_folder().rglob("*.html"):
        source = template.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|\|\s*safe\b|autoescape", source), template
