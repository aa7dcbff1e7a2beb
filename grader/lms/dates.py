"""Long dates as Moodle and Java write them, in the languages whose words are known.

None carries a zone that counts. Each is read only where nothing of it is doubtful: its language's
own words and order, a day of the week that is that date's, and of an hour which half of the day
it is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product

_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
_ENGLISH_CLOCK = _CLOCK + r"(?: (?P<half>[ap])\.?m\.?)?"
_DAY, _MONTH, _YEAR = r"(?P<day>[0-9]{1,2})", r"(?P<month>\w+)", r"(?P<year>[0-9]{4})"

_FORMS = {
    "English": (
        rf"(?P<weekday>\w+), {_DAY} {_MONTH} {_YEAR}, {_ENGLISH_CLOCK}",
        rf"(?P<weekday>\w+), {_MONTH} {_DAY}, {_YEAR}, {_ENGLISH_CLOCK}",
    ),
    "German": (rf"(?P<weekday>\w+), {_DAY}\.? {_MONTH} {_YEAR}, {_CLOCK}",),
    "French": (rf"(?P<weekday>\w+),? {_DAY} {_MONTH} {_YEAR}, {_CLOCK}",),
    "Spanish": (rf"(?P<weekday>\w+), {_DAY} de {_MONTH} de {_YEAR}, {_CLOCK}",),
}
_MONTHS = {
    "English": "january february march april may june july august september october november "
    "december",
    "German": "januar|jänner februar|feber märz april mai juni juli august september oktober "
    "november dezember",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre "
    "décembre",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre "
    "noviembre diciembre",
}
_WEEKDAYS = {
    "English": "monday tuesday wednesday thursday friday saturday sunday",
    "German": "montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag",
    "French": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "Spanish": "lunes martes miércoles jueves viernes sábado domingo",
}
_LONGEST = {
    "English": (
        "{weekday}, {month} {day}, {time:%Y} {hour}:{time:%M:%S} {half}",
        "{weekday}, {day} {month} {time:%Y} {time:%H:%M:%S} o'clock",
        "{weekday}, {month} {day}, {time:%Y} at {hour}:{time:%M:%S} {half}",
        "{weekday}, {day} {month} {time:%Y} at {time:%H:%M:%S}",
    ),
    "German": (
        "{weekday}, {day}. {month} {time:%Y} {time:%H:%M} Uhr",
        "{weekday}, {time:%d}. {month} {time:%Y} {time:%H:%M} Uhr",
        "{weekday}, {day}. {month} {time:%Y} um {time:%H:%M:%S}",
    ),
    "French": (
        "{weekday} {day} {month} {time:%Y} {time:%H} h {time:%M}",
        "{weekday} {day} {month} {time:%Y} à {time:%H:%M:%S}",
    ),
    "Spanish": (
        "{weekday} {day} de {month} de {time:%Y} {time:%H}H{time:%M}'",
        "{weekday}, {day} de {month} de {time:%Y}, {time.hour}:{time:%M:%S}",
    ),
}
_NOON = 12
_MAX_LENGTH = 100


def read(cell: str, language: str) -> datetime | None:
    """Return the clock's time that a cell shows, without a zone; None where it is not sure."""
    text = " ".join(cell.split()).casefold()
    if len(text) > _MAX_LENGTH:
        return None
    for form in _FORMS[language]:
        if match := re.fullmatch(form, text):
            return _time(match, language)
    return None


def longest(time: datetime) -> Iterator[str]:
    """Yield how Java's longest form writes a time, in each language, without the zone behind it.

    French, German and Spanish have no seconds in some of its versions.
    """
    for language, forms in _LONGEST.items():
        months = _MONTHS[language].split()[time.month - 1].split("|")
        weekdays = _WEEKDAYS[language].split()[time.weekday()].split("|")
        for form, month, weekday in product(forms, months, weekdays):
            is_capital = language in ("English", "German")
            yield form.format(
                time=time,
                day=time.day,
                hour=time.hour % _NOON or _NOON,
                half=("AM", "PM")[time.hour // _NOON],
                month=month.capitalize() if is_capital else month,
                weekday=weekday.capitalize() if is_capital else weekday,
            )


def _time(match: re.Match[str], language: str) -> datetime | None:
    month = _place(match["month"], _MONTHS[language].split())
    weekday = _place(match["weekday"], _WEEKDAYS[language].split())
    hour = _hour(match)
    if month is None or weekday is None or hour is None:
        return None
    try:
        time = datetime(
            int(match["year"]), month + 1, int(match["day"]), hour, int(match["minute"])
        )
    except ValueError:
        return None
    return time if time.weekday() == weekday else None


def _hour(match: re.Match[str]) -> int | None:
    """Return the hour of the day; an English one without its half may be of either."""
    hour = int(match["hour"])
    if "half" not in match.re.groupindex:
        return hour
    if match["half"] is None:
        return None if 1 <= hour <= _NOON else hour
    if not 1 <= hour <= _NOON:
        return None
    return hour % _NOON + (_NOON if match["half"] == "p" else 0)


def _place(word: str, words: Sequence[str]) -> int | None:
    return next((at for at, known in enumerate(words) if word in known.split("|")), None)
