"""Whose an entry of Brightspace's download is.

Each attempt is a folder ``{number}-{number} - {name} - Oct 10, 2025 1022 AM``; some downloads are
flat and put `` - {file}`` behind it. ``index.html`` beside them lists the attempts. Dates are read
in twelve languages. Where one is in another, the two numbers and a year tell an attempt,
if all of a class have them; which of several is the newest is then not known.

Sources: programs in public repositories that read such downloads, all in English; not tried
against a Brightspace. How dates look in other languages was not seen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from grader.language import sentence
from grader.lms.found import Entries, Found, newest
from grader.submission import Identity

LIST = "index.html"
"""Name of the page beside the attempts that lists them."""
FEEDBACK = "feedback.html"
"""What a report is called in the folder of the attempt that it is on."""
ORDER = sentence(
    "is of one of several attempts whose dates are in a language that is not known here; a person "
    "says which is the newest, or download them again with Brightspace set to English"
)

_WORDS = (
    "ene enero gen gennaio jan janeiro januar januari january janv janvier sty styczeń "
    "stycznia tammi tammikuu tammikuuta",
    "feb febbraio febrero februar februari february fev fevereiro févr février helmi "
    "helmikuu helmikuuta lut lutego luty",
    "maalis maaliskuu maaliskuuta maart mar marca march mars marts marzec marzo março mrt mär märz",
    "abr abril apr april aprile avr avril huhti huhtikuu huhtikuuta kwi kwiecień kwietnia",
    "mag maggio mai maio maj maja may mayo mei touko toukokuu toukokuuta",
    "cze czerwca czerwiec giu giugno juin jun june junho juni junio kesä kesäkuu kesäkuuta",
    "heinä heinäkuu heinäkuuta juil juillet jul julho juli julio july lip lipca lipiec lug luglio",
    "ago agosto août aug august augusti augustus elo elokuu elokuuta sie sierpień sierpnia",
    "sep sept september septembre septiembre set setembro settembre syys syyskuu syyskuuta "
    "wrz wrzesień września",
    "loka lokakuu lokakuuta oct october octobre octubre okt oktober ott ottobre out outubro "
    "paź październik października",
    "lis listopad listopada marras marraskuu marraskuuta nov november novembre novembro noviembre",
    "dec december des desember dez dezember dezembro dic dicembre diciembre déc décembre "
    "gru grudnia grudzień joulu joulukuu joulukuuta",
)
"""What the months are called, long and short, in Danish, Dutch, English, Finnish, French, German,
Italian, Norwegian, Polish, Portuguese, Spanish and Swedish (Unicode CLDR), without the words that
are another month's in another of them. A library's tables are of megabytes, for these alone."""
_MONTHS = {word: month for month, words in enumerate(_WORDS, 1) for word in words.split()}
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
    rf"{_NUMBERS}(?P<label>.{{1,255}}) - (?=.*(?<!\d)20\d\d(?!\d))"
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
    month = _MONTHS.get(match["month"].casefold().removesuffix("."))
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
