"""What pictures hold: the learner's own numbers, and what is expected only where it is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, get_args

import numpy as np
import pytest

from grader.authoring import Task, call, fixed, per_call, per_entry
from grader.checks import close, exact
from grader.errors import AuthorError
from grader.grade import Grade, Mark, Policy, Status, Verdict
from grader.picture import Plan
from grader.pictured import Way, Where, bars, graph, own, series, trajectory
from grader.report.views import for_instructor, for_learner, pictures_with_expected
from grader.sheet import Sheet, public_view
from tests.marking.notebook import Notebook, sheet_of

SECRETS = ("8731", "8741", "8761", "4219")


def growing(*, show_expected: Policy = "never", public: bool = True) -> Task:
    """A trace, its end and a function, with numbers that stand nowhere else."""
    task = Task("Growth")

    @task.value(points=3, check=exact(), credit=per_entry(), show_expected=show_expected)
    def trace() -> list[int]:
        """Three numbers."""
        return [8731, 8741, 8761]

    @trace.accepts
    def with_a_start() -> list[int]:
        """It begins with the start."""
        return [1, 8731, 8741, 8761]

    @task.value(points=1, check=exact(), show_expected=show_expected)
    def end(trace: list[int]) -> int:
        """The last one."""
        return trace[-1]

    @task.function(
        points=2,
        calls=fixed(call(1.0, public=public), call(2.0, public=public)),
        check=close(rtol=1e-6),
        credit=per_call(),
        show_expected=show_expected,
    )
    def grown(x: float) -> float:
        """4219 times as much."""
        return 4219.0 * x

    entries: list[tuple[str, Way]] = [(f"l{i}", ("trace", i)) for i in range(3)]
    task.picture("trace", series("Trace", entries=entries))
    task.picture(
        "end", graph("Graph", nodes={"s": "", "e": "end"}, links={("s", "e"): ("trace", 0)})
    )
    task.picture("grown", series("Calls", entries=[("one", ("grown", 0)), ("two", ("grown", 1))]))
    return task


def pictures(mark: Mark) -> str:
    return json.dumps([asdict(one) for one in mark.pictures])


def wrong(sheet: Sheet) -> Notebook:
    notebook = Notebook().code(binds={"trace": [8731, 12, 13], "end": 77})
    return notebook.function(sheet, "grown", lambda x: 2019.0 * x)


@pytest.mark.parametrize("shown", get_args(Policy))
def test_expected_values_are_there_exactly_where_the_author_always_shows_them(
    shown: Policy,
) -> None:
    sheet = sheet_of(growing(show_expected=shown))
    marks = [wrong(sheet).mark(sheet, name) for name in ("trace", "end", "grown")]
    held = "".join(map(pictures, marks))
    # The first entry is the learner's own.
    assert [secret for secret in SECRETS[1:] if secret in held] == (
        list(SECRETS[1:]) * (shown == "always")
    )


@pytest.mark.parametrize("shown", get_args(Policy))
def test_expected_values_are_kept_apart_by_the_question_that_they_belong_to(shown: Policy) -> None:
    sheet = sheet_of(growing(show_expected=shown))
    mark = wrong(sheet).mark(sheet, "end")
    assert {(one.question, one.expected) for one in mark.hidden.entries} == {
        ("task.end", "8761"), ("task.trace", "8731"),
    }  # fmt: skip
    (picture,) = pictures_with_expected(mark)
    assert [one.expected for one in picture.entries] == ["", "8761", "8731"]
    (picture,) = pictures_with_expected(mark, shown={"task.trace"})
    end = "8761" if shown == "always" else ""
    assert [one.expected for one in picture.entries] == ["", end, "8731"]


def test_what_is_expected_of_calls_goes_with_the_second_picture_of_a_mark() -> None:
    sheet = sheet_of(growing())
    mark = wrong(sheet).mark(sheet, "grown")
    errors, own = pictures_with_expected(mark)
    assert [one.expected for one in errors.entries] == ["", ""]
    assert [one.expected for one in own.entries] == ["4219", "8438"]


def test_a_question_may_have_several_pictures() -> None:
    task = growing()
    task.picture("end", series("Again", entries=[("e", "end")]))
    sheet = sheet_of(task)
    drawn = pictures_with_expected(wrong(sheet).mark(sheet, "end"))
    assert [(one.title, one.entries[-1].expected) for one in drawn] == [
        ("Graph", "8731"), ("Again", "8761"),
    ]  # fmt: skip


def test_parts_say_what_their_mark_says() -> None:
    sheet = sheet_of(growing())
    mark = wrong(sheet).mark(sheet, "trace")
    (picture,) = mark.pictures
    assert mark.verdict is Verdict.PARTIAL
    assert [(one.given, one.state) for one in picture.entries] == [
        ("8731", "right"), ("12", "wrong"), ("13", "wrong"),
    ]  # fmt: skip


def test_a_variant_that_begins_earlier_makes_no_wrong_entry_right() -> None:
    sheet = sheet_of(growing())
    (picture,) = Notebook().code(binds={"trace": [8731, 8731, 13]}).mark(sheet, "trace").pictures
    assert [one.state for one in picture.entries] == ["right", "wrong", "wrong"]


def test_an_end_that_follows_from_an_own_slip_is_not_wrong() -> None:
    sheet = sheet_of(growing())
    mark = Notebook().code(binds={"trace": [8731, 12, 13], "end": 13}).mark(sheet, "end")
    (picture,) = mark.pictures
    assert {one.name: one.state for one in picture.entries}["e"] == "follows"


def test_a_list_of_another_length_is_numbered_and_bounded() -> None:
    sheet = sheet_of(growing())
    mark = Notebook().code(binds={"trace": list(range(9_000))}).mark(sheet, "trace")
    (picture,) = mark.pictures
    assert [one.name for one in picture.entries] == ["1", "2", "3"]
    assert picture.left_out == 8_997


@pytest.mark.parametrize(
    "given",
    [float("nan"), float("inf"), 10**400, "12", None, {}, [], [None] * 3, [[1]] * 3, [True] * 3,
     [float("nan")] * 3, [10**400] * 3, np.zeros((3, 2)), {"l0": 1}],
    ids=str,
)  # fmt: skip
def test_odd_values_lead_to_no_grader_error(given: object) -> None:
    sheet = sheet_of(growing())
    mark = Notebook().code(binds={"trace": given, "end": 1}).mark(sheet, "trace")
    assert mark.verdict is not Verdict.GRADER_ERROR
    assert all(one.given in ("", "nan", "inf") for p in mark.pictures for one in p.entries)


def test_what_is_not_answered_is_not_drawn() -> None:
    sheet = sheet_of(growing())
    assert Notebook().code("pass").mark(sheet, "trace").pictures == ()


def test_how_far_off_calls_are_is_drawn_where_some_are() -> None:
    sheet = sheet_of(growing())
    (errors, own) = wrong(sheet).mark(sheet, "grown").pictures
    assert (errors.kind, own.kind) == ("agreement", "series")
    assert [one.given for one in errors.entries] == ["2200", "4400"]
    right = Notebook().function(sheet, "grown", lambda x: 4219.0 * x).mark(sheet, "grown")
    assert [one.kind for one in right.pictures] == ["series"]


def test_of_calls_made_at_grading_alone_only_what_agrees_is_drawn() -> None:
    sheet = sheet_of(growing(public=False))
    (errors, _) = wrong(sheet).mark(sheet, "grown").pictures
    assert [(one.given, one.state) for one in errors.entries] == [("", "wrong")] * 2


def test_a_learners_own_check_has_no_pictures_of_other_questions() -> None:
    assert all(not task.pictures for task in public_view(sheet_of(growing())).tasks)


def test_a_picture_of_what_is_not_there_is_refused() -> None:
    for entries in ([("a", "trase")], [("a", ("grown", 2))], [("a", "grown")]):
        task = growing()
        task.picture("trace", series("Wrong", entries=entries))
        with pytest.raises(AuthorError, match="Wrong"):
            task.build("task")
    with pytest.raises(AuthorError, match="circle"):
        graph("g", nodes={"a": "", "b": ""}, links={("a", "b"): "", ("b", "a"): ""})
    with pytest.raises(AuthorError, match="no node 'b'"):
        graph("g", nodes={"a": ""}, links={("a", "b"): ""})


def test_a_trajectory_goes_on_from_the_learners_own_results() -> None:
    sheet = sheet_of(stepping_alone())
    mark = Notebook().function(sheet, "step", lambda w, g: w + g).mark(sheet, "step")
    way = pictures_with_expected(mark)[-1]
    assert [one.given for one in way.entries] == ["9", "11", "15"]
    assert [one.expected for one in way.entries] == ["5", "4.5", "6.25"]
    assert [one.state for one in way.entries] == ["wrong"] * 3


def stepping_alone() -> Task:
    """A function of one fed argument, and its trajectory."""
    task = Task("Steps")

    @task.function(points=1, calls=fixed(call(2.0, 1.0)), check=close(rtol=1e-6))
    def step(w: float, g: float) -> float:
        """Halve w, add g."""
        return w / 2 + g

    steps = [{"g": 1.0}, {"g": 2.0}, {"g": 4.0}]
    way = trajectory("Way", "step", start={"w": 8.0}, steps=steps, feeds=("w",))
    task.picture("step", way)
    return task


OWN_WAYS: list[tuple[Callable[[float, float], Any], Verdict, list[tuple[str, str]]]] = [
    (lambda w, g: w / 2 + g, Verdict.CORRECT,
     [("5", "right"), ("4.5", "right"), ("6.25", "right")]),
    (lambda w, g: w / 2 + g if w < 5 else w * 1.1 / 2 + g, Verdict.CORRECT,
     [("5.4", "unsaid"), ("4.97", "unsaid"), ("6.485", "unsaid")]),
    (lambda w, g: w / 2 - g, Verdict.INCORRECT,
     [("3", "wrong"), ("-0.5", "wrong"), ("-4.25", "wrong")]),
    (lambda w, g: w / 2 + g * 1.0001, Verdict.INCORRECT,
     [("5.0001", "unsaid"), ("4.50025", "unsaid"), ("6.250525", "unsaid")]),
    (lambda w, g: "text", Verdict.INCORRECT, [("", "unsaid")] * 3),
    (lambda w, g: float("nan"), Verdict.INCORRECT, [("nan", "wrong")] * 3),
    (lambda w, g: 1 / 0, Verdict.INCORRECT, [("", "unsaid")] * 3),
]  # fmt: skip


@pytest.mark.parametrize(("function", "verdict", "entries"), OWN_WAYS)
def test_a_trajectory_never_says_another_thing_than_its_mark(
    function: Callable[[float, float], Any], verdict: Verdict, entries: list[tuple[str, str]]
) -> None:
    sheet = sheet_of(stepping_alone())
    mark = Notebook().function(sheet, "step", function).mark(sheet, "step")
    assert mark.verdict is verdict
    assert [(one.given, one.state) for one in mark.pictures[-1].entries] == entries


def test_without_a_function_bars_hold_the_total_alone_and_the_instructor_sees_all() -> None:
    sheet = sheet_of(bars_beside_a_total())
    mark = Notebook().code(binds={"total": 77}).mark(sheet, "total")
    (picture,) = mark.pictures
    assert [(one.name, one.given, one.state) for one in picture.entries] == [
        ("a", "", "unsaid"), ("b", "", "unsaid"), ("total", "77", "wrong"),
    ]  # fmt: skip
    assert [one.expected for one in pictures_with_expected(mark)[0].entries] == ["8", "16", "8731"]
    with_it = Notebook().code(binds={"total": 77}).function(sheet, "half", lambda w: w / 4)
    (picture,) = with_it.mark(sheet, "total").pictures
    assert [(one.given, one.state) for one in picture.entries] == [
        ("4", "wrong"), ("8", "wrong"), ("77", "wrong"),
    ]  # fmt: skip


def bars_beside_a_total() -> Task:
    """A function, called for two bars, and a total."""
    task = Task("Bars")

    @task.function(points=1, calls=fixed(call(2.0)), check=close(rtol=1e-6))
    def half(w: float) -> float:
        """Half of it."""
        return w / 2

    @task.value(points=1, check=exact())
    def total() -> int:
        """All."""
        return 8731

    entries: list[tuple[str, Where]] = [("a", own("half", w=16.0)), ("b", own("half", w=32.0))]
    task.picture("total", bars("Bars", entries=[*entries, ("total", "total")], scale="log"))
    return task


def test_what_is_expected_in_bars_and_trajectories_is_no_learners() -> None:
    for task, name in ((stepping_alone(), "step"), (bars_beside_a_total(), "total")):
        sheet = sheet_of(task)
        mark = Notebook().code(binds={"other": 1}).mark(sheet, name)
        assert mark.pictures and all(not e.expected for p in mark.pictures for e in p.entries)
        grade = Grade(
            submission="a", source="a", sha256="", status=Status.GRADED, points=0, max_points=1,
            run=None, questions=(mark,),
        )  # fmt: skip
        assert for_learner(grade, sheet.head()).questions[0].pictures == ()
        assert for_instructor(grade).questions[0].pictures[0].entries[0].expected


BAD_CALLS: list[tuple[Callable[[], Plan], str]] = [
    (lambda: trajectory("W", "step", start={"w": 1.0}, steps=[{}], feeds=("w",)), "step"),
    (lambda: trajectory("W", "step", start={"w": 1.0, "g": 1.0}, steps=[{}], feeds=("v",)), "v"),
    (
        lambda: trajectory("W", "step", start={"w": 1.0, "g": 1.0, "z": 1}, steps=[{}], feeds=()),
        "z",
    ),
    (lambda: trajectory("W", "step", start={"w": 1.0, "g": open}, steps=[{}], feeds=("w",)), "W"),
    (lambda: trajectory("W", "stap", start={}, steps=[{}], feeds=("w",)), "stap"),
    (lambda: trajectory("W", "step", start={}, steps=[{}] * 65, feeds=("w",)), "65"),
]


@pytest.mark.parametrize(("plan", "said"), BAD_CALLS)
def test_calls_for_a_picture_that_cannot_be_made_are_refused(
    plan: Callable[[], Plan], said: str
) -> None:
    with pytest.raises(AuthorError, match=said):
        task = stepping_alone()
        task.picture("step", plan())
        task.build("task")


@pytest.mark.parametrize("given", [0.0, 1e-9])
def test_the_error_of_an_answer_near_zero_does_not_tell_the_expected_one(given: float) -> None:
    sheet = sheet_of(growing())
    mark = Notebook().function(sheet, "grown", lambda x: given).mark(sheet, "grown")
    errors = mark.pictures[0]
    assert [(one.given, one.state) for one in errors.entries] == [("", "wrong")] * 2
