"""Each platform's own time of a hand-in, from the download to the grade and the report."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.policies import late_policy
from tests.cli.test_platforms import WRONG
from tests.conftest import TINY_COURSE, Ended
from tests.intake.making import zipped
from tests.lms.making import worksheet

pytestmark = pytest.mark.sandbox

Command = Callable[..., Ended]
LATE, ON_TIME = "2026-12-02-00-30-00", "2026-11-30-22-00-00"
TOP = "ita_Circles_2026_12_03"


def receipt(title: str, when: str) -> str:
    return f"Name: Zora Quill (zq1)\nX: Circles\n{title}: {when}\nY: -\n\nZ:\nx = 1\n"


@dataclass(frozen=True)
class Download:
    """A download of three: late by two days, late with an extension, and one on time."""

    files: dict[str, str]
    late: str
    extended: str
    on_time: str
    roster: bytes = b""
    unknown: tuple[str, ...] = field(default=())
    """Those of whom the platform tells no time."""


GERMAN = "Mittwoch, 2. Dezember 2026 00:30 Uhr MEZ"
TOLD = {
    "Moodle": Download(
        {f"Zora Quill {n}_{n}_assignsubmission_file_/a.py": WRONG for n in (101, 102, 103)},
        "participant-101", "participant-102", "participant-103",
        roster=worksheet(
            101, 102, 103, names=[f"Zora Quill {n}" for n in (101, 102, 103)],
            times=["Wednesday, 2 December 2026, 12:30 AM"] * 2
            + ["Monday, 30 November 2026, 10:00 PM"],
        ),
    ),
    "Gradescope": Download(
        {
            "e/submission_metadata.yml": "".join(
                f"submission_{n}:\n  :created_at: {when}\n"
                for n, when in (
                    (1, "2026-12-01 23:30:00 Z"), (2, "2026-12-01 23:30:00 Z"),
                    (3, "2026-11-30 21:00:00 Z"),
                )
            ),
            **{f"e/submission_{n}/a.py": WRONG for n in (1, 2, 3)},
        },
        "submission-1", "submission-2", "submission-3",
    ),
    "Blackboard": Download(
        {
            **{f"Circles_{n}_attempt_{LATE}_a.py": WRONG for n in ("zq1", "yf1", "wn1")},
            f"Circles_xm1_attempt_{ON_TIME}_a.py": WRONG,
            f"Circles_zq1_attempt_{LATE}.txt": receipt(
                "Date Submitted", "Wednesday, December 2, 2026 12:30:00 AM CET"),
            f"Circles_yf1_attempt_{LATE}.txt": receipt(
                "Date Submitted", "Wednesday, December 2, 2026 12:30:00 AM CET"),
            f"Circles_xm1_attempt_{ON_TIME}.txt": receipt(
                "Date Submitted", "Monday, November 30, 2026 10:00:00 PM CET"),
        },
        "user-zq1", "user-yf1", "user-xm1", unknown=("user-wn1",),
    ),
    "Blackboard in German": Download(
        {
            **{f"Circles_{n}_attempt_{LATE}_a.py": WRONG for n in ("zq1", "yf1", "wn1")},
            f"Circles_xm1_attempt_{ON_TIME}_a.py": WRONG,
            f"Circles_zq1_attempt_{LATE}.txt": receipt("Abgabedatum", GERMAN),
            f"Circles_yf1_attempt_{LATE}.txt": receipt("Abgabedatum", GERMAN),
            # A receipt that says another time than its name is of no use.
            f"Circles_wn1_attempt_{LATE}.txt": receipt("Abgabedatum", GERMAN.replace("00", "01")),
            f"Circles_xm1_attempt_{ON_TIME}.txt": receipt(
                "Abgabedatum", "Montag, 30. November 2026 22:00 Uhr MEZ"),
        },
        "user-zq1", "user-yf1", "user-xm1", unknown=("user-wn1",),
    ),
}  # fmt: skip


def graded(
    command: Command, tmp_path: Path, files: dict[str, str], extended: str, roster: bytes = b""
) -> tuple[Ended, dict[str, Any], Path]:
    course, source, out = tmp_path / "course", tmp_path / "download.zip", tmp_path / "out"
    shutil.copytree(TINY_COURSE, course)
    (course / "course.toml").write_text(late_policy(extended))
    source.write_bytes(zipped(dict(files)))
    words: list[str | Path] = ["grade", "circles", source, "-o", out]
    if roster:
        (tmp_path / "roster.csv").write_bytes(roster)
        words += ["--roster", tmp_path / "roster.csv"]
    ended = command(*words, course=course)
    book = json.loads((out / "grades.json").read_text())
    return ended, {one["submission"]: one for one in book["submissions"]}, out


@pytest.mark.parametrize("one", TOLD.values(), ids=TOLD)
def test_the_platforms_time_reaches_the_grade_and_the_report(
    command: Command, tmp_path: Path, one: Download
) -> None:
    ended, marks, out = graded(command, tmp_path, one.files, one.extended, one.roster)
    assert f"handed in late: {one.late}\n" in ended.err
    late, on_time = marks[one.late], marks[one.on_time]
    assert (late["late"]["days"], late["late"]["percent"]) == (2, 20)
    assert on_time["points"] > 0
    assert late["points"] == pytest.approx(0.8 * on_time["points"])
    for name in (one.extended, one.on_time, *one.unknown):
        assert marks[name]["points"] == on_time["points"], name
        assert not (marks[name]["late"] or {}).get("percent"), name
    line = "so 20 % of the earned points"
    assert line in (out / f"reports/{one.late}.html").read_text(encoding="utf-8")
    assert line not in (out / f"reports/{one.on_time}.html").read_text(encoding="utf-8")
    for name in one.unknown:
        assert "not known" in marks[name]["remarks"][-1]
    assert ("time that is not known" in ended.err) is bool(one.unknown)


SILENT: dict[str, tuple[dict[str, str], tuple[str, str], str]] = {
    "Canvas": (
        {"quillzora_LATE_1234_5678_a.py": WRONG, "frostyann_1235_5679_a.py": WRONG},
        ("user-1234", "user-1235"),
        "late",
    ),
    "ILIAS": (
        {
            "Quill_Zora_zq_1234/Late Submission - a.py": WRONG,
            "Frost_Yann_yf_1235/a.py": WRONG,
        },
        ("user-1234", "user-1235"),
        "late",
    ),
    "Brightspace": (
        {
            "39786-96739 - Zora Quill - Dec 2, 2026 1230 AM/a.py": WRONG,
            "39787-96739 - Yann Frost - Nov 30, 2026 1000 PM/a.py": WRONG,
        },
        ("user-39786", "user-39787"),
        "not known",
    ),
    "OpenOLAT": (
        {
            f"{TOP}/Quill_Zora_zq1/1_submissions/a.py": WRONG,
            f"{TOP}/Frost_Yann_yf1/1_submissions/a.py": WRONG,
        },
        ("user-zq1", "user-yf1"),
        "not known",
    ),
}


@pytest.mark.parametrize(("files", "names", "word"), SILENT.values(), ids=SILENT)
def test_where_a_platform_tells_no_time_nothing_is_taken_off(
    command: Command,
    tmp_path: Path,
    files: dict[str, str],
    names: tuple[str, str],
    word: str,
) -> None:
    ended, marks, out = graded(command, tmp_path, files, names[1])
    assert "handed in late:" not in ended.err
    assert "time that is not known" in ended.err and all(name in ended.err for name in names)
    first, second = (marks[name] for name in names)
    assert first["points"] == second["points"] > 0 and first["late"] is second["late"] is None
    remark = first["remarks"][-1]
    assert word in remark
    report = (out / f"reports/{names[0]}.html").read_text(encoding="utf-8")
    assert remark.split(":")[0].split(",")[0] in report
