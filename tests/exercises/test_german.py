"""The sheet speaks German whole, keeps its code and numbers, and gives no more away than before."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from grader import (
    handout,
    intake,
    language,
    marking,
    observing,
    pipeline,
    report,
    sandbox,
    starter,
    translation,
)
from grader.grade import Verdict
from grader.handout import leaks as guard
from grader.handout import statement
from grader.language import Language, speaking
from grader.marking.prepared import Prepared
from grader.report.statement import statement as shown_statement
from grader.sheet import Question, Sheet
from tests.exercises.test_hints import answer, handed_in, nothing, secrets, stated
from tests.handout import opening
from tests.report import leaks


@pytest.fixture(scope="module")
def german(sheet: Sheet) -> Language:
    return language.language("de", folders=[sheet.folder])


@pytest.fixture(scope="module")
def prepared(sheet: Sheet) -> Prepared:
    return marking.prepare(sheet, seed=sheet.seed, proofread=False)


@pytest.fixture(scope="module")
def in_german(sheet: Sheet, german: Language) -> Sheet:
    with speaking(german):
        return translation.spoken(sheet)


@pytest.fixture(scope="module")
def pairs(sheet: Sheet) -> list[tuple[str, str]]:
    """Every text beside its translation."""
    catalogue = polib.pofile(str(sheet.folder / "languages" / "de.po"), encoding="utf-8")
    return [
        *((one.msgid, one.msgstr) for one in catalogue),
        (sheet.statement, sheet.statements["de"]),
    ]


def test_every_text_is_translated(sheet: Sheet) -> None:
    found = translation.update(sheet, "de")
    assert found.total > 300
    assert found.left == 0, "run: python -m grader translate dl_foundations --to de"
    assert not found.changes, "run: python -m grader translate dl_foundations --to de"


def test_code_formulas_and_names_are_kept(sheet: Sheet) -> None:
    found = list(translation.remarks(sheet))
    assert found, "something is looked at"
    assert [one for one in found if one.sentence] == []


def test_numbers_are_kept(pairs: list[tuple[str, str]]) -> None:
    changed = [
        (text, said)
        for text, said in pairs
        if sorted(re.findall(r"\d+", text)) != sorted(re.findall(r"\d+", said))
    ]
    assert changed == []


def test_each_question_has_its_section_of_the_german_statement(
    sheet: Sheet, german: Language
) -> None:
    english = sheet.head()
    with speaking(german):
        head = sheet.head()
    assert head.statement != english.statement
    sections = shown_statement(head).sections
    assert len(sections) == len(sheet.questions)
    assert sections == shown_statement(english).sections


def test_german_hints_are_sentences(sheet: Sheet, in_german: Sheet) -> None:
    for question, ours in zip(in_german.questions, sheet.questions, strict=True):
        assert len(question.hints) == len(ours.hints)
        assert all(hint.endswith((".", "?")) for hint in question.hints)


def german_page(sheet: Sheet, german: Language) -> str:
    with speaking(german):
        return report.learner_report(nothing(sheet), None, None, sheet.head(), {})


def test_no_german_hint_tells_an_expected_number(
    sheet: Sheet, prepared: Prepared, german: Language
) -> None:
    page = german_page(sheet, german)
    assert page.count('<details class="hint">') == sum(len(q.hints) for q in sheet.questions)
    assert "Welchen Logarithmus meint das Blatt mit log?" in page
    assert leaks.told(page, secrets(prepared), stated(sheet)) == []


def test_an_expected_number_in_a_german_hint_would_be_found(
    sheet: Sheet, prepared: Prepared, tmp_path: Path
) -> None:
    path = sheet.folder / "languages" / "de.po"
    hint = "Welchen Logarithmus meint das Blatt mit log?"
    loose = path.read_text(encoding="utf-8").replace(hint, "Das ist 8,19.")
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "de.po").write_text(loose, encoding="utf-8")
    page = german_page(sheet, language.language("de", folders=[tmp_path]))
    assert leaks.told(page, secrets(prepared), stated(sheet)) != []


def test_no_translation_tells_what_its_text_does_not(
    sheet: Sheet, prepared: Prepared, pairs: list[tuple[str, str]]
) -> None:
    formulas = {
        one.question.id: leaks.spellings(one.expected, one.text)
        for one in prepared.formulas.values()
    }
    assert formulas
    numbers = secrets(prepared)
    for text, said in pairs:
        assert set(leaks.told(said, numbers, ())) <= set(leaks.told(text, numbers, ())), text
        known = leaks.told_formulas(text, formulas, ())
        assert set(leaks.told_formulas(said, formulas, ())) <= set(known), text


def test_german_hints_that_are_handed_in_earn_nothing(in_german: Sheet, prepared: Prepared) -> None:
    asked: list[Question] = [one for one in in_german.questions if one.kind != "text"]
    hints = tuple(hint for question in asked for hint in question.hints)
    assert handed_in(prepared, hints).points == 0
    named = tuple(one for question in asked for one in answer(question, question.hints))
    assert handed_in(prepared, named).points == 0


def test_the_german_hand_out_holds_no_answer(
    sheet: Sheet, prepared: Prepared, german: Language
) -> None:
    with speaking(german):
        bundle = handout.make(sheet)
        written = statement.of(sheet)
    assert list(guard.told(bundle.files, prepared, written)) == []
    mistakes = [one for question in sheet.questions for one in question.misconceptions]
    told = [german.gettext(one.feedback).splitlines()[0] for one in mistakes]
    words = "\0".join(opening.texts({**bundle.files, "x.zip": bundle.archive}))
    assert "Welchen Logarithmus meint das Blatt mit log?" in words
    assert [one for one in told if one in words] == []


@pytest.mark.sandbox
def test_the_untouched_german_starter_earns_nothing(
    sheet: Sheet, german: Language, tmp_path: Path
) -> None:
    with speaking(german):
        cells = starter.cells(translation.spoken(sheet))
    (tmp_path / "answers.ipynb").write_bytes(starter.notebook(cells))
    session = pipeline.open_session(sheet, isolation=sandbox.isolation())
    (source,) = intake.collect([tmp_path / "answers.ipynb"]).sources
    grade = pipeline.judge(observing.observe(source, session), session)
    assert {mark.points for mark in grade.questions} == {0}
    assert {mark.verdict for mark in grade.questions} <= {Verdict.MISSING, Verdict.INCORRECT}


def test_what_stands_in_the_german_starter_is_nobodys_answer(
    sheet: Sheet, german: Language
) -> None:
    with speaking(german):
        cells = starter.cells(translation.spoken(sheet))
    ours = starter.cells(sheet)
    assert [(one.kind, one.answers) for one in cells] == [(one.kind, one.answers) for one in ours]
    prose = {one.source.strip() for one in cells if one.kind == "markdown"}
    assert any("hier die Antwort" in one for one in prose)
    assert prose <= observing.boilerplate(sheet)
