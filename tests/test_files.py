from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import files
from grader.errors import UsageError
from grader.files import MAX_NAME_BYTES, distinct, safe_name, unique_names, write_bytes, write_text

texts = st.text(st.characters(exclude_categories=()))


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_can_be_read_again(tmp_path: Path) -> None:
    write_text(tmp_path / "new" / "folder" / "grüße.txt", "zeile\r\nµ\n")
    assert (tmp_path / "new/folder/grüße.txt").read_bytes() == "zeile\r\nµ\n".encode()


def test_writing_again_replaces_the_whole_file(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"long content")
    write_bytes(tmp_path / "a", b"short")
    assert (tmp_path / "a").read_bytes() == b"short"
    assert listing(tmp_path) == ["a"]


def test_a_text_that_no_encoding_can_hold_is_written_all_the_same(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "x\ud800y")
    assert (tmp_path / "a").read_text() == "x?y"


@pytest.mark.parametrize(
    ("function", "code", "remedy"),
    [
        ("fsync", errno.ENOSPC, "disk is full"),
        ("fsync", errno.EDQUOT, "quota"),
        ("fsync", errno.EIO, "choose another folder"),
        ("replace", errno.EACCES, "may write to"),
    ],
)
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, code: int, remedy: str
) -> None:
    target = tmp_path / "grades.csv"
    write_bytes(target, b"old")

    def fail(*_: Any) -> None:
        raise OSError(code, os.strerror(code))

    owner = Path if function == "replace" else os
    monkeypatch.setattr(owner, function, fail)
    with pytest.raises(UsageError, match=remedy) as raised:
        write_bytes(target, b"new")
    assert str(target) in str(raised.value)
    assert target.read_bytes() == b"old"
    assert listing(tmp_path) == ["grades.csv"]


def test_an_interrupt_while_writing_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes(tmp_path / "a", b"old")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert listing(tmp_path) == ["a"]


@pytest.mark.parametrize("blocker", ["file", "folder"])
def test_something_in_the_way_is_named_with_its_remedy(tmp_path: Path, blocker: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    target = tmp_path / "file" / "a" if blocker == "file" else tmp_path / "folder"
    with pytest.raises(UsageError, match=r"could not be written: a .*; (move|choose)"):
        write_bytes(target, b"x")
    assert listing(tmp_path) == ["file", "folder"]


def test_a_link_in_the_way_is_replaced_and_its_target_untouched(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    write_bytes(tmp_path / "link", b"new")
    assert (tmp_path / "precious").read_text() == "precious"
    assert (tmp_path / "link").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Lovelace", "Ada_Lovelace"),
        ("Müller", "Müller"),
        ("Mu\u0308ller", "Müller"),
        ("con", "_con"),
        ("NUL.html", "_NUL.html"),
        ("com¹", "_com¹"),
        ("../../etc/passwd", "etc_passwd"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("trailing. ", "trailing"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"),
        ("x\u202egpj.exe", "x_gpj.exe"),
        ("two\nlines\x00", "two_lines"),
        ("100%#1", "100_1"),
    ],
)
def test_a_name_is_made_safe(text: str, expected: str) -> None:
    assert safe_name(text) == expected


@given(texts)
def test_every_name_is_safe_on_every_platform(text: str) -> None:
    name = safe_name(text)
    assert name
    assert not set('<>:"/\\|?*% \n\t\0') & set(name)
    assert len(name.encode()) <= MAX_NAME_BYTES + 1
    assert name[0] not in ".-"
    assert name[-1] not in ". "
    assert safe_name(name) == name


@pytest.mark.parametrize("device", ["con", "NUL", "prn", "Aux", "com1", "LPT9", "CONIN$"])
@given(rest=st.sampled_from(["", ".html", ".a.b", " ", "."]))
def test_no_name_is_that_of_a_device(device: str, rest: str) -> None:
    assert safe_name(device + rest).split(".")[0].lower() != device.lower()


@given(st.lists(st.one_of(texts, st.sampled_from(["a", "A", "a-2", "ß", "ss", "é", "e\u0301"]))))
def test_names_of_a_class_never_meet_on_disk(names: list[str]) -> None:
    unique = unique_names(names)
    assert len(unique) == len(names)
    assert len({files.folded(name) for name in unique}) == len(names)


def test_a_name_that_is_alone_keeps_itself_beside_numbered_ones() -> None:
    assert unique_names(["a", "A", "a-2"]) == ("a", "A-3", "a-2")
    assert distinct(["x", "x"], pattern="{name} ({number})") == ("x", "x (2)")


def test_the_checksum_is_the_standards() -> None:
    assert files.sha256(b"abc").startswith("ba7816bf8f01cfea")
