"""Finding the hand-ins: files, folders and ZIPs to one source per learner; nothing is opened but
the directories of ZIPs, and what says that one is a single packed hand-in.

A folder or a ZIP is a class: each folder, ZIP or file directly in it is one learner's. Where
several folders or ZIPs are given at once, as ``submissions/*`` does, those are one learner's each
that hold a single hand-in or only files that the others have as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from grader import files
from grader.intake import packed, receipts, submitters
from grader.intake.archive import MAX_NESTING, NESTED_REFUSAL, list_archive
from grader.intake.disk import JUNK_REFUSAL
from grader.intake.formats import EXPORT_REMEDY, READABLE, Format, format_of, stem_of
from grader.intake.names import clean, natural
from grader.intake.roots import Root, refuse_mixed_neighbours, regathered, root_of, told_apart
from grader.intake.source import MAX_PARTS, Entry, Intake, Part, Skipped, Source, UnreadableError
from grader.intake.whose import hand_ins, is_aside, is_folder, is_hand_in, recognised, refuse_mixed
from grader.language import joined, sentence
from grader.lms.blackboard_entries import RECEIPT
from grader.lms.found import Found, name_of
from grader.lms.openolat_entries import TASK
from grader.submission import Arrival, Identity

_NO_HAND_IN = sentence("is no notebook, module or ZIP")
_NOTHING = sentence("holds no notebook or module")
_HAND_IN = sentence("hand in an .ipynb or .py file")
_UNREMARKABLE = (JUNK_REFUSAL, _NO_HAND_IN, RECEIPT, TASK)
"""What is listed as skipped, and tells a learner nothing of the hand-in."""
_VERSION = re.compile(r"-[0-9]{1,3}(?=\.[^.]+\Z)")
"""What Canvas puts before the suffix of a file that is handed in again."""
_LISTED = 5
"""Files that a sentence names before it only counts them."""


def collect(paths: Sequence[Path], *, lms: str = "") -> Intake:
    """Find the hand-ins in ``paths``: files, folders and ZIPs.

    ``lms`` says whose downloads they are: a name of ``lms.entries.NAMES``, ``none`` for plain
    files, or nothing, to tell it by their names. Where these do not agree, anybody could pass for
    another by a name, and that is a ``MixedError``.

    Nothing is dropped silently: what is no hand-in is listed with the reason, and a hand-in that
    cannot be read is a source whose problem says so. Links are not followed. Learners are in
    natural order, their names unique. Raises ``UsageError`` for a path where there is nothing.
    """
    sources: list[Source] = []
    skipped: list[Skipped] = []
    given = [(path, root_of(path)) for path in paths]
    if not lms:
        refuse_mixed_neighbours(given)
    for root in told_apart(regathered(given, lms), lms):
        if root.problem:
            found = [_failed(root.learner, root.shown, root.problem)]
        elif root.is_class:
            found = _class(root, lms, skipped)
        else:
            found = [_source(root.learner, root.shown, root.entries, skipped)]
        if not found and len(paths) > 1:
            found = [
                _failed(
                    root.learner,
                    root.shown,
                    joined("; ", (_NOTHING, _HAND_IN)),
                )
            ]
        sources += found
    return Intake(sources=_named(sources), skipped=tuple(skipped))


def collect_single(path: Path) -> Intake:
    """Find the one hand-in that a file, a ZIP or a folder is, whatever its files are called."""
    root = root_of(path)
    skipped: list[Skipped] = []
    found = (
        _failed(root.learner, root.shown, root.problem)
        if root.problem
        else _source(root.learner, root.shown, root.entries, skipped)
    )
    return Intake(sources=_named([found]), skipped=tuple(skipped))


def _class(root: Root, lms: str, skipped: list[Skipped]) -> list[Source]:
    """Return a source for each folder and each hand-in directly in a class."""
    folders: dict[str, list[Entry]] = {}
    platform = recognised(root.entries, lms)
    if not lms:
        refuse_mixed(root.shown, hand_ins(platform))
    sources, rest = submitters.known(
        _platform(root, [(e, found) for e, found in platform if found], skipped),
        [entry for entry, found in platform if not found],
        root.shown,
        skipped,
    )
    for entry in rest:
        top = entry.names[0] if entry.names else ""
        shown = f"{root.shown}/{top}" if top else root.shown
        if is_aside(entry):
            skipped.append(Skipped(source=_path(root.shown, entry), reason=entry.refusal))
        elif len(entry.names) > 1 or is_folder(entry) or (entry.refusal and top in folders):
            folders.setdefault(top, []).append(replace(entry, names=entry.names[1:]))
        elif is_hand_in(entry):
            stem = stem_of(top.rpartition("/")[2])
            sources.append(_source(stem, shown, _unpacked(entry), skipped))
        else:
            skipped.append(Skipped(source=shown, reason=entry.refusal or _NO_HAND_IN))
    for top, below in folders.items():
        sources.append(_source(top, f"{root.shown}/{top}", below, skipped))
    return sources


def _platform(
    root: Root, found: Sequence[tuple[Entry, Found]], skipped: list[Skipped]
) -> Iterator[Source]:
    """Yield one source for each learner or team of a platform's download."""
    handed_in: dict[tuple[Identity, str], list[tuple[Entry, Found]]] = {}
    for entry, one in found:
        # A team without a number is told from others by its name; numbers are never alike.
        key = (one.identity, "" if one.identity.number else one.label)
        handed_in.setdefault(key, []).append((entry, one))
    doubts = {one.maybe: one.name for _, one in found if one.maybe}
    came = receipts.arrivals(found)
    for (identity, _), entries in handed_in.items():
        first = min(one.shown for _, one in entries)
        if all(one.is_aside for _, one in entries):
            skipped += _beside(f"{root.shown}/{first}", map(_as_handed_in, entries))
            continue
        source = _source(
            name_of(identity), f"{root.shown}/{first}", map(_as_handed_in, entries), skipped
        )
        late = any(one.marked_late for _, one in entries)
        arrival = Arrival(marked_late=True) if late else came.get(identity)
        if identity.number in doubts:
            remark = sentence(
                "{name} may be a part of this: a person looks at both.",
                name=doubts[identity.number],
            )
            source = replace(source, remarks=(*source.remarks, remark))
        yield replace(source, identity=identity, label=entries[0][1].label, arrival=arrival)


def _beside(shown: str, entries: Iterable[Entry]) -> Iterator[Skipped]:
    """Yield what lies beside a hand-in that there is none of."""
    for entry in entries:
        if not is_folder(entry):
            yield Skipped(source=_path(shown, entry), reason=entry.refusal)


def _as_handed_in(entry_found: tuple[Entry, Found]) -> Entry:
    entry, found = entry_found
    refusal = "" if is_folder(entry) else entry.refusal or found.refusal
    part = entry.part and replace(entry.part, typed=found.typed, rank=found.rank)
    return replace(entry, names=found.inside, part=part, refusal=refusal)


def _source(name: str, shown: str, entries: Iterable[Entry], skipped: list[Skipped]) -> Source:
    """Return one learner's source from what was handed in."""
    parts: list[Part] = []
    passed: list[Entry] = []
    opened = tuple(_opened(entries))
    manifests = packed.manifests(opened)
    for entry in opened:
        if entry.part and not entry.refusal and _is_readable(entry.part, entry.names[-1]):
            parts.append(replace(entry.part, name="/".join(entry.names)))
        elif not is_folder(entry) and not packed.is_manifest(entry):
            passed.append(replace(entry, refusal=entry.refusal or _why_not(entry)))
    if not parts:
        return _failed(name, shown, _nothing(passed))
    if len(parts) > MAX_PARTS:
        reason = sentence(
            "holds {count} notebooks and modules, more than {most}; hand in only those that answer "
            "the sheet",
            count=len(parts),
            most=MAX_PARTS,
        )
        return _failed(name, shown, reason)
    skipped += (Skipped(source=_path(shown, entry), reason=entry.refusal) for entry in passed)
    notable = (entry for entry in passed if entry.refusal not in _UNREMARKABLE)
    return Source(
        name=name,
        shown=shown,
        parts=_ordered(parts),
        remarks=(
            *(
                sentence("{name}: {why}.", name="/".join(entry.names), why=entry.refusal)
                for entry in notable
            ),
            *_again(parts),
        ),
        manifests=manifests,
    )


def _ordered(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the files by their names; versions of one file by the platform's numbers."""
    names = {part.name for part in parts}

    def key(part: Part) -> tuple[tuple[tuple[int, int, str], ...], int]:
        first = _first_name(part)
        return natural(first if first in names else part.name), part.rank

    return tuple(sorted(parts, key=key))


def _first_name(part: Part) -> str:
    """Return what a file was called before Canvas told it from another of that name."""
    return _VERSION.sub("", part.name) if part.rank else part.name


def _again(parts: Sequence[Part]) -> Iterator[str]:
    """Yield a sentence for each file that may be a later version of another."""
    names = {part.name: part for part in parts if part.rank}
    for part in parts:
        first = names.get(_first_name(part))
        if first is not None and first.rank < part.rank:
            yield sentence(
                "{name} may be {first} handed in again: both are read, the later one last.",
                name=part.name,
                first=first.name,
            )


def _is_readable(part: Part, name: str) -> bool:
    if part.typed:
        return name.lower().endswith(".html")
    return format_of(name) in READABLE


def _unpacked(entry: Entry) -> Iterator[Entry]:
    """Yield a file that is a hand-in by itself; of a ZIP, what it holds."""
    return (replace(inner, names=inner.names[1:] or inner.names) for inner in _opened((entry,)))


def _opened(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries, and in place of each ZIP what it holds."""
    archives = 0
    for entry in entries:
        if entry.refusal or not entry.part or format_of(entry.names[-1]) is not Format.ARCHIVE:
            yield entry
            continue
        archives += 1
        if archives > MAX_PARTS:
            why = sentence("is one of more than {most} ZIPs; unpack them", most=MAX_PARTS)
            yield replace(entry, refusal=why)
        elif len(entry.part.members) >= MAX_NESTING:
            yield replace(entry, refusal=NESTED_REFUSAL)
        else:
            yield from _opened(_listed(entry, entry.part))


def _listed(entry: Entry, part: Part) -> tuple[Entry, ...]:
    archive = replace(part, name="/".join(entry.names))
    try:
        return list_archive(archive, below=entry.names)
    except UnreadableError as problem:
        return (replace(entry, part=None, refusal=problem.of(archive.name)),)


def _why_not(entry: Entry) -> str:
    if format_of(entry.names[-1]) is Format.FOREIGN:
        return sentence("cannot be read here; {remedy}", remedy=EXPORT_REMEDY)
    return _NO_HAND_IN


def _nothing(passed: Sequence[Entry]) -> str:
    """Return why a hand-in without a readable file cannot be read, naming what it holds."""
    visible = [entry for entry in passed if entry.refusal != JUNK_REFUSAL]
    if len(visible) == 1 and len(visible[0].names) <= 1:
        (only,) = visible
        if ";" in only.refusal:
            return only.refusal
        return joined("; ", (only.refusal, _HAND_IN))
    listed = [joined(" ", ("/".join(e.names), e.refusal)) for e in islice(visible, _LISTED)]
    if len(visible) > _LISTED:
        listed.append(sentence("and {count} more", count=len(visible) - _LISTED))
    if not listed:
        return joined("; ", (_NOTHING, _HAND_IN))
    return sentence(
        "holds no notebook or module ({listed}); {remedy}",
        listed=joined(", ", listed),
        remedy=_HAND_IN,
    )


def _path(shown: str, entry: Entry) -> str:
    return "/".join((shown, *entry.names))


def _failed(name: str, shown: str, problem: str) -> Source:
    return Source(name=name, shown=shown, problem=joined(": ", (shown, problem)))


def _named(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources in natural order under unique names; those that share one say so."""
    ordered = sorted(sources, key=lambda source: (natural(source.name), source.shown))
    names = [clean(source.name) or "unnamed" for source in ordered]
    alike: dict[str, list[str]] = {}
    for name, source in zip(names, ordered, strict=True):
        alike.setdefault(files.folded(name), []).append(source.shown)
    unique = files.distinct(names, pattern="{name} ({number})")
    return tuple(
        replace(source, name=chosen, remarks=_on_namesakes(alike[files.folded(name)], source))
        for source, name, chosen in zip(ordered, names, unique, strict=True)
    )


def _on_namesakes(shown: Sequence[str], source: Source) -> tuple[str, ...]:
    if len(shown) == 1:
        return source.remarks
    places = ", ".join(shown[:_LISTED])
    remark = sentence(
        "{count} hand-ins have this name; each is graded by itself: {places}.",
        count=len(shown),
        places=places,
    )
    return (remark, *source.remarks)
