from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import gradebook
from grader.errors import UsageError
from grader.grade import Grade, Late, Status, StepOutcome, Verdict, settled
from tests.conftest import REPOSITORY
from tests.report import hostile, samples

BOOK = samples.gradebook()
CONTRACT = {
    "": {"schema", "sheet", "environment", "submissions", "closes", "language", "sheets"},
    "sheet": {"name", "title", "version", "max_points"},
    "submission": {
        "submission", "source", "sha256", "status", "points", "max_points", "run", "questions",
    },
    "run": {"status", "wall_seconds", "cpu_seconds", "peak_rss_bytes"},
    "question": {
        "question", "verdict", "points", "max_points", "note", "misconceptions", "given",
        "where", "tolerance", "feedback",
    },
}  # fmt: skip


def written(*grades: Grade) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(gradebook.to_json(samples.gradebook(*grades)))
    return data


def rows(*grades: Grade) -> list[dict[str, str]]:
    text = gradebook.to_csv(samples.gradebook(*grades)).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def with_points(points: float) -> Grade:
    mark = replace(samples.ADA_MARKS[0], points=points)
    return samples.graded("ada", (mark, *samples.ADA_MARKS[1:]))


def test_every_key_of_the_contract_is_there() -> None:
    data = written()
    (ada,) = [one for one in data["submissions"] if one["submission"] == "ada"]
    assert set(data) == CONTRACT[""]
    assert set(data["sheet"]) >= CONTRACT["sheet"]
    assert set(ada) >= CONTRACT["submission"]
    assert set(ada["run"]) >= CONTRACT["run"]
    assert all(set(mark) >= CONTRACT["question"] for mark in ada["questions"])
    assert data["schema"] == "grades/1"
    assert data["environment"]["isolation"] == "strict"


def test_what_is_written_is_what_the_schema_says() -> None:
    schema = gradebook.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(written(), schema)


@pytest.mark.parametrize("key", sorted(CONTRACT["question"]))
def test_the_schema_misses_a_missing_key(key: str) -> None:
    data = written()
    del data["submissions"][0]["questions"][0][key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, gradebook.schema())


def test_every_key_of_the_schema_is_documented() -> None:
    text = (REPOSITORY / "docs/grades-json.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))
    keys = {
        key for part in gradebook.schema()["$defs"].values() for key in part.get("properties", {})
    }
    assert keys - documented == set()
    assert documented - keys == {"undecided_points", "run_status", "late_deduction"}
    for word in (*Verdict, *Status, *StepOutcome):
        assert f"`{word.value}`" in text


def test_a_gradebook_read_back_is_the_same(tmp_path: Path) -> None:
    gradebook.write(BOOK, tmp_path / "new/folder")
    assert gradebook.read(tmp_path / "new/folder/grades.json") == BOOK


def test_a_gradebook_without_chains_is_read_as_one_with_empty_chains(tmp_path: Path) -> None:
    data = written()
    for grade in data["submissions"]:
        for mark in grade["questions"]:
            del mark["chain"], mark["counterexample"]
    (tmp_path / "grades.json").write_text(json.dumps(data), encoding="utf-8")
    plain = [
        replace(mark, chain=(), counterexample=None)
        for grade in BOOK.submissions
        for mark in grade.questions
    ]
    read = gradebook.read(tmp_path / "grades.json")
    assert [mark for grade in read.submissions for mark in grade.questions] == plain


def test_the_same_grades_give_the_same_bytes() -> None:
    assert gradebook.to_json(BOOK) == gradebook.to_json(samples.gradebook())
    assert gradebook.to_csv(BOOK) == gradebook.to_csv(samples.gradebook())


def test_undecided_points_are_null_and_empty_never_zero() -> None:
    (data,) = written(samples.REJECTED)["submissions"]
    assert (data["status"], data["run"]) == ("not_graded", None)
    assert {(mark["verdict"], mark["points"]) for mark in data["questions"]} == {
        ("NEEDS_REVIEW", None)
    }
    (row,) = rows(samples.REJECTED)
    assert (row["points"], row["undecided_points"], row["run_status"]) == ("", "23", "")
    assert {row[head.question] for head in samples.SHEET.questions} == {""}


def test_numbers_are_rounded() -> None:
    (data,) = written(with_points(1 / 3))["submissions"]
    assert data["questions"][0]["points"] == 0.333333
    assert rows(with_points(1 / 3))[0]["chain_rule.f_value"] == "0.333333"


@pytest.mark.parametrize("points", [float("nan"), float("inf"), float("-inf")])
def test_points_that_are_no_number_go_to_a_person(points: float) -> None:
    (data,) = written(with_points(points))["submissions"]
    first = data["questions"][0]
    assert (first["verdict"], first["points"]) == ("GRADER_ERROR", None)
    assert (data["status"], data["points"]) == ("needs_review", 7)
    assert rows(with_points(points))[0]["undecided_points"] == "8"


@settings(deadline=None)
@given(st.text() | st.text(st.characters(categories=["Cs", "Cc"])))
def test_any_name_can_be_written(name: str) -> None:
    grade = replace(samples.ADA, submission=name, reason=name, remarks=(name,))
    jsonschema.validate(written(grade), gradebook.schema())
    (row,) = rows(grade)
    assert row["points"] == "9"


def test_the_table_has_one_row_per_submission_and_one_column_per_question() -> None:
    table = rows()
    assert [row["submission"] for row in table] == [one.submission for one in BOOK.submissions]
    head = ["submission", "status", "points", "undecided_points", "max_points", "run_status",
            "late_deduction"]  # fmt: skip
    assert list(table[0]) == head + [one.question for one in samples.SHEET.questions]
    ada = table[0]
    assert list(ada.values()) == [
        "ada", "needs_review", "9", "6", "23", "ERROR", "",
        "2", "2.5", "0", "", "1.5", "", "0", "1", "1", "1",
    ]  # fmt: skip


def test_lines_end_as_the_standard_says() -> None:
    raw = gradebook.to_csv(BOOK)
    assert raw.count(b"\r\n") == raw.count(b"\n") == len(BOOK.submissions) + 1


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", "  =1", "＝1", "\0=1", '=cmd|"/c x"!A1'],
)
def test_no_name_becomes_a_formula(name: str) -> None:
    (row,) = rows(replace(samples.ADA, submission=name))
    assert row["submission"] == "'" + name.replace("\0", "")


@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_hostile_names_stay_one_cell(payload: str) -> None:
    (row,) = rows(replace(samples.ADA, submission=payload))
    assert (row["status"], row["chain_rule.f_value"]) == ("needs_review", "2")
    assert None not in row


def test_marks_that_the_sheet_does_not_list_keep_their_column() -> None:
    stray = replace(samples.ADA_MARKS[0], question="old.question", points=0.5)
    (row,) = rows(samples.graded("ada", (stray,)))
    assert row["old.question"] == "0.5"


def test_unknown_keys_are_passed_over(tmp_path: Path) -> None:
    data = written()
    data["added_later"] = data["submissions"][0]["added_later"] = [1]
    path = tmp_path / "grades.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert gradebook.read(path) == BOOK


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a gradebook"),
        (b"{", "not a gradebook"),
        (b"[]", "not a gradebook"),
        (b"\xff\xfe", "not a gradebook"),
        (b"{}", "not a gradebook"),
        (b'{"schema": "grades/1"}', "not a gradebook"),
        (b'{"schema": "grades/2"}', "'grades/2'"),
        (b'{"schema": "observations/1", "submissions": []}', "'observations/1'"),
        (b"[" * 100_000, "not a gradebook"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "grades.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=says) as refused:
        gradebook.read(path)
    assert str(path) in str(refused.value)
    assert "again" in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"), [("points", "9"), ("status", "perfect"), ("questions", None), ("run", [])]
)
def test_a_wrong_type_is_refused(tmp_path: Path, key: str, value: object) -> None:
    data = written()
    data["submissions"][0][key] = value
    path = tmp_path / "grades.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(UsageError, match=key):
        gradebook.read(path)


def test_a_missing_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read .*; give the path of a grades\.json"):
        gradebook.read(tmp_path / "grades.json")


def test_writing_leaves_no_other_file(tmp_path: Path) -> None:
    gradebook.write(BOOK, tmp_path)
    gradebook.write(BOOK, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"grades.json", "grades.csv"}


def test_a_folder_that_cannot_be_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UsageError, match="choose another folder"):
        gradebook.write(BOOK, tmp_path / "out")


def test_what_lateness_takes_off_is_in_both_files(tmp_path: Path) -> None:
    told = Late(seconds=90.0, days=1, percent=10.0, sentence="One day begun.")
    late = settled(samples.ADA, samples.ADA.questions, told)
    (data,) = written(late)["submissions"]
    assert data["points"] == 8.1
    assert data["late"] == {
        "seconds": 90.0,
        "days": 1,
        "percent": 10.0,
        "points_before": 9.0,
        "deduction": 0.9,
        "sentence": "One day begun.",
    }
    (row,) = rows(late)
    assert (row["points"], row["late_deduction"]) == ("8.1", "0.9")
    (waiting,) = rows(settled(samples.REJECTED, samples.REJECTED.questions, told))
    assert (waiting["points"], waiting["late_deduction"]) == ("", "")


def test_a_gradebook_that_knows_no_lateness_is_still_read(tmp_path: Path) -> None:
    data = written()
    for one in data["submissions"]:
        assert one.pop("late") is None
    path = tmp_path / "grades.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert gradebook.read(path) == BOOK
