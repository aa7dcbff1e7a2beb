"""``grader demo``: grades the sample class of the course, so that one can look before one reads."""

from __future__ import annotations

import argparse

from grader import course, intake, verification
from grader.cli import terminal
from grader.cli.grade import grade
from grader.errors import UsageError
from grader.language import say


def run(chosen: argparse.Namespace) -> int:
    """Grade the samples of the course's first sheet and return 0."""
    folder = terminal.find_course(chosen.course)
    names = course.sheets(folder)
    if not names:
        raise UsageError(say("{folder} has no sheet to demonstrate", folder=folder))
    sheet = course.load(folder, names[0])
    samples = [sample.path for sample in verification.samples(sheet) if not sample.hostile]
    if not samples:
        raise UsageError(
            say("{folder} has no submissions/ to demonstrate with", folder=sheet.folder)
        )
    outcome = grade(sheet, intake.collect(samples).sources, chosen)
    screen = terminal.console()
    screen.print(terminal.summary(outcome.book))
    screen.print(say("open {path} in a browser", path=outcome.index.resolve()), markup=False)
    return 0
