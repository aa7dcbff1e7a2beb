"""A class as a whole: each submission on its own, nothing lost, the same result in any order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grader import (
    course,
    gradebook,
    intake,
    marking,
    observing,
    pipeline,
    publishing,
    report,
    sandbox,
    store,
)
from grader.errors import UsageError
from grader.grade import Grade, Gradebook, Status, Verdict
from grader.intake import Source
from grader.pipeline import Session
from grader.run import Run, RunStatus
from grader.submission import Arrival, Rejection
from tests.conftest import TINY_COURSE


@pytest.fixture
def session() -> Session:
    """A session without a sandbox: what these tests run is their own."""
    sheet = course.load(TINY_COURSE, "circles")
    return pipeline.open_session(sheet, isolation=sandbox.isolation("none"))


@pytest.fixture
def sources(class_folder: Path) -> tuple[Source, ...]:
    return intake.collect([class_folder]).sources


def by_name(book: Gradebook) -> dict[str, Grade]:
    return {grade.submission: grade for grade in book.submissions}


def test_results_keep_the_order_of_the_class_whatever_ends_first(
    session: Session, sources: tuple[Source, ...], tmp_path: Path
) -> None:
    one = pipeline.grade_class(sources, session, tmp_path / "one", jobs=1)
    three = pipeline.grade_class(sources, session, tmp_path / "three", jobs=3)
    assert [grade.submission for grade in one.book.submissions] == ["ada", "bob", "eve"]
    for left, right in zip(one.book.submissions, three.book.submissions, strict=True):
        assert left.questions == right.questions


def test_our_own_failure_costs_no_points_and_stops_nobody(
    session: Session,
    sources: tuple[Source, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    really = sandbox.run

    def fails_for_ada(submission, *rest):  # type: ignore[no-untyped-def]
        if submission.name == "ada":
            raise ZeroDivisionError("a bug of ours")
        return really(submission, *rest)

    monkeypatch.setattr(sandbox, "run", fails_for_ada)
    grades = by_name(pipeline.grade_class(sources, session, tmp_path, jobs=2).book)
    assert {mark.verdict for mark in grades["ada"].questions} == {Verdict.GRADER_ERROR}
    assert all(mark.points is None for mark in grades["ada"].questions)
    assert "a bug of ours" in grades["ada"].reason
    assert grades["bob"].status is Status.GRADED


def test_a_failure_of_marking_or_report_stops_nobody(
    session: Session,
    sources: tuple[Source, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mark, page = marking.mark, report.learner_report

    def mark_not_ada(prepared, submission, run):  # type: ignore[no-untyped-def]
        if submission.name == "ada":
            raise RuntimeError("marking broke")
        return mark(prepared, submission, run)

    def page_not_bob(grade, *rest, **told):  # type: ignore[no-untyped-def]
        if grade.submission == "bob":
            raise RuntimeError("page broke")
        return page(grade, *rest, **told)

    monkeypatch.setattr(marking, "mark", mark_not_ada)
    monkeypatch.setattr(report, "learner_report", page_not_bob)
    grades = by_name(pipeline.grade_class(sources, session, tmp_path, jobs=2).book)
    assert {m.verdict for m in grades["ada"].questions} == {Verdict.GRADER_ERROR}
    assert grades["bob"].points == 2
    assert "page broke" in (tmp_path / "reports/bob.html").read_text()


def test_a_failure_of_storing_stops_nobody_and_is_tried_again(
    session: Session,
    sources: tuple[Source, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = store.write

    def write_not_ada(record, path):  # type: ignore[no-untyped-def]
        if record.submission is not None and record.name == "ada":
            raise TypeError("storing broke")
        write(record, path)

    monkeypatch.setattr(store, "write", write_not_ada)
    grades = by_name(pipeline.grade_class(sources, session, tmp_path, jobs=2).book)
    assert {m.verdict for m in grades["ada"].questions} == {Verdict.GRADER_ERROR}
    assert grades["bob"].points == 2
    monkeypatch.setattr(store, "write", write)
    book = pipeline.grade_class(sources, session, tmp_path, jobs=2, resume=True).book
    verdicts = {m.verdict for m in by_name(book)["ada"].questions}
    assert Verdict.GRADER_ERROR not in verdicts and len(verdicts) > 1


def test_an_interrupt_keeps_what_was_graded(
    session: Session,
    sources: tuple[Source, ...],
    tmp_path: Path,
) -> None:
    def stop_after_the_first(grade: Grade) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.grade_class(sources, session, tmp_path, jobs=1, on_grade=stop_after_the_first)
    grades = by_name(gradebook.read(tmp_path / "grades.json"))
    assert grades["ada"].points == 7
    assert set(grades) == {"ada", "bob", "eve"}
    waiting = [grade for grade in grades.values() if "--resume" in grade.reason]
    assert all(grade.status is Status.NOT_GRADED for grade in waiting)
    assert all(mark.points is None for grade in waiting for mark in grade.questions)


def test_learners_whose_names_make_one_file_name_keep_their_own_reports(
    session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "class"
    for name, corners in (("Ada", 4), ("ada", 5)):
        (folder / name).mkdir(parents=True)
        (folder / name / "a.py").write_text(f"corners = {corners}")
    sources = intake.collect([folder]).sources
    outcome = pipeline.grade_class(sources, session, tmp_path / "out", jobs=2)
    pages = list((tmp_path / "out/reports").glob("*.html"))
    assert len({page.name.casefold() for page in pages}) == 2
    assert sorted(grade.points for grade in outcome.book.submissions) == [0, 1]


def test_stored_observations_read_back_as_they_were(
    session: Session, sources: tuple[Source, ...], tmp_path: Path
) -> None:
    for source in sources:
        record = observing.observe(source, session)
        store.write(record, tmp_path / "one.json")
        again = store.read(tmp_path / "one.json")
        assert again == record
        assert pipeline.judge(again, session) == pipeline.judge(record, session)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[" * 100_000, b'{"schema": "observations/2"}', b"\xff\xfe"],
)
def test_damaged_observations_are_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "observations/ada.json"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"ada\.json"):
        store.read_all(tmp_path)


def test_observations_hold_no_expected_value(
    session: Session, sources: tuple[Source, ...], tmp_path: Path
) -> None:
    pipeline.grade_class(sources[1:2], session, tmp_path, jobs=1)
    stored = (tmp_path / "observations/bob.json").read_text()
    assert "28.27" not in stored and (28.274333882308138).hex() not in stored
    assert "verdict" not in json.loads(stored)["run"]


def test_a_failed_sandbox_is_our_error_for_every_question(session: Session) -> None:
    (source,) = intake.collect([TINY_COURSE / "reference/circle.py"]).sources
    record = observing.observe(source, session)
    assert record.submission is not None
    run = Run(status=RunStatus.SANDBOX_ERROR, reason="no namespace")
    grade = marking.mark(session.prepared, record.submission, run)
    assert {mark.verdict for mark in grade.questions} == {Verdict.GRADER_ERROR}
    assert grade.status is Status.NEEDS_REVIEW


def test_a_rejection_is_a_persons_and_names_the_file(session: Session) -> None:
    rejection = Rejection(
        name="ada", source="ada.ipynb", reason="ada.ipynb: is empty; hand it in again"
    )
    grade = marking.reject(session.sheet, rejection)
    assert {mark.verdict for mark in grade.questions} == {Verdict.NEEDS_REVIEW}
    assert grade.status is Status.NOT_GRADED


def test_suggestions_reach_the_person_who_decides_and_not_the_learner(
    session: Session, sources: tuple[Source, ...], tmp_path: Path
) -> None:
    pipeline.grade_class(sources[:1], session, tmp_path, jobs=1)
    (grade,) = gradebook.read(tmp_path / "grades.json").submissions
    (told,) = next(mark.suggestions for mark in grade.questions if mark.suggestions)
    assert "names the limit" in told
    assert "names the limit" in (tmp_path / "index.html").read_text()
    assert "names the limit" not in (tmp_path / "reports/ada.html").read_text()


def test_the_time_of_a_hand_in_is_stored_renewed_and_may_be_missing(tmp_path: Path) -> None:
    rejection = Rejection(name="ada", source="ada.ipynb", reason="It is empty.")
    record = store.Record(sheet="s", version="1", seed=1, environment={}, rejection=rejection)
    path = tmp_path / "one.json"
    for at in (datetime(2026, 10, 5, 10, 0), datetime(2026, 10, 5, 10, 0, tzinfo=UTC)):
        later = store.of(record, None, Arrival(at=at))
        store.write(later, path)
        assert store.read(path) == later
        assert store.of(later, None, Arrival(at=at)) is later
        assert store.of(later, None, None) == record
    stored = json.loads(path.read_text())
    del stored["arrival"]
    path.write_text(json.dumps(stored))
    assert store.read(path) == record


def test_marking_again_keeps_each_page_to_its_learner(session: Session, tmp_path: Path) -> None:
    names = ["ada", "Ada", "zoe", "bob"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "answers.py").write_text("disc_area = 3\n", encoding="utf-8")
    found = [intake.collect([tmp_path / name / "answers.py"]).sources[0] for name in names]
    sources = [replace(one, name=name) for one, name in zip(found, names, strict=True)]
    out = tmp_path / "out"
    pipeline.grade_class(sources, session, out, jobs=1)
    pages = {path.name: path.read_bytes() for path in (out / "reports").iterdir()}
    index, grades = (out / "index.html").read_bytes(), (out / "grades.json").read_bytes()
    assert b"<h1>ada</h1>" in pages["ada.html"] and b"<h1>Ada</h1>" in pages["Ada-2.html"]
    pipeline.mark_again(store.read_all(out), session, out)
    assert {path.name: path.read_bytes() for path in (out / "reports").iterdir()} == pages
    assert (out / "index.html").read_bytes() == index
    assert (out / "grades.json").read_bytes() == grades


def test_pages_made_anew_of_what_is_stored_are_the_same_bytes(
    session: Session, sources: tuple[Source, ...], tmp_path: Path
) -> None:
    pipeline.grade_class(sources, session, tmp_path, jobs=1)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.html")}
    assert len(before) == 1 + 2 * len(sources)
    for path in before:
        path.write_text("lost", encoding="utf-8")
    assert publishing.again(tmp_path) == tmp_path / "index.html"
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.html")} == before


def test_an_instructors_page_stands_beside_each_report_and_the_overview_links_it(
    session: Session, sources: tuple[Source, ...], tmp_path: Path
) -> None:
    pipeline.grade_class(sources, session, tmp_path, jobs=1)
    index = (tmp_path / "index.html").read_text()
    for name in ("ada", "bob", "eve"):
        made = (tmp_path / "instructor" / f"{name}.html").read_text()
        assert "Do not hand this page out" in made
        assert f'href="../reports/{name}.html"' in made
        assert f'href="instructor/{name}.html"' in index
        assert "instructor/" not in (tmp_path / "reports" / f"{name}.html").read_text()


def test_an_instructors_page_says_that_observations_are_lost(
    session: Session, sources: tuple[Source, ...], tmp_path: Path
) -> None:
    pipeline.grade_class(sources, session, tmp_path, jobs=1)
    kept = (tmp_path / "reports/bob.html").read_bytes()
    (tmp_path / "observations/bob.json").unlink()
    publishing.again(tmp_path)
    assert (
        "The observations of this run are not there"
        in (tmp_path / "instructor/bob.html").read_text()
    )
    assert (tmp_path / "reports/bob.html").read_bytes() == kept


def test_an_instructors_page_that_cannot_be_made_stops_nobody(
    session: Session, sources: tuple[Source, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("page broke")

    monkeypatch.setattr(report, "instructor_page", broken)
    grades = by_name(pipeline.grade_class(sources, session, tmp_path, jobs=1).book)
    assert grades["ada"].points == 7
    assert "page broke" in (tmp_path / "instructor/ada.html").read_text()
    assert "page broke" not in (tmp_path / "reports/ada.html").read_text()


def test_pages_made_anew_open_answers_once_the_deadline_has_passed(
    session: Session, sources: tuple[Source, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    page = report.learner_report

    def noted(*given: object, deadline: datetime | None, now: datetime | None, **told: Any) -> str:
        seen.append((deadline, now))
        return page(*given, deadline=deadline, now=now, **told)  # type: ignore[arg-type]

    pipeline.grade_class(sources[:1], session, tmp_path, jobs=1)
    stored = gradebook.read(tmp_path / gradebook.JSON_NAME)
    closes = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
    gradebook.write(replace(stored, closes=closes), tmp_path)
    monkeypatch.setattr(report, "learner_report", noted)
    publishing.again(tmp_path, now=closes)
    assert seen == [(closes, closes)]
