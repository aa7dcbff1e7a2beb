"""Reports: how large a learner's page is, how long it takes, and a class of them with overview."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

from benchmarks import browsing, measured
from grader import gradebook, report, store
from grader.grade import Grade, Gradebook
from grader.language import language, speaking
from grader.run import Run
from grader.submission import Rejection, Submission
from tests.report import samples

PAGE_BYTES, PAGE_SECONDS, CLASS_SECONDS = 120_000, 0.015, 20.0
"""Bars: of the median page, and of a thousand pages with their overview on one core."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """What one report is made of."""

    grade: Grade
    run: Run | None
    submission: Submission | Rejection | None


def main(chosen: argparse.Namespace) -> int:
    """Measure and print; the times are CPU times of one core."""
    with speaking(language(chosen.lang)):
        return _measured(chosen)


def _measured(chosen: argparse.Namespace) -> int:
    book, pages = _graded(chosen.folder) if chosen.folder else _samples()
    _made(book, pages[0])  # Templates and lexers are loaded once for all reports.
    sizes, times = [], []
    for page in pages:
        seconds, html = min(_timed(lambda: _made(book, page)) for _ in range(chosen.rounds))  # noqa: B023
        sizes.append(len(html.encode()))
        times.append(seconds)
    whole, overview = _class(book, pages, chosen.number)
    instructors = statistics.median(_timed(lambda: _instructors(book, page))[0] for page in pages)  # noqa: B023
    figures = {
        "language": chosen.lang,
        "reports": len(pages),
        "bytes_median": statistics.median(sizes),
        "bytes_largest": max(sizes),
        "seconds_median": statistics.median(times),
        "seconds_longest": max(times),
        "instructor_seconds_median": instructors,
        "class": chosen.number,
        "class_seconds": whole,
    }
    machine = measured.machine()
    print(f"{len(pages)} reports, best of {chosen.rounds}; load {machine['load_1min']}\n")
    _show("median page", figures["bytes_median"] / 1e3, PAGE_BYTES / 1e3, "kB")
    _show("largest page", figures["bytes_largest"] / 1e3, None, "kB")
    _show("median time", figures["seconds_median"] * 1e3, PAGE_SECONDS * 1e3, "ms")
    _show("longest time", figures["seconds_longest"] * 1e3, None, "ms")
    _show("instructor's page, median time", instructors * 1e3, None, "ms")
    bar = CLASS_SECONDS * chosen.number / 1000
    _show(f"{chosen.number} reports and overview", whole, bar, "s")
    if chosen.browser:
        drawn = browsing.measure(overview, rounds=chosen.rounds)
        for name, milliseconds in drawn.items():
            _show(f"{name}, in Chromium", milliseconds, None, "ms")
        figures |= {f"browser_{name.replace(' ', '_')}_ms": ms for name, ms in drawn.items()}
    if chosen.json:
        told = {"benchmark": "reports", "machine": machine, **figures}
        chosen.json.write_text(json.dumps(told, indent=1))
    return 0


def _show(name: str, figure: float, bar: float | None, unit: str) -> None:
    against = f"   bar {bar:g} {unit}" if bar is not None else ""
    print(f"{name:32} {figure:8.1f} {unit:3}{against}")


def _samples() -> tuple[Gradebook, list[Page]]:
    """Return the tests' own class: every verdict, a failed cell, a plot and a table."""
    page = Page(grade=samples.ADA, run=samples.ADA_RUN, submission=samples.ADA_SUBMISSION)
    return samples.gradebook(samples.ADA), [page]


def _graded(folder: Path) -> tuple[Gradebook, list[Page]]:
    """Return what `grader grade -o folder` left there."""
    book = gradebook.read(folder / gradebook.JSON_NAME)
    records = {one.name: one for one in store.read_all(folder).values()}
    found = ((one, records.get(one.submission)) for one in book.submissions)
    return book, [
        Page(grade=grade, run=record.run, submission=record.handed_in)
        if record
        else Page(grade=grade, run=None, submission=None)
        for grade, record in found
    ]


def _made(book: Gradebook, page: Page) -> str:
    return report.learner_report(
        page.grade, page.run, page.submission, book.sheet, book.environment
    )


def _instructors(book: Gradebook, page: Page) -> str:
    return report.instructor_page(
        page.grade, page.run, page.submission, book.sheet, book.environment
    )


def _timed(make: Callable[[], str]) -> tuple[float, str]:
    start = time.process_time()
    html = make()
    return time.process_time() - start, html


def _class(book: Gradebook, pages: list[Page], number: int) -> tuple[float, str]:
    """Return the seconds that a class of learners like the given ones takes, and its overview."""
    several = [
        replace(page, grade=replace(page.grade, submission=f"{page.grade.submission}-{index}"))
        for index, page in enumerate(islice(cycle(pages), number))
    ]
    start = time.process_time()
    for page in several:
        _made(book, page)
    grades = tuple(page.grade for page in several)
    links = {grade.submission: f"reports/{grade.submission}.html" for grade in grades}
    report.tables(replace(book, submissions=grades))
    overview = report.overview(replace(book, submissions=grades), links, instructor_paths=links)
    return time.process_time() - start, overview
