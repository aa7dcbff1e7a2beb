"""Whose participant's number is whose, where only a worksheet tells: by ids, never by names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.errors import UsageError
from grader.language import say
from grader.lms.moodle import Worksheet


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One participant as Moodle lists them."""

    user: str
    number: str
    """The participant's number; empty where Moodle keeps it to itself."""
    idnumber: str = ""
    email: str = ""
    username: str = ""


_FIELDS: tuple[Callable[[Person], str], ...] = (
    lambda one: one.idnumber.strip(),
    lambda one: one.email.strip().casefold(),
    lambda one: one.username.strip(),
)


def person(record: Mapping[str, Any]) -> Person:
    """Return a participant from an answer of Moodle; nothing else of it is kept."""
    number = int(record.get("recordid") or 0)
    return Person(
        user=str(int(record["id"])),
        number=str(number) if number > 0 else "",
        idnumber=str(record.get("idnumber") or ""),
        email=str(record.get("email") or ""),
        username=str(record.get("username") or ""),
    )


def by_worksheet(sheet: Worksheet, people: Sequence[Person]) -> dict[str, str]:
    """Return the participants' numbers by user, where id number, mail or user name agree.

    A column counts only where all of its cells that say something are known of exactly one
    person, and two columns must not say different things. Raises ``UsageError`` where they do,
    or where no column counts.
    """
    found: dict[str, str] = {}
    columns = [
        (column, field)
        for column in range(1, sheet.columns.grade)
        if column not in (sheet.columns.identifier, sheet.columns.full_name, sheet.columns.group)
        for field in _FIELDS
    ]
    for column, field in columns:
        for user, number in _agreeing(sheet, people, column, field).items():
            if found.setdefault(user, number) != number:
                raise UsageError(
                    say(
                        "{name}: two of its columns name different learners for one number; "
                        "download the grading worksheet again",
                        name=sheet.table.name,
                    )
                )
    if not found or len(set(found.values())) != len(found):
        raise UsageError(
            say(
                "{name}: has no column of id numbers, mails or user names by which Moodle knows "
                "its learners; have one shown to you in Moodle, or use a token with the right "
                "mod/assign:revealidentities",
                name=sheet.table.name,
            )
        )
    return found


def _agreeing(
    sheet: Worksheet, people: Sequence[Person], column: int, field: Callable[[Person], str]
) -> dict[str, str]:
    """Return the numbers by user that one column tells; none where it is of something else."""
    counts = Counter(filter(None, map(field, people)))
    users = {field(one): one.user for one in people if counts[field(one)] == 1}
    found: dict[str, str] = {}
    for one in sheet.participants:
        cell = sheet.table.rows[one.row].cells[column].strip()
        if not cell:
            continue
        user = users.get(cell) or users.get(cell.casefold())
        if user is None or user in found:
            return {}
        found[user] = one.number
    return found
