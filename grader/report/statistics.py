"""What a graded class shows as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from grader.grade import Grade, Gradebook, Mark, QuestionHead, Status, Verdict
from grader.report.items import Discrimination, discrimination, discriminations, share
from grader.report.words import tally
from grader.run import RunStatus

BINS = 10
SLOWEST = 5


@dataclass(frozen=True, kw_only=True)
class Bin:
    """One bar of the histogram: points from ``low`` up to ``high``, the last bar inclusive."""

    low: float
    high: float
    graded: int
    """Submissions whose every point is decided."""
    open: int
    """Submissions whose points may still grow."""

    @property
    def count(self) -> int:
        """All submissions of the bar."""
        return self.graded + self.open


@dataclass(frozen=True, kw_only=True)
class QuestionStatistics:
    """How one question went."""

    question: str
    head: QuestionHead | None
    decided: int
    undecided: int
    mean_share: float | None
    """Difficulty: mean share of the points among decided marks; None where none is decided."""
    discrimination: Discrimination
    tally: dict[Verdict, int]


@dataclass(frozen=True, kw_only=True)
class MisconceptionStatistics:
    """How often one misconception was recognised, and with whom."""

    question: str
    name: str
    label: str
    """What people call it."""
    who: tuple[str, ...]
    ambiguous: int
    """How many of them fit another misconception as well."""


@dataclass(frozen=True, kw_only=True)
class OpenQuestion:
    """One question that waits for a person, and with whose submissions."""

    question: str
    head: QuestionHead | None
    who: tuple[str, ...]
    failed: int
    """How many of them wait because the grader failed."""
    suggestions: tuple[tuple[str, tuple[str, ...]], ...]
    """For the person who decides: submission and lines, where there are any."""


def by_name(grades: Iterable[Grade]) -> list[Grade]:
    """Return the grades in the natural order of their names."""
    return sorted(grades, key=lambda grade: natural(grade.submission))


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return a key that sorts ``anna2`` before ``anna10``, capitals among small letters."""
    parts = re.split(r"([0-9]{1,18})", name.casefold())
    return [(int(part) if part.isdecimal() else 0, part) for part in parts], name


def histogram(grades: Sequence[Grade], max_points: float) -> tuple[Bin, ...]:
    """Return the distribution of points over ``BINS`` equal bars, without what is not graded."""
    counts = [[0, 0] for _ in range(BINS)]
    for grade in _graded(grades):
        part = grade.points / max_points if max_points > 0 else 0.0
        counts[min(max(int(part * BINS), 0), BINS - 1)][bool(grade.undecided_points)] += 1
    step = max_points / BINS
    return tuple(
        Bin(low=index * step, high=(index + 1) * step, graded=decided, open=undecided)
        for index, (decided, undecided) in enumerate(counts)
    )


def centre(grades: Sequence[Grade]) -> tuple[float, float] | None:
    """Return mean and median of the points, None where nothing is graded."""
    points = [grade.points for grade in _graded(grades)]
    return (fmean(points), median(points)) if points else None


def questions(gradebook: Gradebook) -> list[QuestionStatistics]:
    """Return statistics of each question in the sheet's order, without what is not graded."""
    marks: dict[str, list[Mark]] = {head.question: [] for head in gradebook.sheet.questions}
    for grade in _graded(gradebook.submissions):
        for mark in grade.questions:
            marks.setdefault(mark.question, []).append(mark)
    heads, told = _heads(gradebook), discriminations(_graded(gradebook.submissions))
    return [
        _question(name, heads.get(name), given, told.get(name, discrimination(())))
        for name, given in marks.items()
    ]


def misconceptions(gradebook: Gradebook) -> list[MisconceptionStatistics]:
    """Return the recognised misconceptions, most common first; combinations count for each part."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for grade in gradebook.submissions:
        for mark in grade.questions:
            ambiguous = len(mark.misconceptions) > 1
            for name in dict.fromkeys("+".join(mark.misconceptions).split("+")):
                if name:
                    found.setdefault((mark.question, name), {})[grade.submission] = ambiguous
    every = [
        MisconceptionStatistics(
            question=question,
            name=name,
            label=gradebook.sheet.called(name),
            who=tuple(sorted(who, key=natural)),
            ambiguous=sum(who.values()),
        )
        for (question, name), who in found.items()
    ]
    return sorted(every, key=lambda one: (-len(one.who), one.question, one.name))


def open_questions(gradebook: Gradebook) -> list[OpenQuestion]:
    """Return the questions that wait for a person in graded submissions, in the sheet's order."""
    waiting: dict[str, dict[str, Mark]] = {head.question: {} for head in gradebook.sheet.questions}
    for grade in by_name(_graded(gradebook.submissions)):
        for mark in grade.questions:
            if mark.points is None:
                waiting.setdefault(mark.question, {})[grade.submission] = mark
    heads = _heads(gradebook)
    return [
        OpenQuestion(
            question=name,
            head=heads.get(name),
            who=tuple(marks),
            failed=sum(mark.verdict is Verdict.GRADER_ERROR for mark in marks.values()),
            suggestions=tuple((who, m.suggestions) for who, m in marks.items() if m.suggestions),
        )
        for name, marks in waiting.items()
        if marks
    ]


def not_graded(grades: Sequence[Grade]) -> list[Grade]:
    """Return the submissions that a person has to look at as a whole."""
    return [grade for grade in grades if grade.status is Status.NOT_GRADED]


def stopped(grades: Sequence[Grade]) -> list[Grade]:
    """Return the submissions whose run did not reach the last cell."""
    reached = (RunStatus.OK, RunStatus.ERROR)
    return [grade for grade in grades if grade.run and grade.run.status not in reached]


def slowest(grades: Sequence[Grade]) -> list[Grade]:
    """Return the submissions with the longest runs, longest first."""
    ran = [grade for grade in grades if grade.run]
    return sorted(ran, key=_wall, reverse=True)[:SLOWEST]


def by_status(grades: Sequence[Grade]) -> dict[Status, int]:
    """Return how many submissions have each status, zeros included."""
    return {status: sum(grade.status is status for grade in grades) for status in Status}


def _graded(grades: Sequence[Grade]) -> list[Grade]:
    return [grade for grade in grades if grade.status is not Status.NOT_GRADED]


def _heads(gradebook: Gradebook) -> dict[str, QuestionHead]:
    return {head.question: head for head in gradebook.sheet.questions}


def _wall(grade: Grade) -> float:
    return grade.run.wall_seconds if grade.run else 0.0


def _question(
    name: str, head: QuestionHead | None, marks: list[Mark], told: Discrimination
) -> QuestionStatistics:
    shares = [part for mark in marks if (part := share(mark)) is not None]
    return QuestionStatistics(
        question=name,
        head=head,
        decided=sum(mark.points is not None for mark in marks),
        undecided=sum(mark.points is None for mark in marks),
        mean_share=fmean(shares) if shares else None,
        discrimination=told,
        tally=tally(marks),
    )
