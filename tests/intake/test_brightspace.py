"""Brightspace's download: a folder or a file for each attempt, known by its first number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.intake import Intake, collect
from grader.lms import brightspace_entries
from grader.lms.entries import ASIDE, recognise_all
from grader.submission import Identity
from tests.intake.making import Content, code, folder, notebook, zipped

HAND_IN = notebook(code("corners = 4"))
TIMES = ("Oct 10, 2025 1022 AM", "Oct 10, 2025 1259 AM", "Oct 9, 2025 1159 PM")
"""Newest first: one minute before one in the morning comes before ten."""
FOLDERS: dict[str, Content] = {
    "index.html": "<html>Ada Lovelace",
    f"39786-96739 - Ada Lovelace - {TIMES[0]}/hw.ipynb": HAND_IN,
    f"39786-96739 - Ada Lovelace - {TIMES[1]}/hw.ipynb": notebook(code("corners = 3")),
    f"39786-96739 - Ada Lovelace - {TIMES[2]}/old.ipynb": HAND_IN,
    "39787-96739 - H'ong Pham - Oct 8, 2025 744 PM/a.ipynb": HAND_IN,
    "39787-96739 - H'ong Pham - Oct 8, 2025 744 PM/b.ipynb": HAND_IN,
}


def collected(tmp_path: Path, files: Mapping[str, Content], *, lms: str = "") -> Intake:
    path = tmp_path / "HW 1 Download Oct 11, 2025 900 AM.zip"
    path.write_bytes(zipped(files))
    return collect([path], lms=lms)


def of(found: Intake) -> dict[str, list[str]]:
    return {source.name: [part.name for part in source.parts] for source in found.sources}


EXPECTED = {"user-39786": ["hw.ipynb"], "user-39787": ["a.ipynb", "b.ipynb"]}


@pytest.mark.parametrize("above", ["", "HW 1/"])
def test_the_newest_attempt_of_each_learner_counts(tmp_path: Path, above: str) -> None:
    found = collected(tmp_path, {f"{above}{name}": data for name, data in FOLDERS.items()})
    assert of(found) == EXPECTED
    assert [source.identity for source in found.sources] == [
        Identity(lms="brightspace", number="39786"),
        Identity(lms="brightspace", number="39787"),
    ]
    assert sorted(one.reason for one in found.skipped) == [
        "is of an earlier attempt (2025-10-09 23:59); the newest counts (2025-10-10 10:22)",
        "is of an earlier attempt (2025-10-10 00:59); the newest counts (2025-10-10 10:22)",
        ASIDE,
    ]
    assert not any("Lovelace" in one.source + one.reason for one in found.skipped)
    assert not any("Lovelace" in repr(source.remarks) + source.shown for source in found.sources)


def test_a_flat_download_is_read_as_well(tmp_path: Path) -> None:
    flat = {name.replace("M/", "M - "): data for name, data in FOLDERS.items()}
    assert of(collected(tmp_path, flat)) == EXPECTED


def test_an_unpacked_download_is_read_like_the_zip(tmp_path: Path) -> None:
    download = folder(tmp_path / "download", FOLDERS)
    for paths in ([download], sorted(download.iterdir())):
        assert of(collect(paths)) == EXPECTED


def test_a_file_that_is_called_like_an_attempt_is_its_learners(tmp_path: Path) -> None:
    flat = {
        "39786-96739 - Ada Lovelace - Oct 10, 2025 1022 AM - "
        "39787-96739 - H'ong Pham - Oct 11, 2025 900 AM - a.ipynb": HAND_IN,
        "39787-96739 - H'ong Pham - Oct 8, 2025 744 PM - b.ipynb": HAND_IN,
    }
    assert {name: len(parts) for name, parts in of(collected(tmp_path, flat)).items()} == {
        "user-39786": 1,
        "user-39787": 1,
    }


def test_files_of_which_only_some_are_named_so_are_refused(tmp_path: Path) -> None:
    files = {"1-2 - Bob - Oct 8, 2025 744 PM - a.ipynb": HAND_IN, "ada.ipynb": HAND_IN}
    with pytest.raises(UsageError, match="--lms none"):
        collected(tmp_path, files)
    assert of(collected(tmp_path, files, lms="brightspace")) == {
        "ada": ["ada.ipynb"],
        "user-1": ["a.ipynb"],
    }


@pytest.mark.parametrize(
    "time",
    [
        "Oct 10, 2025 1322 AM",
        "Oct 10, 2025 1022",
        "Feb 30, 2025 1022 AM",
        "1022 AM",
        "10102025 1022",
    ],
)
def test_another_form_of_a_time_is_not_guessed(tmp_path: Path, time: str) -> None:
    found = collected(tmp_path, {f"39786-96739 - Ada Lovelace - {time}/hw.ipynb": HAND_IN})
    assert not any(source.identity for source in found.sources)


LANGUAGES = {
    "German": ("10. Oktober 2025 1022", "9. Oktober 2025 2359"),
    "German, short": ("10. Okt. 2025, 1022", "9 Okt 2025 2359"),
    "French": ("10 octobre 2025 1022", "9 oct. 2025 2359"),
    "Spanish": ("10 de octubre de 2025 1022 AM", "10 de octubre de 2025 1259 AM"),
    "Dutch": ("1 mrt. 2025 0005", "28 feb. 2025 2359"),
    "Swedish": ("10 oktober 2025 1022", "9 okt. 2025 2359"),
}


@pytest.mark.parametrize("times", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("between", ["/", " - "])
def test_dates_in_other_languages_order_the_attempts(
    tmp_path: Path, times: tuple[str, str], between: str
) -> None:
    found = collected(
        tmp_path,
        {
            "index.html": "<html>",
            f"39786-96739 - Ada Lovelace - {times[0]}{between}new.ipynb": HAND_IN,
            f"39786-96739 - Ada Lovelace - {times[1]}{between}old.ipynb": HAND_IN,
        },
    )
    assert of(found) == {"user-39786": ["new.ipynb"]}
    assert any("earlier attempt" in one.reason for one in found.skipped)


KOREAN = "2025년 10월 {day}일 오전 1022"


def test_of_another_language_the_numbers_tell_an_attempt(tmp_path: Path) -> None:
    files = {
        f"39786-96739 - Ada Lovelace - {KOREAN.format(day=10)}/hw.ipynb": HAND_IN,
        f"39787-96739 - H'ong - Pham - {KOREAN.format(day=9)}/a.ipynb": HAND_IN,
    }
    found = collected(tmp_path, files)
    assert of(found) == {"user-39786": ["hw.ipynb"], "user-39787": ["a.ipynb"]}
    assert [source.label for source in found.sources] == ["Ada Lovelace", "H'ong - Pham"]


def test_which_attempt_is_the_newest_is_not_guessed(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "index.html": "",
        f"39786-96739 - Ada Lovelace - {KOREAN.format(day=10)}/hw.ipynb": HAND_IN,
        f"39786-96739 - Ada Lovelace - {KOREAN.format(day=9)}/hw.ipynb": HAND_IN,
        "39787-96739 - H'ong Pham - Oct 8, 2025 744 PM/a.ipynb": HAND_IN,
    }
    found = collected(tmp_path, files)
    ada, hong = found.sources
    assert not ada.parts and "a person says which is the newest" in ada.problem
    assert hong.parts and not hong.problem


@pytest.mark.parametrize(
    "other",
    [
        "plain.ipynb",
        f"39787-5 - Bob - {KOREAN.format(day=9)}/a.ipynb",
        "39787-96739 - Bob/a.ipynb",
        "39787-96739 - Bob - in winter 2025/a.ipynb",
    ],
)
def test_one_that_is_named_otherwise_makes_it_no_download(tmp_path: Path, other: str) -> None:
    files = {
        f"39786-96739 - Ada Lovelace - {KOREAN.format(day=10)}/hw.ipynb": HAND_IN, other: HAND_IN,
    }  # fmt: skip
    assert not any(source.identity for source in collected(tmp_path, files).sources)


def test_no_word_means_two_months() -> None:
    months = brightspace_entries._MONTHS
    assert {months[word] for word in ("oct", "okt", "oktober", "octubre", "ott", "outubro")} == {10}
    assert {months[word] for word in ("mar", "mär", "mars", "marzo", "mrt")} == {3}
    assert "lis" not in months or months["lis"] == 11


def test_months_are_called_as_unicode_says() -> None:
    found: dict[str, set[int]] = defaultdict(set)
    for language in ("da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "sv"):
        for form, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
            for month, word in Locale(language).months[form][width].items():
                found[word.casefold().removesuffix(".")].add(month)
    sure = {word: min(months) for word, months in found.items() if len(months) == 1}
    assert sure == brightspace_entries._MONTHS


def test_a_long_name_is_read_no_longer_than_it_takes() -> None:
    name = "1-1 - " + " - " * 200_000 + "2025 1022"
    assert not brightspace_entries.is_download([((name, "a.py"), False), (("index.html",), False)])


def test_a_report_is_named_as_the_newest_attempt_is() -> None:
    names = [name.split("/") for name in FOLDERS]
    entries = [(tuple(parts), False) for parts in names]
    assert brightspace_entries.feedback(entries) == {
        "39786": f"39786-96739 - Ada Lovelace - {TIMES[0]}/feedback.html",
        "39787": "39787-96739 - H'ong Pham - Oct 8, 2025 744 PM/feedback.html",
    }
    flat = [((" - ".join(parts),), False) for parts in names if len(parts) > 1]
    assert brightspace_entries.feedback(flat) == {
        "39786": f"39786-96739 - Ada Lovelace - {TIMES[0]} - feedback.html",
        "39787": "39787-96739 - H'ong Pham - Oct 8, 2025 744 PM - feedback.html",
    }


@settings(deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="/\\\0"), max_size=40),
    st.booleans(),
)
def test_any_name_is_read_or_nobodys(text: str, is_folder: bool) -> None:
    for name in (text, f"1-2 - Ada - {text}", f"1-2 - {text} - Oct 8, 2025 744 PM"):
        found = brightspace_entries.recognise_all([((name,), is_folder)])
        assert found[0] is None or found[0].identity.number == "1"


def test_a_page_alone_is_no_platforms() -> None:
    assert recognise_all([(("index.html",), False)]) == [None]
