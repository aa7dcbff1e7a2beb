"""OpenOLAT: its archive of a task in, a text to paste and an archive of reports out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.grade import Grade, Status
from grader.intake import Intake, collect
from grader.lms import openolat, tables, usernames
from grader.lms.matching import Fate
from grader.lms.openolat_entries import plain
from grader.submission import Identity
from tests.intake.making import Content, code, folder, notebook, zipped
from tests.lms import reading
from tests.lms.making import book, grade

HAND_IN = notebook(code("corners = 4"))
TOP = "ita_Sheet_1_2026_10_06_08_00_00"
ARCHIVE: dict[str, Content] = {
    f"{TOP}/C1_2026.xlsx": b"PK",
    f"{TOP}/Quill_Zora_zq1/1_task/sheet.ipynb": HAND_IN,
    f"{TOP}/Quill_Zora_zq1/2_submissions/hw.ipynb": notebook(code("corners = 3")),
    f"{TOP}/Quill_Zora_zq1/3_corrections/hw.ipynb": HAND_IN,
    f"{TOP}/Quill_Zora_zq1/4_revisions_1/hw.ipynb": HAND_IN,
    f"{TOP}/van_der_Frost_Yann_yf_1/1_task/sheet.ipynb": HAND_IN,
    f"{TOP}/van_der_Frost_Yann_yf_1/2_submissions/a/b.ipynb": HAND_IN,
    f"{TOP}/Marsh_Xenia_xm1/1_task/sheet.ipynb": HAND_IN,
    f"{TOP}/solutions/solution.ipynb": HAND_IN,
}
ROSTER = b"Vorname,Nachname,Benutzername\nZora,Quill,zq1\nYann,van der Frost,yf_1\nX,Y,z.q.1.x\n"


def collected(tmp_path: Path, files: Mapping[str, Content] = ARCHIVE, *, lms: str = "") -> Intake:
    path = tmp_path / "archive.zip"
    path.write_bytes(zipped(files))
    return collect([path], lms=lms)


def of(found: Intake) -> dict[str, list[str]]:
    return {source.name: [part.name for part in source.parts] for source in found.sources}


EXPECTED = {"user-zq1": ["hw.ipynb"], "user-1-or-Frost_Yann_yf_1": ["a/b.ipynb"]}


def test_the_newest_revision_of_each_learner_counts_and_nobody_else_handed_in(
    tmp_path: Path,
) -> None:
    found = collected(tmp_path)
    assert of(found) == EXPECTED
    reasons = {one.source.split("/", 1)[1]: one.reason for one in found.skipped}
    assert reasons["…_zq1/hw.ipynb"] == (
        "is of an earlier attempt (2_submissions); the newest counts (4_revisions)"
    )
    assert reasons["…_zq1/1_task/sheet.ipynb"] == "is the task that was handed out, not a hand-in"
    assert reasons["…_zq1/3_corrections/hw.ipynb"] == "is feedback to the learner, not a hand-in"
    assert reasons["…_xm1/1_task/sheet.ipynb"] == "is the task that was handed out, not a hand-in"
    assert len(found.skipped) == 7, found.skipped


@pytest.mark.parametrize("lms", ["", "openolat"])
def test_an_unpacked_archive_is_read_like_the_zip(tmp_path: Path, lms: str) -> None:
    download = folder(tmp_path / "download", ARCHIVE)
    assert of(collect([download], lms=lms)) == EXPECTED
    assert of(collect([download / TOP], lms=lms)) == EXPECTED


def test_a_group_s_number_is_no_learner_s_login_name(tmp_path: Path) -> None:
    files = {"grouptask_Sheet_1_2026/Team_A_1234/1_submissions/hw.ipynb": HAND_IN}
    (source,) = collected(tmp_path, files).sources
    assert source.name == "team-1234"
    assert source.identity == Identity(lms="openolat", number="1234", kind="team")
    export = openolat.prepare(book(whose(source.identity)))
    assert [line.fate for line in export.plan] == [Fate.UNMATCHED]


def test_a_plain_class_keeps_its_names(tmp_path: Path) -> None:
    files = {f"ita_sheet_1/{name}/hw.ipynb": HAND_IN for name in ("a_b_c", "d_e_f")}
    sources = collected(tmp_path, files).sources
    assert [(source.name, source.identity) for source in sources] == [
        ("a_b_c", None), ("d_e_f", None)]  # fmt: skip


def test_only_a_roster_tells_whose_a_folder_is(tmp_path: Path) -> None:
    roster = usernames.usernames(tables.parse(ROSTER, name="r.csv"))
    assert roster == ("zq1", "yf_1", "z.q.1.x")
    for source in collected(tmp_path).sources:
        assert source.identity and source.identity.kind is None
        known = usernames.resolver(roster)(source.identity)
        assert (known.kind, known.members) == ("learner", ())
        assert known.number in ("zq1", "yf_1")
    doubtful = Identity(lms="openolat", number="zq1", members=("zq1",))
    for others in ((), ("zq1", "z.q-1"), ("ZQ1",)):
        assert usernames.resolver(others)(doubtful) == doubtful
    assert usernames.resolver(("z.q-1",))(doubtful).number == "z.q-1"


@pytest.mark.parametrize(
    ("login", "written"),
    [("z.quill", "zquill"), ("jürgen-m@x", "juergenmx"), ("Zoë", "Zoe"), ("a_b c", "a_b_c")],
)
def test_a_login_name_loses_what_openolat_takes_off(login: str, written: str) -> None:
    assert plain(login) == written


def whose(identity: Identity, points: float = 7.5, **changes: object) -> Grade:
    one = replace(grade(identity.number, points), submission=f"user-{identity.number}")
    return replace(one, identity=identity, **changes)  # type: ignore[arg-type]


def learner(login: str, points: float = 7.5, **changes: object) -> Grade:
    return whose(Identity(lms="openolat", number=login, kind="learner"), points, **changes)


def exported(*grades: Grade) -> dict[str, bytes]:
    marks = book(*grades)
    export = openolat.prepare(marks)
    pages = {one.submission: b"<html>" for one in grades}
    return dict(openolat.files(export, marks, pages))


def test_each_learner_gets_a_line_and_a_report() -> None:
    made = exported(learner("zq1"), learner("yf_1", 3), learner("xm", status=Status.NEEDS_REVIEW))
    rows = reading.openolat(made["bulk-assessment.txt"].decode())
    assert {login: score for login, (score, _) in rows.items()} == {"zq1": 7.5, "yf_1": 3.0}
    assert rows["zq1"][1] == "7.5 / 10 | 1a The answer.: 7.5 / 10. Well done."
    paths = zipfile.ZipFile(io.BytesIO(made["return-files.zip"])).namelist()
    assert reading.returned(paths) == {"yf_1": ["feedback.html"], "zq1": ["feedback.html"]}


def test_every_grade_is_in_the_plan() -> None:
    grades = (
        learner("zq1"),
        learner("twice"),
        learner("twice", 3),
        learner("xm", status=Status.NEEDS_REVIEW),
        whose(Identity(lms="openolat", number="yf1", members=("yf1",))),
        grade("99"),
    )
    plan = openolat.prepare(book(*grades)).plan
    assert [(line.key or line.submission, line.fate) for line in plan] == [
        ("twice", Fate.AMBIGUOUS),
        ("xm", Fate.UNDECIDED),
        ("zq1", Fate.UPDATED),
        ("user-yf1", Fate.UNMATCHED),
        ("participant-99", Fate.UNMATCHED),
    ]
    assert "--roster" in plan[3].detail


@settings(deadline=None)
@given(st.text(), st.floats(0, 10))
def test_no_feedback_makes_another_cell_or_line(said: str, points: float) -> None:
    one = learner("zq1", points)
    one = replace(one, questions=(replace(one.questions[0], feedback=said),))
    rows = reading.openolat(exported(one)["bulk-assessment.txt"].decode())
    assert list(rows) == ["zq1"]
    score, comment = rows["zq1"]
    assert score == pytest.approx(points, abs=0.005) and comment and comment.count("/") >= 2
