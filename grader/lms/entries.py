"""Whose an entry of a download is, by its name alone.

Only numbers that the platform itself wrote identify anyone. A person's name that an entry carries
is kept as ``label`` for the roster and goes nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.lms.headers import LANGUAGES
from grader.submission import Identity

TYPED = "is text typed into the platform, which is not graded here; a person reads it"
FEEDBACK = "is feedback to the learner, not a hand-in"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An entry of a platform's download."""

    identity: Identity
    label: str
    """The learner's or the team's name as the platform wrote it."""
    shown: str
    """The entry's own name without that name."""
    inside: tuple[str, ...]
    """Its path within the hand-in."""
    refusal: str = ""
    """Why it is not read; empty for a file that was handed in."""

    @property
    def name(self) -> str:
        """What the hand-in is called wherever it is shown: never a person's name."""
        return name_of(self.identity)


def name_of(identity: Identity) -> str:
    """Return what a hand-in is called in reports, files and logs: ``participant-101``."""
    words = {"moodle": "participant"}
    return f"{words[identity.lms]}-{identity.number or 'without-team'}"


_MOODLE = re.compile(
    r"(?P<label>[^/_]*)(?:_(?P<number>[0-9]{1,18}))?"
    r"_(?P<shown>(?P<sub>assignsubmission|assignfeedback)_(?P<plugin>[a-z]+))(?:_(?P<file>.+)|_?)"
)
_MOODLE_DEPTH = 3
"""Folders that may stand around Moodle's own."""


def recognise(names: Sequence[str], *, is_folder: bool) -> Found | None:
    """Return whose an entry is; None where no platform wrote the name.

    ``names`` is its path. Moodle's folders and flat files are known at any of the upper levels.
    """
    for depth, piece in enumerate(names[:_MOODLE_DEPTH]):
        match = _MOODLE.fullmatch(piece)
        below = tuple(names[depth + 1 :])
        if match and (bool(match["file"]) != bool(below or is_folder)):
            return _moodle(match, below)
    return None


def _moodle(match: re.Match[str], below: tuple[str, ...]) -> Found:
    number = match["number"] or ""
    refusal = "" if match["plugin"] == "file" else TYPED
    if match["sub"] == "assignfeedback":
        refusal = FEEDBACK
    return Found(
        identity=Identity(
            lms="moodle", number=number, anonymous=match["label"].strip() in ANONYMOUS
        ),
        label=match["label"],
        shown="_".join(filter(None, ("…", number, match["shown"]))),
        inside=below or ((match["file"],) if match["file"] else ()),
        refusal=refusal,
    )


def cleaned(text: str) -> str:
    """Return a name as Moodle writes it into file names."""
    return re.sub(r"[\x00-\x1f\x7f&<>\"`|':\\/]", "", text.replace("_", " "))


ANONYMOUS = frozenset(cleaned(word) for words in LANGUAGES for word in words.participant)
"""What stands for a name where marking is blind."""
