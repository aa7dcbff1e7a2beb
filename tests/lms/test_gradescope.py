"""Gradescope's export and its table of grades, after samples in public repositories."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import intake
from grader.errors import UsageError
from grader.intake import Intake
from grader.lms import gradescope, tables
from tests.intake.making import zipped

SUBMITTERS = b"""---
submission_1001:
  :submitters:
  - :name: Zora Quill
    :sid: '0100'
    :email: Zora@example.org
  :created_at: 2026-05-03 21:59:01.123456000 Z
  :score: 3.0
  :status: processed
  :results:
    tests:
    - name: one
      output: |
        :submitters:
        - :sid: '999'
    - !ruby/object:ActiveSupport::TimeWithZone {utc: 2026-05-03, again: [{a: [b]}]}
submission_1002:
  :submitters: &2
  - :name: &1 Yann Frost
    :sid: &3 '200'
    :email: yann@example.org
  - :name: *1
    :sid: 0201
    :email:
  - :name: Xenia Marsh
    :sid: xenia@example.org
    :email: xenia@example.org
  :history:
  - :submitters: *2
    :id: 7
"""
GRADES = (
    "First Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status,Submission ID,"
    "Submission Time,Lateness (H:M:S),View Count,Submission Count\n"
    "Zora,Quill,0100,zora@example.org,,3.0,8.0,Graded,1001,2026-05-03 14:59:01 -0700,00:00:00,1,1\n"
    "Yann,Frost,200,yann@example.org,,,8.0,Graded,1002,2026-05-03 14:59:01 -0700,00:00:00,1,1\n"
    "Xenia,Marsh,,xenia@example.org,,,8.0,Graded,1002,2026-05-03 14:59:01 -0700,00:00:00,1,1\n"
    "Walt,Brook,400,walt@example.org,,,8.0,Missing,,,,,\n"
    "Vera,Stone,,vera@example.org,,,8.0,Missing,,,,,\n"
)
PRIVATE = ("Quill", "Frost", "Marsh", "Brook", "Stone", "example.org")


def collected(tmp_path: Path, **more: bytes | str) -> Intake:
    top = "assignment_55_export/"
    files: dict[str, bytes | str] = {
        f"{top}submission_metadata.yml": SUBMITTERS,
        f"{top}submission_1001/answers.py": b"x = 1\n",
        f"{top}submission_1002/a.py": b"y = 1\n",
        f"{top}submission_1002/deep/b.py": b"z = 1\n",
        **more,
    }
    path = tmp_path / "submissions.zip"
    path.write_bytes(zipped(files))
    return intake.collect([path])


def test_folders_are_submissions_and_the_list_says_whose(tmp_path: Path) -> None:
    found = collected(tmp_path)
    one, two = found.sources
    assert (one.name, two.name) == ("submission-1001", "submission-1002")
    assert one.identity and two.identity
    assert (one.identity.lms, one.identity.number) == ("gradescope", "1001")
    assert (one.identity.kind, one.identity.members) == ("learner", ("0100",))
    assert (two.identity.kind, two.identity.members) == ("team", ("200", "0201"))
    assert [part.name for part in two.parts] == ["a.py", "deep/b.py"]
    assert [skipped.reason for skipped in found.skipped] == [
        "is Gradescope's list of who handed in, and was read"
    ]


def test_no_name_and_no_mail_goes_further(tmp_path: Path) -> None:
    found = collected(tmp_path)
    for source in found.sources:
        read = intake.read(source)
        assert not any(word in repr(read) for word in PRIVATE)
        assert not any(word in source.name + source.shown for word in PRIVATE)


@pytest.mark.parametrize(
    "damaged",
    [
        b"\xff\xfe\x00",
        b"- a\n- b\n",
        b"a: [",
        b"{" * 70,
        b"[" * 3000,
        b"",
        b"a: *nowhere\n",
        b"s:\n  :submitters:\n" + b"  - {:sid: 1}\n" * 1_001,
    ],
)
def test_a_list_that_cannot_be_read_is_said_and_costs_nobody_their_grade(
    tmp_path: Path, damaged: bytes
) -> None:
    found = collected(tmp_path, **{"assignment_55_export/submission_metadata.yml": damaged})
    assert [source.name for source in found.sources] == ["submission-1001", "submission-1002"]
    assert len(found.skipped) == 1 and "list of who handed in" in found.skipped[0].reason
    assert all(source.identity and not source.identity.members for source in found.sources)


def test_folders_without_the_list_are_a_plain_class(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    for name in ("submission_1", "submission_2"):
        (folder / name).mkdir(parents=True)
        (folder / name / "a.py").write_text("x = 1\n")
    found = intake.collect([folder])
    assert [source.identity for source in found.sources] == [None, None]


def test_nothing_of_the_list_is_constructed() -> None:
    for tag in ("!!python/object/apply:os.getcwd []", "!ruby/object:Gem {a: b}", "!!binary x"):
        data = f"submission_1:\n  :x: {tag}\n  :submitters:\n  - :sid: '5'\n".encode()
        assert gradescope.submitters(data)["submission_1"].sids == ("5",)


def test_aliases_do_not_multiply() -> None:
    letters = "abcdefghijklmnop"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, now in pairwise(letters):
        lines.append(f"{now}: &{now} [{', '.join([f'*{before}'] * 9)}]")
    assert gradescope.submitters("\n".join(lines).encode()) == {}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes) -> None:
    try:
        gradescope.submitters(data)
    except UsageError as problem:
        assert "download it again" in str(problem)


@given(st.lists(st.tuples(st.from_regex(r"\A[0-9]{1,9}\Z"), st.booleans()), max_size=5))
def test_every_sid_is_read_as_it_was_written(people: list[tuple[str, bool]]) -> None:
    rows = "".join(f"  - :sid: '{sid}'\n    :name: N\n" for sid, _ in people)
    data = f"submission_1:\n  :submitters:\n{rows}" if people else "submission_1: {}\n"
    found = gradescope.submitters(data.encode())
    sids = tuple(dict.fromkeys(sid for sid, _ in people))
    assert (found["submission_1"].sids if people else ()) == sids


def test_the_table_of_grades_is_known_and_read() -> None:
    table = tables.parse(GRADES.encode(), name="grades.csv")
    assert gradescope.is_grades(table)
    first, *_, last = gradescope.learners(table)
    assert (first.sid, first.mail, first.submission) == ("0100", "zora@example.org", "1001")
    assert last.shown == "line 6"
    with pytest.raises(UsageError, match="line 2: has 1 cells"):
        gradescope.learners(tables.parse(GRADES.splitlines()[0].encode() + b"\nx\n", name="g"))
