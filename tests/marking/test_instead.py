"""What is not answered itself may be answered by other questions, where the author says so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import verification
from grader.authoring import Task, call, fixed, per_call
from grader.checks import close, exact
from grader.formula import Declared
from grader.formula.domains import real
from grader.grade import Mark, Verdict
from grader.marking import marks as grading
from grader.sheet import Sheet
from tests.marking.notebook import Notebook, sheet_of

X = (Declared(name="x"),)
DOMAINS = {"x": real()}


def made() -> Sheet:
    task = Task("Doubling")

    @task.function(
        points=4,
        calls=fixed(call(1.0), call(-2.0)),
        check=close(rtol=1e-6),
        credit=per_call(),
        instead=("rule", "slope"),
    )
    def double(x: float, *, factor: float = 2.0) -> float:
        """Twice."""
        return factor * x

    @double.misconception(points=1, switches={"factor": 3.0})
    def thrice() -> None:
        """Twice, not three times."""

    @task.formula(points=3, symbols=X, domains=DOMAINS, instead="double")
    def rule() -> str:
        """Twice, as a formula."""
        return "2*x"

    @rule.misconception(points=1.5)
    def rule_thrice() -> str:
        """Twice, not three times."""
        return "3*x"

    @task.formula(points=1, symbols=X, domains=DOMAINS, instead="double")
    def slope() -> str:
        """Its slope."""
        return "2"

    @task.value(points=1, check=exact(), instead=("rule",))
    def at_three() -> float:
        """Twice three."""
        return 6.0

    return sheet_of(task)


SHEET = made()


def marks(notebook: Notebook) -> dict[str, Mark]:
    return {one.question.partition(".")[2]: one for one in notebook.grade(SHEET).questions}


def found(notebook: Notebook, name: str) -> tuple[str, float | None, str]:
    mark = marks(notebook)[name]
    return str(mark.verdict), mark.points, mark.note


def program(function: Any) -> Notebook:
    return Notebook().function(SHEET, "double", function)


def test_a_right_program_answers_the_formulas() -> None:
    notebook = program(lambda x: 2 * x)
    assert found(notebook, "rule") == ("CORRECT", 3, "instead:double")
    assert found(notebook, "slope") == ("CORRECT", 1, "instead:double")
    assert marks(notebook)["rule"].feedback == "Answered by `double`."


def test_right_formulas_answer_the_program() -> None:
    notebook = Notebook().prose("rule = 2x").prose("slope = 2")
    assert found(notebook, "double") == ("CORRECT", 4, "instead:rule+slope")
    assert marks(notebook)["double"].feedback == "Answered by `rule`, `slope`."


def test_formulas_set_as_mathematics_answer_the_program_that_is_sought_in_prose() -> None:
    notebook = Notebook().prose("$rule = 2x$").prose("$slope = 2$")
    assert found(notebook, "double") == ("CORRECT", 4, "instead:rule+slope")


def test_the_share_of_what_was_shown_is_given() -> None:
    assert found(Notebook().prose("slope = 2"), "double") == ("PARTIAL", 1, "instead:slope")
    notebook = Notebook().prose("rule = 3x").prose("slope = 2")
    assert found(notebook, "double") == ("PARTIAL", 2.5, "instead:rule+slope")


def test_the_mistake_of_the_only_other_is_told_with_its_share() -> None:
    mark = marks(program(lambda x: 3 * x))["rule"]
    assert (mark.verdict, mark.points) == (Verdict.MISCONCEPTION, 0.75)
    assert mark.misconceptions == ("thrice",)
    assert found(program(lambda x: 2 * abs(x)), "rule") == ("PARTIAL", 1.5, "instead:double")


@pytest.mark.parametrize("name", ["rule", "slope", "at_three"])
def test_a_wrong_answer_elsewhere_earns_nothing_here(name: str) -> None:
    assert found(program(lambda x: 5.0), name) == ("MISSING", 0, "missing")


def test_only_what_was_answered_itself_counts() -> None:
    # The formula is answered by the program, and so it answers nothing in its turn.
    assert found(program(lambda x: 2 * x), "at_three") == ("MISSING", 0, "missing")
    assert found(Notebook().prose("rule = 2x"), "at_three") == ("CORRECT", 1, "instead:rule")


def test_what_is_answered_is_judged_by_its_own_answer() -> None:
    notebook = program(lambda x: 2 * x).prose("rule = 3x")
    assert marks(notebook)["rule"].verdict is Verdict.MISCONCEPTION


def test_a_person_who_decides_the_other_decides_this_one() -> None:
    notebook = Notebook().prose("$rule = q$")
    assert found(notebook, "double") == ("NEEDS_REVIEW", None, "instead:rule")


def test_a_formula_that_was_not_read_is_not_worth_less_than_it_may_be() -> None:
    notebook = program(lambda x: 3 * x).prose("It is $2x$.")
    assert found(notebook, "rule") == ("NEEDS_REVIEW", None, "unnamed_formula")
    notebook = program(lambda x: 2 * x).prose("It is $2x$.")
    assert found(notebook, "rule") == ("CORRECT", 3, "instead:double")


def not_written(x: float) -> float:
    raise NotImplementedError


def test_a_function_that_is_not_written_yet_is_not_answered() -> None:
    notebook = program(not_written).prose("rule = 2x").prose("slope = 2")
    assert found(notebook, "double") == ("CORRECT", 4, "instead:rule+slope")
    assert found(program(not_written), "rule") == ("MISSING", 0, "missing")
    assert found(program(not_written), "double") == ("INCORRECT", 0, "incorrect")


def test_the_starters_function_is_not_answered() -> None:
    starter = "def double(x):\n    pass"
    notebook = Notebook().function(SHEET, "double", lambda x: None, source=starter)
    notebook.prose("rule = 2x").prose("slope = 2")
    grade = notebook.grade(SHEET, boilerplate=[starter])
    assert [one.verdict for one in grade.questions[:3]] == [Verdict.CORRECT] * 3
    assert found(notebook, "double") == ("INCORRECT", 0, "incorrect")


def test_our_own_failure_there_is_not_the_learners_fault_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(case: object, question: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(grading._JUDGES, "function", broken)
    assert found(Notebook(), "rule") == ("GRADER_ERROR", None, "instead:double")


ANSWERS = st.tuples(
    st.sampled_from([None, lambda x: 2 * x, lambda x: 3 * x, lambda x: 2 * abs(x), not_written]),
    st.sampled_from(["", "rule = 2x", "rule = 3x", "rule = x", "$rule = q$", "It is $2x$."]),
    st.sampled_from(["", "slope = 2", "slope = 3"]),
)


@given(ANSWERS)
def test_answering_more_questions_rightly_never_costs_points(answers: tuple[Any, str, str]) -> None:
    function, rule, slope = answers
    notebook = Notebook() if function is None else program(function)
    for text in filter(None, (rule, slope)):
        notebook.prose(text)
    before = notebook.grade(SHEET)
    assert all((one.points or 0) <= one.max_points for one in before.questions)
    if not slope:
        assert notebook.prose("slope = 2").grade(SHEET).points >= before.points


def test_nothing_answers_nothing() -> None:
    assert {one.verdict for one in marks(Notebook()).values()} == {Verdict.MISSING}


def test_verify_holds_that_right_answers_elsewhere_earn_all() -> None:
    findings = [one for one in verification.proofread(SHEET) if "instead" in one.what]
    assert [one.level for one in findings] == ["ok"] * 4


def test_verify_tells_an_answer_elsewhere_that_earns_nothing() -> None:
    task = Task("Texts")

    @task.value(points=1, check=exact(), instead=("reason",))
    def corners() -> int:
        """Corners of a square."""
        return 4

    @task.text(points=1)
    def reason() -> None:
        """Why?"""

    findings = [one for one in verification.proofread(sheet_of(task)) if "instead" in one.what]
    assert [one.level for one in findings] == ["error"]
