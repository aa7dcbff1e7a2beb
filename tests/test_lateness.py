"""What lateness costs: percent of what was earned, and nothing where no time is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import gradebook, lateness
from grader.grade import Grade, Status, Verdict, settled
from grader.lateness import NO_TIME, UNKNOWN, LatePolicy
from grader.submission import Arrival, Identity
from tests.lms import making

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC"),
         ZoneInfo("Pacific/Apia")]  # fmt: skip
DEADLINE = datetime(2026, 11, 30, 23, 59)
POLICY = LatePolicy(
    zone=BERLIN,
    grace=timedelta(minutes=15),
    percent_of_earned_per_day=10,
    max_percent=50,
    deadline=DEADLINE,
    extensions={"participant-101": datetime(2026, 12, 7, 12, 0)},
)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

clocks = st.datetimes(datetime(2000, 1, 2), datetime(2035, 12, 31))
marks = st.lists(
    st.none() | st.floats(0, 100).map(lambda points: round(points, 2)), min_size=1, max_size=5
)
policies = st.builds(
    LatePolicy,
    zone=st.sampled_from(ZONES),
    grace=st.integers(0, 10_080).map(lambda minutes: timedelta(minutes=minutes)),
    percent_of_earned_per_day=st.floats(0, 100),
    max_percent=st.floats(0, 100),
    deadline=clocks,
    extensions=st.just({}),
)


def of(number: str = "102", points: float = 8) -> Grade:
    return making.grade(number, points, kind="learner")


def settle(clock: datetime | None, *, number: str = "102", policy: LatePolicy = POLICY) -> Grade:
    return lateness.settle(of(number), Arrival(at=clock), policy)


def with_marks(points: list[float | None]) -> Grade:
    one = of().questions[0]
    return replace(
        of(),
        status=Status.NEEDS_REVIEW if None in points else Status.GRADED,
        questions=tuple(
            replace(one, points=p, verdict=Verdict.NEEDS_REVIEW if p is None else Verdict.PARTIAL)
            for p in points
        ),
    )


@pytest.mark.parametrize(
    ("after", "days", "points"),
    [
        (-MINUTE, None, 8),
        (0 * MINUTE, None, 8),
        (MINUTE, 0, 8),
        (15 * MINUTE, 0, 8),
        (16 * MINUTE, 1, 7.2),
        (DAY + 15 * MINUTE, 1, 7.2),
        (DAY + 16 * MINUTE, 2, 6.4),
        (4 * DAY + HOUR, 5, 4),
        (40 * DAY, 40, 4),
    ],
)
def test_each_day_begun_after_the_grace_takes_its_percent_up_to_the_most(
    after: timedelta, days: int | None, points: float
) -> None:
    grade = settle(DEADLINE + after)
    assert grade.points == pytest.approx(points)
    assert (grade.late.days if grade.late else None) == days
    assert grade.questions == of().questions


def test_what_it_cost_is_said_in_words_and_figures() -> None:
    late = settle(DEADLINE + DAY + 3 * HOUR).late
    assert late is not None
    assert late.sentence == (
        "Handed in 1 day 3 hours after the deadline of 2026-11-30 23:59 (Europe/Berlin): "
        "2 days begun, so 20 % of the earned points are taken off."
    )
    assert (late.seconds, late.percent) == (27 * 3600, 20)
    assert late.points_before == 8
    assert late.deduction == pytest.approx(1.6)
    within = settle(DEADLINE + 5 * MINUTE).late
    assert within and "within the grace of 15 minutes, so nothing is taken off" in within.sentence


def test_an_extension_is_its_own_learners_alone() -> None:
    clock = datetime(2026, 12, 7, 12, 0)
    assert settle(clock, number="101").late is None
    assert settle(clock, number="102").points == 4
    assert "2026-12-07 12:00" in settle(clock + HOUR, number="101").late.sentence  # type: ignore[union-attr]


def test_an_extension_of_any_member_is_the_teams() -> None:
    team = making.grade("55", 8, kind="team", members=("102", "101"))
    moment = Arrival(at=datetime(2026, 12, 7, 12, 0))
    assert lateness.settle(team, moment, POLICY).late is None
    other = replace(team, identity=replace(team.identity, members=("103",)))  # type: ignore[type-var]
    assert lateness.settle(other, moment, POLICY).points == 4


def test_a_name_that_a_learner_chose_has_no_extension_and_no_time() -> None:
    plain = replace(making.grade(None, 8), submission="participant-101")
    grade = lateness.settle(plain, None, POLICY)
    assert (grade.points, grade.late, grade.remarks) == (8, None, (UNKNOWN,))
    assert lateness.deadline_of(None, POLICY) == lateness.latest(DEADLINE, BERLIN)


@pytest.mark.parametrize(
    ("arrival", "remark"),
    [
        (None, UNKNOWN),
        (Arrival(), UNKNOWN),
        (Arrival(at=datetime(1, 1, 1)), UNKNOWN),
        (Arrival(at=datetime(9999, 12, 31, 23, tzinfo=BERLIN)), UNKNOWN),
        (Arrival(marked_late=True), NO_TIME),
    ],
)
def test_without_a_time_nothing_is_taken_off_and_it_is_said(
    arrival: Arrival | None, remark: str
) -> None:
    grade = lateness.settle(of(), arrival, POLICY)
    assert (grade.points, grade.late, grade.remarks) == (8, None, (remark,))
    assert lateness.settle(grade, arrival, POLICY) == grade


def test_without_a_policy_nothing_is_said_at_all() -> None:
    assert lateness.settle(of(), Arrival(at=DEADLINE + 9 * DAY), None) == of()


def test_a_time_with_a_zone_is_that_moment() -> None:
    utc = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
    assert settle(utc).late is None
    assert settle(utc + timedelta(seconds=1)).late is not None


def test_the_hour_that_comes_twice_goes_in_the_learners_favour() -> None:
    twice = datetime(2026, 10, 25, 2, 30)
    none = replace(POLICY, grace=timedelta(0), extensions={})
    at_twice = replace(none, deadline=twice)
    # The deadline is the second 02:30, and a hand-in at 02:59 may be of the first such hour.
    assert settle(datetime(2026, 10, 25, 2, 59), policy=at_twice).late is None
    assert settle(datetime(2026, 10, 25, 1, 29, tzinfo=UTC), policy=at_twice).late is None
    assert settle(datetime(2026, 10, 25, 1, 31, tzinfo=UTC), policy=at_twice).late is not None
    before = replace(none, deadline=datetime(2026, 10, 25, 1, 59))
    late = settle(twice, policy=before).late
    assert late is not None and late.seconds == 31 * 60


def test_an_hour_that_never_was_goes_in_the_learners_favour() -> None:
    none = replace(POLICY, grace=timedelta(0), deadline=datetime(2026, 3, 29, 2, 30), extensions={})
    assert settle(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), policy=none).late is None
    assert settle(datetime(2026, 3, 29, 3, 30), policy=none).late is None


def test_a_day_lasts_until_the_clock_shows_the_same_time_again() -> None:
    end = datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN)
    assert lateness.days_begun(end, datetime(2026, 10, 25, 12, 0, tzinfo=BERLIN), BERLIN) == 1
    assert lateness.days_begun(end, datetime(2026, 10, 25, 12, 1, tzinfo=BERLIN), BERLIN) == 2
    spring = datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN)
    assert lateness.days_begun(spring, datetime(2026, 3, 29, 12, 0, tzinfo=BERLIN), BERLIN) == 1
    assert lateness.days_begun(spring, datetime(2026, 3, 29, 12, 1, tzinfo=BERLIN), BERLIN) == 2


@given(clocks, st.integers(0, 500), st.integers(0, 86_399), st.sampled_from(ZONES))
def test_days_are_those_of_the_clock_and_never_more_than_the_hours_say(
    clock: datetime, days: int, seconds: int, zone: ZoneInfo
) -> None:
    end = lateness.latest(clock, zone)
    moment = end + timedelta(days=days, seconds=seconds)
    begun = lateness.days_begun(end, moment, zone)
    assert abs(begun - -((end - moment) // DAY)) <= 1
    if moment > end:
        wall = end.astimezone(zone).replace(tzinfo=None)
        assert moment <= lateness.latest(wall + begun * DAY, zone)
        assert begun == 1 or moment > lateness.latest(wall + (begun - 1) * DAY, zone)


@given(policies, marks, clocks, clocks)
def test_later_never_earns_more_and_never_below_nothing(
    policy: LatePolicy, points: list[float | None], one: datetime, other: datetime
) -> None:
    first, second = sorted(lateness.latest(clock, policy.zone) for clock in (one, other))
    early, late = (
        lateness.settle(with_marks(points), Arrival(at=moment), policy)
        for moment in (first, second)
    )
    earned = sum(p or 0 for p in points)
    assert 0 <= late.points <= early.points <= earned + 1e-9
    assert late.points >= earned * (1 - policy.max_percent / 100) - 1e-9


@given(policies, marks, clocks)
def test_nothing_is_taken_off_twice_and_files_agree(
    policy: LatePolicy, points: list[float | None], clock: datetime
) -> None:
    once = lateness.settle(with_marks(points), Arrival(at=clock), policy)
    assert lateness.settle(once, Arrival(at=clock), policy) == once
    assert settled(once, once.questions, once.late) == once
    lost = replace(once, points=float("nan"))
    assert gradebook.to_json(making.book(once)) == gradebook.to_json(making.book(lost))


@given(policies, clocks, st.floats(0, 50), st.floats(0, 50))
def test_points_given_later_by_a_person_get_the_same_share(
    policy: LatePolicy, clock: datetime, by_program: float, by_person: float
) -> None:
    waiting = lateness.settle(with_marks([by_program, None]), Arrival(at=clock), policy)
    decided = settled(waiting, with_marks([by_program, by_person]).questions, waiting.late)
    share = 1 - (waiting.late.percent if waiting.late else 0) / 100
    assert decided.points == pytest.approx((by_program + by_person) * share)


def test_who_was_late_and_which_extensions_are_lost_is_said() -> None:
    grades = [
        lateness.settle(of("102"), Arrival(at=DEADLINE + DAY), POLICY),
        lateness.settle(of("103"), None, POLICY),
        lateness.settle(of("104"), Arrival(at=DEADLINE), POLICY),
    ]
    assert list(lateness.notes(grades, POLICY)) == [
        "handed in late: participant-102",
        "handed in at a time that is not known, so that nothing is taken off: participant-103",
        "extensions that meet no hand-in: participant-101; check them in course.toml",
    ]
    there = [*grades, lateness.settle(of("101"), Arrival(at=DEADLINE), POLICY)]
    assert not any("extensions" in line for line in lateness.notes(there, POLICY))


def test_answers_are_shown_when_nobody_can_be_on_time_any_more() -> None:
    last = datetime(2026, 12, 7, 12, 0, tzinfo=BERLIN) + timedelta(minutes=15)
    assert lateness.closes(POLICY) == last
    assert lateness.closes(replace(POLICY, extensions={})) < last


def test_a_platforms_number_is_what_extensions_go_by() -> None:
    gradescope = Identity(lms="gradescope", number="1001", members=("101",))
    policy = replace(POLICY, extensions={"submission-1001": datetime(2026, 12, 24)})
    assert lateness.deadline_of(gradescope, policy) == lateness.latest(
        datetime(2026, 12, 24), BERLIN
    )
    assert lateness.deadline_of(gradescope, POLICY) == lateness.latest(DEADLINE, BERLIN)
