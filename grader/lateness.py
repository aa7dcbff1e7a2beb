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
from grader.lms.entries import name_of
from grader.submission import Arrival, Identity

YEARS = range(2000, 2200)
"""A time of another year is no time that anything was handed in."""
UNKNOWN = "When this was handed in is not known, so nothing is taken off for lateness."
NO_TIME = (
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
    known = tuple(dict.fromkeys((*grade.remarks, remark)))
    return replace(settled(grade, grade.questions, None), remarks=known)


def late(moment: datetime, identity: Identity | None, policy: LatePolicy) -> Late | None:
    """Return how late ``moment``, which has a zone, is; None where it is on time."""
    deadline = deadline_of(identity, policy)
    seconds = (moment - deadline).total_seconds()
    if seconds <= 0:
        return None
    days = days_begun(deadline + policy.grace, moment, policy.zone)
    percent = min(policy.max_percent, days * policy.percent_of_earned_per_day)
    shown = f"{deadline.astimezone(policy.zone):%Y-%m-%d %H:%M} ({policy.zone.key})"
    grace = f"within the grace of {_minutes(policy.grace)}, so nothing is taken off."
    cost = (
        f"{days} {'day' if days == 1 else 'days'} begun, so {percent:g} % of the earned points "
        "are taken off."
    )
    sentence = f"Handed in {_duration(seconds)} after the deadline of {shown}: "
    return Late(
        seconds=seconds, days=days, percent=percent, sentence=sentence + (cost if days else grace)
    )


def deadline_of(identity: Identity | None, policy: LatePolicy) -> datetime:
    """Return until when a hand-in is on time; of a team, the extension of any member counts."""
    extended = (policy.extensions[name] for name in _names(identity) if name in policy.extensions)
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
        "handed in late": [g.submission for g in grades if g.late and g.late.days],
        "handed in at a time that is not known, so that nothing is taken off": [
            g.submission for g in grades if {UNKNOWN, NO_TIME} & set(g.remarks)
        ],
    }
    for what, names in of.items():
        if names:
            yield f"{what}: {_listed(names)}"
    known = {name for grade in grades for name in _names(grade.identity)}
    lost = [name for name in policy.extensions if name not in known]
    if lost:
        yield f"extensions that meet no hand-in: {_listed(lost)}; check them in course.toml"


def _moment(arrival: Arrival | None, zone: ZoneInfo) -> datetime | None:
    at = arrival.at if arrival else None
    if at is None or at.year not in YEARS:
        return None
    return at if at.tzinfo is not None else min(_moments(at, zone))


def _moments(clock: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the moments of a clock's time before and after the clock may have been moved."""
    first, second = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def _names(identity: Identity | None) -> tuple[str, ...]:
    """Return what extensions may call a hand-in; one of no platform has no name of its own."""
    if identity is None:
        return ()
    members = identity.members if identity.lms == "moodle" else ()
    one_each = (name_of(replace(identity, number=number)) for number in members)
    return tuple(dict.fromkeys((name_of(identity), *one_each)))


def _duration(seconds: float) -> str:
    """Return a duration in its two largest units: ``1 day 3 hours``."""
    left = int(seconds)
    parts: list[str] = []
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        count, left = divmod(left, size)
        if count or parts:
            parts.append(_counted(count, unit))
    return " ".join(part for part in parts[:2] if not part.startswith("0 ")) or "less than a second"


def _minutes(grace: timedelta) -> str:
    return _counted(int(grace.total_seconds() // 60), "minute")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
