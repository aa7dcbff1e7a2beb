"""Which grade goes to which row of a platform's file: a plan as data, before anything is written.

Rows and grades meet by numbers of the platform alone. A row that two grades claim, or a number
that two rows carry, is ambiguous, and while anything is, nothing may be written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from grader.errors import UsageError
from grader.grade import Grade, Status
from grader.language import decimal, message, say
from grader.lms import numbers
from grader.lms.numbers import Notation


class Fate(StrEnum):
    """What becomes of one row, or of one grade without a row."""

    UPDATED = message("updated")
    UNCHANGED = message("unchanged")
    UNDECIDED = message("waits for a person")
    NO_SUBMISSION = message("no submission")
    UNMATCHED = message("unmatched")
    AMBIGUOUS = message("ambiguous")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One row of the platform's file that can take a grade."""

    key: str
    """The platform's number of whom it belongs to."""
    row: int
    """Its position in the table, from 0."""
    line: int
    grade: str
    """What its grade cell says now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One submission's grade and the keys of the rows that it belongs to."""

    grade: Grade
    keys: tuple[str, ...]
    why_none: str = ""
    """Why there are no keys, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """One line of the plan."""

    key: str
    """The number of the row; empty for a grade without one."""
    submission: str
    fate: Fate
    before: str = ""
    after: str = ""
    detail: str = ""
    place: Place | None = None
    grade: Grade | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """What would be written, and what a person must know before."""

    plan: tuple[Match, ...]
    notes: tuple[str, ...]
    """One sentence for each thing that is not as it seems."""
    changes: Mapping[tuple[int, int], str]
    """New cells by row and column."""


def match(
    places: Sequence[Place], claims: Sequence[Claim], after: Callable[[Grade, Place], str]
) -> tuple[Match, ...]:
    """Return the plan: one line for each row, then one for each grade that has no row.

    ``after`` returns what the grade cell of a row shall say.
    """
    claimed: dict[str, list[Claim]] = {}
    for claim in claims:
        for key in claim.keys:
            claimed.setdefault(key, []).append(claim)
    rows = Counter(place.key for place in places)
    lines = [_row(place, claimed.get(place.key, ()), rows[place.key], after) for place in places]
    return (*lines, *_without_row(claims, rows.keys()))


def count(plan: Iterable[Match]) -> dict[Fate, int]:
    """Return how many lines of the plan have each fate, in the order of the fates."""
    counted = Counter(line.fate for line in plan)
    return {fate: counted[fate] for fate in Fate}


def graded(plan: Sequence[Match]) -> tuple[Match, ...]:
    """Return the lines of the plan that carry a grade into a row."""
    return tuple(line for line in plan if line.fate in (Fate.UPDATED, Fate.UNCHANGED))


def cell(grade: Grade, maximum: Decimal, notation: Notation) -> str:
    """Return a grade as a share of ``maximum``, as the platform's file writes numbers.

    Raises ``UsageError`` for a grade outside 0 to ``maximum``, which platforms pass over.
    """
    share = numbers.scaled(grade.points, grade.max_points, maximum)
    if not share.is_finite() or not 0 <= share <= maximum:
        raise UsageError(
            say(
                "{submission}: {share} is no grade from 0 to {maximum}, and would be passed "
                "over on upload; check the sheet's points",
                submission=grade.submission,
                share=decimal(f"{share:f}"),
                maximum=decimal(f"{maximum:f}"),
            )
        )
    return notation.write(share)


def notes(plan: Iterable[Match], points: float, maxima: Iterable[Decimal]) -> Iterator[str]:
    """Yield by how much points are scaled, and how many grades are replaced."""
    for maximum in sorted(set(maxima)):
        if maximum != Decimal(str(points)):
            yield (
                say(
                    "points are multiplied by {factor}: the sheet has {points}, the platform "
                    "{maximum}",
                    factor=decimal(f"{float(maximum) / points:.6g}"),
                    points=decimal(f"{points:g}"),
                    maximum=decimal(f"{maximum:f}"),
                )
            )
    replaced = sum(1 for line in plan if line.before.strip() and line.before != line.after)
    if replaced:
        yield say("{count} grades that are there already are replaced", count=replaced)


def _row(
    place: Place,
    claims: Sequence[Claim],
    rows: int,
    after: Callable[[Grade, Place], str],
) -> Match:
    names = ", ".join(claim.grade.submission for claim in claims)
    if len(claims) > 1 or (claims and rows > 1):
        why = (
            say("{count} submissions have this number", count=len(claims))
            if len(claims) > 1
            else say("{count} rows have this number", count=rows)
        )
        return _line(place, names, Fate.AMBIGUOUS, detail=why)
    if not claims:
        return _line(place, "", Fate.NO_SUBMISSION)
    grade = claims[0].grade
    if grade.status is not Status.GRADED:
        return _line(place, names, Fate.UNDECIDED, detail=_why_undecided(grade))
    text = after(grade, place)
    return Match(
        key=place.key,
        submission=names,
        fate=Fate.UNCHANGED if text == place.grade else Fate.UPDATED,
        before=place.grade,
        after=text,
        place=place,
        grade=grade,
    )


def _line(place: Place, names: str, fate: Fate, *, detail: str = "") -> Match:
    return Match(
        key=place.key,
        submission=names,
        fate=fate,
        before=place.grade,
        after=place.grade,
        detail=detail,
        place=place,
    )


def _why_undecided(grade: Grade) -> str:
    if grade.status is Status.NOT_GRADED:
        return say("not graded")
    return say(
        "{undecided} of {total} points are undecided",
        undecided=decimal(f"{grade.undecided_points:g}"),
        total=decimal(f"{grade.max_points:g}"),
    )


def _without_row(claims: Iterable[Claim], known: Iterable[str]) -> Iterator[Match]:
    rows = set(known)
    for claim in claims:
        name = claim.grade.submission
        if not claim.keys:
            yield Match(key="", submission=name, fate=Fate.UNMATCHED, detail=claim.why_none)
        for key in claim.keys:
            if key not in rows:
                detail = say("no row has this number")
                yield Match(key=key, submission=name, fate=Fate.UNMATCHED, detail=detail)
