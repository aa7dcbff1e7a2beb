"""The class overview's tables as files for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from grader.grade import Gradebook, Status, Verdict
from grader.language import message, say
from grader.report import statistics, words
from grader.spreadsheet import number_cell, text_cell, to_csv

FOLDER = "tables"
"""Where the files lie beside ``index.html``."""

Row = Sequence[str]


def tables(gradebook: Gradebook) -> dict[str, bytes]:
    """Return each table of the overview as CSV, by its path beside the page.

    Numbers are unrounded where the page rounds them, and empty where the page shows a dash; lists
    of submissions become one row each. No cell is taken for a formula.
    """
    return {address(name): to_csv(rows(gradebook)) for name, rows in _TABLES.items()}


def address(name: str) -> str:
    """Return the path of a table beside ``index.html``."""
    return f"{FOLDER}/{name}.csv"


def _points(gradebook: Gradebook) -> Iterable[Row]:
    yield _head("from", "to", "decided", "partly_open")
    for one in statistics.histogram(gradebook.submissions, gradebook.sheet.max_points):
        yield (number_cell(one.low), number_cell(one.high), str(one.graded), str(one.open))


def _open(gradebook: Gradebook) -> Iterable[Row]:
    yield _head("submission", "question", "verdict", "max_points", "reason")
    for grade in statistics.by_name(gradebook.submissions):
        if grade.status is Status.NOT_GRADED:
            yield (text_cell(grade.submission), "", "", "", text_cell(grade.reason))
            continue
        for mark in grade.questions:
            if mark.points is None:
                names = text_cell(grade.submission), text_cell(mark.question)
                most = number_cell(mark.max_points)
                yield (*names, mark.verdict.value, most, text_cell(mark.feedback))


def _submissions(gradebook: Gradebook) -> Iterable[Row]:
    head = _head("submission", "status", "points", "open_points", "max_points", "run")
    yield (*head, *_verdicts())
    for grade in statistics.by_name(gradebook.submissions):
        graded = grade.status is not Status.NOT_GRADED
        counts = words.tally(grade.questions) if graded else {}
        yield (
            text_cell(grade.submission),
            grade.status.value,
            number_cell(grade.points if graded else None),
            number_cell(grade.undecided_points),
            number_cell(grade.max_points),
            grade.run.status.value if grade.run else "",
            *_counts(counts),
        )


def _questions(gradebook: Gradebook) -> Iterable[Row]:
    asked = _head("question", "part", "title", "decided", "undecided", "difficulty")
    told = _head("discrimination", "discrimination_over", "discrimination_reading")
    yield (*asked, *told, *_verdicts())
    for one in statistics.questions(gradebook):
        named = (
            (one.question, one.head.part, one.head.title) if one.head else (one.question, "", "")
        )
        yield (
            *map(text_cell, named),
            str(one.decided),
            str(one.undecided),
            number_cell(one.mean_share),
            number_cell(one.discrimination.r),
            str(one.discrimination.number),
            say(one.discrimination.reading.value),
            *_counts(one.tally),
        )


def _misconceptions(gradebook: Gradebook) -> Iterable[Row]:
    yield _head("misconception", "question", "how_many", "submission")
    for one in statistics.misconceptions(gradebook):
        for who in one.who:
            names = text_cell(one.name), text_cell(one.question)
            yield (*names, str(len(one.who)), text_cell(who))


def _runs(gradebook: Gradebook) -> Iterable[Row]:
    yield _head("submission", "run", "wall_seconds", "cpu_seconds", "peak_bytes", "reason")
    for grade in statistics.by_name(gradebook.submissions):
        if run := grade.run:
            yield (
                text_cell(grade.submission),
                run.status.value,
                number_cell(run.wall_seconds),
                number_cell(run.cpu_seconds),
                number_cell(run.peak_rss_bytes),
                text_cell(run.reason),
            )


def _head(*names: str) -> Row:
    return tuple(say(_HEADS[name]) for name in names)


def _verdicts() -> Row:
    return _head(*(verdict.value.lower() for verdict in words.VERDICT))


def _counts(tally: dict[Verdict, int]) -> list[str]:
    return [str(tally.get(verdict, 0)) for verdict in words.VERDICT]


_TABLES: dict[str, Callable[[Gradebook], Iterable[Row]]] = {
    "points": _points,
    "open": _open,
    "submissions": _submissions,
    "questions": _questions,
    "misconceptions": _misconceptions,
    "runs": _runs,
}

_HEADS = {
    name: name
    for name in (
        message("from"),
        message("to"),
        message("decided"),
        message("partly_open"),
        message("submission"),
        message("question"),
        message("verdict"),
        message("max_points"),
        message("reason"),
        message("status"),
        message("points"),
        message("open_points"),
        message("run"),
        message("part"),
        message("title"),
        message("undecided"),
        message("difficulty"),
        message("discrimination"),
        message("discrimination_over"),
        message("discrimination_reading"),
        message("misconception"),
        message("how_many"),
        message("wall_seconds"),
        message("cpu_seconds"),
        message("peak_bytes"),
        message("correct"),
        message("follow_through"),
        message("partial"),
        message("incorrect"),
        message("missing"),
        message("needs_review"),
        message("grader_error"),
    )
}
"""What columns are called, to be said."""
