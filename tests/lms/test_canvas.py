"""Grades go into one column of Canvas's own gradebook."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.grade import Grade, Status
from grader.lms import canvas
from grader.lms.matching import Fate
from grader.lms.sheets import Sheet
from grader.submission import Identity
from tests.lms import reading
from tests.lms.making import book, grade

TITLES = "Student,ID,SIS Login ID,Section,Sheet 1 (501),Sheet 2 (502),Current Score"
GRADEBOOK = f"""\
{TITLES}
,,,,Manual Posting,,(read only)
    Points Possible,,,,20.00,10.00,(read only)
"Quill, Zora",1234,zq1,A,,9.00,90.00
"Frost, Yann",1235,yf1,A,12.00,,
"Marsh, Xenia",1236,xm1,A,EX,,
"Student, Test",99,abc,A,,,
""".encode()


def read(data: bytes = GRADEBOOK, assignment: str | None = "501") -> Sheet:
    return canvas.read(data, name="grades.csv", assignment=assignment)


def user(number: str, points: float = 7.5, **changes: object) -> Grade:
    anonymous = bool(changes.pop("anonymous", False))
    identity = Identity(lms="canvas", number=number, anonymous=anonymous)
    one = replace(grade(number, points), submission=f"user-{number}", identity=identity)
    return replace(one, **changes)  # type: ignore[arg-type]


def exported(*grades: Grade, data: bytes = GRADEBOOK) -> dict[str, bytes]:
    sheet = read(data)
    export = canvas.prepare(book(*grades), sheet)
    pages = {one.submission: b"<html>" for one in grades}
    return dict(canvas.files(export, sheet, pages))


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_only_the_cells_of_graded_users_change(newline: bytes, bom: bytes) -> None:
    data = bom + GRADEBOOK.replace(b"\n", newline)
    after = exported(user("1234"), data=data)["grades.csv"]
    assert after == data.replace(b"zq1,A,,9.00", b"zq1,A,15.00,9.00")
    assert reading.canvas(after, "501") == {"1234": 15, "1235": 12, "1236": None, "99": None}


def test_a_gradebook_with_commas_in_numbers_gets_commas() -> None:
    data = GRADEBOOK.replace(b",", b";").replace(b'"Quill; Zora"', b'"Quill, Zora"')
    data = re.sub(rb"(\d)\.(\d\d)", rb"\1,\2", data)
    after = exported(user("1234"), data=data)["grades.csv"]
    assert b"zq1;A;15,00;9,00" in after
    assert reading.canvas(after, "501")["1234"] == 15


def test_every_row_and_every_grade_is_in_the_plan() -> None:
    grades = (
        user("1234", status=Status.NEEDS_REVIEW),
        user("1235", 6),
        user("1236"),
        user("7"),
        user("aB3", anonymous=True),
        grade("99"),
    )
    export = canvas.prepare(book(*grades), read())
    assert [(line.key or line.submission, line.fate) for line in export.plan] == [
        ("1234", Fate.UNDECIDED),
        ("1235", Fate.UNCHANGED),
        ("1236", Fate.UNMATCHED),
        ("99", Fate.NO_SUBMISSION),
        ("7", Fate.UNMATCHED),
        ("user-aB3", Fate.UNMATCHED),
        ("participant-99", Fate.UNMATCHED),
    ]
    assert export.changes == {}
    assert any("multiplied by 2" in note for note in export.notes)


def test_two_hand_ins_of_one_user_are_ambiguous() -> None:
    export = canvas.prepare(book(user("1234"), user("1234", 3)), read())
    assert export.plan[0].fate is Fate.AMBIGUOUS


def test_reports_are_called_by_numbers() -> None:
    packed = exported(user("1234"))["reports.zip"]
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["user-1234.html"]


@pytest.mark.parametrize("assignment", ["502", "Sheet 2", "Sheet 2 (502)"])
def test_an_assignment_is_told_by_number_or_title(assignment: str) -> None:
    assert read(assignment=assignment).title == "Sheet 2 (502)"


@pytest.mark.parametrize(
    ("data", "assignment", "said"),
    [
        (GRADEBOOK, None, "give --assignment"),
        (GRADEBOOK, "503", "Sheet 1 (501), Sheet 2 (502)"),
        (b"a,b\n1,2\n", None, "is no gradebook"),
        (GRADEBOOK.replace(b"20.00", b""), "501", "line 3: '' are no points"),
        (GRADEBOOK.replace(b"Points Possible", b"x"), "501", "has no row 'Points Possible'"),
        (GRADEBOOK + b"1,2\n", "501", "line 8: has 2 cells"),
        (GRADEBOOK.replace(b",12.00,", b',"12,00",'), "501", "commas"),
    ],
)
def test_what_cannot_take_grades_is_refused_in_one_sentence(
    data: bytes, assignment: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        read(data, assignment)
    assert "grades.csv" in str(caught.value) and "\n" not in str(caught.value)


def test_a_gradebook_that_shows_whole_numbers_gets_two_decimals_all_the_same() -> None:
    data = re.sub(rb"\.00", b"", GRADEBOOK)
    after = exported(user("1234", 7.25), data=data)["grades.csv"]
    assert b"zq1,A,14.50,9," in after


@settings(deadline=None)
@given(st.floats(0, 10), st.sampled_from([",", ";"]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_canvas_takes_the_grade_that_is_meant(points: float, delimiter: str, newline: str) -> None:
    text = GRADEBOOK.decode().replace("\n", newline)
    if delimiter == ";":
        text = text.replace(",", ";").replace('"Quill; Zora"', '"Quill, Zora"')
    after = exported(user("1234", points), data=text.encode())["grades.csv"]
    taken = reading.canvas(after, "501")["1234"]
    assert taken == pytest.approx(2 * points, abs=0.005 + 1e-9)
