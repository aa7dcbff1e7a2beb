"""Files on disk: written whole or not at all, under names that every platform accepts."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from grader.errors import UsageError
from grader.language import message, say, sentence

MAX_NAME_BYTES = 120
"""Longest safe name in UTF-8: room for a suffix within the 255 bytes that file systems allow."""

_UNSAFE = re.compile(r'[<>:"/\\|?*%#\s]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?")

_REMEDIES = {
    errno.ENOSPC: message("the disk is full; free some space and run the command again"),
    errno.EDQUOT: message("the disk quota is used up; free some space and run the command again"),
    errno.EFBIG: message("the file is larger than this disk allows; choose another folder"),
    errno.EACCES: message("permission denied; choose a folder that you may write to"),
    errno.EPERM: message("permission denied; choose a folder that you may write to"),
    errno.EROFS: message("the disk is read-only; choose another folder"),
    errno.EISDIR: message("a folder of that name is in the way; move it or choose another name"),
    errno.ENOTDIR: message("a part of the path is a file; choose another folder"),
    errno.EEXIST: message("a part of the path is a file; choose another folder"),
    errno.ENAMETOOLONG: message("the path is too long for this disk; choose a shorter folder name"),
}


_REASONS = {
    str(one): one
    for one in (
        sentence("No such file or directory"),
        sentence("Permission denied"),
        sentence("Is a directory"),
        sentence("Not a directory"),
        sentence("Input/output error"),
        sentence("Too many levels of symbolic links"),
    )
}


def reason(problem: OSError) -> str:
    """Return why the system refused, as a sentence where it is one that is known."""
    said = problem.strerror or str(problem)
    return _REASONS.get(said, said)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` in UTF-8, as ``write_bytes`` does.

    Lone surrogates, which no encoding can hold, become question marks.
    """
    write_bytes(path, text.encode("utf-8", "replace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``: afterwards it holds all of it, or what it held before.

    Missing parent folders are made. Raises ``UsageError`` naming the file and the remedy.
    """
    draft = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_through(draft, data)
            draft.replace(path)
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
        _settle(path.parent)
    except OSError as problem:
        remedy = (
            say(_REMEDIES[problem.errno])
            if problem.errno in _REMEDIES
            else say("{problem}; choose another folder", problem=reason(problem))
        )
        raise UsageError(
            say("{path}: could not be written: {remedy}", path=path, remedy=remedy)
        ) from problem


def safe_name(text: str) -> str:
    """Return ``text`` as a file name without suffix that is safe on every platform.

    Never empty, hidden, reserved or longer than ``MAX_NAME_BYTES``; one readable word, with ``_``
    for spaces and for all that a file system, a shell or a link could take otherwise.
    """
    plain = "".join(map(_harmless, unicodedata.normalize("NFC", text)))
    name = _cut(_UNSAFE.sub("_", plain).lstrip("._-"), MAX_NAME_BYTES).rstrip("._ ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name or "unnamed"


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return a safe name for each of ``names``, in order, no two alike on any platform.

    Names that differ in case or in accents' encoding alone count as alike; the later one is
    given a number.
    """
    return distinct(map(safe_name, names), pattern="{name}-{number}")


def distinct(names: Iterable[str], *, pattern: str) -> tuple[str, ...]:
    """Return ``names`` with the later ones of those that are alike renamed after ``pattern``.

    ``pattern`` holds ``{name}`` and ``{number}``, which counts from 2. A name that is alone keeps
    itself, wherever it stands.
    """
    names = tuple(names)
    taken = {folded(name) for name in names}
    seen: set[str] = set()
    result = []
    for name in names:
        chosen = name
        if folded(name) in seen:
            chosen = _numbered(name, pattern, taken)
        seen.add(folded(chosen))
        taken.add(folded(chosen))
        result.append(chosen)
    return tuple(result)


def folded(name: str) -> str:
    """Return what two names have in common that some platform takes for the same."""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _write_through(path: Path, data: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Wait until the disk has the renaming, where a folder can be waited for (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _harmless(character: str) -> str:
    """Return a character, or ``_`` for a control, a direction mark, or half of a character."""
    return "_" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else character


def _cut(text: str, limit: int) -> str:
    return text.encode("utf-8")[:limit].decode("utf-8", "ignore")


def _numbered(name: str, pattern: str, taken: set[str]) -> str:
    number = 2
    while folded(chosen := pattern.format(name=name, number=number)) in taken:
        number += 1
    return chosen
