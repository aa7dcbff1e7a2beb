"""Whose an entry of Brightspace's download is.

Each attempt is a folder ``{number}-{number} - {name} - Oct 10, 2025 1022 AM``; some downloads are
flat and put `` - {file}`` behind it. ``index.html`` beside them lists the attempts.

Sources: programs in public repositories that read such downloads, all in English; not tried
against a Brightspace.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from grader.lms.found import Entries, Found, newest
from grader.submission import Identity

LIST = "index.html"
"""Name of the page beside the attempts that lists them."""

_NAME = re.compile(
    # The first time is the platform's own: what follows it is a learner's file name.
    r"(?P<number>[1-9][0-9]{0,17})-[0-9]{1,18} - (?P<label>.+?) - "
    r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?P<day>[0-9]{1,2}), "
    r"(?P<year>[0-9]{4}) (?P<hour>1?[0-9])(?P<minute>[0-5][0-9]) (?P<half>[AP]M)"
    r"(?: - (?P<file>.+))?"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def is_entry(names: Sequence[str], *, is_folder: bool) -> bool:
    """Whether an entry of a class is named as Brightspace names them."""
    return _match(names, is_folder=is_folder) is not None


def recognise_all(entries: Entries) -> list[Found | None]:
    """Return whose each entry is; of earlier attempts none is read."""
    return newest(_found(names, is_folder=is_folder) for names, is_folder in entries)


def _match(names: Sequence[str], *, is_folder: bool) -> re.Match[str] | None:
    match = _NAME.fullmatch(names[0]) if names else None
    # A file has its name either behind the time or in the folder.
    if match is None or bool(match["file"]) == bool(len(names) > 1 or is_folder):
        return None
    return match if _time(match) else None


def _time(match: re.Match[str]) -> str:
    """Return the attempt's time as ISO 8601 writes it; empty where there is no such time."""
    hour = int(match["hour"])
    if not 1 <= hour <= 12:
        return ""
    try:
        time = datetime(
            int(match["year"]),
            _MONTHS.index(match["month"]) + 1,
            int(match["day"]),
            hour % 12 + (12 if match["half"] == "PM" else 0),
            int(match["minute"]),
        )
    except ValueError:
        return ""
    return f"{time:%Y-%m-%d %H:%M}"


def _found(names: Sequence[str], *, is_folder: bool) -> Found | None:
    match = _match(names, is_folder=is_folder)
    if match is None:
        return None
    return Found(
        identity=Identity(lms="brightspace", number=match["number"]),
        label=match["label"],
        shown=f"{match['number']} - …",
        inside=(match["file"],) if match["file"] else tuple(names[1:]),
        attempt=_time(match),
    )
