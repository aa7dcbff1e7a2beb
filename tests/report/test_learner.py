from __future__ import annotations

from dataclasses import replace

import pytest

from grader.grade import Grade, Mark, QuestionHead, SheetHead, Verdict
from grader.report import learner, learner_report, words
from grader.report.learner import first_error
from grader.report.outputs import cells_shown
from grader.run import CellRun, CellStatus, Failure, Run, RunStatus
from grader.submission import Cell, Output, Rejection, Submission
from tests.report import samples
from tests.report.pages import text


def page(
    *,
    grade: Grade = samples.ADA,
    run: Run | None = samples.ADA_RUN,
    submission: Submission | Rejection | None = samples.ADA_SUBMISSION,
    sheet: SheetHead = samples.SHEET,
    environment: dict[str, str] = samples.ENVIRONMENT,
) -> str:
    return learner_report(grade, run, submission, sheet, environment)


def card(verdict: Verdict, **changes: object) -> str:
    """The text of one question's card."""
    mark = next(mark for mark in samples.ADA_MARKS if mark.verdict is verdict)
    html = page(grade=samples.graded("ada", (replace(mark, **changes),)), run=None)  # type: ignore[arg-type]
    return text(html.split("<article", 1)[1].split("</article>", 1)[0])


def test_the_score_and_what_waits_are_said_in_words() -> None:
    read = text(page())
    assert "9 of 23 points" in read
    assert "6 of 23 points wait for a person" in read


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_stands_in_words_on_its_card(verdict: Verdict) -> None:
    assert words.VERDICT[verdict] in card(verdict)


@pytest.mark.parametrize(
    ("verdict", "points"),
    [
        (Verdict.CORRECT, "2 of 2 points"),
        (Verdict.PARTIAL, "2.5 of 3.5 points"),
        (Verdict.MISSING, "0 of 1 point"),
        (Verdict.NEEDS_REVIEW, "open, 2 points"),
        (Verdict.GRADER_ERROR, "open, 4 points"),
    ],
)
def test_points_are_written_as_a_person_would(verdict: Verdict, points: str) -> None:
    assert points in card(verdict)


def test_a_mark_shows_value_place_distance_tolerance_and_feedback() -> None:
    read = card(Verdict.MISCONCEPTION)
    for part in (
        "Parameters of the 13 convolutions.",
        "Your value 4907712",
        "Found in cell 12",
        "How far off 9806976 too small",
        "Tolerance exact",
        "Recognised: “kernel side for area”.",
        "Each filter has 3·3 weights per input channel, not 3.",
    ):
        assert part in read, part


def test_the_expected_value_is_shown_only_where_the_mark_holds_it() -> None:
    assert "Expected" not in card(Verdict.INCORRECT)
    assert "Expected 48.757" in card(Verdict.INCORRECT, expected="48.757")


def test_of_two_fitting_misconceptions_none_is_claimed() -> None:
    read = card(Verdict.MISCONCEPTION, misconceptions=("bias_forgotten", "layer_missing+wrong_sum"))
    assert "“bias forgotten” or “layer missing” together with “wrong sum”" in read
    assert "cannot be told" in read


def test_a_follow_through_is_explained() -> None:
    assert "agrees with your own earlier value" in card(Verdict.FOLLOW_THROUGH)


def test_an_error_of_the_grader_is_not_the_learners_fault() -> None:
    read = card(Verdict.GRADER_ERROR)
    assert "not your fault" in read and "costs you no points" in read


def test_questions_for_a_person_are_listed_with_their_points() -> None:
    section = page().split('id="open"', 1)[1].split("</section>", 1)[0]
    assert section.count("<li>") == 2
    assert "Why a warm-up of the learning rate helps Adam. (2 points)" in text(section)


def test_without_anything_open_no_person_is_announced() -> None:
    read = text(page(grade=samples.GRACE))
    assert "Every question is decided." in read
    assert "A person decides" not in read


def test_the_first_error_is_shown_with_its_line_marked() -> None:
    error = first_error(samples.ADA_RUN, samples.ADA_SUBMISSION)
    assert error is not None
    assert error.where == "cell 11, line 10"
    assert [line.number for line in error.lines] == [6, 7, 8, 9, 10, 11]
    (failed,) = [line for line in error.lines if line.failed]
    assert (failed.number, failed.text) == (
        10,
        "rf_vgg16 = receptive_field(vgg_layers[0:n_layers])",
    )
    read = text(page())
    assert "First error in cell 11, line 10" in read
    assert "This line failed: 10rf_vgg16 =" in read


def test_lines_of_a_module_are_counted_as_in_the_file() -> None:
    module = Submission(
        name="ada",
        source="ada.py",
        sha256="",
        kind="module",
        cells=(Cell(number=2, kind="code", source="for n in x:\n    y = 1 / n", line=14),),
    )
    failure = Failure(type="ZeroDivisionError", message="division by zero", cell=2, line=2)
    run = Run(
        status=RunStatus.ERROR, cells=(CellRun(cell=2, status=CellStatus.ERROR, failure=failure),)
    )
    error = first_error(run, module)
    assert error is not None
    assert error.where == "line 15"
    assert [(line.number, line.failed) for line in error.lines] == [(14, False), (15, True)]


@pytest.mark.parametrize(("cell", "line"), [(0, 0), (11, 0), (11, 99), (77, 3)])
def test_an_error_without_a_known_line_is_still_shown(cell: int, line: int) -> None:
    failure = replace(samples.FAILURE, cell=cell, line=line)
    run = replace(
        samples.ADA_RUN, cells=(CellRun(cell=11, status=CellStatus.ERROR, failure=failure),)
    )
    assert "name 'vgg_layers' is not defined" in text(page(run=run))


@pytest.mark.parametrize("status", list(RunStatus))
def test_each_end_of_a_run_is_explained(status: RunStatus) -> None:
    run = replace(samples.ADA_RUN, status=status, reason="It went on for 120 s.")
    read = text(page(run=run))
    assert words.RUN[status] in read
    assert words.RUN_MEANS[status] in read
    assert "It went on for 120 s." in read


def test_repairs_and_salvaged_cells_are_said() -> None:
    read = text(page(grade=replace(samples.ADA, remarks=("The file ended early.",))))
    assert "The file ended early." in read
    assert "Cell 2 had no type and was read as Markdown." in read
    assert "imports, definitions and plain constants alone were run again" in read


def test_plots_and_tables_of_the_cells_are_there() -> None:
    html = page()
    assert f"data:image/png;base64,{samples.png(320, 120)}" in html
    assert "conv1_1" in text(html)


def test_what_was_used_to_grade_is_said() -> None:
    read = text(page())
    for part in ("9f2c61d07b3a", "strict", "Seed 20240501", "Torch 2.13.0", "3f79bb7b435b0532"):
        assert part in read, part


def test_a_run_without_isolation_is_warned_of() -> None:
    assert "without isolation" not in text(page())
    alone = {**samples.ENVIRONMENT, "isolation": "none"}
    assert "without isolation" in text(
        page(run=replace(samples.ADA_RUN, isolation=""), environment=alone)
    )
    assert "without isolation" in text(page(run=replace(samples.ADA_RUN, isolation="none")))


def test_a_rejected_submission_has_a_report_with_its_reason() -> None:
    rejection = Rejection(name="babbage", source="babbage.ipynb", reason=samples.REJECTED.reason)
    read = text(page(grade=samples.REJECTED, run=None, submission=rejection))
    assert "Not graded" in read
    assert "is not JSON (line 1, column 1); export the notebook again." in read
    assert "0 of" not in read


def test_marks_that_the_sheet_does_not_list_are_shown_last() -> None:
    stray = Mark(question="old.question", verdict=Verdict.CORRECT, points=1, max_points=1)
    html = page(grade=samples.graded("ada", (stray, *samples.ADA_MARKS)))
    assert html.index("Further questions") > html.index("VGG16 parameters")
    assert "old.question" in html


def test_tasks_come_in_the_sheets_order() -> None:
    html = page(grade=samples.graded("ada", tuple(reversed(samples.ADA_MARKS))))
    titles = ("Chain rule", "Adam", "Receptive field", "VGG16 parameters")
    places = [html.index(f">{title}</h2>") for title in titles]
    assert places == sorted(places)


def test_a_sheet_of_one_question_worth_nothing_is_no_problem() -> None:
    head = QuestionHead(
        question="a.b", title="T", statement="T", task="A", part="", kind="value",
        max_points=0, public=True,
    )  # fmt: skip
    mark = Mark(question="a.b", verdict=Verdict.CORRECT, points=0, max_points=0)
    sheet = replace(samples.SHEET, max_points=0, questions=(head,))
    assert "0 of 0 points" in text(page(grade=samples.graded("ada", (mark,)), sheet=sheet))


def test_the_same_grade_gives_the_same_bytes() -> None:
    shuffled = dict(reversed(samples.ENVIRONMENT.items()))
    assert page() == page(environment=shuffled)


def test_marks_are_shown_even_where_the_outputs_break_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = cells_shown

    def broken(run: Run | None, submission: Submission | None) -> object:
        if run and run.cells:
            raise ZeroDivisionError
        return real(run, submission)

    monkeypatch.setattr(learner, "cells_shown", broken)
    read = text(page())
    assert "9 of 23 points" in read
    assert "The grader failed on them (ZeroDivisionError)." in read


def test_the_largest_report_stays_below_four_mebibytes() -> None:
    noise = Output(kind="stdout", text="'\"<&>" * 10_000)
    heavy = Output(kind="display", data=(("image/png", samples.heavy_png()),))
    cells = tuple(
        CellRun(cell=number, status=CellStatus.OK, outputs=(noise, heavy)) for number in range(60)
    )
    html = page(run=replace(samples.ADA_RUN, cells=cells))
    assert 1_000_000 < len(html.encode()) <= 4 * 1024 * 1024
    assert "this report already holds as many as fit" in html


def test_a_page_that_is_still_too_large_keeps_its_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learner, "MAX_PAGE_BYTES", 1_000)
    read = text(page())
    assert "They are too large for one page." in read
    assert "9 of 23 points" in read
    assert "f(3, 5) = 42.24" not in read
