"""What each command takes, and its help."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import grader
from grader.cli import learning, platforms, sending
from grader.cli.options import (
    add_course,
    add_isolation,
    add_jobs,
    add_no_samples,
    add_pdf,
    add_platform,
    add_scanned,
    add_sheet,
)
from grader.cli.parsing import Parser
from grader.language import message, say

EXAMPLES = message("""\
examples:
  grader demo                                    grade the course's sample class
  grader grade dl_foundations hand-ins/ -o out   grade a folder, a ZIP or single files
  grader check my-notebook.ipynb                 check your own work before handing in
  grader pack                                    pack it for handing in, with a receipt
  grader mark dl_foundations out                 mark again without running anything
  grader report out                              make the pages anew of what is stored
  grader verify dl_foundations                   proof-read a sheet
  grader translate dl_foundations --to de        its texts, to be said in another language
  grader release dl_foundations -o handout       what learners get of it, without answers
  grader export moodle --grades out/grades.json --into worksheet.csv -o upload
                                                 write grades into a platform's own file
  grader send 'https://moodle.example.org/mod/assign/view.php?id=42' --grades out/grades.json
                                                 show what its web service would be sent
  grader lms check worksheet.csv class.zip       what these files are and who matches
  grader doctor                                  what works on this machine

`grader COMMAND --help` tells more, with exit codes.
""")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; nothing heavy is imported for it."""
    root = Parser(
        prog="grader",
        description=say(
            "Student notebooks and modules in; a fair, explained grade and one HTML "
            "report each out."
        ),
        epilog=say(EXAMPLES),
    )
    root.add_argument(
        "--version",
        action="version",
        version=f"grader {grader.__version__}",
        help=say("show program's version number and exit"),
    )
    _add_language(root)
    commands: Commands = root.add_subparsers(  # type: ignore[assignment]
        dest="command", metavar="COMMAND", required=True
    )
    for add in (_add_grade, _add_check, _add_pack, _add_mark, _add_report, _add_verify):
        add(commands)
    for add in (_add_translate, _add_release, _add_export, _add_send, _add_lms):
        add(commands)
    for add in (_add_demo, _add_doctor):
        add(commands)
    return root


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _add(commands: Commands, name: str, summary: str, epilog: str) -> argparse.ArgumentParser:
    one = commands.add_parser(
        name, help=summary.replace("%", "%%"), description=summary, epilog=epilog
    )
    # What stands before the command is kept where nothing stands after it.
    _add_language(one, default=argparse.SUPPRESS)
    return one


def _add_language(one: argparse.ArgumentParser, *, default: str | None = None) -> None:
    one.add_argument(
        "--lang",
        metavar="CODE",
        default=default,
        help=say(
            "language to speak, such as de (default: this machine's; of reports: the course's)"
        ),
    )


def _add_grade(commands: Commands) -> None:
    one = _add(
        commands,
        "grade",
        say("Grade hand-ins of a sheet: one report each, index.html, grades.csv, grades.json."),
        say("""\
examples:
  grader grade dl_foundations hand-ins/ -o out
  grader grade dl_foundations class.zip late/ada.ipynb -o out --jobs 4
  grader grade dl_foundations hand-ins/ -o out --resume
  grader grade dl_foundations moodle-download.zip --roster worksheet.csv -o out

exit codes: 0 all graded; 1 some need a person, or a PDF could not be made; 2 usage or set-up;
130 interrupted (what is done is kept; go on with --resume)
"""),
    )
    one.add_argument(
        "sheet", metavar="SHEET", help=say("name of the sheet, a folder of exercises/")
    )
    one.add_argument(
        "paths",
        metavar="PATH",
        type=Path,
        nargs="+",
        help=say(
            "a file, a ZIP as a platform gave it, or a folder with one file or sub-folder"
            " per learner"
        ),
    )
    one.add_argument(
        "--single",
        action="store_true",
        help=say("the one PATH is one learner's, whatever it holds"),
    )
    one.add_argument(
        "--roster",
        metavar="CSV",
        type=Path,
        help=say(
            "the platform's worksheet, table of grades or of groups: says whose hand-ins are, who "
            "is in which team, whose is missing, and when each came"
        ),
    )
    one.add_argument(
        "--by-name",
        action="store_true",
        help=say(
            "let a learner's name join hand-ins and roster where nothing else can (Brightspace)"
        ),
    )
    add_platform(one)
    one.add_argument(
        "-o", "--out", metavar="OUT", type=Path, required=True, help=say("report folder")
    )
    add_jobs(one)
    one.add_argument(
        "--seed", metavar="N", type=int, help=say("seed of drawn calls (default: sheet's)")
    )
    add_scanned(one)
    one.add_argument(
        "--resume", action="store_true", help=say("keep observations of unchanged files in OUT")
    )
    add_pdf(one)
    add_isolation(one)
    add_course(one)


def _add_check(commands: Commands) -> None:
    learning.fill_check(_add(commands, "check", say(learning.CHECK), say(learning.ON_CHECK)))


def _add_pack(commands: Commands) -> None:
    learning.fill_pack(_add(commands, "pack", say(learning.PACK), say(learning.ON_PACK)))


def _add_mark(commands: Commands) -> None:
    one = _add(
        commands,
        "mark",
        say("Mark stored observations again, without running anything, and show what changed."),
        say("""\
examples:
  grader mark dl_foundations out      after a tolerance or a misconception was changed

exit codes: 0 all graded; 1 some need a person; 2 usage or set-up
"""),
    )
    add_sheet(one)
    one.add_argument("out", metavar="OUT", type=Path, help=say("report folder of `grader grade`"))
    add_scanned(one)
    add_course(one)


def _add_report(commands: Commands) -> None:
    one = _add(
        commands,
        "report",
        say("Make the pages of stored grades anew, without running or marking anything."),
        say("""\
examples:
  grader report out      after templates or this program have changed

Templates are those of the course; without one they are this program's own.
exit codes: 0 the pages are there; 1 a PDF could not be made; 2 usage, or nothing is stored
there
"""),
    )
    one.add_argument("out", metavar="OUT", type=Path, help=say("report folder of `grader grade`"))
    add_pdf(one)
    add_course(one)


def _add_verify(commands: Commands) -> None:
    one = _add(
        commands,
        "verify",
        say(
            "Proof-read a sheet: reference 100 %, starter 0 %, each misconception itself, samples."
        ),
        say("""\
examples:
  grader verify dl_foundations
  grader verify dl_foundations --no-samples      only what needs no sandbox

exit codes: 0 everything holds; 1 something does not; 2 usage or set-up, or the sheet is wrong
"""),
    )
    add_sheet(one)
    add_no_samples(one)
    add_jobs(one)
    add_isolation(one)
    add_course(one)


def _add_translate(commands: Commands) -> None:
    one = _add(
        commands,
        "translate",
        say("Write or update the file in which a sheet's own texts are translated."),
        say("""\
examples:
  grader translate dl_foundations --to de            then fill in exercises/…/languages/de.po
  grader translate dl_foundations --to de --check    change nothing; say what is left

Translations are kept, new texts come in without one and say where they stand, and what the sheet
no longer says is dropped. exit codes: 0 all is translated; 1 some texts are left, or with --check
the file is not as the sheet is; 2 usage or set-up, or the sheet is wrong
"""),
    )
    add_sheet(one)
    one.add_argument("--to", metavar="CODE", required=True, help=say("language to translate to"))
    one.add_argument("--check", action="store_true", help=say("write nothing"))
    add_course(one)


def _add_release(commands: Commands) -> None:
    one = _add(
        commands,
        "release",
        say("Write what learners get of a sheet: statement, starter, and a check without answers."),
        say("""\
examples:
  grader release dl_foundations -o handout
  grader release dl_foundations -o handout --no-samples      only what needs no sandbox
  grader release dl_foundations -o handout-de --lang de      in German, as far as translated

Without --lang it is as its author wrote it. The same sheet gives the same bytes, as a folder and
as a ZIP. Nothing is written where `grader verify` finds an error, or an answer stands in it.
exit codes: 0 written; 2 usage or set-up, or something does not hold
"""),
    )
    add_sheet(one)
    one.add_argument(
        "-o",
        "--out",
        metavar="OUT",
        type=Path,
        required=True,
        help=say("for folder SHEET and SHEET.zip"),
    )
    add_no_samples(one)
    add_jobs(one)
    add_isolation(one)
    add_course(one)


def _add_export(commands: Commands) -> None:
    one = _add(commands, "export", say(platforms.EXPORT), say(platforms.ON_EXPORT))
    platforms.fill_export(one)


def _add_send(commands: Commands) -> None:
    sending.fill(_add(commands, "send", say(sending.SEND), say(sending.ON_SEND)))


def _add_lms(commands: Commands) -> None:
    platforms.fill_lms(_add(commands, "lms", say(platforms.LMS), say(platforms.ON_LMS)))


def _add_demo(commands: Commands) -> None:
    one = _add(
        commands,
        "demo",
        say("Grade the sample class of the course and print where the report is."),
        say("""\
examples:
  grader demo
  grader demo -o /tmp/demo

exit code: 0 the report is there; 2 usage or set-up
"""),
    )
    one.add_argument("-o", "--out", metavar="OUT", type=Path, default=Path("demo-report"))
    add_jobs(one)
    add_isolation(one)
    add_course(one)


def _add_doctor(commands: Commands) -> None:
    _add(
        commands,
        "doctor",
        say("Say which isolation works here and why, versions, what is missing and how to get it."),
        say("""\
examples:
  grader doctor

exit codes: 0 grading works here; 1 something is missing
"""),
    )
