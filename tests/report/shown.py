"""The pages that every test in a browser opens: a further kind of page is one more line."""

from __future__ import annotations

from grader.report import learner_report, overview, without_report
from tests.report import drawn, samples

BOOK = samples.gradebook()
PATHS = {grade.submission: f"reports/{grade.submission}.html" for grade in BOOK.submissions}
ADA = (drawn.ADA, samples.ADA_RUN, samples.ADA_SUBMISSION, drawn.SHEET, samples.ENVIRONMENT)
REJECTED = (samples.REJECTED, None, None, samples.SHEET, samples.ENVIRONMENT)

PAGES = {
    "learner": learner_report(*ADA),
    "rejected": learner_report(*REJECTED),
    "index": overview(BOOK, PATHS),
    "failed": without_report(samples.ADA, "RuntimeError: no page"),
}
"""Each page as HTML, by its kind."""
