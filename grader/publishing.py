"""Pages of stored grades: what ``grader grade`` writes, and ``grader report`` writes again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from grader import files, gradebook, report, store
from grader.grade import Grade, Gradebook
from grader.report import templates
from grader.store import Record

INDEX = "index.html"


@dataclass(frozen=True)
class Look:
    """What pages look like in one course, and who hears where that failed."""

    templates: Path | None = None
    """The course's own folder of templates; None where it has none."""
    say: Callable[[str], None] = lambda sentence: None
    """Told in one sentence of each page that could not be made as it should be."""


PLAIN = Look()


def report_page(
    grade: Grade, record: Record, book: Gradebook, *, now: datetime | None, look: Look = PLAIN
) -> str:
    """Return a learner's page, or the one that stands in where it cannot be made.

    ``now`` tells whether the deadline has passed after which some answers may be shown. Where a
    course's templates fail on it, it is made with our own.
    """
    made = partial(
        report.learner_report,
        grade,
        record.run,
        record.handed_in,
        book.sheet,
        record.environment,
        deadline=book.closes,
        now=now,
    )
    try:
        return page_by(made, grade.submission, look)
    except Exception as failure:
        return report.without_report(grade, _told(failure))


def page_by(made: Callable[..., str], whose: str, look: Look) -> str:
    """Return the page that ``made`` makes with the course's templates, or else with our own.

    No grade depends on theirs: where they fail, ``look.say`` is told of it.
    """
    if look.templates:
        try:
            return made(folder=look.templates)
        except Exception as failure:
            place = templates.place(failure, look.templates)
            look.say(
                f"{whose}: the page is made with the original templates, for the course's own "
                f"failed on it ({place}: {_told(failure)})"
            )
    return made(folder=None)


def _told(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}"


def write_report(
    grade: Grade,
    record: Record,
    book: Gradebook,
    out: Path,
    stem: str,
    *,
    now: datetime | None,
    look: Look = PLAIN,
) -> None:
    """Write a learner's page into ``out``, under the name of its observations."""
    page = report_page(grade, record, book, now=now, look=look)
    files.write_text(out / _page(stem), page)


def write_index(book: Gradebook, out: Path, stems: Sequence[str], *, look: Look = PLAIN) -> Path:
    """Write the class overview and its tables, with links to each page; returns its path."""
    pages = {one.submission: _page(stem) for one, stem in zip(book.submissions, stems, strict=True)}
    for path, table in report.tables(book).items():
        files.write_bytes(out / path, table)
    files.write_text(out / INDEX, page_by(partial(report.overview, book, pages), INDEX, look))
    return out / INDEX


def again(out: Path, *, now: datetime | None = None, look: Look = PLAIN) -> Path:
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
            write_report(grade, records[stem], book, out, stem, now=now, look=look)
    return write_index(book, out, stems, look=look)


def _page(stem: str) -> str:
    return f"reports/{stem}.html"
