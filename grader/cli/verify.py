"""``grader verify``: proof-reads a sheet."""

from __future__ import annotations

import argparse
import os
from collections import Counter

from grader import observing, verification
from grader.cli import terminal
from grader.language import decimal, message, say

LEVELS = {"warning": message("warning"), "error": message("error")}


def run(chosen: argparse.Namespace) -> int:
    """Print what does not hold, then a summary; return 0 if everything holds, else 1."""
    sheet = terminal.load_sheet(chosen.sheet, chosen.course)
    terminal.look(sheet.folder.parents[1])
    screen = terminal.console()
    screen.print(
        say(
            "{title}: {count} questions, {points} points",
            title=sheet.title,
            count=len(sheet.questions),
            points=decimal(f"{sheet.max_points:g}"),
        )
    )
    findings = list(verification.proofread(sheet))
    if not chosen.no_samples:
        total = len(verification.samples(sheet)) + len(observing.starters(sheet))
        isolation = terminal.isolation(chosen.isolation, sheet, submissions=total)
        jobs = chosen.jobs or os.cpu_count() or 1
        with terminal.progress(say("running samples"), total) as bar:
            for finding in verification.run_samples(sheet, isolation, jobs=jobs):
                bar.advance(bar.task_ids[0])
                findings.append(finding)
    for finding in findings:
        if finding.level != "ok":
            level = say(LEVELS[finding.level])
            screen.print(f"{level}: {finding.what}: {finding.sentence}", markup=False)
    count = Counter(finding.level for finding in findings)
    screen.print(
        say(
            "{holding} hold, {warnings} warnings, {errors} errors",
            holding=count["ok"],
            warnings=count["warning"],
            errors=count["error"],
        )
    )
    return int(count["error"] > 0)
