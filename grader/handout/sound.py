"""What has to hold of examples, worked examples and public invariants before learners get them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader import relation
from grader.errors import AuthorError
from grader.handout import form
from grader.language import say
from grader.marking import Prepared
from grader.marking.compare import compare
from grader.marking.plain import plain, shown, told
from grader.marking.references import Failed, FunctionReference, ValueReference
from grader.sheet import Accepted, Sheet
from grader.values import Value


@dataclass(frozen=True, kw_only=True)
class Sound:
    """One thing that was looked at, and what is wrong with it; nothing where it holds."""

    what: str
    problem: str = ""


def findings(prepared: Prepared) -> Iterator[Sound]:
    """Yield what holds, and what does not, of all that a sheet declares for learners."""
    for value in prepared.values.values():
        if value.question.example is not None:
            yield _example_of_value(value, value.question.example)
    for function in prepared.functions.values():
        yield from _calls(function)
    for task in prepared.sheet.tasks:
        for one in task.invariants:
            if one.public:
                what = say("the invariant {text!r} can be handed out", text=one.text)
                try:
                    relation.read(one)
                    yield Sound(what=what)
                except AuthorError as problem:
                    yield Sound(what=what, problem=str(problem))


def given_away(sheet: Sheet, statement: str) -> Iterator[str]:
    """Yield a sentence for each worked example whose result the statement does not say."""
    for question in sheet.questions:
        for one in question.calls.fixed:
            if one.gives is not None:
                right = shown(plain(one.gives))
                pieces = re.findall(r"[^\s\[\](){},'\"]+", right)
                if not all(
                    re.search(rf"(?<![\w.]){re.escape(p)}(?![\w])", statement) for p in pieces
                ):
                    yield say(
                        "{origin}: {name} gives {right}, which the statement "
                        "does not say; say it there, or make it a public call",
                        origin=question.origin,
                        name=question.name,
                        right=right,
                    )


def _example_of_value(value: ValueReference, example: Value) -> Sound:
    question = value.question
    wanted = {say("the reference"): value.expected}
    for variant in question.accepted:
        wanted[_named(variant)] = value.accepted(variant)
    return Sound(
        what=say("{id}: the example has the form of an answer, and is none", id=question.id),
        problem=_problem(question.check, plain(example), wanted),
    )


def _calls(function: FunctionReference) -> Iterator[Sound]:
    question = function.question
    for position, one in enumerate(question.calls.fixed):
        wanted = {say("the reference"): function.expected[position]}
        for variant in question.accepted:
            wanted[_named(variant)] = function.accepted(variant, position)
        if one.example is not None:
            what = say(
                "{id}: the example of call {number} has the form of a result",
                id=question.id,
                number=position + 1,
            )
            problem = _problem(question.check, plain(one.example), wanted)
            yield Sound(what=what, problem=problem)
        if one.gives is not None:
            what = say("{id}: the worked example {number}", id=question.id, number=position + 1)
            yield Sound(what=what, problem=_wrong_example(function, position, plain(one.gives)))


def _wrong_example(function: FunctionReference, position: int, given: Any) -> str:
    if compare(function.check, given, function.expected[position]).agrees:
        return ""
    return say("the statement gives {given}, which is not right", given=told(given))


def _named(variant: Accepted) -> str:
    return say("the accepted variant {name}", name=variant.name)


def _problem(check: Any, example: Any, wanted: dict[str, Any]) -> str:
    for whose, right in wanted.items():
        if isinstance(right, Failed):
            continue
        for clause in form.differences(right, example, what=whose):
            return say("{clause} as the example {example} has it", clause=clause,
                       example=told(example))  # fmt: skip
        if not _says_nothing(example) and compare(check, right, example).agrees:
            return say(
                "{example} is {whose}'s own answer; give another one",
                example=told(example),
                whose=whose,
            )
    return ""


def _says_nothing(example: Any) -> bool:
    """An empty list has the form of any list, and gives nothing away."""
    return isinstance(example, list) and not example
