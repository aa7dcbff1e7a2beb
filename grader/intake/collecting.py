"""Finding the hand-ins: files, folders and ZIPs to one source per learner; nothing is opened but
the directories of ZIPs, and what says that one is a single packed hand-in.

A folder or a ZIP is a class: each folder, ZIP or file directly in it is one learner's. Where
several folders or ZIPs are given at once, as ``submissions/*`` does, those are one learner's each
that hold a single hand-in or only files that the others have as well.
"""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from grader import files
from grader.errors import UsageError
from grader.intake import packed, submitters
from grader.intake.archive import MAX_NESTING, NESTED_REFUSAL, list_archive
from grader.intake.disk import DEVICE_REFUSAL, JUNK_REFUSAL, LINK_REFUSAL, list_folder
from grader.intake.formats import EXPORT_REMEDY, READABLE, Format, format_of, stem_of
from grader.intake.names import clean, natural
from grader.intake.source import MAX_PARTS, Entry, Intake, Part, Skipped, Source, UnreadableError
from grader.intake.whose import hand_ins, is_folder, is_hand_in, recognised, refuse_mixed
from grader.language import joined, sentence
from grader.lms.entries import Found, name_of, recognise
from grader.submission import Arrival, Identity

_NO_HAND_IN = sentence("is no notebook, module or ZIP")
_NOTHING = sentence("holds no notebook or module")
_HAND_IN = sentence("hand in an .ipynb or .py file")
_LISTED = 5
"""Files that a sentence names before it only counts them."""


@dataclass(frozen=True, kw_only=True)
class _Root:
    """One given PATH."""

    shown: str
    learner: str
    """Whose it is, if it is one learner's."""
    entries: tuple[Entry, ...] = ()
    """What it holds; of a single file, the file itself."""
    is_class: bool = False
    problem: str = ""


def collect(paths: Sequence[Path], *, lms: str = "") -> Intake:
    """Find the hand-ins in ``paths``: files, folders and ZIPs.

    ``lms`` says whose downloads they are: a name of ``lms.entries.NAMES``, ``none`` for plain
    files, or nothing, to tell it by their names. Where these do not agree, anybody could pass for
    another by a name, and that is a ``UsageError``.

    Nothing is dropped silently: what is no hand-in is listed with the reason, and a hand-in that
    cannot be read is a source whose problem says so. Links are not followed. Learners are in
    natural order, their names unique. Raises ``UsageError`` for a path where there is nothing.
    """
    sources: list[Source] = []
    skipped: list[Skipped] = []
    given = [(path, _root(path)) for path in paths]
    if not lms:
        _refuse_mixed_neighbours(given)
    for root in _told_apart(_regathered(given, lms), lms):
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
    root = _root(path)
    skipped: list[Skipped] = []
    found = (
        _failed(root.learner, root.shown, root.problem)
        if root.problem
        else _source(root.learner, root.shown, root.entries, skipped)
    )
    return Intake(sources=_named([found]), skipped=tuple(skipped))


def _root(path: Path) -> _Root:
    shown = clean(path.name if path.name not in ("", "..") else path.resolve().name) or "/"
    try:
        mode = path.lstat().st_mode
    except OSError as problem:
        raise UsageError(
            sentence(
                "{path}: {problem}; check the path's spelling",
                path=path,
                problem=files.reason(problem),
            )
        ) from problem
    if stat.S_ISDIR(mode):
        entries = _unwrapped(list_folder(path), shown)
        return _Root(shown=shown, learner=shown, entries=entries, is_class=True)
    root = _Root(shown=shown, learner=stem_of(shown))
    if not stat.S_ISREG(mode):
        return replace(root, problem=LINK_REFUSAL if stat.S_ISLNK(mode) else DEVICE_REFUSAL)
    part = Part(path=path, name=shown)
    if format_of(shown) is not Format.ARCHIVE:
        return replace(root, entries=(Entry(names=(shown,), part=part),))
    try:
        entries = list_archive(part)
    except UnreadableError as problem:
        return replace(root, problem=problem.of(shown))
    inside = _unwrapped(entries, root.learner)
    return replace(root, entries=inside, is_class=not packed.is_one(inside))


def _unwrapped(entries: tuple[Entry, ...], called: str) -> tuple[Entry, ...]:
    """Return the entries without a folder that merely holds the whole class.

    Such a folder is alone, and either called as the ZIP is, or it holds several folders and no
    hand-in of its own.
    """
    visible = [entry for entry in entries if entry.refusal != JUNK_REFUSAL]
    wrappers = {entry.names[0] for entry in visible if len(entry.names) > 1}
    if len(wrappers) != 1 or wrappers != {name for e in visible for name in e.names[:1]}:
        return entries
    within = _below(visible)
    if any(recognise((name,), is_folder=True) for name in wrappers):
        return entries
    is_download = any(found for _, found in recognised(within))
    if called not in wrappers and not is_download and not _holds_folders(within):
        return entries
    junk = [entry for entry in entries if entry.refusal == JUNK_REFUSAL]
    beside = (entry for entry in junk if entry.names[0] not in wrappers)
    return (*_unwrapped((*within, *_below(junk)), called), *beside)


def _holds_folders(entries: Sequence[Entry]) -> bool:
    folders = {e.names[0] for e in entries if len(e.names) > 1 or is_folder(e)}
    if any(len(e.names) == 1 and is_hand_in(e) for e in entries):
        return False
    return len(folders) > 1 or (len(folders) == 1 and _holds_folders(_below(entries)))


def _below(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(replace(e, names=e.names[1:]) for e in entries if len(e.names) > 1)


def _refuse_mixed_neighbours(given: Sequence[tuple[Path, _Root]]) -> None:
    """Refuse neighbours of which some are a platform's and others are not."""
    beside: dict[Path, list[tuple[str, bool]]] = {}
    for path, root in given:
        if not root.problem:
            entry = recognise((root.shown,), is_folder=path.is_dir())
            named = bool(entry) or (root.is_class and any(f for _, f in recognised(root.entries)))
            shown = entry.shown if entry else root.shown
            beside.setdefault(path.parent, []).append((shown, named))
    for known in beside.values():
        refuse_mixed(sentence("what was given"), known)


def _regathered(given: Sequence[tuple[Path, _Root]], lms: str) -> list[_Root]:
    """Return the roots; those that are single entries of a platform's download as one class."""
    if lms not in ("", "moodle"):
        return [root for _, root in given]
    roots: list[_Root] = []
    entries: dict[Path, list[Entry]] = {}
    for path, root in given:
        whole = Entry(names=(root.shown,), part=Part(path=path, name=root.shown))
        is_folder = path.is_dir()
        if not recognise((root.shown,), is_folder=is_folder) or root.problem:
            roots.append(root)
            continue
        below = (replace(e, names=(root.shown, *e.names)) for e in root.entries)
        entries.setdefault(path.parent, []).extend(below if is_folder else (whole,))
    for folder, found in entries.items():
        shown = clean(folder.resolve().name) or "/"
        roots.append(_Root(shown=shown, learner=shown, entries=tuple(found), is_class=True))
    return roots


def _told_apart(roots: Sequence[_Root], lms: str) -> list[_Root]:
    """Return the roots with those marked that are one learner's and not a class."""
    if len(roots) < 2:
        return list(roots)
    loose = Counter(name for root in roots for name in _loose(root))
    return [
        replace(root, is_class=root.is_class and not _is_one(root, loose, lms)) for root in roots
    ]


def _loose(root: _Root) -> set[str]:
    """Return the names of the hand-ins directly in a given folder or ZIP."""
    return {e.names[0] for e in root.entries if len(e.names) == 1 and is_hand_in(e)}


def _is_one(root: _Root, loose: Counter[str], lms: str) -> bool:
    if any(found for _, found in recognised(root.entries, lms)):
        return False
    holders = {e.names[0] for e in root.entries if is_hand_in(e)}
    names = _loose(root)
    return len(holders) == 1 or (
        bool(names) and names == holders and all(loose[name] > 1 for name in names)
    )


def _class(root: _Root, lms: str, skipped: list[Skipped]) -> list[Source]:
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
        if len(entry.names) > 1 or is_folder(entry) or (entry.refusal and top in folders):
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
    root: _Root, found: Sequence[tuple[Entry, Found]], skipped: list[Skipped]
) -> Iterator[Source]:
    """Yield one source for each learner or team of a platform's download."""
    handed_in: dict[tuple[Identity, str], list[tuple[Entry, Found]]] = {}
    for entry, one in found:
        # A team without a number is told from others by its name; numbers are never alike.
        key = (one.identity, "" if one.identity.number else one.label)
        handed_in.setdefault(key, []).append((entry, one))
    doubts = {one.maybe: one.name for _, one in found if one.maybe}
    for (identity, _), entries in handed_in.items():
        first = min(one.shown for _, one in entries)
        source = _source(
            name_of(identity), f"{root.shown}/{first}", map(_as_handed_in, entries), skipped
        )
        arrival = Arrival(marked_late=True) if any(one.marked_late for _, one in entries) else None
        if identity.number in doubts:
            remark = sentence(
                "{name} may be a part of this: a person looks at both.",
                name=doubts[identity.number],
            )
            source = replace(source, remarks=(*source.remarks, remark))
        yield replace(source, identity=identity, label=entries[0][1].label, arrival=arrival)


def _as_handed_in(entry_found: tuple[Entry, Found]) -> Entry:
    entry, found = entry_found
    refusal = "" if is_folder(entry) else entry.refusal or found.refusal
    part = replace(entry.part, typed=True) if entry.part and found.typed else entry.part
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
    notable = (entry for entry in passed if entry.refusal not in (JUNK_REFUSAL, _NO_HAND_IN))
    return Source(
        name=name,
        shown=shown,
        parts=tuple(sorted(parts, key=lambda part: natural(part.name))),
        remarks=tuple(
            sentence("{name}: {why}.", name="/".join(entry.names), why=entry.refusal)
            for entry in notable
        ),
        manifests=manifests,
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
