"""The talk with one running process: requests out, frames in, and a watch over what it uses."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from queue import Empty
from typing import Any, TypeVar

from nbclient.exceptions import DeadKernelError

from grader.probe import Limits
from grader.run import RunStatus
from grader.sandbox import endings, processes, wire
from grader.sandbox.started import Started

GRACE_SECONDS = 1.5
"""How long an interrupted cell may take to stop before its process is killed."""
MAX_FILES = 20_000
"""Most files in the private places: each takes memory that belongs to no process."""
_PLACES = 2
"""Where files are on the machine's disk: a working and a temporary folder, as large as one file."""
_WATCH_SECONDS = 0.05
_KILL_SECONDS = 1.0
_CHUNK = 1 << 16
_Answer = TypeVar("_Answer")


class Channel:
    """A queue of messages in the form that nbclient asks for; raises once the process is gone."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[Any] = asyncio.Queue()

    def put(self, message: Any) -> None:
        """Add a message; None says that there will be no more."""
        self._messages.put_nowait(message)

    async def get_msg(self, timeout: float | None = None) -> Any:
        """Return the next message; raises ``Empty`` in time, ``DeadKernelError`` at the end."""
        try:
            message = await asyncio.wait_for(self._messages.get(), timeout)
        except TimeoutError:
            raise Empty from None
        if message is None:
            self.put(None)
            raise DeadKernelError("the process has ended")
        return message


class Deadline:
    """Whether the time for a piece of work is over."""

    def __init__(self) -> None:
        self.passed = False


class Link:
    """Both pipes of a process, as a kernel client for nbclient and as a place to ask questions.

    Lives in one event loop; a thread reads the pipe and counts its bytes, another waits for the
    end. The first cause of an end is kept.
    """

    allow_stdin = False

    def __init__(self, started: Started, limits: Limits) -> None:
        self._loop = asyncio.get_running_loop()
        self._started = started
        self._limits = limits
        self._numbers = count(1)
        self.shell_channel = Channel()
        self.iopub_channel = Channel()
        self._answers = Channel()
        self.on_observed: Callable[[wire.Observed], None] = lambda _: None
        self.cell: tuple[int, str] = (0, "")
        """Number and label of the cell that the next request to execute belongs to."""
        self.cause: tuple[RunStatus, str] | None = None
        """Why the process was ended, or how it ended by itself."""
        self.lack_of_memory: endings.Ending | None = None
        """Told if the kernel ended a process of the tree for want of memory, even a late one."""
        self._ended = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    async def open(self, seconds: float) -> None:
        """Wait until the process is set up.

        Raises ``DeadKernelError`` if it ends instead, ``TimeoutError`` if it takes too long.
        """
        async with asyncio.timeout(seconds):
            await self.answer(wire.Ready)
        self._started.find_kernel()
        self._watching = asyncio.create_task(self._watch())

    async def execute(self, code: str, **_options: Any) -> str:
        """Request that a cell is executed; returns the request's id, as nbclient expects."""
        request = str(next(self._numbers))
        number, label = self.cell
        await self._send(
            {"op": "execute", "id": request, "cell": number, "label": label, "code": code}
        )
        return request

    async def ask(self, request: dict[str, Any], kind: type[_Answer]) -> _Answer:
        """Send a request and return its answer; raises ``DeadKernelError`` if none can come."""
        await self._send(request)
        return await self.answer(kind)

    async def answer(self, kind: type[_Answer]) -> _Answer:
        """Return the next answer of this kind."""
        while True:
            frame = await self._answers.get_msg()
            if isinstance(frame, kind):
                return frame

    async def is_alive(self) -> bool:
        """Return whether the process still talks to us."""
        return not self._ended.is_set()

    @contextmanager
    def deadline(self, seconds: float, stuck: endings.Ending) -> Iterator[Deadline]:
        """Interrupt what runs when the time is over; end the process if that does not help."""
        made = Deadline()
        timers = []

        def interrupt() -> None:
            made.passed = True
            self._started.interrupt()
            timers.append(self._loop.call_later(GRACE_SECONDS, self.end, *stuck))

        timers.append(self._loop.call_later(seconds, interrupt))
        try:
            yield made
        finally:
            for timer in timers:
                timer.cancel()

    def end(self, status: RunStatus, reason: str) -> None:
        """End the process for a reason of ours."""
        if self.cause is None:
            self.cause = (status, reason)
        self._started.kill()

    async def close(self) -> None:
        """End the process and wait until nothing of it is left."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        self.sample()
        while not self._ended.is_set():
            self._started.kill()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _KILL_SECONDS)
        # That it has ended is the last thing that the reading thread says.
        self._reader.join()

    async def _send(self, request: dict[str, Any]) -> None:
        data = wire.pack(request)
        # Most requests are small, and a pipe that is empty takes them without waiting.
        left = data[_write_some(self._started.requests, data) :]
        if left:
            await self._loop.run_in_executor(None, _write_all, self._started.requests, left)

    def _read(self) -> None:
        """Runs in a thread of its own until the pipe ends, then waits for the process."""
        splitter = wire.Splitter(self._limits.output_bytes)
        try:
            while data := os.read(self._started.replies, _CHUNK):
                self._loop.call_soon_threadsafe(self._dispatch, splitter.feed(data))
                if splitter.over_limit:
                    self._from_thread(*endings.output_limit(self._limits))
                    break
        except wire.WireError:
            self._from_thread(*endings.channel_abused())
        except OSError:
            self._started.kill()
        code = self._started.wait()
        self._loop.call_soon_threadsafe(self._on_exit, code)

    def _from_thread(self, status: RunStatus, reason: str) -> None:
        # Killed here and not by the loop, which may be busy with what came before.
        self._loop.call_soon_threadsafe(self.end, status, reason)
        self._started.kill()

    def _dispatch(self, frames: list[wire.Frame]) -> None:
        for frame in frames:
            self._deliver(frame)

    def _deliver(self, frame: wire.Frame) -> None:
        if isinstance(frame, wire.Observed):
            self.on_observed(frame)
        elif isinstance(frame, wire.Published | wire.Replied):
            message = wire.as_message(frame)
            shell = isinstance(frame, wire.Replied)
            if message is not None:
                (self.shell_channel if shell else self.iopub_channel).put(message)
        else:
            self._answers.put(frame)

    def _on_exit(self, code: int) -> None:
        if self.cause is None:
            lost = self._started.lost
            own_end = self._lack_of_memory() or endings.died(code, self._started.isolation)
            self.cause = endings.lost() if lost else own_end
        self._ended.set()
        for channel in (self.shell_channel, self.iopub_channel, self._answers):
            channel.put(None)

    def _lack_of_memory(self) -> endings.Ending | None:
        """Return the end that the kernel made for want of memory; None if it made none."""
        group = self._started.group
        if group is None or not group.killed:
            return None
        return endings.out_of_memory(self._limits) if group.over_limit else endings.machine_full()

    async def _watch(self) -> None:
        """Look at memory and CPU time of the whole tree until the process ends."""
        while not self._ended.is_set():
            await asyncio.sleep(_WATCH_SECONDS)
            self.sample()

    def sample(self) -> None:
        """Look once at memory, files and CPU time; a limit that is passed ends the process."""
        family = self._started.family()
        used = processes.memory(family)
        highest = max(used, processes.highest_rss(self._started.kernel))
        self._started.peak_rss_bytes = max(self._started.peak_rss_bytes, highest)
        if used > self._limits.memory_bytes and self._exceeds(family):
            self.end(*endings.out_of_memory(self._limits))
        if lack := self._lack_of_memory():
            # The kernel may have ended one process of several.
            self.lack_of_memory = lack
            self.end(*lack)
        held = self._started.held_files()
        if held.count > MAX_FILES:
            self.end(*endings.too_many_files(MAX_FILES))
        most = _PLACES * self._limits.file_bytes
        if held.size > most:
            self.end(*endings.disk_limit(most))
        seconds = processes.cpu_seconds(family)
        self._started.cpu_seconds = max(self._started.cpu_seconds, seconds)
        if seconds > self._limits.cpu_seconds:
            self.end(*endings.cpu_limit(self._limits))

    def _exceeds(self, family: tuple[int, ...]) -> bool:
        """Return whether the processes hold too much, shared pages not counted for each."""
        group, most = self._started.group, self._limits.memory_bytes
        if group is not None and group.holds_at_most(most):
            return False
        return processes.exact_memory(family) > most


def _write_some(descriptor: int, data: bytes) -> int:
    """Write what a pipe takes at once; return how many bytes that were."""
    if sys.platform == "win32":
        return 0
    os.set_blocking(descriptor, False)
    try:
        return os.write(descriptor, data)
    except BlockingIOError:
        return 0
    except OSError:
        # Nobody reads any more: the end is noticed elsewhere.
        return len(data)
    finally:
        os.set_blocking(descriptor, True)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    with suppress(OSError):
        while view:
            view = view[os.write(descriptor, view) :]
