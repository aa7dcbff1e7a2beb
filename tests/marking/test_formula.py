"""Formulas in Markdown: where they are found, and what is said of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import course, marking
from grader.formula import from_json, to_text
from grader.grade import Verdict
from grader.marking.markdown import passages
from tests.conftest import FORMULA_COURSE
from tests.marking.notebook import SEED, Notebook

SHEET = course.load(FORMULA_COURSE, "moments")
PREPARED = marking.prepare(SHEET, seed=SEED)
RIGHT = r"$\hat m_t = \frac{m_t}{1-\beta^t}$"
WRONG = r"$\hat m_t = m_t$"

DECIDED = [
    # How the same right answer may be written.
    (RIGHT, "CORRECT", "correct"),
    (r"$$\hat{m}_t=\frac{m_t}{1-\beta_1^t}$$", "CORRECT", "correct"),
    ("\\begin{align}\n\\hat m_t &= m_t\\,(1-\\beta^t)^{-1}\n\\end{align}", "CORRECT", "correct"),
    ("\\[ \\hat m^t = m^t/(1-\\beta^t) \\]", "CORRECT", "correct"),
    ("m_hat = m/(1-beta^t)", "CORRECT", "correct"),
    ("- **m_hat = m / (1 - beta**t)**", "CORRECT", "correct"),
    ("> a) `m_hat = m / (1 - beta**t)`", "CORRECT", "correct"),
    (r"$\hat m_t$ = $m_t/(1-\beta^t)$", "CORRECT", "correct"),
    (r"m̂ = m/(1−β₁ᵗ)", "CORRECT", "correct"),
    (
        r"The corrected moment is $\hat m_t := \frac{m_t}{1-\beta^t}$, as shown.",
        "CORRECT",
        "correct",
    ),
    ("```\nm_hat = m/(1-beta^t)\n```", "CORRECT", "correct"),
    # Chains.
    (r"$$\hat m_t = \frac{2m_t}{2-2\beta^t} = \frac{m_t}{1-\beta^t}$$", "CORRECT", "correct"),
    (r"$$\hat m_t = m_t = \frac{m_t}{1-\beta^t}$$", "CORRECT", "chain_broken"),
    (r"$$\hat m_t = \frac{m_t}{1-\beta^t} = m_t$$", "NEEDS_REVIEW", "undecidable:chain"),
    ("$$\\hat m_t = m_t$$\n\n$$= \\frac{m_t}{1-\\beta^t}$$", "CORRECT", "chain_broken"),
    (r"$$\hat m_t = \frac{m_t}{1-\beta^t} = \binom{m}{t}$$", "CORRECT", "correct"),
    (r"$$\hat m_t = m_t = \binom{m}{t}$$", "NEEDS_REVIEW", "undecidable:formula"),
    (r"$$\hat m_t < \frac{m_t}{1-\beta^t}$$", "NEEDS_REVIEW", "undecidable:formula"),
    # Mistakes and variants.
    (WRONG, "INCORRECT", "incorrect"),
    (
        r"$\hat m_t = \frac{m_t}{(1-\beta)^t}$",
        "MISCONCEPTION",
        "misconception:exponent_on_the_difference",
    ),
    (r"m_hat = m_t - m_t*beta^t", "MISCONCEPTION", "misconception:multiplied"),
    (
        r"$\hat m_t = \frac{m_t}{1-\beta^t+\epsilon}$",
        "CORRECT",
        "accepted:with_a_small_constant",
    ),
    (r"$\hat m_t = \frac{m_t g}{g(1-\beta^t)}$", "NEEDS_REVIEW", "form"),
    # What is not surely read is never wrong.
    (r"$\hat m_t = \frac{m_t}{1-\gamma^t}$", "NEEDS_REVIEW", "undecidable:formula"),
    (r"$\hat m_t = \frac{m_t}{1-\beta^t$", "NEEDS_REVIEW", "undecidable:formula"),
    (r"$\hat m_t = $", "NEEDS_REVIEW", "undecidable:formula"),
    ("m_hat = 1/2m", "NEEDS_REVIEW", "undecidable:formula"),
    ("m_hat = m divided by 1-beta^t", "NEEDS_REVIEW", "undecidable:formula"),
    (r"$\hat m_t = \ln(m_t)$", "INCORRECT", "incorrect"),
    (r"$\hat m_t = \beta \hat m_t + m_t$", "NEEDS_REVIEW", "undecidable:equality"),
    # Not under the name that is asked for.
    (r"Divide: $\frac{m_t}{1-\beta^t}$", "NEEDS_REVIEW", "unnamed_formula"),
    (r"$\hat m_1 = \frac{m_1}{1-\beta}$", "NEEDS_REVIEW", "unnamed_formula"),
    (r"$\frac{m_t}{1-\beta^t} = \hat m_t$", "NEEDS_REVIEW", "unnamed_formula"),
    ("Adam's m_hat = m/(1-beta^t", "NEEDS_REVIEW", "unnamed_formula"),
    ("m_hat: m/(1-beta^t)", "NEEDS_REVIEW", "unnamed_formula"),
    ("Divide m by 1-beta^t.", "NEEDS_REVIEW", "unnamed_formula"),
    ("The moment m_hat is m over one minus the power of beta.", "NEEDS_REVIEW", "unnamed_formula"),
    (rf"{WRONG}, corrected: $\frac{{m_t}}{{1-\beta^t}}$", "NEEDS_REVIEW", "undecidable:places"),
    ("Here $\\beta$ is close to one, and so is $t$.", "MISSING", "missing"),
    (r"<!-- $\hat m_t = \frac{m_t}{1-\beta^t}$ -->", "NEEDS_REVIEW", "unnamed_formula"),
    (r"$\Delta = \text{sign}(g)$", "MISSING", "missing"),
    ("", "MISSING", "missing"),
]


@pytest.mark.parametrize(("text", "verdict", "note"), DECIDED)
def test_an_answer_is_decided(notebook: Notebook, text: str, verdict: str, note: str) -> None:
    mark = notebook.prose(text).mark(SHEET, "m_hat")
    assert (mark.verdict, mark.note) == (verdict, note), mark
    assert (mark.points is None) == (verdict == "NEEDS_REVIEW")


def test_the_mark_shows_text_place_tree_and_counterexample(notebook: Notebook) -> None:
    notebook.prose("## 2a").prose("So:\n\n$$\\hat m_t = \\frac{m_t}{(1-\\beta)^t}$$")
    mark = notebook.mark(SHEET, "m_hat")
    assert mark.given == r"\hat m_t = \frac{m_t}{(1-\beta)^t}"
    assert mark.where == "cell 2, line 3"
    assert to_text(from_json(json.loads(mark.understood))) == "m/(1 - beta)**t"
    assert mark.misconceptions == ("exponent_on_the_difference",)
    assert mark.points == 1
    assert mark.counterexample is not None
    assert {"beta", "m", "t"} == {name for name, _ in mark.counterexample.at}
    assert mark.expected == ""


def test_an_expected_value_shows_only_where_the_author_shows_it(notebook: Notebook) -> None:
    grade = notebook.prose(WRONG).prose(r"$\Delta = 2g$").grade(SHEET)
    hidden, public = grade.questions
    assert hidden.counterexample and public.counterexample
    assert ", not " in hidden.hidden.details[0] and hidden.hidden.expected
    assert ", not " in public.hidden.details[0]
    assert not hidden.details
    assert public.expected and not hidden.expected


def test_small_parameters_may_be_dropped(notebook: Notebook) -> None:
    mark = notebook.prose(r"$\Delta = \frac{g}{\sqrt{g^2}}$").mark(SHEET, "first_step")
    assert (mark.verdict, mark.note) == (Verdict.CORRECT, "up_to:eps")
    assert "eps is taken as zero" in mark.feedback


def test_the_place_below_the_heading_counts_and_the_other_is_told(notebook: Notebook) -> None:
    notebook.prose(f"## 2a\n{RIGHT}").prose(f"## Remarks\n{WRONG}")
    mark = notebook.mark(SHEET, "m_hat")
    assert (mark.verdict, mark.where) == (Verdict.CORRECT, "cell 1, line 2")
    assert any("cell 2, line 2" in line and "counts less" in line for line in mark.details)


def test_the_tag_of_the_starter_counts_most(notebook: Notebook) -> None:
    notebook.prose(RIGHT, answers="moments.m_hat").prose(f"## 2a\n{WRONG}")
    assert notebook.mark(SHEET, "m_hat").verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "cells", [(RIGHT, WRONG), (WRONG, RIGHT), (f"## 2a\n{WRONG}", f"## Remarks\n{RIGHT}")]
)
def test_places_that_disagree_go_to_a_person(notebook: Notebook, cells: tuple[str, ...]) -> None:
    for cell in cells:
        notebook.prose(cell)
    mark = notebook.mark(SHEET, "m_hat")
    assert (mark.verdict, mark.note) == (Verdict.NEEDS_REVIEW, "undecidable:places")


def test_the_starters_own_equation_is_no_answer(notebook: Notebook) -> None:
    starter = "## 2a\nWrite $\\hat m_t = \\dots$"
    notebook.prose(f"{starter}\n\n{RIGHT}")
    mark = notebook.mark(SHEET, "m_hat", boilerplate=[starter])
    assert (mark.verdict, mark.note) == (Verdict.CORRECT, "correct")
    assert Notebook().prose(starter).mark(SHEET, "m_hat", boilerplate=[starter]).points == 0


@pytest.mark.parametrize(
    "source",
    [
        "m_hat = m / (1 - beta**t)",
        "def m_hat(m): ...",
        "# m_hat = m/(1-beta^t)",
        "# $\\hat m_t = m_t$",
        "# $\\frac{m}{2}$",
    ],
)
def test_code_and_comments_are_left_to_a_person(notebook: Notebook, source: str) -> None:
    mark = notebook.code(source).mark(SHEET, "m_hat")
    assert (mark.verdict, mark.note) == (Verdict.NEEDS_REVIEW, "undecidable:code")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("m over 1 - b to the t", "NEEDS_REVIEW"), ("m_hat\n\n(your answer here)", "MISSING")],
)
def test_a_cell_tagged_for_the_question_is_missing_only_where_it_is_blank(
    notebook: Notebook, text: str, verdict: str
) -> None:
    assert notebook.prose(text, answers="moments.m_hat").mark(SHEET, "m_hat").verdict == verdict


def test_a_variable_inside_of_a_function_is_no_answer(notebook: Notebook) -> None:
    notebook.code("def step(m, beta, t):\n    m_hat = m / (1 - beta**t)\n    return m_hat")
    assert notebook.mark(SHEET, "m_hat").verdict is Verdict.MISSING


def test_too_much_to_read_is_never_wrong(notebook: Notebook) -> None:
    notebook.prose("\n".join([WRONG, *["$q = q$"] * 20_000, RIGHT]))
    mark = notebook.mark(SHEET, "m_hat")
    assert mark.verdict is Verdict.NEEDS_REVIEW


PIECES = st.sampled_from(
    ["$", "$$", "\\[", "\\]", "\\(", "\\)", "`", "```", "\n", "\n\n", "#", "=", "<!--", "-->",
     "\\begin{align}", "\\end{align}", "\\hat m_t", "m_t", "\\frac{", "}", "^t", "(1-\\beta)", " "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markdown_is_marked(text: str) -> None:
    notebook = Notebook().prose(text)
    grade = marking.mark(PREPARED, notebook.submission, notebook.run)
    assert all(one.verdict is not Verdict.GRADER_ERROR for one in grade.questions)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_passages_are_in_order_and_from_the_text(text: str) -> None:
    found = list(passages(text))
    assert all(1 <= one.line <= text.count("\n") + 1 for one in found)
    lines = [one.line for one in found]
    assert lines == sorted(lines)
