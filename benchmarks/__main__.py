"""``python -m benchmarks``: grades N generated submissions next to plain nbclient.

The two take turns within one run, round by round, so that a machine whose speed drifts slows
both. Times are medians; the ratios are what to quote.

    python -m benchmarks                      20 small notebooks, 2 rounds
    python -m benchmarks --kind torch -n 10   notebooks that import torch
    python -m benchmarks --jobs 2             the whole class with two runs at once
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import notebooks
from grader import course, intake, marking, pipeline, report, sandbox
from grader.pipeline import Session
from grader.submission import Submission

SHEET = Path(__file__).parent.parent / "tests/tiny_course"
MIB = 1024**2

Stages = dict[str, list[float]]


def main() -> int:
    """Measure and print."""
    chosen = _arguments()
    sheet = course.load(SHEET, "circles")
    session = pipeline.open_session(sheet, isolation=sandbox.isolation(chosen.isolation))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = notebooks.write(folder / "class", chosen.number, kind=chosen.kind)
        stages: Stages = defaultdict(list)
        peers: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for _ in range(chosen.rounds):
            for path in paths:
                _one(path, session, stages)
            for shutdown in ("immediate", "graceful"):
                peers[shutdown].append(_plain(paths, shutdown))
        batch = _batch(paths, session, folder / "out", chosen.jobs)
    _show(chosen, session, stages, peers, batch)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-n", "--number", type=int, default=20, help="submissions")
    parser.add_argument("--kind", choices=["small", "torch"], default="small")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2, help="runs at once for the whole class")
    parser.add_argument("--isolation", choices=["auto", "bubblewrap", "none"], default="auto")
    return parser.parse_args()


def _one(path: Path, session: Session, stages: Stages) -> None:
    """Take one submission through the stages, timing each."""
    clock = _Clock(stages)
    (source,) = intake.collect([path]).sources
    read = intake.read(source)
    assert isinstance(read, Submission)
    clock.lap("intake")
    before = time.process_time()
    run = sandbox.run(read, session.probe, session.sheet.limits, session.isolation)
    clock.lap("run")
    stages["run CPU"].append(time.process_time() - before + run.cpu_seconds)
    stages["peak MiB"].append(run.peak_rss_bytes / MIB)
    grade = marking.mark(session.prepared, read, run)
    clock.lap("marking")
    report.learner_report(grade, run, read, session.sheet.head(), session.environment)
    clock.lap("report")


class _Clock:
    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        self.start = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Add the time since the last lap to ``stage``."""
        now = time.perf_counter()
        self.stages[stage].append(now - self.start)
        self.start = now


def _plain(paths: tuple[Path, ...], shutdown: str) -> dict[str, Any]:
    line = [sys.executable, "-m", "benchmarks.plain", shutdown, *map(str, paths)]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _batch(paths: tuple[Path, ...], session: Session, out: Path, jobs: int) -> float:
    start = time.perf_counter()
    pipeline.grade_class(intake.collect(list(paths)).sources, session, out, jobs=jobs)
    return len(paths) / (time.perf_counter() - start)


def _show(
    chosen: argparse.Namespace,
    session: Session,
    stages: Stages,
    peers: dict[str, list[dict[str, Any]]],
    batch: float,
) -> None:
    print(f"{chosen.number} notebooks ({chosen.kind}), {chosen.rounds} rounds, medians")
    print(f"Python {platform.python_version()}, isolation {session.isolation.level}\n")
    print(f"{'stage':12} {'ms':>9}")
    for stage in ("intake", "run", "marking", "report"):
        print(f"{stage:12} {median(stages[stage]) * 1000:9.1f}")
    whole = sum(median(stages[stage]) for stage in ("intake", "run", "marking", "report"))
    ours = median(stages["run CPU"])
    print(f"{'all':12} {whole * 1000:9.1f}\n")
    print(
        f"{'':28} {'s each':>8} {'CPU-s':>8} {'peak MiB':>9} {'wall ratio':>11} {'CPU ratio':>10}"
    )
    print(f"{'grader, all stages':28} {whole:8.2f} {ours:8.2f} {median(stages['peak MiB']):9.0f}")
    for shutdown, rounds in peers.items():
        wall = median(second for one in rounds for second in one["seconds"])
        cpu = median(one["cpu_seconds"] for one in rounds)
        peak = median(one["peak_rss_bytes"] for one in rounds) / MIB
        print(
            f"{'plain nbclient, ' + shutdown:28} {wall:8.2f} {cpu:8.2f} {peak:9.0f} "
            f"{wall / whole:10.2f}x {cpu / ours:9.2f}x"
        )
    print(f"\nwhole class with --jobs {chosen.jobs}: {batch:.2f} submissions/s")


if __name__ == "__main__":
    raise SystemExit(main())
