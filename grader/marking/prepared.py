"""Prepares a sheet for marking: expected values, and the mistakes that only an author can mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.errors import AuthorError
from grader.language import say
from grader.marking import derivations, formulas, references
from grader.marking.compare import compare
from grader.marking.derivations import WrittenReference
from grader.marking.formulas import FormulaReference
from grader.marking.plain import plain, shown
from grader.marking.references import Failed, FunctionReference, ValueReference, require
from grader.sheet import Question, Sheet, function_probe
from grader.values import Value


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A sheet with its expected values; the same for all submissions of a class."""

    sheet: Sheet
    seed: int
    values: dict[str, ValueReference]
    """By name; also of questions that are only upstream of others."""
    functions: dict[str, FunctionReference]
    formulas: dict[str, FormulaReference]
    written: dict[str, WrittenReference]
    """By name of a value question: where its number may stand on paper."""
    scanned: bool = False
    """Whether numbers on paper went through a scan: one misread digit is excused."""
    boilerplate: frozenset[str] = frozenset()
    """Sources of the starter's cells, each as ``normalised`` gives it."""

    @property
    def lefts(self) -> frozenset[str]:
        """What may stand left of a number on paper, of all questions, as labels are compared."""
        return frozenset(
            name
            for written in self.written.values()
            for left in written.lefts.values()
            for name in left.labels
        )

    def is_from_starter(self, source: str) -> bool:
        """Return whether a cell is one of the starter's, but for white space."""
        # A huge cell is not taken apart: with more words than its letters no cell is the same.
        longest = max(map(len, self.boilerplate), default=0)
        return "".join(source.split(None, longest + 1)) in self.boilerplate

    def is_in_starter(self, text: str) -> bool:
        """Return whether a text stands in a prose cell of the starter, but for white space."""
        wanted = normalised(text)
        return any(wanted in source for source in self.boilerplate)


def prepare(
    sheet: Sheet,
    *,
    seed: int,
    scanned: bool = False,
    proofread: bool = True,
    boilerplate: frozenset[str] = frozenset(),
) -> Prepared:
    """Evaluate a sheet's references once, for marking any number of submissions.

    ``seed`` must be the one that the probe was made with. ``boilerplate`` holds the sources of
    the starter's cells; with ``scanned`` slips of one digit on paper are excused. Raises
    ``AuthorError`` where a reference raises, does not pass its own check, or cannot be told from
    one of its misconceptions; the last is left out without ``proofread``, for a sheet that
    has been graded with or verified before.
    """
    folder = f"{sheet.folder.parent.parent}/"
    try:
        values = _values(sheet)
        functions = {
            q.name: _function(q, seed=seed, proofread=proofread)
            for q in sheet.questions
            if q.kind == "function"
        }
        read = formulas.ready(sheet, seed=seed, proofread=proofread)
        written = derivations.ready(sheet, seed=seed)
    except AuthorError as problem:
        raise AuthorError(str(problem).replace(folder, "")) from None
    return Prepared(
        sheet=sheet,
        seed=seed,
        values=values,
        functions=functions,
        formulas=read,
        written=written,
        scanned=scanned,
        boilerplate=frozenset(map(normalised, boilerplate)),
    )


def normalised(source: str) -> str:
    """Return a cell's source as it is compared with the starter's: white space left out."""
    return "".join(source.split())


def _values(sheet: Sheet) -> dict[str, ValueReference]:
    ready: dict[str, ValueReference] = {}
    results: dict[str, Value] = {}
    for question in sheet.questions:
        if question.kind == "value":
            upstream = {name: _upstream(question, name, results) for name in question.depends}
            result = references.observe(question.reference, upstream)
            expected: Value = require(
                result, what=say("the reference"), question=question, place=question.origin
            )
            ready[question.name] = _value(question, upstream, plain(expected))
            results[question.name] = expected
    return ready


def _upstream(question: Question, name: str, results: dict[str, Value]) -> Value:
    if name not in results:
        raise AuthorError(
            say(
                "{place}: {question} depends on {name}, which is no value question; only values "
                "can be followed through",
                place=question.origin,
                question=question.id,
                name=repr(name),
            )
        )
    return results[name]


def _value(question: Question, upstream: dict[str, Value], expected: Any) -> ValueReference:
    assert question.check is not None
    ready = ValueReference(
        question=question, check=question.check, upstream=upstream, expected=expected
    )
    _check_passes(question, [expected])
    for variant in question.accepted:
        what = say("the accepted variant {name}", name=repr(variant.name))
        require(ready.accepted(variant), what=what, question=question, place=variant.origin)
    for mistake in question.misconceptions:
        value = ready.with_mistakes((mistake,))
        what = say("the misconception {name}", name=repr(mistake.name))
        require(value, what=what, question=question, place=mistake.origin)
        if compare(question.check, value, expected).agrees:
            raise AuthorError(
                say(
                    "{place}: {what} gives {value}, which {question} takes as right ({check}); "
                    "correct the misconception or narrow the check",
                    place=mistake.origin,
                    what=what,
                    value=shown(value),
                    question=question.id,
                    check=question.check,
                )
            )
    return ready


def _function(question: Question, *, seed: int, proofread: bool) -> FunctionReference:
    assert question.check is not None
    probe = function_probe(question, seed=seed)
    assert probe is not None
    expected = []
    for call in probe.calls:
        result = references.apply(question.reference, dict(call.arguments))
        called = shown_call(call.arguments)
        what = say("the reference, called with {arguments},", arguments=called)
        expected.append(require(result, what=what, question=question, place=question.origin))
    ready = FunctionReference(
        question=question, check=question.check, calls=probe.calls, expected=tuple(expected)
    )
    _check_passes(question, expected)
    for variant in question.accepted:
        for position in range(len(probe.calls)):
            what = say("the accepted variant {name}", name=repr(variant.name))
            value = ready.accepted(variant, position)
            require(value, what=what, question=question, place=variant.origin)
    if proofread:
        _check_told_apart(ready)
    return ready


def _check_passes(question: Question, expected: list[Any]) -> None:
    assert question.check is not None
    for value in expected:
        if value is None or not compare(question.check, value, value).agrees:
            raise AuthorError(
                say(
                    "{place}: the reference of {question} gives {value}, which does not pass its "
                    "own check ({check}); correct one of them",
                    place=question.origin,
                    question=question.id,
                    value=shown(value),
                    check=question.check,
                )
            )


def _check_told_apart(ready: FunctionReference) -> None:
    for mistake in ready.question.misconceptions:
        results = [ready.with_mistakes((mistake,), i) for i in range(len(ready.calls))]
        failures = [result for result in results if isinstance(result, Failed)]
        if len(failures) == len(results):
            what = say("the misconception {name}", name=repr(mistake.name))
            require(failures[0], what=what, question=ready.question, place=mistake.origin)
        if failures or not all(map(ready.agrees, results, ready.expected)):
            continue
        raise AuthorError(
            say(
                "{place}: the misconception {name} agrees with the reference of {question} on all "
                "{count} calls; correct it or add a call that tells them apart",
                place=mistake.origin,
                name=repr(mistake.name),
                question=ready.question.id,
                count=len(results),
            )
        )


def shown_call(arguments: tuple[tuple[str, Value], ...]) -> str:
    """Return a call's arguments as text, ``w=1.0, g=[0.5, -0.2]``."""
    return ", ".join(f"{name}={shown(plain(value))}" for name, value in arguments)
