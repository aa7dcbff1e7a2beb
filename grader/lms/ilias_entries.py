"""Whose an entry of ILIAS's download is.

Each user has a folder ``{last}_{first}_{login}_{number}``. Where teams hand in, these lie in a
folder for each team, ``Team {number}``, and only members that handed in files have one. A table
may lie beside them, and a late file's name begins with words that say so.

Source: ``SubmissionManager`` of ILIAS; not tried against an ILIAS. The words for a late file were
seen nowhere, and do no harm: they make a remark alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from grader.lms.found import Entries, Found
from grader.submission import Identity

_USER = re.compile(r"(?P<label>[^_]+_[^_]+_.+)_(?P<number>[1-9][0-9]{2,17})")
"""Last name, first name, login and number; numbers below 100 are the system's own accounts."""
_TEAM = re.compile(r"Team (?P<number>[1-9][0-9]{0,17})")
"""In English and in German; another word may be a person's own for a part of a class."""
_STAMP = re.compile(r"^[0-9]{14}_")
"""ILIAS puts the time before names, and forgets to take it off."""
_LATE = re.compile(r"^(?:Late Submission|Verspaetete Abgabe|Verspätete Abgabe) - ")
_TABLE = ".xlsx"


def is_download(entries: Entries) -> bool:
    """Whether all entries lie in users' or teams' folders, whose numbers are all different."""
    deep = [(n, folder) for n, folder in entries if folder or not _is_table(n)]
    if not deep or any(len(names) < 2 and not is_folder for names, is_folder in deep):
        return False
    folders = {names[0] for names, _ in deep}
    inner: dict[str, set[str]] = defaultdict(set)
    for names, is_folder in deep:
        if len(names) > 2 or (len(names) == 2 and is_folder):
            inner[names[0]].add(names[1])
    keys = [_key(folder, inner[folder]) for folder in folders]
    # A folder that is alone may hold a whole class, as `dl_sheet_one_2026` does.
    is_class = len(keys) > 1 or [kind for kind, _ in filter(None, keys)] == ["team"]
    return None not in keys and len(set(keys)) == len(keys) and is_class


def recognise_all(entries: Entries) -> list[Found | None]:
    """Return whose each entry is; of a team's, with the numbers of the members that it tells."""
    found = [_found(names, is_folder=is_folder) for names, is_folder in entries]
    members: dict[str, dict[str, None]] = defaultdict(dict)
    for one in found:
        if one and one.identity.kind == "team":
            members[one.identity.number].update(dict.fromkeys(one.identity.members))
    return [one and _with_members(one, members) for one in found]


def _is_table(names: Sequence[str]) -> bool:
    return len(names) == 1 and names[0].lower().endswith(_TABLE)


def _key(folder: str, inner: set[str]) -> tuple[str, str] | None:
    """Return what a folder is and its number; None where it is neither a user's nor a team's."""
    user, team = _USER.fullmatch(folder), _TEAM.fullmatch(folder)
    if user:
        return "user", user["number"]
    is_team = team and inner and all(map(_USER.fullmatch, inner))
    return ("team", team["number"]) if team and is_team else None


def _found(names: Sequence[str], *, is_folder: bool) -> Found | None:
    if len(names) < 2 and not is_folder:
        return None
    user = _USER.fullmatch(names[0])
    if user:
        return _of(Identity(lms="ilias", number=user["number"]), user["label"], names[1:], ())
    team = _TEAM.fullmatch(names[0])
    member = _USER.fullmatch(names[1]) if team and len(names) > 1 else None
    if team is None or (member is None and len(names) > 1):
        return None
    numbers = (member["number"],) if member else ()
    identity = Identity(lms="ilias", number=team["number"], kind="team", members=numbers)
    above = tuple(f"user-{number}" for number in numbers)
    return _of(identity, "", names[2:], above)


def _of(identity: Identity, label: str, below: Sequence[str], above: tuple[str, ...]) -> Found:
    *folders, file = below or ("",)
    late = _LATE.match(file)
    bare = _STAMP.sub("", file[late.end() if late else 0 :], count=1)
    is_file = bool(below)
    return Found(
        identity=identity,
        label=label,
        shown=f"…_{identity.number}" if identity.kind is None else f"… {identity.number}",
        inside=(*above, *folders, bare or file) if is_file else above,
        marked_late=late is not None,
    )


def _with_members(one: Found, members: dict[str, dict[str, None]]) -> Found:
    if one.identity.kind != "team":
        return one
    numbers = tuple(sorted(members[one.identity.number], key=int))
    return replace(one, identity=replace(one.identity, members=numbers))
