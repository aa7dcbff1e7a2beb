"""``results.json`` of PrairieLearn: one submission's grade as its external graders report it.

Written after PrairieLearn's published description; not tried against PrairieLearn.
"""

from __future__ import annotations

from typing import Any

from grader.grade import Grade, Gradebook, Mark, Status
from grader.language import say, speaking, stored_language
from grader.report import plainly
from grader.report.answers import Answer, task_answers
from grader.report.words import waiting

MAX_BYTES = 1_000_000
"""PrairieLearn takes no more; half of it is left for its escapes."""
_MAX_TEXT = MAX_BYTES // 12


def results(grade: Grade, book: Gradebook) -> dict[str, Any]:
    """Return the content of ``results.json``.

    A share of points exists only where every question is decided: else the submission is not
    gradable, which costs the learner neither an attempt nor points, and says what waits for whom.
    PrairieLearn shows tests at once, so questions that are not public are summed up without words.
    All of it is said in the grade's language.
    """
    with speaking(stored_language(grade.language)):
        return _results(grade, book)


def _results(grade: Grade, book: Gradebook) -> dict[str, Any]:
    about = plainly.of_grade(grade, book.environment.get("isolation", ""))
    if grade.status is not Status.GRADED or grade.max_points <= 0:
        return ungradable(about, grade)
    tasks = task_answers(grade, book.sheet_in(grade.language))
    answers = [answer for task in tasks for answer in task.answers]
    shown = [one for one in answers if one.mark.public]
    hidden = [one.mark for one in answers if not one.mark.public]
    room = _MAX_TEXT // max(1, len(shown))
    return {
        "gradable": True,
        "score": min(1.0, max(0.0, plainly.rounded(grade.points / grade.max_points))),
        "output": about,
        "tests": [_test(one, room) for one in shown] + _summed(hidden),
    }


def ungradable(about: str, grade: Grade | None = None) -> dict[str, Any]:
    """Return results without a score, which PrairieLearn counts as no attempt."""
    waits = waiting(grade.undecided_points, grade.max_points) + "." if grade else ""
    message = "\n".join(filter(None, (plainly.bounded(about), waits)))
    return {"gradable": False, "format_errors": [message], "message": message}


def _test(answer: Answer, room: int) -> dict[str, Any]:
    return {
        "name": plainly.bounded(answer.head.title)[:room],
        "points": plainly.rounded(answer.mark.points or 0.0),
        "max_points": plainly.rounded(answer.mark.max_points),
        "output": plainly.of_answer(answer)[:room],
    }


def _summed(marks: list[Mark]) -> list[dict[str, Any]]:
    if not marks:
        return []
    return [
        {
            "name": say("Further questions"),
            "points": plainly.rounded(sum(mark.points or 0.0 for mark in marks)),
            "max_points": plainly.rounded(sum(mark.max_points for mark in marks)),
        }
    ]
