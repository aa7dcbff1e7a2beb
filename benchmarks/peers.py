"""The whole way from hand-ins to marks and feedback, next to nbgrader and Otter-Grader.

All grade the same class: one assignment, the same answers (``benchmarks.assignment``). They take
turns, round by round. Every round's marks are compared with the right ones, question by question,
so that nobody is fast by doing nothing.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import assignment, measured, venvs
from benchmarks.assignment import SHEET, Class, Marks
from benchmarks.measured import MIB, CommandFailedError, Part, Taken
from grader.cli.terminal import WARM_FROM

ROOT = Path(__file__).parent.parent
NOTEBOOK = "assignment.ipynb"

READ_NBGRADER = """
import json
from pathlib import Path
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db", "benchmark") as book:
    marks = {
        one.student.id: {
            grade.name.removeprefix("test_"): grade.score
            for notebook in one.notebooks for grade in notebook.grades
        }
        for one in book.assignment_submissions("peers")
    }
Path("marks.json").write_text(json.dumps(marks))
"""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One way of grading the class."""

    name: str
    grade: Callable[[], Taken]
    """Grades the whole class afresh and returns what that took."""
    marks: Callable[[], Marks]
    """Returns the marks that the last round gave."""
    klass: Class
    """Whom it grades."""


def main(chosen: argparse.Namespace) -> int:
    """Measure and print; 1 where a grader's marks are not the right ones."""
    if chosen.large <= chosen.number:
        raise SystemExit(f"--large {chosen.large}: give more than -n {chosen.number}")
    if chosen.number < WARM_FROM:
        raise SystemExit(
            f"-n {chosen.number}: give {WARM_FROM} or more; smaller classes start cold"
        )
    keep: Path | None = chosen.keep_venvs
    with tempfile.TemporaryDirectory(prefix="grader-benchmark-") as temporary:
        folder = Path(temporary)
        klass = assignment.draw_class(chosen.kind, chosen.number)
        contenders, absent = _contenders(klass, folder, keep or folder / "venvs", chosen)
        rounds: dict[str, list[Taken]] = defaultdict(list)
        wrong: list[str] = []
        for number in range(chosen.rounds):
            for one in contenders:
                try:
                    taken = one.grade()
                except CommandFailedError as problem:
                    raise SystemExit(f"{one.name} failed: {problem}") from None
                rounds[one.name].append(taken.each(len(one.klass.learners)))
                wrong += _differences(one.name, one.marks(), one.klass.marks)
                _say(f"round {number + 1}: {one.name} {rounds[one.name][-1].seconds:.2f} s each")
    _show(chosen, rounds, absent, wrong)
    if chosen.json:
        chosen.json.write_text(json.dumps(_as_json(chosen, rounds, absent, wrong), indent=1))
    return 1 if wrong else 0


def _contenders(
    klass: Class, folder: Path, homes: Path, chosen: argparse.Namespace
) -> tuple[list[Contender], dict[str, str]]:
    hand_ins = assignment.write_hand_ins(klass, folder / "hand-ins")
    contenders = _ours(klass, folder, chosen)
    absent: dict[str, str] = {}
    homes.mkdir(parents=True, exist_ok=True)
    for name, make in (("nbgrader", _nbgrader), ("otter", _otter)):
        try:
            home = venvs.make(name, homes.resolve(), torch=klass.kind == "torch")
            contenders.append(make(klass, folder / name, home, hand_ins))
        except (venvs.NotInstalledError, CommandFailedError) as problem:
            absent[name] = str(problem)
            _say(f"{name} is left out: {problem}")
    return contenders, absent


def _ours(klass: Class, folder: Path, chosen: argparse.Namespace) -> list[Contender]:
    """Return the grader on a large class, then on the class that the peers grade."""
    course, out = folder / "course", folder / "out"
    assignment.write_sheet(klass.kind, course)
    large = assignment.draw_class(klass.kind, chosen.large)
    assignment.write_hand_ins(large, folder / "large")

    def grade(hand_ins: Path, jobs: int) -> Taken:
        shutil.rmtree(out, ignore_errors=True)
        line: list[Part] = [sys.executable, "-m", "grader", "grade", SHEET, hand_ins]
        line += ["-o", out, "--course", course, "--jobs", str(jobs)]
        line += ["--isolation", chosen.isolation]
        return _with_runs(measured.run(line, cwd=ROOT), out)

    def contender(graded: Class, hand_ins: Path, jobs: int) -> Contender:
        return Contender(
            name=_our_name(len(graded.learners), jobs),
            grade=lambda: grade(hand_ins, jobs),
            marks=lambda: _our_marks(out),
            klass=graded,
        )

    return [
        contender(large, folder / "large", chosen.jobs),
        *(contender(klass, folder / "hand-ins", jobs) for jobs in dict.fromkeys((chosen.jobs, 1))),
    ]


def _our_name(count: int, jobs: int) -> str:
    return f"grader grade --jobs {jobs}, class of {count}"


def _with_runs(taken: Taken, out: Path) -> Taken:
    """Add what happened inside the sandboxes, which nobody outside has waited for.

    What both count is counted twice: an error to our own disadvantage.
    """
    runs = [one["run"] for one in _book(out)["submissions"]]
    return replace(
        taken,
        cpu_seconds=taken.cpu_seconds + sum(one["cpu_seconds"] for one in runs),
        peak_rss_bytes=max(taken.peak_rss_bytes, *(one["peak_rss_bytes"] for one in runs)),
    )


def _book(out: Path) -> dict[str, Any]:
    book: dict[str, Any] = json.loads((out / "grades.json").read_text())
    return book


def _our_marks(out: Path) -> Marks:
    return {
        one["submission"]: {q["question"].split(".")[1]: q["points"] for q in one["questions"]}
        for one in _book(out)["submissions"]
    }


def _nbgrader(klass: Class, folder: Path, home: Path, hand_ins: tuple[Path, ...]) -> Contender:
    environment = venvs.environment(home)
    program = home / "bin/nbgrader"

    def run(command: str) -> Taken:
        return measured.run([program, command, SHEET], cwd=folder, env=environment)

    assignment.write_nbgrader_source(klass.kind, folder / "source" / SHEET / NOTEBOOK)
    settings = 'c = get_config()\nc.CourseDirectory.course_id = "benchmark"\n'
    (folder / "nbgrader_config.py").write_text(settings)
    run("generate_assignment")
    release = folder / "release" / SHEET / NOTEBOOK
    assignment.write_nbgrader_hand_ins(klass, release, folder / "submitted")
    fresh, used = folder / "fresh.db", folder / "gradebook.db"
    shutil.copy(used, fresh)

    def grade() -> Taken:
        for done in ("autograded", "feedback"):
            shutil.rmtree(folder / done, ignore_errors=True)
        shutil.copy(fresh, used)
        return measured.total([run("autograde"), run("generate_feedback")])

    def marks() -> Marks:
        return _read_nbgrader(home, folder)

    name = "nbgrader autograde + generate_feedback"
    return Contender(name=name, grade=grade, marks=marks, klass=klass)


def _read_nbgrader(home: Path, folder: Path) -> Marks:
    line: list[Part] = [home / "bin/python", "-c", READ_NBGRADER]
    measured.run(line, cwd=folder, env=venvs.environment(home))
    marks: Marks = json.loads((folder / "marks.json").read_text())
    return marks


def _otter(klass: Class, folder: Path, home: Path, hand_ins: tuple[Path, ...]) -> Contender:
    environment = venvs.environment(home)
    program, archive = home / "bin/otter", folder / "autograder.zip"
    assignment.write_otter_tests(klass.kind, folder)
    line: list[Part] = [program, "generate", "-t", "tests", "-o", archive]
    line += ["--no-requirements", "--no-environment"]
    measured.run(line, cwd=folder, env=environment)

    def grade_one(path: Path) -> Taken:
        out = folder / "results" / path.stem
        out.mkdir(parents=True)
        line: list[Part] = [program, "run", "-a", archive, "-o", out, "--no-logo", path]
        return measured.run(line, cwd=folder, env=environment)

    def grade() -> Taken:
        shutil.rmtree(folder / "results", ignore_errors=True)
        return measured.total([grade_one(path) for path in hand_ins])

    return Contender(
        name="otter run, one by one",
        grade=grade,
        marks=lambda: _otter_marks(folder / "results"),
        klass=klass,
    )


def _otter_marks(results: Path) -> Marks:
    return {
        path.parent.name: {
            one["name"]: float(one["score"])
            for one in json.loads(path.read_text())["tests"]
            if "score" in one
        }
        for path in results.glob("*/results.json")
    }


def _differences(name: str, given: Marks, right: Marks) -> Iterable[str]:
    for learner, marks in right.items():
        for question, points in marks.items():
            theirs = given.get(learner, {}).get(question)
            if theirs != points:
                yield f"{name}: {learner}, {question}: {theirs} instead of {points}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _show(
    chosen: argparse.Namespace,
    rounds: dict[str, list[Taken]],
    absent: dict[str, str],
    wrong: list[str],
) -> None:
    machine = measured.machine()
    print(
        f"{chosen.number} submissions ({chosen.kind}), {chosen.large} in the large class; "
        f"{chosen.rounds} alternating rounds, medians for each submission; "
        f"{machine['cores']} cores, load {machine['load_1min']}\n"
    )
    print(f"{'':42} {'wall ratio':>10} {'CPU ratio':>10} {'s':>7} {'CPU-s':>7} {'peak MiB':>9}")
    middles = {name: measured.middle(taken) for name, taken in rounds.items()}
    ours = next(iter(middles.values()))
    for name, one in middles.items():
        print(
            f"{name:42} {one.seconds / ours.seconds:9.1f}x "
            f"{one.cpu_seconds / ours.cpu_seconds:9.1f}x {one.seconds:7.2f} "
            f"{one.cpu_seconds:7.2f} {one.peak_rss_bytes / MIB:9.0f}"
        )
    further = _further(middles, chosen)
    print(
        f"\ngrader grade --jobs {chosen.jobs}: {further['start_seconds']:.1f} s once, then "
        f"{further['seconds_each'] * 1000:.0f} ms for each further submission "
        f"({1 / further['seconds_each']:.1f} a second)"
    )
    for name, ratio in further["ratios"].items():
        print(f"{name}: {ratio:.0f}x that")
    for name, reason in absent.items():
        print(f"\n{name} could not be installed here and is left out: {reason}")
    print("\nmarks: " + ("; ".join(wrong[:5]) if wrong else "all right, question by question"))


def _further(middles: dict[str, Taken], chosen: argparse.Namespace) -> dict[str, Any]:
    """Return what the grader takes once and for each further submission: the line through both.

    Also how many times that the others take, their own start-up included.
    """
    small, large = (
        count * middles[_our_name(count, chosen.jobs)].seconds
        for count in (chosen.number, chosen.large)
    )
    each = max((large - small) / (chosen.large - chosen.number), 1e-9)
    others = {name: one for name, one in middles.items() if not name.startswith("grader")}
    return {
        "start_seconds": small - chosen.number * each,
        "seconds_each": each,
        "ratios": {name: one.seconds / each for name, one in others.items()},
    }


def _as_json(
    chosen: argparse.Namespace,
    rounds: dict[str, list[Taken]],
    absent: dict[str, str],
    wrong: list[str],
) -> dict[str, Any]:
    return {
        "benchmark": "peers",
        "machine": measured.machine(),
        "kind": chosen.kind,
        "submissions": chosen.number,
        "submissions_of_large_class": chosen.large,
        "versions": venvs.PEERS,
        "left_out": absent,
        "wrong_marks": wrong,
        "each": {
            name: {
                "median": asdict(measured.middle(taken)),
                "rounds": [asdict(one) for one in taken],
            }
            for name, taken in rounds.items()
        },
    }
