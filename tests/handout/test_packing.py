"""A packed hand-in is whole, the same for the same files, and its manifest decides no point."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import intake, manifest
from grader.handout import packing
from grader.intake.formats import READABLE, format_of
from grader.submission import Submission
from tests.conftest import REPOSITORY, TINY_COURSE, Ended
from tests.given import hand_out

Command = Callable[..., Ended]
RIGHT = TINY_COURSE / "exercises/circles/submissions/correct/all_right.py"
WORK = {"answers.py": b"area = 1\n", "more.md": b"# more\n"}
SYMBOLS = st.lists(st.integers(0, 31), min_size=14, max_size=14)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hand-out far from any course."""
    return hand_out("circles", tmp_path / "given")


def zipped(path: Path, members: list[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as out:
        for name, data in members:
            out.writestr(name, data)
    return path


def read(path: Path) -> list[Submission]:
    found = [intake.read(one) for one in intake.collect([path]).sources]
    return [one for one in found if isinstance(one, Submission)]


def on_packing(submission: Submission) -> list[str]:
    return [one for one in submission.remarks if "packed" in one or "manifest" in one]


def packed(work: dict[str, bytes]) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(packing.pack("circles", work).archive)) as one:
        return [(name, one.read(name)) for name in one.namelist()]


def test_the_same_files_give_the_same_bytes_in_any_order() -> None:
    one = packing.pack("circles", WORK)
    assert one == packing.pack("circles", dict(reversed(WORK.items())))
    other = packing.pack("circles", {**WORK, "more.md": b"# less\n"})
    assert other.archive != one.archive and other.receipt != one.receipt


@given(SYMBOLS, st.data())
def test_a_mistyped_receipt_is_never_another_valid_one(values: list[int], data: Any) -> None:
    whole = [*values, manifest.check_symbol(values)]
    at = data.draw(st.integers(0, 14))
    wrong = data.draw(st.integers(0, 31).filter(lambda one: one != whole[at]))
    typed = [*whole[:at], wrong, *whole[at + 1 :]]
    assert manifest.check_symbol(typed[:-1]) != typed[-1]
    for first, second in combinations(range(15), 2):
        if whole[first] != whole[second]:
            typed = list(whole)
            typed[first], typed[second] = typed[second], typed[first]
            assert manifest.check_symbol(typed[:-1]) != typed[-1]


def test_a_receipt_is_of_crockfords_letters_in_groups() -> None:
    code = packing.pack("circles", WORK).receipt
    assert [len(one) for one in code.split("-")] == [5, 5, 5]
    assert set(code) <= set("-0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_a_packed_zip_is_one_hand_in_and_as_packed(tmp_path: Path) -> None:
    (tmp_path / "ada.zip").write_bytes(packing.pack("circles", WORK).archive)
    (one,) = read(tmp_path / "ada.zip")
    assert one.name == "ada"
    assert {cell.file for cell in one.cells} == set(WORK)
    (remark,) = on_packing(one)
    code = packing.pack("circles", WORK).receipt
    assert remark == f"It is as `grader pack` packed it for circles; receipt {code}."


def test_inside_a_platforms_download_it_is_verified_too(tmp_path: Path) -> None:
    folder = "Ada Lovelace_4711_assignsubmission_file"
    inner = packing.pack("circles", WORK).archive
    outer = zipped(tmp_path / "moodle.zip", [(f"{folder}/circles-hand-in.zip", inner)])
    (one,) = read(outer)
    assert one.identity is not None and one.identity.number == "4711"
    assert "as `grader pack` packed it" in on_packing(one)[0]
    unpacked = [(f"{folder}/{name}", data) for name, data in packed(WORK)]
    (one,) = read(zipped(tmp_path / "other.zip", unpacked))
    assert "as `grader pack` packed it" in on_packing(one)[0]


def test_a_class_of_packed_zips_is_one_learner_each_and_says_nothing_of_skipped(
    tmp_path: Path,
) -> None:
    for name in ("ada", "bob"):
        path = tmp_path / "class" / f"{name}.zip"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(packing.pack("circles", {"answers.py": name.encode()}).archive)
    found = intake.collect([tmp_path / "class"])
    assert [one.name for one in found.sources] == ["ada", "bob"]
    assert found.skipped == ()


CHANGED = [
    ({"answers.py": b"area = 2\n"}, "answers.py is another one"),
    ({"more.md": None}, "more.md is not there"),
    ({"extra.py": b"x = 1\n"}, "extra.py was added"),
]


@pytest.mark.parametrize(("change", "said"), CHANGED)
def test_what_was_changed_after_packing_is_named(
    tmp_path: Path, change: dict[str, bytes | None], said: str
) -> None:
    members = {**dict(packed(WORK)), **change}
    kept = [(name, data) for name, data in members.items() if data is not None]
    (tmp_path / "class").mkdir()
    zipped(tmp_path / "class/ada.zip", kept)
    (one,) = read(tmp_path / "class")
    (remark,) = on_packing(one)
    assert "changed after" in remark and said in remark
    assert packing.pack("circles", WORK).receipt in remark


def test_a_name_twice_in_the_zip_is_not_as_packed(tmp_path: Path) -> None:
    members = [*packed(WORK), ("answers.py", b"area = 3\n")]
    with pytest.warns(UserWarning):
        zipped(tmp_path / "ada.zip", members)
    (one,) = read(tmp_path / "ada.zip")
    assert "answers.py is another one" in on_packing(one)[0]


GOOD = {"name": "answers.py", "bytes": 9, "sha256": "0" * 64}


def claims(*entries: object, sheet: object = "circles") -> bytes:
    return json.dumps({"schema": "hand-in/1", "sheet": sheet, "files": entries}).encode()


HOSTILE = {
    "no JSON": b'{"schema": "hand-in/1", ',
    "an endless nest": b'{"schema": "hand-in/1", "files": ' + b"[" * 60_000,
    "too large": claims(GOOD) + b" " * 70_000,
    "no bytes of text": b'"hand-in/1"' + bytes(range(128, 256)),
    "a list": b'["hand-in/1"]',
    "no files": claims(),
    "too many files": claims(*({**GOOD, "name": f"{n}.py"} for n in range(51))),
    "a file twice": claims(GOOD, GOOD),
    "a file twice in another case": claims(GOOD, {**GOOD, "name": "ANSWERS.py"}),
    "a path that leads out": claims({**GOOD, "name": "../../etc/passwd"}),
    "a path of Windows": claims({**GOOD, "name": "C:\\boot.ini"}),
    "the folder itself": claims({**GOOD, "name": ".."}),
    "a control character": claims({**GOOD, "name": "a\x1b[2J.py"}),
    "a name that is a number": claims({**GOOD, "name": 7}),
    "a size that is text": claims({**GOOD, "bytes": "9"}),
    "a size below zero": claims({**GOOD, "bytes": -1}),
    "a size without end": claims({**GOOD, "bytes": 10**400}),
    "a sum that is none": claims({**GOOD, "sha256": "<script>"}),
    "a sheet with markup": claims(GOOD, sheet="<b>circles</b>"),
    "a sheet that is none": claims(GOOD, sheet=None),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_damaged_manifest_costs_nothing_but_a_remark(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "class").mkdir()
    plain = zipped(tmp_path / "plain.zip", [("answers.py", RIGHT.read_bytes())])
    zipped(
        tmp_path / "class/ada.zip",
        [("answers.py", RIGHT.read_bytes()), (manifest.FILE, data)],
    )
    (one,) = read(tmp_path / "class")
    (remark,) = on_packing(one)
    assert "is damaged" in remark and len(remark) < 500 and "\x1b" not in remark
    (without,) = read(plain)
    assert one.cells == without.cells and one.sha256 == without.sha256


def test_another_programs_manifest_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    zipped(
        tmp_path / "class/ada.zip",
        [("answers.py", b"area = 1\n"), (manifest.FILE, b'{"short_name": "web app"}')],
    )
    (one,) = read(tmp_path / "class")
    assert on_packing(one) == []


def test_a_class_with_somebodys_manifest_beside_it_stays_a_class(tmp_path: Path) -> None:
    members = [*packed({"ada.py": b"x = 1\n"}), ("bob.py", b"x = 2\n")]
    assert [one.name for one in read(zipped(tmp_path / "class.zip", members))] == ["ada", "bob"]


def test_a_packed_folder_of_many_manifests_is_looked_at_in_bounds(tmp_path: Path) -> None:
    members = [(f"{n}/{manifest.FILE}", claims(GOOD)) for n in range(200)]
    (tmp_path / "class").mkdir()
    zipped(tmp_path / "class/ada.zip", [("answers.py", b"area = 1\n"), *members])
    (one,) = read(tmp_path / "class")
    assert len(one.remarks) <= 10


def test_the_command_packs_what_was_written_and_grading_shows_its_receipt(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    shutil.copy(RIGHT, folder / "circles.py")
    ended = command("pack", cwd=folder)
    assert ended.code == 0, ended.err
    path = folder / "circles-hand-in.zip"
    code = ended.out.partition("receipt: ")[2].split()[0]
    before = path.read_bytes()
    again = command("pack", cwd=folder)
    assert again.code == 0 and path.read_bytes() == before and code in again.out
    out = tmp_path / "out"
    graded = command("grade", "circles", path, "-o", out, "--isolation", "none", course=TINY_COURSE)
    assert graded.code == 1, graded.err
    assert "skipped" not in graded.err
    (grade,) = json.loads((out / "grades.json").read_text())["submissions"]
    assert grade["points"] == 7
    assert f"receipt {code}" in " ".join(grade["remarks"])
    assert code in (out / "reports/circles-hand-in.html").read_text(encoding="utf-8")


def test_what_is_not_complete_is_packed_only_when_asked_for(command: Command, folder: Path) -> None:
    ended = command("pack", folder / "circles.py")
    assert ended.code == 1 and "5 of 5 answers were not found: circle.disc_area" in ended.err
    assert not (folder / "circles-hand-in.zip").exists()
    ended = command("pack", folder / "circles.py", "--even-so")
    assert ended.code == 0 and "5 of 5" in ended.err
    assert (folder / "circles-hand-in.zip").exists()


def test_what_does_not_run_in_a_fresh_process_is_said_before_the_deadline(
    command: Command, folder: Path
) -> None:
    with (folder / "circles.py").open("w") as file:
        file.write(f"{RIGHT.read_text()}\n\nopen('only-here.csv')\n")
    (folder / "only-here.csv").write_text("1")
    ended = command("pack", cwd=folder)
    assert ended.code == 1
    assert "does not run from top to bottom" in ended.err and "FileNotFoundError" in ended.err


WRONG = [
    (["missing.py"], "No such file"),
    (["data.csv"], "is no notebook, module or text"),
    (["circles.py", "sub/circles.py"], "another file has that name"),
    (["circles.py", "-o", "circles.py"], "ends in .zip"),
    (["circles.py", "-o", "mine.zip"], "is in the way"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_words_lose_nothing_and_are_one_sentence(
    command: Command, folder: Path, words: list[str], said: str
) -> None:
    (folder / "sub").mkdir()
    shutil.copy(RIGHT, folder / "sub/circles.py")
    (folder / "data.csv").write_text("1,2")
    (folder / "mine.zip").write_text("photos")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ended = command("pack", *words, cwd=folder)
    assert ended.code == 2 and said in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_outside_of_any_hand_out_it_says_where_to_go(command: Command) -> None:
    ended = command("pack")
    assert ended.code == 2 and "there is no hand-out here" in ended.err


def test_what_is_packed_is_read_as_the_plain_file_is(tmp_path: Path) -> None:
    samples = REPOSITORY / "exercises/dl_foundations/submissions/correct"
    paths = [path for path in sorted(samples.iterdir()) if format_of(path.name) in READABLE]
    assert len(paths) > 3
    for path in paths:
        archive = packing.pack("dl_foundations", {path.name: path.read_bytes()}).archive
        (tmp_path / "one.zip").write_bytes(archive)
        (one,) = read(tmp_path / "one.zip")
        alone = intake.read_file(path)
        assert isinstance(alone, Submission)
        assert (one.cells, one.sha256) == (alone.cells, alone.sha256)
