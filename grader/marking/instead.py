"""What counts where a question is not answered: answers to others that show the same.

A derivation on paper and a program may show the same knowledge. Which ones do, the author says
(``instead=``); nothing is inferred here, and only what was answered itself counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from grader.grade import Mark, Verdict
from grader.language import say
from grader.marking.judgement import Case
from grader.sheet import Question

UNREAD = frozenset(["prose_only", "unnamed_formula", "undecidable:code"])
"""Notes that only say that an answer may stand where it is not read."""


@dataclass(frozen=True, kw_only=True)
class _Raw:
    """A question's own mark."""

    question: Question
    mark: Mark
    blank: bool
    """Its code is still the starter's, or says itself that it is not written yet."""

    @property
    def answered(self) -> bool:
        """Whether it was answered; what may stand in prose does not count as such."""
        missing = self.mark.verdict is Verdict.MISSING
        return not (missing or self.unread or (self.blank and not self.mark.points))

    @property
    def unread(self) -> bool:
        """Whether an answer may stand where it is not read."""
        return self.mark.note in UNREAD


def apply(case: Case, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Return ``marks``, with credit from elsewhere where a question is not answered itself."""
    questions = case.prepared.sheet.questions
    raw = {
        one.id: _Raw(question=one, mark=mark, blank=_is_blank(case, one))
        for one, mark in zip(questions, marks, strict=True)
    }
    return tuple(
        _credited(raw[one.id], [raw[f"{one.task}.{name}"] for name in one.instead])
        for one in questions
    )


def _is_blank(case: Case, question: Question) -> bool:
    run = next((one for one in case.run.functions if one.question == question.id), None)
    if run is None:
        return False
    cell = next((one for one in case.submission.cells if one.number == run.cell), None)
    if cell is not None and case.prepared.is_from_starter(cell.source):
        return True
    failures = [one.failure.type for one in run.results if one.failure]
    return bool(failures) and failures == ["NotImplementedError"] * len(run.results)


def _credited(own: _Raw, others: list[_Raw]) -> Mark:
    answered = [one for one in others if one.answered]
    if not answered or own.answered:
        return own.mark
    if any(one.mark.points is None for one in answered) or any(one.unread for one in others):
        return _open(own.mark, answered)
    possible = sum(one.mark.max_points for one in others)
    share = sum(one.mark.points or 0.0 for one in others) / possible if possible else 0.0
    # Nothing was shown; or a formula that is not read may be better than what was.
    if share <= 0 or (share < 1 and own.unread and own.question.kind == "formula"):
        return own.mark
    return _shared(own.mark, answered, min(share, 1.0), alone=len(others) == 1)


def _shared(mark: Mark, answered: list[_Raw], share: float, *, alone: bool) -> Mark:
    if share == 1:
        told = _answered_by(mark, answered)
        return replace(told, verdict=Verdict.CORRECT, points=mark.max_points, misconceptions=())
    first = answered[0].mark
    mistaken = alone and first.verdict is Verdict.MISCONCEPTION
    return replace(
        _answered_by(mark, answered, more=say("It has the same share of the points.")),
        verdict=Verdict.MISCONCEPTION if mistaken else Verdict.PARTIAL,
        points=round(share * mark.max_points, 4),
        misconceptions=first.misconceptions if mistaken else (),
    )


def _open(mark: Mark, answered: list[_Raw]) -> Mark:
    """Return the mark that a person gives, as for one of the other questions."""
    ours = any(one.mark.verdict is Verdict.GRADER_ERROR for one in answered)
    return replace(
        _answered_by(mark, answered, more=say("A person decides there, and so here.")),
        verdict=Verdict.GRADER_ERROR if ours else Verdict.NEEDS_REVIEW,
        points=None,
        misconceptions=(),
    )


def _answered_by(mark: Mark, answered: list[_Raw], *, more: str = "") -> Mark:
    names = [one.question.name for one in answered]
    listed = ", ".join(f"`{name}`" for name in names)
    answered_by = say("Answered by {names}.", names=listed)
    return replace(
        mark,
        note=f"instead:{'+'.join(names)}",
        feedback=f"{answered_by} {more}".rstrip(),
        given="",
        understood="",
        where="",
        error="",
        details=(),
        suggestions=(),
        hidden=replace(mark.hidden, details=(), calls=()),
    )
