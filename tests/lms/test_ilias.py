"""Reports go into the folders that ILIAS gave, marks into the status file of its extension."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.grade import Grade, Status
from grader.intake import collect
from grader.lms import ilias
from grader.lms.matching import Fate
from grader.submission import Arrival, Identity
from tests.intake.making import zipped
from tests.lms import reading
from tests.lms.making import book, grade

TOP = "multi_feedback_Sheet_1_77"
FOLDERS = (
    (TOP, "Quill_Zora_zq_1_1234"),
    (TOP, "Frost_Yann_yf_1235", "old.txt"),
    (TOP, "Nobody_Norbert_nn"),
)
STATUS = (
    ",".join(ilias.STATUS_TITLES)
    + "\r\n0,1234,zq,Quill,Zora,notgraded,,,,,\r\n0,1235,yf,Frost,Yann,passed,3,,,,\r\n"
).encode()


def user(number: str, points: float = 7.5, status: Status = Status.GRADED) -> Grade:
    one = grade(number, points, status=status)
    return replace(one, submission=f"user-{number}", identity=Identity(lms="ilias", number=number))


def test_reports_lie_exactly_three_deep_in_the_folders_of_ilias() -> None:
    into = ilias.archive(FOLDERS, name="feedback.zip")
    grades = (user("1234"), user("1235", status=Status.NEEDS_REVIEW), user("9"))
    export = ilias.prepare(book(*grades), into)
    assert [line.fate for line in export.plan] == [Fate.UPDATED, Fate.UNDECIDED, Fate.UNMATCHED]
    ((name, data),) = ilias.files(export, into, {"user-1234": b"<html>"})
    assert name == "feedback.zip"
    paths = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert paths == [f"{TOP}/Quill_Zora_zq_1_1234/feedback.html"]
    assert reading.ilias(paths) == {1234: ["feedback.html"]}


def test_marks_go_into_the_status_file_and_its_row_is_marked_for_update() -> None:
    into = ilias.status_file(STATUS, name="status.csv")
    export = ilias.prepare(book(user("1234"), user("1235", 3)), into)
    ((_, data),) = ilias.files(export, into, {})
    assert data == STATUS.replace(
        b"0,1234,zq,Quill,Zora,notgraded,,", b"1,1234,zq,Quill,Zora,notgraded,7.5,"
    )


@pytest.mark.parametrize("paths", [[], [("a", "b_1")], [(TOP,)], [(TOP, "Nobody_Norbert_nn")]])
def test_another_archive_is_refused(paths: list[tuple[str, ...]]) -> None:
    with pytest.raises(UsageError, match=r"f\.zip: is no archive for feedback"):
        ilias.archive(paths, name="f.zip")


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"a,b\n", "is no status file"), (STATUS + b"1,2\r\n", "line 4: has 2 cells")],
)
def test_another_table_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        ilias.status_file(data, name="status.csv")


def collected(tmp_path: Path, *names: str) -> dict[str, tuple[Identity | None, list[str]]]:
    path = tmp_path / "Sheet_1.zip"
    path.write_bytes(zipped(dict.fromkeys(names, "x = 1")))
    sources = collect([path]).sources
    return {one.name: (one.identity, [part.name for part in one.parts]) for one in sources}


ABOVE = ("", "Sheet 1/Abgaben/", "Sheet 1/Submissions/")
TEAMS = (
    "Team 12/Quill_Zora_zq_1234/20261005100000_a.py",
    "Team 12/Frost_Yann_yf_1235/b.py",
    "Team 13/Marsh_Xenia_xm_1236/c.py",
)


@pytest.mark.parametrize("above", ABOVE)
def test_a_team_is_one_hand_in_of_the_members_that_its_folders_name(
    tmp_path: Path, above: str
) -> None:
    assert collected(tmp_path, *(above + name for name in TEAMS)) == {
        "team-12": (
            Identity(lms="ilias", number="12", kind="team", members=("1234", "1235")),
            ["user-1234/a.py", "user-1235/b.py"],
        ),
        "team-13": (
            Identity(lms="ilias", number="13", kind="team", members=("1236",)),
            ["user-1236/c.py"],
        ),
    }


@pytest.mark.parametrize("above", ABOVE)
def test_a_team_that_is_alone_is_no_class_of_its_members(tmp_path: Path, above: str) -> None:
    assert list(collected(tmp_path, *(above + name for name in TEAMS[:2]))) == ["team-12"]


def test_users_without_a_team_lie_beside_the_teams(tmp_path: Path) -> None:
    found = collected(tmp_path, *TEAMS, "Brook_Walt_wb_1237/d.py", "Sheet 1.xlsx")
    assert list(found) == ["team-12", "team-13", "user-1237"]


def test_a_persons_own_groups_are_no_teams(tmp_path: Path) -> None:
    names = (name.replace("Team", "Gruppe") for name in TEAMS)
    assert not any(identity for identity, _ in collected(tmp_path, *names).values())


def test_a_table_beside_the_folders_is_no_hand_in(tmp_path: Path) -> None:
    names = ("Quill_Zora_zq_1234/a.py", "Frost_Yann_yf_1235/b.py", "Sheet 1.xlsx")
    assert list(collected(tmp_path, *names)) == ["user-1234", "user-1235"]


@pytest.mark.parametrize("word", ["Late Submission", "Verspaetete Abgabe"])
def test_a_late_file_is_a_remark_and_loses_its_prefix(tmp_path: Path, word: str) -> None:
    path = tmp_path / "Sheet_1.zip"
    path.write_bytes(
        zipped(
            {
                f"Quill_Zora_zq_1234/{word} - 20261005100000_a.py": "x = 1",
                "Frost_Yann_yf_1235/Late work.py": "x = 1",
            }
        )
    )
    zora, yann = collect([path]).sources
    assert (zora.arrival, yann.arrival) == (Arrival(marked_late=True), None)
    assert [part.name for part in (*zora.parts, *yann.parts)] == ["a.py", "Late work.py"]


def team(number: str, *members: str, points: float = 7.5) -> Grade:
    identity = Identity(lms="ilias", number=number, kind="team", members=members)
    return replace(grade(number, points), submission=f"team-{number}", identity=identity)


def test_a_teams_report_goes_to_the_members_that_are_known() -> None:
    into = ilias.archive(FOLDERS, name="feedback.zip")
    export = ilias.prepare(book(team("12", "1234", "1235"), team("1235")), into)
    assert [line.fate for line in export.plan] == [Fate.UPDATED, Fate.UPDATED, Fate.UNMATCHED]
    assert any("does not name the others" in note for note in export.notes)
    ((_, data),) = ilias.files(export, into, {"team-12": b"<html>"})
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == [
        f"{TOP}/Frost_Yann_yf_1235/feedback.html",
        f"{TOP}/Quill_Zora_zq_1_1234/feedback.html",
    ]


def test_a_teams_mark_goes_into_the_status_file_of_teams_alone() -> None:
    data = (
        ",".join(ilias.TEAM_TITLES) + '\r\n0,12,"zq, yf",notgraded,,,,,\r\n0,13,xm,passed,3,,,,\r\n'
    ).encode()
    into = ilias.status_file(data, name="status.csv")
    export = ilias.prepare(book(team("12", "1234"), user("13")), into)
    assert [line.fate for line in export.plan] == [
        Fate.UPDATED, Fate.NO_SUBMISSION, Fate.UNMATCHED]  # fmt: skip
    ((_, after),) = ilias.files(export, into, {})
    assert after == data.replace(b'0,12,"zq, yf",notgraded,,', b'1,12,"zq, yf",notgraded,7.5,')
    users = ilias.prepare(book(team("12", "1234")), ilias.status_file(STATUS, name="status.csv"))
    assert users.plan[-1].fate is Fate.UNMATCHED and "status file of teams" in users.plan[-1].detail
    assert not users.changes
