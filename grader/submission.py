"""What was handed in, read but not run: the data that intake passes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from grader.language import Sentence, joined, sentence, told


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whose a hand-in is, in the numbers of the learning platform that it comes from."""

    lms: Literal["moodle", "canvas", "ilias", "gradescope", "blackboard", "brightspace", "openolat"]
    number: str
    """The number in the entry's name; empty where it has none, as of a team that is none. Of
    Gradescope it is the submission's and nobody's own; of Blackboard and OpenOLAT a login name."""
    kind: Literal["learner", "team"] | None = None
    """Whose number it is; None where no roster has said so."""
    members: tuple[str, ...] = ()
    """The numbers of a team's members, from the roster, which of Canvas is its table of groups; of
    ILIAS from the download, and only those of members that handed in files; of Gradescope the SIDs
    of all who handed in, from its export. Of Blackboard and OpenOLAT the login names that an
    entry's name may hold, where no roster has said which; of Brightspace the login name or id that
    the roster knows."""
    anonymous: bool = False
    """The download carries no names."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """When a hand-in reached its learning platform, by what the platform itself wrote."""

    at: datetime | None = None
    """Without a zone it is what a clock showed in the course's zone; None where no time is told."""
    marked_late: bool = False
    """The platform calls it late."""


@dataclass(frozen=True, kw_only=True)
class Output:
    """One output of a cell, as stored in the file or as seen in our own run."""

    kind: Literal["stdout", "stderr", "result", "display", "error"]
    text: str = ""
    """Its plain-text form; for an error the last line of the traceback."""
    data: tuple[tuple[str, str], ...] = ()
    """Other forms as (MIME type, content); images in base64. From a learner: never trusted."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a notebook, or one top-level statement of a module."""

    number: int
    """Position among all cells, from 1."""
    kind: Literal["code", "markdown", "raw"]
    source: str
    line: int = 0
    """For a module the line of the file at which the cell begins; 0 for a notebook."""
    file: str = ""
    """Its file, where a hand-in has several; else empty."""
    answers: str = ""
    """The question that the starter's tag says the cell answers: a hint, never trusted."""
    outputs: tuple[Output, ...] = ()
    """The outputs stored in the file."""
    executed: int = 0
    """The number in brackets that a notebook's file shows beside it, which counts runs; 0: none."""

    def where(self, line: int | None = None) -> str:
        """Return how a person finds this cell: ``cell 3, line 2``, or ``line 14`` of a module."""
        return told(self.place(line))

    def place(self, line: int | None = None) -> Sentence:
        """Return ``where`` as a sentence, for what is stored."""
        if self.line:
            place = sentence("line {line}", line=self.line + (line or 1) - 1)
        elif line:
            place = sentence("cell {number}, line {line}", number=self.number, line=line)
        else:
            place = sentence("cell {number}", number=self.number)
        return joined(", ", (self.file, place)) if self.file else place


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One learner's hand-in as one list of cells."""

    name: str
    """Who handed it in: the folder's or the file's name; unique in a class."""
    source: str
    """The file it was read from, as the report shows it."""
    sha256: str
    kind: Literal["notebook", "module", "text"]
    cells: tuple[Cell, ...]
    remarks: tuple[str, ...] = ()
    """One sentence for each thing that was repaired or skipped while reading."""
    identity: Identity | None = None
    """Whose it is in a learning platform; None where it comes from none."""


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """A hand-in that could not be read: it gets a report and a person, never zero points."""

    name: str
    source: str
    reason: str
    """One sentence that names the file, the place and the remedy."""
    sha256: str = ""
    ours: bool = False
    """It is the grader that failed, not the file: ``GRADER_ERROR``."""
    identity: Identity | None = None
    """As of a submission."""
