"""Late work: how late a hand-in is, and what that takes off the points it earned.

Times come from learning platforms alone. Where a clock's time may be two moments, as in the hour
that comes twice in autumn, the one that is better for the learner counts; where no time is known,
nothing is taken off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from grader.grade import Grade, Late, settled
from grader.language import decimal, message, say, say_count, speaking, stored_language
from grader.lms.found import names_of
from grader.submission import Arrival, Identity

YEARS = range(2000, 2200)
"""A time of another year is no time that anything was handed in."""
UNKNOWN = message("When this was handed in is not known, so nothing is taken off for lateness.")
NO_TIME = message(
    "The learning platform calls this hand-in late and tells no time, so nothing is taken off: a "
    "person decides."
)
_DAY = timedelta(days=1)
_LISTED = 20
"""Hand-ins that a line names before it only counts them."""


@dataclass(frozen=True, kw_only=True)
class LatePolicy:
    """What one sheet's lateness costs; clock times are those of ``zone``, without one of their own.

    Each day begun after the grace takes ``percent_of_earned_per_day`` off the points that were
    earned, up to ``max_percent`` of them.
    """

    zone: ZoneInfo
    grace: timedelta
    percent_of_earned_per_day: float
    max_percent: float
    deadline: datetime
    extensions: Mapping[str, datetime]
    """Later deadlines by what a hand-in of a platform is called, such as ``participant-101``."""


def settle(grade: Grade, arrival: Arrival | None, policy: LatePolicy | None) -> Grade:
    """Return the grade with what its lateness takes off, or with a remark why nothing is.

    The points always follow from the marks: a grade that is settled twice is settled once.
    """
    if policy is None:
        return grade
    moment = _moment(arrival, policy.zone)
    if moment is not None:
        return settled(grade, grade.questions, late(moment, grade.identity, policy))
    remark = NO_TIME if arrival and arrival.marked_late else UNKNOWN
    known = tuple(dict.fromkeys((*grade.remarks, say(remark))))
    return replace(settled(grade, grade.questions, None), remarks=known)


def late(moment: datetime, identity: Identity | None, policy: LatePolicy) -> Late | None:
    """Return how late ``moment``, which has a zone, is; None where it is on time."""
    deadline = deadline_of(identity, policy)
    seconds = (moment - deadline).total_seconds()
    if seconds <= 0:
        return None
    days = days_begun(deadline + policy.grace, moment, policy.zone)
    percent = min(policy.max_percent, days * policy.percent_of_earned_per_day)
    cost = _cost(days, percent) if days else _no_cost(policy.grace)
    shown = f"{deadline.astimezone(policy.zone):%Y-%m-%d %H:%M} ({policy.zone.key})"
    sentence = say(
        "Handed in {duration} after the deadline of {deadline}: {cost}",
        duration=_duration(seconds),
        deadline=shown,
        cost=cost,
    )
    return Late(seconds=seconds, days=days, percent=percent, sentence=sentence)


def deadline_of(identity: Identity | None, policy: LatePolicy) -> datetime:
    """Return until when a hand-in is on time; of a team, the extension of any member counts."""
    extended = (policy.extensions[name] for name in names_of(identity) if name in policy.extensions)
    return max(latest(clock, policy.zone) for clock in (policy.deadline, *extended))


def closes(policy: LatePolicy) -> datetime:
    """Return from when on nobody can be on time any more, so that answers may be shown."""
    clocks = (policy.deadline, *policy.extensions.values())
    return max(latest(clock, policy.zone) for clock in clocks) + policy.grace


def days_begun(end: datetime, moment: datetime, zone: ZoneInfo) -> int:
    """Return how many days have begun from ``end`` to ``moment``, on the clock of ``zone``.

    A day ends when the clock shows the time of ``end`` again, however long that takes.
    """
    if moment <= end:
        return 0
    clock = end.astimezone(zone).replace(tzinfo=None, fold=0)
    # No zone's clock was ever moved by more than a day or so: from here it is a step or three.
    days = max(1, (moment - end) // _DAY - 2)
    while moment > latest(clock + days * _DAY, zone):
        days += 1
    return days


def latest(clock: datetime, zone: ZoneInfo) -> datetime:
    """Return the last moment that a clock's time in ``zone`` may be."""
    return max(_moments(clock, zone))


def notes(grades: Iterable[Grade], policy: LatePolicy) -> Iterator[str]:
    """Yield one line each on who was late, whose time is not known, and lost extensions."""
    grades = tuple(grades)
    of = {
        say("handed in late"): [g.submission for g in grades if g.late and g.late.days],
        say("handed in at a time that is not known, so that nothing is taken off"): [
            g.submission for g in grades if _without_time(g)
        ],
    }
    for what, names in of.items():
        if names:
            yield f"{what}: {_listed(names)}"
    known = {name for grade in grades for name in names_of(grade.identity)}
    lost = [name for name in policy.extensions if name not in known]
    if lost:
        yield say(
            "extensions that meet no hand-in: {names}; check them in course.toml",
            names=_listed(lost),
        )


def _cost(days: int, percent: float) -> str:
    return say_count(
        "{count} day begun, so {percent} % of the earned points are taken off.",
        "{count} days begun, so {percent} % of the earned points are taken off.",
        days,
        percent=decimal(f"{percent:g}"),
    )


def _no_cost(grace: timedelta) -> str:
    return say(
        "within the grace of {minutes}, so nothing is taken off.",
        minutes=_minutes(int(grace.total_seconds() // 60)),
    )


def _without_time(grade: Grade) -> bool:
    """Return whether a grade's remarks say so, in whichever language they are."""
    with speaking(stored_language(grade.language)):
        return bool({say(UNKNOWN), say(NO_TIME)} & set(grade.remarks))


def _moment(arrival: Arrival | None, zone: ZoneInfo) -> datetime | None:
    at = arrival.at if arrival else None
    if at is None or at.year not in YEARS:
        return None
    return at if at.tzinfo is not None else min(_moments(at, zone))


def _moments(clock: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the moments of a clock's time before and after the clock may have been moved."""
    first, second = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def _duration(seconds: float) -> str:
    """Return a duration in its two largest units: ``1 day 3 hours``."""
    left = int(seconds)
    parts: list[str] = []
    for size, counted in ((86_400, _days), (3_600, _hours), (60, _minutes), (1, _seconds)):
        count, left = divmod(left, size)
        if count or parts:
            parts.append(counted(count) if count else "")
    return " ".join(part for part in parts[:2] if part) or say("less than a second")


def _days(count: int) -> str:
    return say_count("{count} day", "{count} days", count)


def _hours(count: int) -> str:
    return say_count("{count} hour", "{count} hours", count)


def _minutes(count: int) -> str:
    return say_count("{count} minute", "{count} minutes", count)


def _seconds(count: int) -> str:
    return say_count("{count} second", "{count} seconds", count)


def _listed(names: list[str]) -> str:
    shown, more = ", ".join(names[:_LISTED]), len(names) - _LISTED
    return say("{names} and {count} more", names=shown, count=more) if more > 0 else shown
