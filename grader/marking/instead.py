"""What counts where a question is not answered: answers to others that show the same.

A derivation on paper and a program may show the same knowledge. Which ones do, the author says
(``instead=``); nothing is inferred here, and only what was answered itself counts.
"""

from __future__ import annotations

from dataclasses import replace

from grader.grade import UNDECIDED, Mark, Verdict
from grader.sheet import Question, Sheet

UNREAD = frozenset(["prose_only", "unnamed_formula", "undecidable:code"])
"""Notes that only say that an answer may stand where it is not read."""


def apply(sheet: Sheet, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Return ``marks``, with credit from elsewhere where a question is not answered itself."""
    raw = {one.question: one for one in marks}
    return tuple(
        _credited(question, mark, [raw[f"{question.task}.{name}"] for name in question.instead])
        for question, mark in zip(sheet.questions, marks, strict=True)
    )


def _is_answered(mark: Mark) -> bool:
    return mark.verdict is not Verdict.MISSING and mark.note not in UNREAD


def _credited(question: Question, mark: Mark, others: list[Mark]) -> Mark:
    answered = [one for one in others if _is_answered(one)]
    if not answered or _is_answered(mark):
        return mark
    if any(one.points is None for one in answered) or any(one.note in UNREAD for one in others):
        return _open(mark, answered)
    possible = sum(one.max_points for one in others)
    share = sum(one.points or 0.0 for one in others) / possible if possible else 0.0
    if share >= 1:
        verdict = Verdict.CORRECT
    elif share <= 0 or (mark.points is None and question.kind == "formula"):
        # Nothing was shown; or a formula that is not read may be better than what was.
        return mark
    else:
        alone = len(others) == 1 and others[0].verdict is Verdict.MISCONCEPTION
        verdict = Verdict.MISCONCEPTION if alone else Verdict.PARTIAL
    points = mark.max_points if share >= 1 else round(share * mark.max_points, 2)
    less = "" if share >= 1 else " It has the same share of the points."
    return replace(
        _answered_by(mark, answered, less),
        verdict=verdict,
        points=points,
        misconceptions=others[0].misconceptions if verdict is Verdict.MISCONCEPTION else (),
    )


def _open(mark: Mark, answered: list[Mark]) -> Mark:
    """Return the mark that a person gives together with those of the other questions."""
    ours = any(one.verdict is Verdict.GRADER_ERROR for one in answered)
    undecided = [one for one in answered if one.verdict in UNDECIDED]
    why = " A person decides there, and so here." if undecided else " A person decides."
    told = _answered_by(mark, answered, why)
    verdict = Verdict.GRADER_ERROR if ours else Verdict.NEEDS_REVIEW
    return replace(told, verdict=verdict, points=None, misconceptions=())


def _answered_by(mark: Mark, answered: list[Mark], more: str) -> Mark:
    names = [one.question.partition(".")[2] for one in answered]
    listed = ", ".join(f"`{name}`" for name in names)
    return replace(
        mark,
        note=f"instead:{'+'.join(names)}",
        feedback=f"Answered by {listed}.{more}",
        details=(),
        suggestions=(),
    )
