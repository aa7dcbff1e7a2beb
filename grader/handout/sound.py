"""What has to hold of examples, worked examples and public invariants before learners get them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader import relation
from grader.errors import AuthorError
from grader.handout import form
from grader.marking import Prepared
from grader.marking.compare import compare
from grader.marking.plain import plain, shown
from grader.marking.references import Failed, FunctionReference, ValueReference
from grader.sheet import Sheet
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
                what = f"the invariant {one.text!r} can be handed out"
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
                    yield (
                        f"{question.origin}: {question.name} gives {right}, which the statement "
                        "does not say; say it there, or make it a public call"
                    )


def _example_of_value(value: ValueReference, example: Value) -> Sound:
    question = value.question
    wanted = {"the reference": value.expected}
    for variant in question.accepted:
        wanted[f"the accepted variant {variant.name}"] = value.accepted(variant)
    what = f"{question.id}: the example has the form of an answer, and is none"
    return Sound(what=what, problem=_problem(question.check, plain(example), wanted))


def _calls(function: FunctionReference) -> Iterator[Sound]:
    question = function.question
    for position, one in enumerate(question.calls.fixed):
        wanted = {"the reference": function.expected[position]}
        for variant in question.accepted:
            wanted[f"the accepted variant {variant.name}"] = function.accepted(variant, position)
        if one.example is not None:
            what = f"{question.id}: the example of call {position + 1} has the form of a result"
            problem = _problem(question.check, plain(one.example), wanted)
            yield Sound(what=what, problem=problem)
        if one.gives is not None:
            given = plain(one.gives)
            agrees = compare(function.check, given, function.expected[position]).agrees
            problem = "" if agrees else f"the statement gives {shown(given)}, which is not right"
            yield Sound(what=f"{question.id}: the worked example {position + 1}", problem=problem)


def _problem(check: Any, example: Any, wanted: dict[str, Any]) -> str:
    for whose, right in wanted.items():
        if isinstance(right, Failed):
            continue
        for sentence in form.differences(right, example, what=whose):
            return f"{sentence} as the example {shown(example)} has it"
        if not _says_nothing(example) and compare(check, right, example).agrees:
            return f"{shown(example)} is {whose}'s own answer; give another one"
    return ""


def _says_nothing(example: Any) -> bool:
    """An empty list has the form of any list, and gives nothing away."""
    return isinstance(example, list) and not example
