"""Whose an entry of Blackboard's flat download is, and when its receipt says that it came.

An entry is called ``{assignment}_{username}_attempt_{time}_{file}`` (the word may be another
language's where all have the same), and beside the files of each
attempt lies a receipt, ``{assignment}_{username}_attempt_{time}.txt``. A title and a login name
may hold ``_`` themselves, so that a name can often be read in several ways. All entries of a
download begin with one title: what their names have in common bounds where the login name may
begin, and a roster of login names has the last word.

A receipt begins with a line each for the learner, the assignment and the time, whatever language
their titles are in. The time is written as Java's longest form of dates writes it.

Sources: six programs in public repositories that read such downloads, two that read receipts, all
in English, and Java's own tables of the forms of other languages; not tried against a Blackboard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from grader.language import sentence
from grader.lms import dates
from grader.lms.found import Entries, Found, newest
from grader.submission import Identity

RECEIPT = sentence(
    "is Blackboard's receipt and no file that was handed in; what was typed into Blackboard stands "
    "in it, and a person reads it"
)
MAX_RECEIPT = 1024**2
"""Largest receipt that is searched for its time, in bytes."""

_ATTEMPT = "attempt"
_NAME = re.compile(
    # The first time is the platform's own: what follows it is a learner's file name.
    r"(?P<head>.+?)_(?P<word>[^\W\d_]{2,20})_(?P<time>[0-9]{4}(?:-[0-9]{2}){5})"
    r"(?:_(?P<file>.+)|(?P<receipt>\.txt))"
)
_SUBMITTED = re.compile(r"^Date Submitted: *(?P<time>[^\r\n]{1,100}?) *$", re.MULTILINE)
_TITLED = re.compile(r"[^:：\r\n]{1,60}[:：]\s*(?P<said>[^\r\n]{1,100}?)\s*")
_NEWLINE = re.compile(r"\r\n|\r")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_ZONE = r"(?: \(?[^\W\d_][^\r\n]{0,60})?"
_MOST_READINGS = 8
_CUT = "…"
"""What stands in a name that was too long to be kept."""


def is_entry(names: Sequence[str], *, is_folder: bool) -> bool:
    """Whether an entry of a class is named as Blackboard names them, with its English word."""
    match = _match(names, is_folder=is_folder)
    return match is not None and match["word"] == _ATTEMPT


def is_download(entries: Entries) -> bool:
    """Whether a class is Blackboard's with another word for an attempt, the same everywhere.

    As that word was seen nowhere, each attempt must have its receipt.
    """
    found = [_match(names, is_folder=is_folder) for names, is_folder in entries]
    matches = [match for match in found if match]
    if not matches or len(matches) < len(found) or len({m["word"] for m in matches}) > 1:
        return False
    attempts = {(match["head"], match["time"]) for match in matches}
    receipts = [(match["head"], match["time"]) for match in matches if match["receipt"]]
    return len(receipts) == len(attempts) == len(set(receipts))


def recognise_all(entries: Entries) -> list[Found | None]:
    """Return whose each entry is; of earlier attempts none is read."""
    matches = [_match(names, is_folder=is_folder) for names, is_folder in entries]
    if not is_download(entries):
        matches = [match if match and match["word"] == _ATTEMPT else None for match in matches]
    heads = {match["head"] for match in matches if match}
    # Of a single learner nothing is known of where the title ends.
    title = _common(sorted(heads)).rfind("_") + 1
    return newest(_found(match, title) if match else None for match in matches)


def _common(heads: Sequence[str]) -> str:
    """Return what all sorted texts begin with: what the first and the last begin with."""
    if not heads:
        return ""
    pairs = enumerate(zip(heads[0], heads[-1], strict=False))
    ends = next((at for at, (one, other) in pairs if one != other), None)
    return heads[0][:ends]


def submitted(receipt: bytes, attempt: str) -> datetime | None:
    """Return when an attempt came, by a clock of no stated zone; None where it is not sure.

    The receipt must say the time that is in its own name, to the second, or to the minute in
    languages whose form has no seconds.
    """
    time = datetime.fromisoformat(attempt)
    said = _said(receipt[:MAX_RECEIPT].decode("utf-8-sig", "replace"))
    forms = "|".join(re.escape(form) for form in dates.longest(time))
    return time if re.fullmatch(f"(?:{forms}){_ZONE}", " ".join(said.split())) else None


def _said(text: str) -> str:
    """Return the time in a receipt's head: behind its English title, else in the third line.

    Behind the head's last line, which is empty, stands what a learner typed.
    """
    head = _EMPTY_LINE.split(_NEWLINE.sub("\n", text), maxsplit=1)[0]
    titled = _SUBMITTED.search(head)
    if titled:
        return titled["time"]
    lines = head.split("\n")
    third = _TITLED.fullmatch(lines[2]) if len(lines) > 2 else None
    return third["said"] if third else ""


def _match(names: Sequence[str], *, is_folder: bool) -> re.Match[str] | None:
    if len(names) != 1 or is_folder:
        return None
    match = _NAME.fullmatch(names[0])
    if match is None or not _time(match):
        return None
    head = match["head"]
    return None if "_" not in head or head.endswith("_") or _CUT in head else match


def _time(match: re.Match[str]) -> str:
    """Return the attempt's time as ISO 8601 writes it; empty where there is no such time."""
    year, month, day, *clock = match["time"].split("-")
    try:
        time = datetime.fromisoformat(f"{year}-{month}-{day}T{':'.join(clock)}")
    except ValueError:
        return ""
    return time.isoformat(sep=" ")


def _found(match: re.Match[str], title: int) -> Found:
    head = match["head"]
    ends = [at for at, sign in enumerate(head) if sign == "_" and at < (title or len(head))]
    usernames = tuple(head[at + 1 :] for at in reversed(ends))[:_MOST_READINGS]
    number = usernames[0] if len(usernames) == 1 else f"{usernames[0]}-or-{usernames[-1]}"
    return Found(
        identity=Identity(
            lms="blackboard", number=number, members=usernames if len(usernames) > 1 else ()
        ),
        label="",
        shown=f"…_{number}",
        inside=(match["file"] or f"attempt_{match['time']}.txt",),
        refusal=RECEIPT if match["receipt"] else "",
        attempt=_time(match),
    )
