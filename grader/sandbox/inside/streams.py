"""Standard output and error of student code, also where they are written below Python."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from typing import Any

CELL_CHARACTERS = 262_144
"""Most characters of text that one cell's standard output, or error, may show."""
CUT = "\n… cut: more than this cell may print\n"
_LEAST_CHARACTERS = 2_048
_EAGER_WRITES = 200
_BUFFER_CHARACTERS = 8_192
_write = os.write


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr``: publishes text, and stops politely at the cell's cap.

    The first lines go out at once, so that they survive a crash; then text is gathered.
    """

    def __init__(
        self,
        name: str,
        number: int,
        publish: Callable[[str, str], None],
        in_owner: Callable[[], bool],
        most: int,
    ) -> None:
        self.name = name
        self._left_in_all = most
        self._left = 0
        self._number = number
        self._publish = publish
        self._in_owner = in_owner
        self._held: list[str] = []
        self._held_size = 0
        self._sink: list[str] | None = None
        self.begin()

    def begin(self) -> None:
        """Start a new cell: its cap applies anew, and is small once much has been printed."""
        self._left = max(_LEAST_CHARACTERS, min(CELL_CHARACTERS, self._left_in_all))
        self._eager = _EAGER_WRITES

    def divert(self, sink: list[str] | None) -> None:
        """Collect into ``sink`` instead of publishing; None publishes again."""
        self.flush()
        self._sink = sink

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Always UTF-8."""
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """What cannot be encoded is replaced."""
        return "replace"

    def fileno(self) -> int:
        """Return the descriptor that a subprocess may write to."""
        return self._number

    def writable(self) -> bool:
        """Return True."""
        return True

    def isatty(self) -> bool:
        """Return False."""
        return False

    def write(self, text: str) -> int:
        """Take ``text``; what is beyond the cell's cap is dropped."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not self._in_owner():
            _write(self._number, text.encode("utf-8", "replace"))
            return len(text)
        if self._left > 0 and text:
            kept = text[: self._left]
            self._left -= len(kept)
            self._left_in_all -= len(kept)
            self._hold(kept if len(kept) == len(text) and self._left else kept + CUT)
        return len(text)

    def _hold(self, text: str) -> None:
        self._held.append(text)
        self._held_size += len(text)
        if self._eager and "\n" in text:
            self._eager -= 1
            self.flush()
        elif self._held_size > _BUFFER_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Publish what is held."""
        if not self._held or not self._in_owner():
            return
        text, self._held, self._held_size = "".join(self._held), [], 0
        if self._sink is None:
            self._publish(self.name, text)
        else:
            self._sink.append(text)


class Capture:
    """A file in place of descriptor 1 or 2, read back after each cell.

    Through it the output of C code and of subprocesses appears. It is opened for appending, so
    that writers go on at its end after it was emptied.
    """

    def __init__(self, number: int) -> None:
        self._file: Any = tempfile.TemporaryFile("a+b", buffering=0)  # noqa: SIM115
        os.dup2(self._file.fileno(), number)

    def take(self) -> str:
        """Return what was written since the last time, and empty the file."""
        descriptor = self._file.fileno()
        if not os.fstat(descriptor).st_size:
            return ""
        os.lseek(descriptor, 0, os.SEEK_SET)
        text = os.read(descriptor, CELL_CHARACTERS + 1).decode("utf-8", "replace")
        os.ftruncate(descriptor, 0)
        # Writers share this place; left where it was, zeros would fill the file up to it.
        os.lseek(descriptor, 0, os.SEEK_SET)
        return text


def make(
    publish: Callable[[str, str], None], in_owner: Callable[[], bool], most: int
) -> list[Stream]:
    """Return the two streams, standard output first; each shows about ``most`` characters in all.

    A submission that prints a lot shall lose text, and not the cells that come after.
    """
    return [
        Stream("stdout", 1, publish, in_owner, most),
        Stream("stderr", 2, publish, in_owner, most),
    ]
