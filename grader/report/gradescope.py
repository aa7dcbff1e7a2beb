"""``results.json`` of Gradescope: one submission's grade as its autograders report it.

Written after Gradescope's published specification; not tried against Gradescope. All texts are
declared plain text, so that nothing a learner wrote is taken for HTML, Markdown or a terminal's.
"""

from __future__ import annotations

from typing import Any

from grader.grade import UNDECIDED, Grade, Gradebook, Status
from grader.language import message, say, speaking, stored_language
from grader.report import plainly
from grader.report.answers import Answer, task_answers

VISIBLE, LATER, STAFF = "visible", "after_published", "hidden"

_TEXT = {"output_format": "text", "test_output_format": "text", "test_name_format": "text"}
_WAITS = message("What waits is not part of the score: it is neither given nor lost.")
_NO_SCORE = message("There is no score because nothing was decided: this is not zero points.")


def results(grade: Grade, book: Gradebook) -> dict[str, Any]:
    """Return the content of ``results.json``.

    The score is that of decided questions; a question that waits for a person has neither a score
    nor a maximum, and the output says how many points wait. Where nothing is decided there is no
    score at all. Questions that are not public, and those that show what was expected, are seen
    once grades are published; until then Gradescope shows no total either. All of it is said in
    the grade's language.
    """
    with speaking(stored_language(grade.language)):
        return _results(grade, book)


def _results(grade: Grade, book: Gradebook) -> dict[str, Any]:
    isolation = book.environment.get("isolation", "")
    about = plainly.of_grade(grade, isolation)
    decided = [mark for mark in grade.questions if mark.verdict not in UNDECIDED]
    if grade.status is Status.NOT_GRADED or not decided:
        return unscored(about)
    tasks = task_answers(grade, book.sheet_in(grade.language))
    tests = [_test(answer) for task in tasks for answer in task.answers]
    result: dict[str, Any] = {
        "score": plainly.rounded(grade.points),
        "output": f"{about}\n{say(_WAITS)}" if grade.undecided_points else about,
        **_TEXT,
        "visibility": VISIBLE,
        "stdout_visibility": STAFF,
        "tests": tests,
        "extra_data": {"sheet": book.sheet.name, "version": book.sheet.version},
    }
    if grade.run:
        result["execution_time"] = plainly.rounded(grade.run.wall_seconds)
    return result


def unscored(about: str) -> dict[str, Any]:
    """Return results that say why there is no score, and hold none.

    Gradescope wants a score or tests; a test with a status needs no score.
    """
    output = f"{plainly.bounded(about)}\n{say(_NO_SCORE)}"
    return {
        "output": output,
        **_TEXT,
        "visibility": VISIBLE,
        "stdout_visibility": STAFF,
        "tests": [{"name": say("Not graded"), "status": "failed", "output": output}],
    }


def _test(answer: Answer) -> dict[str, Any]:
    mark, head = answer.mark, answer.head
    test: dict[str, Any] = {
        "name": plainly.bounded(head.title),
        "output": plainly.of_answer(answer),
        "visibility": VISIBLE if mark.public and not mark.expected else LATER,
    }
    if head.part:
        test["number"] = head.part
    if mark.points is not None:
        test["score"] = plainly.rounded(mark.points)
        test["max_score"] = plainly.rounded(mark.max_points)
    return test
