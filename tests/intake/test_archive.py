from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.intake import archive, collect, read
from grader.intake.source import MAX_FILE_BYTES, MAX_PARTS, MAX_RATIO
from grader.submission import Rejection, Submission
from tests.intake.making import (
    Content,
    accepted,
    code,
    folder,
    names,
    notebook,
    reason,
    sources_of,
    zipped,
)

GOOD = notebook(code("x = 1"))


def member(name: str, *, mode: int = 0, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = method
    return info


def made(*members: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zip_file:
        for info, content in members:
            zip_file.writestr(info, content)
    return buffer.getvalue()


def handed_in(tmp_path: Path, data: bytes) -> Submission | Rejection:
    """Read a ZIP as what one learner of a class handed in; another's work must survive it."""
    root = folder(tmp_path / "class", {"bad.zip": data, "good.ipynb": GOOD})
    first, second = collect([root]).sources
    assert sources_of(read(second)) == ["x = 1"]
    assert first.name == "bad"
    return read(first)


def test_a_zip_of_files_and_folders_is_a_class(tmp_path: Path) -> None:
    data = zipped(
        {
            "ada/task2.ipynb": notebook(code("x = 2")),
            "ada/task1.ipynb": notebook(code("x = 1")),
            "bob.py": "x = 3",
            "eve.zip": zipped({"hw/answers.py": "x = 4"}),
            "grades.csv": "a;b",
        }
    )
    found = collect([folder(tmp_path, {"class.zip": data}) / "class.zip"])
    assert names(found.sources) == ["ada", "bob", "eve"]
    assert [sources_of(read(source)) for source in found.sources] == [
        ["x = 1", "x = 2"],
        ["x = 3"],
        ["x = 4"],
    ]
    assert [skipped.source for skipped in found.skipped] == ["class.zip/grades.csv"]


def test_nothing_of_a_zip_ever_reaches_the_disk(tmp_path: Path) -> None:
    root = folder(tmp_path, {"class.zip": zipped({"ada.py": "x", "../evil.py": "x", "/a.py": "x"})})
    for source in collect([root / "class.zip"]).sources:
        read(source)
    assert [path.name for path in tmp_path.rglob("*")] == ["class.zip"]
    assert not (tmp_path.parent / "evil.py").exists()


@pytest.mark.parametrize(
    "name",
    [
        "../evil.ipynb",
        "a/../../evil.ipynb",
        "/etc/evil.ipynb",
        "C:/evil.ipynb",
        "c:evil.ipynb",
        "..\\evil.ipynb",
        "\\\\host\\share\\evil.ipynb",
        "C:\\evil.ipynb",
    ],
)
def test_a_name_that_leads_out_is_refused_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    assert "leads out of the ZIP" in reason(handed_in(tmp_path / "a", zipped({name: GOOD})))
    both = accepted(handed_in(tmp_path / "b", zipped({name: GOOD, "fine.py": "y = 2"})))
    assert [cell.source for cell in both.cells] == ["y = 2"]
    assert "leads out of the ZIP" in " ".join(both.remarks)


def test_backslashes_of_old_tools_separate_folders(tmp_path: Path) -> None:
    data = made((member("ada\\task.ipynb"), GOOD), (member("bob\\task.ipynb"), GOOD))
    found = collect([folder(tmp_path, {"class.zip": data}) / "class.zip"])
    assert names(found.sources) == ["ada", "bob"]


@pytest.mark.parametrize(
    ("mode", "said"),
    [(stat.S_IFLNK | 0o777, "is a link"), (stat.S_IFIFO | 0o666, "neither a file nor a folder")],
)
def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path, mode: int, said: str) -> None:
    data = made((member("hw.ipynb", mode=mode), b"/etc/passwd"))
    assert said in reason(handed_in(tmp_path, data))


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"hw.ipynb": GOOD}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert "locked with a password" in reason(handed_in(tmp_path, bytes(data)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_a_bound_are_refused(tmp_path: Path, method: int) -> None:
    data = zipped({"hw.ipynb": GOOD}, method=method)
    assert "unusual method" in reason(handed_in(tmp_path, data))


def test_a_bomb_is_given_up_at_its_ratio_and_not_at_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    bound = archive._bound

    def watched(size: int, packed: int, name: str, limit: int) -> None:
        seen.append(size)
        bound(size, packed, name, limit)

    monkeypatch.setattr(archive, "_bound", watched)
    data = zipped({"hw.ipynb": b"0" * (24 * 1024**2)})
    assert f"more than {MAX_RATIO} times its size" in reason(handed_in(tmp_path, data))
    assert max(seen) < (MAX_RATIO + 1) * len(data) < 6 * 1024**2


def test_a_large_member_is_given_up_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 1000)
    data = zipped({"hw.py": "#" * 1001}, method=zipfile.ZIP_STORED)
    assert "is larger than" in reason(handed_in(tmp_path / "a", data))
    data = zipped({"hw.py": "#" * 1000}, method=zipfile.ZIP_STORED)
    assert len(sources_of(handed_in(tmp_path / "b", data))[0]) == 1000
    assert MAX_FILE_BYTES == 25 * 1024**2


def test_a_size_that_lies_is_found_out(tmp_path: Path) -> None:
    data = bytearray(zipped({"hw.py": "x = 1\n" * 1000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(signature) + offset
        data[start : start + 4] = struct.pack("<I", 12)
    assert "is damaged" in reason(handed_in(tmp_path, bytes(data)))


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """One kernel of data under many names is how a small ZIP unpacks to terabytes."""
    first = zipped({"a.py": "x = 1\n" * 100})
    start = first.index(b"PK\x01\x02")
    end = first.index(b"PK\x05\x06")
    directory = first[start:end]
    overlapping = (
        first[:start]
        + directory * 3
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(directory) * 3, start, 0)
    )
    assert "overlap" in reason(handed_in(tmp_path, overlapping))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"not a zip",
        zipped({"a.py": "x"})[:-10],
        zipped({"a.py": "x"})[20:],
        b"PK\x05\x06",
    ],
    # A ZIP holds the time at which it was made: as part of a test's name it would change.
    ids=["empty", "two letters", "text", "no end", "no start", "only an end"],
)
def test_a_damaged_zip_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    assert "damaged" in reason(handed_in(tmp_path, data))


def test_a_damaged_member_costs_no_other(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.py": "x = 1" * 9, "b.py": "y = 2"}, method=zipfile.ZIP_STORED))
    data[data.index(b"x = 1")] ^= 1
    read_in = accepted(handed_in(tmp_path, bytes(data)))
    assert [cell.source for cell in read_in.cells] == ["y = 2"]
    assert "a.py: is damaged" in " ".join(read_in.remarks)


def test_a_directory_too_long_to_take_in_is_refused_before_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zipped({"a.py": "x", "b.py": "y", "c.py": "z"})
    monkeypatch.setattr(archive, "_MAX_DIRECTORY_BYTES", 100)
    monkeypatch.setattr(zipfile, "ZipFile", lambda _: pytest.fail("it was taken in"))
    (source,) = collect([folder(tmp_path, {"bad.zip": data}) / "bad.zip"]).sources
    assert "holds more than" in reason(read(source))


def test_a_zip_of_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({f"{n}.py": "x" for n in range(MAX_PARTS + 1)})
    assert f"more than {MAX_PARTS}" in reason(handed_in(tmp_path / "a", data))
    monkeypatch.setattr(archive, "MAX_ENTRIES", MAX_PARTS)
    assert f"more than {MAX_PARTS} files" in reason(handed_in(tmp_path / "b", data))


def test_zips_are_opened_two_deep_and_no_deeper(tmp_path: Path) -> None:
    inner = zipped({"deep.py": "x = 3"})
    learner = zipped({"hw.py": "x = 1", "more.zip": inner})
    flat = folder(tmp_path / "class", {"ada.zip": learner})
    (source,) = collect([flat]).sources
    assert sources_of(read(source)) == ["x = 1", "x = 3"]
    packed = folder(tmp_path, {"class.zip": zipped({"ada.zip": learner, "bob.py": "x"})})
    found = collect([packed / "class.zip"])
    first = accepted(read(found.sources[0]))
    assert [cell.source for cell in first.cells] == ["x = 1"]
    assert "more.zip: is a ZIP within a ZIP within a ZIP; unpack it" in " ".join(first.remarks)
    assert [skipped.source for skipped in found.skipped] == ["class.zip/ada.zip/more.zip"]


def test_a_hand_in_of_nothing_but_a_deep_zip_is_refused_with_the_remedy(tmp_path: Path) -> None:
    deep = zipped({"ada.zip": zipped({"more.zip": zipped({"hw.py": "x"})}), "bob.py": "x"})
    first, _ = collect([folder(tmp_path, {"class.zip": deep}) / "class.zip"]).sources
    assert "unpack it and hand in its files" in reason(read(first))


def test_many_zips_in_one_hand_in_are_not_all_opened(tmp_path: Path) -> None:
    data = zipped({f"{n}.zip": zipped({"a.py": f"x = {n}"}) for n in range(MAX_PARTS + 2)})
    submission = accepted(handed_in(tmp_path, data))
    assert len(submission.cells) == MAX_PARTS
    refused = [remark for remark in submission.remarks if "more than 50 ZIPs; unpack" in remark]
    assert len(refused) == 2


def test_one_name_twice_in_a_zip_is_read_twice(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = made((member("hw.py"), b"x = 1"), (member("hw.py"), b"x = 2"))
    assert sources_of(handed_in(tmp_path, data)) == ["x = 1", "x = 2"]


def test_names_that_differ_in_case_are_two_learners(tmp_path: Path) -> None:
    data = zipped({"Ada/hw.py": "x = 1", "ada/hw.py": "x = 2"})
    found = collect([folder(tmp_path, {"class.zip": data}) / "class.zip"]).sources
    assert names(found) == ["Ada", "ada (2)"]
    assert [sources_of(read(source)) for source in found] == [["x = 1"], ["x = 2"]]


def test_names_in_utf8_without_the_flag_are_readable(tmp_path: Path) -> None:
    data = zipped({"M__ller.py": "x", "Zo__.py": "x"}).replace(b"M__ller", "Müller".encode())
    data = data.replace(b"Zo__", "Zoë".encode())
    found = collect([folder(tmp_path, {"class.zip": data}) / "class.zip"]).sources
    assert names(found) == ["Müller", "Zoë"]


def test_names_of_dos_stay_as_they_are(tmp_path: Path) -> None:
    data = zipped({"M_ller.py": "x"}).replace(b"M_ller", "Müller".encode("cp437"))
    (found,) = collect([folder(tmp_path, {"class.zip": data}) / "class.zip"]).sources
    assert found.name == "Müller"


def test_a_folder_around_the_whole_class_is_no_learner(tmp_path: Path) -> None:
    inside: dict[str, Content] = {
        "Sheet 1/Abgaben/ada/hw.py": "x = 1",
        "Sheet 1/Abgaben/bob/hw.py": "x = 2",
    }
    same: dict[str, Content] = {"class/ada.py": "x", "class/bob.py": "y"}
    junk: dict[str, Content] = {"__MACOSX/class/._ada.py": b"\0", "class/.DS_Store": b"\0"}
    for members in (inside, {**same, **junk}):
        root = folder(tmp_path, {"class.zip": zipped(members)})
        assert names(collect([root / "class.zip"]).sources) == ["ada", "bob"]


def test_the_folder_of_a_lone_learner_is_a_learner(tmp_path: Path) -> None:
    root = folder(tmp_path, {"class.zip": zipped({"ada/a.py": "x = 1", "ada/b.py": "x = 2"})})
    (source,) = collect([root / "class.zip"]).sources
    assert source.name == "ada"
    assert sources_of(read(source)) == ["x = 1", "x = 2"]


def test_a_zip_that_changed_since_it_was_listed_is_a_sentence(tmp_path: Path) -> None:
    root = folder(tmp_path / "class", {"ada.zip": zipped({"a.txt": "", "b.py": "x"})})
    (source,) = collect([root]).sources
    (root / "ada.zip").write_bytes(zipped({"a.txt": ""}))
    assert "is damaged" in reason(read(source))
    (root / "ada.zip").unlink()
    assert "cannot be read" in reason(read(source))


def mutated(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, byte in changes:
        changed[place % len(changed)] = byte
    return bytes(changed)


SOUND = zipped({"ada/hw.ipynb": GOOD, "b.zip": zipped({"c.py": "x = 1", "d/": ""}), "e.md": "# x"})
CHANGES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8)


@settings(deadline=None)  # the first ZIP that is read also loads the readers
@given(st.one_of(st.binary(), CHANGES.map(lambda changes: mutated(SOUND, changes))))
def test_no_bytes_are_too_odd_for_a_zip(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    root = tmp_path_factory.mktemp("class")
    (root / "ada.zip").write_bytes(data)
    for path in (root, root / "ada.zip"):
        for source in collect([path]).sources:
            result = read(source)
            assert isinstance(result, Submission) or not result.ours, result


def test_the_directory_of_a_class_is_read_once_and_anew_when_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = archive._checked

    def counting(file: BinaryIO, name: str) -> zipfile.ZipFile:
        checked.append(name)
        return real(file, name)

    monkeypatch.setattr(archive, "_checked", counting)
    path = tmp_path / "class.zip"
    for value in ("1", "22"):
        path.write_bytes(zipped({f"{who}.py": f"x = {value}" for who in ("ada", "bob", "eve")}))
        read_back = [sources_of(read(source)) for source in collect([path]).sources]
        assert read_back == [[f"x = {value}"]] * 3
    assert checked == ["class.zip", "class.zip"]
