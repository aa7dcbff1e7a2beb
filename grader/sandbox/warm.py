"""A process of one submission as a fork of an interpreter that has imported everything already.

There is one such interpreter for each grading process; it is started when first needed, and
again if it was lost. It never runs student code and knows nothing of any submission. Linux only.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import msgspec

from grader.language import sentence
from grader.probe import Limits
from grader.sandbox import bubblewrap, cold, imports, launch, processes, seccomp, wire
from grader.sandbox.level import Isolation
from grader.sandbox.started import Started

START_SECONDS = 120.0
_FORK_SECONDS, _LEAVE_SECONDS = 30.0, 5.0
_MESSAGE = 1_024
_MOST_TOLD = 1 << 22
_Key = tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]


class Warmed(msgspec.Struct, frozen=True, tag_field="channel", tag="warmed"):
    """The warm process is ready; with what its sample imported, if it ran one."""

    modules: tuple[str, ...]


# Made once, on import: two threads that first meet a type at the same time crash msgspec.
_warmed = msgspec.json.Decoder(Warmed)


@dataclass(kw_only=True)
class Forked(Started):
    """A fork of the warm process."""

    report: socket.socket
    """Over it the warm process tells which processes there are, and how the fork ended."""
    handles: tuple[int, ...]
    """Descriptors of the fork's process, and of the first in its namespace of processes."""

    def find_kernel(self) -> None:
        """Learn the process's number here."""
        self.kernel = self._numbers[0]

    @cached_property
    def _numbers(self) -> tuple[int, ...]:
        return tuple(map(_number_of, self.handles))

    def interrupt(self) -> None:
        """Ask the running cell to stop, as Ctrl-C does."""
        with suppress(OSError):
            signal.pidfd_send_signal(self.handles[0], signal.SIGINT)

    def family(self) -> tuple[int, ...]:
        """Return the living processes of the tree, and those that were left to the first one."""
        trees = (processes.family(each) for each in self._numbers if each > 0)
        return tuple(each for tree in trees for each in tree)

    def held_files(self) -> processes.Held:
        """Return what there is in the private places; their size is limited by themselves."""
        return processes.Held(count=processes.files(self.kernel, bubblewrap.PRIVATE))

    def kill(self) -> None:
        """Kill the first process of the namespace, and with it all others."""
        with suppress(OSError):
            signal.pidfd_send_signal(self.handles[1], signal.SIGKILL)

    def wait(self) -> int:
        """Wait until the whole tree has ended; return the exit code, negative for a signal."""
        try:
            ended = json.loads(self.report.recv(_MESSAGE))
        except (OSError, ValueError):
            self.lost = True
            return -int(signal.SIGKILL)
        self.cpu_seconds = max(self.cpu_seconds, ended["cpu_seconds"])
        self.peak_rss_bytes = max(self.peak_rss_bytes, ended["peak_rss_bytes"])
        self._wait_until_closed()
        return int(ended["code"])

    def _wait_until_closed(self) -> None:
        """Wait until the warm process has let go of its end, so that it holds nothing of this."""
        self.report.settimeout(_LEAVE_SECONDS)
        with suppress(OSError):
            self.report.recv(1)


class LostError(OSError):
    """The warm process could not be started, or has ended."""


class Zygote:
    """The warm process, as the grader sees it."""

    def __init__(
        self,
        isolation: Isolation,
        environment: tuple[tuple[str, str], ...],
        sample: tuple[str, ...] = (),
    ) -> None:
        """Start it and wait until it has imported everything; raises ``LostError``.

        It imports what a sample of cells imports, as last time if that is known.
        """
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        limits = Limits(environment=environment)
        key = imports.key(sample, environment)
        known = imports.recall(key)
        with theirs:
            self._popen = launch.behind_wall(
                isolation, limits, self._complaints, control=theirs.fileno()
            )
            settings = {
                "control": theirs.fileno(),
                "packages": bubblewrap.interpreter().packages,
                "as_root": bubblewrap.as_root(),
                "modules": known,
            }
        frames: list[dict[str, Any]] = [settings]
        if known is None:
            frames.append({"cells": sample})
        self.modules = self._open(b"".join(map(wire.pack, frames)))
        if known is None:
            imports.keep(key, self.modules)

    def _open(self, requests: bytes) -> tuple[str, ...]:
        """Send the requests and wait until it is ready; return what its sample imported."""
        popen = self._popen
        assert popen.stdin is not None and popen.stdout is not None
        timer = threading.Timer(START_SECONDS, self._kill)
        timer.start()
        try:
            with suppress(BrokenPipeError), popen.stdin:
                _write_all(popen.stdin.fileno(), requests)
            with popen.stdout:
                answer = _read_frame(popen.stdout.fileno())
        finally:
            timer.cancel()
        try:
            return imports.checked(_warmed.decode(answer).modules)
        except (ValueError, RecursionError):
            self.close()
            raise LostError(self._complaint()) from None

    def fork(self, source: int, target: int, complaints: int) -> tuple[socket.socket, list[int]]:
        """Fork a process that reads from ``source`` and writes to ``target``.

        Returns the socket on which its end is reported, and descriptors of its two processes.
        Raises ``LostError``.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                descriptors = [source, target, complaints, theirs.fileno()]
                socket.send_fds(self._control, [b"fork"], descriptors)
            except OSError as problem:
                ours.close()
                raise LostError(
                    sentence("the warm process has ended ({problem})", problem=problem)
                ) from problem
        ours.settimeout(_FORK_SECONDS)
        try:
            _, handles, *_ = socket.recv_fds(ours, _MESSAGE, 2, socket.MSG_CMSG_CLOEXEC)
        except OSError:
            handles = []
        if len(handles) != 2:
            ours.close()
            raise LostError(sentence("the warm process could not fork"))
        ours.settimeout(None)
        return ours, handles

    def alive(self) -> bool:
        """Return whether it still runs."""
        return self._popen.poll() is None

    def close(self) -> None:
        """End it and all its forks."""
        self._control.close()
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(_LEAVE_SECONDS)
        self._kill()
        self._popen.wait()

    def _kill(self) -> None:
        if self._popen.poll() is None:
            processes.kill(reversed(processes.family(self._popen.pid)))

    def _complaint(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read(65_536).decode("utf-8", "replace").strip().splitlines()
        return (
            lines[-1]
            if lines
            else sentence("it ended with exit code {code}", code=self._popen.returncode)
        )


def _started(isolation: Isolation, environment: tuple[tuple[str, str], ...]) -> Zygote:
    """Start one; what a starter imports may start threads, so it counts only if that works."""
    if isolation.sample:
        with suppress(LostError):
            return Zygote(isolation, environment, isolation.sample)
    return Zygote(isolation, environment)


class _Zygotes:
    """The warm processes of this grading process: one for each starter and set of variables."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[_Key, Zygote] = {}

    def of(self, isolation: Isolation, environment: tuple[tuple[str, str], ...]) -> Zygote:
        """Return one that runs, started now if need be; raises ``LostError``."""
        key = isolation.how, isolation.sample, environment
        with self._lock:
            known = self._known.get(key)
            if known is not None and known.alive():
                return known
            if known is not None:
                known.close()
                del self._known[key]
            self._known[key] = _started(isolation, environment)
            return self._known[key]

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            for each in self._known.values():
                each.close()
            self._known.clear()


_zygotes = _Zygotes()
atexit.register(_zygotes.close)
zygote, close = _zygotes.of, _zygotes.close


@contextmanager
def start(
    isolation: Isolation, limits: Limits, user: int, complaints: IO[bytes]
) -> Iterator[Started]:
    """Fork a process for one submission, with the number of a user that root becomes.

    Where none can be forked, an interpreter is started instead. Raises ``OSError`` if that cannot
    be done either.
    """
    with ExitStack() as kept:
        try:
            started = kept.enter_context(_forked(isolation, limits, user, complaints))
        except LostError as problem:
            colder = replace(isolation, warm=False, why_cold=str(problem))
            started = kept.enter_context(cold.start(colder, limits, user, complaints))
        yield started


@contextmanager
def _forked(
    isolation: Isolation, limits: Limits, user: int, complaints: IO[bytes]
) -> Iterator[Started]:
    (source, requests), (replies, target) = os.pipe(), os.pipe()
    try:
        parent = zygote(isolation, limits.environment)
        report, handles = parent.fork(source, target, complaints.fileno())
    except BaseException:
        _close(requests, replies)
        raise
    finally:
        _close(source, target)
    started = Forked(
        settings=_settings(limits, user),
        isolation=isolation,
        complaints=complaints,
        requests=requests,
        replies=replies,
        report=report,
        handles=tuple(handles),
    )
    try:
        yield started
    finally:
        started.kill()
        report.close()
        _close(requests, replies, *handles)


def _settings(limits: Limits, user: int) -> dict[str, Any]:
    return {
        "private": bubblewrap.PRIVATE,
        "place_bytes": limits.file_bytes,
        **launch.walls(user=user if bubblewrap.as_root() else None, program=seccomp.program()),
        "shown_user": bubblewrap.ORDINARY_USER,
        "own_network": True,
        "limits": {**launch.resource_limits(limits), "RLIMIT_NPROC": limits.processes},
    }


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _read_frame(descriptor: int) -> bytes:
    """Return the body of one frame, less of it where the pipe ends before or it is too long."""
    data = bytearray()
    size = wire.LENGTH.size
    while len(data) < size or len(data) < size + wire.LENGTH.unpack_from(data)[0] <= _MOST_TOLD:
        part = os.read(descriptor, 1 << 16)
        if not part:
            break
        data += part
    return bytes(data[size:])


def _close(*descriptors: int) -> None:
    for each in descriptors:
        os.close(each)


def _number_of(handle: int) -> int:
    """Return the number of the process that a descriptor stands for, -1 if it is gone."""
    told = Path(f"/proc/self/fdinfo/{handle}").read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) for line in told if line.startswith("Pid:")), -1)
