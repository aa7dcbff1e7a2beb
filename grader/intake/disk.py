"""Files and folders on disk, listed and read without following links or waiting for devices."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader import files
from grader.errors import SubmissionError
from grader.intake.formats import is_junk
from grader.intake.names import clean_file
from grader.intake.source import MAX_DEPTH, MAX_PER_FOLDER, Entry, Part, UnreadableError
from grader.language import sentence

LINK_REFUSAL = sentence("is a link, which is not followed; put the file itself in its place")
DEVICE_REFUSAL = sentence("is neither a file nor a folder; hand in an ordinary file")
JUNK_REFUSAL = sentence("is hidden or belongs to a tool, not to a hand-in")

_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OPEN |= getattr(os, "O_BINARY", 0)


def list_folder(folder: Path, *, below: tuple[str, ...] = ()) -> tuple[Entry, ...]:
    """Return everything in ``folder``, at any depth; nothing is opened and no link followed."""
    if len(below) >= MAX_DEPTH:
        return (
            _refused(
                below,
                sentence("lies more than {most} folders deep; move it up", most=MAX_DEPTH),
            ),
        )
    try:
        with os.scandir(folder) as found:
            items = [item for item, _ in zip(found, range(MAX_PER_FOLDER + 1), strict=False)]
    except OSError as problem:
        return (
            _refused(
                below,
                sentence(
                    "cannot be listed ({problem}); check its permissions",
                    problem=files.reason(problem),
                ),
            ),
        )
    entries = [entry for item in items[:MAX_PER_FOLDER] for entry in _entries(item, below)]
    if len(items) > MAX_PER_FOLDER:
        entries.append(
            _refused(
                below,
                sentence(
                    "holds more than {most} files; split it up",
                    most=MAX_PER_FOLDER,
                ),
            )
        )
    return tuple(entries)


def _entries(item: os.DirEntry[str], below: tuple[str, ...]) -> Iterator[Entry]:
    names = (*below, clean_file(item.name))
    if is_junk(item.name):
        yield _refused(names, JUNK_REFUSAL)
    elif item.is_symlink():
        yield _refused(names, LINK_REFUSAL)
    elif item.is_dir(follow_symlinks=False):
        yield Entry(names=names)
        yield from list_folder(Path(item.path), below=names)
    elif item.is_file(follow_symlinks=False):
        yield Entry(names=names, part=Part(path=Path(item.path), name="/".join(names)))
    else:
        yield _refused(names, DEVICE_REFUSAL)


def _refused(names: tuple[str, ...], refusal: str) -> Entry:
    return Entry(names=names, refusal=refusal)


@contextmanager
def opened(path: Path, name: str) -> Iterator[BinaryIO]:
    """Open an ordinary file for reading; a link, pipe or device is refused without waiting.

    Raises ``SubmissionError``, in whose sentence the file is called ``name``.
    """
    try:
        if path.is_symlink():
            raise UnreadableError(name, LINK_REFUSAL)
        file = os.fdopen(os.open(path, _OPEN), "rb")
    except OSError as problem:
        raise UnreadableError(
            name,
            sentence(
                "cannot be read ({problem}); check its permissions and that it is still there",
                problem=files.reason(problem),
            ),
        ) from problem
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UnreadableError(name, DEVICE_REFUSAL)
        yield file


def read_bytes(path: Path, name: str, limit: int) -> bytes:
    """Return the bytes of an ordinary file of at most ``limit`` bytes; errors as ``opened``."""
    with opened(path, name) as file:
        try:
            data = file.read(limit + 1)
        except OSError as problem:
            reason = sentence(
                "cannot be read ({problem}); copy it to another disk", problem=files.reason(problem)
            )
            raise UnreadableError(name, reason) from problem
    if len(data) > limit:
        raise too_large(name, limit)
    return data


def too_large(name: str, limit: int) -> SubmissionError:
    """Return the refusal of a file of more than ``limit`` bytes."""
    return UnreadableError(
        name,
        sentence(
            "is larger than {limit} MiB; clear the notebook's outputs, leave out data, "
            "and hand it in again",
            limit=limit / 1024**2,
        ),
    )
