"""Hints of the sheet lead on and give no answer away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader import marking, report
from grader.grade import Grade, Mark, RunSummary, Status, Verdict
from grader.marking.prepared import Prepared
from grader.run import Run, RunStatus
from grader.sheet import Question, Sheet
from grader.submission import Cell, Submission
from tests.report import leaks


@pytest.fixture(scope="module")
def prepared(sheet: Sheet) -> Prepared:
    return marking.prepare(sheet, seed=sheet.seed)


def nothing(sheet: Sheet) -> Grade:
    """A grade below which every hint is offered."""
    marks = tuple(
        Mark(question=one.id, verdict=Verdict.MISSING, points=0, max_points=one.points)
        for one in sheet.questions
    )
    return Grade(
        submission="ada",
        source="ada.ipynb",
        sha256="",
        status=Status.GRADED,
        points=0,
        max_points=sheet.max_points,
        run=RunSummary(status=RunStatus.OK, wall_seconds=0, cpu_seconds=0, peak_rss_bytes=0),
        questions=marks,
    )


def secrets(prepared: Prepared) -> dict[str, list[float]]:
    """Every expected number of the sheet."""
    values = {one.question.id: [one.expected] for one in prepared.values.values()}
    for function in prepared.functions.values():
        values[function.question.id] = list(function.expected)
    return {name: list(leaks.floats(things)) for name, things in values.items()}


def stated(sheet: Sheet) -> list[float]:
    """Every number that learners are given."""
    texts = (sheet.statement, *(question.statement for question in sheet.questions))
    return [float(r) for text in texts for one in leaks.numbers(text) for r in one.readings]


def test_every_question_has_two_or_three_levels(sheet: Sheet) -> None:
    assert {len(question.hints) for question in sheet.questions} <= {2, 3}
    hints = [hint for question in sheet.questions for hint in question.hints]
    assert all(hint.endswith((".", "?")) for hint in hints)


def test_no_hint_tells_an_expected_number(sheet: Sheet, prepared: Prepared) -> None:
    page = report.learner_report(nothing(sheet), None, None, sheet.head(), {})
    assert page.count('<details class="hint">') == sum(len(q.hints) for q in sheet.questions)
    assert leaks.told(page, secrets(prepared), stated(sheet)) == []


def test_an_expected_number_in_a_hint_would_be_found(sheet: Sheet, prepared: Prepared) -> None:
    heads = tuple(
        replace(head, hints=("It is 8.19.",)) if head.question.endswith(".u_value") else head
        for head in sheet.head().questions
    )
    loose = replace(sheet.head(), questions=heads)
    page = report.learner_report(nothing(sheet), None, None, loose, {})
    assert leaks.told(page, secrets(prepared), stated(sheet)) != []


def handed_in(prepared: Prepared, texts: tuple[str, ...]) -> Grade:
    cells = tuple(
        Cell(number=number, kind="markdown", source=text) for number, text in enumerate(texts, 1)
    )
    submission = Submission(name="ada", source="a.ipynb", sha256="", kind="notebook", cells=cells)
    return marking.mark(prepared, submission, Run(status=RunStatus.OK))


def answer(question: Question, texts: tuple[str, ...]) -> tuple[str, ...]:
    """What a learner might write who copies a hint in the place of an answer."""
    return tuple(f"{question.name} = {text}" for text in texts)


def test_hints_that_are_handed_in_earn_nothing(sheet: Sheet, prepared: Prepared) -> None:
    asked = [question for question in sheet.questions if question.kind != "text"]
    hints = tuple(hint for question in asked for hint in question.hints)
    assert handed_in(prepared, hints).points == 0
    named = tuple(one for question in asked for one in answer(question, question.hints))
    assert handed_in(prepared, named).points == 0
    assert handed_in(prepared, ("u_value = 8.19",)).points > 0, "such an answer is read at all"
