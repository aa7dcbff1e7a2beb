"""What was given on the command line: whether each path is a class or one learner's hand-in."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader import files
from grader.errors import UsageError
from grader.intake import packed
from grader.intake.archive import list_archive
from grader.intake.disk import DEVICE_REFUSAL, JUNK_REFUSAL, LINK_REFUSAL, list_folder
from grader.intake.formats import Format, format_of, stem_of
from grader.intake.names import clean
from grader.intake.source import Entry, Part, UnreadableError
from grader.intake.whose import is_folder, is_hand_in, recognised, refuse_mixed
from grader.language import sentence
from grader.lms.entries import EVIDENT, aside, platforms, recognise_alone, rewrapped


@dataclass(frozen=True, kw_only=True)
class Root:
    """One given PATH."""

    shown: str
    learner: str
    """Whose it is, if it is one learner's."""
    entries: tuple[Entry, ...] = ()
    """What it holds; of a single file, the file itself."""
    is_class: bool = False
    problem: str = ""


def root_of(path: Path) -> Root:
    """Return what a path holds; raises ``UsageError`` where there is nothing."""
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
        return Root(shown=shown, learner=shown, entries=entries, is_class=True)
    root = Root(shown=shown, learner=stem_of(shown))
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
    if rewrapped([(entry.names, is_folder(entry)) for entry in entries], called):
        return tuple(replace(entry, names=(called, *entry.names)) for entry in entries)
    visible = [entry for entry in entries if entry.refusal != JUNK_REFUSAL]
    wrappers = {entry.names[0] for entry in visible if len(entry.names) > 1}
    if len(wrappers) != 1 or wrappers != {name for e in visible for name in e.names[:1]}:
        return entries
    within = _below(visible)
    if any(recognise_alone((name,), is_folder=True) for name in wrappers) or _is_alone(visible):
        return entries
    is_download = any(found for _, found in recognised(within))
    if called not in wrappers and not is_download and not _holds_folders(within):
        return entries
    junk = [entry for entry in entries if entry.refusal == JUNK_REFUSAL]
    beside = (entry for entry in junk if entry.names[0] not in wrappers)
    return (*_unwrapped((*within, *_below(junk)), called), *beside)


def _is_alone(entries: Sequence[Entry]) -> bool:
    """Whether the one folder in which all lies is itself a platform's: a team's, or OpenOLAT's."""
    found = [one for _, one in recognised(entries) if one]
    return any(one.identity.lms == "openolat" or one.identity.kind == "team" for one in found)


def _holds_folders(entries: Sequence[Entry]) -> bool:
    folders = {e.names[0] for e in entries if len(e.names) > 1 or is_folder(e)}
    if any(len(e.names) == 1 and is_hand_in(e) for e in entries):
        return False
    return len(folders) > 1 or (len(folders) == 1 and _holds_folders(_below(entries)))


def _below(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(replace(e, names=e.names[1:]) for e in entries if len(e.names) > 1)


def refuse_mixed_neighbours(given: Sequence[tuple[Path, Root]]) -> None:
    """Refuse neighbours of which some are a platform's and others are not."""
    beside: dict[Path, list[tuple[str, bool]]] = {}
    pages = _pages(given)
    for path, root in given:
        if not root.problem and path not in pages:
            entry = recognise_alone((root.shown,), is_folder=path.is_dir())
            named = bool(entry) or (root.is_class and any(f for _, f in recognised(root.entries)))
            shown = entry.shown if entry else root.shown
            beside.setdefault(path.parent, []).append((shown, named))
    for known in beside.values():
        refuse_mixed(sentence("what was given"), known)


def _pages(given: Sequence[tuple[Path, Root]]) -> set[Path]:
    """Return the given files that a platform put beside the hand-ins that are given."""
    near: dict[Path, list[tuple[Path, Root]]] = {}
    for path, root in given:
        near.setdefault(path.parent, []).append((path, root))
    pages = set()
    for together in near.values():
        of = platforms(
            recognise_alone((root.shown,), is_folder=one.is_dir()) for one, root in together
        )
        pages |= {one for one, root in together if aside((root.shown,), of)}
    return pages


def regathered(given: Sequence[tuple[Path, Root]], lms: str) -> list[Root]:
    """Return the roots; those that are single entries of a platform's download as one class."""
    if lms not in ("", *EVIDENT):
        return [root for _, root in given]
    roots: list[Root] = []
    entries: dict[Path, list[Entry]] = {}
    pages = _pages(given)
    for path, root in given:
        whole = Entry(names=(root.shown,), part=Part(path=path, name=root.shown))
        is_folder = path.is_dir()
        is_ours = recognise_alone((root.shown,), is_folder=is_folder) or path in pages
        if not is_ours or root.problem:
            roots.append(root)
            continue
        below = (replace(e, names=(root.shown, *e.names)) for e in root.entries)
        entries.setdefault(path.parent, []).extend(below if is_folder else (whole,))
    for folder, found in entries.items():
        shown = clean(folder.resolve().name) or "/"
        roots.append(Root(shown=shown, learner=shown, entries=tuple(found), is_class=True))
    return roots


def told_apart(roots: Sequence[Root], lms: str) -> list[Root]:
    """Return the roots with those marked that are one learner's and not a class."""
    if len(roots) < 2:
        return list(roots)
    loose = Counter(name for root in roots for name in _loose(root))
    return [
        replace(root, is_class=root.is_class and not _is_one(root, loose, lms)) for root in roots
    ]


def _loose(root: Root) -> set[str]:
    """Return the names of the hand-ins directly in a given folder or ZIP."""
    return {e.names[0] for e in root.entries if len(e.names) == 1 and is_hand_in(e)}


def _is_one(root: Root, loose: Counter[str], lms: str) -> bool:
    if any(found for _, found in recognised(root.entries, lms)):
        return False
    holders = {e.names[0] for e in root.entries if is_hand_in(e)}
    names = _loose(root)
    return len(holders) == 1 or (
        bool(names) and names == holders and all(loose[name] > 1 for name in names)
    )
