"""Marks function questions: the observed calls against the reference, called here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from grader.grade import Verdict
from grader.language import message, say, say_count
from grader.marking import missing, mistakes, numbers
from grader.marking.called import Called, Outcome, call_mark, details, is_public, kept_back
from grader.marking.evidence import named_in, place
from grader.marking.judgement import Case, Judgement, best_of, cannot_decide, to_a_person
from grader.marking.plain import plain, told
from grader.marking.references import FunctionReference, Mistakes
from grader.picture import MOST_PARTS, Entry, Picture, State
from grader.run import FunctionRun
from grader.sheet import Credit, Question

WITHOUT_VALUE: dict[Outcome, str] = {
    "failed": message("{count} of {total} calls raised an exception."),
    "timed_out": message("{count} of {total} calls took too long."),
    "refused": message("{count} of {total} calls could not be made."),
    "unreached": message(
        "{count} of {total} calls were not reached, because the process had ended."
    ),
}
"""What is said of calls that gave no value."""


class UnobservedError(Exception):
    """The run brought back less than it was asked for, without a reason."""


def judge(case: Case, question: Question) -> Judgement:
    """Return the judgement of one function question."""
    run = next((one for one in case.run.functions if one.question == question.id), None)
    if run is None:
        return missing.judge(case, question)
    where = named_in(run.name, place(case.submission, run.cell))
    if run.refusal:
        why = run.refusal.rstrip(".")
        return Judgement(
            verdict=Verdict.INCORRECT,
            points=0.0,
            note="signature",
            feedback=" ".join((f"{why}.", say("So it could not be called."))),
            where=where,
        )
    reference = case.prepared.functions[question.name]
    called = [_compared(reference, run, position) for position in range(len(reference.calls))]
    _check_observed(case, called)
    judgement = _judge_calls(reference, called)
    drawn = _pictures(reference, judgement, called)
    judgement = replace(judgement, where=where, found_as=(run.name, run.cell), pictures=drawn)
    judgement = judgement.add(*details(case, reference, run, called))
    if len(called) == _count(called, "agrees"):
        return judgement
    judgement = judgement.keep_back(*kept_back(reference, called))
    return replace(judgement, calls=tuple(call_mark(reference, one) for one in called))


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
            feedback=say_count(
                "Your function agrees with the reference on all {count} calls.",
                "Your function agrees with the reference on all {count} calls.",
                total,
            ),
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
            given=_gap(one, reference.expected[one.position]) if is_public(reference, one) else "",
            state=states.get(one.outcome, "missing"),
        )
        for one in called[:MOST_PARTS]
    )
    left_out = max(0, len(called) - MOST_PARTS)
    title = say("How far off each call is")
    return (
        Picture(
            kind="agreement",
            title=title,
            entries=entries,
            across=say("call"),
            up=say("largest error"),
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
    return told(shown_one.given) if shown_one else ""


def _error(called: list[Called]) -> str:
    agreeing, total = _count(called, "agrees"), len(called)
    worst = max(
        (one.comparison for one in called if one.comparison and not one.comparison.agrees),
        key=lambda comparison: comparison.gap or 0,
        default=None,
    )
    if not (worst and worst.worst):
        return say("{count} of {total} calls agree", count=agreeing, total=total)
    return say(
        "{count} of {total} calls agree; the largest error is {worst}",
        count=agreeing,
        total=total,
        worst=worst.worst,
    )


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
                feedback=say(
                    "Your function is right in an accepted form: {description}",
                    description=say(variant.description),
                ),
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
        feedback=to_a_person(cannot_decide(comparison.undecidable)),
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
            feedback=_agreeing(right, total),
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
        feedback=" ".join([_agreeing(agreeing, total), *reasons]),
    )


def _agreeing(count: int, total: int) -> str:
    return say(
        "Your function agrees with the reference on {count} of {total} calls.",
        count=count,
        total=total,
    )


def _reasons(called: list[Called]) -> Iterator[str]:
    nothing = [one for one in called if one.returned and one.given is None]
    if nothing:
        printed = any(one.result and one.result.printed.strip() for one in nothing)
        if printed:
            yield say(
                "It returns None in {count} of them: it prints its result; print is not return.",
                count=len(nothing),
            )
        else:
            yield say("It returns None in {count} of them: it lacks a return.", count=len(nothing))
    for outcome, sentence in WITHOUT_VALUE.items():
        count = _count(called, outcome)
        if count:
            yield say(sentence, count=count, total=len(called))
