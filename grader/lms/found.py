"""An entry of a platform's download, and what its hand-in is called.

Only numbers and login names that the platform itself wrote identify anyone. A person's name that
an entry carries is kept as ``label`` for the roster and goes nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.language import sentence
from grader.submission import Identity

LINK = sentence(
    "is a link that was typed into the platform, which is not followed; a person reads it"
)
UNKNOWN = sentence("is of a kind of submission that is not known here; a person reads it")
FEEDBACK = sentence("is feedback to the learner, not a hand-in")

Entries = Sequence[tuple[Sequence[str], bool]]
"""What a class holds: the path of each entry, and whether it is a folder."""


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
    """Why it is not read; empty for what was handed in."""
    typed: bool = False
    """Text that was typed into the platform, as HTML."""
    maybe: str = ""
    """Number of whom it may be as well, where its name can be read in two ways."""
    marked_late: bool = False
    """The platform's name for it says that it came late."""
    attempt: str = ""
    """Which attempt it is of; a later one is greater. Empty where the platform tells none."""
    rank: int = 0
    """The platform's number of the file, where later files have greater ones; 0: none."""
    is_aside: bool = False
    """It lies beside what was handed in: alone it makes no hand-in."""

    @property
    def name(self) -> str:
        """What the hand-in is called wherever it is shown: never a person's name."""
        return name_of(self.identity)


_CALLED = {
    "moodle": "participant", "canvas": "user", "ilias": "user", "gradescope": "submission",
    "blackboard": "user", "brightspace": "user", "openolat": "user",
}  # fmt: skip


def name_of(identity: Identity) -> str:
    """Return what a hand-in is called in reports, files and logs: ``participant-101``."""
    # Teams and users of these are counted apart; those of Moodle are told apart by a roster alone.
    is_team = identity.kind == "team" and identity.lms in ("ilias", "openolat")
    return f"{'team' if is_team else _CALLED[identity.lms]}-{identity.number or 'without-team'}"


def names_of(identity: Identity | None) -> tuple[str, ...]:
    """Return what a course's file may call a hand-in: by its own number or by a member's.

    One of no platform has no such name.
    """
    if identity is None:
        return ()
    members = identity.members if identity.lms in ("moodle", "ilias", "canvas") else ()
    one_each = (name_of(replace(identity, number=number, kind=None)) for number in members)
    return tuple(dict.fromkeys((name_of(identity), *one_each)))


def newest(found: Iterable[Found | None]) -> list[Found | None]:
    """Return the entries; those of an earlier attempt of the same learner say so and are not read.

    An entry that is not read for another reason, as a receipt is, tells of its attempt as well:
    an attempt without a file is an attempt.
    """
    found = list(found)
    latest: dict[Identity, str] = {}
    for one in found:
        if one and not one.is_aside:
            latest[one.identity] = max(one.attempt, latest.get(one.identity, ""))
    return [one and _if_newest(one, latest.get(one.identity, "")) for one in found]


def _if_newest(one: Found, latest: str) -> Found:
    if one.refusal or one.attempt >= latest:
        return one
    why = sentence(
        "is of an earlier attempt ({attempt}); the newest counts ({latest})",
        attempt=one.attempt.lstrip("0"),
        latest=latest.lstrip("0"),
    )
    return replace(one, refusal=why)
