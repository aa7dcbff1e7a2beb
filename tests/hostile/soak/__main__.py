"""Grades a large class with attackers in it and shows that nothing wears out.

``python -m tests.hostile.soak [-n 2000] [--hostile 5] [--seed 1] [--jobs 2]`` grades the honest
learners of a made-up class, then the whole of it, through the way that a class takes, with forks
of one warm interpreter. Honest grades have to be the same both times, and descriptors, memory,
processes, threads, mounts and temporary files flat. Exits with 1 if anything is not as it must be.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.hostile.soak.play import Plan, Soaked, play


def main() -> int:
    plan = _plan()
    began = time.monotonic()
    soaked = play(plan, _Progress().tell)
    _show(plan, soaked, time.monotonic() - began)
    return 1 if soaked.faults else 0


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.soak", description=__doc__)
    parser.add_argument("-n", "--number", type=int, default=2_000, help="submissions (2000)")
    parser.add_argument(
        "--hostile", type=float, default=5.0, metavar="PERCENT", help="of them hostile (5)"
    )
    parser.add_argument("--seed", type=int, default=1, help="another class for each (1)")
    parser.add_argument("--jobs", type=int, default=2, help="submissions at once (2)")
    given = parser.parse_args()
    return Plan(submissions=given.number, hostile=given.hostile, seed=given.seed, jobs=given.jobs)


class _Progress:
    """One line that is written over on a terminal, and one for each tenth elsewhere."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._name = ""

    def tell(self, name: str, done: int, total: int) -> None:
        if name != self._name:
            self._name, self._began = name, time.monotonic()
        rate = done / max(time.monotonic() - self._began, 1e-9)
        line = f"{name}: {done} of {total} graded, {rate:.1f} a second"
        if sys.stderr.isatty():
            print(f"\r{line:70}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif done == total or done % max(1, total // 10) == 0:
            print(line, file=sys.stderr, flush=True)


def _show(plan: Plan, soaked: Soaked, seconds: float) -> None:
    ends = ", ".join(f"{count} {status}" for status, count in soaked.statuses.items())
    print(f"\n{plan.submissions} submissions, {soaked.hostile} of them hostile ({ends or 'none'})")
    print("least of each part of the class, and at rest before and after it:")
    for line in soaked.table:
        print(line)
    for fault in soaked.faults:
        print(f"NOT AS IT MUST BE: {fault}")
    print(f"{len(soaked.faults)} faults, {seconds:.0f} s, {plan.jobs} at once, seed {plan.seed}")


if __name__ == "__main__":
    sys.exit(main())
