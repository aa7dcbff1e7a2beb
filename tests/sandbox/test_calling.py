"""How calls are made of a learner's function, from the names of its parameters alone."""

from __future__ import annotations

from typing import Literal

import pytest

from grader.probe import Argument, Call, FunctionProbe
from grader.sandbox import calling
from grader.values import Function, Integer, Parameter, Real, Value, from_python

Kind = Literal["positional", "either", "keyword", "more_positional", "more_keyword"]


def learner(*parameters: Parameter | str) -> Function:
    made = tuple(
        each if isinstance(each, Parameter) else Parameter(name=each) for each in parameters
    )
    return Function(name="f", parameters=made)


def optional(name: str) -> Parameter:
    return Parameter(name=name, optional=True)


def of_kind(name: str, kind: Kind) -> Parameter:
    return Parameter(name=name, kind=kind, optional=kind.startswith("more_"))


def asked(*arguments: Argument | str, **given: object) -> tuple[FunctionProbe, Call]:
    made = tuple(each if isinstance(each, Argument) else Argument(name=each) for each in arguments)
    call = Call(
        arguments=tuple(
            (each.name, from_python(given.get(each.name, at))) for at, each in enumerate(made)
        ),
    )
    return FunctionProbe(question="t.f", names=("f",), arguments=made, calls=(call,)), call


def passed(
    probe: FunctionProbe, call: Call, function: Function
) -> tuple[list[str], dict[str, str]]:
    """The contract names passed by position, and those passed by each keyword."""
    plan = calling.plan(probe, function)
    assert isinstance(plan, calling.Plan), plan
    bound = calling.bind(plan, call)
    assert not isinstance(bound, str), bound
    assert all(each.value == dict(call.arguments)[each.name] for each in bound)
    by_place = [each.name for each in bound if not each.keyword]
    return by_place, {each.keyword: each.name for each in bound if each.keyword}


def default(name: str, value: object) -> Argument:
    return Argument(name=name, default=from_python(value))


def test_known_names_are_used_whatever_their_order() -> None:
    probe, call = asked("w", "g", "t")
    assert passed(probe, call, learner("t", "w", "g")) == ([], {"t": "t", "w": "w", "g": "g"})


def test_other_spellings_count_as_known() -> None:
    probe, call = asked("w", Argument(name="lr", spellings=("alpha", "learning_rate")))
    assert passed(probe, call, learner("learning_rate", "w")) == (
        [],
        {"w": "w", "learning_rate": "lr"},
    )


def test_the_contract_s_own_name_comes_before_a_spelling() -> None:
    probe, call = asked(Argument(name="m", spellings=("v",)), "v")
    assert passed(probe, call, learner("v", "m")) == ([], {"m": "m", "v": "v"})


def test_unknown_names_are_matched_by_their_places() -> None:
    probe, call = asked("w", "g")
    assert passed(probe, call, learner("weights", "gradient")) == (
        [],
        {"weights": "w", "gradient": "g"},
    )


def test_known_names_hold_where_the_places_say_otherwise() -> None:
    probe, call = asked("w", "g", "t")
    assert passed(probe, call, learner("grad", "w", "t")) == ([], {"grad": "g", "w": "w", "t": "t"})


def test_a_parameter_left_out_is_dropped_while_calls_use_its_default() -> None:
    probe, call = asked("g", default("eps", 1e-8), eps=1e-8)
    assert passed(probe, call, learner("g")) == ([], {"g": "g"})


def test_an_integer_default_equals_the_same_real() -> None:
    probe, call = asked("g", default("t", 1), t=1.0)
    assert passed(probe, call, learner("g")) == ([], {"g": "g"})


def test_a_call_that_needs_a_missing_parameter_is_refused_alone() -> None:
    probe, call = asked("g", default("eps", 1e-8), eps=0.001)
    plan = calling.plan(probe, learner("g"))
    assert isinstance(plan, calling.Plan)
    assert calling.bind(plan, call) == (
        "yours has no parameter `eps`, which this call sets to 0.001"
    )


def test_parameters_of_the_learner_s_own_with_defaults_are_left_alone() -> None:
    probe, call = asked("layers")
    assert passed(probe, call, learner("layers", optional("input_size"))) == (
        [],
        {"layers": "layers"},
    )


def test_an_optional_parameter_of_another_meaning_is_not_filled() -> None:
    probe, call = asked("g", "lr", default("eps", 1e-8), eps=1e-8)
    function = learner("g", optional("verbose"), "lr")
    assert passed(probe, call, function) == ([], {"g": "g", "lr": "lr"})


def test_renamed_optional_parameters_in_the_same_places_are_filled() -> None:
    probe, call = asked("g", "lr", "eps")
    function = learner("g", optional("step"), optional("e"))
    assert passed(probe, call, function) == ([], {"g": "g", "step": "lr", "e": "eps"})


def test_a_wrong_signature_is_explained_in_one_sentence() -> None:
    probe, _ = asked("w", "g", "m", "v", "t", "lr", "beta1", "beta2", "eps")
    probe = FunctionProbe(
        question="adam.adam_step", names=("adam_step",), arguments=probe.arguments, calls=()
    )
    assert calling.plan(probe, learner("w", "g", "m", "v", "t", "lr")) == (
        "`adam_step` takes 9 arguments here; yours takes 6: w, g, m, v, t, lr."
    )


@pytest.mark.parametrize(
    ("function", "end"),
    [
        (learner(), "takes 1 argument here; yours takes none."),
        (learner("a", "b"), "takes 1 argument here; yours takes 2: a, b."),
        (learner("x", of_kind("k", "keyword")), "takes 1 argument here; yours takes 2: x, k."),
    ],
)
def test_too_few_and_too_many_parameters_are_told(function: Function, end: str) -> None:
    probe, _ = asked("x")
    assert calling.plan(probe, function) == f"`f` {end}"


def test_positional_parameters_are_passed_in_their_own_order() -> None:
    probe, call = asked("a", "b", "c")
    function = learner(of_kind("b", "positional"), of_kind("a", "positional"), "c")
    assert passed(probe, call, function) == (["b", "a"], {"c": "c"})


def test_a_function_that_takes_any_positional_arguments_gets_them_by_place() -> None:
    probe, call = asked("a", "b")
    assert passed(probe, call, learner(of_kind("args", "more_positional"))) == (["a", "b"], {})


def test_a_function_that_takes_any_keywords_gets_the_contract_s_names() -> None:
    probe, call = asked("a", "b")
    function = learner("a", of_kind("rest", "more_keyword"))
    assert passed(probe, call, function) == ([], {"a": "a", "b": "b"})


def test_a_built_in_is_called_by_place() -> None:
    probe, call = asked("a", "b")
    assert passed(probe, call, Function(name="pow")) == (["a", "b"], {})


@pytest.mark.parametrize(
    ("value", "same"),
    [(Integer("1"), True), (Real((1.0).hex()), True), (from_python(True), False)],
)
def test_true_is_not_the_default_one(value: Value, same: bool) -> None:
    probe, call = asked("g", default("t", 1))
    call = Call(arguments=(("g", Integer("5")), ("t", value)))
    plan = calling.plan(probe, learner("g"))
    assert isinstance(plan, calling.Plan)
    assert isinstance(calling.bind(plan, call), tuple) is same
