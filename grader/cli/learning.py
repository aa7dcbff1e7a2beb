"""What the commands of learners take, and their help."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli.options import add_course, add_isolation
from grader.language import message, say

CHECK = message("Check your own notebook or module before handing in.")
ON_CHECK = message("""\
examples:
  grader check                       in the folder that you were given: your notebook there
  grader check my-notebook.ipynb
  grader check --hint vgg_parameters.conv_params          its first hint; =2 the second, too
  grader check --watch               again each time that you save
  grader check answers.py --sheet dl_foundations --html report.html

Runs your file from top to bottom in a fresh process, as grading does. It goes by the hand-out
around the file, which holds no answers, or else by the course. More is checked at grading; the
last line says how much. exit codes: 0 no public check fails; 1 some fail; 2 usage; after --watch,
which Ctrl-C ends, that of the last check
""")
PACK = message("Pack your work for handing in, if nothing is missing: one ZIP, and a receipt.")
ON_PACK = message("""\
examples:
  grader pack                        in the folder that you were given: what you wrote into
  grader pack answers.ipynb derivations.md -o hand-in.zip
  grader pack --even-so              although an answer is missing or a cell fails

Runs your file from top to bottom in a fresh process, as grading does. The ZIP holds your files
and manifest.json with their SHA-256; the same files give the same ZIP and the same receipt.
exit codes: 0 packed; 1 something is missing, nothing packed; 2 usage
""")


def fill_check(one: argparse.ArgumentParser) -> None:
    """Add what ``grader check`` takes."""
    one.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        nargs="?",
        help=say("a notebook or a module (default: the one in the hand-out that you wrote into)"),
    )
    one.add_argument("--sheet", metavar="SHEET", help=say("needed where the course has several"))
    one.add_argument(
        "--hint",
        metavar="QUESTION[=N]",
        action="append",
        help=say("show its first hint, or N of them; each time it is repeated, one more"),
    )
    one.add_argument(
        "--watch", action="store_true", help=say("check again each time that the file is saved")
    )
    one.add_argument("--json", action="store_true", help=say("print all that was found as JSON"))
    one.add_argument("--html", metavar="FILE", type=Path, help=say("also write a report"))
    add_isolation(one, default="none")
    add_course(one)


def fill_pack(one: argparse.ArgumentParser) -> None:
    """Add what ``grader pack`` takes."""
    one.add_argument(
        "files",
        metavar="FILE",
        type=Path,
        nargs="*",
        help=say("notebooks, modules and texts (default: the one that you wrote into)"),
    )
    one.add_argument(
        "-o",
        "--out",
        metavar="ZIP",
        type=Path,
        help=say("the ZIP to write (default: SHEET-hand-in.zip beside the hand-out's files)"),
    )
    one.add_argument(
        "--even-so", action="store_true", help=say("pack although something is missing")
    )
    add_isolation(one, default="none")
