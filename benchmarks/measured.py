"""What one command took, with everything that it started."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

MIB = 1024**2


class CommandFailedError(Exception):
    """A measured command failed; the text names it and shows the end of what it said."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What something took."""

    seconds: float
    cpu_seconds: float
    """Of the process and all descendants that were waited for."""
    peak_rss_bytes: int
    """Resident memory of the largest single process."""

    def each(self, count: int) -> Taken:
        """Return the share of one of ``count``; memory is not shared out."""
        return Taken(
            seconds=self.seconds / count,
            cpu_seconds=self.cpu_seconds / count,
            peak_rss_bytes=self.peak_rss_bytes,
        )


def total(parts: Sequence[Taken]) -> Taken:
    """Return what several commands, one after the other, took."""
    return Taken(
        seconds=sum(one.seconds for one in parts),
        cpu_seconds=sum(one.cpu_seconds for one in parts),
        peak_rss_bytes=max(one.peak_rss_bytes for one in parts),
    )


def beyond(whole: Taken, part: Taken) -> Taken:
    """Return what the whole took more than a part of it; memory is the whole's."""
    return Taken(
        seconds=whole.seconds - part.seconds,
        cpu_seconds=whole.cpu_seconds - part.cpu_seconds,
        peak_rss_bytes=whole.peak_rss_bytes,
    )


def middle(rounds: Sequence[Taken]) -> Taken:
    """Return the medians of several rounds, each measure on its own."""
    return Taken(
        seconds=median(one.seconds for one in rounds),
        cpu_seconds=median(one.cpu_seconds for one in rounds),
        peak_rss_bytes=int(median(one.peak_rss_bytes for one in rounds)),
    )


Part = str | Path
"""One word of a command."""


def run(
    line: Sequence[Part],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    fine: Sequence[int] = (0,),
) -> Taken:
    """Run a command to its end; raises ``CommandFailedError`` at an exit code that is not fine."""
    return told(line, cwd=cwd, env=env, fine=fine)[0]


def told(
    line: Sequence[Part],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    fine: Sequence[int] = (0,),
) -> tuple[Taken, str]:
    """Do the same and return what the command said as well."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, line)), cwd=cwd, env=env, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        # Popen must not wait for a process that is gone.
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
        if process.returncode not in fine:
            command = " ".join(map(str, line))
            raise CommandFailedError(f"{command}: exit code {process.returncode}\n{text[-2000:]}")
    taken = Taken(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_rss_bytes=usage.ru_maxrss * 1024,
    )
    return taken, text


def machine() -> dict[str, str | int | float]:
    """Return what figures depend on: cores, system, Python, and the load at this moment."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count() or 1,
        "load_1min": round(os.getloadavg()[0], 2),
    }
