"""Files of grades with a row for each learner and a column for each assignment.

What Canvas, Blackboard and Brightspace have in common: grades go into one column, and a cell that
says the same number already keeps its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.errors import UsageError
from grader.grade import Gradebook
from grader.language import say
from grader.lms import matching, numbers
from grader.lms.matching import Claim, Fate, Match, Place, graded
from grader.lms.numbers import Notation
from grader.lms.tables import Table

Adjust = Callable[[Match], Match]
DECIMALS = 2
"""Platforms keep so many, also where a file shows fewer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A file of grades as the platform gave it, and the assignment that grades go to."""

    table: Table
    column: int
    title: str
    maximum: Decimal
    places: tuple[Place, ...]
    notation: Notation


def column_of(
    table: Table, found: Mapping[int, re.Match[str]], assignment: str | None
) -> tuple[int, re.Match[str]]:
    """Return the one column that is meant, by its number, its title or its whole header.

    ``found`` holds the columns of assignments with the groups ``title`` and maybe ``number``.
    Raises ``UsageError`` where it is not told.
    """
    wanted = [
        place
        for place, match in found.items()
        if assignment in (None, match["title"], match[0], match.groupdict().get("number"))
    ]
    if len(wanted) != 1:
        titles = ", ".join(match[0] for match in found.values()) or say("none")
        raise UsageError(
            say(
                "{name}: {count} assignments may be meant; give --assignment with the number "
                "of one of its assignments ({titles})",
                name=table.name,
                count=len(wanted),
                titles=titles,
            )
        )
    return wanted[0], found[wanted[0]]


def notation_of(table: Table, cells: Sequence[str], again: str) -> Notation:
    """Return how the cells of a column write numbers, with two decimals at least.

    Raises ``UsageError`` where commas and points stand before decimals.
    """
    notation = numbers.notation(cells)
    if notation is None:
        if any(numbers.read(cell) is not None for cell in cells):
            raise UsageError(
                say(
                    "{name}: writes grades with commas and with points; {remedy}",
                    name=table.name,
                    remedy=again,
                )
            )
        return Notation()
    return replace(notation, decimals=max(notation.decimals, DECIMALS))


def plan_of(
    book: Gradebook, sheet: Sheet, claims: Sequence[Claim], adjust: Adjust | None = None
) -> tuple[Match, ...]:
    """Return the plan of exporting ``book``; ``adjust`` has the last word on each line."""
    lines = matching.match(
        sheet.places,
        claims,
        lambda grade, _: matching.cell(grade, sheet.maximum, sheet.notation),
    )
    same = map(_unless_the_same, lines)
    return tuple(map(adjust, same) if adjust else same)


def changes_of(plan: Sequence[Match], column: int) -> dict[tuple[int, int], str]:
    """Return the new cells of a column by row and column."""
    return {
        (line.place.row, column): line.after
        for line in graded(plan)
        if line.place and line.fate is Fate.UPDATED
    }


def _unless_the_same(line: Match) -> Match:
    if line.fate is not Fate.UPDATED:
        return line
    before = numbers.read(line.before)
    if before is None or before != numbers.read(line.after):
        return line
    return replace(line, fate=Fate.UNCHANGED, after=line.before)
