"""Pages of stored grades: what ``grader grade`` writes, and ``grader report`` writes again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

from grader import files, gradebook, report, store
from grader.grade import Grade, Gradebook
from grader.language import Language, say, speaking, spoken, stored_language
from grader.report import templates
from grader.store import Record

INDEX = "index.html"
INSTRUCTOR = "instructor"
"""The folder of pages that hold every expected value; nothing that is handed out reads it."""


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

    def made(*, folder: Path | None) -> str:
        shown = store.told(record)
        return report.learner_report(
            grade,
            shown.run,
            shown.handed_in,
            book.sheet_in(grade.language),
            record.environment,
            deadline=book.closes,
            now=now,
            folder=folder,
        )

    return _or_failed(made, grade, book, look)


def instructor_page(
    grade: Grade, record: Record | None, book: Gradebook, stem: str, *, look: Look = PLAIN
) -> str:
    """Return the instructor's page of one grade, or the one that stands in for it.

    Without a ``record`` it says that the observations are not there.
    """

    def made(*, folder: Path | None) -> str:
        shown = store.told(record) if record else None
        return report.instructor_page(
            grade,
            shown.run if shown else None,
            shown.handed_in if shown else None,
            book.sheet_in(grade.language),
            shown.environment if shown else book.environment,
            report=quote(f"../{_page(stem)}"),
            folder=folder,
        )

    return _or_failed(made, grade, book, look)


def _or_failed(made: Callable[..., str], grade: Grade, book: Gradebook, look: Look) -> str:
    reads = _reads(grade.language, book, look)
    try:
        return page_by(made, grade.submission, look, reads=reads)
    except Exception as failure:
        with speaking(reads):
            return report.without_report(grade, _told(failure))


def _reads(code: str, book: Gradebook, look: Look) -> Language:
    """Return the language of a page; a course's own templates may say what its catalogues know."""
    if look.templates is None:
        return stored_language(code)
    course = look.templates.parent
    return stored_language(code, folders=[course / "exercises" / book.sheet.name, course])


def page_by(
    made: Callable[..., str], whose: str, look: Look, *, reads: Language | None = None
) -> str:
    """Return the page that ``made`` makes with the course's templates, or else with our own.

    It is in the language that its reader ``reads``; None stands for the one that is spoken. No
    grade depends on a course's templates: where they fail, ``look.say`` is told of it, in the
    language that is spoken.
    """
    reads = reads or spoken()
    if look.templates:
        try:
            with speaking(reads):
                return made(folder=look.templates)
        except Exception as failure:
            look.say(
                say(
                    "{whose}: the page is made with the original templates, for the course's own "
                    "failed on it ({place}: {failure})",
                    whose=whose,
                    place=templates.place(failure, look.templates),
                    failure=_told(failure),
                )
            )
    with speaking(reads):
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
    """Write both pages of one grade into ``out``, under the name of its observations."""
    page = report_page(grade, record, book, now=now, look=look)
    files.write_text(out / _page(stem), page)
    _forget_pdf(out / _page(stem), look)
    _write_instructor(grade, record, book, out, stem, look=look)


def _write_instructor(
    grade: Grade, record: Record | None, book: Gradebook, out: Path, stem: str, *, look: Look
) -> None:
    page = instructor_page(grade, record, book, stem, look=look)
    files.write_text(out / _instructor(stem), page)


def _forget_pdf(page: Path, look: Look) -> None:
    """Remove the PDF of the page before: it would go on telling what may no longer hold."""
    old = page.with_suffix(".pdf")
    try:
        old.unlink(missing_ok=True)
    except OSError as problem:
        look.say(
            say(
                "{old}: is of an older page and cannot be removed ({problem})",
                old=old,
                problem=problem.strerror,
            )
        )


def write_index(book: Gradebook, out: Path, stems: Sequence[str], *, look: Look = PLAIN) -> Path:
    """Write the class overview and its tables, with links to each page; returns its path."""
    named = {one.submission: stem for one, stem in zip(book.submissions, stems, strict=True)}
    made = partial(
        report.overview,
        book,
        {name: _page(stem) for name, stem in named.items()},
        instructor_paths={name: _instructor(stem) for name, stem in named.items()},
    )
    reads = _reads(book.language, book, look)
    with speaking(reads):
        tables = report.tables(book)
    for path, table in tables.items():
        files.write_bytes(out / path, table)
    files.write_text(out / INDEX, page_by(made, INDEX, look, reads=reads))
    return out / INDEX


def again(out: Path, *, now: datetime | None = None, look: Look = PLAIN) -> Path:
    """Make all pages of ``out`` anew of what is stored there; returns the overview's path.

    Nothing is run and nothing is marked. A submission without observations keeps the report it
    has, and its instructor's page says that they are not there.
    Raises ``UsageError`` where the gradebook or observations are missing or damaged.
    """
    book = gradebook.read(out / gradebook.JSON_NAME)
    records = store.read_all(out)
    stems = _stems(book, records)
    for grade, stem in zip(book.submissions, stems, strict=True):
        if stem in records:
            write_report(grade, records[stem], book, out, stem, now=now, look=look)
        else:
            _write_instructor(grade, None, book, out, stem, look=look)
    return write_index(book, out, stems, look=look)


def pages(out: Path) -> dict[str, Path]:
    """Return each submission's page in ``out`` by its name, in the gradebook's order.

    Raises ``UsageError`` where the gradebook or observations are missing or damaged.
    """
    book = gradebook.read(out / gradebook.JSON_NAME)
    stems = _stems(book, store.read_all(out))
    names = (grade.submission for grade in book.submissions)
    return {name: out / _page(stem) for name, stem in zip(names, stems, strict=True)}


def _stems(book: Gradebook, records: Mapping[str, Record]) -> list[str]:
    stored = {record.name: stem for stem, record in records.items()}
    names = [grade.submission for grade in book.submissions]
    unique = files.unique_names(names)
    return [stored.get(name, stem) for name, stem in zip(names, unique, strict=True)]


def _page(stem: str) -> str:
    return f"reports/{stem}.html"


def _instructor(stem: str) -> str:
    return f"{INSTRUCTOR}/{stem}.html"
