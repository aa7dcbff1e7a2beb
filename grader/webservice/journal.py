"""What was sent, on disk beside the grades: by it a grade of ours is told from a person's.

An entry is written before anything is sent. So whatever stands on the platform and not in here
was put there by somebody else, also after a run that was cut off.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from grader import files
from grader.errors import UsageError
from grader.language import say
from grader.webservice.holding import NOTATION, Wanted, said

NAME = "sent.json"
_KEPT = 20
"""So many grades and comments of one learner are remembered."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one learner may have been sent, oldest first."""

    grades: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    """Each as a part of its SHA-256."""


class _File(msgspec.Struct, kw_only=True):
    schema: Literal["sent/1"] = "sent/1"
    pages: dict[str, dict[str, Entry]] = {}
    """By the assignment's page and the platform's number of the learner."""


_file = msgspec.json.Decoder(_File)


class Journal:
    """The entries of one assignment."""

    def __init__(self, path: Path, page: str) -> None:
        """Read ``path``, where it is there; raises ``UsageError`` where it is damaged."""
        self._path = path
        self._page = page
        self._file = _read(path)

    def __getitem__(self, user: str) -> Entry:
        return self._file.pages.get(self._page, {}).get(user, Entry())

    def intend(self, user: str, wanted: Wanted) -> None:
        """Write down what is about to be sent; raises ``UsageError`` where that fails."""
        before = self[user]
        entry = Entry(
            grades=_with(before.grades, NOTATION.write(wanted.grade)),
            comments=_with(before.comments, digest(wanted.comment)),
        )
        if entry != before:
            self._file.pages.setdefault(self._page, {})[user] = entry
            data = msgspec.json.format(msgspec.json.encode(self._file))
            files.write_bytes(self._path, data + b"\n")


def digest(comment: str) -> str:
    """Return by what a comment is remembered; a platform's changes of form do not matter."""
    return hashlib.sha256(said(comment).encode("utf-8", "replace")).hexdigest()[:16]


def _with(before: tuple[str, ...], one: str) -> tuple[str, ...]:
    return (*(each for each in before if each != one), one)[-_KEPT:]


def _read(path: Path) -> _File:
    try:
        return _file.decode(path.read_bytes())
    except FileNotFoundError:
        return _File()
    except OSError as problem:
        raise UsageError(
            say(
                "{path}: cannot be read ({problem}); it says what was sent before",
                path=path,
                problem=files.reason(problem),
            )
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UsageError(
            say(
                "{path}: is damaged; move it away, and grades that are on the platform already "
                "count as a person's",
                path=path,
            )
        ) from None
