"""A tree of processes as the system sees it: who belongs to it, its memory, its CPU time."""

from __future__ import annotations

import errno
import os
import signal
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

_HAS_PROC = Path("/proc/self/task").exists()
_CHUNK = 1 << 16
_MOST_SEEN, _BLOCK = 100_000, 512
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def family(root: int) -> tuple[int, ...]:
    """Return the ids of ``root`` and all its descendants, parents first."""
    if not _HAS_PROC:
        return _family_by_psutil(root)
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop(0)
        found.append(process)
        waiting += _children(process)
    return tuple(found)


def memory(processes: Iterable[int]) -> int:
    """Return the bytes that the processes hold themselves; shared pages count once for each."""
    if not _HAS_PROC:
        return sum(map(_rss_by_psutil, processes))
    return sum(_kib(process, "status", (b"RssAnon:", b"RssShmem:")) for process in processes)


def exact_memory(processes: Iterable[int]) -> int:
    """Return the same with shared pages divided among their holders; slower by far."""
    if not _HAS_PROC:
        return memory(processes)
    total = 0
    for process in processes:
        fields = (b"Pss_Anon:", b"Pss_Shmem:")
        total += _kib(process, "smaps_rollup", fields) or memory([process])
    return total


def highest_rss(process: int) -> int:
    """Return the most memory that one process has had resident, pages of files included."""
    return _kib(process, "status", (b"VmHWM:",)) if _HAS_PROC else _rss_by_psutil(process)


def gone(process: int) -> bool:
    """Return whether a process has ended, even if nobody has taken note of it yet."""
    state = _read(f"/proc/{process}/stat").rpartition(b")")[2].split()[:1]
    return state in ([], [b"Z"], [b"X"])


def files(process: int, places: Iterable[str]) -> int:
    """Return how many files and folders there are in places as one process sees them."""
    total = 0
    for place in places:
        with suppress(OSError):
            counts = os.statvfs(f"/proc/{process}/root{place}")
            total += counts.f_files - counts.f_ffree
    return total


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a submission holds in the places that it may write to."""

    count: int = 0
    """Files and folders."""
    size: int = 0
    """Bytes, where the places do not limit them by themselves."""


def held_on_disk(folder: Path, process: int) -> Held:
    """Return what there is below a folder, and in files that a process has removed but holds.

    What cannot be looked at, being nested too deep, counts as more than anyone may have.
    """
    count, size, waiting = 0, 0, [str(folder)]
    while waiting and count <= _MOST_SEEN:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError as problem:
            if problem.errno == errno.ENAMETOOLONG:
                return Held(count=_MOST_SEEN + count, size=size)
    return Held(count=count, size=size + _removed(process))


def _removed(process: int) -> int:
    """Return the bytes of files that a process has open but that have no name any more."""
    size = 0
    with suppress(OSError), os.scandir(f"/proc/{process}/fd") as entries:
        for entry in entries:
            with suppress(OSError):
                held = entry.stat()
                if stat.S_ISREG(held.st_mode) and not held.st_nlink:
                    size += held.st_blocks * _BLOCK
    return size


def birth(process: int) -> bytes:
    """Return when a process was started, so that another of the same number is told apart."""
    fields = _read(f"/proc/{process}/stat").rpartition(b")")[2].split()
    return fields[19] if len(fields) > 19 else b""


def cpu_seconds(processes: Iterable[int]) -> float:
    """Return user and system time of the processes and of their children that have ended."""
    if not _HAS_PROC:
        return sum(map(_cpu_by_psutil, processes))
    ticks = 0
    for process in processes:
        text = _read(f"/proc/{process}/stat")
        # The name in parentheses may hold spaces and parentheses itself.
        fields = text.rpartition(b")")[2].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / _TICKS


def kill(processes: Iterable[int]) -> None:
    """Kill each process that is still there."""
    for process in processes:
        try:
            os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        except OSError:
            continue


def _read(path: str) -> bytes:
    """Return what a file holds, b"" if it cannot be read; read often, so by the bare calls."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return b"".join(iter(lambda: os.read(descriptor, _CHUNK), b""))
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _children(process: int) -> Iterator[int]:
    folder = f"/proc/{process}/task"
    try:
        tasks = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return
    for task in tasks:
        yield from map(int, _read(f"{folder}/{task}/children").split())


def _kib(process: int, file: str, fields: tuple[bytes, ...]) -> int:
    total = 0
    for line in _read(f"/proc/{process}/{file}").splitlines():
        if line.startswith(fields):
            total += int(line.split()[1]) * 1024
    return total


def _of_psutil(process: int) -> Any:
    """Return psutil's view of a process; ipykernel brings psutil on most systems."""
    return import_module("psutil").Process(process)


def _family_by_psutil(root: int) -> tuple[int, ...]:
    try:
        return (root, *(child.pid for child in _of_psutil(root).children(recursive=True)))
    except Exception:
        return (root,)


def _rss_by_psutil(process: int) -> int:
    try:
        return int(_of_psutil(process).memory_info().rss)
    except Exception:
        return 0


def _cpu_by_psutil(process: int) -> float:
    try:
        times = _of_psutil(process).cpu_times()
        return float(times.user + times.system)
    except Exception:
        return 0.0
