"""Whose an entry of Brightspace's download is.

Each attempt is a folder ``{number}-{number} - {name} - Oct 10, 2025 1022 AM``; some downloads are
flat and put `` - {file}`` behind it. ``index.html`` beside them lists the attempts. Dates are read
in the languages of ``_CODES``. Where one is in another, the two numbers and a year tell an attempt,
if all of a class have them; which of several is the newest is then not known.

Sources: programs in public repositories that read such downloads, all in English; not tried
against a Brightspace. How dates look in other languages was not seen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from grader.language import sentence
from grader.lms.found import Entries, Found, newest
from grader.submission import Identity

if TYPE_CHECKING:
    from babel import Locale

LIST = "index.html"
"""Name of the page beside the attempts that lists them."""
FEEDBACK = "feedback.html"
"""What a report is called in the folder of the attempt that it is on."""
ORDER = sentence(
    "is of one of several attempts whose dates are in a language that is not known here; a person "
    "says which is the newest, or download them again with Brightspace set to English"
)

_CODES = ("da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "sv")
_NUMBERS = r"(?P<number>[1-9][0-9]{0,17})-(?P<folder>[0-9]{1,18}) - "
_WORD = r"[^\W\d_]{2,20}\.?"
_CLOCK = r",? (?P<hour>[0-9]{1,2})(?P<minute>[0-5][0-9])(?: (?P<half>[AaPp])\.?[Mm]\.?)?"
# The first time is the platform's own: what follows it is a learner's file name.
_FORMS = tuple(
    re.compile(rf"{_NUMBERS}(?P<label>.+?) - {date}{_CLOCK}(?: - (?P<file>.+))?")
    for date in (
        rf"(?P<month>{_WORD}) (?P<day>[0-9]{{1,2}}), (?P<year>[0-9]{{4}})",
        rf"(?P<day>[0-9]{{1,2}})\.? (?:de )?(?P<month>{_WORD}) (?:de )?(?P<year>[0-9]{{4}})",
    )
)
_MONTH_FIRST = _FORMS[0]
_LOOSE = re.compile(
    # A year, and beside it a time of day without its colon.
    rf"{_NUMBERS}(?P<label>.+) - (?=.*(?<!\d)20\d\d(?!\d))"
    r"(?=(?:.*?(?<!\d)\d{3,4}(?!\d)){2}).{8,60}"
)


def is_entry(names: Sequence[str], *, is_folder: bool) -> bool:
    """Whether an entry of a class is named as Brightspace names them, with a date that is read."""
    return _match(names, is_folder=is_folder) is not None


def is_download(entries: Entries) -> bool:
    """Whether all entries of a class are attempts of one assignment, in whatever language."""
    attempts = [(n, folder) for n, folder in entries if tuple(n) != (LIST,)]
    matches = [_match(n, is_folder=f) or _loose(n, is_folder=f) for n, f in attempts]
    if not matches or None in matches:
        return False
    found = [match for match in matches if match]
    is_class = len(attempts) < len(entries) or len({one["number"] for one in found}) > 1
    return is_class and len({one["folder"] for one in found}) == 1


def recognise_all(entries: Entries) -> list[Found | None]:
    """Return whose each entry is; of earlier attempts none is read."""
    is_whole = is_download(entries)
    found = [_found(names, folder, is_whole=is_whole) for names, folder in entries]
    attempts: dict[str, dict[str, str]] = defaultdict(dict)
    for one, (names, _) in zip(found, entries, strict=True):
        if one:
            attempts[one.identity.number][_attempt(names)] = one.attempt
    doubtful = {n for n, times in attempts.items() if len(times) > 1 and "" in times.values()}
    return newest(
        replace(one, refusal=ORDER) if one and one.identity.number in doubtful else one
        for one in found
    )


def feedback(entries: Entries) -> dict[str, str]:
    """Return by number where a report goes, so that it is named as its newest attempt is."""
    return {
        one.identity.number: _attempt(names)
        + ("/" if len(names) > 1 or folder else " - ")
        + FEEDBACK
        for one, (names, folder) in zip(recognise_all(entries), entries, strict=True)
        if one and not one.refusal
    }


def _attempt(names: Sequence[str]) -> str:
    """Return what an entry's attempt is called: its folder, or its name up to the file's own."""
    for match in (form.fullmatch(names[0]) for form in _FORMS):
        if match and match["file"]:
            return names[0][: match.start("file") - len(" - ")]
    return names[0]


def _match(names: Sequence[str], *, is_folder: bool) -> re.Match[str] | None:
    matches = (form.fullmatch(names[0]) for form in (_FORMS if names else ()))
    # A file has its name either behind the time or in the folder.
    has_folder = len(names) > 1 or is_folder
    fitting = (one for one in matches if one and bool(one["file"]) != has_folder)
    return next((one for one in fitting if _time(one)), None)


def _loose(names: Sequence[str], *, is_folder: bool) -> re.Match[str] | None:
    return _LOOSE.fullmatch(names[0]) if len(names) > 1 or is_folder else None


def _time(match: re.Match[str]) -> str:
    """Return the attempt's time as ISO 8601 writes it; empty where it is not sure."""
    month = _months().get(match["month"].casefold().removesuffix("."))
    hour, half = int(match["hour"]), (match["half"] or "").casefold()
    if month is None or (half and not 1 <= hour <= 12) or (match.re is _MONTH_FIRST and not half):
        return ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        time = datetime(int(match["year"]), month, int(match["day"]), hour, int(match["minute"]))
    except ValueError:
        return ""
    return f"{time:%Y-%m-%d %H:%M}"


@cache
def _months() -> dict[str, int]:
    """Return the number of a month by what it is called, long and short; words of two months not.

    Each word means the same month in all languages that have it.
    """
    from babel import Locale

    found: dict[str, set[int]] = defaultdict(set)
    for code in _CODES:
        for words in _words(Locale(code)):
            for month, word in words.items():
                found[word.casefold().removesuffix(".")].add(month)
    return {word: min(months) for word, months in found.items() if len(months) == 1}


def _words(locale: Locale) -> Iterator[dict[int, str]]:
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield locale.months[form][width]


def _found(names: Sequence[str], is_folder: bool, *, is_whole: bool) -> Found | None:
    match = _match(names, is_folder=is_folder)
    loose = _loose(names, is_folder=is_folder) if match is None and is_whole else match
    if loose is None:
        return None
    file = match["file"] if match else ""
    return Found(
        identity=Identity(lms="brightspace", number=loose["number"]),
        label=loose["label"],
        shown=f"{loose['number']} - …",
        inside=(file,) if file else tuple(names[1:]),
        attempt=_time(match) if match else "",
    )
