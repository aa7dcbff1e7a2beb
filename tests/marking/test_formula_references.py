"""What an author of a formula question may get wrong: one sentence with place and remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader import verification
from grader.authoring import Task
from grader.errors import AuthorError
from grader.formula import Declared
from grader.formula.domains import fraction, positive, real
from grader.formula.form import ClosedForm, InTermsOf
from grader.marking import prepare
from grader.questions import QuestionBuilder
from grader.sheet import Sheet
from tests.marking.notebook import SEED, Notebook, sheet_of

SYMBOLS = (
    Declared(name="x"),
    Declared(name="beta", spellings=(r"\beta",)),
    Declared(name="r", spellings=("r_*",)),
)
DOMAINS = {"x": positive(), "beta": fraction(), "r_*": real()}


def asked(text: Any, **terms: Any) -> tuple[Task, QuestionBuilder]:
    task = Task("Formulas")
    terms = {"symbols": SYMBOLS, "domains": DOMAINS, "points": 2, **terms}

    @task.formula(**terms)
    def rate() -> Any:
        """The rate."""
        return text

    return task, rate


def sheet(text: Any = "1 - beta", **terms: Any) -> Sheet:
    return sheet_of(asked(text, **terms)[0])


def with_mistake(text: str, **terms: Any) -> Sheet:
    task, rate = asked("1 - beta", **terms)

    @rate.misconception(points=1)
    def turned() -> str:
        """It is the other way round."""
        return text

    return sheet_of(task)


REFUSED: list[tuple[Callable[[], Sheet], list[str]]] = [
    (lambda: sheet(r"\binom{x}{2}"), [r"'\\binom{x}{2}'", "a binomial is not read"]),
    (lambda: sheet("1 - betta"), ["“betta” is no declared name", "symbols="]),
    (lambda: sheet("1/2x"), ["readings", "write brackets"]),
    (lambda: sheet("rate = 1 - beta"), ["“=” stands inside"]),
    (lambda: sheet(3), ["gives 3", "return a formula as text"]),
    (lambda: sheet(" "), ["return a formula as text"]),
    (lambda: sheet("log(-x)"), ["cannot be compared", "domains="]),
    (lambda: sheet("1 - beta", domains={"x": real()}), ["Not declared", "beta", "domains="]),
    (lambda: sheet(domains={**DOMAINS, "bta": real()}), ["domain 'bta'", "did you mean 'beta'?"]),
    (lambda: sheet(small=("eps",)), ["small parameter 'eps'", "known are x, beta"]),
    (lambda: sheet(answer=("x", r"\frac{x}{\beta}")), []),
    (lambda: sheet(definitions={"y": "x"}), ["definition 'y'", "known are x, beta"]),
    (lambda: sheet(definitions={"x": "1/2q"}), ["the definition of x", "'1/2q'"]),
    (lambda: sheet(answer=("3",)), ["'3'"]),
    (lambda: sheet("r_1", form=(InTermsOf(("x",)),)), ["has not the form", "r_1 is left"]),
    (lambda: sheet("1", form=(ClosedForm(),), series=True), []),
    (lambda: with_mistake("beta - 1"), []),
    (lambda: with_mistake("-beta + 1"), ["turned", "it counts as right", "1 - beta"]),
    (lambda: with_mistake("1 -"), ["turned", "'1 -'", "is not read"]),
    (lambda: with_mistake("1 + gamma"), ["turned", "“gamma” is no declared name"]),
    (lambda: with_mistake("log(beta - 1)"), ["turned", "is not told from the reference"]),
    (lambda: with_mistake("1 - beta + x", small=("x",)), ["turned", "it counts as right"]),
]


@pytest.mark.parametrize(("make", "parts"), REFUSED)
def test_a_mistake_of_the_authors_is_one_sentence_with_its_place(
    make: Callable[[], Sheet], parts: list[str]
) -> None:
    made = make()
    if not parts:
        assert prepare(made, seed=SEED).formulas["rate"].question.id == "task.rate"
        return
    with pytest.raises(AuthorError) as refused:
        prepare(made, seed=SEED)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert "test_formula_references.py, line " in sentence
    for part in parts:
        assert part in sentence, sentence


def test_a_single_spelling_needs_no_tuple() -> None:
    reference = prepare(sheet(answer=r"\hat y", small="beta"), seed=SEED).formulas["rate"]
    assert reference.spellings == (r"\hat y", "rate")
    assert reference.terms.small == ("beta",)


def test_two_questions_with_one_left_side_are_refused() -> None:
    task, _ = asked("1 - beta", answer=("y",))

    @task.formula(points=1, symbols=SYMBOLS, domains=DOMAINS, answer=("y",))
    def other() -> str:
        """Another one."""
        return "x"

    with pytest.raises(AuthorError, match=r"'y' is the left side of task\.other and of task\.rate"):
        prepare(sheet_of(task), seed=SEED)


def test_a_formula_takes_no_parameters() -> None:
    task, _ = asked("1 - beta")

    @task.formula(points=1, symbols=SYMBOLS, domains=DOMAINS)
    def twice(rate: str) -> str:
        """Twice the rate."""
        return f"2({rate})"

    with pytest.raises(AuthorError, match="has the parameter 'rate'"):
        prepare(sheet_of(task), seed=SEED)


def two_mistakes(first: str, second: str) -> Sheet:
    task, rate = asked(r"1-\beta", answer=(r"\rho", r"\rho_*"))
    for name, text in (("one", first), ("other", second)):

        def mistake(text: str = text) -> str:
            """It is not so."""
            return text

        mistake.__name__ = name
        rate.misconception(points=1)(mistake)
    return sheet_of(task)


def levels(sheet: Sheet) -> dict[str, str]:
    return {one.what.rpartition(" ")[2]: one.level for one in verification.proofread(sheet)}


def test_verify_holds_each_misconception_to_itself() -> None:
    found = levels(two_mistakes(r"1+\beta", r"\frac{1}{\beta}"))
    assert (found["one"], found["other"], "error" in found.values()) == ("ok", "ok", False)


def test_verify_warns_of_misconceptions_that_are_equal() -> None:
    found = levels(two_mistakes("2-2*beta", r"2(1-\beta)"))
    assert (found["one"], found["other"]) == ("warning", "warning")


def test_verify_refuses_a_misconception_that_is_an_accepted_variant() -> None:
    task, rate = asked("1 - beta")

    @rate.accepts
    def doubled() -> str:
        """Twice as much."""
        return "2 - 2*beta"

    @rate.misconception(points=1)
    def twice() -> str:
        """It is half of it."""
        return "2*(1 - beta)"

    found = levels(sheet_of(task))
    assert (found["doubled"], found["twice"]) == ("ok", "error")


def test_mistakes_by_switches_combine() -> None:
    task = Task("Formulas")

    @task.formula(points=4, symbols=SYMBOLS, domains=DOMAINS)
    def rate(*, sign: str = "-", factor: str = "x") -> str:
        """The rate."""
        return f"{factor}*(1 {sign} beta)"

    @rate.misconception(points=2, switches={"sign": "+"})
    def plus() -> None:
        """The sign is a minus."""

    @rate.misconception(points=2, switches={"factor": "2"})
    def two() -> None:
        """The factor is x."""

    mark = Notebook().prose("rate = 2 + 2beta").mark(sheet_of(task), "rate")
    assert (mark.note, mark.points) == ("misconception:plus+two", 1)
