"""Grades go into one column of Blackboard's own file, comments beside it where it has a place."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.grade import Grade, Status
from grader.lms import blackboard
from grader.lms.blackboard import GradeCentre
from grader.lms.matching import Fate
from grader.submission import Identity
from tests.lms import reading
from tests.lms.making import book, grade

TITLES = (
    '"Last Name","First Name","Username","Student ID","Last Access","Availability",'
    '"HW 1 [Total Pts: 20 Score] |1702852","HW 2 [Total Pts: 10 Score] |1702853",'
    '"Overall [Total Pts: up to 30 Score] |1702800"'
)
FULL = f"""\
{TITLES}
"Quill","Zora","zq1","4711","2026-10-05 10:00:00","Yes","","9.00","9"
"Frost","Yann","a_yf1","4712","2026-10-05 10:00:00","Yes","12.00","",""
"Marsh","=HYPERLINK(""http://x"")","xm1","","","No","","",""
""".encode()
ALONE = b"""\
"Last Name","First Name","Username","HW 1 [Total Pts: 20 Score] |1702852","Grading Notes",\
"Notes Format","Feedback to Learner","Feedback Format"
"Quill","Zora","zq1","","","SMART_TEXT","","SMART_TEXT"
"Frost","Yann","yf1","12.00","","SMART_TEXT","Talk to me.","PLAIN_TEXT"
"""


def tabbed(data: bytes) -> bytes:
    """The file that Blackboard calls .xls: tabs, in UTF-16 with its mark."""
    text = data.decode().replace('","', '"\t"').replace("\n", "\r\n")
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


FORMS = {
    "comma": FULL,
    "comma with a mark": codecs.BOM_UTF8 + FULL,
    "tab in UTF-16": tabbed(FULL),
    "CR LF": FULL.replace(b"\n", b"\r\n"),
    "no newline at its end": FULL.removesuffix(b"\n"),
}


def read(data: bytes = FULL, assignment: str | None = "1702852") -> GradeCentre:
    return blackboard.read(data, name="gc.csv", assignment=assignment)


def user(login: str, points: float = 7.5, *others: str, **changes: object) -> Grade:
    identity = Identity(lms="blackboard", number=login, members=others)
    one = replace(grade(login, points), submission=f"user-{login}", identity=identity)
    return replace(one, **changes)  # type: ignore[arg-type]


def exported(*grades: Grade, data: bytes = FULL) -> dict[str, bytes]:
    into = read(data)
    export = blackboard.prepare(book(*grades), into)
    return dict(blackboard.files(export, into, {one.submission: b"<html>" for one in grades}))


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_only_the_cells_of_graded_learners_change(data: bytes) -> None:
    after = exported(user("zq1"), data=data)["gc.csv"]
    cell = re.escape('"Yes"' + ("\t" if b"\t\0" in data else ",") + '""')
    encoding = "utf-16-le" if b"\t\0" in data else "utf-8"
    expected = re.sub(cell, lambda m: m[0][:-2] + '"15.00"', data.decode(encoding), count=1)
    assert after == expected.encode(encoding)
    before, now = reading.blackboard(data), reading.blackboard(after)
    assert now["zq1"]["1702852"] == "15.00"
    before["zq1"]["1702852"] = "15.00"
    assert now == before


def test_every_row_and_every_grade_is_in_the_plan() -> None:
    grades = (
        user("zq1", status=Status.NEEDS_REVIEW),
        user("yf1-or-a_yf1", 6, "yf1", "a_yf1"),
        user("gone"),
        user("xm1-or-zq1", 6, "xm1", "zq1"),
        user("b-or-a_b", 6, "b", "a_b"),
        grade("99"),
    )
    export = blackboard.prepare(book(*grades), read())
    assert [(line.key or line.submission, line.fate) for line in export.plan] == [
        ("zq1", Fate.UNDECIDED),
        ("a_yf1", Fate.UNCHANGED),
        ("xm1", Fate.NO_SUBMISSION),
        ("gone", Fate.UNMATCHED),
        ("user-xm1-or-zq1", Fate.UNMATCHED),
        ("user-b-or-a_b", Fate.UNMATCHED),
        ("participant-99", Fate.UNMATCHED),
    ]
    assert export.changes == {}
    details = [line.detail for line in export.plan[4:6]]
    assert "any of these: xm1, zq1" in details[0] and "b, a_b" in details[1]
    assert any("multiplied by 2" in note for note in export.notes)
    assert any("no comments are written" in note for note in export.notes)


def test_two_hand_ins_of_one_learner_are_ambiguous_however_they_are_read() -> None:
    twice = (user("a_yf1", 3), user("yf1-or-a_yf1", 6, "yf1", "a_yf1"))
    export = blackboard.prepare(book(*twice), read())
    assert export.plan[1].fate is Fate.AMBIGUOUS


def test_a_column_alone_gets_comments_and_keeps_those_of_a_person() -> None:
    grades = (user("zq1"), user("yf1", 3))
    after = reading.blackboard(exported(*grades, data=ALONE)["gc.csv"])
    assert after["zq1"]["1702852"] == "15.00" and after["yf1"]["1702852"] == "6.00"
    comment = after["zq1"]["Feedback to Learner"]
    assert comment.startswith("<div class=grader-feedback>") and "Well done." in comment
    assert after["zq1"]["Feedback Format"] == "HTML"
    assert after["yf1"]["Feedback to Learner"] == "Talk to me."
    assert after["yf1"]["Feedback Format"] == "PLAIN_TEXT"


def test_exporting_twice_changes_nothing_more() -> None:
    once = exported(user("zq1"), data=ALONE)["gc.csv"]
    assert exported(user("zq1"), data=once)["gc.csv"] == once
    export = blackboard.prepare(book(user("zq1")), read(once))
    assert export.plan[0].fate is Fate.UNCHANGED


def test_what_a_person_said_is_never_a_formula_nor_breaks_a_row() -> None:
    said = '=HYPERLINK("http://x")\t"\\\r\nnext,row'
    one = user("zq1")
    one = replace(one, questions=(replace(one.questions[0], feedback=said),))
    after = reading.blackboard(exported(one, data=ALONE)["gc.csv"])
    assert set(after) == {"zq1", "yf1"}
    assert after["zq1"]["Feedback to Learner"].startswith("<div")


def test_reports_are_called_by_login_names() -> None:
    packed = exported(user("zq1"))["reports.zip"]
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["user-zq1.html"]


@pytest.mark.parametrize("assignment", ["1702853", "HW 2", "HW 2 [Total Pts: 10 Score] |1702853"])
def test_an_assignment_is_told_by_number_or_title(assignment: str) -> None:
    assert read(assignment=assignment).sheet.title == "HW 2 [Total Pts: 10 Score] |1702853"


@pytest.mark.parametrize(
    ("data", "assignment", "said"),
    [
        (FULL, None, "2 assignments may be meant"),
        (FULL, "1702800", "0 assignments may be meant"),
        (b"a,b\n1,2\n", None, "is no Grade Centre file"),
        (FULL.replace(b"20 Score", b"20 Percentage"), "1702852", "primary display to Score"),
        (FULL.replace(b"20 Score", b"0 Score"), "1702852", "no points that can be had"),
        (FULL + b"1,2\n", "1702852", "line 5: has 2 cells"),
        (FULL.replace(b'"","9.00"', b'"1,5","9.00"'), "1702852", "with commas and with points"),
    ],
)
def test_what_cannot_take_grades_is_refused_in_one_sentence(
    data: bytes, assignment: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        read(data, assignment)
    assert "gc.csv" in str(caught.value) and "\n" not in str(caught.value)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=10)


@settings(deadline=None)
@given(cells, cells, st.sampled_from(list(FORMS.values())), st.floats(0, 10))
def test_any_names_come_back_byte_by_byte(
    last: str, first: str, form: bytes, points: float
) -> None:
    encoding = "utf-16-le" if b"\t\0" in form else "utf-8"
    names = (text.replace('"', '""') for text in (last, first))
    text = form.decode(encoding)
    for before, after in zip(("Marsh", '=HYPERLINK(""http://x"")'), names, strict=True):
        text = text.replace(before, after)
    data = text.encode(encoding)
    after = exported(user("zq1", points), data=data)["gc.csv"].decode(encoding)
    grade_cell = re.search(r'"Yes"[,\t]"([0-9.]+)"', after)
    assert grade_cell is not None
    assert after.replace(f'"{grade_cell[1]}"', '""', 1) == text
