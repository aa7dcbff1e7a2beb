"""A group's grade reaches each member's row in Canvas's gradebook, and nobody else's."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.grade import Grade, Status
from grader.lms import canvas, canvas_groups, tables
from grader.lms.matching import Fate
from grader.submission import Identity
from tests.lms import reading
from tests.lms.making import book
from tests.lms.test_canvas import GRADEBOOK, read, user

HEADER = "name,canvas_user_id,user_id,login_id,sections,group_name,canvas_group_id,group_id"
GROUPS = f"""\
{HEADER}
"Quill, Zora",1234,sis1,zq1,"A and B",Team Ö_2_x,77,
"Frost, Yann",1235,sis2,yf1,A,Team Ö_2_x,77,
"Marsh, Xenia",1236,,xm1,A,Quill Zora,78,
"Wren, Ada",1237,,aw1,A,,,
"""
PLAIN = re.sub(r"(?m),[^,\n]*$", "", GROUPS)


def groups(text: str = GROUPS) -> canvas_groups.Groups:
    return canvas_groups.read(tables.parse(text.encode(), name="groups.csv"))


def resolved(number: str, label: str, text: str = GROUPS, **more: object) -> Identity:
    identity = Identity(lms="canvas", number=number, **more)  # type: ignore[arg-type]
    return canvas_groups.resolve(identity, label, groups(text))


def of_group(number: str, points: float = 7.5) -> Grade:
    return replace(user(number, points), identity=resolved(number, "teamö2x"))


@pytest.mark.parametrize("text", [GROUPS, PLAIN, GROUPS.replace("name,", "Nombre,", 1)])
def test_the_number_chooses_the_group_and_the_name_bears_it_out(text: str) -> None:
    assert resolved("1234", "teamö2x", text) == Identity(
        lms="canvas", number="1234", kind="team", members=("1234", "1235")
    )
    assert resolved("1235", "teamo\u03082x", text).kind == "team"


@pytest.mark.parametrize(
    ("number", "label", "kind"),
    [
        ("1234", "quillzora", "learner"),  # handed in alone, whatever group there is
        ("1237", "wrenada", "learner"),
        ("1234", "someoneelse", None),
        ("1237", "teamö2x", None),  # in no group
        ("9999", "teamö2x", None),  # not in the table
        ("1236", "quillzora", "team"),  # a group that is called like another learner
        ("1236", "marshxenia", "learner"),
    ],
)
def test_whoever_handed_in_alone_shares_nothing(number: str, label: str, kind: str | None) -> None:
    identity = resolved(number, label)
    assert identity.kind == kind
    assert identity.members == (("1236",) if kind == "team" else ())


def test_a_group_called_like_its_only_sender_is_nobodys_to_say() -> None:
    text = GROUPS.replace("Team Ö_2_x", '"Quill, Zora"')
    assert resolved("1234", "quillzora", text).kind is None
    assert resolved("a1b2", "teamö2x", anonymous=True).kind is None


def export(*grades: Grade) -> tuple[list[tuple[str, Fate]], tuple[str, ...], dict[str, bytes]]:
    sheet = read()
    made = canvas.prepare(book(*grades), sheet)
    pages = {one.submission: one.submission.encode() for one in grades}
    files = dict(canvas.files(made, sheet, pages))
    return [(line.key, line.fate) for line in made.plan], made.notes, files


def test_every_member_gets_grade_and_report() -> None:
    plan, notes, files = export(of_group("1234"))
    assert plan[:2] == [("1234", Fate.UPDATED), ("1235", Fate.UPDATED)]
    assert any("2 learners get the grade of their group" in note for note in notes)
    before, after = (reading.canvas(data, "501") for data in (GRADEBOOK, files["grades.csv"]))
    assert after == {**before, "1234": 15, "1235": 15}
    with zipfile.ZipFile(io.BytesIO(files["reports.zip"])) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            "user-1234.html": b"user-1234", "user-1235.html": b"user-1234",
        }  # fmt: skip


def test_a_group_that_waits_and_members_without_a_row_are_said() -> None:
    waiting = replace(of_group("1234"), status=Status.NEEDS_REVIEW)
    assert export(waiting)[0][:2] == [("1234", Fate.UNDECIDED), ("1235", Fate.UNDECIDED)]
    gone = replace(of_group("1234"), identity=Identity(
        lms="canvas", number="1234", kind="team", members=("1234", "4444")))  # fmt: skip
    assert ("4444", Fate.UNMATCHED) in export(gone)[0]


def test_two_hand_ins_of_one_group_are_ambiguous() -> None:
    twice = (of_group("1234"), of_group("1235", 3))
    assert export(*twice)[0][:2] == [("1234", Fate.AMBIGUOUS), ("1235", Fate.AMBIGUOUS)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GROUPS.replace(",1235,", ",1234,"), "line 3: '1234'"),
        (GROUPS.replace(",1235,", ",x,"), "line 3: 'x'"),
        (GROUPS.replace(",Team Ö_2_x,77", ",Team Ö_2_x,G7", 1), "line 2: '1234'"),
        (GROUPS.replace("A,Team Ö_2_x", "A,Another"), "'77'"),
        (GROUPS + "1,2\n", "line 6: has 2 cells"),
        ("name,canvas_user_id,login_id,sections,group_name\nx,1,y,z,\n", "nobody is in a group"),
    ],
)
def test_what_does_not_say_who_is_where_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        groups(text)
    assert "groups.csv" in str(caught.value) and "\n" not in str(caught.value)


@given(
    st.lists(st.sampled_from(["", "77", "78", "79"]), min_size=4, max_size=4),
    st.lists(st.sampled_from(["Quill, Zora", "Team 1", "Team 2"]), min_size=3, max_size=3),
    st.sampled_from(["1234", "1235", "1236", "99"]),
    st.sampled_from(["quillzora", "team1", "team2", "x"]),
)
def test_a_grade_reaches_only_its_sender_and_those_of_the_same_group(
    of: list[str], names: list[str], number: str, label: str
) -> None:
    numbers = ("1234", "1235", "1236", "99")
    called = dict(zip(("77", "78", "79"), names, strict=True))
    rows = [
        f'"Quill, Zora",{user},,l,A,"{called.get(group, "")}",{group},'
        for user, group in zip(numbers, of, strict=True)
    ]
    one = replace(user(number), identity=resolved(number, label, "\n".join([HEADER, *rows, ""])))
    reached = {key for key, fate in export(one)[0] if fate is Fate.UPDATED}
    own = dict(zip(numbers, of, strict=True))[number]
    mates = {user for user, group in zip(numbers, of, strict=True) if group and group == own}
    assert reached <= {number} | (
        mates if canvas_groups.as_written(called.get(own, "")) == label else set()
    )
