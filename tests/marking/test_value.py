from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring import Task, per_entry
from grader.checks import close, exact
from grader.grade import Status, Verdict
from grader.run import CellStatus, Failure, RunStatus
from grader.sheet import Sheet
from grader.values import Function, Opaque
from tests.marking.notebook import Notebook, sheet_of

LAYERS = [(3, 64), (64, 128), (128, 256)]
CONV = sum(o * (9 * i + 1) for i, o in LAYERS)
FC = 1000 * 4097


def counting() -> Sheet:
    """A small count of parameters, with mistakes that combine."""
    task = Task("Parameters")

    @task.value(points=2, check=exact(), aliases=("n_conv",))
    def conv_params(
        *, kernel: int = 9, bias: int = 1, layers: list[tuple[int, int]] = LAYERS, kernels: int = 9
    ) -> int:
        """Parameters of all convolutions."""
        return sum(o * (min(kernel, kernels) * i + bias) for i, o in layers)

    @conv_params.misconception(points=1, switches={"kernel": 3})
    def side_for_area() -> None:
        """A kernel has 9 weights, not 3."""

    @conv_params.misconception(points=1, switches={"bias": 0})
    def no_bias() -> None:
        """Each filter has a bias."""

    @conv_params.misconception(points=1.5, switches={"layers": LAYERS[1:]})
    def first_layer_missing() -> None:
        """The first layer is missing."""

    @conv_params.misconception(points=0, switches={"layers": LAYERS[:1]})
    def only_first_layer() -> None:
        """Only the first layer is counted."""

    @task.value(points=1, check=exact())
    def fc_params(*, inputs: int = 4096) -> int:
        """Parameters of the fully connected layer."""
        return 1000 * (inputs + 1)

    @task.value(points=1, check=close(rtol=5e-3), aliases=("ratio",))
    def conv_fc_ratio(conv_params: int, fc_params: int) -> float:
        """One divided by the other."""
        return conv_params / fc_params

    @conv_fc_ratio.misconception(points=0.25)
    def inverted(conv_params: int, fc_params: int) -> float:
        """It is the other way round."""
        return fc_params / conv_params

    return sheet_of(task)


SHEET = counting()
SIDE = sum(o * (3 * i + 1) for i, o in LAYERS)
SIDE_NO_BIAS = sum(o * 3 * i for i, o in LAYERS)


@pytest.mark.parametrize("answer", [CONV, float(CONV), np.int64(CONV), np.array(CONV), [CONV]])
def test_a_right_answer_earns_all_points(notebook: Notebook, answer: object) -> None:
    mark = notebook.code(binds={"conv_params": answer}).mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.CORRECT, 2, "correct")
    assert mark.where == "`conv_params` in cell 1"
    assert mark.tolerance == "exact"
    assert mark.error == ""


def test_a_wrong_answer_says_how_far_off_it_is_and_not_what_is_expected(
    notebook: Notebook,
) -> None:
    mark = notebook.code(binds={"conv_params": CONV + 5}).mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.INCORRECT, 0, "incorrect")
    assert mark.error.startswith("off by 5")
    assert mark.given == str(CONV + 5)
    assert str(CONV) not in " ".join((mark.feedback, mark.error, mark.expected, *mark.details))


def test_the_expected_value_is_shown_where_the_author_says_so(notebook: Notebook) -> None:
    task = Task("T")

    @task.value(points=1, check=exact(), show_expected="always")
    def corners() -> int:
        """Corners of a square."""
        return 4

    assert notebook.code(binds={"corners": 5}).mark(sheet_of(task), "corners").expected == "4"


def test_a_misconception_is_recognised_from_its_value(notebook: Notebook) -> None:
    mark = notebook.code(binds={"conv_params": SIDE}).mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points) == (Verdict.MISCONCEPTION, 1)
    assert mark.note == "misconception:side_for_area"
    assert mark.misconceptions == ("side_for_area",)
    assert mark.feedback == "A kernel has 9 weights, not 3."


def test_two_mistakes_at_once_are_both_named_and_multiply_their_shares(notebook: Notebook) -> None:
    mark = notebook.code(binds={"conv_params": SIDE_NO_BIAS}).mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points) == (Verdict.MISCONCEPTION, 0.5)
    assert mark.note == "misconception:side_for_area+no_bias"
    assert mark.misconceptions == ("side_for_area", "no_bias")
    assert "9 weights" in mark.feedback and "bias" in mark.feedback


def test_three_mistakes_at_once_are_named(notebook: Notebook) -> None:
    answer = sum(o * 3 * i for i, o in LAYERS[1:])
    mark = notebook.code(binds={"conv_params": answer}).mark(SHEET, "conv_params")
    assert mark.note == "misconception:side_for_area+no_bias+first_layer_missing"
    assert mark.points == 0.38


def test_a_mistake_without_credit_is_still_named(notebook: Notebook) -> None:
    answer = 64 * 28
    mark = notebook.code(binds={"conv_params": answer}).mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points) == (Verdict.MISCONCEPTION, 0)


def ambiguous(*, about: tuple[str, str]) -> Sheet:
    task = Task("T")

    @task.value(points=2, check=exact())
    def size(*, a: int = 1, b: int = 10, c: int = 100) -> int:
        """A size."""
        return a + b + c

    @size.misconception(points=1, switches={"a": 3}, about=about[0])
    def one() -> None:
        """Feedback of one."""

    @size.misconception(points=0.5, switches={"b": 12}, about=about[1])
    def other() -> None:
        """Feedback of other."""

    @size.misconception(points=1, switches={"c": 105}, about="the size")
    def third() -> None:
        """Feedback of third."""

    return sheet_of(task)


def test_where_two_mistakes_fit_the_learner_is_told_neither(notebook: Notebook) -> None:
    sheet = ambiguous(about=("", ""))
    mark = notebook.code(binds={"size": 113}).mark(sheet, "size")
    assert (mark.verdict, mark.points) == (Verdict.MISCONCEPTION, 1)
    assert mark.note == "ambiguous:one|other"
    assert mark.misconceptions == ("one", "other")
    assert "Feedback of" not in mark.feedback
    assert any("one" in line for line in mark.suggestions)
    assert any("other" in line for line in mark.suggestions)
    assert not mark.details


def test_where_two_mistakes_fit_what_they_concern_is_told(notebook: Notebook) -> None:
    sheet = ambiguous(about=("the first layer", "the first layer"))
    mark = notebook.code(binds={"size": 113}).mark(sheet, "size")
    assert mark.feedback == "The mistake concerns the first layer."


def test_what_ambiguous_combinations_share_is_told(notebook: Notebook) -> None:
    mark = notebook.code(binds={"size": 118}).mark(ambiguous(about=("", "")), "size")
    assert mark.note == "ambiguous:one+third|other+third"
    assert mark.feedback == "Feedback of third."


def test_no_reported_set_of_mistakes_contains_another(notebook: Notebook) -> None:
    task = Task("T")

    @task.value(points=1, check=exact())
    def size(*, a: int = 1, b: int = 0) -> int:
        """A size."""
        return a * 5 + a * b - b

    @size.misconception(points=0.5, switches={"a": 2})
    def doubled() -> None:
        """Twice."""

    @size.misconception(points=0.5, switches={"a": 1.5, "b": 1})
    def unrelated() -> None:
        """Else."""

    @size.misconception(points=0.5)
    def own_body() -> int:
        """By itself."""
        return 77

    mark = notebook.code(binds={"size": 10}).mark(sheet_of(task), "size")
    assert mark.note == "misconception:doubled"


def test_an_accepted_variant_earns_full_marks_and_is_named(notebook: Notebook) -> None:
    task = Task("T")

    @task.value(points=2, check=close(rtol=1e-3))
    def angle() -> float:
        """A right angle."""
        return 90.0

    @angle.accepts
    def in_radians() -> float:
        """in radians."""
        return 1.5707963

    mark = notebook.code(binds={"angle": 1.571}).mark(sheet_of(task), "angle")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.CORRECT, 2, "accepted:in_radians")
    assert "in radians" in mark.feedback


# Follow-through


def upstream(conv: object, fc: object, ratio: object) -> Notebook:
    return (
        Notebook()
        .code(binds={"conv_params": conv, "fc_params": fc})
        .code(binds={"conv_fc_ratio": ratio})
    )


def test_an_error_costs_once_at_its_first_place() -> None:
    grade = upstream(SIDE, FC, SIDE / FC).grade(SHEET)
    assert [mark.verdict for mark in grade.questions] == [
        Verdict.MISCONCEPTION,
        Verdict.CORRECT,
        Verdict.FOLLOW_THROUGH,
    ]
    assert grade.points == 3
    assert grade.questions[2].note == "follow_through"
    assert grade.status is Status.GRADED


def test_the_right_end_is_right_whatever_the_upstream() -> None:
    mark = upstream(SIDE, FC, CONV / FC).mark(SHEET, "conv_fc_ratio")
    assert mark.verdict is Verdict.CORRECT


def test_a_mistake_on_own_upstream_values_is_recognised() -> None:
    mark = upstream(SIDE, FC, FC / SIDE).mark(SHEET, "conv_fc_ratio")
    assert (mark.verdict, mark.note) == (Verdict.MISCONCEPTION, "misconception:inverted")


def test_the_wrong_end_of_right_upstream_values_is_wrong() -> None:
    mark = upstream(CONV, FC, 0.5).mark(SHEET, "conv_fc_ratio")
    assert (mark.verdict, mark.note) == (Verdict.INCORRECT, "incorrect")


def test_a_missing_upstream_earns_no_follow_through(notebook: Notebook) -> None:
    notebook.code(binds={"conv_params": SIDE, "conv_fc_ratio": SIDE / FC})
    assert notebook.mark(SHEET, "conv_fc_ratio").verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "conv",
    [
        0,
        1,
        1.0,
        float("nan"),
        float("inf"),
        True,
        [1, 2],
        {"a": 1},
        None,
        10**13 * CONV,
        2 + 3j,
        10**3000,
    ],
)
def test_degenerate_upstream_values_earn_no_follow_through(conv: Any) -> None:
    try:
        ratio = conv / FC
    except (TypeError, OverflowError):
        ratio = 0.123
    mark = upstream(conv, FC, ratio).mark(SHEET, "conv_fc_ratio")
    assert mark.verdict is Verdict.INCORRECT
    assert mark.note == "degenerate_upstream"
    assert "conv_params" in mark.feedback


@pytest.mark.parametrize("form", [list, tuple, np.array])
@pytest.mark.parametrize("reference", [[3, 5, 6], (3, 5, 6), np.array([3.0, 5.0, 6.0])])
def test_sequences_are_followed_in_any_form(form: Any, reference: Any) -> None:
    task = Task("T")

    @task.value(points=1, check=close(rtol=1e-6))
    def trace() -> Any:
        """Sizes."""
        return reference

    @task.value(points=1, check=close(rtol=1e-6))
    def end(trace: Any) -> Any:
        """The last size, doubled as the reference's own type can."""
        return (trace + trace)[-1] + trace[0]

    sheet, own = sheet_of(task), [3, 5, 8]
    last = 19 if isinstance(reference, np.ndarray) else 11
    followed = Notebook().code(binds={"trace": form(own), "end": last}).mark(sheet, "end")
    assert followed.verdict is Verdict.FOLLOW_THROUGH
    short = Notebook().code(binds={"trace": form([3, 8]), "end": last}).mark(sheet, "end")
    assert short.note == "degenerate_upstream"


def test_a_division_by_zero_in_the_reference_is_no_failure_of_ours() -> None:
    task = Task("T")

    @task.value(points=1, check=exact())
    def gap() -> int:
        """A gap."""
        return 5

    @task.value(points=1, check=close(rtol=1e-3))
    def inverse(gap: int) -> float:
        """Its inverse."""
        return 1 / (gap - 3)

    notebook = Notebook().code(binds={"gap": 3, "inverse": 7.0})
    assert notebook.mark(sheet_of(task), "inverse").verdict is Verdict.INCORRECT


def test_an_own_value_that_was_overwritten_later_can_still_be_followed(notebook: Notebook) -> None:
    notebook.code(binds={"conv_params": SIDE, "fc_params": FC})
    notebook.code(binds={"conv_fc_ratio": SIDE / FC}).code(binds={"conv_params": 123})
    assert notebook.mark(SHEET, "conv_fc_ratio").verdict is Verdict.FOLLOW_THROUGH


def test_an_upstream_that_cannot_be_read_leaves_the_decision_to_a_person() -> None:
    mark = upstream(Opaque(type="Count"), FC, 0.3).mark(SHEET, "conv_fc_ratio")
    assert (mark.verdict, mark.points) == (Verdict.NEEDS_REVIEW, None)
    assert mark.note == "undecidable:upstream"


def test_an_upstream_in_prose_leaves_the_decision_to_a_person() -> None:
    notebook = Notebook().prose("I counted 5423 of them").code(binds={"conv_fc_ratio": 0.3})
    assert notebook.mark(SHEET, "conv_fc_ratio").note == "undecidable:upstream"


# Entries


def partials() -> Sheet:
    task = Task("T")

    @task.value(points=7, check=close(atol=0.05), credit=per_entry())
    def parts() -> dict[str, float]:
        """Seven numbers."""
        return dict(zip("abcdefg", [6.0, 0.33, -0.83, 0.91, 9.0, 3.2, 13.2], strict=True))

    @parts.misconception(points=6)
    def a_halved() -> dict[str, float]:
        """The factor 2 is lost."""
        return {**parts.question.reference(), "a": 3.0}

    @parts.misconception(points=1)
    def signs_lost() -> dict[str, float]:
        """All signs are lost."""
        return {**parts.question.reference(), "c": 0.83, "b": 0.5}

    @task.value(points=1, check=close(rtol=0.01), steps=("parts",))
    def total(parts: Mapping[str, float]) -> float:
        """Their sum."""
        return sum(parts.values())

    return sheet_of(task)


PARTS = {"a": 6.0, "b": 0.33, "c": -0.83, "d": 0.91, "e": 9.0, "f": 3.2, "g": 13.2}


def test_entries_share_the_points_and_are_listed() -> None:
    mark = Notebook().code(binds={"parts": {**PARTS, "d": 5, "e": 8}}).mark(partials(), "parts")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.PARTIAL, 5, "partial:5/7")
    assert "d: wrong" in mark.details and "a: right" in mark.details
    assert mark.differing == ("d", "e")


def test_missing_entries_are_wrong_and_no_entry_is_no_part() -> None:
    sheet = partials()
    some = Notebook().code(binds={"parts": {"a": 6.0}}).mark(sheet, "parts")
    assert (some.verdict, some.points) == (Verdict.PARTIAL, 1)
    none = Notebook().code(binds={"parts": {"x": 6.0}}).mark(sheet, "parts")
    assert (none.verdict, none.points) == (Verdict.INCORRECT, 0)


def test_a_recognised_mistake_keeps_the_better_of_its_points_and_the_shares() -> None:
    halved = Notebook().code(binds={"parts": {**PARTS, "a": 3.0}}).mark(partials(), "parts")
    assert (halved.verdict, halved.points) == (Verdict.MISCONCEPTION, 6)
    answer = {**PARTS, "c": 0.83, "b": 0.5}
    lost = Notebook().code(binds={"parts": answer}).mark(partials(), "parts")
    assert (lost.verdict, lost.points) == (Verdict.MISCONCEPTION, 5)
    assert lost.note == "misconception:signs_lost"


def test_an_entry_that_cannot_be_read_leaves_all_to_a_person() -> None:
    mark = Notebook().code(binds={"parts": {**PARTS, "a": "6.0", "b": 7}}).mark(partials(), "parts")
    assert (mark.verdict, mark.points) == (Verdict.NEEDS_REVIEW, None)
    assert mark.note == "undecidable:entries"


def test_degenerate_entries_earn_no_follow_through() -> None:
    own = {**PARTS, "g": 1}
    notebook = Notebook().code(binds={"parts": own, "total": sum(own.values())})
    assert notebook.mark(partials(), "total").note == "degenerate_upstream"
    other = {**PARTS, "g": 15.0}
    notebook = Notebook().code(binds={"parts": other, "total": sum(other.values())})
    assert notebook.mark(partials(), "total").verdict is Verdict.FOLLOW_THROUGH


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (None, Verdict.MISSING),
        ({"a": 1}, Verdict.INCORRECT),
        ({"a": 6.0}, Verdict.PARTIAL),
        ({**PARTS, "a": 3.0}, Verdict.MISCONCEPTION),
    ],
)
def test_steps_to_a_right_end_keep_their_points(answer: object, verdict: Verdict) -> None:
    notebook = Notebook().code(binds={"total": sum(PARTS.values())})
    if answer is not None:
        notebook.code(binds={"parts": answer})
    grade = notebook.grade(partials())
    step, end = grade.questions
    assert end.verdict is Verdict.CORRECT
    assert (step.verdict, step.points) == (verdict, 7)
    assert (step.note == "end_right") == (verdict in (Verdict.MISSING, Verdict.INCORRECT))
    assert "total" in step.feedback
    assert grade.points == 8


def test_steps_to_a_wrong_end_keep_what_they_earned() -> None:
    notebook = Notebook().code(binds={"total": 99.0, "parts": {"a": 6.0}})
    assert notebook.mark(partials(), "parts").points == 1


# Where answers are found


def test_the_last_binding_counts_and_that_is_said(notebook: Notebook) -> None:
    notebook.code(binds={"conv_params": 0}).code(binds={"conv_params": CONV})
    mark = notebook.mark(SHEET, "conv_params")
    assert (mark.verdict, mark.where) == (Verdict.CORRECT, "`conv_params` in cell 2")
    assert any("the last one counts" in line for line in mark.details)


def test_a_right_value_that_was_overwritten_goes_to_a_person(notebook: Notebook) -> None:
    notebook.code(binds={"conv_params": CONV}).code(binds={"conv_params": SIDE})
    mark = notebook.mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.NEEDS_REVIEW, None, "overwritten")
    assert "cell 1" in mark.feedback and "cell 2" in mark.feedback


def test_a_list_that_a_later_cell_fills_has_its_last_state() -> None:
    task = Task("T")

    @task.value(points=1, check=exact())
    def trace() -> list[int]:
        """Three sizes."""
        return [3, 5, 6]

    sheet = sheet_of(task)
    filled = Notebook().code(binds={"trace": []}).code("trace += x", changes={"trace": [3, 5, 6]})
    assert filled.mark(sheet, "trace").verdict is Verdict.CORRECT
    spoilt = Notebook().code(binds={"trace": [3, 5, 6]}).code("t.pop()", changes={"trace": [3, 5]})
    assert spoilt.mark(sheet, "trace").note == "overwritten"


def test_an_alias_counts_only_where_the_name_is_absent() -> None:
    alone = Notebook().code(binds={"n_conv": CONV}).mark(SHEET, "conv_params")
    assert alone.verdict is Verdict.CORRECT
    assert "`n_conv`" in alone.where and "not defined" in alone.where
    both = Notebook().code(binds={"conv_params": SIDE, "n_conv": CONV}).mark(SHEET, "conv_params")
    assert both.verdict is Verdict.MISCONCEPTION


def test_a_wrong_value_under_an_alias_goes_to_a_person_but_a_known_mistake_does_not() -> None:
    wrong = Notebook().code(binds={"n_conv": 42}).mark(SHEET, "conv_params")
    assert (wrong.verdict, wrong.points, wrong.note) == (
        Verdict.NEEDS_REVIEW,
        None,
        "alias:n_conv",
    )
    known = Notebook().code(binds={"n_conv": SIDE}).mark(SHEET, "conv_params")
    assert known.verdict is Verdict.MISCONCEPTION


def test_a_salvaged_value_counts_and_that_is_said(notebook: Notebook) -> None:
    notebook.code(binds={"conv_params": CONV}, status=CellStatus.ERROR, salvaged=True)
    mark = notebook.mark(SHEET, "conv_params")
    assert mark.verdict is Verdict.CORRECT
    assert any("Cell 1 failed" in line for line in mark.details)


@pytest.mark.parametrize(
    "line",
    [
        f"conv_params: {CONV}",
        f"# conv params: {CONV}",
        f"Conv-Params = {CONV:_}",
        f"n_conv {CONV:,}",
        f"conv params: 1; n conv: {CONV}",
    ],
)
def test_a_labelled_number_that_our_run_printed_is_found(notebook: Notebook, line: str) -> None:
    mark = notebook.code("print(x)", prints=f"hello\n{line}\n").mark(SHEET, "conv_params")
    assert mark.verdict is Verdict.CORRECT
    assert "printed by cell 1" in mark.where


def test_the_last_labelled_number_counts(notebook: Notebook) -> None:
    notebook.code(prints=f"conv_params: {SIDE}").code(prints=f"conv_params: {CONV}")
    assert notebook.mark(SHEET, "conv_params").verdict is Verdict.CORRECT


@pytest.mark.parametrize("printed", [f"{CONV}", f"other: {CONV}", f"conv_params_2: {CONV}"])
def test_a_number_without_the_right_label_is_no_evidence(notebook: Notebook, printed: str) -> None:
    assert notebook.code(prints=printed).mark(SHEET, "conv_params").verdict is Verdict.MISSING


def test_a_printed_number_with_a_decimal_comma_is_read() -> None:
    text = f"ratio = {CONV / FC:.6f}".replace(".", ",")
    mark = Notebook().code(prints=text).mark(SHEET, "conv_fc_ratio")
    assert mark.verdict is Verdict.CORRECT


def test_a_number_rounded_for_print_goes_to_a_person() -> None:
    mark = Notebook().code(prints=f"ratio: {CONV / FC:.1f}").mark(SHEET, "conv_fc_ratio")
    assert (mark.verdict, mark.note) == (Verdict.NEEDS_REVIEW, "undecidable:rounded")
    wrong = Notebook().code(prints="ratio: 0.7").mark(SHEET, "conv_fc_ratio")
    assert wrong.verdict is Verdict.INCORRECT


def test_a_labelled_text_without_a_number_goes_to_a_person() -> None:
    mark = Notebook().code(prints="ratio: 3/4").mark(SHEET, "conv_fc_ratio")
    assert (mark.verdict, mark.note) == (Verdict.NEEDS_REVIEW, "undecidable:opaque")


def test_a_right_print_beside_a_wrong_value_goes_to_a_person() -> None:
    notebook = Notebook().code(binds={"conv_params": 1234}, prints=f"conv params: {CONV}")
    mark = notebook.mark(SHEET, "conv_params")
    assert (mark.verdict, mark.note) == (Verdict.NEEDS_REVIEW, "contradicted")


def test_a_stored_output_alone_is_no_evidence(notebook: Notebook) -> None:
    mark = notebook.code(stored=f"conv params: {CONV}").mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.NEEDS_REVIEW, None, "stored_only")
    assert any("agrees" in line for line in mark.details)


def test_a_stored_output_that_the_run_does_not_give_is_told(notebook: Notebook) -> None:
    notebook.code(
        binds={"conv_params": SIDE}, stored="# conv params: 5423808", prints=f"conv params: {SIDE}"
    )
    mark = notebook.mark(SHEET, "conv_params")
    assert f"Your file shows 5423808, running it gives {SIDE}." in mark.details


def test_a_stored_output_that_the_run_confirms_is_not_mentioned(notebook: Notebook) -> None:
    notebook.code(binds={"conv_fc_ratio": CONV / FC}, stored=f"ratio: {CONV / FC:.3f}")
    assert not any("Your file" in line for line in notebook.mark(SHEET, "conv_fc_ratio").details)


# Undecidable


@pytest.mark.parametrize(
    ("thing", "note"),
    [
        (str(CONV), "undecidable:text"),
        (f"{CONV:,}", "undecidable:text"),
        (Opaque(type="Evil"), "undecidable:opaque"),
        (Function(name="conv_params"), "undecidable:function"),
    ],
)
def test_what_the_program_cannot_read_goes_to_a_person(thing: object, note: str) -> None:
    mark = Notebook().code(binds={"conv_params": thing}).mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.NEEDS_REVIEW, None, note)
    assert mark.feedback.endswith("A person decides.")


# Nothing found


def test_an_answer_that_is_not_there_is_missing_and_what_was_sought_is_said(
    notebook: Notebook,
) -> None:
    mark = notebook.code(binds={"other": 3}).mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.MISSING, 0, "missing")
    assert "`conv_params`" in mark.feedback and "`n_conv`" in mark.feedback


def test_a_failed_answering_cell_is_named_with_its_exception(notebook: Notebook) -> None:
    failure = Failure(type="ZeroDivisionError", message="division by zero", cell=1, line=2)
    notebook.code("conv_params = 1\\\n / 0", status=CellStatus.ERROR, failure=failure)
    mark = notebook.mark(SHEET, "conv_params")
    assert (mark.verdict, mark.note) == (Verdict.MISSING, "missing:failed")
    assert "cell 1" in mark.feedback
    assert mark.details == ("ZeroDivisionError in cell 1, line 2: division by zero",)


@pytest.mark.parametrize(
    ("status", "cell", "note"),
    [
        (RunStatus.DIED, CellStatus.KILLED, "missing:died"),
        (RunStatus.OUT_OF_MEMORY, CellStatus.KILLED, "missing:out_of_memory"),
        (RunStatus.OUTPUT_LIMIT, CellStatus.KILLED, "missing:output_limit"),
        (RunStatus.TIMED_OUT, CellStatus.TIMED_OUT, "missing:timed_out"),
    ],
)
def test_an_answering_cell_that_ended_the_run_is_missing_with_the_reason(
    status: RunStatus, cell: CellStatus, note: str
) -> None:
    notebook = Notebook().code("conv_params = stuck()", status=cell).ended(status, "It ended.")
    mark = notebook.mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.MISSING, 0, note)


def test_an_early_end_is_the_reason_for_what_is_nowhere() -> None:
    notebook = Notebook().code("exit()", status=CellStatus.KILLED)
    mark = notebook.ended(RunStatus.DIED, "The process ended with code 0.").mark(
        SHEET, "conv_params"
    )
    assert (mark.verdict, mark.note) == (Verdict.MISSING, "missing:died")
    assert "ended with code 0" in mark.feedback


def test_an_answer_whose_cell_never_had_its_turn_goes_to_a_person() -> None:
    notebook = Notebook().code("while True: pass", status=CellStatus.TIMED_OUT)
    notebook.code("conv_params = 5", status=CellStatus.NOT_RUN).ended(RunStatus.TIMED_OUT)
    mark = notebook.mark(SHEET, "conv_params")
    assert (mark.verdict, mark.points, mark.note) == (Verdict.NEEDS_REVIEW, None, "not_run")
    assert "cell 2" in mark.feedback


def test_a_wrong_value_that_an_unrun_cell_would_replace_goes_to_a_person() -> None:
    notebook = Notebook().code(binds={"conv_params": 0}).code("1 / 0", status=CellStatus.KILLED)
    notebook.code("conv_params = count()", status=CellStatus.NOT_RUN).ended(RunStatus.DIED)
    assert notebook.mark(SHEET, "conv_params").note == "not_run"


def test_prose_with_numbers_or_formulas_goes_to_a_person() -> None:
    for text in ("The answer is 14714688.", "$c = 2$", r"\frac{a}{b}"):
        mark = Notebook().prose(text).code("pass").mark(SHEET, "conv_params")
        assert (mark.verdict, mark.points, mark.note) == (Verdict.NEEDS_REVIEW, None, "prose_only")
        assert "may be meant for it" in mark.feedback


def test_prose_of_the_starter_or_without_numbers_is_no_answer() -> None:
    starter = "# Task 3\nCount the parameters of VGG16."
    notebook = Notebook().prose(starter + "\n").prose("# Task 3\nI did not do this.").code("pass")
    mark = notebook.mark(SHEET, "conv_params", boilerplate=[starter])
    assert (mark.verdict, mark.points) == (Verdict.MISSING, 0)


def test_a_failure_of_the_sandbox_is_never_counted_against_the_learner() -> None:
    notebook = Notebook().ended(RunStatus.SANDBOX_ERROR, "no namespaces")
    grade = notebook.grade(SHEET)
    assert {mark.verdict for mark in grade.questions} == {Verdict.GRADER_ERROR}
    assert {mark.points for mark in grade.questions} == {None}
    assert {mark.note for mark in grade.questions} == {"grader_error:SandboxError"}
    assert grade.status is Status.NEEDS_REVIEW


def test_places_in_a_module_are_lines() -> None:
    notebook = Notebook().code(binds={"conv_params": CONV})
    notebook.cells[0] = replace(notebook.cells[0], line=14)
    assert notebook.mark(SHEET, "conv_params").where == "`conv_params` in line 14"


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_answer_makes_the_grader_fail(conv: object, fc: object, ratio: object) -> None:
    grade = upstream(conv, fc, ratio).grade(SHEET)
    assert Verdict.GRADER_ERROR not in {mark.verdict for mark in grade.questions}
    for mark in grade.questions:
        assert (mark.points is None) == (mark.verdict is Verdict.NEEDS_REVIEW)
        assert 0 <= (mark.points or 0) <= mark.max_points


@given(st.integers(2, 10**8))
def test_consistent_arithmetic_on_any_own_value_is_followed(conv: int) -> None:
    mark = upstream(conv, FC, conv / FC).mark(SHEET, "conv_fc_ratio")
    assert mark.points == mark.max_points
    assert mark.verdict in (Verdict.FOLLOW_THROUGH, Verdict.CORRECT)


def test_names_are_remarked_on_a_declared_calculation_alone(notebook: Notebook) -> None:
    task = Task("Counts")

    @task.value(points=1, check=exact())
    def count_a() -> int:
        """A count."""
        return 3

    @task.value(points=1, check=exact())
    def count_b() -> int:
        """Another count."""
        return 4

    notebook.prose("count a = 3\n\ncount b = 4\n\n$\\frac{\\partial p}{\\partial q} = 7$")
    marks = notebook.grade(sheet_of(task)).questions
    assert [one.points for one in marks] == [1, 1]
    assert not any("no derivative" in line for one in marks for line in one.details)
