"""Marks function questions: the observed calls against the reference, called here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from grader.grade import CallMark, Verdict
from grader.marking import missing, mistakes, numbers
from grader.marking.compare import Comparison
from grader.marking.evidence import place
from grader.marking.judgement import Case, Judgement, best_of
from grader.marking.plain import plain, shortened, shown
from grader.marking.prepared import shown_call
from grader.marking.references import FunctionReference, Mistakes, in_order
from grader.picture import MOST_PARTS, Entry, Picture, State
from grader.run import CallResult, FunctionRun
from grader.sheet import Credit, Question

MOST_CELLS = 10
Outcome = Literal["agrees", "differs", "open", "failed", "timed_out", "refused", "unreached"]


class UnobservedError(Exception):
    """The run brought back less than it was asked for, without a reason."""


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


def judge(case: Case, question: Question) -> Judgement:
    """Return the judgement of one function question."""
    run = next((one for one in case.run.functions if one.question == question.id), None)
    if run is None:
        return missing.judge(case, question)
    where = f"`{run.name}` in {place(case.submission, run.cell)}"
    if run.refusal:
        return Judgement(
            verdict=Verdict.INCORRECT,
            points=0.0,
            note="signature",
            feedback=f"{run.refusal.rstrip('.')}. So it could not be called.",
            where=where,
        )
    reference = case.prepared.functions[question.name]
    called = [_compared(reference, run, position) for position in range(len(reference.calls))]
    _check_observed(case, called)
    judgement = _judge_calls(reference, called)
    drawn = _pictures(reference, judgement, called)
    judgement = replace(judgement, where=where, found_as=(run.name, run.cell), pictures=drawn)
    judgement = judgement.add(*_details(case, reference, run, called))
    if len(called) == _count(called, "agrees"):
        return judgement
    judgement = judgement.keep_back(*_kept_back(reference, called))
    return replace(judgement, calls=tuple(_call_mark(reference, one) for one in called))


def _check_observed(case: Case, called: list[Called]) -> None:
    """Raise if calls are missing although nothing the learner did explains it: our own failure."""
    lost = _count(called, "unreached")
    if lost and case.run.status not in missing.ENDED and not _count(called, "timed_out"):
        raise UnobservedError(f"{lost} of {len(called)} calls were not observed in a complete run")


def _compared(reference: FunctionReference, run: FunctionRun, position: int) -> Called:
    if position >= len(run.results):
        return Called(position=position, outcome="unreached")
    result = run.results[position]
    if result.value is None:
        outcome: Outcome = (
            "refused" if result.refusal else "timed_out" if result.timed_out else "failed"
        )
        return Called(position=position, outcome=outcome, result=result)
    given = plain(result.value)
    comparison = reference.compared(given, reference.expected[position])
    outcome = "agrees" if comparison.agrees else "open" if comparison.undecidable else "differs"
    return Called(
        position=position, outcome=outcome, given=given, comparison=comparison, result=result
    )


def _judge_calls(reference: FunctionReference, called: list[Called]) -> Judgement:
    question, total = reference.question, len(called)
    agreeing = _count(called, "agrees")
    given = _given(called)
    if total and agreeing == total:
        return Judgement(
            verdict=Verdict.CORRECT,
            points=question.points,
            note="correct",
            feedback=f"Your function agrees with the reference on all {total} calls.",
            given=given,
        )
    judgement = _accepted(reference, called) or _open(question, called)
    if judgement is None:
        judgement = best_of(_explanations(reference, called)) or _incorrect(called)
    return replace(judgement, given=given, error=_error(called))


def _count(called: list[Called], outcome: Outcome) -> int:
    return sum(one.outcome == outcome for one in called)


def _pictures(
    reference: FunctionReference, judgement: Judgement, called: list[Called]
) -> tuple[Picture, ...]:
    """Return how far off each call is, where that says more than that all of them agree."""
    if judgement.verdict is Verdict.CORRECT or not any(one.returned for one in called):
        return ()
    if _most_agreeing(reference, called) > _count(called, "agrees"):
        # An accepted variant is nearer: errors from the reference would contradict the mark.
        return ()
    states: dict[Outcome, State] = {"agrees": "right", "differs": "wrong", "open": "open"}
    entries = tuple(
        Entry(
            name=f"{one.position + 1}",
            # Errors of calls that are made at grading alone would narrow down what is expected.
            given=_gap(one, reference.expected[one.position]) if _is_public(reference, one) else "",
            state=states.get(one.outcome, "missing"),
        )
        for one in called[:MOST_PARTS]
    )
    left_out = max(0, len(called) - MOST_PARTS)
    title = "How far off each call is"
    return (
        Picture(
            kind="agreement",
            title=title,
            entries=entries,
            across="call",
            up="largest error",
            left_out=left_out,
        ),
    )


def _gap(one: Called, expected: Any) -> str:
    """Return the error of one call, empty where it would tell an expected number.

    The distance of an answer near 0 is the expected number itself.
    """
    gap = one.comparison.gap if one.comparison else None
    if gap is None:
        return ""
    told = numbers.two_figures(gap)
    sizes = (numbers.gap(number, 0) for number in _numbers(expected))
    return "" if gap and told in (numbers.two_figures(s) for s in sizes if s) else told


def _numbers(value: Any) -> Iterator[Any]:
    """Yield the numbers of a reference's result."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif getattr(value, "ndim", 0):
        yield from value.ravel().tolist()
    elif numbers.is_number(value):
        yield value


def _given(called: list[Called]) -> str:
    wrong = [one for one in called if one.returned and one.outcome != "agrees"]
    shown_one = next(iter(wrong or [one for one in called if one.returned]), None)
    return shown(shown_one.given) if shown_one else ""


def _error(called: list[Called]) -> str:
    agreeing, total = _count(called, "agrees"), len(called)
    worst = max(
        (one.comparison for one in called if one.comparison and not one.comparison.agrees),
        key=lambda comparison: comparison.gap or 0,
        default=None,
    )
    largest = f"; the largest error is {worst.worst}" if worst and worst.worst else ""
    return f"{agreeing} of {total} calls agree{largest}"


def _accepted(reference: FunctionReference, called: list[Called]) -> Judgement | None:
    if not called or not all(one.returned for one in called):
        return None
    for variant in reference.question.accepted:
        expected = (reference.accepted(variant, one.position) for one in called)
        if all(reference.agrees(one.given, e) for one, e in zip(called, expected, strict=True)):
            return Judgement(
                verdict=Verdict.CORRECT,
                points=reference.question.points,
                note=f"accepted:{variant.name}",
                feedback=f"Your function is right in an accepted form: {variant.description}",
            )
    return None


def _open(question: Question, called: list[Called]) -> Judgement | None:
    """Return a judgement that asks for a person where reading a result could change the points."""
    undecided = [one for one in called if one.outcome == "open"]
    plainly_wrong = len(called) - len(undecided) - _count(called, "agrees")
    if not undecided or (plainly_wrong and question.credit is Credit.WHOLE):
        return None
    comparison = undecided[0].comparison
    assert comparison is not None
    return Judgement(
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        note=f"undecidable:{comparison.code}",
        feedback=f"The program cannot decide: {comparison.undecidable}. A person decides.",
    )


def _explanations(reference: FunctionReference, called: list[Called]) -> Iterator[Judgement]:
    question, right, total = reference.question, _most_agreeing(reference, called), len(called)
    returned = [one for one in called if one.returned]
    if any(one.outcome == "differs" for one in returned):
        found = mistakes.fitting(question, lambda one: _fits(reference, one, returned))
        if found:
            explained = mistakes.explained(question, found)
            # A mistake explains what was returned; calls that gave nothing earn nothing.
            share = len(returned) / total
            yield replace(explained, points=round((explained.points or 0.0) * share, 2))
    if question.credit is Credit.PER_CALL and right:
        yield Judgement(
            verdict=Verdict.PARTIAL,
            points=round(question.points * right / total, 2),
            note=f"partial:{right}/{total}",
            feedback=f"Your function agrees with the reference on {right} of {total} calls.",
        )


def _most_agreeing(reference: FunctionReference, called: list[Called]) -> int:
    """Return how many calls agree with the reference, or with the best accepted variant."""
    counts = [_count(called, "agrees")]
    for variant in reference.question.accepted:
        counts.append(
            sum(
                one.returned
                and reference.agrees(one.given, reference.accepted(variant, one.position))
                for one in called
            )
        )
    return max(counts)


def _fits(reference: FunctionReference, made: Mistakes, returned: list[Called]) -> bool:
    # Calls that differ from the reference come first: they rule most mistakes out at once.
    ordered = sorted(returned, key=lambda one: one.outcome == "agrees")
    return all(
        reference.agrees(one.given, reference.with_mistakes(made, one.position)) for one in ordered
    )


def _incorrect(called: list[Called]) -> Judgement:
    total, agreeing = len(called), _count(called, "agrees")
    reasons = list(_reasons(called))
    return Judgement(
        verdict=Verdict.INCORRECT,
        points=0.0,
        note="incorrect",
        feedback=" ".join(
            [f"Your function agrees with the reference on {agreeing} of {total} calls.", *reasons]
        ),
    )


def _reasons(called: list[Called]) -> Iterator[str]:
    nothing = [one for one in called if one.returned and one.given is None]
    if nothing:
        printed = any(one.result and one.result.printed.strip() for one in nothing)
        saying = "prints its result; print is not return" if printed else "lacks a return"
        yield f"It returns None in {len(nothing)} of them: it {saying}."
    sentences: dict[Outcome, str] = {
        "failed": "{} raised an exception.",
        "timed_out": "{} took too long.",
        "refused": "{} could not be made.",
        "unreached": "{} were not reached, because the process had ended.",
    }
    for outcome, sentence in sentences.items():
        count = _count(called, outcome)
        if count:
            yield sentence.format(f"{count} of {len(called)} calls")


def _details(
    case: Case, reference: FunctionReference, run: FunctionRun, called: list[Called]
) -> Iterator[str]:
    if run.salvaged:
        yield (
            f"Cell {run.cell} failed; its imports, definitions and plain constants alone were "
            "run, and the function comes from there."
        )
    if run.name != reference.question.name:
        yield f"`{run.name}` was taken for `{reference.question.name}`, which is not defined."
    yield from _defined_again(case, run)
    yield from _first_disagreement(reference, called)
    yield from _first_failure(case, reference, called)
    yield from _refusals(called)
    yield from _oddities(reference, called)


def _defined_again(case: Case, run: FunctionRun) -> Iterator[str]:
    """Yield that several cells define the function, and which of them counts."""
    cells = sorted({one.cell for one in case.run.bindings if one.name == run.name})
    if len(cells) > 1 and run.cell in cells:
        listed = ", ".join(map(str, cells[:MOST_CELLS]))
        last = "the last one counts" if run.cell == cells[-1] else f"that of cell {run.cell} counts"
        yield f"`{run.name}` is bound in {len(cells)} cells ({listed}); {last}."


def _first_disagreement(reference: FunctionReference, called: list[Called]) -> Iterator[str]:
    first = _first_wrong(reference, called)
    if first is None or first.comparison is None:
        return
    yield f"First call that does not agree: {_call(reference, first)} gives {shown(first.given)}"
    said = (first.comparison.error, first.comparison.undecidable, *first.comparison.lines)
    yield from (one for one in said if one)


def _first_wrong(reference: FunctionReference, called: list[Called]) -> Called | None:
    """Return the call to show: the first that does not agree, sooner one that is no secret."""
    wrong = [one for one in called if one.returned and one.outcome != "agrees"]
    return next((one for one in wrong if _is_public(reference, one)), next(iter(wrong), None))


def _is_public(reference: FunctionReference, one: Called) -> bool:
    """Return whether the learner's own check makes this call; drawn calls come after fixed ones."""
    question = reference.question
    fixed = question.calls.fixed
    return question.public or (one.position < len(fixed) and fixed[one.position].public)


def _kept_back(reference: FunctionReference, called: list[Called]) -> Iterator[str]:
    first = _first_wrong(reference, called)
    if first is not None:
        expected = shown(reference.expected[first.position])
        yield f"{reference.question.name}({_arguments(reference, first)}) should give {expected}."


def _call_mark(reference: FunctionReference, one: Called) -> CallMark:
    return CallMark(
        call=f"{reference.question.name}({_arguments(reference, one)})",
        public=_is_public(reference, one),
        outcome=one.outcome,
        given=shown(one.given) if one.returned else "",
        expected=shown(reference.expected[one.position]),
        error=one.comparison.error if one.comparison else "",
    )


def _first_failure(case: Case, reference: FunctionReference, called: list[Called]) -> Iterator[str]:
    for one in called:
        if one.outcome == "failed" and one.result and one.result.failure:
            yield f"{_call(reference, one)} raised {missing.told(one.result.failure, case)}"
            return
    timed_out = next((one for one in called if one.outcome == "timed_out"), None)
    if timed_out:
        yield f"{_call(reference, timed_out)} took too long."


def _call(reference: FunctionReference, one: Called) -> str:
    """Return the call; of one that is made at grading alone the arguments are left out."""
    told = _arguments(reference, one) if _is_public(reference, one) else "…"
    return f"{reference.question.name}({told})"


def _arguments(reference: FunctionReference, one: Called) -> str:
    return shortened(shown_call(reference.calls[one.position].arguments))


def _refusals(called: list[Called]) -> Iterator[str]:
    refusals = dict.fromkeys(one.result.refusal for one in called if one.result)
    yield from (f"Some calls could not be made: {one}" for one in list(refusals)[:5] if one)


def _oddities(reference: FunctionReference, called: list[Called]) -> Iterator[str]:
    """Yield what was accepted although it is unusual."""
    mutated = dict.fromkeys(name for one in called if one.result for name in one.result.mutated)
    yield from (
        f"It changes its argument `{name}` in place; that is no failure." for name in mutated
    )
    if any(one.result and one.result.otherwise for one in called):
        yield "Where it failed on the first form of the arguments, it was called with the other."
    expected = reference.expected
    if any(one.returned and in_order(one.given, expected[one.position]) for one in called):
        yield "It returns a dict; its values were taken in their order."
    remarks = (remark for one in called if one.comparison for remark in one.comparison.remarks)
    yield from list(dict.fromkeys(remarks))[:3]
