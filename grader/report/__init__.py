"""Reports in HTML: pure functions of stored grades, runs and submissions."""

from grader.grade import Grade
from grader.report.instructor import instructor_page
from grader.report.learner import learner_report
from grader.report.overview import overview
from grader.report.page import render
from grader.report.tables import tables

__all__ = ["instructor_page", "learner_report", "overview", "tables", "without_report"]


def without_report(grade: Grade, problem: str) -> str:
    """Return the page that stands in where a learner's report could not be made.

    It is made with our own templates, whatever a course has: theirs may be why.
    """
    return render("failed.html", {"grade": grade, "problem": problem})
