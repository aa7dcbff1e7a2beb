from __future__ import annotations

from pathlib import Path

import pytest

import grader.marking
from grader.authoring import Task, call, fixed
from grader.checks import close, exact
from grader.grade import Status, Verdict
from grader.marking import NOTES, mark, prepare, reject
from grader.marking import value as value_stage
from grader.run import Run, RunStatus
from grader.sheet import Sheet
from grader.submission import Rejection
from tests.marking.notebook import SEED, Notebook, is_known, sheet_of


def small() -> Sheet:
    task = Task("First")

    @task.value(points=1.5, check=exact(), public=True)
    def corners() -> int:
        """Corners of a square."""
        return 4

    @task.function(points=2, calls=fixed(call(1.0), call(2.0)), check=close(rtol=1e-6))
    def double(x: float) -> float:
        """Twice."""
        return 2 * x

    other = Task("Second")

    @other.text(points=1)
    def reason() -> None:
        """Why?"""

    return sheet_of(task, other)


SHEET = small()


def right() -> Notebook:
    notebook = Notebook().code(binds={"corners": 4, "reason": "Because it has four sides."})
    return notebook.function(SHEET, "double", lambda x: 2 * x)


def test_every_question_gets_one_mark_in_the_order_of_the_sheet() -> None:
    grade = right().grade(SHEET)
    assert [one.question for one in grade.questions] == [q.id for q in SHEET.questions]
    assert [one.max_points for one in grade.questions] == [1.5, 2, 1]
    assert [one.public for one in grade.questions] == [True, False, False]
    assert grade.max_points == 4.5


def test_points_are_the_sum_of_what_is_decided_and_the_rest_is_open() -> None:
    grade = right().grade(SHEET)
    assert grade.points == 3.5
    assert grade.undecided_points == 1
    assert grade.status is Status.NEEDS_REVIEW


def test_a_grade_without_anything_open_is_graded() -> None:
    grade = Notebook().code(binds={"corners": 4}).grade(SHEET)
    assert (grade.status, grade.points) == (Status.GRADED, 1.5)


def test_the_run_is_summed_up() -> None:
    notebook = right()
    run = Run(status=RunStatus.ERROR, reason="A cell failed.", wall_seconds=2.5, peak_rss_bytes=7)
    grade = mark(prepare(SHEET, seed=SEED), notebook.submission, run)
    assert grade.run is not None
    assert (grade.run.status, grade.run.wall_seconds, grade.run.peak_rss_bytes) == (
        RunStatus.ERROR,
        2.5,
        7,
    )
    assert grade.run.reason == "A cell failed."


def test_our_own_failure_in_one_question_leaves_the_others_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr(value_stage, "compare", broken)
    corners, double, reason = right().grade(SHEET).questions
    assert (corners.verdict, corners.points) == (Verdict.GRADER_ERROR, None)
    assert corners.note == "grader_error:KeyError"
    assert "secret" not in corners.feedback and "not your mistake" in corners.feedback
    assert double.verdict is Verdict.CORRECT
    assert reason.verdict is Verdict.NEEDS_REVIEW


def test_the_same_observations_get_the_same_grade() -> None:
    prepared = prepare(SHEET, seed=SEED)
    notebook = right()
    first = mark(prepared, notebook.submission, notebook.run)
    assert mark(prepared, notebook.submission, notebook.run) == first


def test_a_file_that_could_not_be_read_goes_to_a_person_with_its_reason() -> None:
    reason = "bob.ipynb is empty; hand in a notebook"
    grade = reject(SHEET, Rejection(name="bob", source="bob.ipynb", reason=reason))
    assert (grade.status, grade.points, grade.max_points) == (Status.NOT_GRADED, 0, 4.5)
    assert grade.reason == reason
    assert grade.run is None
    assert {one.verdict for one in grade.questions} == {Verdict.NEEDS_REVIEW}
    assert {one.points for one in grade.questions} == {None}
    assert all(is_known(one.note) for one in grade.questions)


def test_a_file_on_which_the_grader_failed_is_our_error() -> None:
    grade = reject(SHEET, Rejection(name="bob", source="bob.ipynb", reason="failed", ours=True))
    assert grade.status is Status.NOT_GRADED
    assert {one.verdict for one in grade.questions} == {Verdict.GRADER_ERROR}
    assert all(is_known(one.note) for one in grade.questions)


def test_every_note_of_the_table_can_occur() -> None:
    folder = Path(grader.marking.__file__).parent
    source = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "notes.py")
    for code in NOTES:
        stem = code.split(":")[0]
        rest = code.partition(":")[2]
        assert stem in source, code
        assert rest.isupper() or "/" in rest or "+" in rest or "|" in rest or rest in source, code


def test_an_unknown_note_would_be_noticed() -> None:
    assert is_known("misconception:a+b") and is_known("misconception:a")
    assert is_known("partial:3/7") and is_known("ambiguous:a|b+c")
    assert not is_known("mistake:a") and not is_known("missing:else") and not is_known("")


def test_details_are_limited_in_number_and_length() -> None:
    notebook = Notebook().code(binds={"corners": list(range(10_000))})
    corners = notebook.grade(SHEET).questions[0]
    assert len(corners.details) < 50
    assert all(len(line) < 700 for line in corners.details)
    assert len(corners.given) < 300
