"""Where the time of one submission goes, stage by stage, next to plain nbclient.

Both run the same notebooks and take turns within one run, round by round, so that a machine whose
speed drifts slows both.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import measured, notebooks
from benchmarks.measured import MIB, Taken
from grader import course, files, intake, marking, pipeline, report, sandbox, store
from grader.pipeline import Session
from grader.store import Record
from grader.submission import Submission

ROOT = Path(__file__).parent.parent
STAGES = ("intake", "run", "store", "marking", "report")
PEERS = ("immediate", "graceful")

Stages = dict[str, list[Taken]]


def main(chosen: argparse.Namespace) -> int:
    """Measure and print."""
    start = time.perf_counter()
    sheet = course.load(chosen.course, chosen.sheet)
    isolation = sandbox.isolation(chosen.isolation, warm=not chosen.cold)
    session = pipeline.open_session(sheet, isolation=isolation)
    opening = time.perf_counter() - start
    with tempfile.TemporaryDirectory(prefix="grader-benchmark-") as temporary:
        folder = Path(temporary)
        paths = tuple(chosen.paths) or notebooks.write(
            folder / "class", chosen.number, kind=chosen.kind
        )
        stages: Stages = defaultdict(list)
        peers: Stages = defaultdict(list)
        for _ in range(chosen.rounds):
            for source in intake.collect(list(paths)).sources:
                _one(source, session, folder, stages)
            for shutdown in PEERS:
                peers[shutdown] += _plain(paths, shutdown)
        rate = _batch(paths, session, folder / "out", chosen.jobs)
    figures = {name: measured.middle(taken) for name, taken in stages.items()}
    figures["grader, all stages"] = measured.total([figures[name] for name in STAGES])
    figures |= {f"plain nbclient, {name}": measured.middle(taken) for name, taken in peers.items()}
    _show(chosen, session, figures, opening, rate)
    if chosen.json:
        chosen.json.write_text(json.dumps(_as_json(chosen, figures, opening, rate), indent=1))
    return 0


def _one(source: intake.Source, session: Session, folder: Path, stages: Stages) -> None:
    """Take one submission through the stages, as ``pipeline`` does, and note what each took."""
    clock = _Clock(stages)
    read = intake.read(source)
    clock.lap("intake")
    if not isinstance(read, Submission):
        raise SystemExit(f"{source.shown}: {read.reason}; give submissions that can be read")
    run = sandbox.run(read, session.probe, session.sheet.limits, session.isolation)
    clock.lap("run", cpu_seconds=run.cpu_seconds, peak_rss_bytes=run.peak_rss_bytes)
    record = Record(
        sheet=session.sheet.name,
        version=session.sheet.version,
        seed=session.seed,
        environment=session.environment,
        submission=read,
        run=run,
    )
    store.write(record, folder / "record.json")
    clock.lap("store")
    grade = marking.mark(session.prepared, read, run)
    clock.lap("marking")
    page = report.learner_report(grade, run, read, session.sheet.head(), session.environment)
    files.write_text(folder / "page.html", page)
    clock.lap("report")


class _Clock:
    """Times stages one after the other."""

    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def lap(self, stage: str, *, cpu_seconds: float = 0.0, peak_rss_bytes: int = 0) -> None:
        """Give the time since the last lap to ``stage``.

        ``cpu_seconds`` and ``peak_rss_bytes`` are those of a process of its own.
        """
        wall, cpu = time.perf_counter(), time.process_time()
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        taken = Taken(
            seconds=wall - self.wall,
            cpu_seconds=cpu - self.cpu + cpu_seconds,
            peak_rss_bytes=peak_rss_bytes or own,
        )
        self.stages[stage].append(taken)
        self.wall, self.cpu = time.perf_counter(), time.process_time()


def _plain(paths: tuple[Path, ...], shutdown: str) -> list[Taken]:
    line = [sys.executable, "-m", "benchmarks.plain", shutdown, *map(str, paths)]
    done = subprocess.run(line, capture_output=True, text=True, check=True, cwd=ROOT)
    return [Taken(**one) for one in json.loads(done.stdout)]


def _batch(paths: tuple[Path, ...], session: Session, out: Path, jobs: int) -> float:
    """Return submissions per second of the whole class, runs side by side."""
    start = time.perf_counter()
    sources = intake.collect(list(paths)).sources
    pipeline.grade_class(sources, session, out, jobs=jobs)
    return len(sources) / (time.perf_counter() - start)


def _show(
    chosen: argparse.Namespace,
    session: Session,
    figures: dict[str, Taken],
    opening: float,
    rate: float,
) -> None:
    machine = measured.machine()
    what = f"{len(chosen.paths)} given" if chosen.paths else f"{chosen.number} {chosen.kind}"
    print(
        f"{what} notebooks, {chosen.rounds} alternating rounds, medians for each submission; "
        f"isolation {session.isolation.level}, {session.environment['start']} start; "
        f"{machine['cores']} cores, load {machine['load_1min']}\n"
    )
    whole = figures["grader, all stages"]
    print(f"{'':28} {'wall ratio':>10} {'CPU ratio':>10} {'ms':>8} {'CPU-ms':>8} {'peak MiB':>9}")
    for name, one in figures.items():
        print(
            f"{name:28} {one.seconds / whole.seconds:9.2f}x "
            f"{one.cpu_seconds / whole.cpu_seconds:9.2f}x {one.seconds * 1000:8.1f} "
            f"{one.cpu_seconds * 1000:8.1f} {one.peak_rss_bytes / MIB:9.0f}"
        )
    print(f"\nonce for a class: sheet loaded and references computed in {opening:.2f} s")
    print(f"whole class with --jobs {chosen.jobs}: {rate:.2f} submissions/s")


def _as_json(
    chosen: argparse.Namespace, figures: dict[str, Taken], opening: float, rate: float
) -> dict[str, Any]:
    return {
        "benchmark": "stages",
        "machine": measured.machine(),
        "kind": "given" if chosen.paths else chosen.kind,
        "submissions": len(chosen.paths) or chosen.number,
        "rounds": chosen.rounds,
        "jobs": chosen.jobs,
        "each": {name: asdict(one) for name, one in figures.items()},
        "opening_seconds": opening,
        "submissions_per_second": rate,
    }
