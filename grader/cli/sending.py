"""What ``grader send`` takes, and its help."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.language import message, say

SEND = message("Send grades, comments and reports to Moodle or Canvas through its web service.")
ON_SEND = message("""\
examples:
  grader send 'https://moodle.example.org/mod/assign/view.php?id=42' --grades out/grades.json
  grader send 'https://moodle.example.org/mod/assign/view.php?id=42' --grades out/grades.json --yes
  grader send https://canvas.example.org/courses/12/assignments/345 --grades out/grades.json

Without --yes it shows what would change and sends nothing. The token is taken from MOODLE_TOKEN or
CANVAS_TOKEN, or from the keyring (`keyring set grader HOST`). What is there already is not sent
again, so the same command goes on where it was cut off; sent.json beside grades.json is needed for
that. exit codes: 0 everything decided is there; 1 something is not: without --yes, failed, or
graded on the platform by a person; 2 usage, ambiguous, nobody matches, or the platform refuses
""")


def fill(one: argparse.ArgumentParser) -> None:
    """Add what ``grader send`` takes."""
    one.add_argument(
        "page", metavar="PAGE", help=say("the assignment's address, as a browser shows it")
    )
    one.add_argument(
        "--grades",
        metavar="JSON",
        type=Path,
        required=True,
        help=say("grades.json of `grader grade`"),
    )
    one.add_argument(
        "--roster",
        metavar="CSV",
        type=Path,
        help=say(
            "of Moodle: its grading worksheet, where the token may not ask whose number is whose"
        ),
    )
    one.add_argument(
        "--overwrite",
        action="store_true",
        help=say("also replace grades that were not sent from here"),
    )
    one.add_argument("--yes", action="store_true", help=say("send"))
