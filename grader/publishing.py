"""Pages of stored grades: what ``grader grade`` writes, and ``grader report`` writes again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from grader import files, gradebook, report, store
from grader.grade import Grade, Gradebook
from grader.language import language, speaking
from grader.store import Record

INDEX = "index.html"
INSTRUCTOR = "instructor"
"""The folder of pages that hold every expected value; nothing that is handed out reads it."""


def report_page(grade: Grade, record: Record, book: Gradebook, *, now: datetime | None) -> str:
    """Return a learner's page, or the one that stands in where it cannot be made.

    ``now`` tells whether the deadline has passed after which some answers may be shown.
    """
    return _or_failed(
        grade,
        lambda: report.learner_report(
            grade,
            record.run,
            record.handed_in,
            book.sheet_in(grade.language),
            record.environment,
            deadline=book.closes,
            now=now,
        ),
    )


def instructor_page(grade: Grade, record: Record | None, book: Gradebook, stem: str) -> str:
    """Return the instructor's page of one grade, or the one that stands in for it.

    Without a ``record`` it says that the observations are not there.
    """
    return _or_failed(
        grade,
        lambda: report.instructor_page(
            grade,
            record.run if record else None,
            record.handed_in if record else None,
            book.sheet_in(grade.language),
            record.environment if record else book.environment,
            report=quote(f"../{_page(stem)}"),
        ),
    )


def write_report(
    grade: Grade, record: Record, book: Gradebook, out: Path, stem: str, *, now: datetime | None
) -> None:
    """Write both pages of one grade into ``out``, under the name of its observations."""
    files.write_text(out / _page(stem), report_page(grade, record, book, now=now))
    files.write_text(out / _instructor(stem), instructor_page(grade, record, book, stem))


def write_index(book: Gradebook, out: Path, stems: Sequence[str]) -> Path:
    """Write the class overview and its tables, with links to each page; returns its path."""
    named = {one.submission: stem for one, stem in zip(book.submissions, stems, strict=True)}
    with speaking(language(book.language)):
        for path, table in report.tables(book).items():
            files.write_bytes(out / path, table)
        page = report.overview(
            book,
            {name: _page(stem) for name, stem in named.items()},
            instructor_paths={name: _instructor(stem) for name, stem in named.items()},
        )
    files.write_text(out / INDEX, page)
    return out / INDEX


def again(out: Path, *, now: datetime | None = None) -> Path:
    """Make all pages of ``out`` anew of what is stored there; returns the overview's path.

    Nothing is run and nothing is marked. A submission without observations keeps the report it
    has, and its instructor's page says that they are not there.
    Raises ``UsageError`` where the gradebook or observations are missing or damaged.
    """
    book = gradebook.read(out / gradebook.JSON_NAME)
    records = store.read_all(out)
    stored = {record.name: stem for stem, record in records.items()}
    names = [grade.submission for grade in book.submissions]
    stems = [
        stored.get(name, stem) for name, stem in zip(names, files.unique_names(names), strict=True)
    ]
    for grade, stem in zip(book.submissions, stems, strict=True):
        if grade.submission in stored:
            write_report(grade, records[stem], book, out, stem, now=now)
        else:
            files.write_text(out / _instructor(stem), instructor_page(grade, None, book, stem))
    return write_index(book, out, stems)


def _page(stem: str) -> str:
    return f"reports/{stem}.html"


def _instructor(stem: str) -> str:
    return f"{INSTRUCTOR}/{stem}.html"


def _or_failed(grade: Grade, make: Callable[[], str]) -> str:
    with speaking(language(grade.language)):
        try:
            return make()
        except Exception as failure:
            return report.without_report(grade, f"{type(failure).__name__}: {failure}")
