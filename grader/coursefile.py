"""``course.toml``: what a course decides for all of its sheets, such as what lateness costs.

::

    [late]
    timezone = "Europe/Berlin"
    grace_minutes = 15
    percent_of_earned_per_day = 10
    max_percent = 50

    [late.sheets.dl_foundations]
    deadline = 2026-11-30 23:59:00
    extensions = { "participant-101" = "2026-12-07 23:59" }

    [language]
    usual = "de"
    learners = { "participant-102" = "en" }
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader import course, files
from grader.audience import Audience
from grader.errors import AuthorError, UsageError
from grader.language import ENGLISH, Language, language, message, say
from grader.lateness import YEARS, LatePolicy

NAME = "course.toml"
MAX_GRACE_MINUTES = 10_080
"""A week: who means more means another deadline."""

_TABLES = ("late", "language")
_LANGUAGE = ("usual", "learners")
_LATE = ("timezone", "grace_minutes", "percent_of_earned_per_day", "max_percent", "sheets")
_SHEET = ("deadline", "extensions")
_TIME = message('give a time of the clock as "2026-11-30 23:59", without a zone of its own')


def late_policy(folder: Path, sheet: str) -> LatePolicy | None:
    """Return what ``sheet``'s lateness costs in the course at ``folder``; None: nothing.

    The whole file is checked, whatever the sheet. Raises ``AuthorError`` naming file and key.
    """
    path = folder / NAME
    given = _read(path)
    course.check_keys(path, given, list(_TABLES))
    if "late" not in given:
        return None
    late = _table(path, "late", given["late"])
    course.check_keys(path, late, list(_LATE), within="late")
    shared = _shared(path, late)
    sheets = _table(path, "late.sheets", late.get("sheets", {}))
    course.check_keys(path, sheets, list(course.sheets(folder)), within="late.sheets")
    policies = {name: _sheet(path, name, sheets[name], shared) for name in sheets}
    return policies.get(sheet)


def audience(folder: Path, sheet: Path, *, usual: str = "") -> Audience:
    """Return who is spoken to in which language in the course at ``folder``.

    ``usual`` comes before what the file says of the class, and not before what it says of a
    learner. Catalogues in the folder ``sheet`` are known. Raises ``AuthorError`` naming file and
    key, and ``UsageError`` where there is no language ``usual``.
    """
    path = folder / NAME
    given = _read(path)
    course.check_keys(path, given, list(_TABLES))
    table = _table(path, "language", given.get("language", {}))
    course.check_keys(path, table, list(_LANGUAGE), within="language")
    wished = table.get("usual", ENGLISH)
    own = _language(path, "language.usual", wished, sheet)
    learners = _table(path, "language.learners", table.get("learners", {}))
    return Audience(
        language(usual, folders=[sheet]) if usual else own,
        {
            name: _language(path, f"language.learners.{name}", code, sheet)
            for name, code in learners.items()
        },
    )


def _language(path: Path, key: str, code: object, sheet: Path) -> Language:
    try:
        return language(code if isinstance(code, str) else repr(code), folders=[sheet])
    except UsageError as problem:
        raise AuthorError(f"{path}: {key} = {code!r}: {problem}") from None


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise AuthorError(
            say(
                "{path}: cannot be read ({problem}); make it a file",
                path=path,
                problem=files.reason(problem),
            )
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise AuthorError(
            say("{path}: not TOML: {problem}; correct it there", path=path, problem=problem)
        ) from None


def _shared(path: Path, late: Mapping[str, Any]) -> dict[str, Any]:
    """Return what all sheets of the course have in common, by the fields of ``LatePolicy``."""
    for key in ("timezone", "percent_of_earned_per_day"):
        if key not in late:
            raise AuthorError(say("{path}: late.{key} is missing; add it", path=path, key=key))
    grace = _number(path, "late.grace_minutes", late.get("grace_minutes", 0), MAX_GRACE_MINUTES)
    daily = late["percent_of_earned_per_day"]
    return {
        "zone": _zone(path, late["timezone"]),
        "grace": timedelta(minutes=grace),
        "percent_of_earned_per_day": _number(path, "late.percent_of_earned_per_day", daily, 100),
        "max_percent": _number(path, "late.max_percent", late.get("max_percent", 100), 100),
    }


def _sheet(path: Path, name: str, given: object, shared: Mapping[str, Any]) -> LatePolicy:
    key = f"late.sheets.{name}"
    table = _table(path, key, given)
    course.check_keys(path, table, list(_SHEET), within=key)
    if "deadline" not in table:
        raise AuthorError(
            say(
                "{path}: {key}.deadline is missing; add it, or remove the table", path=path, key=key
            )
        )
    deadline = _time(path, f"{key}.deadline", table["deadline"])
    extensions = {
        who: _time(path, f"{key}.extensions.{who}", until)
        for who, until in _table(path, f"{key}.extensions", table.get("extensions", {})).items()
    }
    for who, until in extensions.items():
        if until < deadline:
            raise AuthorError(
                say(
                    "{path}: {key}.extensions.{who} = {until!r} is before the deadline "
                    "{deadline!r}; give a later time",
                    path=path,
                    key=key,
                    who=who,
                    until=str(until),
                    deadline=str(deadline),
                )
            )
    return LatePolicy(**shared, deadline=deadline, extensions=extensions)


def _table(path: Path, key: str, given: object) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise AuthorError(
            say(
                "{path}: {key} = {given!r}; make it a table, [{key}]",
                path=path,
                key=key,
                given=given,
            )
        )
    return given


def _number(path: Path, key: str, given: object, most: int) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= most:
        raise AuthorError(
            say(
                "{path}: {key} = {given!r}; give a number from 0 to {most}",
                path=path,
                key=key,
                given=given,
                most=most,
            )
        )
    return given


def _zone(path: Path, given: object) -> ZoneInfo:
    if isinstance(given, str) and given:
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(given)
    raise AuthorError(
        say(
            '{path}: late.timezone = {given!r} is no time zone; give one such as "Europe/Berlin"',
            path=path,
            given=given,
        )
    )


def _time(path: Path, key: str, given: object) -> datetime:
    """Return a clock's time, given as TOML's own or as text."""
    time = given
    if isinstance(given, str) and len(given) > len("2026-11-30"):
        with suppress(ValueError):
            time = datetime.fromisoformat(given)
    if not isinstance(time, datetime) or time.tzinfo is not None or time.year not in YEARS:
        raise AuthorError(f"{path}: {key} = {str(given)!r}; {say(_TIME)}")
    return time
