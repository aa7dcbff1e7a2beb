"""Pages of stored grades: what ``grader grade`` writes, and ``grader report`` writes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from grader import files, gradebook, report, store
from grader.grade import Grade, Gradebook, SheetHead
from grader.store import Record

INDEX = "index.html"


def report_page(
    grade: Grade, record: Record, sheet: SheetHead, environment: Mapping[str, str]
) -> str:
    """Return a learner's page, or the one that stands in where it cannot be made."""
    try:
        return report.learner_report(grade, record.run, record.handed_in, sheet, environment)
    except Exception as failure:
        return report.without_report(grade, f"{type(failure).__name__}: {failure}")


def write_report(grade: Grade, record: Record, sheet: SheetHead, out: Path, stem: str) -> None:
    """Write a learner's page into ``out``, under the name of its observations."""
    page = report_page(grade, record, sheet, record.environment)
    files.write_text(out / _page(stem), page)


def write_index(book: Gradebook, out: Path, stems: Sequence[str]) -> Path:
    """Write the class overview, linking to a page for each submission; returns its path."""
    pages = {one.submission: _page(stem) for one, stem in zip(book.submissions, stems, strict=True)}
    files.write_text(out / INDEX, report.overview(book, pages))
    return out / INDEX


def again(out: Path) -> Path:
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
            write_report(grade, records[stem], book.sheet, out, stem)
    return write_index(book, out, stems)


def _page(stem: str) -> str:
    return f"reports/{stem}.html"
