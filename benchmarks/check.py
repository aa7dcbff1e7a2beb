"""What ``grader check`` takes beyond the notebook's own time, next to plain nbclient.

The notebook's own time is that of nbclient with a stock kernel and immediate shutdown, once
nbclient is imported: the kernel's start, the cells, its end. Both take turns.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from benchmarks import measured
from benchmarks.measured import Part, Taken

ROOT = Path(__file__).parent.parent
CHECK, OWN, PLAIN, HELP = (
    "grader check",
    "the notebook's own time",
    "plain nbclient, whole command",
    "grader --help",
)


def main(chosen: argparse.Namespace) -> int:
    """Measure and print."""
    rounds: dict[str, list[Taken]] = defaultdict(list)
    for _ in range(chosen.rounds):
        rounds[CHECK].append(_grader("check", chosen.notebook, "--isolation", chosen.isolation))
        line: list[Part] = [sys.executable, "-m", "benchmarks.plain", "immediate", chosen.notebook]
        taken, said = measured.told(line, cwd=ROOT)
        rounds[PLAIN].append(taken)
        rounds[OWN].append(Taken(**json.loads(said.splitlines()[-1])[0]))
        rounds[HELP].append(_grader("--help"))
    middles = {name: measured.middle(taken) for name, taken in rounds.items()}
    beyond = measured.beyond(middles[CHECK], middles[OWN])
    machine = measured.machine()
    print(
        f"{chosen.notebook.name}, {chosen.rounds} alternating rounds, medians; isolation "
        f"{chosen.isolation}; {machine['cores']} cores, load {machine['load_1min']}\n"
    )
    print(f"{'':32} {'wall ratio':>10} {'CPU ratio':>10} {'s':>7} {'CPU-s':>7}")
    own = middles[OWN]
    for name, one in {**middles, "grader check beyond its own time": beyond}.items():
        print(
            f"{name:32} {one.seconds / own.seconds:9.2f}x "
            f"{one.cpu_seconds / own.cpu_seconds:9.2f}x {one.seconds:7.2f} {one.cpu_seconds:7.2f}"
        )
    if chosen.json:
        each = {name: asdict(one) for name, one in middles.items()}
        figures = {"benchmark": "check", "machine": machine, "each": each, "beyond": asdict(beyond)}
        chosen.json.write_text(json.dumps(figures, indent=1))
    return 0


def _grader(*words: Part) -> Taken:
    # With 1 it tells that checks do not pass, as is right for a starter.
    return measured.run([sys.executable, "-m", "grader", *words], cwd=ROOT, fine=(0, 1))
