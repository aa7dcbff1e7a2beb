"""How a question's call is made of a learner's function: by name where possible, else by place.

Pure: nothing here has seen the function itself, only the names of its parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader import values
from grader.language import sentence, sentence_count
from grader.probe import Argument, Call, FunctionProbe
from grader.run import CallResult, Failure
from grader.values import Function, Parameter, Value

PATIENCE = 2
"""So many calls of one question may run into the time limit; the rest are not made, so that the
other questions have their turn."""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """One argument as it is passed: under the learner's parameter name, or by position."""

    name: str
    """The contract's name of the argument."""
    keyword: str
    """The learner's name of the parameter; empty for an argument passed by position."""
    value: Value


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How every call of one question is made of one learner's function."""

    places: tuple[tuple[str, str], ...]
    """(Contract name, keyword) of each argument that the function takes, those without a keyword
    first and in the order of the function's parameters."""
    dropped: tuple[Argument, ...] = ()
    """Arguments that the function has no parameter for."""


def plan(probe: FunctionProbe, function: Function) -> Plan | str:
    """Return how to call the function, or one sentence on why it cannot be called at all."""
    if function.parameters is None:
        return Plan(places=tuple((argument.name, "") for argument in probe.arguments))
    matching = _match(probe, function.parameters)
    if matching is None:
        return _wrong_signature(probe, function.parameters)
    return _order(probe, function.parameters, matching)


def bind(made: Plan, call: Call) -> tuple[Passed, ...] | str:
    """Return the arguments of one call, or one sentence on why this call cannot be made."""
    given = dict(call.arguments)
    for argument in made.dropped:
        value = given.get(argument.name)
        if value is not None and not _same(value, argument.default):
            return sentence(
                "yours has no parameter `{name}`, which this call sets to {value}",
                name=argument.name,
                value=_shown(value),
            )
    return tuple(
        Passed(name=name, keyword=keyword, value=given[name])
        for name, keyword in made.places
        if name in given
    )


def _match(
    probe: FunctionProbe, parameters: Sequence[Parameter]
) -> dict[str, Parameter | None] | None:
    """Return each passed argument's parameter (None: whatever takes the rest), or None at all.

    Names come first, wherever they stand; what is left over is matched in order.
    """
    named = [each for each in parameters if not each.kind.startswith("more_")]
    found: dict[str, Parameter | None] = {}
    for argument in probe.arguments:
        parameter = _by_name(argument, named, found)
        if parameter is not None:
            found[argument.name] = parameter
    return _match_rest(probe, parameters, named, found)


def _by_name(
    argument: Argument, named: Sequence[Parameter], taken: dict[str, Parameter | None]
) -> Parameter | None:
    for spelling in (argument.name, *argument.spellings):
        for parameter in named:
            if parameter.name == spelling and parameter not in taken.values():
                return parameter
    return None


def _match_rest(
    probe: FunctionProbe,
    parameters: Sequence[Parameter],
    named: Sequence[Parameter],
    found: dict[str, Parameter | None],
) -> dict[str, Parameter | None] | None:
    """Match by place what has no name in common, if the counts leave no doubt."""
    arguments = [each for each in probe.arguments if each.name not in found]
    free = [each for each in named if each not in found.values()]
    demanded = [each for each in free if not each.optional]
    needed = [each for each in arguments if each.default is None]
    if any(each.kind.startswith("more_") for each in parameters) and not demanded:
        return found | dict.fromkeys(each.name for each in arguments)
    for wanted, offered in (
        (arguments, demanded),
        (needed, demanded),
        (arguments, free if _same_places(probe, named, arguments, free) else None),
        (needed, free[: len(needed)] if len(demanded) <= len(needed) else None),
    ):
        if offered is not None and len(wanted) == len(offered):
            pairs = zip(wanted, offered, strict=True)
            return found | {argument.name: parameter for argument, parameter in pairs}
    return None


def _same_places(
    probe: FunctionProbe,
    named: Sequence[Parameter],
    arguments: Sequence[Argument],
    free: Sequence[Parameter],
) -> bool:
    return [probe.arguments.index(each) for each in arguments] == [
        named.index(each) for each in free
    ]


def _order(
    probe: FunctionProbe,
    parameters: Sequence[Parameter],
    matching: dict[str, Parameter | None],
) -> Plan:
    dropped = tuple(each for each in probe.arguments if each.name not in matching)
    takes_any_place = any(each.kind == "more_positional" for each in parameters)
    takes_any_name = any(each.kind == "more_keyword" for each in parameters)
    by_place = {
        parameters.index(parameter): (name, "")
        for name, parameter in matching.items()
        if parameter is not None and parameter.kind == "positional"
    }
    rest = [name for name, parameter in matching.items() if parameter is None]
    if rest and takes_any_place and not takes_any_name:
        return Plan(places=tuple((each.name, "") for each in probe.arguments))
    by_name = [
        (name, parameter.name)
        for name, parameter in matching.items()
        if parameter is not None and (name, "") not in by_place.values()
    ]
    places = [by_place[at] for at in sorted(by_place)]
    return Plan(places=(*places, *by_name, *((name, name) for name in rest)), dropped=dropped)


def _wrong_signature(probe: FunctionProbe, parameters: Sequence[Parameter]) -> str:
    names = [each.name for each in parameters if not each.kind.startswith("more_")]
    wanted = len(probe.arguments)
    yours = (
        sentence("yours takes {count}: {names}", count=len(names), names=", ".join(names))
        if names
        else sentence("yours takes none")
    )
    return sentence_count(
        "`{name}` takes {count} argument here; {yours}.",
        "`{name}` takes {count} arguments here; {yours}.",
        wanted,
        name=probe.names[0],
        yours=yours,
    )


def _same(value: Value, default: Value | None) -> bool:
    if value == default:
        return True
    numbers = (values.Integer, values.Real)
    if isinstance(value, numbers) and isinstance(default, numbers):
        return bool(values.to_python(value) == values.to_python(default))
    return False


def _shown(value: Value) -> str:
    if isinstance(value, values.Array):
        return sentence("an array of shape {shape}", shape=value.shape)
    text = repr(values.to_python(value))
    return text if len(text) <= 60 else f"{text[:60]}…"


def too_late(seconds: float, *, cell: int = 0, line: int = 0, trace: str = "") -> Failure:
    """Return how a call fails that ran longer than it may, with where it was."""
    return Failure(
        type="TimeLimit",
        message=sentence("stopped after {seconds} s", seconds=seconds),
        cell=cell,
        line=line,
        trace=trace,
        sentence=sentence(
            "It ran longer than the {seconds} s that one call may take.", seconds=seconds
        ),
    )


def not_made(slow: int, seconds: float) -> CallResult:
    """Return the result of a call that is not made, as so many before were too slow."""
    why = sentence(
        "not made: {count} calls before ran longer than {seconds} s each",
        count=slow,
        seconds=seconds,
    )
    return CallResult(refusal=why)
