"""Grades go into one column of Brightspace's own file; whose they are, the roster tells by name."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.grade import Grade, Status
from grader.lms import brightspace, tables
from grader.lms.matching import Fate
from grader.lms.sheets import Sheet
from grader.submission import Identity
from tests.lms import reading
from tests.lms.making import book, grade

HEADER = (
    "OrgDefinedId,Username,Last Name,First Name,Email,"
    "HW 1 Points Grade <Numeric MaxPoints:20 Weight:5 Category:Labs CategoryWeight:15>,"
    "HW 2 Points Grade <Numeric MaxPoints:10>,HW 1 Text Grade <Text>,End-of-Line Indicator"
)
GRADES = f'''\
{HEADER}
#4711,#zq1,Quill,Zora,zq1@example.org,,9,,#
#4712,#yf1,Frost,"Yann ""Y""",yf1@example.org,12,,,#
#4713,#xm1,Marsh,Xenia,xm1@example.org,,,,#
#4714,#xm2,Marsh,Xenia,xm2@example.org,,,,#
'''.encode()
FORMS = {
    "as exported": GRADES,
    "with a mark": b"\xef\xbb\xbf" + GRADES,
    "CR LF": GRADES.replace(b"\n", b"\r\n"),
    "no newline at its end": GRADES.removesuffix(b"\n"),
}


def read(data: bytes = GRADES, assignment: str | None = "HW 1") -> Sheet:
    return brightspace.read(data, name="grades.csv", assignment=assignment)


def user(number: str, login: str = "", points: float = 7.5, **changes: object) -> Grade:
    identity = Identity(
        lms="brightspace",
        number=number,
        kind="learner" if login else None,
        members=(login,) if login else (),
    )
    one = replace(grade(number, points), submission=f"user-{number}", identity=identity)
    return replace(one, **changes)  # type: ignore[arg-type]


def exported(*grades: Grade, data: bytes = GRADES) -> dict[str, bytes]:
    sheet = read(data)
    export = brightspace.prepare(book(*grades), sheet)
    pages = {one.submission: b"<html>" for one in grades}
    return dict(brightspace.files(export, sheet, pages))


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_only_the_cells_of_graded_learners_change(data: bytes) -> None:
    after = exported(user("39786", "zq1"), data=data)["grades.csv"]
    assert after == data.replace(b"example.org,,9", b"example.org,15.00,9")
    column = read().table.header[5]
    assert reading.brightspace(after)["zq1"][column] == "15.00"


def test_every_row_and_every_grade_is_in_the_plan() -> None:
    grades = (
        user("1", "zq1", status=Status.NEEDS_REVIEW),
        user("2", "yf1", 6),
        user("3"),
        user("4", "gone"),
        grade("99"),
    )
    export = brightspace.prepare(book(*grades), read())
    assert [(line.key or line.submission, line.fate) for line in export.plan] == [
        ("zq1", Fate.UNDECIDED),
        ("yf1", Fate.UNCHANGED),
        ("xm1", Fate.NO_SUBMISSION),
        ("xm2", Fate.NO_SUBMISSION),
        ("user-3", Fate.UNMATCHED),
        ("gone", Fate.UNMATCHED),
        ("participant-99", Fate.UNMATCHED),
    ]
    assert export.plan[1].detail == "by name" and "--roster" in export.plan[4].detail
    assert export.changes == {}
    assert any("by name alone" in note for note in export.notes)


def resolved(*labels: str, data: bytes = GRADES) -> list[tuple[str, ...]]:
    identities = [
        (Identity(lms="brightspace", number=str(n)), label) for n, label in enumerate(labels, 1)
    ]
    known, _ = brightspace.resolve(identities, tables.parse(data, name="g.csv"))
    return [known.get(identity, identity).members for identity, _ in identities]


def test_a_name_joins_where_one_row_and_one_hand_in_carry_it() -> None:
    assert resolved("Zora Quill", "Yann Y Frost") == [("zq1",), ("yf1",)]
    assert resolved("Zora  Quill") == [("zq1",)]


@pytest.mark.parametrize(
    "labels", [("Xenia Marsh",), ("Zora Quill", "Zora Quill"), ("Quill Zora",), ("zora quill",)]
)
def test_a_name_that_is_not_unique_joins_nobody(labels: tuple[str, ...]) -> None:
    assert set(resolved(*labels)) == {()}


def test_umlauts_are_one_name_in_both_their_forms() -> None:
    data = GRADES.replace(b"Zora", "Zoë".encode())
    assert resolved("Zoe\u0308 Quill", data=data) == [("zq1",)]


def test_a_file_without_login_names_goes_by_the_other_id() -> None:
    data = re.sub(rb"(?m)^([^,]*),[^,]*,", rb"\1,", GRADES)
    assert resolved("Zora Quill", data=data) == [("4711",)]
    after = exported(user("1", "4711"), data=data)["grades.csv"]
    assert b"#4711,Quill,Zora,zq1@example.org,15.00,9" in after


def test_two_hand_ins_of_one_row_are_ambiguous() -> None:
    export = brightspace.prepare(book(user("1", "zq1"), user("2", "zq1", 3)), read())
    assert export.plan[0].fate is Fate.AMBIGUOUS


@pytest.mark.parametrize(
    ("data", "assignment", "said"),
    [
        (GRADES, None, "2 assignments may be meant"),
        (GRADES, "HW 3", "0 assignments may be meant"),
        (b"a,b\n1,2\n", None, "is no file of grades of Brightspace"),
        (
            GRADES.replace(b",#\n", b",\n").replace(b"End-of-Line", b"End"),
            None,
            "is no file of grades",
        ),
        (GRADES.replace(b"MaxPoints:20", b"MaxPoints:0"), "HW 1", "has no points that can be had"),
        (GRADES + b"1,2\n", "HW 1", "line 6: has 2 cells"),
    ],
)
def test_what_cannot_take_grades_is_refused_in_one_sentence(
    data: bytes, assignment: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        read(data, assignment)
    assert "grades.csv" in str(caught.value) and "\n" not in str(caught.value)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=10)


@settings(deadline=None)
@given(cells, st.sampled_from(list(FORMS.values())), st.floats(0, 10))
def test_any_names_come_back_byte_by_byte(name: str, form: bytes, points: float) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    data = form.replace(b"Xenia", quoted.encode())
    after = exported(user("1", "zq1", points), data=data)["grades.csv"]
    found = re.search(rb"zq1@example\.org,([0-9.]+),9", after)
    assert found is not None
    assert after.replace(b"," + found[1] + b",9", b",,9", 1) == data
