"""A running process of one submission, however it came to be."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from grader.sandbox import wire
from grader.sandbox.cgroup import Group
from grader.sandbox.level import Isolation
from grader.sandbox.processes import Held


@dataclass(kw_only=True)
class Started(ABC):
    """A running process with the ends of its pipes."""

    settings: dict[str, Any]
    """The first frame that it must be sent."""
    isolation: Isolation
    complaints: IO[bytes]
    """What was written to standard error before the kernel took it over."""
    requests: int
    """Descriptor of the pipe to the process."""
    replies: int
    """Descriptor of the pipe from the process."""
    kernel: int = 0
    """The process that interrupts are for; known once it has reported."""
    cpu_seconds: float = 0.0
    peak_rss_bytes: int = 0
    lost: bool = False
    """Whether it ended because what it was started from did: nothing that it did itself."""
    group: Group | None = None
    """The control group that it is in, where there are any."""

    def begin(self) -> None:
        """Send the settings; the process sets itself up from now on."""
        # Whoever listens for the answer learns that it has ended.
        with suppress(OSError):
            os.write(self.requests, wire.pack(self.settings))

    @abstractmethod
    def find_kernel(self) -> None:
        """Learn which process of the tree the kernel is, before student code can start others."""

    @abstractmethod
    def interrupt(self) -> None:
        """Ask the running cell to stop, as Ctrl-C does."""

    @abstractmethod
    def family(self) -> tuple[int, ...]:
        """Return the living processes of the tree."""

    @abstractmethod
    def held_files(self) -> Held:
        """Return what there is in the private places; nothing where they are not limited."""

    @abstractmethod
    def kill(self) -> None:
        """Kill the whole tree; harmless if it has ended."""

    @abstractmethod
    def wait(self) -> int:
        """Wait until the whole tree has ended; return the exit code, negative for a signal."""

    def complaint(self) -> str:
        """Return the last line on standard error: why it could not start."""
        self.complaints.seek(0)
        lines = self.complaints.read(65_536).decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""
