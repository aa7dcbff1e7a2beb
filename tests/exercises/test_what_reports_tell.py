"""No report and no self-check of a sample tells a value or a formula that its policy hides."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.console import Console

from grader import intake, observing, pipeline, report, sandbox
from grader.cli import coursecheck
from grader.formula import to_mathml
from grader.grade import Grade, Mark
from grader.pipeline import Session
from grader.run import Run
from grader.sheet import Sheet, public_view
from grader.verification import Sample
from tests.exercises.test_samples import SAMPLES
from tests.report import leaks

WRONG = [sample for sample in SAMPLES if sample.outcome != "correct"]


@pytest.fixture(scope="module")
def session(sheet: Sheet) -> Session:
    return pipeline.open_session(sheet, isolation=sandbox.isolation(warm=True))


@pytest.fixture(scope="module")
def self_check(sheet: Sheet) -> Session:
    return pipeline.open_session(public_view(sheet), isolation=sandbox.isolation(warm=True))


def kept_back(session: Session, grade: Grade) -> set[str]:
    """Return the questions that are not right and whose policy hides what is expected."""
    wrong = {one.question for one in grade.questions if one.points != one.max_points}
    heads = session.sheet.head().questions
    return wrong - {one.question for one in heads if one.show_expected == "always"}


def differing(mark: Mark) -> Iterator[str]:
    """Yield the numbers that a formula's hidden half tells beyond what is shown."""
    if mark.counterexample is None:
        return
    shown = {value for _, value in mark.counterexample.at} | {mark.counterexample.given}
    for line in mark.hidden.details:
        for one in leaks.numbers(line):
            if one.text not in {value.lstrip("-−") for value in shown}:
                yield from map(str, one.readings)


def formulas(session: Session, grade: Grade) -> dict[str, frozenset[str]]:
    """Return the spellings of the formulas that are kept back and that no statement tells."""
    hidden = kept_back(session, grade)
    stated = [leaks.squeezed(head.statement) for head in session.sheet.head().questions]
    return {
        one.question.id: frozenset(
            spelled
            for spelled in leaks.spellings(one.expected, one.text)
            if not any(spelled in text for text in stated)
        )
        for one in session.prepared.formulas.values()
        if one.question.id in hidden
    }


def secrets(session: Session, grade: Grade) -> dict[str, list[float]]:
    """Return the expected numbers of all questions that are not right and whose policy hides."""
    hidden = kept_back(session, grade)
    values = {one.question.id: [one.expected] for one in session.prepared.values.values()}
    for function in session.prepared.functions.values():
        values[function.question.id] = list(function.expected)
    for mark in grade.questions:
        # Of a formula: what it should give where the learner's differs.
        values.setdefault(mark.question, []).extend(map(float, differing(mark)))
    # What the statement gives away is no secret.
    heads = session.sheet.head().questions
    stated = [
        float(reading)
        for text in (session.sheet.statement, *(head.statement for head in heads))
        for one in leaks.numbers(text)
        for reading in one.readings
    ]
    # Nor is what the learner's own check calls with, which is shown as the call.
    for function in session.prepared.functions.values():
        for one in (call for call in function.question.calls.fixed if call.public):
            stated += leaks.floats([*one.args, *one.kwargs.values()])
    return {
        name: [n for n in leaks.floats(things) if n not in stated]
        for name, things in values.items()
        if name in hidden
    }


def timeless(run: Run) -> Run:
    """Return a run without durations and sizes, which could look like any number."""
    cells = tuple(replace(cell, seconds=0.0) for cell in run.cells)
    return replace(run, cells=cells, wall_seconds=0.0, cpu_seconds=0.0, peak_rss_bytes=0)


def pages(
    sample: Sample, session: Session, *, checking: bool
) -> Iterator[tuple[str, Grade, list[float], list[str]]]:
    (source,) = intake.collect([sample.path]).sources
    record = observing.observe(source, session)
    assert record.submission is not None and record.run is not None, sample.name
    record = replace(record, run=timeless(record.run))
    assert record.submission is not None and record.run is not None
    grade = pipeline.judge(record, session)
    own = leaks.written_by(record.submission, record.run, grade)
    written = leaks.formulas_written_by(record.submission, record.run, grade)
    shown = coursecheck._without_secrets(grade) if checking else grade
    yield (
        report.learner_report(shown, record.run, record.submission, session.sheet.head(), {}),
        grade,
        own,
        written,
    )
    if checking:
        screen = Console(file=io.StringIO(), width=200)
        coursecheck._show(screen, grade, record, tuple(coursecheck._checks(grade, session.sheet)))
        assert isinstance(screen.file, io.StringIO)
        yield screen.file.getvalue(), grade, own, written


@pytest.mark.sandbox
@pytest.mark.parametrize("sample", WRONG, ids=lambda sample: sample.name)
def test_a_wrong_sample_is_told_no_hidden_value(session: Session, sample: Sample) -> None:
    for page, grade, own, written in pages(sample, session, checking=False):
        assert leaks.told(page, secrets(session, grade), own) == []
        assert leaks.told_formulas(page, formulas(session, grade), written) == []
        assert figures(session, otherwise_expected(grade)) == figures(session, grade)
        assert drawn_and_told(session, grade, page) == []


def drawn_and_told(session: Session, grade: Grade, page: str) -> list[str]:
    """The long numbers that pictures keep back, where the page holds one of them all the same."""
    own = {one.given for mark in grade.questions for p in mark.pictures for one in p.entries}
    hidden = {
        one.expected
        for mark in grade.questions
        for one in mark.hidden.entries
        if one.question in kept_back(session, grade)
    }
    alone = {one: re.escape(one) + r"(?!\d)" for one in hidden - own if len(one) > 8}
    return [one for one, pattern in alone.items() if re.search(pattern, page)]


def otherwise_expected(grade: Grade) -> Grade:
    """The same grade with other expected numbers in its pictures: far larger ones."""
    marks = []
    for mark in grade.questions:
        entries = (replace(one, expected="2.71828e+37") for one in mark.hidden.entries)
        marks.append(replace(mark, hidden=replace(mark.hidden, entries=tuple(entries))))
    return replace(grade, questions=tuple(marks))


def figures(session: Session, grade: Grade) -> list[str]:
    """All that a learner sees drawn, every coordinate included."""
    page = report.learner_report(grade, None, None, session.sheet.head(), {})
    return re.findall(r"<svg.*?</svg>", page, re.DOTALL)


@pytest.mark.sandbox
def test_what_is_expected_in_pictures_would_be_seen(session: Session) -> None:
    sample = next(one for one in WRONG if "whole_sheet_with_slips" in one.name)
    ((_, grade, *_),) = pages(sample, session, checking=False)
    titles = {picture.title for mark in grade.questions for picture in mark.pictures}
    assert any("Twenty steps" in one for one in titles) and "Parameters of VGG16" in titles
    head = session.sheet.head()
    shown = replace(
        head, questions=tuple(replace(one, show_expected="always") for one in head.questions)
    )
    first, other = (
        report.learner_report(one, None, None, shown, {})
        for one in (grade, otherwise_expected(grade))
    )
    assert first != other and "expected-bar" in first


@pytest.mark.sandbox
@pytest.mark.parametrize("sample", WRONG, ids=lambda sample: sample.name)
def test_a_wrong_sample_is_told_no_hidden_value_by_a_self_check(
    session: Session, self_check: Session, sample: Sample
) -> None:
    for page, grade, own, written in pages(sample, self_check, checking=True):
        assert leaks.told(page, secrets(session, grade), own) == []
        assert leaks.told_formulas(page, formulas(session, grade), written) == []


def test_there_are_formulas_to_be_told(session: Session) -> None:
    """Without them the tests above could not fail: each has a spelling that is long enough."""
    every = {
        one.question.id: leaks.spellings(one.expected, one.text)
        for one in session.prepared.formulas.values()
    }
    assert len(every) >= 5
    assert {name for name, spelled in every.items() if not spelled} == set()
    for one in session.prepared.formulas.values():
        page = f"<p>{to_mathml(one.expected)}</p><p>{one.text}</p>"
        assert leaks.told_formulas(page, every, ())
