"""The class overview, made of the gradebook alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from grader.grade import Gradebook
from grader.report import items, statistics, tables
from grader.report.page import render
from grader.report.words import tally


def overview(
    gradebook: Gradebook,
    report_paths: Mapping[str, str],
    *,
    instructor_paths: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> str:
    """Return ``index.html``: the class as one self-contained page.

    ``report_paths`` holds, by submission, each report's path relative to the page; a submission
    without one is listed without a link. ``instructor_paths`` holds the instructor's pages in the
    same way. The page reads the same without its script, which sorts and filters; it links the
    files of ``tables.tables``. ``folder`` holds a course's own templates.
    """
    grades = statistics.by_name(gradebook.submissions)
    return render(
        "index.html",
        {
            "sheet": gradebook.sheet,
            "environment": dict(sorted(gradebook.environment.items())),
            "isolation": gradebook.environment.get("isolation", ""),
            "grades": grades,
            "links": _links(report_paths),
            "everything": _links(instructor_paths or {}),
            "tallies": {grade.submission: tally(grade.questions) for grade in grades},
            "by_status": statistics.by_status(grades),
            "centre": statistics.centre(grades),
            "histogram": statistics.histogram(grades, gradebook.sheet.max_points),
            "questions": statistics.questions(gradebook),
            "misconceptions": statistics.misconceptions(gradebook),
            "fewest": items.FEWEST,
            "weak": items.WEAK,
            "csv": tables.address,
            "open_questions": statistics.open_questions(gradebook),
            "not_graded": statistics.not_graded(grades),
            "stopped": statistics.stopped(grades),
            "slowest": statistics.slowest(grades),
        },
        script=True,
        folder=folder,
    )


def _links(paths: Mapping[str, str]) -> dict[str, str]:
    return {name: quote(path) for name, path in paths.items()}
