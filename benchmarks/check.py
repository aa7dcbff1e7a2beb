"""What a learner waits for: ``grader check`` beyond the notebook's own time, and ``%check``.

The notebook's own time is that of nbclient with a stock kernel and immediate shutdown, once
nbclient is imported: the kernel's start, the cells, its end. ``grader check`` by the hand-out, as
learners have it, and by the course take turns with it. ``%check`` is measured in a shell of its
own that has run every cell of a hand-in with all answers (``benchmarks.live``).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from benchmarks import measured
from benchmarks.measured import Part, Taken

ROOT = Path(__file__).parent.parent
SHEET = "dl_foundations"
BY_HAND_OUT, BY_COURSE, OWN, PLAIN, HELP = (
    "grader check, by the hand-out",
    "grader check, by the course",
    "the notebook's own time",
    "plain nbclient, whole command",
    "grader --help",
)


BARS = {BY_HAND_OUT: 0.4, "load": 0.1, "task": 0.05}
"""Seconds: beyond the notebook's own time, of ``%load_ext``, and of ``%check`` of one task."""


def main(chosen: argparse.Namespace) -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as made:
        folder = _hand_out(Path(made))
        middles = _commands(chosen, folder)
        live = _live(folder, chosen)
    beyond = {
        f"{name}, beyond its own time": measured.beyond(middles[name], middles[OWN])
        for name in (BY_HAND_OUT, BY_COURSE)
    }
    machine = measured.machine()
    print(
        f"{chosen.notebook.name}, {chosen.rounds} alternating rounds, medians; isolation "
        f"{chosen.isolation}; {machine['cores']} cores, load {machine['load_1min']}\n"
    )
    print(f"{'':52} {'wall ratio':>10} {'CPU ratio':>10} {'s':>7} {'CPU-s':>7}")
    own = middles[OWN]
    for name, one in {**middles, **beyond}.items():
        print(
            f"{name:52} {one.seconds / own.seconds:9.2f}x "
            f"{one.cpu_seconds / own.cpu_seconds:9.2f}x {one.seconds:7.2f} {one.cpu_seconds:7.2f}"
        )
    print(f"\n{'%check in a shell with the answers of ' + chosen.answers.name:66} {'ms':>7} CPU-ms")
    for name, one in live.items():
        print(f"{name:66} {1000 * one.seconds:7.1f} {1000 * one.cpu_seconds:6.1f}")
    _print_bars(beyond[f"{BY_HAND_OUT}, beyond its own time"], live)
    if chosen.json:
        parts = {"each": middles, "beyond": beyond, "live": live}
        figures = {
            name: {key: asdict(one) for key, one in several.items()}
            for name, several in parts.items()
        }
        chosen.json.write_text(
            json.dumps({"benchmark": "check", "machine": machine, **figures}, indent=1)
        )
    return 0


def _commands(chosen: argparse.Namespace, folder: Path) -> dict[str, Taken]:
    """Return the medians of the commands, which take turns."""
    mine = folder / f"{folder.name}.ipynb"
    shutil.copy(chosen.notebook, mine)
    isolation: list[Part] = ["--isolation", chosen.isolation]
    rounds: dict[str, list[Taken]] = defaultdict(list)
    for _ in range(chosen.rounds):
        rounds[BY_HAND_OUT].append(_grader("check", mine, *isolation))
        line: list[Part] = [sys.executable, "-m", "benchmarks.plain", "immediate", mine]
        taken, said = measured.told(line, cwd=ROOT)
        rounds[PLAIN].append(taken)
        rounds[OWN].append(Taken(**json.loads(said.splitlines()[-1])[0]))
        rounds[BY_COURSE].append(_grader("check", chosen.notebook, *isolation))
        rounds[HELP].append(_grader("--help"))
    return {name: measured.middle(taken) for name, taken in rounds.items()}


def _live(folder: Path, chosen: argparse.Namespace) -> dict[str, Taken]:
    line: list[Part] = [sys.executable, "-m", "benchmarks.live", folder, chosen.answers]
    _, said = measured.told([*line, str(max(chosen.rounds, 5))], cwd=ROOT)
    return {name: Taken(**one) for name, one in json.loads(said.splitlines()[-1]).items()}


def _print_bars(beyond: Taken, live: dict[str, Taken]) -> None:
    tasks = [one for name, one in live.items() if name.startswith("task ")]
    found = {
        BY_HAND_OUT: beyond.seconds,
        "load": live["load"].seconds,
        "task": max(one.seconds for one in tasks),
    }
    print()
    for name, bar in BARS.items():
        word = "within" if found[name] <= bar else "missed"
        print(f"bar of {name}: {bar:g} s, {word} with {found[name]:.3f} s")


def _hand_out(folder: Path) -> Path:
    """Return the folder of a fresh hand-out, made without the checks of a release."""
    from grader import course, handout

    made, _ = handout.write(handout.make(course.load(ROOT, SHEET)), folder)
    return made


def _grader(*words: Part) -> Taken:
    # With 1 it tells that checks do not pass, as is right for a starter.
    return measured.run([sys.executable, "-m", "grader", *words], cwd=ROOT, fine=(0, 1))
