"""A learner's steps as a page shows them: mathematics, a word for each, the place."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.formula import Number, Symbol, Tree, to_json
from grader.grade import ChainSide, ChainStep, Counterexample, StepOutcome
from grader.report import learner_report, plainly, words
from grader.report.answers import Answer
from tests.report import samples
from tests.report.pages import elements, tags, text


def side(shown: str, tree: Tree | None = None) -> ChainSide:
    return ChainSide(text=shown, understood=json.dumps(to_json(tree)) if tree else "")


A, B, C = side("a", Symbol("alpha")), side("13,2", Number(Fraction(66, 5))), side("c!")


def step(
    left: ChainSide, right: ChainSide, outcome: StepOutcome, sentence: str = "So."
) -> ChainStep:
    return ChainStep(
        left=left, relation="≈", right=right, outcome=outcome, sentence=sentence, where="line 4"
    )


def page(*chain: ChainStep, counterexample: Counterexample | None = None) -> str:
    grade = samples.graded("ada", samples.correct_marks())
    first = replace(grade.questions[0], chain=chain, counterexample=counterexample)
    grade = replace(grade, questions=(first, *grade.questions[1:]))
    return learner_report(grade, None, None, samples.SHEET, samples.ENVIRONMENT)


@pytest.mark.parametrize("outcome", list(StepOutcome))
def test_each_outcome_stands_in_words(outcome: StepOutcome) -> None:
    made = page(step(A, B, outcome, "It is `so`."))
    assert f"≈ 13.2 {words.STEP[outcome]} It is so. (line 4)" in text(made)


def test_a_side_is_set_once_and_as_mathematics_where_it_was_read() -> None:
    made = page(step(A, B, StepOutcome.HOLDS), step(B, C, StepOutcome.DOES_NOT_HOLD))
    assert {"math", "mi", "mn"} <= tags(made)
    assert [tag for tag, _ in elements(made)].count("math") == 2
    assert "α ≈ 13.2 Holds" in text(made)
    assert "≈ c! Does not hold" in text(made)


def test_without_steps_there_is_no_list_of_them() -> None:
    assert "Your steps" not in page()


def test_a_counterexample_is_shown_with_the_learners_value_alone() -> None:
    example = Counterexample(at=(("beta1", "0.19"), ("t", "5")), given="-8.6")
    hidden = text(page(counterexample=example))
    assert "At β1 = 0.19, t = 5 yours is -8.6, which is not the expected value." in hidden


def test_in_plain_text_steps_and_counterexample_are_there_as_well() -> None:
    mark = replace(
        samples.correct_marks()[0],
        chain=(step(B, C, StepOutcome.DOES_NOT_HOLD, "It is 3."),),
        counterexample=Counterexample(at=(("t", "5"),), given="-8.6"),
    )
    told = plainly.of_answer(Answer(head=samples.SHEET.questions[0], mark=mark, anchor="a"))
    assert "- 13,2 ≈ c!: Does not hold. It is 3. (line 4)" in told
    assert "Where they differ: At t = 5 yours is -8.6" in told


def test_a_counterexample_without_names_is_said() -> None:
    made = text(page(counterexample=Counterexample(at=(), given="3")))
    assert "Yours is 3, which is not the expected value." in made
