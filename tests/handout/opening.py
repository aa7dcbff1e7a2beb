"""Opens a bundle as somebody would who looks for answers: every file, every layer, every form."""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

_HEX_FLOAT = re.compile(r"-?0x[01]\.?[0-9a-f]*p[+-][0-9]{1,4}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_UNPACK = (zlib.decompress, gzip.decompress, bz2.decompress, lzma.decompress)
_DTYPES = ("<f8", "<f4", "<i8", "<i4")
DEEPEST = 6


def texts(files: Mapping[str, bytes]) -> list[str]:
    """Return everything that can be read out of some files, as texts."""
    return [text for name, data in files.items() for text in (name, *_in_bytes(data, 0))]


def _in_bytes(data: bytes, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    for unpack in _UNPACK:
        try:
            yield from _in_bytes(unpack(data), depth + 1)
        except Exception:
            continue
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield packed.comment.decode("latin-1")
            for member in packed.infolist():
                yield f"{member.filename} {member.comment!r} {member.extra!r}"
                yield from _in_bytes(packed.read(member), depth + 1)
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        for dtype in _DTYPES:
            if len(data) % np.dtype(dtype).itemsize == 0:
                yield _numbers(np.frombuffer(data, dtype=dtype))
        return
    yield from _in_text(text, depth)


def _in_text(text: str, depth: int) -> Iterator[str]:
    yield text
    yield from (repr(float.fromhex(one)) for one in _HEX_FLOAT.findall(text))
    try:
        decoded = json.loads(text)
    except ValueError:
        decoded = None
    if isinstance(decoded, dict | list):
        yield from _in_json(decoded, depth + 1)
    for one in _BASE64.findall(text):
        for read in (base64.b64decode, base64.urlsafe_b64decode, binascii.unhexlify):
            try:
                raw = read(one)
            except ValueError:
                continue
            if raw:
                yield from _in_bytes(raw, depth + 1)
                if len(raw) % 8 == 0:
                    yield _numbers(np.frombuffer(raw, dtype="<f8"))


def _in_json(thing: Any, depth: int) -> Iterator[str]:
    if isinstance(thing, dict):
        for key, one in thing.items():
            yield from _in_text(key, depth)
            yield from _in_json(one, depth)
    elif isinstance(thing, list):
        for one in thing:
            yield from _in_json(one, depth)
    elif depth <= DEEPEST:
        yield from _in_text(thing if isinstance(thing, str) else repr(thing), depth)


def _numbers(array: np.ndarray[Any, Any]) -> str:
    finite = array[np.isfinite(array)]
    kept = [one for one in finite.tolist() if 1e-12 < abs(one) < 1e18]
    return "\n".join(map(repr, kept))
