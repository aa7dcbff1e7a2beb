"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMES = ("stages", "check", "install", "peers", "formulas", "lms", "reports")

EXAMPLES = """\
examples:
  python -m benchmarks                               20 small notebooks
  python -m benchmarks stages --kind torch -n 10     notebooks that import torch
  python -m benchmarks stages --kind training -n 6   notebooks that train with Adam and plot
  python -m benchmarks stages --course . --sheet dl_foundations hand-in.ipynb
  python -m benchmarks peers                         next to nbgrader and Otter-Grader
  python -m benchmarks check                         what a learner waits for
  python -m benchmarks install                       what a learner's pip installs
  python -m benchmarks formulas                      reading and comparing formulas
  python -m benchmarks lms                           1000 learners from Moodle and back
  python -m benchmarks reports out                   pages of a class that was graded into out
  python -m benchmarks peers --kind plain -n 20 --keep-venvs venvs --json figures.json

What is compared takes turns within one run; figures are medians, and the ratios are what to quote.
Machines are noisy: close other programs, look at the load that is printed, and run it twice.
"""

STAGES = """\
Each stage of grading a submission: wall time, CPU time and memory, next to plain nbclient."""
CHECK = """\
What `grader check` of the starter takes beyond the notebook's own time, by the hand-out and by the
course; `grader --help`; and in a notebook `%load_ext grader` and `%check` of each task."""
INSTALL = """\
What `pip install` of the wheel downloads, how long it takes as a whole and in its two parts, and
the space on disk."""
PEERS = """\
The whole way from hand-ins to marks and feedback, next to nbgrader and Otter-Grader. Both are
installed with pip into throw-away environments; of torch, this environment's own files are used
by all. `otter grade` needs Docker, so its `otter run` is called for each submission."""
FORMULAS = """\
Reading formulas: all of the tests' corpus, and the inputs that make other readers hang; deciding
whether two formulas are equal: all pairs of the tests' table."""
LMS = """\
A class in Moodle's form: finding and reading its hand-ins, the roster, and the export."""

REPORTS = """\
Learners' reports and the class overview, made of stored grades: size and CPU time of one core."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen benchmark and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in (*NAMES, "-h", "--help"):
        given.insert(0, "stages")
    chosen = _parser().parse_args(given)
    measure: Callable[[argparse.Namespace], int]
    measure = import_module(f"benchmarks.{chosen.benchmark}").main
    return measure(chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Speed and memory, measured next to a peer in the same run.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = parser.add_subparsers(dest="benchmark", required=True, metavar="BENCHMARK")
    for name, title, description, options in (
        ("stages", "stage by stage (default)", STAGES, _stages),
        ("check", "what a learner waits for", CHECK, _check),
        ("install", "what a learner's pip installs", INSTALL, _install),
        ("peers", "next to other graders", PEERS, _peers),
        ("formulas", "reading and comparing formulas", FORMULAS, _formulas),
        ("lms", "from a learning platform and back", LMS, _lms),
        ("reports", "pages for learners and class", REPORTS, _reports),
    ):
        options(
            kinds.add_parser(
                name,
                help=title,
                description=description,
                epilog=EXAMPLES,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )
    return parser


def _stages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="own notebooks")
    parser.add_argument("-n", "--number", type=_positive, default=20, help="submissions (20)")
    parser.add_argument("--kind", choices=["small", "torch", "training"], default="small")
    parser.add_argument("--course", type=Path, default=ROOT / "tests/tiny_course")
    parser.add_argument("--sheet", default="circles")
    parser.add_argument(
        "--cold",
        action="store_true",
        help="start an interpreter for each submission, as for a class of fewer than six",
    )
    _common(parser, rounds=3)


def _check(parser: argparse.ArgumentParser) -> None:
    starter = ROOT / "exercises/dl_foundations/starter/dl_foundations.ipynb"
    parser.add_argument("notebook", nargs="?", type=Path, default=starter, metavar="NOTEBOOK")
    answers = ROOT / "exercises/dl_foundations/submissions/correct/percent_script.py"
    parser.add_argument(
        "--answers", type=Path, default=answers, metavar="FILE", help="for `%%check` (a sample)"
    )
    parser.add_argument("--rounds", type=_positive, default=5, help="(5)")
    parser.add_argument("--isolation", default="none", help="as of `grader check` (none)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def _install(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=_positive, default=3, help="(3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def _peers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-n", "--number", type=_positive, default=10, help="submissions (10)")
    parser.add_argument(
        "--large",
        type=_positive,
        default=60,
        metavar="N",
        help="submissions of a larger class, for the grader alone: start-up and rate apart (60)",
    )
    parser.add_argument("--kind", choices=["torch", "plain"], default="torch")
    parser.add_argument(
        "--keep-venvs",
        type=Path,
        metavar="DIR",
        help="keep the peers' environments there, and use those that are there",
    )
    _common(parser, rounds=3)


def _formulas(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=_positive, default=5, help="times each is done (5)")
    parser.add_argument("--peers", action="store_true", help="SymPy's reader and simplify too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def _lms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-n", "--number", type=_positive, default=1000, help="learners (1000)")
    parser.add_argument("--rounds", type=_positive, default=3, help="(3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def _reports(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="of `grader grade -o` (a sample)"
    )
    parser.add_argument("-n", "--number", type=_positive, default=1000, help="learners (1000)")
    parser.add_argument("--rounds", type=_positive, default=5, help="times each is made (5)")
    parser.add_argument("--lang", default="en", metavar="CODE", help="language of pages (en)")
    parser.add_argument("--browser", action="store_true", help="open the overview in Chromium too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def _common(parser: argparse.ArgumentParser, *, rounds: int) -> None:
    parser.add_argument("--rounds", type=_positive, default=rounds, help=f"({rounds})")
    parser.add_argument(
        "--jobs", type=_positive, default=os.cpu_count() or 1, help="runs at once (cores)"
    )
    parser.add_argument("--isolation", default="strict", help="as of `grader grade` (strict)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r}; give a whole number above 0")
    return number


if __name__ == "__main__":
    raise SystemExit(main())
