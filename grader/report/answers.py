"""The answers of one grade under their tasks, as pages and platforms show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from grader.grade import UNDECIDED, Grade, Mark, QuestionHead, SheetHead
from grader.language import say
from grader.report import words
from grader.report.chain import Point, StepShown, point, steps_shown
from grader.report.next_step import NextStep, Situation, next_step
from grader.report.pictures import Drawing, drawings
from grader.report.text import formula


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """Another answer on the page, by name."""

    name: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One question with its mark; ``anchor`` is its address within the page."""

    head: QuestionHead
    mark: Mark
    anchor: str
    section: str = ""
    """The anchor of its part of the statement within the page; empty where there is none."""
    recognised: str = ""
    """Which known mistakes it is, in a sentence; empty where it is none."""
    next_step: NextStep | None = None
    first: tuple[Earlier, ...] = ()
    """The answers that the next step leads to."""

    @property
    def name(self) -> str:
        """The name that the learner defines."""
        return self.mark.question.rpartition(".")[2]

    @property
    def understood(self) -> Markup | None:
        """The formula that was read, set as mathematics; None where there is none."""
        return formula(self.mark.understood) if self.mark.understood else None

    @property
    def steps(self) -> tuple[StepShown, ...]:
        """The learner's own chain."""
        return steps_shown(self.mark.chain)

    @property
    def point(self) -> Point | None:
        """Where a formula and the expected one differ."""
        return point(self.mark.counterexample)

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """The pictures of its mark."""
        return drawings(self.mark)


@dataclass(frozen=True, kw_only=True)
class TaskAnswers:
    """The answers to one task."""

    title: str
    answers: tuple[Answer, ...]

    @property
    def points(self) -> float | None:
        """Points decided so far, None where nothing is decided yet."""
        decided = [a.mark.points for a in self.answers if a.mark.points is not None]
        return sum(decided) if decided else None

    @property
    def max_points(self) -> float:
        """Points of the whole task."""
        return sum(answer.mark.max_points for answer in self.answers)

    @property
    def undecided_points(self) -> float:
        """Points that wait for a person."""
        return sum(a.mark.max_points for a in self.answers if a.mark.verdict in UNDECIDED)


def task_answers(
    grade: Grade, sheet: SheetHead, *, error: str = "", sections: Mapping[str, str] | None = None
) -> list[TaskAnswers]:
    """Return every mark under its task, in the sheet's order; marks it does not know come last.

    ``error`` is where the run's first error is. ``sections`` holds, by question, the anchor of
    its part of the statement.
    """
    order = {head.question: (index, head) for index, head in enumerate(sheet.questions)}
    unknown = len(order)
    marks = sorted(grade.questions, key=lambda mark: order.get(mark.question, (unknown,))[0])
    answers = [
        Answer(
            head=order[mark.question][1] if mark.question in order else _unlisted(mark),
            mark=mark,
            anchor=f"question-{index}",
            section=(sections or {}).get(mark.question, ""),
            recognised=words.misconception(mark.misconceptions, sheet)
            if mark.misconceptions
            else "",
        )
        for index, mark in enumerate(marks, 1)
    ]
    by_task = groupby(_with_next_steps(answers, error), key=lambda answer: answer.head.task)
    return [TaskAnswers(title=title, answers=tuple(group)) for title, group in by_task]


def _with_next_steps(answers: list[Answer], error: str) -> list[Answer]:
    by_question = {one.mark.question: one for one in answers}
    heads = {question: one.head for question, one in by_question.items()}
    marks = {question: one.mark for question, one in by_question.items()}
    shown = []
    for one in answers:
        step = next_step(
            Situation(mark=one.mark, head=one.head, heads=heads, marks=marks, error=error)
        )
        first = tuple(
            Earlier(name=by_question[question].name, anchor=by_question[question].anchor)
            for question in (step.first if step else ())
        )
        shown.append(replace(one, next_step=step, first=first))
    return shown


def _unlisted(mark: Mark) -> QuestionHead:
    return QuestionHead(
        question=mark.question,
        title=mark.question,
        statement="",
        task=say("Further questions"),
        part="",
        kind="value",
        max_points=mark.max_points,
        public=mark.public,
    )
