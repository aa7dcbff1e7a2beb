"""Downloads of learning platforms: one hand-in per learner or team, known by number alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.intake import Intake, Source, collect, read
from grader.lms.entries import recognise_all
from grader.submission import Identity, Submission
from tests.intake.making import code, folder, notebook, zipped

HAND_IN = notebook(code("corners = 4"))
OTHER = notebook(code("corners = 5"))

ENTRIES = {
    "folders": "Ada Lovelace_101_assignsubmission_file/hw.ipynb",
    "folders of Moodle 3": "Ada Lovelace_101_assignsubmission_file_/hw.ipynb",
    "folders within a folder": "Sheet 1/Ada Lovelace_101_assignsubmission_file/hw.ipynb",
    "folders within folders": "Ada Lovelace_101_assignsubmission_file/a/b/hw.ipynb",
    "flat": "Ada Lovelace_101_assignsubmission_file_hw.ipynb",
    "flat, with its own underscores": "Ada Lovelace_101_assignsubmission_file_hw_1_2_x.ipynb",
    "stripped and odd names": "OBrien, Jürgen (JJ)  Co_101_assignsubmission_file_/hw.ipynb",
}
BLIND = (
    "Participant_101_assignsubmission_file_/hw.ipynb",
    "Teilnehmerin_101_assignsubmission_file_hw.ipynb",
    "Teilnehmer*in_101_assignsubmission_file/hw.ipynb",
    "Teilnehmer in_101_assignsubmission_file/hw.ipynb",
    "Participante_101_assignsubmission_file/hw.ipynb",
)


def collected(tmp_path: Path, *names: str, lms: str = "") -> Intake:
    members = {name: HAND_IN if n == 0 else OTHER for n, name in enumerate(names)}
    path = tmp_path / "C1-Sheet 1-77.zip"
    path.write_bytes(zipped(members))
    return collect([path], lms=lms)


def only(intake: Intake) -> Source:
    (source,) = intake.sources
    return source


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_a_participant_is_known_by_number_and_called_by_it(tmp_path: Path, entry: str) -> None:
    source = only(collected(tmp_path, entry))
    assert source.identity == Identity(lms="moodle", number="101")
    assert source.name == "participant-101"
    result = read(source)
    assert result.identity == source.identity
    assert "Lovelace" not in repr(result) and "Jürgen" not in repr(result)


@pytest.mark.parametrize("entry", BLIND)
def test_a_blind_download_is_known_as_such(tmp_path: Path, entry: str) -> None:
    identity = only(collected(tmp_path, entry)).identity
    assert identity == Identity(lms="moodle", number="101", anonymous=True)


@pytest.mark.parametrize("sub", ["file_", "file/", "file_/"])
def test_several_files_are_one_hand_in(tmp_path: Path, sub: str) -> None:
    start = f"Ada Lovelace_101_assignsubmission_{sub}"
    source = only(collected(tmp_path, f"{start}task 2.ipynb", f"{start}task 1.ipynb"))
    assert [part.name for part in source.parts] == ["task 1.ipynb", "task 2.ipynb"]


def test_the_same_name_twice_is_two_learners(tmp_path: Path) -> None:
    names = (f"Ada Lovelace_{n}_assignsubmission_file_/hw.ipynb" for n in (101, 102))
    sources = collected(tmp_path, *names).sources
    assert [s.name for s in sources] == ["participant-101", "participant-102"]


def test_a_team_without_a_number_is_a_hand_in_of_its_own(tmp_path: Path) -> None:
    sources = collected(
        tmp_path,
        "Default group_assignsubmission_file/hw.ipynb",
        "Team 1_7_assignsubmission_file/hw.ipynb",
    ).sources
    assert [(s.name, s.label) for s in sources] == [
        ("participant-7", "Team 1"),
        ("participant-without-team", "Default group"),
    ]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Ada Lovelace_101_assignsubmission_onlinetext/onlinetext.html", "101"),
        ("Ada Lovelace_101_assignsubmission_onlinetext_onlinetext.html", "101"),
        ("lovelaceada_101_text.html", "101"),
    ],
)
def test_text_typed_into_a_platform_is_read(tmp_path: Path, name: str, number: str) -> None:
    code = "<pre>def half(x):\n    return x / 2</pre>"
    page = f"<html><body><p>With \\(u = x^2\\):</p>{code}</body></html>"
    archive = tmp_path / "download.zip"
    archive.write_bytes(zipped({name: page}))
    source = only(collect([archive]))
    assert source.identity is not None and source.identity.number == number
    handed_in = read(source)
    assert isinstance(handed_in, Submission)
    assert [(cell.kind, cell.source) for cell in handed_in.cells] == [
        ("markdown", "With \\(u = x^2\\):"),
        ("code", "def half(x):\n    return x / 2"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace_101_assignsubmission_physics/sketch.html",
        "lovelaceada_101_link.html",
    ],
)
def test_what_else_a_platform_takes_goes_to_a_person(tmp_path: Path, name: str) -> None:
    source = only(collected(tmp_path, name))
    assert "a person reads it" in source.problem
    assert "Lovelace" not in source.problem


def test_a_web_page_that_was_not_typed_into_a_platform_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "class.zip"
    archive.write_bytes(zipped({"ada/onlinetext.html": "<p>x"}))
    assert "cannot be read here" in only(collect([archive])).problem


def test_typed_text_beside_a_file_is_read_and_feedback_is_not(tmp_path: Path) -> None:
    intake = collected(
        tmp_path,
        "Ada Lovelace_101_assignsubmission_file/hw.ipynb",
        "Ada Lovelace_101_assignsubmission_onlinetext/onlinetext.html",
        "Ada Lovelace_101_assignfeedback_file/marked.ipynb",
    )
    source = only(intake)
    assert [part.name for part in source.parts] == ["hw.ipynb", "onlinetext.html"]
    assert {skipped.reason for skipped in intake.skipped} == {
        "is feedback to the learner, not a hand-in",
    }
    assert not any("Lovelace" in skipped.source for skipped in intake.skipped)


MIXED = ("Ada Lovelace_101_assignsubmission_file_/hw.ipynb", "late/hw.ipynb")


def test_a_name_that_a_learner_may_have_chosen_is_refused_and_names_the_remedy(
    tmp_path: Path,
) -> None:
    for names in (MIXED, ("Bob_102_assignsubmission_file_hw.ipynb", "ada.ipynb", "notes.csv")):
        with pytest.raises(UsageError, match=r"1 of 2 hand-ins .* --lms none, or which") as refused:
            collected(tmp_path, *names)
        assert "C1-Sheet 1-77.zip" in str(refused.value)
        assert "Lovelace" not in str(refused.value) and "Bob" not in str(refused.value)


def test_a_person_may_say_what_a_mixed_folder_is(tmp_path: Path) -> None:
    expected = {
        "moodle": [("late", True), ("participant-101", False)],
        "none": [("Ada Lovelace_101_assignsubmission_file_", True), ("late", True)],
        "canvas": [("Ada Lovelace_101_assignsubmission_file_", True), ("late", True)],
    }
    for lms, names in expected.items():
        sources = collected(tmp_path, *MIXED, lms=lms).sources
        assert [(s.name, s.identity is None) for s in sources] == names


def test_what_is_no_hand_in_makes_no_folder_mixed(tmp_path: Path) -> None:
    names = ("Ada_101_assignsubmission_file_/hw.ipynb", "worksheet.csv", "__MACOSX/a/._hw.ipynb")
    assert [s.name for s in collected(tmp_path, *names).sources] == ["participant-101"]


def test_an_unpacked_download_is_read_like_the_zip(tmp_path: Path) -> None:
    download = folder(
        tmp_path / "download",
        {
            "Ada Lovelace_101_assignsubmission_file_/a.ipynb": HAND_IN,
            "Ada Lovelace_101_assignsubmission_onlinetext_/onlinetext.html": "<p>x",
            "Bob_102_assignsubmission_file_b.ipynb": HAND_IN,
            "Bob_102_assignsubmission_file_c.zip": zipped({"c.ipynb": OTHER}),
        },
    )
    for paths in ([download], sorted(download.iterdir())):
        sources = collect(paths).sources
        assert [s.name for s in sources] == ["participant-101", "participant-102"]
        assert [len(s.parts) for s in sources] == [2, 2]


def test_a_download_of_one_learner_beside_another_file_keeps_its_learner(tmp_path: Path) -> None:
    members = {"Ada Lovelace_101_assignsubmission_file_/hw.ipynb": HAND_IN}
    (tmp_path / "download.zip").write_bytes(zipped(members))
    (tmp_path / "late.ipynb").write_bytes(OTHER)
    given = [tmp_path / "download.zip", tmp_path / "late.ipynb"]
    with pytest.raises(UsageError, match=r"1 of 2 hand-ins .* \(download\.zip\)"):
        collect(given)
    sources = collect(given, lms="moodle").sources
    assert [s.name for s in sources] == ["late", "participant-101"]


def test_a_learner_cannot_name_a_folder_so_that_it_is_somebody_elses(tmp_path: Path) -> None:
    sources = collected(
        tmp_path,
        "ada/hw.ipynb",
        "eve/Ada Lovelace_101_assignsubmission_file_/hw.ipynb",
    ).sources
    assert [(s.name, s.identity) for s in sources] == [("ada", None), ("eve", None)]


CANVAS = (
    "müllerjürgen_LATE_1234_5678_hw 1.ipynb",
    "müllerjürgen_LATE_1234_5679_2_3_extra.ipynb",
    "lovelaceada_1235_5680_hw-1.ipynb",
    "team_7_1236_5681_hw.ipynb",
    "quillzora_1237_text.html",
    "quillzora_LATE_1238_link.html",
)


def test_a_download_of_canvas_is_known_by_user_numbers(tmp_path: Path) -> None:
    sources = collected(tmp_path, *CANVAS).sources
    assert {s.name: [part.name for part in s.parts] for s in sources} == {
        "user-1234": ["2_3_extra.ipynb", "hw 1.ipynb"],
        "user-1235": ["hw-1.ipynb"],
        "user-7-or-1236": ["5681_hw.ipynb"],
        "user-1237": ["text.html"],
        "user-1238": [],
    }
    (one,) = (source for source in sources if source.name == "user-1234")
    assert one.identity == Identity(lms="canvas", number="1234")
    assert not any("quill" in source.problem + source.shown for source in sources)


def test_of_a_file_that_was_handed_in_again_the_later_one_comes_last(tmp_path: Path) -> None:
    names = ("quillzora_1234_5682_hw-1.ipynb", "quillzora_1234_5680_hw.ipynb",
             "frostyann_1235_5683_task-1.ipynb", "frostyann_1235_5681_task-2.ipynb",
             "marshxenia_1236_5684_hw-1.ipynb", "marshxenia_1236_5685_hw.ipynb")  # fmt: skip
    zora, yann, xenia = collected(tmp_path, *names).sources
    assert [part.name for part in zora.parts] == ["hw.ipynb", "hw-1.ipynb"]
    assert zora.remarks == (
        "hw-1.ipynb may be hw.ipynb handed in again: both are read, the later one last.",
    )
    # Two tasks are no versions of one, and their order does no harm.
    assert ({part.name for part in yann.parts}, yann.remarks) == (
        {"task-1.ipynb", "task-2.ipynb"}, ())  # fmt: skip
    assert ([part.name for part in xenia.parts], xenia.remarks) == (
        ["hw-1.ipynb", "hw.ipynb"], ())  # fmt: skip


ODD = (
    "frost_1235_5680_1240_5690_hw.ipynb",
    "frost_1235_1240_5690_hw.ipynb",
    "lovelaceada_1235_5680_x_1240_5690_hw.ipynb",
    "lovelaceada_1235_5699_x_1240_5690_hw.ipynb",
    "bob_1237_5682_1240_text.html",
    "lovelaceada_1235_1240_text.html",
    "lovelaceada_1235_40_text.html",
    "bob_102_assignsubmission_file_1240_5690_hw.ipynb",
)


@pytest.mark.parametrize("odd", ODD)
def test_one_odd_name_takes_nothing_from_the_others(tmp_path: Path, odd: str) -> None:
    before = {s.identity: s.parts for s in collected(tmp_path, *CANVAS).sources}
    after = {s.identity: s.parts for s in collected(tmp_path, *CANVAS, odd).sources}
    assert len(after) == len(before) + 1
    for identity, parts in before.items():
        assert [p.name for p in after[identity]] == [p.name for p in parts]


def test_what_may_be_a_part_of_a_hand_in_is_said_with_it(tmp_path: Path) -> None:
    names = (*CANVAS, "lovelaceada_1235_5699_20261130_hw.ipynb")
    (ada,) = (s for s in collected(tmp_path, *names).sources if s.name == "user-1235")
    assert any("user-1235-or-5699 may be a part of this" in remark for remark in ada.remarks)


def test_short_numbers_in_a_files_name_leave_no_doubt(tmp_path: Path) -> None:
    names = ("quillzora_1234_1005678_1_hw.ipynb", "frostyann_1235_1005679_hw_2026_11_30.ipynb",
             "marshxenia_1236_1005680_01_hw.ipynb", "brookwalt_1237_1005681_hw.ipynb")  # fmt: skip
    sources = collected(tmp_path, *names).sources
    assert [s.name for s in sources] == [f"user-{number}" for number in range(1234, 1238)]


odd_words = st.lists(
    st.sampled_from(["a", "learner1001", "late", "LATE",
                     "anon", "text", "1", "22", "1001", "1002", "1003",
                     "900001", "900002", "900009", "assignsubmission", "file", "onlinetext"]),
    min_size=1, max_size=8,
).map("_".join)  # fmt: skip


@settings(deadline=None)
@given(odd_words, st.sampled_from(["900005_hw.ipynb", "900005_1_hw.ipynb", "900005_x_1_2_y.py",
                                   "text.html", "link.html"]))  # fmt: skip
def test_no_name_of_one_learner_changes_whose_the_others_are(name: str, file: str) -> None:
    """In Canvas a learner chooses the name before the numbers, and the file's after them."""
    others = [(f"learner{n}_{n}_90000{n - 1000}_hw.ipynb", n) for n in (1001, 1002, 1003)]
    entries = [((entry,), False) for entry, _ in others]
    odd = ((f"{name}_1009_{file}",), False)
    found = recognise_all([*entries, odd], lms="")
    whose = [one.identity.number if one else None for one in found[:-1]]
    assert whose == [str(number) for _, number in others]
    last = found[-1]
    assert last is None or last.identity.number not in whose


@given(
    st.lists(st.sampled_from(["ada", "bob", "eve", "c_1"]), min_size=1, max_size=3, unique=True),
    st.sampled_from(
        ["Bob_102_assignsubmission_file_hw.ipynb", "a_1_2_hw.ipynb", "x_y_z_101.ipynb"]
    ),
)
def test_among_plain_files_an_odd_name_is_refused_or_nobody(plain: list[str], odd: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in (*(f"{name}.ipynb" for name in plain), odd):
            (Path(folder) / name).write_bytes(HAND_IN)
        try:
            sources = collect([Path(folder)]).sources
        except UsageError as refused:
            assert "--lms none" in str(refused)
            sources = collect([Path(folder)], lms="none").sources
        assert [source.identity for source in sources] == [None] * (len(plain) + 1)


def test_an_anonymous_download_of_canvas_is_known_as_such(tmp_path: Path) -> None:
    source = only(collected(tmp_path, "LATE_anon_aB3dE_5678_hw.ipynb"))
    assert source.identity == Identity(lms="canvas", number="aB3dE", anonymous=True)


@pytest.mark.parametrize(
    "names",
    [
        ("ada_2024_11_hw.ipynb", "bob_2024_11_hw.ipynb"),
        ("ada_1_2_hw.ipynb", "notes.ipynb"),
        ("ada_1_2_hw.ipynb", "bob_1_3_hw.ipynb"),
        ("ada_1_02_hw.ipynb", "bob_2_03_hw.ipynb"),
        ("ada_1_2_hw.ipynb", "bob/hw.ipynb"),
    ],
)
def test_files_that_only_look_like_those_of_canvas_keep_their_names(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    assert not any(source.identity for source in collected(tmp_path, *names).sources)


@pytest.mark.parametrize("above", ["", "Sheet 1/Abgaben/", "Sheet 1/Submissions/"])
def test_a_download_of_ilias_is_known_by_user_numbers(tmp_path: Path, above: str) -> None:
    users = ("Quill_Zora_zq_1_1234", "Frost_Yann_yf_1235")
    sources = collected(
        tmp_path, *(f"{above}{user}/20261005100000_hw.ipynb" for user in users)
    ).sources
    numbers = [user.rpartition("_")[2] for user in users]
    assert [source.identity for source in sources] == [
        Identity(lms="ilias", number=number) for number in numbers
    ]
    assert [source.name for source in sources] == [f"user-{number}" for number in numbers]
    assert {part.name for source in sources for part in source.parts} == {"hw.ipynb"}
    assert not any("Quill" in source.shown for source in sources)


@pytest.mark.parametrize(
    "names",
    [
        ("ada_hw_x_101/hw.ipynb", "bob_hw_x_101/hw.ipynb"),
        ("ada_hw_x_1/hw.ipynb", "bob_hw_x_2/hw.ipynb"),
        ("Quill_Zora_zq_1234/hw.ipynb", "bob/hw.ipynb"),
        ("Quill_Zora_zq_1234/hw.ipynb", "bob.ipynb"),
        ("dl_sheet_one_2026/ada/hw.ipynb", "dl_sheet_one_2026/bob/hw.ipynb"),
        ("dl_sheet_one_2026/hw.ipynb",),
    ],
)
def test_folders_that_only_look_like_those_of_ilias_keep_their_names(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    assert not any(source.identity for source in collected(tmp_path, *names).sources)
