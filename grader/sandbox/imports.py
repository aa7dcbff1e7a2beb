"""What a warm process is to import for one sheet, kept between starts.

The list is found by running a sample in a fork that is thrown away; it depends on the sheet's
starter, on Python and on the installed packages, and is kept under a name made of all of them. A
file that is missing, damaged or cannot be written only means that the list is found again.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from grader import files
from grader.errors import UsageError
from grader.sandbox.interpreter import INSIDE, package_folders

MOST_NAMES = 20_000
_MOST_BYTES = 1 << 21
_NAME = re.compile(r"[A-Za-z_]\w{0,127}(\.\w{1,128}){0,15}", re.ASCII)
_INSTALLED = (".dist-info", ".egg-info")


class Imports(msgspec.Struct, frozen=True, tag_field="schema", tag="imports/1"):
    """Names of modules, in the order in which they are imported."""

    modules: tuple[str, ...]


# Made once, on import: two threads that first meet a type at the same time crash msgspec.
_decoder = msgspec.json.Decoder(Imports)


def recall(key: str) -> tuple[str, ...] | None:
    """Return the names kept under ``key``; None if there are none that can be used."""
    path = _path(key)
    try:
        if path is None or path.stat().st_size > _MOST_BYTES:
            return None
        return checked(_decoder.decode(path.read_bytes()).modules)
    except (OSError, ValueError, RecursionError):
        return None


def keep(key: str, modules: Iterable[str]) -> None:
    """Keep names under ``key``, if there is a place for them."""
    path = _path(key)
    if path is not None:
        with suppress(UsageError):
            files.write_bytes(path, msgspec.json.encode(Imports(modules=tuple(modules))))


def checked(modules: Iterable[str]) -> tuple[str, ...]:
    """Return the names as given; raises ``ValueError`` if one is no module's, or at too many."""
    names = tuple(modules)
    if len(names) > MOST_NAMES:
        raise ValueError(f"{len(names)} modules are too many")
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name[:100]!r} is no name of a module")
    return names


def key(sample: Iterable[str], environment: Iterable[tuple[str, str]]) -> str:
    """Return the name under which the list of a sample is kept here."""
    packages = package_folders()
    installed = (
        sorted(name for name in os.listdir(folder) if name.endswith(_INSTALLED))  # noqa: PTH208
        for folder in packages
    )
    own = (INSIDE / "preload.py").read_bytes()
    parts = [sys.version, own.hex(), packages, *installed, tuple(sample), tuple(environment)]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _path(key: str) -> Path | None:
    root = os.environ.get("XDG_CACHE_HOME", "")
    try:
        cache = Path(root) if os.path.isabs(root) else Path.home() / ".cache"  # noqa: PTH117
    except RuntimeError:
        return None
    return cache / "grader" / "imports" / f"{key}.json"
