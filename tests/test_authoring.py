from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import grader
from grader.authored import origin
from grader.authoring import Task, call, claim, drawn, fixed, per_call, per_entry, whole
from grader.checks import close, exact
from grader.errors import AuthorError
from grader.grade import SheetHead
from grader.probe import Limits
from grader.sheet import Credit, Question, Sheet, function_probe, probe, public_view
from grader.values import Integer, Real, to_python

CALLS = fixed(call(1.0, public=True), call(2.0))


def refusal(write: Callable[[Task], object], *, place: bool = True) -> str:
    """The sentence with which a task is refused, without its place."""
    with pytest.raises(AuthorError) as caught:
        task = Task("T")
        write(task)
        task.build("t")
    sentence = str(caught.value)
    assert "\n" not in sentence
    found = re.match(rf"{re.escape(__file__)}, line (\d+): ", sentence)
    assert bool(found) == place, sentence
    if found:
        lines, first = inspect.getsourcelines(write)
        assert first <= int(found[1]) < first + len(lines)
        sentence = sentence[found.end() :]
    return sentence


def add_value(task: Task, **details: Any) -> Any:
    @task.value(**{"points": 1, "check": exact(), **details})
    def size() -> int:
        """A size."""
        return 5

    return size


# What an author gets wrong


def test_a_question_that_is_there_twice() -> None:
    def write(task: Task) -> None:
        add_value(task)

        @task.value(points=1, check=exact())
        def size() -> int:
            """Again."""
            return 6

    assert refusal(write) == "question 'size' is there twice; give one another name"


@pytest.mark.parametrize("name", ["size", "area"])
def test_an_answer_instead_that_is_not_there_or_the_question_itself(name: str) -> None:
    def write(task: Task) -> None:
        @task.value(points=1, check=exact(), instead=(name,))
        def size() -> int:
            """A size."""
            return 5

    assert f"size names the answer instead {name!r}, which is not there" in refusal(write)


@pytest.mark.parametrize("points", [-1, float("nan"), float("inf")])
def test_points_out_of_range(points: float) -> None:
    def write(task: Task) -> None:
        @task.value(points=points, check=exact())
        def size() -> int:
            """A size."""
            return 6

    assert refusal(write) == f"size has points={points!r}; give 0 or more"


@pytest.mark.parametrize("docstring", ["", None, "   "])
def test_a_reference_without_a_docstring(docstring: str | None) -> None:
    def write(task: Task) -> None:
        def size() -> int:
            return 6

        size.__doc__ = docstring
        task.value(points=1, check=exact())(size)

    assert refusal(write) == "size has no docstring; write what the learner shall read"


def test_a_misconception_without_a_docstring() -> None:
    def write(task: Task) -> None:
        @add_value(task).misconception(points=0.5)  # type: ignore[untyped-decorator]
        def wrong() -> int:
            return 6

    assert "wrong has no docstring" in refusal(write)


def test_an_accepted_variant_without_a_docstring() -> None:
    def write(task: Task) -> None:
        @add_value(task).accepts  # type: ignore[untyped-decorator]
        def other() -> int:
            return 6

    assert "other has no docstring" in refusal(write)


@pytest.mark.parametrize("points", [-0.5, 1, 1.5, float("nan")])
def test_a_misconception_that_earns_too_much_or_too_little(points: float) -> None:
    def write(task: Task) -> None:
        @add_value(task).misconception(points=points)  # type: ignore[untyped-decorator]
        def wrong() -> int:
            """Wrong."""
            return 6

    assert refusal(write) == (
        f"misconception 'wrong' earns points={points!r} of 1; a mistake earns from 0 up to less "
        "than full marks"
    )


@pytest.mark.parametrize("first", ["misconception", "accepts"])
def test_a_name_that_is_there_twice_for_one_question(first: str) -> None:
    def write(task: Task) -> None:
        question = add_value(task)

        def wrong() -> int:
            """Wrong."""
            return 6

        if first == "accepts":
            question.accepts(wrong)
        else:
            question.misconception(points=0.5)(wrong)
        question.misconception(points=0.5)(wrong)

    sentence = refusal(write)
    assert sentence == "'wrong' is there twice for question 'size'; give one another name"


def test_a_switch_that_the_reference_does_not_have() -> None:
    def write(task: Task) -> None:
        @task.value(points=1, check=exact())
        def size(*, kernel: int = 9) -> int:
            """A size."""
            return kernel

        @size.misconception(points=0, switches={"kernle": 3})
        def wrong() -> None:
            """Wrong."""

    assert refusal(write) == (
        "size names the switch 'kernle', which is not there; did you mean 'kernel'?"
    )


def test_a_switch_where_the_reference_has_none() -> None:
    def write(task: Task) -> None:
        @add_value(task).misconception(points=0, switches={"a": 3})  # type: ignore[untyped-decorator]
        def wrong() -> None:
            """Wrong."""

    assert refusal(write) == "size names the switch 'a', which is not there; there is none yet"


def test_a_dependency_that_is_not_asked_before() -> None:
    def write(task: Task) -> None:
        add_value(task)

        @task.value(points=1, check=exact())
        def twice(sise: int) -> int:
            """Twice."""
            return 2 * sise

    assert refusal(write) == (
        "twice names the dependency 'sise', which is not there; did you mean 'size'?"
    )


def test_a_step_that_is_no_question() -> None:
    def write(task: Task) -> None:
        @task.value(points=1, check=exact(), steps=["other"])
        def size() -> int:
            """A size."""
            return 5

    assert refusal(write) == "size names the step 'other', which is not there; known are size"


def test_a_spelling_for_a_parameter_that_is_not_there() -> None:
    def write(task: Task) -> None:
        @task.function(points=1, calls=CALLS, check=exact(), spellings={"rate": ["lr"]})
        def step(x: float) -> float:
            """A step."""
            return x

    assert refusal(write) == (
        "step names the spelling for parameter 'rate', which is not there; known are x"
    )


def test_a_call_with_an_argument_that_is_not_there() -> None:
    def write(task: Task) -> None:
        @task.function(points=1, calls=fixed(call(1.0, ratee=3)), check=exact())
        def step(x: float, rate: float = 1.0) -> float:
            """A step."""
            return x * rate

    assert refusal(write) == (
        "step names the argument 'ratee', which is not there; did you mean 'rate'?"
    )


def test_a_call_that_does_not_fit() -> None:
    def write(task: Task) -> None:
        @task.function(points=1, calls=fixed(call(1.0, 2.0)), check=exact())
        def step(x: float) -> float:
            """A step."""
            return x

    assert refusal(write) == "call(1.0, 2.0) does not fit step: too many positional arguments"


def test_a_function_without_calls() -> None:
    def write(task: Task) -> None:
        @task.function(points=1, calls=fixed(), check=exact())
        def step(x: float) -> float:
            """A step."""
            return x

    assert refusal(write) == "step makes no call; give calls=fixed(…)"


def test_a_default_that_cannot_cross_the_border() -> None:
    def write(task: Task) -> None:
        @task.function(points=1, calls=CALLS, check=exact())
        def step(x: float, how: object = print) -> float:
            """A step."""
            return x

    assert refusal(write).startswith("parameter 'how': <built-in function print> of type builtin")


def test_points_that_do_not_add_up() -> None:
    task = Task("T", points=3)
    add_value(task)
    with pytest.raises(AuthorError) as caught:
        task.build("t")
    assert str(caught.value) == (
        "task 't' says points=3, but its questions add up to 1; correct one of them"
    )


def test_a_task_that_asks_nothing() -> None:
    sentence = refusal(lambda task: None, place=False)
    assert sentence == "task 't' asks nothing; decorate a function with @task.value"


def test_a_claim_whose_pattern_is_no_regex() -> None:
    with pytest.raises(AuthorError, match=r"claim 'it grows': pattern '\(' is not a regex"):
        claim("it grows", "(")


def test_an_unknown_keyword_is_refused() -> None:
    with pytest.raises(TypeError, match="pionts"):
        add_value(Task("T"), pionts=3)


# What an author writes


def whole_task() -> Task:
    task = Task("Title", number=3, points=6)

    @task.value(
        points=2,
        check=close(rtol=1e-2),
        part="3a",
        credit=per_entry(),
        aliases=["n_conv"],
        forbids=[".backward"],
        requires=["torch"],
        public=True,
    )
    def conv(*, kernel: int = 9) -> int:
        """Parameters of the convolutions.

        Biases included.
        """
        return kernel * 10

    @conv.misconception(points=1, switches={"kernel": 3}, about="the kernel")
    def side() -> None:
        """The area, not the side."""

    @conv.accepts
    def other() -> int:
        """in thousands"""
        return 7

    @task.value(points=1, check=exact(), steps=["conv"], show_expected="always")
    def twice(conv: int) -> int:
        """Twice."""
        return 2 * conv

    @task.function(
        points=2,
        check=close(rtol=1e-6),
        credit=per_call(),
        calls=CALLS + drawn(lambda random: [call(float(random.normal()), rate=0.5)]),
        spellings={"rate": ["lr", "alpha"]},
    )
    def step(x: float, rate: float = 0.25, *, sign: int = -1) -> float:
        """One step."""
        return x + sign * rate

    @task.text(points=1, claims=[claim("it grows", "grow")], aliases=["why"])
    def reason() -> None:
        """Why?"""

    return task


def asked() -> dict[str, Question]:
    return {question.name: question for question in whole_task().build("counting").questions}


def small_sheet() -> Sheet:
    tasks = (whole_task().build("counting"),)
    return Sheet(
        name="s",
        title="S",
        folder=Path("s"),
        version="00000010" + "f" * 56,
        tasks=tasks,
        limits=Limits(),
    )


def test_the_functions_name_is_what_the_learner_defines() -> None:
    assert list(asked()) == ["conv", "twice", "step", "reason"]
    assert {question.id for question in asked().values()} == {
        "counting.conv",
        "counting.twice",
        "counting.step",
        "counting.reason",
    }


def test_the_docstring_is_what_the_learner_reads() -> None:
    conv = asked()["conv"]
    assert conv.statement == "Parameters of the convolutions.\n\nBiases included."
    head = conv.head(task_title="Title")
    assert (head.title, head.part, head.task) == ("Parameters of the convolutions.", "3a", "Title")


def test_the_body_is_the_reference_and_parameters_are_dependencies() -> None:
    questions = asked()
    assert questions["conv"].reference() == 90
    assert questions["conv"].depends == ()
    assert questions["twice"].depends == ("conv",)
    assert questions["twice"].reference(conv=4) == 8


def test_switches_turn_the_reference_into_a_misconception() -> None:
    (side,) = asked()["conv"].misconceptions
    assert (side.name, side.points, side.about) == ("side", 1, "the kernel")
    assert side.feedback == "The area, not the side."
    assert side.reference() == 30
    assert side.switches == {"kernel": 3}


def test_an_accepted_variant_keeps_its_description() -> None:
    (other,) = asked()["conv"].accepted
    assert (other.name, other.description, other.reference()) == ("other", "in thousands", 7)


def test_options_are_kept() -> None:
    questions = asked()
    conv = questions["conv"]
    assert (conv.aliases, conv.forbids, conv.requires) == (("n_conv",), (".backward",), ("torch",))
    assert (conv.public, conv.credit) == (True, Credit.PER_ENTRY)
    assert (questions["twice"].steps, questions["twice"].show_expected) == (("conv",), "always")
    assert questions["step"].credit is Credit.PER_CALL
    assert questions["reason"].claims[0].pattern == "grow"
    assert whole() is Credit.WHOLE


def test_a_functions_contract_is_its_positional_parameters() -> None:
    x, rate = asked()["step"].arguments
    assert (x.name, x.default, x.spellings) == ("x", None, ())
    assert (rate.name, rate.spellings) == ("rate", ("lr", "alpha"))
    assert rate.default == Real((0.25).hex())


def test_origins_name_file_and_line() -> None:
    place = asked()["conv"].origin
    assert place.file == __file__
    lines = Path(__file__).read_text().splitlines()
    assert "task.value" in lines[place.line - 1]
    assert str(origin(whole_task)).startswith(f"{__file__}, line ")


def test_calls_are_the_fixed_ones_and_then_the_drawn_ones() -> None:
    plan = function_probe(asked()["step"], seed=1)
    assert plan is not None
    calls = [{name: to_python(value) for name, value in one.arguments} for one in plan.calls]
    assert calls[:2] == [{"x": 1.0}, {"x": 2.0}]
    assert calls[2]["rate"] == 0.5
    assert function_probe(asked()["step"], seed=1) == plan
    assert function_probe(asked()["step"], seed=2) != plan
    assert function_probe(asked()["conv"], seed=1) is None


def test_arguments_are_bound_in_the_contracts_order() -> None:
    task = Task("T")

    @task.function(points=1, calls=fixed(call(3, c=1, b=2)), check=exact())
    def f(a: int, b: int, c: int) -> int:
        """A function."""
        return a

    plan = function_probe(task.build("t").questions[0], seed=0)
    assert plan is not None
    assert plan.calls[0].arguments == (
        ("a", Integer("3")),
        ("b", Integer("2")),
        ("c", Integer("1")),
    )


def test_the_probe_tells_names_and_calls_and_nothing_of_how_they_are_judged() -> None:
    plan = probe(small_sheet(), seed=1)
    assert plan.names == ("conv", "n_conv", "twice", "step", "reason", "why")
    assert [one.question for one in plan.functions] == ["counting.step"]
    told = repr(plan)
    assert "points" not in told and "90" not in told and "side" not in told


def test_a_sheet_adds_up_its_points_and_derives_its_seed_from_its_version() -> None:
    sheet = small_sheet()
    assert sheet.max_points == 6
    assert sheet.seed == 16
    head = sheet.head()
    assert isinstance(head, SheetHead)
    assert [one.max_points for one in head.questions] == [2, 1, 2, 1]
    assert [one.public for one in head.questions] == [True, False, True, False]


def test_the_public_view_makes_the_public_calls_alone() -> None:
    step = public_view(small_sheet()).questions[2]
    assert step.public and len(step.calls.make(1)) == 1


def test_calls_with_arrays_are_copied_into_the_probe() -> None:
    task, array = Task("T"), np.array([1.0])

    @task.function(points=1, calls=fixed(call(array)), check=exact())
    def f(a: Any) -> Any:
        """A function."""
        return a

    question = task.build("t").questions[0]
    plan = function_probe(question, seed=0)
    array += 1
    assert plan is not None
    assert to_python(plan.calls[0].arguments[0][1]).tolist() == [1.0]


def test_what_authors_need_is_offered_by_the_package_itself() -> None:
    for name in grader.__all__:
        assert getattr(grader, name) is not None
    with pytest.raises(AttributeError, match="offers"):
        _ = grader.tasks


@pytest.mark.parametrize("policy", [True, "Always", None])
def test_a_policy_that_is_not_known_is_refused_with_the_words(policy: Any) -> None:
    task = Task("T")
    with pytest.raises(AuthorError, match="'never', 'after_deadline', 'always'"):

        @task.value(points=1, check=exact(), show_expected=policy)
        def one() -> int:
            """One."""
            return 1
