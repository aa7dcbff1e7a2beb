"""Calls of a learner's function, and what a report says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from grader.grade import CallMark
from grader.language import say
from grader.marking import missing
from grader.marking.compare import Comparison
from grader.marking.judgement import Case
from grader.marking.plain import shortened, told
from grader.marking.prepared import shown_call
from grader.marking.references import FunctionReference, in_order
from grader.run import CallResult, FunctionRun

MOST_CELLS = 10
Outcome = Literal["agrees", "differs", "open", "failed", "timed_out", "refused", "unreached"]


@dataclass(frozen=True, kw_only=True)
class Called:
    """One call: what it gave, and how that compares with the reference."""

    position: int
    outcome: Outcome
    given: Any = None
    comparison: Comparison | None = None
    result: CallResult | None = None

    @property
    def returned(self) -> bool:
        """Whether the call gave a value at all."""
        return self.comparison is not None


def details(
    case: Case, reference: FunctionReference, run: FunctionRun, called: list[Called]
) -> Iterator[str]:
    """Yield what a report says of a function beside its verdict."""
    if run.salvaged:
        yield say(
            "Cell {number} failed; its imports, definitions and plain constants alone were run, "
            "and the function comes from there.",
            number=run.cell,
        )
    if run.name != reference.question.name:
        yield say(
            "`{name}` was taken for `{question}`, which is not defined.",
            name=run.name,
            question=reference.question.name,
        )
    yield from _defined_again(case, run)
    yield from _first_disagreement(reference, called)
    yield from _first_failure(case, reference, called)
    yield from _refusals(called)
    yield from _oddities(reference, called)


def _defined_again(case: Case, run: FunctionRun) -> Iterator[str]:
    """Yield that several cells define the function, and which of them counts."""
    cells = sorted({one.cell for one in case.run.bindings if one.name == run.name})
    if len(cells) < 2 or run.cell not in cells:
        return
    listed = ", ".join(map(str, cells[:MOST_CELLS]))
    if run.cell == cells[-1]:
        yield say(
            "`{name}` is bound in {count} cells ({cells}); the last one counts.",
            name=run.name,
            count=len(cells),
            cells=listed,
        )
    else:
        yield say(
            "`{name}` is bound in {count} cells ({cells}); that of cell {number} counts.",
            name=run.name,
            count=len(cells),
            cells=listed,
            number=run.cell,
        )


def _first_disagreement(reference: FunctionReference, called: list[Called]) -> Iterator[str]:
    first = _first_wrong(reference, called)
    if first is None or first.comparison is None:
        return
    yield say(
        "First call that does not agree: {call} gives {given}",
        call=_call(reference, first),
        given=told(first.given),
    )
    said = (first.comparison.error, first.comparison.undecidable, *first.comparison.lines)
    yield from (one for one in said if one)


def _first_wrong(reference: FunctionReference, called: list[Called]) -> Called | None:
    """Return the call to show: the first that does not agree, sooner one that is no secret."""
    wrong = [one for one in called if one.returned and one.outcome != "agrees"]
    return next((one for one in wrong if is_public(reference, one)), next(iter(wrong), None))


def is_public(reference: FunctionReference, one: Called) -> bool:
    """Return whether the learner's own check makes this call; drawn calls come after fixed ones."""
    question = reference.question
    fixed = question.calls.fixed
    return question.public or (one.position < len(fixed) and fixed[one.position].public)


def kept_back(reference: FunctionReference, called: list[Called]) -> Iterator[str]:
    """Yield what the first wrong call should have given."""
    first = _first_wrong(reference, called)
    if first is not None:
        call = f"{reference.question.name}({_arguments(reference, first)})"
        yield say(
            "{call} should give {expected}.",
            call=call,
            expected=told(reference.expected[first.position]),
        )


def call_mark(reference: FunctionReference, one: Called) -> CallMark:
    """Return a call as a mark keeps it."""
    return CallMark(
        call=f"{reference.question.name}({_arguments(reference, one)})",
        public=is_public(reference, one),
        outcome=one.outcome,
        given=told(one.given) if one.returned else "",
        expected=told(reference.expected[one.position]),
        error=one.comparison.error if one.comparison else "",
    )


def _first_failure(case: Case, reference: FunctionReference, called: list[Called]) -> Iterator[str]:
    for one in called:
        if one.outcome == "failed" and one.result and one.result.failure:
            yield say(
                "{call} raised {error}",
                call=_call(reference, one),
                error=missing.told(one.result.failure, case),
            )
            return
    timed_out = next((one for one in called if one.outcome == "timed_out"), None)
    if timed_out:
        yield say("{call} took too long.", call=_call(reference, timed_out))


def _call(reference: FunctionReference, one: Called) -> str:
    """Return the call; of one that is made at grading alone the arguments are left out."""
    told = _arguments(reference, one) if is_public(reference, one) else "…"
    return f"{reference.question.name}({told})"


def _arguments(reference: FunctionReference, one: Called) -> str:
    return shortened(shown_call(reference.calls[one.position].arguments))


def _refusals(called: list[Called]) -> Iterator[str]:
    refusals = dict.fromkeys(one.result.refusal for one in called if one.result)
    yield from (
        say("Some calls could not be made: {reason}", reason=one)
        for one in list(refusals)[:5]
        if one
    )


def _oddities(reference: FunctionReference, called: list[Called]) -> Iterator[str]:
    """Yield what was accepted although it is unusual."""
    mutated = dict.fromkeys(name for one in called if one.result for name in one.result.mutated)
    yield from (
        say("It changes its argument `{name}` in place; that is no failure.", name=name)
        for name in mutated
    )
    if any(one.result and one.result.otherwise for one in called):
        yield say(
            "Where it failed on the first form of the arguments, it was called with the other."
        )
    expected = reference.expected
    if any(one.returned and in_order(one.given, expected[one.position]) for one in called):
        yield say("It returns a dict; its values were taken in their order.")
    remarks = (remark for one in called if one.comparison for remark in one.comparison.remarks)
    yield from list(dict.fromkeys(remarks))[:3]
