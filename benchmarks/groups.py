"""What the control group of one submission costs, step by step; median and worst of 200.

The processes put into it are two shells that wait, as many as a fork of the warm process has.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from statistics import median
from typing import TypeVar

from grader.probe import Limits
from grader.sandbox import cgroup
from grader.sandbox.cgroup import Group
from grader.sandbox.controllers import Parent

ROUNDS = 200
Result = TypeVar("Result")


def main() -> int:
    """Measure and print; 1 if no group can be made here."""
    found = cgroup.found()
    if found.parent is None:
        print(f"No control group can be made here: {found.why}.")
        return 1
    taken: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS):
        _one_round(found.parent, f"grader-{os.getpid()}-{number + 2}", taken)
    print(f"Control groups of version {found.parent.version.number}, milliseconds:")
    for step, values in taken.items():
        print(f"  {step:<8} {median(values) * 1e3:6.2f}   worst {max(values) * 1e3:6.1f}")
    whole = sum(median(values) for step, values in taken.items() if step != "look")
    print(f"  in all   {whole * 1e3:6.2f}   (one look is taken every 50 ms)")
    return 0


def _one_round(parent: Parent, name: str, taken: dict[str, list[float]]) -> None:
    def timed(step: str, work: Callable[[], Result]) -> Result:
        began = time.perf_counter()
        result = work()
        taken[step].append(time.perf_counter() - began)
        return result

    words = ["/bin/sh", "-c", "read nothing"]
    shells = [subprocess.Popen(words, stdin=subprocess.PIPE) for _ in range(2)]
    group = timed("make", lambda: Group(parent, name, Limits()))
    try:
        timed("put in", lambda: group.hold(lambda: tuple(each.pid for each in shells)))
        timed("look", lambda: group.killed)
    finally:
        for shell in shells:
            shell.communicate()
        timed("remove", group.remove)


if __name__ == "__main__":
    sys.exit(main())
