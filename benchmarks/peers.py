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


def main(chosen: argparse.Namespace) -> int:
    """Measure and print; 1 where a grader's marks are not the right ones."""
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
                rounds[one.name].append(taken.each(chosen.number))
                wrong += _differences(one.name, one.marks(), klass.marks)
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
    course, out = folder / "course", folder / "out"
    assignment.write_sheet(klass.kind, course)

    def grade(jobs: int) -> Taken:
        shutil.rmtree(out, ignore_errors=True)
        line: list[Part] = [sys.executable, "-m", "grader", "grade", SHEET, folder / "hand-ins"]
        line += ["-o", out, "--course", course, "--jobs", str(jobs)]
        line += ["--isolation", chosen.isolation]
        return _with_runs(measured.run(line, cwd=ROOT), out)

    def contender(jobs: int) -> Contender:
        name = f"grader grade --jobs {jobs}"
        return Contender(name=name, grade=lambda: grade(jobs), marks=lambda: _our_marks(out))

    return [contender(jobs) for jobs in dict.fromkeys((chosen.jobs, 1))]


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

    return Contender(name="nbgrader autograde + generate_feedback", grade=grade, marks=marks)


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
        name="otter run, one by one", grade=grade, marks=lambda: _otter_marks(folder / "results")
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
        f"{chosen.number} submissions ({chosen.kind}), {chosen.rounds} alternating rounds, medians "
        f"for each submission; {machine['cores']} cores, load {machine['load_1min']}\n"
    )
    print(f"{'':40} {'wall ratio':>10} {'CPU ratio':>10} {'s':>7} {'CPU-s':>7} {'peak MiB':>9}")
    middles = {name: measured.middle(taken) for name, taken in rounds.items()}
    ours = next(iter(middles.values()))
    for name, one in middles.items():
        print(
            f"{name:40} {one.seconds / ours.seconds:9.1f}x "
            f"{one.cpu_seconds / ours.cpu_seconds:9.1f}x {one.seconds:7.2f} "
            f"{one.cpu_seconds:7.2f} {one.peak_rss_bytes / MIB:9.0f}"
        )
    for name, reason in absent.items():
        print(f"\n{name} could not be installed here and is left out: {reason}")
    print("\nmarks: " + ("; ".join(wrong[:5]) if wrong else "all right, question by question"))


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
