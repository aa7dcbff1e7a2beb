"""The scanner that holds that no report tells a hidden value finds one in every spelling."""

from __future__ import annotations

import pytest

from grader.formula import Declared, Tree, declare, read, to_mathml, to_text
from grader.report import learner_report
from tests.report import leaks, samples

SPELLINGS = [
    "14714688",
    "14 714 688",
    "14\u202f714\u202f688",
    "14,714,688",
    "14.714.688",
    "14'714'688",
    "1.4714688e7",
    "1.47e+07",
    "14.71468",
    "8.19",
    "8,192",
    "8.1921",
    "−8.19",
    "<math><mn>8</mn><mo>.</mo><mn>192</mn></math>",
    "<math><mn>1.47</mn><mo>·</mo><msup><mn>10</mn><mn>7</mn></msup></math>",
    "14&nbsp;714&nbsp;688",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_value_is_found_in_every_spelling(spelling: str) -> None:
    secrets = {"q": (14714688.0, 8.19215, 14.71468)}
    assert leaks.told(f"<p>The answer is {spelling}.</p>", secrets, ())


@pytest.mark.parametrize("text", ["14714689", "14", "8.2", "9.19", "0.0819", "no number"])
def test_other_and_short_numbers_tell_nothing(text: str) -> None:
    assert leaks.told(f"<p>{text}</p>", {"q": (14714688.0, 8.19215)}, ()) == []


def test_what_the_learner_wrote_tells_nothing() -> None:
    assert leaks.told("<p>8.19</p>", {"q": (8.19215,)}, (8.1917,)) == []


def tree(text: str) -> Tree:
    found = read(text, declare(Declared(name="x"), Declared(name="y"))).tree
    assert found
    return found


TREE = tree(r"\frac{x + 2 y}{\log(y)}")
FORMULAS = [
    r"<p>It is <code>\frac{x + 2 y}{\log(y)}</code>.</p>",
    r"<p>\(\frac{x+2\,y}{\log\left(y\right)}\)</p>",
    f"<p>{to_text(TREE)}</p>",
    f"<p>{to_text(TREE).replace(' ', '')}</p>",
    f"<dd>{to_mathml(TREE)}</dd>",
    f"<dd>f = {to_mathml(TREE)} · x</dd>",
]


@pytest.mark.parametrize("page", FORMULAS)
def test_a_formula_is_found_in_every_spelling(page: str) -> None:
    secrets = {"q": leaks.spellings(TREE, r"\frac{x + 2 y}{\log(y)}")}
    assert leaks.told_formulas(page, secrets, ())
    assert leaks.told_formulas(page, secrets, [leaks.squeezed(leaks.text_of(page))]) == []
    other = page.replace("2", "3").replace("log", "sin")
    assert leaks.told_formulas(other, secrets, ()) == []


def test_a_short_formula_stands_in_too_many_others() -> None:
    assert leaks.spellings(tree("2 x"), "2 x") == frozenset()


def test_a_leak_planted_in_a_report_is_found() -> None:
    grade, run, submission = samples.ADA, samples.ADA_RUN, samples.ADA_SUBMISSION
    page = learner_report(grade, run, submission, samples.SHEET, {})
    assert leaks.told(page, {"q": (271828.0,)}, ()) == []
    leaking = page.replace("</main>", "<p>It is 271 828.</p></main>")
    assert leaks.told(leaking, {"q": (271828.0,)}, ())
