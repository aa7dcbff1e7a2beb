"""A worksheet tells whose number is whose by ids alone, and only where they leave no doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.errors import UsageError
from grader.lms import moodle
from grader.lms.moodle import Worksheet
from grader.webservice.participants import Person, by_worksheet, person
from tests.lms.making import BOM, worksheet

PEOPLE = tuple(
    Person(user=str(1000 + n), number="", email=f"Ada{n}@Example.org", idnumber=f"k{n}")
    for n in (101, 102)
)


def sheet(data: bytes | None = None) -> Worksheet:
    return moodle.worksheet(data or worksheet(101, 102), name="worksheet.csv")


def with_ids(*ids: str) -> Worksheet:
    """A worksheet with a column of id numbers after that of mails."""
    lines = worksheet(101, 102).removeprefix(BOM).decode().splitlines()
    lines[0] = lines[0].replace('"Email address"', '"Email address","ID number"')
    for place, one in enumerate(ids, start=1):
        lines[place] = lines[place].replace("@example.org", f"@example.org,{one}")
    return sheet(("\n".join(lines) + "\n").encode())


def test_mails_agree_whatever_their_case() -> None:
    assert by_worksheet(sheet(), PEOPLE) == {"1101": "101", "1102": "102"}


def test_one_column_may_know_whom_another_does_not() -> None:
    without = tuple(replace(one, email="") for one in PEOPLE)
    assert by_worksheet(with_ids("k101", "k102"), without) == {"1101": "101", "1102": "102"}
    assert by_worksheet(with_ids("", "k102"), PEOPLE) == {"1101": "101", "1102": "102"}


@pytest.mark.parametrize(
    "people",
    [
        PEOPLE[:1],
        (PEOPLE[0], replace(PEOPLE[1], email=PEOPLE[0].email)),
        tuple(replace(one, email="") for one in PEOPLE),
        (),
    ],
    ids=["one unknown", "two with one mail", "no mails", "nobody"],
)
def test_a_column_that_leaves_a_doubt_tells_nothing(people: tuple[Person, ...]) -> None:
    with pytest.raises(UsageError, match="no column of id numbers, mails or user names"):
        by_worksheet(sheet(), people)


def test_columns_that_name_different_learners_are_refused() -> None:
    with pytest.raises(UsageError, match="two of its columns name different learners"):
        by_worksheet(with_ids("k102", "k101"), PEOPLE)


def test_a_name_is_never_taken_for_an_id() -> None:
    swapped = [
        Person(user="1101", number="", idnumber="Ada Lovelace 102"),
        Person(user="1102", number="", idnumber="Ada Lovelace 101"),
    ]
    with pytest.raises(UsageError, match="no column"):
        by_worksheet(sheet(), swapped)


def test_what_a_learner_typed_is_never_taken_for_an_id() -> None:
    data = worksheet(101, 102, comments=["k102", "k101"])
    people = tuple(replace(one, email="") for one in PEOPLE)
    with pytest.raises(UsageError, match="no column"):
        by_worksheet(sheet(data), people)


def test_a_number_that_moodle_keeps_to_itself_is_none() -> None:
    assert person({"id": 5, "recordid": -1, "fullname": "Zora Quill"}).number == ""
    assert person({"id": 5, "recordid": 77}).number == "77"
