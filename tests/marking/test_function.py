from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.authoring import Task, call, drawn, fixed, per_call, whole
from grader.checks import close
from grader.grade import Policy, Verdict
from grader.marking import mark, prepare
from grader.run import Binding, CallResult, CellStatus, FunctionRun, RunStatus
from grader.sheet import Credit, Sheet
from grader.values import Function, Opaque, from_python
from tests.marking.notebook import SEED, Notebook, sheet_of

CALLS = fixed(
    call(2.0, 1.0, public=True),
    call(-3.0, 0.5),
    call(np.array([1.0, -2.0]), 2.0),
    call(0.5, rate=1.5),
) + drawn(lambda random: [call(float(random.uniform(2, 3)), 0.25)])


def step(x: Any, rate: float = 1.0) -> tuple[Any, Any]:
    """The reference that learners approximate here."""
    return x - rate * 2 * x, x**2


def stepping(*, credit: Credit | None = None, show_expected: Policy = "never") -> Sheet:
    task = Task("Steps")

    @task.function(
        points=4,
        calls=CALLS,
        check=close(rtol=1e-6),
        credit=credit or whole(),
        aliases=("update",),
        show_expected=show_expected,
    )
    def descend(
        x: Any, rate: float = 1.0, *, factor: float = 2, sign: float = -1, power: float = 2
    ) -> tuple[Any, Any]:
        """One step downhill, and the value before it."""
        return x + sign * rate * factor * x, np.abs(x) ** power

    @descend.misconception(points=2, switches={"factor": 1})
    def factor_lost() -> None:
        """The derivative of x² is 2x."""

    @descend.misconception(points=1, switches={"sign": 1})
    def uphill() -> None:
        """Downhill means to subtract."""

    @descend.misconception(points=2, switches={"power": 3})
    def cubed() -> None:
        """The value is x², not x³."""

    @descend.accepts
    def momentum_form(x: Any, rate: float = 1.0) -> tuple[Any, Any]:
        """with the negative step."""
        return -rate * 2 * x, x**2

    return sheet_of(task)


SHEET = stepping()


def test_a_right_function_earns_all_points(notebook: Notebook) -> None:
    mark = notebook.function(SHEET, "descend", step).mark(SHEET, "descend")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.CORRECT, 4, "correct")
    assert "all 5 calls" in mark.feedback
    assert mark.where == "`descend` in cell 1"


@pytest.mark.parametrize(
    "form",
    [
        list,
        np.array,
        lambda pair: {"new": pair[0], "before": pair[1]},
        lambda pair: tuple(np.asarray(one, dtype="float32") for one in pair),
        lambda pair: [np.array(one) for one in pair],
    ],
)
def test_the_form_of_the_return_does_not_matter(form: Callable[[Any], Any]) -> None:
    notebook = Notebook().function(SHEET, "descend", lambda x, rate=1.0: form(step(x, rate)))
    mark = notebook.mark(SHEET, "descend")
    assert mark.verdict is Verdict.CORRECT
    told = any("returns a dict" in line for line in mark.details)
    assert told == isinstance(form((1, 2)), dict)


def test_a_known_mistake_is_named(notebook: Notebook) -> None:
    notebook.function(SHEET, "descend", lambda x, rate=1.0: (x - rate * x, x**2))
    mark = notebook.mark(SHEET, "descend")
    assert (mark.verdict, mark.points) == (Verdict.MISCONCEPTION, 2)
    assert mark.note == "misconception:factor_lost"


def test_known_mistakes_combine(notebook: Notebook) -> None:
    notebook.function(SHEET, "descend", lambda x, rate=1.0: (x + rate * x, abs(x) ** 3))
    mark = notebook.mark(SHEET, "descend")
    assert mark.note == "misconception:factor_lost+uphill+cubed"
    assert mark.points == 0.25


def test_a_mistake_has_to_fit_every_call_that_returned(notebook: Notebook) -> None:
    def moody(x: Any, rate: float = 1.0) -> Any:
        return (x - rate * x, x**2) if rate == 1.0 else (5.0, 5.0)

    mark = notebook.function(SHEET, "descend", moody).mark(SHEET, "descend")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.INCORRECT, 0, "incorrect")


def test_a_mistake_is_recognised_beside_calls_that_raise(notebook: Notebook) -> None:
    def fails_on_arrays(x: Any, rate: float = 1.0) -> Any:
        return float(x) - rate * float(x), float(x) ** 2

    mark = notebook.function(SHEET, "descend", fails_on_arrays).mark(SHEET, "descend")
    assert mark.note == "misconception:factor_lost"
    assert any("raised TypeError in cell 1, line 2" in line for line in mark.details)
    whole = Notebook().function(SHEET, "descend", lambda x, rate=1.0: (x - rate * x, x**2))
    assert 0 < (mark.points or 0) < (whole.mark(SHEET, "descend").points or 0)


def test_calls_that_raise_are_no_evidence_for_a_mistake(notebook: Notebook) -> None:
    def fails(x: Any, rate: float = 1.0) -> Any:
        raise ValueError("no")

    mark = notebook.function(SHEET, "descend", fails).mark(SHEET, "descend")
    assert (mark.verdict, mark.points, mark.misconceptions) == (Verdict.INCORRECT, 0, ())
    assert "5 of 5 calls raised an exception" in mark.feedback


def test_an_accepted_variant_has_to_hold_on_all_calls() -> None:
    notebook = Notebook().function(SHEET, "descend", lambda x, rate=1.0: (-rate * 2 * x, x**2))
    mark = notebook.mark(SHEET, "descend")
    assert (mark.verdict, mark.points, mark.note) == (
        Verdict.CORRECT,
        4,
        "accepted:momentum_form",
    )

    def mixed(x: Any, rate: float = 1.0) -> Any:
        return step(x, rate) if rate == 1.0 else (-rate * 2 * x, x**2)

    mark = Notebook().function(SHEET, "descend", mixed).mark(SHEET, "descend")
    assert mark.verdict is Verdict.INCORRECT


def some_calls_wrong(x: Any, rate: float = 1.0) -> Any:
    return step(x, rate) if isinstance(x, float) and x > 0 else (0.1, 0.2)


def test_calls_share_the_points_where_the_author_says_so() -> None:
    sheet = stepping(credit=per_call())
    mark = Notebook().function(sheet, "descend", some_calls_wrong).mark(sheet, "descend")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.PARTIAL, 2.4, "partial:3/5")
    mark = Notebook().function(SHEET, "descend", some_calls_wrong).mark(SHEET, "descend")
    assert (mark.verdict, mark.points) == (Verdict.INCORRECT, 0)


def test_a_partly_right_accepted_variant_shares_the_points() -> None:
    def partly(x: Any, rate: float = 1.0) -> Any:
        return (-rate * 2 * x, x**2) if isinstance(x, float) else (0.1, 0.2)

    sheet = stepping(credit=per_call())
    mark = Notebook().function(sheet, "descend", partly).mark(sheet, "descend")
    assert mark.note == "partial:4/5"


def test_the_first_disagreeing_call_is_shown_without_what_is_expected() -> None:
    mark = Notebook().function(SHEET, "descend", some_calls_wrong).mark(SHEET, "descend")
    line = next(line for line in mark.details if line.startswith("First call"))
    assert "descend(…) gives (0.1, 0.2)" in line, "the call is made at grading alone"
    assert "expected" not in line
    assert mark.error == "3 of 5 calls agree; the largest error is off by 8.8 (98 %)"
    assert mark.given == "(0.1, 0.2)"
    assert mark.hidden.details == ("descend(x=-3.0, rate=0.5) should give (0.0, 9.0).",)
    assert [one.outcome for one in mark.hidden.calls].count("differs") == 2


def test_a_public_call_that_disagrees_is_shown_with_its_arguments() -> None:
    mark = Notebook().function(SHEET, "descend", lambda x, rate=1.0: (0.1, 0.2))
    line = next(one for one in mark.mark(SHEET, "descend").details if one.startswith("First call"))
    public = next(one for one in mark.mark(SHEET, "descend").hidden.calls if one.public)
    assert public.call in line


def test_a_function_that_prints_is_told_to_return(notebook: Notebook) -> None:
    def prints(x: Any, rate: float = 1.0) -> CallResult:
        return CallResult(value=from_python(None), printed="3.0")

    mark = notebook.function(SHEET, "descend", prints).mark(SHEET, "descend")
    assert mark.verdict is Verdict.INCORRECT
    assert "print is not return" in mark.feedback


def test_a_function_that_returns_nothing_is_told_so(notebook: Notebook) -> None:
    mark = notebook.function(SHEET, "descend", lambda x, rate=1.0: None).mark(SHEET, "descend")
    assert "lacks a return" in mark.feedback
    assert mark.given == "None"


def test_a_changed_argument_is_told_and_costs_nothing(notebook: Notebook) -> None:
    def changes(x: Any, rate: float = 1.0) -> CallResult:
        return CallResult(value=from_python(step(x, rate)), mutated=("x",))

    mark = notebook.function(SHEET, "descend", changes).mark(SHEET, "descend")
    assert mark.verdict is Verdict.CORRECT
    assert any("`x` in place" in line for line in mark.details)


def test_a_wrong_signature_is_explained(notebook: Notebook) -> None:
    sentence = "`descend` takes 2 arguments here; yours takes 1: x"
    run = FunctionRun(question="task.descend", name="descend", cell=1, refusal=sentence)
    notebook.code("def descend(x): ...").functions.append(run)
    mark = notebook.mark(SHEET, "descend")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.INCORRECT, 0, "signature")
    assert sentence in mark.feedback


def test_calls_that_could_not_be_made_are_explained() -> None:
    def without_rate(x: Any, rate: float | None = None) -> Any:
        if rate is not None and rate != 1.0:
            return CallResult(refusal="your `descend` has no parameter `rate`")
        return step(x)

    sheet = stepping(credit=per_call())
    mark = Notebook().function(sheet, "descend", without_rate).mark(sheet, "descend")
    assert mark.note == "partial:1/5"
    assert any("no parameter `rate`" in line for line in mark.details)


def test_calls_that_were_not_reached_do_not_agree() -> None:
    notebook = Notebook().function(SHEET, "descend", step, reached=3)
    mark = notebook.ended(RunStatus.DIED).mark(SHEET, "descend")
    assert (mark.verdict, mark.points) == (Verdict.INCORRECT, 0)
    assert "2 of 5 calls were not reached" in mark.feedback
    sheet = stepping(credit=per_call())
    notebook = Notebook().function(sheet, "descend", step, reached=3).ended(RunStatus.DIED)
    assert notebook.mark(sheet, "descend").note == "partial:3/5"


def test_a_call_that_takes_too_long_does_not_agree() -> None:
    def slow(x: Any, rate: float = 1.0) -> Any:
        return CallResult(timed_out=True) if isinstance(x, np.ndarray) else step(x, rate)

    mark = Notebook().function(SHEET, "descend", slow).mark(SHEET, "descend")
    assert mark.verdict is Verdict.INCORRECT
    assert "took too long" in mark.feedback


def test_calls_lost_without_a_reason_are_our_own_failure() -> None:
    notebook = Notebook().function(SHEET, "descend", step, reached=3)
    mark = notebook.mark(SHEET, "descend")
    assert (mark.verdict, mark.points) == (Verdict.GRADER_ERROR, None)


def test_a_result_that_cannot_be_read_goes_to_a_person() -> None:
    def evil(x: Any, rate: float = 1.0) -> Any:
        return Opaque(type="Evil") if rate == 0.5 else step(x, rate)

    mark = Notebook().function(SHEET, "descend", evil).mark(SHEET, "descend")
    assert (mark.verdict, mark.points, mark.note) == (
        Verdict.NEEDS_REVIEW,
        None,
        "undecidable:opaque",
    )


def test_what_is_plainly_wrong_beside_an_unreadable_result_is_wrong() -> None:
    def evil(x: Any, rate: float = 1.0) -> Any:
        return Opaque(type="Evil") if rate == 0.5 else (0.0, 0.0)

    assert Notebook().function(SHEET, "descend", evil).mark(SHEET, "descend").points == 0
    sheet = stepping(credit=per_call())
    mark = Notebook().function(sheet, "descend", evil).mark(sheet, "descend")
    assert mark.verdict is Verdict.NEEDS_REVIEW


def test_a_salvaged_function_counts_and_that_is_said() -> None:
    notebook = Notebook().function(SHEET, "descend", step, salvaged=True)
    mark = notebook.mark(SHEET, "descend")
    assert mark.verdict is Verdict.CORRECT
    assert any("Cell 1 failed" in line for line in mark.details)


def test_an_alias_of_a_function_is_told() -> None:
    mark = Notebook().function(SHEET, "descend", step, name="update").mark(SHEET, "descend")
    assert mark.verdict is Verdict.CORRECT
    assert any("`update` was taken for `descend`" in line for line in mark.details)


def test_a_function_that_is_not_there_is_missing(notebook: Notebook) -> None:
    mark = notebook.code("pass").mark(SHEET, "descend")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.MISSING, 0, "missing")
    assert "No function named `descend`" in mark.feedback


def test_a_function_that_was_defined_but_never_called_goes_to_a_person() -> None:
    notebook = Notebook().code("def descend(x, rate): ...").ended(RunStatus.DIED)
    notebook.bindings.append(Binding(name="descend", cell=1, value=Function(name="descend")))
    mark = notebook.mark(SHEET, "descend")
    assert (mark.verdict, mark.note) == (Verdict.NEEDS_REVIEW, "not_run")


def test_a_function_in_a_cell_that_never_ran_goes_to_a_person() -> None:
    notebook = Notebook().code("exit()", status=CellStatus.KILLED)
    notebook.code("def descend(x, rate):\n    return x", status=CellStatus.NOT_RUN)
    assert notebook.ended(RunStatus.DIED).mark(SHEET, "descend").note == "not_run"


def test_formulas_in_prose_go_to_a_person_and_mere_numbers_do_not() -> None:
    formula = Notebook().prose(r"$x - \alpha 2x$").mark(SHEET, "descend")
    assert formula.note == "prose_only"
    assert Notebook().prose("I am 21.").mark(SHEET, "descend").verdict is Verdict.MISSING


def test_references_are_called_once_for_all_learners() -> None:
    counted: list[float] = []
    task = Task("T")

    @task.function(points=1, calls=fixed(call(1.0), call(2.0)), check=close(rtol=1e-6))
    def double(x: float) -> float:
        """Twice."""
        counted.append(x)
        return 2 * x

    sheet = sheet_of(task)
    prepared = prepare(sheet, seed=SEED)
    for _ in range(3):
        notebook = Notebook().function(sheet, "double", lambda x: 2 * x)
        assert mark(prepared, notebook.submission, notebook.run).points == 1
    assert counted == [1.0, 2.0]


def test_a_reference_that_changes_its_arguments_gets_fresh_ones() -> None:
    task = Task("T")
    start = np.array([1.0, 2.0])

    @task.function(points=1, calls=fixed(call(start), call(start)), check=close(rtol=1e-6))
    def double(x: Any) -> Any:
        """Twice."""
        x *= 2
        return x

    sheet = sheet_of(task)
    notebook = Notebook().function(sheet, "double", lambda x: 2 * x)
    assert notebook.mark(sheet, "double").verdict is Verdict.CORRECT


def test_drawn_calls_depend_on_the_seed_alone() -> None:
    one, again, other = (prepare(SHEET, seed=seed) for seed in (1, 1, 2))
    assert one.functions["descend"].calls == again.functions["descend"].calls
    assert one.functions["descend"].calls != other.functions["descend"].calls


def test_a_right_function_keeps_its_points_at_any_size_of_its_report() -> None:
    def remarks(x: Any, rate: float = 1.0) -> CallResult:
        names = tuple(f"name{i}" for i in range(1000))
        return CallResult(value=from_python(step(x, rate)), mutated=names)

    notebook = Notebook().function(SHEET, "descend", remarks)
    mark = notebook.mark(SHEET, "descend")
    assert mark.verdict is Verdict.CORRECT
    assert len(mark.details) < 100
    assert replace(mark, details=()).feedback


def test_float32_may_lose_digits_where_terms_cancel_and_float64_may_not() -> None:
    task = Task("Cancellation")

    @task.function(points=1, calls=fixed(call(1.0, 0.9999)), check=close(rtol=1e-6))
    def difference(a: float, b: float) -> float:
        """Difference of two numbers."""
        return a - b

    def in_float32(a: float, b: float) -> Any:
        return np.float32(a) - np.float32(b)

    def in_float64(a: float, b: float) -> Any:
        return float(in_float32(a, b))

    def wrong_in_float32(a: float, b: float) -> Any:
        return np.float32(1.01) * in_float32(a, b)

    for answer, verdict in (
        (in_float32, Verdict.CORRECT),
        (in_float64, Verdict.INCORRECT),
        (wrong_in_float32, Verdict.INCORRECT),
    ):
        sheet = sheet_of(task)
        assert (
            Notebook().function(sheet, "difference", answer).mark(sheet, "difference").verdict
            is verdict
        )


def test_of_several_definitions_the_report_says_which_counts(notebook: Notebook) -> None:
    notebook.function(SHEET, "descend", lambda x, rate=1.0: x)
    notebook.function(SHEET, "descend", step)
    function = Function(name="descend")
    notebook.bindings += [Binding(name="descend", cell=cell, value=function) for cell in (1, 2)]
    notebook.functions.pop(0)
    mark = notebook.mark(SHEET, "descend")
    assert any("in 2 cells (1, 2); the last one counts" in one for one in mark.details)
