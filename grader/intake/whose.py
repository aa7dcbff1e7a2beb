"""Whose the entries of a class are, and the refusal where their names do not agree on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from grader.errors import UsageError
from grader.intake.disk import JUNK_REFUSAL
from grader.intake.formats import Format, format_of
from grader.intake.source import Entry
from grader.language import sentence
from grader.lms.entries import (
    ASIDES,
    NAMES,
    aside,
    below,
    platforms,
    recognise,
    recognise_all,
)
from grader.lms.found import Found


def recognised(entries: Sequence[Entry], lms: str = "") -> list[tuple[Entry, Found | None]]:
    """Return each entry with whose it is in a platform's download; None where it is of none."""
    seen = [entry for entry in entries if entry.refusal != JUNK_REFUSAL]
    found = recognise_all([(entry.names, is_folder(entry)) for entry in seen], lms=lms)
    of = platforms(found)
    seen = [e if one else _of_no_learner(e, of) for e, one in zip(seen, found, strict=True)]
    junk = [e for e in entries if e.refusal == JUNK_REFUSAL]
    is_moodle = lms in ("", "moodle")
    whose = (recognise(e.names, is_folder=False) if is_moodle else None for e in junk)
    junk = [replace(e, names=below(e.names, of)) for e in junk]
    known = [*zip(seen, found, strict=True), *zip(junk, whose, strict=True)]
    return [(entry, one) for entry, one in known if one or entry.names or entry.refusal]


def _of_no_learner(entry: Entry, of: Collection[str]) -> Entry:
    refusal = aside(entry.names, of) or entry.refusal
    return replace(entry, names=below(entry.names, of), refusal=refusal)


def is_aside(entry: Entry) -> bool:
    """Whether a platform put an entry there beside what was handed in."""
    return entry.refusal in ASIDES


def hand_ins(entries: Iterable[tuple[Entry, Found | None]]) -> list[tuple[str, bool]]:
    """Return what is directly in a class and is somebody's, and whether a platform named it."""
    known: dict[str, tuple[str, bool]] = {}
    for entry, found in entries:
        if not entry.names or entry.refusal == JUNK_REFUSAL or is_aside(entry):
            continue
        if found or len(entry.names) > 1 or is_folder(entry) or is_hand_in(entry):
            known[entry.names[0]] = (found.shown if found else "", bool(found))
    return list(known.values())


class MixedError(UsageError):
    """A platform named some of a class's hand-ins and not all: a person says what they are."""


def refuse_mixed(what: str, known: Sequence[tuple[str, bool]]) -> None:
    """Raise ``MixedError`` where a platform named some hand-ins of ``what`` and not all.

    ``known`` holds each one's name as it may be shown, and whether a platform named it.
    """
    ours = [shown for shown, named in known if named]
    if ours and len(ours) < len(known):
        raise MixedError(
            sentence(
                "{what}: {count} of {total} hand-ins are named as a learning platform names "
                "them ({example}), and the others are not, so a learner may have chosen the name; "
                "say --lms none, or which platform it is ({platforms})",
                what=what,
                count=len(ours),
                total=len(known),
                example=ours[0],
                platforms=", ".join(NAMES),
            )
        )


def is_folder(entry: Entry) -> bool:
    """Whether an entry is a folder of its own."""
    return entry.part is None and not entry.refusal


def is_hand_in(entry: Entry) -> bool:
    """Whether an entry is someone's work by its name; a link without a suffix may be a folder."""
    if not entry.names or entry.refusal == JUNK_REFUSAL or is_folder(entry):
        return False
    name = entry.names[-1]
    return format_of(name) is not Format.OTHER or bool(entry.refusal and "." not in name)
