"""ZIPs: listed and read in memory within limits; nothing is ever unpacked to disk.

A name inside a ZIP never becomes a path, so that it cannot lead anywhere; names that try are
refused all the same, for no honest tool writes them. Sizes are counted while unpacking, because
what a ZIP says about them may be false.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby, pairwise
from typing import BinaryIO

from grader.errors import SubmissionError
from grader.intake import disk
from grader.intake.disk import DEVICE_REFUSAL, JUNK_REFUSAL, LINK_REFUSAL
from grader.intake.formats import is_junk
from grader.intake.names import clean, clean_file
from grader.intake.source import (
    MAX_ARCHIVE_BYTES,
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_FILE_BYTES,
    MAX_RATIO,
    Entry,
    Part,
    UnreadableError,
)
from grader.language import sentence

MAX_NESTING = 2
"""A ZIP of a class may hold one ZIP per learner; a ZIP within that is not opened."""
NESTED_REFUSAL = sentence("is a ZIP within a ZIP within a ZIP; unpack it and hand in its files")

_CHUNK = 64 * 1024
_RATIO_COUNTS_FROM = 1024**2
"""Small members may shrink a lot: a file of blank lines is no attack."""
_LOCAL_HEADER_BYTES = 30
_MAX_DIRECTORY_BYTES = 16 * 1024**2
_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others unpack without a bound on memory, and no LMS writes them."""
_ZIP_REMEDY = sentence("zip the files again with the usual settings, or hand them in as they are")
_REMEMBERED = 4
"""ZIPs whose directories are kept: reading one anew for each learner of a class is quadratic."""
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""All that ``zipfile`` is known to raise on damaged or invented archives."""


def list_archive(archive: Part, *, below: tuple[str, ...] = ()) -> tuple[Entry, ...]:
    """Return everything that a ZIP holds; raises ``SubmissionError`` if it cannot be opened.

    ``below`` is put before each name.
    """
    with _opened(archive) as opened:
        infos = opened.infolist()
    junk: dict[tuple[str, ...], Entry] = {}
    entries = []
    for position, info in enumerate(infos):
        entry = _entry(archive, position, info, below)
        if entry.refusal == JUNK_REFUSAL:
            junk[entry.names] = entry
        else:
            entries.append(entry)
    return (*entries, *junk.values())


def read_parts(parts: Sequence[Part]) -> Iterator[bytes | SubmissionError]:
    """Yield the bytes of each part, in order, or why they cannot be had.

    Each is read when it is asked for, and none is larger than ``MAX_FILE_BYTES``.
    """
    for container, inside in groupby(parts, key=_container):
        if container is None:
            yield from map(_on_disk, inside)
        else:
            yield from _within(container, tuple(inside))


def _container(part: Part) -> Part | None:
    """Return the ZIP that holds ``part``; None for a file on disk."""
    if not part.members:
        return None
    return Part(path=part.path, name=clean(part.path.name), members=part.members[:-1])


def _on_disk(part: Part) -> bytes | SubmissionError:
    try:
        return disk.read_bytes(part.path, part.name, MAX_FILE_BYTES)
    except SubmissionError as problem:
        return problem


def _within(container: Part, parts: tuple[Part, ...]) -> Iterator[bytes | SubmissionError]:
    try:
        with _opened(container) as archive:
            for part in parts:
                yield _member(archive, part)
    except SubmissionError as problem:
        yield from (problem for _ in parts)


def _member(archive: zipfile.ZipFile, part: Part) -> bytes | SubmissionError:
    try:
        return _unpacked(archive, part, MAX_FILE_BYTES)
    except SubmissionError as problem:
        return problem


@contextmanager
def _opened(archive: Part) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP on disk or one within another ZIP, and check its directory."""
    if not archive.members:
        with disk.opened(archive.path, archive.name) as file:
            yield _remembered(file, archive)
        return
    container = _container(archive)
    assert container is not None
    with _opened(container) as outer:
        data = _unpacked(outer, archive, MAX_ARCHIVE_BYTES)
    yield _checked(io.BytesIO(data), archive.name)


class _Known(zipfile.ZipFile):
    """A ZIP whose directory was read and checked before."""

    def __init__(self, file: BinaryIO, directory: Sequence[zipfile.ZipInfo]) -> None:
        self._directory = directory
        super().__init__(file)

    def _RealGetContents(self) -> None:
        # Where a later zipfile calls this by another name, it reads the directory once more.
        self.filelist = list(self._directory)


_directories: dict[tuple[object, ...], Sequence[zipfile.ZipInfo]] = {}


def _remembered(file: BinaryIO, archive: Part) -> zipfile.ZipFile:
    """Return the ZIP in ``file``, its directory read only if the file is not the one of before."""
    now = os.fstat(file.fileno())
    key = (archive.path, now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns)
    known = _directories.get(key)
    if known is not None:
        return _Known(file, known)
    opened = _checked(file, archive.name)
    if len(_directories) >= _REMEMBERED:
        _directories.clear()
    _directories[key] = tuple(opened.infolist())
    return opened


def _checked(file: BinaryIO, name: str) -> zipfile.ZipFile:
    try:
        if _directory_bytes(file) > _MAX_DIRECTORY_BYTES:
            raise UnreadableError(
                name,
                sentence(
                    "holds more than {most} files; leave out data",
                    most=MAX_ENTRIES,
                ),
            )
        archive = zipfile.ZipFile(file)
    except _DAMAGES as problem:
        raise UnreadableError(
            name,
            sentence(
                "is a damaged ZIP ({problem}); {remedy}",
                problem=problem,
                remedy=_ZIP_REMEDY,
            ),
        ) from problem
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise UnreadableError(
            name,
            sentence(
                "holds more than {most} files; leave out data",
                most=MAX_ENTRIES,
            ),
        )
    if _overlap(infos):
        raise UnreadableError(
            name,
            sentence(
                "its files overlap, as in a ZIP bomb; {remedy}",
                remedy=_ZIP_REMEDY,
            ),
        )
    return archive


def _directory_bytes(file: BinaryIO) -> int:
    """Return how long the ZIP says its directory is, before ``zipfile`` takes all of it in.

    Asked of ``zipfile`` itself: a second opinion on where the directory is could be led astray.
    """
    find_end = getattr(zipfile, "_EndRecData", None)
    end = find_end(file) if find_end else None
    return int(end[5]) if end else 0


def _overlap(infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes: that is how a small ZIP unpacks to terabytes."""
    spans = sorted((info.header_offset, info.compress_size) for info in infos)
    return any(
        start + _LOCAL_HEADER_BYTES + size > following
        for (start, size), (following, _) in pairwise(spans)
    )


def _unpacked(archive: zipfile.ZipFile, part: Part, limit: int) -> bytes:
    """Return a member's bytes, counted while they are unpacked."""
    data = bytearray()
    try:
        info = archive.infolist()[part.members[-1]]
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                data += chunk
                _bound(len(data), info.compress_size, part.name, limit)
    except (*_DAMAGES, IndexError) as problem:
        raise UnreadableError(
            part.name,
            sentence(
                "is damaged ({problem}); {remedy}",
                problem=problem,
                remedy=_ZIP_REMEDY,
            ),
        ) from problem
    return bytes(data)


def _bound(size: int, packed: int, name: str, limit: int) -> None:
    if size > limit:
        raise disk.too_large(name, limit)
    if size > max(_RATIO_COUNTS_FROM, MAX_RATIO * packed):
        raise UnreadableError(
            name,
            sentence(
                "unpacks to more than {most} times its size, as a ZIP bomb does; "
                "hand it in unpacked",
                most=MAX_RATIO,
            ),
        )


def _entry(archive: Part, position: int, info: zipfile.ZipInfo, below: tuple[str, ...]) -> Entry:
    text = _decoded(info)
    pieces = [piece for piece in text.split("/") if piece not in ("", ".")]
    if _leads_out(text):
        return Entry(
            names=(*below, clean_file(text)),
            refusal=sentence("has a name that leads out of the ZIP; {remedy}", remedy=_ZIP_REMEDY),
        )
    for depth, piece in enumerate(pieces, start=1):
        if is_junk(piece):
            return Entry(names=(*below, *map(clean_file, pieces[:depth])), refusal=JUNK_REFUSAL)
    names = (*below, *map(clean_file, pieces or ["unnamed"]))
    refusal = _refusal(info, len(pieces))
    if refusal or text.endswith("/"):
        return Entry(names=names, refusal=refusal)
    inside = "/".join(names)
    part = Part(path=archive.path, name=inside, members=(*archive.members, position))
    return Entry(names=names, part=part)


def _decoded(info: zipfile.ZipInfo) -> str:
    """Return a member's name with ``/`` between folders.

    Old tools write UTF-8 without saying so, which then reads as ``M├╝ller``, and backslashes.
    """
    name = info.filename
    if not info.flag_bits & _NAME_IS_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _leads_out(text: str) -> bool:
    return text.startswith("/") or ".." in text.split("/") or bool(re.match("[A-Za-z]:", text))


def _refusal(info: zipfile.ZipInfo, depth: int) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return LINK_REFUSAL
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return DEVICE_REFUSAL
    if depth > MAX_DEPTH:
        return sentence("lies more than {most} folders deep; move it up", most=MAX_DEPTH)
    if info.flag_bits & _ENCRYPTED:
        return sentence("is locked with a password; zip it again without one")
    if info.compress_type not in _METHODS:
        return sentence(
            "is packed by an unusual method ({compress_type}); {remedy}",
            compress_type=info.compress_type,
            remedy=_ZIP_REMEDY,
        )
    return ""
