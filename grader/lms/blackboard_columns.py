"""Which columns of Blackboard's file hold what, in whatever language its titles are.

English titles were seen in many files, Spanish ones in a few, German ones in Blackboard's own help
alone. What no language changes decides in the others: numbers stand behind a bar, points in
brackets, a learner's own columns come first and in one order (last name, first name, login name),
and formats are called by codes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from grader.errors import UsageError
from grader.language import say
from grader.lms import usernames
from grader.lms.tables import Table

USERNAME = "Username"
COMMENT, FORMAT = "Feedback to Learner", "Feedback Format"
_FORMATS = {"HTML", "SMART_TEXT", "PLAIN_TEXT", ""}
"""Codes of how a comment is written, in every language."""
_LOGIN = 2
"""Where the login name stands among a learner's own columns, which cannot be moved."""
_ENGLISH = "Total Pts"
_SCORE = ("Score", "Puntuación", "Punktzahl")
"""What a column is said to show whose grades are points."""
_ASSIGNMENT = re.compile(
    r"(?P<title>.*?)\s?\[(?P<words>[^\[\]|:：0-9]+)[:：]\s*(?P<most>[^\[\]|0-9]*?)\s*"
    r"(?P<points>[0-9][0-9.,]*)(?:\s(?P<shown>[^\[\]|]+))?\]\s?\|(?P<number>[0-9]+)",
    re.DOTALL,
)


def assignments(table: Table) -> dict[int, re.Match[str]]:
    """Return the columns of points; what Blackboard calculates itself takes none.

    Each match has the groups ``title``, ``points``, ``shown`` and ``number``.
    """
    found = ((place, _ASSIGNMENT.fullmatch(title)) for place, title in enumerate(table.header))
    return {place: match for place, match in found if match and not match["most"].strip()}


def is_of_learners(table: Table) -> bool:
    """Whether a table has columns of points behind those of a learner."""
    found, titled = assignments(table), table.header.count(USERNAME)
    return bool(found) and (titled == 1 or (not titled and min(found) > _LOGIN))


def shows_points(table: Table, match: re.Match[str], *, in_points: bool) -> bool:
    """Whether a column shows grades as points; raises ``UsageError`` for words not known.

    ``in_points`` is a person's word for it, which English titles do not need.
    """
    if match["words"] == _ENGLISH:
        return match["shown"] in (_SCORE[0], None)
    if match["shown"] in _SCORE or in_points:
        return True
    raise UsageError(
        say(
            "{name}: the column {title!r} does not say in a language known here what it shows; "
            "where its primary display in Blackboard is points (Score), give --in-points, else set "
            "it so and download again",
            name=table.name,
            title=match[0],
        )
    )


def logins(table: Table, hand_ins: Sequence[Sequence[str]]) -> int:
    """Return the column of login names; raises ``UsageError`` where it is not sure.

    ``hand_ins`` holds the login names that each hand-in's entry may carry. Where no title is known
    they have to bear the column out: it holds some, and no other column leads one to another row.
    """
    if table.header.count(USERNAME) == 1:
        return table.header.index(USERNAME)
    first = min(assignments(table))
    titled = [at for at in range(first) if table.header[at].strip() in usernames.TITLES]
    if len(titled) == 1:
        return titled[0]
    if titled or first <= _LOGIN:
        raise _not_told(table, say("which column holds the login names"))
    columns = [_rows(table, at) for at in range(first)]
    names = Counter(row.cells[_LOGIN].strip() for row in table.rows[1:])
    twice = next((name for name, count in names.items() if name and count > 1), None)
    if twice is not None:
        raise _not_told(table, say("whose {login!r} is: it stands there twice", login=twice))
    found = [_found(columns[_LOGIN], readings) for readings in hand_ins]
    if not any(found):
        raise _not_told(
            table, say("which column holds the login names: none of those in the download is there")
        )
    for readings, rows in zip(hand_ins, found, strict=True):
        if any(_found(column, readings) - rows for column in columns):
            login = readings[0]
            raise _not_told(
                table, say("whose {login!r} is: it stands in several columns", login=login)
            )
    return _LOGIN


def comments(table: Table) -> tuple[int, int] | None:
    """Return the columns of comments and of their formats; None where there is no single pair."""
    header, found = table.header, assignments(table)
    if len(found) != 1:
        return None
    if header.count(COMMENT) == header.count(FORMAT) == 1:
        return header.index(COMMENT), header.index(FORMAT)
    (column,) = found
    if header.count(USERNAME) or len(header) != column + 5 or len(table.rows) < 2:
        return None
    # Behind the grade: notes and their format, what the learner reads and its format.
    rows = [row.cells for row in table.rows[1:]]
    coded = all({row[column + 2], row[column + 4]} <= _FORMATS for row in rows)
    is_told = any(row[column + 2] and row[column + 4] for row in rows)
    return (column + 3, column + 4) if coded and is_told else None


def _rows(table: Table, column: int) -> dict[str, set[int]]:
    """Return the rows by what they say in a column."""
    found: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(table.rows[1:], start=1):
        found[row.cells[column].strip()].add(number)
    return found


def _found(column: dict[str, set[int]], readings: Sequence[str]) -> set[int]:
    return {row for reading in readings for row in column.get(reading, ())}


def _not_told(table: Table, what: str) -> UsageError:
    return UsageError(
        say(
            "{name}: its titles are in a language that is not known here, and nothing tells "
            "{what}; set Blackboard to English, and download it again",
            name=table.name,
            what=what,
        )
    )
