"""Pages of stored grades: what ``grader grade`` writes, and ``grader report`` writes again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from grader import files, gradebook, report, store
from grader.grade import Grade, Gradebook
from grader.language import language, speaking
from grader.store import Record

INDEX = "index.html"


def report_page(grade: Grade, record: Record, book: Gradebook, *, now: datetime | None) -> str:
    """Return a learner's page, or the one that stands in where it cannot be made.

    ``now`` tells whether the deadline has passed after which some answers may be shown.
    """
    with speaking(language(grade.language)):
        record = store.told(record)
        try:
            return report.learner_report(
                grade,
                record.run,
                record.handed_in,
                book.sheet_in(grade.language),
                record.environment,
                deadline=book.closes,
                now=now,
            )
        except Exception as failure:
            return report.without_report(grade, f"{type(failure).__name__}: {failure}")


def write_report(
    grade: Grade, record: Record, book: Gradebook, out: Path, stem: str, *, now: datetime | None
) -> None:
    """Write a learner's page into ``out``, under the name of its observations."""
    page = report_page(grade, record, book, now=now)
    files.write_text(out / _page(stem), page)


def write_index(book: Gradebook, out: Path, stems: Sequence[str]) -> Path:
    """Write the class overview and its tables, with links to each page; returns its path."""
    pages = {one.submission: _page(stem) for one, stem in zip(book.submissions, stems, strict=True)}
    with speaking(language(book.language)):
        for path, table in report.tables(book).items():
            files.write_bytes(out / path, table)
        files.write_text(out / INDEX, report.overview(book, pages))
    return out / INDEX


def again(out: Path, *, now: datetime | None = None) -> Path:
    """Make all pages of ``out`` anew of what is stored there; returns the overview's path.

    Nothing is run and nothing is marked. A submission without observations keeps the page it has.
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
    return write_index(book, out, stems)


def _page(stem: str) -> str:
    return f"reports/{stem}.html"
