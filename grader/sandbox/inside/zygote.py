"""A warm process that runs no submission itself: each one runs in a fork of it.

It is told nothing of any submission, only that one more process is wanted and which descriptors
that one gets; what to run is read by the fork. Linux only.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import fresh, isolate, preload, serve
from .wire import Wire

_FIRST = "trap '' CHLD; exec sleep 1000000000"
"""The first process of each fork's own processes: ignoring the end of its children, it leaves no
dead ones behind, and as its end is theirs too, nothing outlives it."""
_DESCRIPTORS = 4
_MESSAGE = 64


def main(wire: Wire, settings: dict[str, Any]) -> None:
    """Import everything, then fork on request until the grader hangs up."""
    control = settings["control"]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _move_to_own_namespaces(control, new_user=not settings["as_root"])
    wire = wire.adopted()
    kernel, modules = preload.prepare(wire, settings["modules"])
    zygote = _Zygote(control, kernel)
    wire.write({"channel": "warmed", "modules": modules})
    del modules, settings
    zygote.serve()


def _move_to_own_namespaces(control: int, *, new_user: bool) -> None:
    """Become, as a fork, the first process of a namespace, so that with it all its forks end.

    Over it it has all rights: those of an ordinary user's bwrap belong to a user further out.
    """
    if new_user:
        isolate.new_user(os.geteuid())
    isolate.unshare(isolate.NEW_MOUNTS | isolate.NEW_PROCESSES)
    child = os.fork()
    if child:
        # Its ends of the pipes must be the only ones: their closing tells that it has ended.
        os.close(control)
        _close_from(0)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    isolate.die_with_parent(signal.SIGKILL)


@dataclass
class _Fork:
    """One running fork: its process, the first process of its namespace, and how it ended."""

    process: int
    first: int
    report: int
    """A socket to the grader."""
    running: int = 2
    ended: dict[str, float] = field(default_factory=dict)


class _Zygote:
    def __init__(self, control: int, kernel: Any) -> None:
        self._control = control
        self._kernel = kernel
        self._shell = shutil.which("sh") or "/bin/sh"
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._watched: dict[int, tuple[_Fork, int]] = {}
        """For each descriptor that stands for a process: its fork, and its number."""

    def serve(self) -> None:
        """Fork on request and report how each fork ended, until the grader hangs up."""
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor != self._control:
                    self._take_note(descriptor)
                elif not self._answer():
                    return

    def _answer(self) -> bool:
        with _borrowed(self._control) as control:
            data, received, *_ = socket.recv_fds(
                control, _MESSAGE, _DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
            )
        if len(received) == _DESCRIPTORS:
            self._fork(received)
        return bool(data)

    def _fork(self, received: list[int]) -> None:
        made = _Fork(process=0, first=0, report=received[-1])
        try:
            isolate.unshare(isolate.NEW_PROCESSES)
            made.first = os.posix_spawn(self._shell, ["sh", "-c", _FIRST], {})
            made.process = os.fork()
            if not made.process:
                self._be_submission(received)
            self._watch(made)
        except OSError as problem:
            os.write(received[2], f"{problem}\n".encode())
            _undo(made)
        finally:
            isolate.enter(self._own, isolate.NEW_PROCESSES)
            for descriptor in received[:-1]:
                os.close(descriptor)

    def _watch(self, fork: _Fork) -> None:
        processes = (fork.process, fork.first)
        descriptors = [os.pidfd_open(each) for each in processes]
        for descriptor, process in zip(descriptors, processes, strict=True):
            self._watched[descriptor] = fork, process
            self._poll.register(descriptor, select.POLLIN)
        with _borrowed(fork.report) as report, suppress(OSError):
            socket.send_fds(report, [b"started"], descriptors)

    def _take_note(self, descriptor: int) -> None:
        """Note that one process of a fork has ended; the other follows, then it is reported."""
        fork, process = self._watched.pop(descriptor)
        self._poll.unregister(descriptor)
        os.close(descriptor)
        _, status, used = os.wait4(process, 0)
        fork.running -= 1
        if process == fork.process:
            fork.ended = {
                "code": os.waitstatus_to_exitcode(status),
                "cpu_seconds": used.ru_utime + used.ru_stime,
                "peak_rss_bytes": used.ru_maxrss * 1024,
            }
            if fork.running:
                os.kill(fork.first, signal.SIGKILL)
        if not fork.running:
            with suppress(OSError):
                os.write(fork.report, json.dumps(fork.ended).encode())
            os.close(fork.report)

    def _be_submission(self, received: list[int]) -> None:
        """Be the process of one submission; never returns."""
        try:
            os.setsid()
            for number, descriptor in enumerate(received[:3]):
                os.dup2(descriptor, number)
            _close_from(3)
            _run(self._kernel)
        except BaseException as problem:
            os.write(2, f"{type(problem).__name__}: {problem}\n".encode())
            os._exit(1)
        os._exit(0)


def _run(kernel: Any) -> None:
    wire = Wire.take_over_stdio()
    settings = wire.read()
    if settings is None:
        return
    isolate.wall_off(settings)
    fresh.renew()
    if settings["trial"]:
        wire.write({"channel": "ready"})
    else:
        serve.run(wire, settings, kernel)


def _undo(fork: _Fork) -> None:
    for process in (fork.process, fork.first):
        if process:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
    os.close(fork.report)


def _close_from(first: int) -> None:
    """Close every descriptor from ``first`` on."""
    for entry in list(Path("/proc/self/fd").iterdir()):
        if int(entry.name) >= first:
            with suppress(OSError):
                os.close(int(entry.name))


@contextmanager
def _borrowed(descriptor: int) -> Iterator[socket.socket]:
    """Use a descriptor as a socket without owning it: a fork closes numbers, not objects."""
    made = socket.socket(fileno=descriptor)
    try:
        yield made
    finally:
        made.detach()
