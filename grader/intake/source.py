"""What was found, not yet opened: hand-ins and where their bytes are, and what was passed over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.errors import SubmissionError
from grader.language import Sentence, joined
from grader.submission import Arrival, Identity

MAX_FILE_BYTES = 25 * 1024**2
"""Largest notebook, module or text that is opened at all."""
MAX_SUBMISSION_BYTES = 50 * 1024**2
"""All files of one hand-in together."""
MAX_PARTS = 50
"""Notebooks and modules in one hand-in."""
MAX_CELLS = 5_000
"""Cells in one hand-in."""
MAX_ARCHIVE_BYTES = 100 * 1024**2
"""Largest ZIP of one learner."""
MAX_ENTRIES = 100_000
"""Entries of one ZIP."""
MAX_PER_FOLDER = 10_000
"""Files and folders directly in one folder."""
MAX_DEPTH = 12
"""Folders within folders."""
MAX_RATIO = 200
"""How many times larger than packed a ZIP's member may turn out."""


class UnreadableError(SubmissionError):
    """A file or a ZIP cannot be read."""

    def __init__(self, name: str, why: Sentence) -> None:
        super().__init__(joined(": ", (name, why)))
        self.name = name
        self.why = why
        """The sentence without the file's name."""

    def of(self, name: str) -> Sentence:
        """Return why, naming the file only where it is not called ``name``."""
        return self.why if self.name == name else joined(": ", (self.name, self.why))


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file: on disk, or a member of a ZIP, or a member of a ZIP within a ZIP."""

    path: Path
    name: str
    """What a person reads: its path within the hand-in, free of control characters."""
    members: tuple[int, ...] = ()
    """Positions in the directories of the ZIPs, from the outermost inwards; empty: on disk.
    Positions, because a hostile ZIP may hold one name twice."""
    typed: bool = False
    """Text that was typed into a platform, which gives it as HTML."""
    rank: int = 0
    """The platform's number of the file, where later files have greater ones; 0: none."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that a folder or a ZIP holds: a file, a folder, or something that is not read."""

    names: tuple[str, ...]
    """Its path below the given PATH."""
    part: Part | None = None
    """Set for a file."""
    refusal: str = ""
    """Why it is not read, with the remedy; empty with no part: a folder."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One learner's hand-in, found and not yet read."""

    name: str
    """Who handed it in: the folder's or the file's name; unique among what was collected."""
    shown: str
    """Where it was found, as a person reads it."""
    parts: tuple[Part, ...] = ()
    """Its notebooks and modules in natural order of their names."""
    problem: str = ""
    """Why nothing can be read, in one sentence; then there are no parts."""
    remarks: tuple[str, ...] = ()
    """One sentence for each thing that was noticed while collecting."""
    manifests: tuple[Part, ...] = ()
    """What may say how it was packed."""
    identity: Identity | None = None
    """Whose it is in a learning platform; None where it comes from none."""
    arrival: Arrival | None = None
    """When it was handed in, as that platform says; None where it says nothing."""
    label: str = ""
    """The name that the platform's download gives it; goes no further than intake."""
    mails: tuple[str, ...] = ()
    """The mail addresses of who handed in, for the roster; they go no further than intake."""


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Something in the given folders that is not a hand-in."""

    source: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Intake:
    """All that was found: every file is part of a source or named among the skipped."""

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...] = ()
