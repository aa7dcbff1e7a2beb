"""Whose an entry of OpenOLAT's archive of a task is.

The archive holds one folder, ``ita_{task}_{time}`` for single learners and ``grouptask_…`` for
groups. In it each learner has a folder ``{last}_{first}_{login}``, each group one
``{name}_{number}``, and in these lie ``1_task``, ``2_submissions``, ``3_corrections``,
``4_revisions_1`` and so on, as far as the task has them. Names lose all but letters, digits and
``_`` (``z.quill`` becomes ``zquill``, which may be another's login), and a login behind more than
two ``_`` can be read in several ways: whose a folder is, only a roster of login names tells.

Sources: ``GTACourseNode.archiveNodeData`` and ``FileUtils.normalizeFilename`` of OpenOLAT; not
tried against an OpenOLAT.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from grader.language import sentence
from grader.lms.found import FEEDBACK, Entries, Found, newest
from grader.submission import Identity

TASK = sentence("is the task that was handed out, not a hand-in")
SOLUTION = sentence("is a sample solution, not a hand-in")

_WRAPPER = re.compile(r"(?P<kind>ita|grouptask)_.+")
_STEP = re.compile(
    r"(?P<flow>[0-9]{1,3})_(?P<step>task|submissions|corrections|revisions|assessment)(?:_[0-9]{1,3})?"
)
_SOLUTIONS = "solutions"
_MOST_READINGS = 8
_LETTERS = (
    *((sign, "_") for sign in " /?\\\u2010\u2011\u2012\u2013\u2014"),
    ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"),
    ("ø", "o"), ("∅", "o"), ("æ", "ae"),
)  # fmt: skip


def is_wrapper(name: str) -> bool:
    """Whether a folder may be the one that holds an archive."""
    return _WRAPPER.fullmatch(name) is not None


def is_archive(entries: Entries) -> bool:
    """Whether all that lies in folders lies in one folder, as OpenOLAT's steps of learners do."""
    deep = [names for names, _ in entries if len(names) > 2]
    wrappers = {names[0] for names, _ in entries if names}
    return (
        len(wrappers) == 1
        and is_wrapper(next(iter(wrappers)))
        and any(names[1] != _SOLUTIONS for names in deep)
        and all(names[1] == _SOLUTIONS or _STEP.fullmatch(names[2]) for names in deep)
    )


def is_solution(names: Sequence[str]) -> bool:
    """Whether an entry of an archive is a sample solution."""
    return len(names) > 1 and names[1] == _SOLUTIONS


def recognise_all(entries: Entries) -> list[Found | None]:
    """Return whose each entry is; of earlier attempts none is read.

    What was handed in first is the first attempt, and each revision is a later one.
    """
    return newest(_found(names, is_folder=is_folder) for names, is_folder in entries)


def plain(login: str) -> str:
    """Return a login name as OpenOLAT writes it into a folder's name."""
    for before, after in _LETTERS:
        login = login.replace(before, after)
    letters = unicodedata.normalize("NFKD", login)
    return re.sub(r"[^A-Za-z0-9_]", "", letters)


def _found(names: Sequence[str], *, is_folder: bool) -> Found | None:
    wrapper = _WRAPPER.fullmatch(names[0]) if len(names) > 1 else None
    if wrapper is None or (len(names) < 4 and not is_folder):
        return None
    identity = _group(names[1]) if wrapper["kind"] == "grouptask" else _learner(names[1])
    step = _STEP.fullmatch(names[2]) if len(names) > 2 else None
    if identity is None or (step is None and len(names) > 2):
        return None
    is_work = len(names) > 3 and step is not None and step["step"] in ("submissions", "revisions")
    refusal = TASK if step and step["step"] == "task" else FEEDBACK
    return Found(
        identity=identity,
        label="",
        shown=f"…_{identity.number}",
        inside=tuple(names[3:]) if is_work else tuple(names[2:]),
        refusal="" if is_work else refusal,
        attempt=f"{int(step['flow']):03}_{step['step']}" if step and is_work else "",
        is_aside=not is_work,
    )


def _learner(folder: str) -> Identity | None:
    pieces = folder.split("_")
    if len(pieces) < 3 or not pieces[0] or not pieces[-1]:
        return None
    starts = range(len(pieces) - 1, 1, -1)
    logins = tuple("_".join(pieces[at:]) for at in starts if pieces[at])[:_MOST_READINGS]
    number = logins[0] if len(logins) == 1 else f"{logins[0]}-or-{logins[-1]}"
    return Identity(lms="openolat", number=number, members=logins)


def _group(folder: str) -> Identity | None:
    name, _, number = folder.rpartition("_")
    if not name or not (number.isascii() and number.isdigit()):
        return None
    return Identity(lms="openolat", number=number, kind="team")
