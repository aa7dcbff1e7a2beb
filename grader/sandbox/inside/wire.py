"""Length-prefixed JSON over the process's original standard input and output."""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
from typing import Any

_LENGTH = struct.Struct(">I")
# Taken now: student code may replace what these modules hold later.
_read, _write, _pid, _thread = os.read, os.write, os.getpid, threading.get_ident
_to_json = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=str
).encode
_from_json = json.JSONDecoder().decode


class Wire:
    """Both directions of the talk with the grader; frames of one writer never mix."""

    def __init__(self, source: int, target: int) -> None:
        self._source = source
        self._target = target
        self._lock = threading.RLock()
        self._owner = _pid()
        self._main = _thread()
        self._writing = False
        self._interrupted = False

    @classmethod
    def take_over_stdio(cls) -> Wire:
        """Move standard input and output to private descriptors that no child inherits."""
        wire = cls(os.dup(0), os.dup(1))
        if sys.platform == "win32":
            import msvcrt

            msvcrt.setmode(wire._source, os.O_BINARY)
            msvcrt.setmode(wire._target, os.O_BINARY)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        return wire

    def adopted(self) -> Wire:
        """Return the same wire as the property of this process, a fork of its owner."""
        return Wire(self._source, self._target)

    @property
    def in_owner(self) -> bool:
        """Whether this is the process that the grader talks to, not a fork of it."""
        return _pid() == self._owner

    def read(self) -> dict[str, Any] | None:
        """Return the next request; None when the grader has hung up."""
        head = self._exactly(_LENGTH.size)
        if head is None:
            return None
        body = self._exactly(_LENGTH.unpack(head)[0])
        return None if body is None else _from_json(body.decode("utf-8"))

    def write(self, message: dict[str, Any]) -> None:
        """Send one frame; silently nothing from a forked process."""
        if not self.in_owner:
            return
        body = _to_json(message).encode("utf-8", "replace")
        on_main = _thread() == self._main
        if on_main:
            self._writing = True
        try:
            with self._lock:
                self._all(_LENGTH.pack(len(body)) + body)
        finally:
            if on_main:
                self._writing = False
        if on_main and self._interrupted:
            self._interrupted = False
            raise KeyboardInterrupt

    def on_interrupt(self, *_: object) -> None:
        """Raise KeyboardInterrupt, but never in the middle of a frame."""
        if self._writing:
            self._interrupted = True
        else:
            raise KeyboardInterrupt

    def _all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[_write(self._target, view) :]

    def _exactly(self, count: int) -> bytes | None:
        parts = []
        while count:
            part = _read(self._source, min(count, 1 << 20))
            if not part:
                return None
            parts.append(part)
            count -= len(part)
        return b"".join(parts)
