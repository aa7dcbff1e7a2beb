"""What a packed hand-in says of itself: the names and SHA-256 of its files, ``hand-in/1``.

It is the claim of whoever packed it: it may tell that files were changed since, and decides
nothing. Its own SHA-256 gives the receipt, a code that is short enough to be read out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from grader import files
from grader.errors import SubmissionError
from grader.language import sentence

FILE: Final = "manifest.json"
MAX_BYTES: Final = 64 * 1024
MAX_FILES: Final = 50
_SCHEMA: Final = "hand-in/1"
_NAME: Final = re.compile(r"[^/\\\x00-\x1f\x7f]{1,255}")
_SHEET: Final = re.compile(r"[\w.-]{1,100}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES: Final = 2**40
_MOST_TOLD: Final = 5

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, which has no letter that is taken for a digit."""
_SYMBOLS: Final = 14
"""70 bits of the digest: nobody finds another manifest with the same code by chance."""
_GROUP: Final = 5


@dataclass(frozen=True, kw_only=True)
class PackedFile:
    """One file as it was packed."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All files of a packed hand-in."""

    sheet: str
    """Name of the sheet that they answer."""
    files: tuple[PackedFile, ...]
    schema: Literal["hand-in/1"] = _SCHEMA


# Made once, on import: two threads that first meet a type at the same time crash msgspec.
_decoder = msgspec.json.Decoder(Manifest)


def of(sheet: str, packed: Mapping[str, bytes]) -> Manifest:
    """Return the manifest of files by their names, in the order of these."""
    return Manifest(
        sheet=sheet,
        files=tuple(
            PackedFile(name=name, bytes=len(data), sha256=files.sha256(data))
            for name, data in sorted(packed.items())
        ),
    )


def encode(manifest: Manifest) -> bytes:
    """Return the manifest as JSON; the same one gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def read(data: bytes) -> Manifest | None:
    """Return a manifest; None for other programs' files of that name.

    Raises ``SubmissionError`` with what is wrong, as part of a sentence, where it means to be one
    of ours and cannot be.
    """
    if _SCHEMA.encode() not in data:
        return None
    if len(data) > MAX_BYTES:
        raise SubmissionError(sentence("it is larger than {limit} KiB", limit=MAX_BYTES // 1024))
    try:
        manifest = _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise SubmissionError(str(problem)) from None
    for why in _problems(manifest):
        raise SubmissionError(why)
    return manifest


def _problems(manifest: Manifest) -> Iterator[str]:
    names = [files.folded(one.name) for one in manifest.files]
    if not _SHEET.fullmatch(manifest.sheet):
        yield sentence("its sheet has no name that a sheet can have")
    if not 0 < len(names) <= MAX_FILES:
        yield sentence(
            "it names {count} files instead of 1 to {limit}", count=len(names), limit=MAX_FILES
        )
    if len(set(names)) < len(names):
        yield sentence("it names a file twice")
    for one in manifest.files:
        if not _NAME.fullmatch(one.name) or one.name in (".", ".."):
            yield sentence("it names a file that lies outside of it")
        if not _SHA256.fullmatch(one.sha256) or not 0 <= one.bytes <= _MOST_BYTES:
            yield sentence("it has no size and sum for one of its files")


def changes(manifest: Manifest, found: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return what is otherwise than it was packed, as parts of a sentence; few of them.

    ``found`` holds the SHA-256 of each file by its name, several where a ZIP has the name twice.
    """
    told = [*_changes(manifest, found)]
    if len(told) > _MOST_TOLD:
        return (*told[:_MOST_TOLD], sentence("and {count} more", count=len(told) - _MOST_TOLD))
    return tuple(told)


def _changes(manifest: Manifest, found: Mapping[str, Collection[str]]) -> Iterator[str]:
    for one in manifest.files:
        if one.name not in found:
            yield sentence("{file} is not there", file=one.name)
        elif set(found[one.name]) != {one.sha256}:
            yield sentence("{file} is another one", file=one.name)
    known = {one.name for one in manifest.files}
    for name in found:
        if name not in known:
            yield sentence("{file} was added", file=name)


def receipt(data: bytes) -> str:
    """Return the code of a manifest's bytes, such as ``7K3M9-QRT2V-XABCD``.

    Its last character checks the others: one wrong character, or two that changed places, is
    always found (a sum over the field of 32 elements, each place with a weight of its own).
    """
    number = int.from_bytes(hashlib.sha256(data).digest()) >> (256 - 5 * _SYMBOLS)
    values = [number >> 5 * place & 31 for place in reversed(range(_SYMBOLS))]
    code = "".join(_LETTERS[value] for value in (*values, check_symbol(values)))
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def check_symbol(values: Collection[int]) -> int:
    """Return the check symbol of some symbols, all from 0 to 31."""
    checked = 0
    for value in values:
        # Times x in GF(2)[x] modulo x^5 + x^2 + 1, which is primitive: 31 different weights.
        doubled = (checked ^ value) << 1
        checked = doubled ^ 0b100101 if doubled & 32 else doubled
    return checked
