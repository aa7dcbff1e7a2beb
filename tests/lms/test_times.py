"""When a hand-in came, by what a platform wrote, and nothing where that is not sure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import intake
from grader.cli import rosters
from grader.lms import dates, gradescope, moodle
from grader.submission import Arrival, Identity
from tests.intake.making import zipped
from tests.lms.making import LANGUAGES, worksheet

TEN = datetime(2026, 10, 5, 10, 0)
LEARNER = Identity(lms="moodle", number="101", kind="learner")


@pytest.mark.parametrize(
    ("cell", "language", "time"),
    [
        ("Monday, 5 October 2026, 10:00 AM", "English", TEN),
        ("Monday, October 5, 2026, 10:00 AM", "English", TEN),
        ("Monday, 05 October 2026, 10:00 am", "English", TEN),
        ("Monday, 5 October 2026, 10:00\u202fPM", "English", TEN.replace(hour=22)),
        ("Monday, 5 October 2026, 12:05 AM", "English", TEN.replace(hour=0, minute=5)),
        ("Monday, 5 October 2026, 12:05 PM", "English", TEN.replace(hour=12, minute=5)),
        ("Monday, 5 October 2026, 22:00", "English", TEN.replace(hour=22)),
        ("Montag, 5. Oktober 2026, 10:00", "German", TEN),
        ("Montag, 5.\xa0Oktober 2026, 10:00", "German", TEN),
        ("Montag, 5. Jänner 2026, 10:00", "German", TEN.replace(month=1)),
        ("lundi 5 octobre 2026, 10:00", "French", TEN),
        ("lundi, 5 octobre 2026, 10:00", "French", TEN),
        ("lunes, 5 de octubre de 2026, 10:00", "Spanish", TEN),
        # Of which half of the day, or which day, is not sure.
        ("Monday, 5 October 2026, 10:00", "English", None),
        ("Monday, 5 October 2026, 12:30", "English", None),
        ("Monday, 5 October 2026, 22:00 PM", "English", None),
        ("Monday, 5 October 2026, 0:30 AM", "English", None),
        ("Tuesday, 5 October 2026, 10:00 AM", "English", None),
        ("5 October 2026, 10:00 AM", "English", None),
        ("05/10/2026 10:00", "English", None),
        ("2026-10-05 10:00", "German", None),
        ("Montag, 5. October 2026, 10:00", "German", None),
        ("Monday, 5 October 2026, 10:00 AM", "German", None),
        ("Montag, 31. Februar 2026, 10:00", "German", None),
        ("Montag, 5. Oktober 2026, 24:00", "German", None),
        ("Montag, 5. Oktober 2026, 10:00 (verspätet)", "German", None),
        ("-", "English", None),
        ("", "English", None),
    ],
)
def test_a_date_is_read_where_nothing_of_it_is_doubtful(
    cell: str, language: str, time: datetime | None
) -> None:
    assert dates.read(cell, language) == time


@given(st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31)))
def test_every_minute_in_english_is_read_back(time: datetime) -> None:
    minute = time.replace(second=0, microsecond=0)
    cell = f"{time:%A}, {time.day} {time:%B} {time.year}, {time:%I:%M %p}"
    assert dates.read(cell, "English") == minute


@given(st.text(max_size=120), st.sampled_from(["English", "German", "French", "Spanish"]))
def test_any_text_is_a_time_or_none(text: str, language: str) -> None:
    assert dates.read(text, language) is None or any(c.isdecimal() for c in text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worksheet_tells_the_clocks_time(language: str) -> None:
    sheet = moodle.worksheet(worksheet(101, 102, language=language), name="w.csv")
    assert moodle.arrival(LEARNER, sheet) == Arrival(at=TEN)


def test_a_time_that_is_not_sure_is_none() -> None:
    ten, later = "Monday, 5 October 2026, 10:00 AM", "Monday, 5 October 2026, 10:01 AM"
    for numbers, times in (((101,), ("-",)), ((102,), (ten,)), ((101, 101), (ten, ten))):
        sheet = moodle.worksheet(worksheet(*numbers, times=times), name="w.csv")
        assert moodle.arrival(LEARNER, sheet) is None
    team = Identity(lms="moodle", number="7", kind="team", members=("101", "102"))
    groups = ("Team", "Team")
    for times, known in (((ten, ten), True), ((ten, later), False), ((ten, "-"), False)):
        sheet = moodle.worksheet(worksheet(101, 102, groups=groups, times=times), name="w.csv")
        assert (moodle.arrival(team, sheet) is not None) is known
    for nobody in (Identity(lms="moodle", number="101"), Identity(lms="moodle", number="7",
                                                                  kind="team")):  # fmt: skip
        assert moodle.arrival(nobody, sheet) is None


def test_in_a_language_of_unknown_titles_there_is_no_time() -> None:
    data = worksheet(101, 102).replace(b"Identifier", b"Tunnus").replace(b"Grade,", b"Hinne,")
    sheet = moodle.worksheet(data, name="w.csv")
    assert sheet.columns.words is None
    assert moodle.arrival(LEARNER, sheet) is None


def test_the_roster_brings_the_time_and_no_file_does(tmp_path: Path) -> None:
    archive = tmp_path / "download.zip"
    archive.write_bytes(
        zipped({"Ada Lovelace 101_101_assignsubmission_file_/20200101000000_a.py": "x = 1"})
    )
    (tmp_path / "w.csv").write_bytes(worksheet(101, 102))
    found = intake.collect([archive])
    assert [source.arrival for source in found.sources] == [None]
    called = rosters.called(found, tmp_path / "w.csv")
    assert [source.arrival for source in called.sources] == [Arrival(at=TEN)]


def test_canvas_says_late_and_no_time(tmp_path: Path) -> None:
    archive = tmp_path / "submissions.zip"
    archive.write_bytes(
        zipped({"quillzora_LATE_1234_5678_a.py": "x = 1", "frostyann_1235_5679_LATE_a.py": "x = 1"})
    )
    sources = intake.collect([archive]).sources
    assert [source.arrival for source in sources] == [Arrival(marked_late=True), None]


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-05-03 21:59:01.123456789 Z", datetime(2026, 5, 3, 21, 59, 1, tzinfo=UTC)),
        ("2026-05-03 21:59:01 UTC", datetime(2026, 5, 3, 21, 59, 1, tzinfo=UTC)),
        ("'2026-05-03T21:59:01Z'", datetime(2026, 5, 3, 21, 59, 1, tzinfo=UTC)),
        (
            "2026-05-03 14:59:01.1 -07:00",
            datetime(2026, 5, 3, 14, 59, 1, tzinfo=timezone(timedelta(hours=-7))),
        ),
        (
            "!ruby/object:ActiveSupport::TimeWithZone\n    utc: 2026-05-03 21:59:01.1 Z\n"
            "    zone: x\n    time: 2026-05-03 14:59:01",
            datetime(2026, 5, 3, 21, 59, 1, tzinfo=UTC),
        ),
        ("2026-05-03 21:59:01", None),
        ("2026-05-03", None),
        ("2026-13-03 21:59:01 Z", None),
        ("2026-05-03 21:59:01 +99:99", None),
        ("[2026-05-03 21:59:01 Z]", None),
        ("", None),
    ],
)
def test_gradescopes_list_tells_the_moment(value: str, moment: datetime | None) -> None:
    text = (
        f"submission_1:\n  :created_at: {value}\n  :submitters:\n  - :sid: '1'\n"
        "  :history:\n  - :created_at: 2020-01-01 00:00:00 Z\n"
    )
    (found,) = gradescope.submitters(text.encode()).values()
    assert (found.at, found.sids) == (moment, ("1",))


def test_gradescopes_time_reaches_the_hand_in(tmp_path: Path) -> None:
    archive = tmp_path / "export.zip"
    listed = "submission_1:\n  :created_at: 2026-05-03 21:59:01 Z\nsubmission_2: {}\n"
    archive.write_bytes(
        zipped(
            {
                "e/submission_metadata.yml": listed,
                "e/submission_1/a.py": "x = 1",
                "e/submission_2/a.py": "x = 1",
            }
        )
    )
    first, second = intake.collect([archive]).sources
    assert first.arrival == Arrival(at=datetime(2026, 5, 3, 21, 59, 1, tzinfo=UTC))
    assert second.arrival is None
