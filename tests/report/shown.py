"""The pages that every test in a browser opens: a further kind of page is one more line."""

from __future__ import annotations

from grader.grade import Gradebook
from grader.language import language, speaking
from grader.report import instructor_page, learner_report, overview, without_report
from tests.report import drawn, samples

BOOK = samples.gradebook()
ADA = (drawn.ADA, samples.ADA_RUN, samples.ADA_SUBMISSION, drawn.SHEET, samples.ENVIRONMENT)
LOST = (samples.ADA, None, None, samples.SHEET, samples.ENVIRONMENT)
REJECTED = (samples.REJECTED, None, None, samples.SHEET, samples.ENVIRONMENT)
FAILURE = "RuntimeError: no page"


def class_page(book: Gradebook) -> str:
    """The overview with links to every page."""
    names = [grade.submission for grade in book.submissions]
    everything = {name: f"instructor/{name}.html" for name in names}
    return overview(book, {name: f"reports/{name}.html" for name in names},
                    instructor_paths=everything)  # fmt: skip


def pages() -> dict[str, str]:
    """Each page as HTML, by its kind, in the language that is spoken."""
    return {
        "learner": learner_report(*ADA),
        "rejected": learner_report(*REJECTED),
        "instructor": instructor_page(*ADA, report="../reports/ada.html"),
        "lost": instructor_page(*LOST),
        "index": class_page(BOOK),
        "failed": without_report(samples.ADA, FAILURE),
    }


PAGES = pages()

with speaking(language("de")):
    GERMAN = pages()
