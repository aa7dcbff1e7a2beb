"""A formula as it was understood: MathML of our own making, whatever its names are."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.formula import Indexed, Number, Product, Symbol, Tree, to_json
from grader.grade import Verdict
from grader.report import learner_report
from grader.report.text import formula
from tests.report import hostile, samples
from tests.report.pages import elements, tags, text


def page(understood: str, *, given: str = "") -> str:
    grade = samples.graded("ada", samples.correct_marks())
    first = replace(
        grade.questions[0],
        verdict=Verdict.INCORRECT,
        given=given,
        understood=understood,
    )
    head = replace(samples.SHEET.questions[0], kind="formula")
    sheet = replace(samples.SHEET, questions=(head, *samples.SHEET.questions[1:]))
    grade = replace(grade, questions=(first, *grade.questions[1:]))
    return learner_report(grade, None, None, sheet, samples.ENVIRONMENT)


def stored(tree: Tree) -> str:
    return json.dumps(to_json(tree))


def test_the_page_shows_the_text_and_what_was_understood() -> None:
    tree = Product((Number(Fraction(2)), Indexed("r", Symbol("t"))))
    made = page(stored(tree), given="2 r_t")
    assert "Your formula 2 r_t Understood as 2" in text(made)
    assert {"math", "msub", "mi"} <= tags(made)


def test_without_a_tree_the_page_shows_no_mathematics() -> None:
    assert "math" not in tags(page("", given="x!"))
    assert "Understood as" not in page("")


@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_a_hostile_name_brings_no_element(payload: str) -> None:
    name = payload.replace("_", "-")[:200].replace("`", "'")
    harmless = "x" * len(name)
    made = page(stored(Symbol(name)), given=name)
    assert elements(made) == elements(page(stored(Symbol(harmless)), given=harmless))


@pytest.mark.parametrize(
    "damaged",
    ["{", "3", "[]", '{"symbol": 3}', '{"markup": "<script>"}', "[" * 100_000, '{"power": [1]}'],
)
def test_what_is_no_tree_is_not_shown(damaged: str) -> None:
    assert formula(damaged) is None
    assert "math" not in tags(page(damaged, given="x"))


def test_hidden_characters_in_a_name_are_made_visible() -> None:
    made = page(stored(Symbol("a\u202eb")))
    assert "\u202e" not in made
    assert "[U+202E]" in made
