"""Grades one file of a learner's with the tiny course, in the real sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader import course, intake, observing, pipeline, report, sandbox
from grader.grade import Grade, Mark
from grader.pipeline import Session
from grader.store import Record
from tests.conftest import TINY_COURSE


@dataclass(frozen=True)
class Graded:
    """One submission's way through the whole engine."""

    record: Record
    grade: Grade
    page: str

    def mark(self, question: str) -> Mark:
        """Return the mark of one question of the tiny course."""
        return next(m for m in self.grade.questions if m.question == f"circle.{question}")

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict of each question."""
        return {mark.question.split(".")[1]: str(mark.verdict) for mark in self.grade.questions}


@pytest.fixture(scope="session")
def session() -> Session:
    sheet = course.load(TINY_COURSE, "circles")
    return pipeline.open_session(sheet, isolation=sandbox.isolation())


@pytest.fixture
def grade_file(session: Session) -> Callable[[Path], Graded]:
    """Grade a file."""

    def grade(path: Path) -> Graded:
        (source,) = intake.collect([path]).sources
        record = observing.observe(source, session)
        marked = pipeline.judge(record, session)
        page = report.learner_report(
            marked, record.run, record.handed_in, session.sheet.head(), record.environment
        )
        return Graded(record, marked, page)

    return grade


@pytest.fixture
def grade_cells(grade_file: Callable[[Path], Graded], tmp_path: Path) -> Callable[..., Graded]:
    """Grade a notebook of these code cells; ``change`` may spoil the notebook before."""

    def grade(*cells: str, change: Callable[[Any], None] | None = None) -> Graded:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
        )
        if change is not None:
            change(notebook)
        path = tmp_path / "handed-in.ipynb"
        path.write_text(nbformat.writes(notebook), encoding="utf-8")
        return grade_file(path)

    return grade


@pytest.fixture
def grade_module(grade_file: Callable[[Path], Graded], tmp_path: Path) -> Callable[[str], Graded]:
    """Grade a module with this text."""

    def grade(text: str) -> Graded:
        path = tmp_path / "answers.py"
        path.write_text(text, encoding="utf-8")
        return grade_file(path)

    return grade
