"""What the commands for learning platforms take, and their help."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli.options import add_course, add_platform
from grader.language import message, say

PLATFORMS = (
    "moodle", "canvas", "ilias", "blackboard", "brightspace", "openolat", "gradescope",
    "gradescope-autograder", "prairielearn",
)  # fmt: skip

EXPORT = message(
    "Write grades into a platform's own file or as its results, or bundle an autograder."
)
ON_EXPORT = message("""\
examples:
  grader export moodle --grades out/grades.json --into worksheet.csv -o upload
  grader export moodle --grades out/grades.json --into worksheet.csv -o upload --yes
  grader export canvas --grades out/grades.json --into grades.csv -o upload --assignment 12345
  grader export openolat --grades out/grades.json -o upload
  grader export gradescope --grades out/grades.json -o upload
  grader export gradescope-autograder dl_foundations -o autograder.zip
  grader export prairielearn --grades out/grades.json -o upload

Of platforms that take grades from a file it first shows what would change, and writes nothing
while anything is ambiguous. exit codes: 0 written; 1 not confirmed, nothing written; 2 usage,
ambiguous, or nobody matches
""")
LMS = message("Say what a learning platform's file is and who in it would be matched.")
ON_LMS = message("""\
examples:
  grader lms check worksheet.csv
  grader lms check worksheet.csv moodle-download.zip

exit codes: 0 all files are known; 2 usage, or a file is not known or damaged
""")


def fill_export(one: argparse.ArgumentParser) -> None:
    """Add what ``grader export`` takes."""
    one.add_argument(
        "lms",
        metavar="LMS",
        choices=PLATFORMS,
        help=say("{names} or {last}", names=", ".join(PLATFORMS[:-1]), last=PLATFORMS[-1]),
    )
    one.add_argument("sheet", metavar="SHEET", nargs="?", help=say("of an autograder: its sheet"))
    one.add_argument(
        "--grades", metavar="JSON", type=Path, help=say("grades.json of `grader grade`")
    )
    one.add_argument(
        "--into",
        metavar="FILE",
        type=Path,
        help=say(
            "worksheet, gradebook or archive for feedback as it was downloaded; it is not"
            " changed itself"
        ),
    )
    one.add_argument(
        "-o",
        "--out",
        metavar="DIR",
        type=Path,
        required=True,
        help=say("upload folder; of an autograder: the ZIP to write"),
    )
    one.add_argument(
        "--assignment",
        metavar="ID",
        help=say("of Canvas, Blackboard, Brightspace: number or title, where there are several"),
    )
    one.add_argument(
        "--download",
        metavar="PATH",
        type=Path,
        help=say(
            "of Brightspace: the download that was graded; reports then go back in bulk, under its "
            "names"
        ),
    )
    one.add_argument(
        "--in-points",
        action="store_true",
        help=say(
            "of Blackboard and Brightspace in a language that is not known here: the assignment "
            "shows points, and no percents or letters"
        ),
    )
    one.add_argument("--yes", action="store_true", help=say("write without asking"))
    one.add_argument(
        "--isolation",
        choices=["strict", "reduced"],
        default="reduced",
        help=say(
            "of an autograder: how its container locks student code in (default: reduced,"
            " which needs no namespaces)"
        ),
    )
    one.add_argument(
        "--package",
        metavar="NAME",
        action="append",
        default=[],
        help=say("of an autograder: install this too, beside what the course's files import"),
    )
    one.add_argument(
        "--index",
        metavar="URL",
        help=say(
            "of an autograder: where pip looks besides its usual place, as PyTorch's own "
            "for builds without CUDA"
        ),
    )
    add_course(one)


def fill_lms(one: argparse.ArgumentParser) -> None:
    """Add what ``grader lms`` takes."""
    one.add_argument("action", choices=["check"], help=say("check: read the files, change nothing"))
    one.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help=say("a worksheet, a ZIP or a folder")
    )
    add_platform(one)
