"""Results for platforms: read back as they read them, no point is invented and none is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cli.containers import encoded
from grader.grade import Grade, Gradebook, Mark, QuestionHead, SheetHead, Status, Verdict
from grader.report import gradescope, prairielearn
from tests.lms import reading

HOSTILE = "<script>alert(1)</script> **bold** \x1b[31mred\x1b[0m ‮evil\0 [x](javascript:1)"


def head(name: str, *, public: bool = True) -> QuestionHead:
    return QuestionHead(
        question=f"t.{name}", title=f"What is {name}?", statement="", task="T", part="1a",
        kind="value", max_points=2.0, public=public,
    )  # fmt: skip


def mark(name: str, verdict: Verdict, points: float | None, **more: object) -> Mark:
    return Mark(question=f"t.{name}", verdict=verdict, points=points, max_points=2.0, **more)  # type: ignore[arg-type]


def book(*marks: Mark, status: Status = Status.GRADED, reason: str = "") -> Gradebook:
    names = [one.question.removeprefix("t.") for one in marks]
    heads = tuple(head(name, public=one.public) for name, one in zip(names, marks, strict=True))
    grade = Grade(
        submission="s", source="s.ipynb", sha256="", status=status,
        points=sum(one.points or 0.0 for one in marks), max_points=2.0 * len(marks), run=None,
        questions=marks, reason=reason,
    )  # fmt: skip
    sheet = SheetHead(
        name="sheet", title="Sheet", version="1", max_points=grade.max_points, questions=heads
    )
    return Gradebook(sheet=sheet, environment={"isolation": "strict"}, submissions=(grade,))


def of_gradescope(made: Gradebook) -> reading.Seen:
    return reading.gradescope(encoded(gradescope.results(made.submissions[0], made)))


def of_prairielearn(made: Gradebook) -> float | None:
    return reading.prairielearn(encoded(prairielearn.results(made.submissions[0], made)))


RIGHT = mark("a", Verdict.CORRECT, 2.0, public=True, given="7")
WRONG = mark("b", Verdict.INCORRECT, 0.0, public=True, given="8")
HIDDEN = mark("c", Verdict.INCORRECT, 0.0, given="9", feedback="the hidden hint")
WAITS = mark("d", Verdict.NEEDS_REVIEW, None, public=True, suggestions=("a claim",))
OURS = mark("e", Verdict.GRADER_ERROR, None, public=True)


def test_decided_points_arrive_as_they_are() -> None:
    made = book(RIGHT, WRONG)
    seen = of_gradescope(made)
    assert (seen.score, seen.total_is_shown) == (2.0, True)
    assert [(test["score"], test["max_score"]) for test in seen.tests] == [(2.0, 2.0), (0.0, 2.0)]
    assert of_prairielearn(made) == 0.5


def test_what_is_not_public_is_seen_only_once_grades_are_published() -> None:
    made = book(RIGHT, HIDDEN)
    seen = of_gradescope(made)
    assert "the hidden hint" not in seen.shown and "What is a?" in seen.shown
    assert not seen.total_is_shown
    assert "the hidden hint" in seen.tests[1]["output"]
    learner = encoded(prairielearn.results(made.submissions[0], made)).decode()
    assert "the hidden hint" not in learner and "What is c?" not in learner


def test_an_expected_value_is_not_shown_before_grades_are_published() -> None:
    seen = of_gradescope(book(RIGHT, replace(WRONG, expected="42.125")))
    assert "42.125" not in seen.shown and "42.125" in seen.tests[1]["output"]


@pytest.mark.parametrize("open_mark", [WAITS, OURS])
def test_what_waits_for_a_person_has_no_points_and_says_so(open_mark: Mark) -> None:
    made = book(RIGHT, WRONG, open_mark, status=Status.NEEDS_REVIEW)
    seen = of_gradescope(made)
    assert seen.score == 2.0
    assert {"score", "max_score", "status"}.isdisjoint(seen.tests[2])
    assert "2 of 6 points wait for a person" in seen.shown
    assert "neither given nor lost" in seen.shown
    assert "a claim" not in seen.tests[2]["output"]
    assert of_prairielearn(made) is None


@pytest.mark.parametrize(
    "made",
    [
        book(WAITS, OURS, status=Status.NEEDS_REVIEW),
        book(WAITS, OURS, status=Status.NOT_GRADED, reason="a.ipynb: is empty"),
    ],
)
def test_where_nothing_is_decided_there_is_no_score(made: Gradebook) -> None:
    seen = of_gradescope(made)
    assert seen.score is None
    assert "not zero points" in seen.shown
    assert made.submissions[0].reason in seen.shown
    assert of_prairielearn(made) is None


def test_a_failure_of_ours_is_said_and_has_no_score() -> None:
    seen = reading.gradescope(encoded(gradescope.unscored("The grader could not start.")))
    assert seen.score is None and "could not start" in seen.shown
    assert reading.prairielearn(encoded(prairielearn.ungradable("It could not start."))) is None


def test_what_a_learner_wrote_is_plain_text_alone() -> None:
    seen = of_gradescope(book(replace(WRONG, given=HOSTILE, feedback=HOSTILE, details=(HOSTILE,))))
    assert not seen.markup
    assert not set("\x1b\0‮") & set(seen.shown)
    assert "<script>" in seen.shown, "as text it stands unchanged"


@given(st.lists(st.text(max_size=300_000), min_size=1, max_size=4))
def test_results_stay_small_whatever_is_in_them(texts: list[str]) -> None:
    made = book(*(replace(RIGHT, given=one, details=(one,) * 40) for one in texts))
    data = encoded(prairielearn.results(made.submissions[0], made))
    assert reading.prairielearn(data) is not None and len(data) < prairielearn.MAX_BYTES
    assert of_gradescope(made).score == 2.0 * len(texts)


def test_the_next_step_is_told_unless_it_leads_to_another_question() -> None:
    missing = mark("b", Verdict.MISSING, 0.0, public=True, note="missing")
    told = of_gradescope(book(missing)).tests[0]["output"]
    assert "Next step: Assign your result to the name `b`" in told
    made = book(mark("a", Verdict.INCORRECT, 0.0), mark("b", Verdict.INCORRECT, 0.0, public=True))
    first, second = made.sheet.questions
    sheet = replace(made.sheet, questions=(first, replace(second, depends=("t.a",))))
    shown = of_gradescope(replace(made, sheet=sheet)).tests
    assert "Next step" not in shown[1]["output"]
