"""``grader doctor``: what works on this machine, why not more, and what to do about it."""

from __future__ import annotations

import argparse

from grader import sandbox
from grader.cli import terminal
from grader.language import say


def run(chosen: argparse.Namespace) -> int:
    """Print the findings and return 0 if grading works here, 1 if something is missing."""
    rows = terminal.table("", say("what"), say("finding"))
    findings = sandbox.diagnose()
    for finding in findings:
        remedy = "\n" + say("remedy: {remedy}", remedy=finding.remedy) if finding.remedy else ""
        rows.add_row("✓" if finding.ok else "✗", finding.check, finding.sentence + remedy)
    terminal.console().print(rows, markup=False)
    return int(any(finding.needed and not finding.ok for finding in findings))
