"""Stored observations: what a run brought back, so that marking can be repeated without running.

One JSON file per submission, ``observations/1``: the submission as read and the run as seen. It is
decoded strictly; a file that is damaged or of another version is refused in one sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from grader import files
from grader.errors import UsageError
from grader.run import Run
from grader.submission import Arrival, Identity, Rejection, Submission

FOLDER = "observations"
"""Name of the folder of stored observations inside a report folder."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One submission's stored observations."""

    sheet: str
    version: str
    """The sheet's version at the time of the run."""
    seed: int
    environment: dict[str, str]
    submission: Submission | None = None
    run: Run | None = None
    rejection: Rejection | None = None
    """Set, with the two above None, where nothing could be read."""
    arrival: Arrival | None = None
    """When it was handed in, as its learning platform says; None where none does."""
    schema: Literal["observations/1"] = "observations/1"

    @property
    def name(self) -> str:
        """The learner's name."""
        return self.handed_in.name

    @property
    def handed_in(self) -> Submission | Rejection:
        """What was handed in: the submission, or why it could not be read."""
        read = self.submission or self.rejection
        assert read is not None, "a record holds a submission or a rejection"
        return read


# Made once, on import: two threads that first meet a type at the same time crash msgspec.
_decoder = msgspec.json.Decoder(Record)


def of(record: Record, identity: Identity | None, arrival: Arrival | None) -> Record:
    """Return ``record`` as that of a hand-in of ``identity``; itself where it is so already."""
    if (record.handed_in.identity, record.arrival) == (identity, arrival):
        return record
    record = replace(record, arrival=arrival)
    if record.submission is not None:
        return replace(record, submission=replace(record.submission, identity=identity))
    assert record.rejection is not None, "a record holds a submission or a rejection"
    return replace(record, rejection=replace(record.rejection, identity=identity))


def write(record: Record, path: Path) -> None:
    """Write ``record`` to ``path``, whole or not at all."""
    files.write_bytes(path, msgspec.json.format(msgspec.json.encode(record), indent=1))


def read(path: Path) -> Record:
    """Read one file of observations; raises ``UsageError`` where it is not one."""
    try:
        record = _decoder.decode(path.read_bytes())
    except (msgspec.DecodeError, RecursionError) as problem:
        raise UsageError(f"{path}: not stored observations: {problem}; grade again") from None
    except OSError as problem:
        raise UsageError(f"{path}: cannot be read: {problem.strerror}") from None
    if (record.submission is None) == (record.rejection is None):
        raise UsageError(f"{path}: holds neither one submission nor one rejection; grade again")
    return record


def read_all(folder: Path) -> dict[str, Record]:
    """Read all observations of a report folder, by the names of their files without suffix.

    A submission's page bears the same name: of two learners alike on disk only it tells whose.
    """
    paths = sorted((folder / FOLDER).glob("*.json"))
    if not paths:
        raise UsageError(
            f"{folder}: no stored observations; run `grader grade … -o {folder}` first"
        )
    return {path.stem: read(path) for path in paths}
