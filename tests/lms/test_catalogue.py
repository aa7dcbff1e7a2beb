"""What goes wrong with platforms' tables, numbers, names and formulas: a fixture for each line.

The lines are those of a catalogue of failures that was drawn up before the code; files and
archives have theirs in ``tests/intake/test_catalogue.py``.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from grader import files, gradebook
from grader.cli import rosters
from grader.errors import UsageError
from grader.grade import Grade
from grader.intake import Source, collect
from grader.lms import canvas, dates, feedback, matching, moodle, moodle_export, numbers
from grader.lms.matching import Export, Fate
from grader.spreadsheet import text_cell
from tests.intake.making import zipped
from tests.lms import test_blackboard, test_brightspace, test_canvas
from tests.lms.making import BOM, book, grade, worksheet
from tests.lms.test_moodle import exported, imported, planned, sheet

ONE = worksheet(101, 102, names=("Zoë Frost", "Yann Quill"))
SCALE = (
    ONE.replace(b'"Maximum grade"', b"Scale").replace(b",10.00,", b',"Poor\nFair\nGood",')
)  # fmt: skip


def semicolons(data: bytes) -> bytes:
    return data.replace(b", ", b" ").replace(b",", b";")


def utf16(data: bytes) -> bytes:
    text = data.removeprefix(BOM).decode().replace(", ", " ").replace(",", "\t")
    return text.encode("utf-16")


SAVED: dict[str, Callable[[bytes], bytes]] = {
    "with its mark": lambda data: data,
    "without its mark": lambda data: data.removeprefix(BOM),
    "UTF-16 by a spreadsheet": utf16,
    "Windows-1252 by a spreadsheet": lambda data: data.removeprefix(BOM).decode().encode("cp1252"),
    "semicolons by a German spreadsheet": semicolons,
    "CR LF": lambda data: data.replace(b"\n", b"\r\n"),
    "CR alone": lambda data: data.replace(b"\n", b"\r"),
    "no newline at its end": lambda data: data.removesuffix(b"\n"),
}


@pytest.mark.parametrize("saved", SAVED.values(), ids=SAVED)
def test_csv_a_form_that_is_kept(saved: Callable[[bytes], bytes]) -> None:
    """All but our cells is byte by byte as it was, and a second export changes nothing."""
    data = saved(ONE)
    after = exported(data, grade("101", 5))
    one, two = sheet(data), sheet(after)
    assert (one.table.bom, one.table.encoding) == (two.table.bom, two.table.encoding)
    ours = {(1, one.columns.grade), (1, one.columns.comments)}
    for number, (row, now) in enumerate(zip(one.table.rows, two.table.rows, strict=True)):
        assert row.ending == now.ending
        for column, (before, then) in enumerate(zip(row.raws, now.raws, strict=True)):
            assert (number, column) in ours or before == then
    assert two.participants[0].grade == "5.00"
    assert exported(after, grade("101", 5)) == after


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        ("with its mark", "separator comma, encoding UTF-8"),
        ("semicolons by a German spreadsheet", "separator semicolon"),
        ("UTF-16 by a spreadsheet", "separator tab, encoding UTF-16"),
        ("Windows-1252 by a spreadsheet", "encoding Windows-1252"),
    ],
)
def test_csv_what_moodle_must_be_told_of_the_form(saved: str, said: str) -> None:
    assert said in " ".join(moodle_export.steps(sheet(SAVED[saved](ONE))))


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_csv_forms_of_the_other_platforms_are_kept(newline: bytes) -> None:
    data = test_canvas.GRADEBOOK.replace(b"\n", newline)
    after = test_canvas.exported(test_canvas.user("1234"), data=data)["grades.csv"]
    assert after == data.replace(b"zq1,A,,9.00", b"zq1,A,15.00,9.00")
    for module, name, login in (
        (test_blackboard, "gc.csv", "zq1"),
        (test_brightspace, "grades.csv", "zq1"),
    ):
        form = module.FULL if module is test_blackboard else module.GRADES
        data = form.replace(b"\n", newline)
        one = module.user(login) if module is test_blackboard else module.user("1", login)
        after = module.exported(one, data=data)[name]
        assert after.replace(b"15.00", b"", 1) == data


REFUSED = {
    "newlines in the cells of a scale": (SCALE, "words of a scale"),
    "a row that is too short": (ONE + b"Participant 103,x\n", "line 4: has 2 cells"),
    "a row that is too long": (ONE.replace(b",Yes,", b",Yes,,", 1), "line 2: has 11 cells"),
    "a title twice": (ONE.replace(b",Status,", b",Grade,"), "two columns 'Grade'"),
    "thousands": (worksheet(101, grades=("1.234,5",)), "'1.234,5' is no number"),
    "a date of a spreadsheet": (worksheet(101, grades=("1. Mai",)), "'1. Mai' is no number"),
    "a date for the maximum": (ONE.replace(b",10.00,", b",10. Jan,", 1), "'10. Jan' is no number"),
    "not a number": (worksheet(101, grades=("NaN",)), "'NaN' is no number"),
    "infinite": (worksheet(101, grades=("inf",)), "'inf' is no number"),
    "negative": (worksheet(101, grades=("-1",)), "'-1' is no number"),
    "commas and points": (worksheet(101, 102, grades=("1,5", "2.5")), "some grades with a comma"),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED)
def test_tables_that_are_refused_in_one_sentence_with_a_remedy(data: bytes, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        sheet(data)
    sentence = str(caught.value)
    assert said in sentence and "\n" not in sentence and "again" in sentence


@pytest.mark.parametrize(
    ("module", "data", "said"),
    [
        (test_canvas, test_canvas.GRADEBOOK.replace(b"(502)", b"(501)"), "2 assignments"),
        (test_canvas, test_canvas.GRADEBOOK.replace(b"SIS Login ID", b"ID"), "is no gradebook"),
        (test_blackboard, test_blackboard.FULL.replace(b"|1702853", b"|1702852"), "2 assignments"),
        (test_blackboard, test_blackboard.FULL.replace(b"Student ID", b"Username"), "is no Grade"),
        (test_brightspace, test_brightspace.GRADES.replace(b"HW 2", b"HW 1"), "2 assignments"),
    ],
)
def test_csv_a_title_twice_decides_nothing(module: object, data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        module.read(data)  # type: ignore[attr-defined]


@pytest.mark.parametrize("space", ["\xa0", "\u202f", "\u2009", " "])
def test_csv_spaces_that_do_not_break_in_dates(space: str) -> None:
    cell = f"Monday, 5 October 2026,{space}10:00{space}AM"
    assert dates.read(cell, "English") == datetime(2026, 10, 5, 10)


@pytest.mark.parametrize(
    ("language", "there", "written", "taken"),
    [("English", "12.50", b"7.50", 7.5), ("German", "12,50", b'"7,50"', 7.5)],
)
def test_numbers_have_the_sign_of_their_file(
    language: str, there: str, written: bytes, taken: float
) -> None:
    data = worksheet(101, 102, language=language, grades=("", there), maximum=20)
    after = exported(data, grade("101", 7.5, of=20), of=20)
    assert written in after
    assert imported(after, language)["101"][0] == taken


@pytest.mark.parametrize(
    ("points", "of", "to", "text"),
    [
        (2.675, 10, 10, "2.68"), (0.005, 10, 10, "0.01"), (10 / 3, 10, 10, "3.33"),
        (2, 3, 100, "66.67"), (1.005, 10, 10, "1.01"), (0.1 + 0.2, 10, 10, "0.30"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_half_up_at_two_decimals(
    points: float, of: float, to: int, text: str
) -> None:
    share = numbers.scaled(points, of, Decimal(to))
    assert numbers.Notation().write(share) == text


@pytest.mark.parametrize("points", [10.5, -0.5, float("nan"), float("inf"), float("-inf")])
def test_numbers_that_no_platform_takes_stop_the_export(points: float) -> None:
    with pytest.raises(UsageError, match="is no grade from 0 to 10"):
        matching.cell(grade("101", points), Decimal(10), numbers.Notation())


def collected(tmp_path: Path, *names: str) -> list[Source]:
    path = tmp_path / "C1-Sheet 1-77.zip"
    path.write_bytes(zipped({name: f"x = {n}" for n, name in enumerate(names)}))
    return list(collect([path]).sources)


def fates(export: Export) -> list[tuple[str, Fate]]:
    return [(line.key or line.submission, line.fate) for line in export.plan]


def test_identity_the_same_name_twice_is_two_people(tmp_path: Path) -> None:
    names = (f"Zoë Frost_{n}_assignsubmission_file_/a.py" for n in (101, 102))
    assert [one.name for one in collected(tmp_path, *names)] == [
        "participant-101", "participant-102"]  # fmt: skip
    data = worksheet(101, 102, names=("Zoë Frost", "Zoë Frost"))
    read = imported(exported(data, grade("101", 3), grade("102", 7)), "English")
    assert [taken for taken, _ in read.values()] == [3, 7]


def test_identity_a_learner_who_was_renamed_keeps_the_number(tmp_path: Path) -> None:
    (source,) = collected(tmp_path, "Zoë Frost_101_assignsubmission_file_/a.py")
    known = rosters.known(source, sheet(worksheet(101, names=("Zoë Quill",))))
    assert known.identity and (known.identity.number, known.identity.kind) == ("101", "learner")


def test_identity_umlauts_in_both_their_forms_are_one_team(tmp_path: Path) -> None:
    label = unicodedata.normalize("NFD", "Zoë & Jürgen")
    (source,) = collected(tmp_path, f"{label}_7_assignsubmission_file_/a.py")
    data = worksheet(101, 102, 103, groups=("Zoë & Jürgen", "Zoë & Jürgen", "Others"))
    known = rosters.known(source, sheet(data))
    assert known.identity and known.identity.members == ("101", "102")


def test_identity_apostrophes_that_moodle_takes_off_are_no_other_person() -> None:
    data = worksheet(101, names=("Zoë O'Brien",))
    assert moodle.folder(sheet(data).participants[0], anonymous=False) == (
        "Zoë OBrien_101_assignsubmission_file"
    )


def test_identity_no_submission_stays_an_empty_cell() -> None:
    data = worksheet(101, 102)
    export = planned(data, grade("101"))
    assert fates(export) == [("101", Fate.UPDATED), ("102", Fate.NO_SUBMISSION)]
    assert imported(exported(data, grade("101")), "English")["102"] == (None, "")


def test_identity_a_submission_without_a_row_is_said() -> None:
    export = planned(worksheet(101), grade("101"), grade("999"))
    assert fates(export)[-1] == ("999", Fate.UNMATCHED)


def test_identity_several_files_of_one_learner_are_one_hand_in(tmp_path: Path) -> None:
    start = "Zoë Frost_101_assignsubmission_file_"
    (source,) = collected(tmp_path, f"{start}/task 10.py", f"{start}/task 2.py", f"{start}/a/b.py")
    assert [part.name for part in source.parts] == ["a/b.py", "task 2.py", "task 10.py"]


def test_identity_a_group_hands_in_one_file_and_fills_as_many_rows() -> None:
    data = worksheet(101, 102, 103, groups=("Team 1", "Team 1", "Team 2"))
    team = grade("103", 6, kind="team", members=("101", "102"))
    read = imported_teams(exported(data, team))
    assert read == {"101": "6.00", "102": "6.00", "103": ""}


def imported_teams(data: bytes) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return {row["Identifier"].removeprefix("Participant "): row["Grade"] for row in rows}


def test_identity_blind_numbers_match_without_a_name(tmp_path: Path) -> None:
    (source,) = collected(tmp_path, "Teilnehmer*in_101_assignsubmission_file_/a.py")
    assert source.identity and source.identity.anonymous
    data = worksheet(101, language="German of today", names=("",))
    read = imported(exported(data, grade("101", 5, anonymous=True)), "German of today")
    assert read["101"][0] == 5


FORMULAS = (
    '=HYPERLINK("http://x")',
    " +1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C x'!A0",
)


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_in_names_go_back_to_the_platform_as_they_came(formula: str) -> None:
    """An identity is matched, so that it is never altered; our cells never are formulas."""
    data = worksheet(101, names=(formula,))
    after = exported(data, said(formula))
    name = sheet(data).table.rows[1].raws[1]
    assert sheet(after).table.rows[1].raws[1] == name
    row = next(csv.DictReader(io.StringIO(after.decode("utf-8-sig"), newline="")))
    assert row["Grade"] == "7.50"
    assert row["Feedback comments"].startswith("<div class=grader-feedback><p>")


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_in_our_own_tables_are_text(formula: str) -> None:
    assert text_cell(formula) == f"'{formula}"
    one = replace(grade(None), submission=formula, source=formula)
    made = gradebook.to_csv(book(one)).decode()
    (row,) = csv.DictReader(io.StringIO(made, newline=""))
    assert row["submission"] == f"'{formula}"
    assert float(row["points"]) == 7.5


@pytest.mark.parametrize("alone", ["-", "", "Zoë", "1-2"])
def test_formulas_are_not_seen_where_there_are_none(alone: str) -> None:
    comment = feedback.comment(said(alone), {})
    assert f": 7.5 / 10. {alone}".rstrip(". ") in comment
    assert text_cell("Zoë") == "Zoë"


def said(text: str) -> Grade:
    one = grade("101")
    return replace(one, questions=(replace(one.questions[0], feedback=text),))


def test_privacy_no_name_or_mail_of_a_worksheet_is_in_a_report_or_a_comment() -> None:
    data = worksheet(101, names=("Zoë Frost",))
    one = sheet(data)
    export = moodle_export.prepare(book(grade("101", anonymous=True)), one)
    packed = moodle_export.archive(export, one, {"participant-101": b"<html>"})
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert names == ["Participant_101_assignsubmission_file/feedback.html"]
    comment = export.changes[1, one.columns.comments or 0]
    for private in ("Zoë", "Frost", "example.org"):
        assert private not in comment


def test_privacy_reports_are_called_by_numbers_whatever_a_label_says(tmp_path: Path) -> None:
    (source,) = collected(tmp_path, "Zoë Frost_101_assignsubmission_file_/a.py")
    assert files.unique_names([source.name]) == ("participant-101",)
    assert not any("Frost" in text for text in (source.name, source.shown, *source.remarks))


def test_what_is_excused_in_canvas_stays_so() -> None:
    export = canvas.prepare(book(test_canvas.user("1236")), test_canvas.read())
    assert export.plan[2].fate is Fate.UNMATCHED and not export.changes
