"""What every command prints the same way: progress, tables, points; plain without a terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from grader import course, coursefile, intake, lateness, observing, sandbox
from grader.audience import Audience
from grader.errors import UsageError
from grader.grade import Grade, Gradebook, Status
from grader.intake import Source
from grader.language import decimal, known_languages, language, message, say, say_count
from grader.lateness import LatePolicy
from grader.sheet import Sheet

if TYPE_CHECKING:
    from grader.publishing import Look

WIDTH_WITHOUT_TERMINAL = 100

WARM_FROM = 6
"""From so many submissions on, importing everything once is faster than for each of them."""

SYMBOLS = {
    "CORRECT": "✓",
    "FOLLOW_THROUGH": "→",
    "MISCONCEPTION": "!",
    "PARTIAL": "◐",
    "INCORRECT": "✗",
    "MISSING": "–",
    "NEEDS_REVIEW": "?",
    "GRADER_ERROR": "‼",
}


FOUND = "FOUND"
"""Said of an answer that is there and whose check runs only at grading."""

WORDS = {
    "CORRECT": message("CORRECT"),
    "FOLLOW_THROUGH": message("FOLLOW_THROUGH"),
    "MISCONCEPTION": message("MISCONCEPTION"),
    "PARTIAL": message("PARTIAL"),
    "INCORRECT": message("INCORRECT"),
    "MISSING": message("MISSING"),
    "NEEDS_REVIEW": message("NEEDS_REVIEW"),
    "GRADER_ERROR": message("GRADER_ERROR"),
    FOUND: message("FOUND"),
    "graded": message("graded"),
    "needs_review": message("needs_review"),
    "not_graded": message("not_graded"),
}
"""What verdicts and statuses are called on a terminal."""


def console(*, stderr: bool = False) -> Console:
    """Return a console; without a terminal lines are wide enough not to be cut."""
    one = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not one.is_terminal and "COLUMNS" not in os.environ:
        one.width = WIDTH_WITHOUT_TERMINAL
    return one


def table(*columns: str) -> Table:
    """Return an empty table in the house style."""
    return Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)


def word(code: str) -> str:
    """Return how a verdict or a status is called."""
    return say(WORDS[code])


def verdict(code: str) -> Text:
    """Return a verdict as symbol and word; a learner's text never reaches rich's markup."""
    return Text(f"{SYMBOLS.get(code, ' ')} {word(code)}")


def points(number: float | None) -> str:
    """Return points without needless zeros; a dash where a person decides."""
    return "–" if number is None else decimal(f"{round(number, 2):g}")


class _Rate(ProgressColumn):
    """Submissions per second."""

    def render(self, task: Task) -> Text:
        """Return the speed so far."""
        return Text(decimal(f"{task.speed:.2f}") + "/s" if task.speed else "")


@contextmanager
def progress(what: str, total: int) -> Iterator[Progress]:
    """Show a bar with rate and time left on standard error; nothing where no terminal is."""
    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}", markup=False),
        console=console(stderr=True),
        transient=True,
        disable=not console(stderr=True).is_terminal,
    )
    with bar:
        bar.add_task(what, total=total, last="")
        yield bar


def advance(bar: Progress, grade: Grade) -> None:
    """Move the bar by one submission."""
    bar.update(bar.task_ids[0], advance=1, last=f"{grade.submission}: {word(grade.status)}")


def load_sheet(name: str, folder: Path | None) -> Sheet:
    """Load a sheet of the course at ``folder``, or of the nearest course from here upwards."""
    return course.load(find_course(folder), name)


def find_course(folder: Path | None) -> Path:
    """Return the course folder; raises ``UsageError`` where there is none."""
    if folder is None:
        return course.find(Path.cwd())
    if not (folder / "exercises").is_dir():
        raise UsageError(
            say("--course {folder}: has no exercises/; give the course folder", folder=folder)
        )
    return folder.resolve()


def find_handed_out(file: Path | None) -> Path | None:
    """Return the sheet of the nearest hand-out around a file, or around here; None without."""
    return course.handed_out(Path.cwd() if file is None else file.absolute().parent)


def one_hand_in(file: Path) -> Source:
    """Return what is to be checked; raises ``UsageError`` where there is none, or more."""
    if not file.exists():
        raise UsageError(say("{file}: there is no such file", file=file))
    sources = intake.collect([file]).sources
    if len(sources) != 1:
        raise UsageError(
            say("{file}: holds {count} hand-ins; give one file", file=file, count=len(sources))
        )
    return sources[0]


def late_policy(sheet: Sheet) -> LatePolicy | None:
    """Return what the sheet's lateness costs by its course's ``course.toml``; None: nothing."""
    return coursefile.late_policy(sheet.folder.parents[1], sheet.name)


def audience(sheet: Sheet, usual: str | None) -> Audience:
    """Return who is spoken to in which language: as asked for, else by ``course.toml``."""
    return coursefile.audience(sheet.folder.parents[1], sheet.folder, usual=usual or "")


def look(course_folder: Path) -> Look:
    """Return what pages look like in the course, having tried its own templates, if it has any.

    Raises ``AuthorError`` where one of them is wrong, or a catalogue beside them.
    """
    # A self-check makes no page unless asked for one, and what makes pages is long in coming.
    from grader import publishing
    from grader.report import rehearsal, templates

    folder = templates.of_course(course_folder)
    if folder is not None:
        for code in known_languages(folders=[course_folder]):
            language(code, folders=[course_folder])
        rehearsal.check(folder)
    return publishing.Look(folder, warn)


def warn(sentence: str) -> None:
    """Print one sentence on standard error."""
    console(stderr=True).print(sentence, markup=False)


def look_from_here(folder: Path | None) -> Look:
    """Return what pages look like in the course at ``folder`` or from here upwards, if any."""
    from grader import publishing

    try:
        return look(find_course(folder))
    except UsageError:
        if folder is not None:
            raise
        return publishing.Look(None, warn)


def say_late(book: Gradebook, policy: LatePolicy | None) -> None:
    """Say who was late, whose time is not known, and which extensions meet nobody."""
    for line in lateness.notes(book.submissions, policy) if policy else ():
        console(stderr=True).print(line, markup=False)


def isolation(choice: str, sheet: Sheet, *, submissions: int = 1) -> sandbox.Isolation:
    """Return a working isolation and say aloud when there is none, or only a slow one."""
    warm = submissions >= WARM_FROM
    sample = observing.starter_code(sheet) if warm else ()
    chosen = sandbox.isolation(choice, warm=warm, sample=sample)
    if chosen.why_cold:
        console(stderr=True).print(
            say(
                "note: each submission starts an interpreter of its own ({why})",
                why=chosen.why_cold,
            ),
            markup=False,
        )
    if chosen.level == "none":
        console(stderr=True).print(
            say("warning: no isolation: student code runs with your rights on this machine"),
            style="bold",
        )
    return chosen


def summary(book: Gradebook) -> str:
    """Return one line on a graded class."""
    counts = {status: 0 for status in Status}
    for grade in book.submissions:
        counts[grade.status] += 1
    return say_count(
        "{count} submission: {graded} graded, {waiting} need a person, {failed} not graded",
        "{count} submissions: {graded} graded, {waiting} need a person, {failed} not graded",
        sum(counts.values()),
        graded=counts[Status.GRADED],
        waiting=counts[Status.NEEDS_REVIEW],
        failed=counts[Status.NOT_GRADED],
    )


def exit_code(book: Gradebook) -> int:
    """Return 0 where all is graded, 1 where some need a person."""
    return int(any(grade.status is not Status.GRADED for grade in book.submissions))
