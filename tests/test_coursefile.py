"""``course.toml``: read whole, and refused with the file, the key and the remedy."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import coursefile
from grader.errors import AuthorError

WHOLE = """\
[late]
timezone = "Europe/Berlin"
grace_minutes = 15
percent_of_earned_per_day = 10
max_percent = 50

[late.sheets.circles]
deadline = 2026-11-30 23:59:00
extensions = { "participant-101" = "2026-12-07 12:00", participant-102 = 2026-12-08T12:00:00 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("circles", "squares"):
        (tmp_path / "exercises" / name).mkdir(parents=True)
        (tmp_path / "exercises" / name / "sheet.toml").touch()
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "course.toml").write_text(text, encoding="utf-8")


def test_a_policy_is_read_for_its_sheet(folder: Path) -> None:
    write(folder, WHOLE)
    policy = coursefile.late_policy(folder, "circles")
    assert policy is not None
    assert policy.zone.key == "Europe/Berlin"
    assert policy.grace == timedelta(minutes=15)
    assert (policy.percent_of_earned_per_day, policy.max_percent) == (10, 50)
    assert policy.deadline == datetime(2026, 11, 30, 23, 59)
    assert policy.extensions == {
        "participant-101": datetime(2026, 12, 7, 12, 0),
        "participant-102": datetime(2026, 12, 8, 12, 0),
    }


def test_without_a_file_a_table_or_the_sheet_lateness_costs_nothing(folder: Path) -> None:
    assert coursefile.late_policy(folder, "circles") is None
    write(folder, "")
    assert coursefile.late_policy(folder, "circles") is None
    write(folder, WHOLE)
    assert coursefile.late_policy(folder, "squares") is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[late]", "[late", "not TOML"),
        ("[late]", "[lat]", "did you mean 'late'?"),
        ("[late.sheets.circles]", "[late.sheets]\ncircles = 3\n[x]", "unknown key 'x'"),
        ("grace_minutes", "grace_minuts", "in [late]; did you mean 'grace_minutes'?"),
        ("grace_minutes = 15", "grace_minutes = -1", "late.grace_minutes = -1; give a number"),
        ("grace_minutes = 15", "grace_minutes = 1e9", "late.grace_minutes"),
        ("grace_minutes = 15", "grace_minutes = nan", "late.grace_minutes"),
        ("grace_minutes = 15", "grace_minutes = true", "late.grace_minutes = True"),
        ("per_day = 10", 'per_day = "10"', "percent_of_earned_per_day = '10'; give a number"),
        ("percent_of_earned_per_day = 10", "", "percent_of_earned_per_day is missing; add it"),
        ("max_percent = 50", "max_percent = 101", "late.max_percent = 101; give a number"),
        ("Europe/Berlin", "Europe/Berlim", "'Europe/Berlim' is no time zone; give one"),
        ('"Europe/Berlin"', "1", "late.timezone = 1"),
        ("Europe/Berlin", "../../etc/passwd", "no time zone"),
        ("Europe/Berlin", "Europe", "no time zone"),
        ('timezone = "Europe/Berlin"', "", "late.timezone is missing"),
        ("sheets.circles", "sheets.circels", "[late.sheets]; did you mean 'circles'?"),
        ("deadline", "dedline", "did you mean 'deadline'?"),
        ("deadline = 2026-11-30 23:59:00", "", "late.sheets.circles.deadline is missing"),
        ("2026-11-30 23:59:00", "2026-11-30", "deadline = '2026-11-30'; give a time"),
        ("2026-11-30 23:59:00", '"2026-11-31 23:59"', "2026-11-31 23:59"),
        ("2026-11-30 23:59:00", "2026-11-30 23:59:00+01:00", "without a zone of its own"),
        ("2026-11-30 23:59:00", "9999-11-30 23:59:00", "deadline"),
        ('"2026-12-07 12:00"', '"soon"', "extensions.participant-101 = 'soon'; give a time"),
        ('"2026-12-07 12:00"', '"2026-11-07 12:00"', "is before the deadline"),
        ("extensions = {", "extensions = 3 # {", "late.sheets.circles.extensions = 3"),
    ],
)
def test_what_is_wrong_is_said_with_file_key_and_remedy(
    folder: Path, old: str, new: str, says: str
) -> None:
    assert old in WHOLE
    write(folder, WHOLE.replace(old, new, 1))
    for sheet in ("circles", "squares"):
        with pytest.raises(AuthorError) as refused:
            coursefile.late_policy(folder, sheet)
        assert says in str(refused.value)
        assert str(refused.value).startswith(str(folder / "course.toml"))
        assert len(str(refused.value).splitlines()) == 1


def test_a_folder_in_its_place_is_refused(folder: Path) -> None:
    (folder / "course.toml").mkdir()
    with pytest.raises(AuthorError, match="cannot be read"):
        coursefile.late_policy(folder, "circles")


@given(st.text())
def test_any_text_for_a_time_or_a_zone_is_a_policy_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("course")
    for function in (coursefile._time, lambda path, _, given: coursefile._zone(path, given)):
        try:
            function(folder, "key", text)
        except AuthorError as refused:
            assert str(folder) in str(refused)
