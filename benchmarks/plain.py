"""The peer: plain nbclient with a stock kernel, one notebook after the other, nothing marked.

Run as a program of its own, so that its children's CPU time and memory are counted apart.
Prints one JSON object: seconds and CPU seconds per notebook, and the largest resident process.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import nbformat
from nbclient import NotebookClient


def measure(paths: list[str], *, shutdown: str) -> dict[str, Any]:
    """Execute the notebooks at ``paths`` and return what it took."""
    seconds = []
    before = _cpu()
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        start = time.perf_counter()
        client = NotebookClient(
            notebook, kernel_name="python3", allow_errors=True, shutdown_kernel=shutdown
        )
        client.execute()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return {
        "seconds": seconds,
        "cpu_seconds": (_cpu() - before) / len(paths),
        "peak_rss_bytes": peak,
    }


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[2:], shutdown=sys.argv[1])))
