"""What is found out about one answer, before it becomes a mark."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from grader.grade import CallMark, ChainStep, Counterexample, Hidden, Mark, Verdict
from grader.language import message, say, say_count
from grader.marking.code import Code
from grader.marking.plain import shortened
from grader.marking.prepared import Prepared
from grader.picture import Picture
from grader.run import Run
from grader.sheet import Question
from grader.submission import Submission

MOST_DETAILS = 40

VERDICTS = {
    Verdict.CORRECT: message("CORRECT"),
    Verdict.FOLLOW_THROUGH: message("FOLLOW_THROUGH"),
    Verdict.MISCONCEPTION: message("MISCONCEPTION"),
    Verdict.PARTIAL: message("PARTIAL"),
    Verdict.INCORRECT: message("INCORRECT"),
    Verdict.MISSING: message("MISSING"),
    Verdict.NEEDS_REVIEW: message("NEEDS_REVIEW"),
    Verdict.GRADER_ERROR: message("GRADER_ERROR"),
}
"""Verdicts as sentences name them."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that marking one submission looks at."""

    prepared: Prepared
    submission: Submission
    run: Run
    code: Code
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    """What several questions look at, and is worked out for the first of them."""

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` gives, which is called for each ``key`` only once."""
        if key not in self.memo:
            self.memo[key] = make()
        made: T = self.memo[key]
        return made


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict with its reasons."""

    verdict: Verdict
    points: float | None
    note: str
    """Stable code; all of them are listed in ``grader.marking.notes``."""
    feedback: str
    """Sentences to the learner."""
    misconceptions: tuple[str, ...] = ()
    error: str = ""
    details: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    """Lines for the person who decides; the learner does not see them."""
    hidden: tuple[str, ...] = ()
    """Lines that tell the expected value or a hidden call: shown where the policy shows it."""
    calls: tuple[CallMark, ...] = ()
    """Of a function: every call, where not all agree."""
    given: str = ""
    understood: str = ""
    """Of a formula: the tree that was read, as JSON."""
    where: str = ""
    chain: tuple[ChainStep, ...] = ()
    counterexample: Counterexample | None = None
    found_as: tuple[str, int] | None = None
    """Name and cell of the answering code, for the rules on it."""
    pictures: tuple[Picture, ...] = ()

    def add(self, *details: str) -> Judgement:
        """Return the same judgement with further details; empty ones are left out."""
        return replace(self, details=(*self.details, *(one for one in details if one)))

    def keep_back(self, *lines: str) -> Judgement:
        """Return the same judgement with further hidden lines; empty ones are left out."""
        return replace(self, hidden=(*self.hidden, *(one for one in lines if one)))


def best_of(options: Iterable[Judgement]) -> Judgement | None:
    """Return the explanation that counts, None if there is none.

    The best points count, the first of equals. A recognised mistake stays named even where
    sharing the points by entries or calls gives more: then it has these points.
    """
    ordered = sorted(options, key=lambda one: one.points or 0.0, reverse=True)
    named = next((one for one in ordered if one.verdict is Verdict.MISCONCEPTION), None)
    if not ordered or named is None or ordered[0].verdict is not Verdict.PARTIAL:
        return ordered[0] if ordered else None
    return replace(named, points=ordered[0].points).add(ordered[0].feedback)


def review(judgement: Judgement, *, note: str, why: str) -> Judgement:
    """Return ``judgement`` handed over to a person, who is told what the program would say."""
    told = (_without_this(judgement),) if judgement.note else ()
    return replace(
        judgement,
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        note=note,
        feedback=to_a_person(why),
        suggestions=judgement.suggestions + told,
    )


def to_a_person(why: str) -> str:
    """Return sentences that say why a person decides, and that one does."""
    return " ".join((why, say("A person decides.")))


def cannot_decide(why: str) -> str:
    """Return the sentence of an answer that a person has to read."""
    return say("The program cannot decide: {reason}.", reason=why)


def _without_this(judgement: Judgement) -> str:
    verdict, note = say(VERDICTS[judgement.verdict]), judgement.note
    if judgement.points is None:
        return say("Without this it would be {verdict} ({note}).", verdict=verdict, note=note)
    return say_count(
        "Without this it would be {verdict} with {count} points ({note}).",
        "Without this it would be {verdict} with {count} points ({note}).",
        judgement.points,
        verdict=verdict,
        note=note,
    )


def to_mark(question: Question, judgement: Judgement, *, expected: str = "") -> Mark:
    """Return the mark of one question."""
    return Mark(
        question=question.id,
        verdict=judgement.verdict,
        points=judgement.points,
        max_points=question.points,
        note=judgement.note,
        misconceptions=judgement.misconceptions,
        given=judgement.given,
        understood=judgement.understood,
        where=judgement.where,
        tolerance="" if question.check is None else str(question.check),
        feedback=judgement.feedback,
        error=judgement.error,
        expected=expected if question.show_expected == "always" else "",
        chain=judgement.chain,
        counterexample=judgement.counterexample,
        details=_lines(judgement.details),
        differing=judgement.differing,
        suggestions=_lines(judgement.suggestions),
        public=question.public or any(call.public for call in question.calls.fixed),
        hidden=Hidden(expected=expected, details=_lines(judgement.hidden), calls=judgement.calls),
        pictures=judgement.pictures,
    )


def _lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(shortened(one, limit=600) for one in lines[:MOST_DETAILS])


def with_details(mark: Mark, lines: Iterable[str]) -> Mark:
    """Return a mark with further details."""
    added = tuple(lines)
    return replace(mark, details=_lines((*mark.details, *added))) if added else mark
