"""A large class in Moodle's form: its download and worksheet in, worksheet and archive out.

Grading is left out: what is measured is what a learning platform adds to it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measured
from benchmarks.measured import Part
from grader import files, gradebook, intake
from grader.cli import rosters
from tests.intake.making import code, notebook, zipped
from tests.lms.making import book, grade, worksheet

ROOT = Path(__file__).parent.parent
CELLS = 60
PAGE_BYTES = 60_000


def main(chosen: argparse.Namespace) -> int:
    """Measure and print."""
    rounds: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _write_class(folder, chosen.number)
        for _ in range(chosen.rounds):
            for name, seconds in _round(folder):
                rounds[name].append(seconds)
    machine = measured.machine()
    print(
        f"{chosen.number} learners, {chosen.rounds} rounds, medians; {machine['cores']} cores, "
        f"load {machine['load_1min']}\n"
    )
    middles = {name: statistics.median(taken) for name, taken in rounds.items()}
    for name, seconds in middles.items():
        print(f"{name:42} {seconds:7.2f} s")
    if chosen.json:
        figures = {"benchmark": "lms", "machine": machine, "seconds": middles}
        chosen.json.write_text(json.dumps(figures, indent=1))
    return 0


def _write_class(folder: Path, number: int) -> None:
    learners = range(100_000, 100_000 + number)
    one = notebook(*(code(f"x{n} = {n}") for n in range(CELLS)))
    names = (f"Learner {n}_{n}_assignsubmission_file_/sheet.ipynb" for n in learners)
    (folder / "download.zip").write_bytes(zipped(dict.fromkeys(names, one)))
    (folder / "worksheet.csv").write_bytes(worksheet(*learners, language="German"))
    marks = book(*(grade(str(n)) for n in learners))
    gradebook.write(marks, folder / "out")
    page = b"<html>" + b"feedback in words " * (PAGE_BYTES // 18)
    for each in marks.submissions:
        files.write_bytes(folder / "out/reports" / f"{each.submission}.html", page)


def _round(folder: Path) -> Iterator[tuple[str, float]]:
    start = time.perf_counter()
    found = intake.collect([folder / "download.zip"])
    listed = time.perf_counter()
    yield "finding the hand-ins", listed - start
    rosters.called(found, folder / "worksheet.csv")
    called = time.perf_counter()
    yield "the roster", called - listed
    for source in found.sources:
        intake.read(source)
    yield f"reading their notebooks of {CELLS} cells", time.perf_counter() - called
    yield "grader export moodle, whole command", _export(folder)


def _export(folder: Path) -> float:
    line: list[Part] = [sys.executable, "-m", "grader", "export", "moodle", "--yes"]
    line += ["--grades", folder / "out/grades.json", "--into", folder / "worksheet.csv"]
    line += ["-o", folder / "upload"]
    return measured.run(line, cwd=ROOT).seconds
