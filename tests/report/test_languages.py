"""A report is in its reader's language, all of it; what it reports is the same in each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader import publishing, values
from grader.grade import Late, Mark, QuestionHead, SheetHead, Verdict
from grader.language import language, speaking
from grader.marking import NOTES
from grader.report import (
    gradescope,
    instructor_page,
    learner,
    learner_report,
    observed,
    outputs,
    plainly,
    prairielearn,
    rehearsal,
    tables,
    templates,
    without_report,
)
from grader.report.answers import task_answers
from grader.report.next_step import Situation, next_step
from grader.run import RunStatus
from grader.store import Record
from tests.report import drawn, pages, samples
from tests.report.everywhere import WRAPPING, unsaid
from tests.report.shown import ADA, BOOK, FAILURE, GERMAN, LOST, REJECTED, class_page
from tests.report.shown import pages as made

MANY = samples.gradebook(
    *(
        samples.graded(f"s{n}", samples.ADA_MARKS if n % 2 else samples.correct_marks())
        for n in range(12)
    )
)
LATE = Late(seconds=9e4, days=2, percent=20, points_before=8, deduction=1.6, sentence="Too late.")
DATA = (*ADA, *LOST, *REJECTED, BOOK, MANY, LATE, FAILURE)
ENTRIES = tuple("abcdef")
ORIGINALS = sorted(templates.templates_folder().rglob("*.html"))


def ended(status: RunStatus) -> Iterator[str]:
    """Both pages of a run that ended so, without isolation."""
    run = replace(samples.ADA_RUN, status=status, isolation="none", reason=FAILURE)
    grade = samples.run_ended(status)
    yield learner_report(grade, run, samples.ADA_SUBMISSION, samples.SHEET, {})
    yield instructor_page(grade, run, samples.ADA_SUBMISSION, samples.SHEET, {})


def too_large(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Both pages without outputs, and one with fewer."""
    with monkeypatch.context() as patch:
        patch.setattr(learner, "MAX_PAGE_BYTES", 1)
        yield learner_report(*ADA)
        yield instructor_page(*ADA)
    monkeypatch.setattr(outputs, "MAX_OUTPUTS", 1)
    monkeypatch.setattr(outputs, "MAX_OUTPUT_TEXT", 3)
    yield learner_report(*ADA)


@pytest.mark.parametrize("name", GERMAN)
def test_every_word_of_a_page_is_said(name: str) -> None:
    with speaking(WRAPPING):
        page = made()[name]
    assert unsaid(page, DATA) == []


@pytest.mark.parametrize("status", RunStatus)
def test_every_word_on_how_a_run_ended_is_said(status: RunStatus) -> None:
    with speaking(WRAPPING):
        for page in ended(status):
            assert unsaid(page, (*DATA, samples.run_ended(status))) == []


def test_every_word_on_what_is_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking(WRAPPING):
        for page in too_large(monkeypatch):
            assert unsaid(page, DATA) == []
            assert "⟦" in page


def test_every_word_of_a_large_class_and_of_lateness_is_said() -> None:
    with speaking(WRAPPING):
        late = learner_report(replace(samples.ADA, late=LATE), None, None, samples.SHEET, {})
        for page in (class_page(MANY), class_page(samples.gradebook(samples.REJECTED)), late):
            assert unsaid(page, DATA) == []


@pytest.mark.parametrize("verdict", Verdict)
def test_every_next_step_is_said(verdict: Verdict) -> None:
    heads = {head.question: head for head in samples.SHEET.questions}
    for head in heads.values():
        for note in (*NOTES, "checked_at_grading", "instead:x"):
            mark = Mark(
                question=head.question, verdict=verdict, points=0.0, max_points=2.0, note=note,
                differing=ENTRIES,
            )  # fmt: skip
            with speaking(WRAPPING):
                step = next_step(
                    Situation(mark=mark, head=head, heads=heads, marks={mark.question: mark})
                )
            assert step is None or unsaid(f"<p>{step.sentence}</p>", (*ENTRIES, head)) == []


def test_what_platforms_show_is_said() -> None:
    grade = replace(drawn.ADA, late=LATE)
    with speaking(WRAPPING):
        answers = [one for task in task_answers(grade, drawn.SHEET) for one in task.answers]
        texts = [plainly.of_answer(one) for one in answers] + [plainly.of_grade(grade, "none")]
    for text in texts:
        lines = "".join(f"<p>{line}</p>" for line in text.replace("<", "").split("\n"))
        assert unsaid(lines, DATA) == []


@pytest.mark.parametrize(
    "value",
    [
        values.Function(name="f", parameters=None),
        values.Opaque(type="T", reason="because"),
        values.Text(v="text", cut=True),
        values.from_python(list(range(observed.MAX_ITEMS + 1))),
        values.from_python("x" * (observed.MAX_VALUE + 9)),
        values.from_python(np.zeros((2, 2))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_value_is_is_said(value: values.Value) -> None:
    with speaking(WRAPPING):
        told = observed.written(value)
    assert "⟦" in told
    known = ("f", "T", "because", "text", "numpy", "float64", "x" * (observed.MAX_VALUE - 1))
    assert unsaid(f"<p>{told}</p>", known) == []


@pytest.mark.parametrize("path", ORIGINALS, ids=lambda path: path.name)
def test_a_template_holds_no_word_of_its_own(path: Path) -> None:
    made = templates.environment(None)
    literal = [
        text for _, kind, text in made.lex(path.read_text(encoding="utf-8")) if kind == "data"
    ]
    assert unsaid(_balanced("".join(literal)), ["main"]) == []


def test_what_was_not_said_is_seen(tmp_path: Path) -> None:
    own = tmp_path / "macros" / "run.html"
    own.parent.mkdir()
    text = (templates.templates_folder() / "macros" / "run.html").read_text(encoding="utf-8")
    own.write_text(text.replace('{{ say("The run") }}', "The run"), encoding="utf-8")
    with speaking(WRAPPING):
        page = learner_report(*ADA, folder=tmp_path)
    assert unsaid(page, DATA) == ["The run"]
    assert unsaid('<p title="A word">⟦said⟧ and not</p>', ()) == ["A word", "and not"]


@pytest.mark.parametrize("name", GERMAN)
def test_a_german_page_says_that_it_is(name: str) -> None:
    assert '<html lang="de">' in GERMAN[name]


def test_numbers_are_written_as_the_language_does() -> None:
    page = pages.text(GERMAN["learner"])
    assert "9 von 23 Punkten" in page and "2,5 von 3,5 Punkten" in page
    assert "2,3 s, davon 1,9 s Rechenzeit" in page and "298 MiB" in page
    assert '<td class="num">18,2</td>' in GERMAN["learner"] and ">18.2<" not in GERMAN["learner"]
    assert ">12,74 ↪</text>" in GERMAN["learner"] and ">12.74 ↪<" not in GERMAN["learner"]


def test_what_is_known_of_machine_and_mistakes_is_said_and_stays_data() -> None:
    environment = {"python": "3.12", "isolation": "reduced", "start": "cold", "seed": "7"}
    called = {"inner_derivative_of_log_forgotten": "innere Ableitung vergessen"}
    sheet = replace(samples.SHEET, misconceptions=called)
    mark = replace(
        samples.correct_marks()[0],
        verdict=Verdict.MISCONCEPTION,
        misconceptions=("inner_derivative_of_log_forgotten+not_known_here",),
    )
    grade = samples.graded("ada", (mark,))
    book = replace(samples.gradebook(grade), sheet=sheet, environment=environment)
    with speaking(language("de")):
        learners = learner_report(grade, None, None, sheet, environment)
        overview = class_page(book)
    for page in map(pages.text, (learners, overview)):
        assert "eingeschränkt" in page and "reduced" not in page
        assert "Startwert" in page and "kalt" in page and "cold" not in page
    assert "„innere Ableitung vergessen“ zusammen mit „not known here“" in pages.text(learners)
    assert "Innere Ableitung vergessen" in pages.text(overview)
    with speaking(language("de")):
        assert b"inner_derivative_of_log_forgotten" in tables(book)["tables/misconceptions.csv"]
    english = pages.text(learner_report(grade, None, None, samples.SHEET, environment))
    assert "“inner derivative of log forgotten” together with “not known here”" in english
    assert "reduced" in english and "Seed" in english


def test_what_is_code_stays_as_it_is_written() -> None:
    assert "{&#39;dx2_dx&#39;: 6, &#39;dlog_dx&#39;: 0.33" in GERMAN["learner"]
    assert "df_dx(3.0, 5.0) → 45.2" in GERMAN["learner"]
    assert "name &#39;vgg_layers&#39; is not defined" in GERMAN["learner"]


def test_tables_for_spreadsheets_have_their_heads_said_and_the_same_rows() -> None:
    english = tables(BOOK)
    with speaking(language("de")):
        german = tables(BOOK)
    assert list(english) == list(german), "files keep their names"
    for name, content in english.items():
        heads, *rows = _rows(content)
        said, *others = _rows(german[name])
        assert len(said) == len(heads) and said != heads
        assert [[_number(cell) for cell in row] for row in rows] == [
            [_number(cell) for cell in row] for row in others
        ]


@pytest.mark.parametrize("results", [gradescope.results, prairielearn.results])
def test_results_for_platforms_are_in_the_learners_language_with_the_same_points(
    results: Callable[..., dict[str, object]],
) -> None:
    head = replace(samples.SHEET, title="Grundlagen", questions=_in_german(samples.SHEET))
    book = replace(BOOK, sheets={"de": head})
    for grade in BOOK.submissions:
        english, german = results(grade, book), results(replace(grade, language="de"), book)
        assert _figures(english) == _figures(german)
        assert "Isolation: strict." in str(english)
        assert str(english) != str(german)
    public = replace(samples.GRACE.questions[0], public=True)
    german = results(samples.graded("grace", (public,), language="de"), book)
    assert "Auf Deutsch: " in str(german)


def test_a_page_is_in_its_readers_language_and_a_warning_in_ones_own(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "report.html").write_text("{{ 1 / 0 }}", encoding="utf-8")
    grade = replace(samples.ADA, language="de")
    record = Record(
        sheet="", version="", seed=0, environment={}, submission=samples.ADA_SUBMISSION,
        run=samples.ADA_RUN,
    )  # fmt: skip
    page = publishing.report_page(
        grade, record, BOOK, now=None, look=publishing.Look(tmp_path, told.append)
    )
    assert '<html lang="de">' in page and "Zum Inhalt springen" in page
    assert len(told) == 1 and "made with the original templates" in told[0]


def test_a_courses_template_says_what_the_catalogue_knows(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(
        '{% extends "grader/report.html" %}{% block colophon %}'
        '<p>{{ say("of {name}", name=grade.submission) }}, '
        '{{ say_count("{count} question", "{count} questions", sheet.questions | length) }}, '
        '{{ say("Room {room}", room="3 < 4") }}.</p>{% endblock %}',
        encoding="utf-8",
    )
    rehearsal.check(tmp_path)
    grade = replace(samples.ADA, submission="<b>ada</b>")
    with speaking(language("de")):
        page = learner_report(grade, None, None, samples.SHEET, {}, folder=tmp_path)
    assert "<p>zu &lt;b&gt;ada&lt;/b&gt;, 10 Fragen, Room 3 &lt; 4.</p>" in page


def test_the_page_that_stands_in_names_the_failure_as_it_is() -> None:
    with speaking(language("de")):
        page = pages.text(without_report(samples.ADA, FAILURE))
    assert "Das Programm konnte diesen Bericht nicht erstellen." in page and FAILURE in page


def _in_german(sheet: SheetHead) -> tuple[QuestionHead, ...]:
    return tuple(replace(one, title=f"Auf Deutsch: {one.title}") for one in sheet.questions)


def _figures(value: object) -> object:
    """All that is no text, in its place."""
    if isinstance(value, dict):
        return {key: _figures(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_figures(one) for one in value]
    return "" if isinstance(value, str) else value


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def _number(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return bool(cell)


def _balanced(html: str) -> str:
    """Without end tags, which macros leave without their beginning."""
    return html.replace("</", "<x-").replace("<!doctype html>", "")
