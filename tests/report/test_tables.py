"""The tables as files: they say what the page says, and a spreadsheet runs none of them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from grader.grade import Gradebook
from grader.report import overview, statistics
from grader.report.tables import tables
from tests.report import hostile, samples
from tests.report.pages import elements

BOOK = samples.gradebook()


def read(name: str, book: Gradebook = BOOK) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables(book)[f"tables/{name}.csv"].decode())))


def test_the_page_links_every_table_and_no_other() -> None:
    links = {dict(given)["href"] for tag, given in elements(overview(BOOK, {})) if tag == "a"}
    assert {link for link in links if str(link).endswith(".csv")} == set(tables(BOOK))


def test_submissions_are_one_row_each_and_what_is_not_graded_has_no_points() -> None:
    rows = {row["submission"]: row for row in read("submissions")}
    assert len(rows) == len(BOOK.submissions)
    assert (rows["ada"]["points"], rows["ada"]["open_points"]) == ("9", "6")
    assert (rows["ada"]["correct"], rows["ada"]["misconception"]) == ("2", "2")
    assert rows["babbage"]["points"] == ""
    assert rows["babbage"]["missing"] == "0", "what was not read is not missing"


def test_questions_carry_difficulty_unrounded() -> None:
    rows = {row["question"]: row for row in read("questions")}
    conv = rows["vgg_parameters.conv_params"]
    assert conv["difficulty"] == "0.555556"
    assert (conv["discrimination"], conv["discrimination_over"]) == ("", "9")
    assert conv["discrimination_reading"] == "too few decided"


def test_misconceptions_name_everyone_who_had_them() -> None:
    found = {
        (one.name, one.question, who) for one in statistics.misconceptions(BOOK) for who in one.who
    }
    rows = read("misconceptions")
    assert {(row["misconception"], row["question"], row["submission"]) for row in rows} == found
    assert len(rows) == len(found)


def test_what_needs_a_person_is_listed_whole() -> None:
    rows = read("open")
    assert {row["submission"] for row in rows if not row["question"]} == {"babbage"}
    waiting = {(who, one.question) for one in statistics.open_questions(BOOK) for who in one.who}
    assert {(row["submission"], row["question"]) for row in rows if row["question"]} == waiting


def test_all_runs_are_there_not_the_slowest_alone() -> None:
    ran = {grade.submission for grade in BOOK.submissions if grade.run}
    assert {row["submission"] for row in read("runs")} == ran


def test_points_are_the_bars_of_the_histogram() -> None:
    assert sum(int(row["decided"]) + int(row["partly_open"]) for row in read("points")) == 9


@pytest.mark.parametrize("payload", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "＝1"])
def test_no_cell_starts_a_formula(payload: str) -> None:
    book = samples.gradebook(replace(hostile.grade(payload), submission=payload))
    book = replace(
        book, sheet=replace(samples.SHEET, questions=(replace(samples.SHEET.questions[0],
        title=payload, part=payload, question=payload),))
    )  # fmt: skip
    for name, data in tables(book).items():
        for row in csv.reader(io.StringIO(data.decode(), newline="")):
            for cell in row:
                assert not cell.lstrip(" ").startswith(tuple("=+-@\t＝")), (name, row)


@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_hostile_names_leave_a_table_whole(payload: str) -> None:
    book = samples.gradebook(hostile.grade(payload))
    for data in tables(book).values():
        head, *rest = csv.reader(io.StringIO(data.decode(), newline=""))
        assert all(len(row) == len(head) for row in rest)


def test_a_class_without_submissions_has_tables() -> None:
    empty = Gradebook(sheet=samples.SHEET, environment={}, submissions=())
    assert read("submissions", empty) == []
    assert len(read("questions", empty)) == len(samples.SHEET.questions)
