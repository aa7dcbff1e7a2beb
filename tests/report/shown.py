"""The pages that every test in a browser opens: a further kind of page is one more line."""

from __future__ import annotations

from grader.report import instructor_page, learner_report, overview, without_report
from tests.report import drawn, samples

BOOK = samples.gradebook()
PATHS = {grade.submission: f"reports/{grade.submission}.html" for grade in BOOK.submissions}
EVERYTHING = {name: path.replace("reports/", "instructor/") for name, path in PATHS.items()}
ADA = (drawn.ADA, samples.ADA_RUN, samples.ADA_SUBMISSION, drawn.SHEET, samples.ENVIRONMENT)
LOST = (samples.ADA, None, None, samples.SHEET, samples.ENVIRONMENT)
REJECTED = (samples.REJECTED, None, None, samples.SHEET, samples.ENVIRONMENT)

PAGES = {
    "learner": learner_report(*ADA),
    "rejected": learner_report(*REJECTED),
    "instructor": instructor_page(*ADA, report="../reports/ada.html"),
    "lost": instructor_page(*LOST),
    "index": overview(BOOK, PATHS, instructor_paths=EVERYTHING),
    "failed": without_report(samples.ADA, "RuntimeError: no page"),
}
"""Each page as HTML, by its kind."""
