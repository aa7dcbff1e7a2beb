"""Grades go into Moodle's own worksheet, and Moodle reads from it what was meant."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.grade import Grade, Status
from grader.lms import moodle, moodle_export, php
from grader.lms.matching import Export, Fate
from grader.lms.moodle import Worksheet
from grader.lms.moodle_export import prepare
from grader.submission import Identity
from tests.lms.making import LANGUAGES, book, grade, worksheet


def sheet(data: bytes) -> Worksheet:
    return moodle.worksheet(data, name="worksheet.csv")


def exported(data: bytes, *grades: Grade, of: float = 10) -> bytes:
    one = sheet(data)
    return moodle_export.worksheet(prepare(book(*grades, of=of), one), one)


def planned(data: bytes, *grades: Grade) -> Export:
    return prepare(book(*grades), sheet(data))


def fates(export: Export) -> dict[str, Fate]:
    return {line.key or line.submission: line.fate for line in export.plan}


def imported(data: bytes, language: str) -> dict[str, tuple[float | None, str]]:
    """Return grade and comment by participant, as Moodle's importer takes them.

    Restated from ``assignfeedback_offline`` and ``csv_import_reader``: the titles must be those
    of the uploader's language, letter by letter; each row must be as wide as the header; the
    identifier loses as many bytes as the word for a participant has.
    """
    words = LANGUAGES[language]
    rows = list(php.rows(data.decode("utf-8-sig"), ","))
    head = rows[0]
    assert all(len(row) == len(head) for row in rows), "csvweirdcolumns"
    titles = next(csv.reader([words.titles]))
    identifier, grade, dated, comment = (head.index(titles[place]) for place in (0, 4, 8, 9))
    assert dated
    cut = len(words.participant.encode())
    return {
        row[identifier].encode()[cut:].decode(): (
            php.number(row[grade], words.decimal),
            row[comment],
        )
        for row in rows[1:]
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worksheet_in_each_language_takes_grades_that_moodle_reads(language: str) -> None:
    data = worksheet(101, 102, 103, language=language)
    read = imported(exported(data, grade("101", 7.5), grade("103", 10)), language)
    assert {number: taken for number, (taken, _) in read.items()} == {
        "101": 7.5,
        "102": None,
        "103": 10,
    }
    assert "Well done." in read["101"][1]
    assert read["102"][1] == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_byte_outside_our_cells_stays(language: str) -> None:
    data = worksheet(101, 102, language=language, names=("=Ada", 'O"Brien, "J"'))
    before = data.decode("utf-8-sig").splitlines()
    after = exported(data, grade("101")).decode("utf-8-sig").splitlines()
    assert after[0] == before[0]
    assert after[2] == before[2]
    start = before[1].index(",,") + 1
    assert after[1][:start] == before[1][:start]
    assert data[:3] == exported(data, grade("101"))[:3]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("delimiter", [b",", b";"])
def test_the_form_that_a_spreadsheet_gave_the_file_is_kept(
    newline: bytes, delimiter: bytes
) -> None:
    data = worksheet(101, 102).replace(b", ", b" ").replace(b",", delimiter)
    data = data.replace(b"\n", newline).removeprefix(b"\xef\xbb\xbf")
    after = exported(data, grade("101", 5))
    assert delimiter + b"5.00" + delimiter in after
    assert after.count(newline) == data.count(newline)
    assert not after.startswith(b"\xef\xbb\xbf")


def test_exporting_twice_changes_nothing_more() -> None:
    once = exported(worksheet(101), grade("101"))
    again = planned(once, grade("101"))
    assert fates(again) == {"101": Fate.UNCHANGED}
    assert exported(once, grade("101")) == once


def test_every_row_and_every_grade_is_in_the_plan() -> None:
    data = worksheet(101, 102, 103, 104, grades=("", "7.50", "", ""))
    waiting = grade("103", status=Status.NEEDS_REVIEW)
    export = planned(data, grade("101"), grade("102"), waiting, grade("9"), grade(None))
    assert fates(export) == {
        "101": Fate.UPDATED,
        "102": Fate.UPDATED,  # the comment is new
        "103": Fate.UNDECIDED,
        "104": Fate.NO_SUBMISSION,
        "9": Fate.UNMATCHED,
        "late": Fate.UNMATCHED,
    }
    assert len(export.plan) == 6


@pytest.mark.parametrize("status", [Status.NEEDS_REVIEW, Status.NOT_GRADED])
def test_what_waits_for_a_person_stays_as_it_is(status: Status) -> None:
    data = worksheet(101, 102, grades=("3.00", ""))
    assert exported(data, grade("101", status=status), grade("102", 0)).count(b"3.00") == 1
    assert fates(planned(data, grade("101", status=status)))["101"] is Fate.UNDECIDED


def test_two_hand_ins_of_one_participant_are_ambiguous() -> None:
    export = planned(worksheet(101), grade("101"), grade("101", 3))
    assert fates(export) == {"101": Fate.AMBIGUOUS}
    assert export.changes == {}


def test_two_rows_of_one_participant_are_ambiguous() -> None:
    export = planned(worksheet(101, 101), grade("101"))
    assert fates(export) == {"101": Fate.AMBIGUOUS}


def test_names_never_decide() -> None:
    data = worksheet(101, 102, names=("Ada Lovelace", "Ada Lovelace"))
    read = imported(exported(data, grade("102", 4)), "English")
    assert (read["101"][0], read["102"][0]) == (None, 4)


@pytest.mark.parametrize(
    ("points", "of", "maximum", "cell"),
    [
        (7.5, 10, 10, "7.50"),
        (7.5, 10, 100, "75.00"),
        (1, 3, 10, "3.33"),
        (2.675, 10, 10, "2.68"),
        (0.125, 1, 1, "0.13"),
        (0, 10, 10, "0.00"),
        (20, 20, 15, "15.00"),
    ],
)
def test_points_are_scaled_to_the_worksheet_and_rounded_half_up(
    points: float, of: float, maximum: float, cell: str
) -> None:
    one = sheet(worksheet(101, maximum=maximum))
    export = prepare(book(grade("101", points, of=of), of=of), one)
    (line,) = export.plan
    assert line.after == cell
    assert any("multiplied" in note for note in export.notes) == (of != maximum)


@pytest.mark.parametrize("points", [11, -1])
def test_a_grade_that_moodle_would_pass_over_is_refused(points: float) -> None:
    with pytest.raises(UsageError, match=f"participant-101: {points} is no grade"):
        planned(worksheet(101), grade("101", points))


HOSTILE = ("C:\\", 'x\\"', "\\", '"', '=HYPERLINK("http://x")', "<script>", "a\nb", "\0", "😀 ü")


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)), min_size=1, max_size=3))
def test_no_feedback_breaks_the_rows_or_becomes_a_formula(said: list[str]) -> None:
    numbers = range(1, len(said) + 1)
    grades = [grade(str(n), feedback=text) for n, text in zip(numbers, said, strict=True)]
    data = exported(worksheet(*numbers), *grades)
    read = imported(data, "English")
    assert [taken for taken, _ in read.values()] == [7.5] * len(said)
    for _, comment in read.values():
        assert comment.startswith("<div class=grader-feedback>")
        assert not re.search(r'["\\\r\n\0]|<script', comment)
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_comment_that_a_person_wrote_is_kept_and_said_to_be() -> None:
    data = worksheet(101, 102, comments=("See me.", ""))
    export = planned(data, grade("101"), grade("102"))
    assert "keeps the comment" in export.plan[0].detail
    assert b"See me." in exported(data, grade("101"))


@pytest.mark.parametrize(
    ("language", "no"),
    [("English", "No"), ("German", "Nein"), ("French", "Non"), ("Spanish", "No")],
)
def test_rows_that_moodle_will_pass_over_are_named(language: str, no: str) -> None:
    data = worksheet(101, 102, language=language).replace(b",Yes,", f",{no},".encode(), 1)
    export = planned(data, grade("101"), grade("102"))
    assert [note for note in export.notes if "cannot be changed" in note and "(101)" in note]
    assert not any("cannot" in note for note in planned(data, grade("102")).notes)


def test_a_cell_of_others_that_moodle_would_misread_stops_the_export() -> None:
    data = worksheet(101, 102, names=("Ada", "C: \\"))
    with pytest.raises(UsageError, match=r"worksheet\.csv, line 3: Moodle would misread"):
        exported(data, grade("101"))


TEAMS = worksheet(101, 102, 7, language="German", groups=("Team_1", "Team_1", "Team 2"))


def team(number: str, *members: str) -> Grade:
    return grade(number, kind="team", members=members)


def test_a_team_grade_goes_to_every_member_and_never_to_the_team_number() -> None:
    identity = moodle.resolve(Identity(lms="moodle", number="7"), "Team 1", sheet(TEAMS))
    assert (identity.kind, identity.members) == ("team", ("101", "102"))
    read = imported_teams(exported(TEAMS, team("7", *identity.members)))
    assert read == {"101": "7,50", "102": "7,50", "7": ""}


def imported_teams(data: bytes) -> dict[str, str]:
    rows = list(php.rows(data.decode("utf-8-sig"), ","))
    return {row[0].removeprefix("Teilnehmer/in"): row[5] for row in rows[1:]}


def test_without_a_roster_a_team_number_is_nobody() -> None:
    export = planned(TEAMS, grade("7"))
    assert fates(export)["7"] is not Fate.UPDATED
    assert export.changes == {}
    assert any("--roster" in line.detail for line in export.plan)


def test_team_names_that_files_cannot_tell_apart_have_no_members() -> None:
    data = worksheet(101, 102, groups=("Team: 1", "Team 1"))
    identity = moodle.resolve(Identity(lms="moodle", number="7"), "Team 1", sheet(data))
    assert (identity.kind, identity.members) == ("team", ())
    assert fates(planned(data, grade("7", kind="team")))["participant-7"] is Fate.UNMATCHED


def names_in(data: bytes, *grades: Grade) -> list[str]:
    one = sheet(data)
    pages = {each.submission: b"<html>" for each in grades}
    packed = moodle_export.archive(prepare(book(*grades), one), one, pages)
    assert packed == moodle_export.archive(prepare(book(*grades), one), one, pages)
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        return opened.namelist()


def test_feedback_lies_in_the_folders_that_moodle_gave() -> None:
    data = worksheet(101, 102, names=("O'Brien, Jürgen (JJ) & Co", "A_B"))
    assert names_in(data, grade("101"), grade("102")) == [
        "A B_102_assignsubmission_file/feedback.html",
        "OBrien, Jürgen (JJ)  Co_101_assignsubmission_file/feedback.html",
    ]


def test_feedback_of_a_team_lies_in_a_folder_per_member() -> None:
    assert names_in(TEAMS, team("7", "101", "102")) == [
        "Ada Lovelace 101_101_assignsubmission_file/feedback.html",
        "Ada Lovelace 102_102_assignsubmission_file/feedback.html",
    ]


def test_a_blind_download_leaks_no_name_of_the_worksheet() -> None:
    data = worksheet(101, language="German")
    assert names_in(data, grade("101", anonymous=True)) == [
        "Teilnehmerin_101_assignsubmission_file/feedback.html"
    ]


DUTCH = (
    "Identificatie,Naam,Cijfer,Maximumcijfer,Opmerkingen\n"
    'Deelnemer12,"Ada L",,"10,00",\nDeelnemer13,"Bob M","3,00","10,00",\n'
)


def test_another_language_is_told_by_its_cells_and_wants_a_roster() -> None:
    one = sheet(DUTCH.encode())
    assert one.columns.words is None
    assert [p.number for p in one.participants] == ["12", "13"]
    assert fates(planned(DUTCH.encode(), grade("12")))["12"] is Fate.NO_SUBMISSION
    export = planned(DUTCH.encode(), grade("12", kind="learner"))
    assert export.plan[0].after == "7,50"
    assert any("language" in note for note in export.notes)


DUTCH_TEAMS = (
    b"Identificatie,Naam,Status,Groep,Cijfer,Maximumcijfer,Opmerkingen\n"
    b'Deelnemer12,"Ada L",x,"Team A",,"10,00",\n'
    b'Deelnemer13,"Bob M",x,"Team A",,"10,00",\n'
    b'Deelnemer7,"Eve S",x,"Team B",,"10,00",\n'
)


def resolved(data: bytes, number: str, label: str, *, anonymous: bool = False) -> Grade:
    identity = Identity(lms="moodle", number=number, anonymous=anonymous)
    whose = moodle.resolve(identity, label, sheet(data))
    return grade(number, kind=whose.kind, members=whose.members, anonymous=anonymous)


@pytest.mark.parametrize("label", ["Team A", "Team B", "Team C"])
def test_a_team_in_another_language_is_never_taken_for_the_learner_of_its_number(
    label: str,
) -> None:
    export = planned(DUTCH_TEAMS, resolved(DUTCH_TEAMS, "7", label))
    assert export.changes == {}
    assert Fate.UPDATED not in fates(export).values()


def test_a_team_column_whose_title_is_not_known_is_seen_by_what_it_holds() -> None:
    data = TEAMS.replace(b",Gruppe,", b",Mannschaft,")
    export = planned(data, resolved(data, "7", "Team 1"))
    assert export.changes == {}


def test_a_learner_in_another_language_is_one_whose_row_carries_the_entry_s_name() -> None:
    whose = resolved(DUTCH.encode(), "12", "Ada L")
    assert planned(DUTCH.encode(), whose).plan[0].after == "7,50"
    blind = DUTCH.replace(',"Ada L"', ',"x"').encode()
    whose = resolved(blind, "12", "Deelnemer", anonymous=True)
    assert planned(blind, whose).plan[0].after == "7,50"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((b"Identifier,", b"Name,"), "is no grading worksheet"),
        ((b'"Maximum grade"', b"Scale"), "words of a scale"),
        ((b"10.00", b"1. Mai"), "line 2: the maximum grade '1. Mai'"),
        ((b",Yes,", b","), "line 2: has 9 cells and the header 10"),
        ((b'"Full name"', b"Grade"), "two columns 'Grade'"),
        ((b"Participant 101", b"somebody"), "line 2: its identifier"),
    ],
)
def test_what_is_no_worksheet_of_points_is_refused_in_one_sentence(
    change: tuple[bytes, bytes], said: str
) -> None:
    data = worksheet(101, 102).replace(*change, 1 if change[0] != b"10.00" else -1)
    if change[0] == b"Identifier,":
        data = data.replace(b"Participant ", b"Learner ")
        data = data.replace(b"Learner 101", b"x")
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        sheet(data)
    assert "worksheet.csv" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("there", ["-", "n/a", "1. Mai", "'12.5", "1.234,5"])
def test_a_grade_that_is_no_number_would_be_imported_as_one_and_is_refused(there: str) -> None:
    with pytest.raises(UsageError, match="line 3: the grade"):
        sheet(worksheet(101, 102, grades=("", there)))


def test_commas_and_points_in_one_worksheet_are_refused() -> None:
    with pytest.raises(UsageError, match="comma"):
        sheet(worksheet(101, 102, grades=("7,5", "7.5")))
