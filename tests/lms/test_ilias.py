"""Reports go into the folders that ILIAS gave, marks into the status file of its extension."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest

from grader.errors import UsageError
from grader.grade import Grade, Status
from grader.lms import ilias
from grader.lms.matching import Fate
from grader.submission import Identity
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
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == [
        f"{TOP}/Quill_Zora_zq_1_1234/feedback.html"
    ]


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
