"""Blackboard's flat download: whose each file is, the newest attempt, and what a receipt tells."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.intake import Intake, collect, read
from grader.lms.blackboard_entries import RECEIPT, submitted
from grader.lms.entries import recognise_all
from grader.submission import Arrival, Identity, Rejection
from tests.intake.making import Content, code, folder, notebook, zipped

HAND_IN = notebook(code("corners = 4"))
OLD, NEW = "2026-10-04-09-00-00", "2026-10-05-13-05-09"


def receipt(when: str = "Monday, October 5, 2026 1:05:09 PM CEST") -> str:
    return (
        f"Name: Zora Quill (zq1)\nAssignment: HW 1\nDate Submitted: {when}\n"
        "Current Grade: Needs Grading\n\nSubmission Field:\ncorners = 99\n\nComments:\n"
        "Date Submitted: Monday, October 5, 2026 1:05:09 PM CEST\n\n"
        "Files:\n\tOriginal filename: a.ipynb\n\tFilename: HW 1_zq1_attempt_x_a.ipynb\n"
    )


def collected(tmp_path: Path, files: dict[str, Content], *, lms: str = "") -> Intake:
    path = tmp_path / "gradebook_C1_HW 1_2026-10-06-08-00-00.zip"
    path.write_bytes(zipped(files))
    return collect([path], lms=lms)


def of(found: Intake) -> dict[str, list[str]]:
    return {source.name: [part.name for part in source.parts] for source in found.sources}


CLASS: dict[str, Content] = {
    f"HW 1_zq1_attempt_{NEW}_a.ipynb": HAND_IN,
    f"HW 1_zq1_attempt_{NEW}.txt": receipt(),
    f"HW 1_yf1_attempt_{NEW}_b_1_2.ipynb": HAND_IN,
    f"HW 1_yf1_attempt_{NEW}.txt": receipt(),
}


def test_each_file_is_of_the_login_name_before_its_time(tmp_path: Path) -> None:
    found = collected(tmp_path, CLASS)
    assert of(found) == {"user-zq1": ["a.ipynb"], "user-yf1": ["b_1_2.ipynb"]}
    assert [source.identity for source in found.sources] == [
        Identity(lms="blackboard", number="yf1"),
        Identity(lms="blackboard", number="zq1"),
    ]
    assert {(one.source.rpartition("/")[0].rpartition("/")[2], one.reason)
            for one in found.skipped} == {("…_zq1", RECEIPT), ("…_yf1", RECEIPT)}  # fmt: skip
    assert not any(source.remarks for source in found.sources)


def test_the_newest_attempt_counts_and_the_others_are_listed(tmp_path: Path) -> None:
    older: dict[str, Content] = {
        f"HW 1_zq1_attempt_{OLD}_a.ipynb": notebook(code("corners = 3")),
        f"HW 1_zq1_attempt_{OLD}_only then.ipynb": HAND_IN,
        f"HW 1_zq1_attempt_{OLD}.txt": receipt(),
    }
    found = collected(tmp_path, {**older, **CLASS})
    assert of(found)["user-zq1"] == ["a.ipynb"]
    (zora,) = (source for source in found.sources if source.name == "user-zq1")
    submission = read(zora)
    assert not isinstance(submission, Rejection)
    assert [cell.source for cell in submission.cells] == ["corners = 4"]
    reasons = {one.source.rpartition("/")[2]: one.reason for one in found.skipped}
    assert reasons["only then.ipynb"] == (
        "is of an earlier attempt (2026-10-04 09:00:00); the newest counts (2026-10-05 13:05:09)"
    )
    assert len(zora.remarks) == 2 and all("earlier attempt" in one for one in zora.remarks)


def test_an_attempt_without_a_file_is_the_newest_and_a_persons(tmp_path: Path) -> None:
    later = {"HW 1_zq1_attempt_2026-10-06-00-00-00.txt": receipt()}
    (zora,) = (s for s in collected(tmp_path, {**CLASS, **later}).sources if s.name == "user-zq1")
    assert not zora.parts
    assert "earlier attempt" in zora.problem and "a person reads it" in zora.problem


def test_what_a_receipt_holds_is_no_answer(tmp_path: Path) -> None:
    found = collected(tmp_path, {**CLASS, f"HW 1_xm1_attempt_{NEW}.txt": receipt()})
    (xenia,) = (source for source in found.sources if source.name == "user-xm1")
    assert not xenia.parts and "a person reads it" in xenia.problem


@pytest.mark.parametrize(
    "when",
    [
        "Monday, October 5, 2026 1:05:09 PM CEST",
        "Monday, 5 October 2026 13:05:09 o'clock BST",
    ],
)
def test_a_receipt_that_says_what_its_name_says_tells_the_time(tmp_path: Path, when: str) -> None:
    found = collected(tmp_path, {**CLASS, f"HW 1_zq1_attempt_{NEW}.txt": receipt(when)})
    (zora,) = (source for source in found.sources if source.name == "user-zq1")
    assert zora.arrival == Arrival(at=datetime(2026, 10, 5, 13, 5, 9))


@pytest.mark.parametrize(
    "when",
    [
        "Monday, October 5, 2026 1:05:08 PM CEST",
        "Monday, October 5, 2026 1:05:09 AM CEST",
        "Tuesday, October 5, 2026 1:05:09 PM CEST",
        "Montag, 5. Oktober 2026 13:06 Uhr MESZ",
        "",
    ],
)
def test_a_receipt_that_says_another_time_tells_none(tmp_path: Path, when: str) -> None:
    found = collected(tmp_path, {**CLASS, f"HW 1_zq1_attempt_{NEW}.txt": receipt(when)})
    (zora,) = (source for source in found.sources if source.name == "user-zq1")
    assert zora.arrival is None


GERMAN = (
    "Name: Zora Quill (zq1)\nÜbung: HW 1\nÜbermittlungsdatum: {when}\nAktuelle Note: -\n\n"
    "Übermittlungsfeld:\n{typed}\n"
)


@pytest.mark.parametrize(
    "when",
    [
        "Montag, 5. Oktober 2026 13:05 Uhr MESZ",
        "Montag, 5. Oktober 2026 um 13:05:09 Mitteleuropäische Sommerzeit",
        "lundi 5 octobre 2026 13 h 05 CEST",
        "lundi 5 octobre 2026 à 13:05:09 heure d'été d'Europe centrale",
        "lunes 5 de octubre de 2026 13H05' CEST",
        "lunes, 5 de octubre de 2026, 13:05:09 (hora de verano de Europa central)",
    ],
)
def test_a_receipt_in_another_language_tells_the_time_in_its_third_line(when: str) -> None:
    said = datetime(2026, 10, 5, 13, 5, 9)
    attempt = said.isoformat(sep=" ")
    for end in ("\n", "\r\n"):
        text = GERMAN.format(when=when, typed="").replace("\n", end)
        assert submitted(text.encode(), attempt) == said
        assert submitted(text.encode("utf-8-sig"), attempt) == said


@pytest.mark.parametrize(
    "when",
    [
        "Montag, 5. Oktober 2026 13:06 Uhr MESZ",
        "Dienstag, 5. Oktober 2026 13:05 Uhr MESZ",
        "Montag, 5. Oktober 2026 um 13:05:08 MESZ",
        "Montag, 5. Oktober 2026",
        "05.10.2026 13:05:09",
        "",
    ],
)
def test_what_a_learner_typed_below_is_never_taken_for_the_time(when: str) -> None:
    true = "Montag, 5. Oktober 2026 13:05 Uhr MESZ"
    text = GERMAN.format(when=when, typed=f"Übermittlungsdatum: {true}")
    assert submitted(text.encode(), "2026-10-05 13:05:09") is None
    # Nor can a learner make the platform's own time unsure by typing another.
    text = GERMAN.format(when=true, typed="Date Submitted: never\n\nDate Submitted: never")
    assert submitted(text.encode(), "2026-10-05 13:05:09") is not None
    short = f"Name: x\n\nÜbermittlungsdatum: {true}\n"
    assert submitted(short.encode(), "2026-10-05 13:05:09") is None


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_receipt_that_is_there_twice_tells_no_time(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.zip"
    path.write_bytes(zipped(CLASS))
    assert all(source.arrival for source in collect([path]).sources)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr(f"HW 1_zq1_attempt_{NEW}.txt", receipt())
    arrivals = {source.name: source.arrival for source in collect([path]).sources}
    assert arrivals["user-zq1"] is None and arrivals["user-yf1"] is not None


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_receipt_is_a_time_or_none(data: bytes) -> None:
    assert submitted(data, "2026-10-05 13:05:09") is None or b"2026" in data


def in_german(files: dict[str, Content]) -> dict[str, Content]:
    return {name.replace("_attempt_", "_Versuch_", 1): data for name, data in files.items()}


def test_another_word_for_an_attempt_is_taken_where_receipts_bear_it_out(tmp_path: Path) -> None:
    found = collected(tmp_path, in_german(CLASS))
    assert of(found) == {"user-zq1": ["a.ipynb"], "user-yf1": ["b_1_2.ipynb"]}
    assert {source.arrival for source in found.sources} == {
        Arrival(at=datetime(2026, 10, 5, 13, 5, 9))
    }


@pytest.mark.parametrize("change", ["no receipt", "two words", "a plain file"])
def test_another_word_alone_makes_no_download(tmp_path: Path, change: str) -> None:
    files = in_german(CLASS)
    if change == "no receipt":
        del files[f"HW 1_zq1_Versuch_{NEW}.txt"]
    elif change == "two words":
        files[f"HW 1_xm1_Intento_{NEW}_a.ipynb"] = HAND_IN
        files[f"HW 1_xm1_Intento_{NEW}.txt"] = receipt()
    else:
        files["ada.ipynb"] = HAND_IN
    assert not any(source.identity for source in collected(tmp_path, files).sources)


FORGED = (
    "x_yf1_attempt_2020-01-01-00-00-00.txt",
    "x_yf1_attempt_2030-01-01-00-00-00_a.ipynb",
    "_yf1_attempt_2030-01-01-00-00-00_a.ipynb",
    "attempt_2030-01-01-00-00-00.txt",
    "x" * 150 + "_yf1_attempt_2030-01-01-00-00-00_a.ipynb",
)


@pytest.mark.parametrize("file", FORGED)
def test_a_file_that_is_called_like_another_s_receipt_is_its_learners(
    tmp_path: Path, file: str
) -> None:
    """What follows the first time is a learner's; it changes nothing of anybody else's."""
    before = collected(tmp_path, CLASS).sources
    found = collected(tmp_path, {**CLASS, f"HW 1_eve_attempt_{NEW}_{file}": HAND_IN})
    others = [source for source in found.sources if source.name != "user-eve"]
    assert [(s.name, s.identity, s.arrival) for s in others] == [
        (s.name, s.identity, s.arrival) for s in before
    ]
    (eve,) = (source for source in found.sources if source.name == "user-eve")
    assert eve.arrival is None


@pytest.mark.parametrize("file", FORGED)
def test_nor_does_it_pass_for_another_where_the_word_is_another_language_s(
    tmp_path: Path, file: str
) -> None:
    files = in_german({**CLASS, f"HW 1_eve_attempt_{NEW}.txt": receipt()})
    before = collected(tmp_path, files).sources
    found = collected(tmp_path, {**files, f"HW 1_eve_Versuch_{NEW}_{file}": HAND_IN})
    others = [source for source in found.sources if source.name != "user-eve"]
    assert [(s.name, s.identity, s.arrival) for s in others] == [
        (s.name, s.identity, s.arrival) for s in before if s.name != "user-eve"
    ]
    assert len(found.sources) == len(before) == 3


def heads(*names: str) -> list[Identity | None]:
    entries = [((f"{name}_attempt_{NEW}_a.py",), False) for name in names]
    return [one.identity if one else None for one in recognise_all(entries)]


def test_a_login_name_that_may_be_read_in_several_ways_is_nobodys_yet() -> None:
    assert heads("HW_1_zq1", "HW_1_yf1") == [
        Identity(lms="blackboard", number="zq1-or-1_zq1", members=("zq1", "1_zq1")),
        Identity(lms="blackboard", number="yf1-or-1_yf1", members=("yf1", "1_yf1")),
    ]
    # All login names begin alike: the title may be as long.
    assert heads("HW_s_1", "HW_s_2")[0] == Identity(
        lms="blackboard", number="1-or-s_1", members=("1", "s_1")
    )
    # Nothing bounds the title of a single hand-in.
    assert heads("HW_zq_1")[0] == Identity(
        lms="blackboard", number="1-or-zq_1", members=("1", "zq_1")
    )
    # Another login name bounds it, and its own sign is a part of it.
    assert heads("HW 1_c_d9", "HW 1_ab12") == [
        Identity(lms="blackboard", number="c_d9"),
        Identity(lms="blackboard", number="ab12"),
    ]


logins = st.from_regex(r"\A[a-z0-9]{1,4}(_[a-z0-9]{1,3})?\Z")


@settings(deadline=None)
@given(
    st.sampled_from(["HW", "HW 1", "HW_1", "a_b_c"]),
    st.lists(logins, min_size=1, max_size=6, unique=True),
)
def test_the_true_login_name_is_always_among_the_readings(title: str, names: list[str]) -> None:
    for name, identity in zip(names, heads(*(f"{title}_{n}" for n in names)), strict=True):
        assert identity is not None
        assert name in (identity.members or (identity.number,))


odd_words = st.lists(
    st.sampled_from(["HW 1", "zq1", "yf1", "attempt", NEW, "2030-01-01-00-00-00", "a.py", ""]),
    min_size=1, max_size=8,
).map("_".join)  # fmt: skip


@settings(deadline=None)
@given(odd_words, st.sampled_from([".txt", "_a.ipynb", ".py"]))
def test_no_name_of_one_learner_s_file_changes_whose_the_others_are(name: str, end: str) -> None:
    others = [((entry,), False) for entry in CLASS]
    odd = ((f"HW 1_eve_attempt_{NEW}_{name}{end}",), False)
    before = recognise_all(others)
    *after, last = recognise_all([*others, odd])
    assert after == before
    assert last and last.identity == Identity(lms="blackboard", number="eve")
    assert last.refusal == ""


def test_plain_files_beside_one_that_looks_like_blackboards_are_refused(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        f"x_bob_attempt_{NEW}_a.ipynb": HAND_IN, "ada.ipynb": HAND_IN}  # fmt: skip
    with pytest.raises(UsageError, match="--lms none"):
        collected(tmp_path, files)
    found = collected(tmp_path, files, lms="none")
    assert [source.identity for source in found.sources] == [None, None]
    found = collected(tmp_path, files, lms="blackboard")
    assert [source.name for source in found.sources] == ["ada", "user-bob"]


def test_other_platforms_names_stay_theirs(tmp_path: Path) -> None:
    odd = f"HW_bob_attempt_{NEW}_a.ipynb"
    moodle = f"Ada_101_assignsubmission_file_{odd}"
    assert [s.name for s in collected(tmp_path, {moodle: HAND_IN}).sources] == ["participant-101"]
    canvas: dict[str, Content] = {
        f"lovelaceada_1235_5680_{odd}": HAND_IN, "frost_1236_5681_a.ipynb": HAND_IN}  # fmt: skip
    assert [s.name for s in collected(tmp_path, canvas).sources] == ["user-1235", "user-1236"]


def test_a_title_that_looks_like_canvas_is_blackboards(tmp_path: Path) -> None:
    files = dict.fromkeys(
        (f"Lab_1_2{n}_attempt_{NEW}_hw.ipynb" for n in range(3)), HAND_IN
    )  # fmt: skip
    found = collected(tmp_path, dict(files))
    assert {source.identity.lms for source in found.sources if source.identity} == {"blackboard"}
    assert len(found.sources) == 3


def test_an_unpacked_download_is_read_like_the_zip(tmp_path: Path) -> None:
    download = folder(tmp_path / "download", CLASS)
    for paths in ([download], sorted(download.iterdir())):
        assert of(collect(paths)) == {"user-zq1": ["a.ipynb"], "user-yf1": ["b_1_2.ipynb"]}


def test_a_long_title_costs_nobody_their_name(tmp_path: Path) -> None:
    title = "Convolutional neural networks and what is to be known of them, second sheet"
    files: dict[str, Content] = {
        f"{title}_{login}_attempt_{NEW}_{'solution of the second sheet ' * 2}.ipynb": HAND_IN
        for login in ("zq1", "yf1")
    }
    assert set(of(collected(tmp_path, files))) == {"user-zq1", "user-yf1"}
