"""The peer: plain nbclient with a stock kernel, one notebook after the other, nothing marked.

Run as a program of its own, so that its children's CPU time and memory are counted apart.
Prints a JSON list: for each notebook seconds, CPU seconds, and the largest resident process.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from benchmarks.measured import Taken


def measure(path: Path, *, shutdown: str) -> Taken:
    """Execute the notebook at ``path`` and return what it took.

    The memory is that of the largest kernel so far.
    """
    before, start = _cpu(), time.perf_counter()
    notebook: Any = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, kernel_name="python3", allow_errors=True, shutdown_kernel=shutdown
    )
    client.execute()
    return Taken(
        seconds=time.perf_counter() - start,
        cpu_seconds=_cpu() - before,
        peak_rss_bytes=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    )


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    shutdown, *paths = sys.argv[1:]
    print(json.dumps([asdict(measure(Path(path), shutdown=shutdown)) for path in paths]))
