"""What goes wrong with files and archives of a class: a fixture for each line, in Moodle's form.

The lines are those of a catalogue of failures that was drawn up before the code; tables, numbers,
names and formulas have theirs in ``tests/lms/test_catalogue.py``.
"""

from __future__ import annotations

import io
import json
import random
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import files
from grader.errors import UsageError
from grader.intake import Intake, collect, read
from grader.intake.source import MAX_RATIO
from grader.submission import Rejection, Submission
from tests.intake.making import Content, code, notebook, zipped

GOOD = notebook(code("corners = 4"))
OLD = json.dumps(
    {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [
            {
                "cells": [
                    {
                        "cell_type": "code", "language": "python", "input": "corners = 4",
                        "outputs": [], "collapsed": False, "metadata": {},
                    }
                ],
                "metadata": {},
            }
        ],
    }
)  # fmt: skip
START = "Zoë Frost_101_assignsubmission_file_"
OTHER = "Yann Quill_102_assignsubmission_file_/b.py"


def collected(tmp_path: Path, data: bytes) -> Intake:
    path = tmp_path / "C1-Sheet 1-77.zip"
    path.write_bytes(data)
    found = collect([path])
    assert [one.name for one in path.parent.iterdir()] == [path.name], "nothing is unpacked"
    return found


def handed_in(tmp_path: Path, data: bytes) -> Submission | Rejection:
    """Return Zoë's hand-in; Yann's must survive whatever hers is."""
    zoe, yann = collected(tmp_path, data).sources
    assert (zoe.name, yann.name) == ("participant-101", "participant-102")
    other = read(yann)
    assert isinstance(other, Submission) and [cell.source for cell in other.cells] == ["y = 2"]
    return read(zoe)


def of(tmp_path: Path, members: dict[str, Content]) -> Submission | Rejection:
    return handed_in(tmp_path, zipped({**members, OTHER: "y = 2"}))


def sources(result: Submission | Rejection) -> list[str]:
    assert isinstance(result, Submission), result
    return [cell.source for cell in result.cells]


READ: dict[str, tuple[str, Content]] = {
    "as .ipynb.txt": ("hw.ipynb.txt", GOOD),
    "as .ipynb.json": ("hw.ipynb.json", GOOD),
    "as .ipynb (1)": ("hw.ipynb (1)", GOOD),
    "as (1).ipynb": ("hw (1).ipynb", GOOD),
    "as .ipynb.zip": ("hw.ipynb.zip", zipped({"hw.ipynb": GOOD})),
    "within a ZIP": ("abgabe.zip", zipped({"a/b/hw.ipynb": GOOD})),
    "of format 3": ("hw.ipynb", OLD),
    "with a mark before JSON": ("hw.ipynb", b"\xef\xbb\xbf" + GOOD),
    "called as Windows reserves it": ("aux.ipynb", GOOD),
    "in a folder that Windows reserves": ("CON/nul/hw.ipynb", GOOD),
    "with a dot at its end": ("hw.ipynb.", GOOD),
    "with a space at its end": ("hw.ipynb ", GOOD),
    "in a folder with dots and spaces at its end": ("a. . /hw.ipynb", GOOD),
    "behind a path of more than 260 characters": ("/".join(["a" * 50] * 6) + "/hw.ipynb", GOOD),
    "under a name of more than 260 characters": ("a" * 300 + ".ipynb", GOOD),
}


@pytest.mark.parametrize(("name", "content"), READ.values(), ids=READ)
def test_files_a_notebook_is_read(tmp_path: Path, name: str, content: Content) -> None:
    assert sources(of(tmp_path, {f"{START}/{name}": content})) == ["corners = 4"]


REFUSED: dict[str, tuple[Content, str]] = {
    "empty": (b"", "is empty"),
    "a web page": ("<!DOCTYPE html><html><body>Log in", "web page"),
    "a PDF": (b"%PDF-1.7", "a PDF"),
    "an office document": (b"PK\x03\x04", "ZIP or an office document"),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_files_what_is_no_notebook_is_said_and_costs_nothing(
    tmp_path: Path, content: Content, said: str
) -> None:
    result = of(tmp_path, {f"{START}/hw.ipynb": content})
    assert isinstance(result, Rejection) and not result.ours
    assert said in result.reason and "\n" not in result.reason


JUNK = (
    ".ipynb_checkpoints/hw-checkpoint.ipynb", "__MACOSX/._hw.ipynb", "._hw.ipynb", ".DS_Store",
    "Thumbs.db", "desktop.ini", "~$hw.ipynb",
)  # fmt: skip


@pytest.mark.parametrize("name", JUNK)
def test_files_of_systems_and_tools_are_no_answer_and_are_listed(tmp_path: Path, name: str) -> None:
    members = {f"{START}/{name}": b"\0\1", f"{START}/hw.ipynb": GOOD}
    found = collected(tmp_path, zipped(members))
    assert [[part.name for part in one.parts] for one in found.sources] == [["hw.ipynb"]]
    assert "belongs to a tool" in found.skipped[0].reason and len(found.skipped) == 1


def test_files_reports_have_names_that_windows_takes() -> None:
    names = files.unique_names(["CON", "aux.", "a. . ", "nul", "x" * 300])
    assert not {name.casefold().partition(".")[0] for name in names} & {"con", "aux", "nul"}
    assert all(name == name.rstrip(". ") and len(name) < 130 for name in names)


LEADING_OUT = (
    "../evil.ipynb", "/etc/evil.ipynb", "C:/evil.ipynb", "..\\evil.ipynb", "C:\\evil.ipynb",
    "\\\\host\\share\\evil.ipynb", "a/../../evil.ipynb",
)  # fmt: skip


@pytest.mark.parametrize("name", LEADING_OUT)
def test_archives_a_name_that_leads_out_is_refused_and_the_rest_is_read(
    tmp_path: Path, name: str
) -> None:
    inner = zipped({name: GOOD, "fine.py": "x = 1"})
    result = of(tmp_path, {f"{START}/hw.zip": inner})
    assert sources(result) == ["x = 1"]
    assert "leads out of the ZIP" in " ".join(result.remarks)  # type: ignore[union-attr]


def member(name: str, *, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def made(*members: tuple[zipfile.ZipInfo, Content]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for info, content in members:
            packed.writestr(info, content)
        packed.writestr(OTHER, "y = 2")
    return buffer.getvalue()


def test_archives_links_are_not_followed(tmp_path: Path) -> None:
    link = member(f"{START}/hw.ipynb", mode=stat.S_IFLNK | 0o777)
    result = handed_in(tmp_path, made((link, "/etc/passwd")))
    assert isinstance(result, Rejection) and "is a link" in result.reason


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_one_name_twice_is_read_twice(tmp_path: Path) -> None:
    twice = (member(f"{START}/a.py"), "x = 1"), (member(f"{START}/a.py"), "x = 2")
    assert sources(handed_in(tmp_path, made(*twice))) == ["x = 1", "x = 2"]


def test_archives_names_that_differ_in_case_are_two_files(tmp_path: Path) -> None:
    members: dict[str, Content] = {f"{START}/HW.py": "x = 1", f"{START}/hw.py": "x = 2"}
    assert sorted(sources(of(tmp_path, members))) == ["x = 1", "x = 2"]


def locked(data: bytes) -> bytes:
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[data.index(signature) + offset] |= 1
    return bytes(changed)


def overlapping() -> bytes:
    first = zipped({"a.py": "x = 1\n" * 100})
    start, end = first.index(b"PK\x01\x02"), first.index(b"PK\x05\x06")
    entry = first[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(entry) * 3, start, 0)
    return first[:start] + entry * 3 + tail


BAD: dict[str, tuple[bytes, str]] = {
    "locked": (locked(zipped({"hw.ipynb": GOOD})), "locked with a password"),
    "overlapping": (overlapping(), "overlap"),
    "a bomb": (zipped({"hw.ipynb": b"0" * 8 * 1024**2}), f"more than {MAX_RATIO} times"),
    "too deep": (
        zipped({"a.zip": zipped({"b.zip": zipped({"hw.ipynb": GOOD})})}), "unpack it"),
    "of an unusual method": (zipped({"hw.ipynb": GOOD}, method=zipfile.ZIP_LZMA), "unusual method"),
    "cut off": (zipped({"hw.ipynb": GOOD})[:-30], "damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
def test_archives_that_are_refused_in_one_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    result = of(tmp_path, {f"{START}/hw.zip": data})
    assert isinstance(result, Rejection) and not result.ours
    assert said in result.reason and "\n" not in result.reason


def test_archives_of_zip64_are_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in ((f"{START}/hw.ipynb", GOOD), (OTHER, b"y = 2")):
            with packed.open(name, "w", force_zip64=True) as file:
                file.write(content)
    assert sources(handed_in(tmp_path, buffer.getvalue())) == ["corners = 4"]


def test_archives_umlauts_without_their_flag_are_the_same_learner(tmp_path: Path) -> None:
    data = zipped({f"{START.replace('Zoë', 'Zo__')}/hw.py": "x = 1", OTHER: "y = 2"})
    data = data.replace(b"Zo__", "Zoë".encode())
    zoe, _ = collected(tmp_path, data).sources
    assert (zoe.label, zoe.name) == ("Zoë Frost", "participant-101")


SOUND = zipped(
    {
        f"{START}/hw.ipynb": GOOD,
        f"{START}/more.zip": zipped({"c.py": "x = 1", "d/": ""}),
        "Xenia Marsh_103_assignsubmission_onlinetext_/onlinetext.html": "<p>x",
        OTHER: "y = 2",
    }
)
Change = Callable[[bytearray, random.Random], None]


def flip(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def cut(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    del data[at : at + chance.randrange(1, 60)]


def double(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    data[at:at] = data[at : at + chance.randrange(1, 200)]


def lie(data: bytearray, chance: random.Random) -> None:
    """Let a header say another size, place or count."""
    starts = [at for at in range(len(data) - 4) if data[at : at + 2] == b"PK"]
    at = chance.choice(starts) + chance.randrange(4, 46) if starts else 0
    lied = chance.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF))
    data[at : at + 4] = struct.pack("<I", lied)[: len(data[at : at + 4])]


CHANGES: tuple[Change, ...] = (flip, cut, double, lie)
MOST_MEMORY = 64 * 1024**2


@settings(deadline=None)  # the first that is read also loads the readers
@given(st.lists(st.sampled_from(CHANGES), max_size=6), st.integers(0, 2**32))
def test_archives_however_damaged_write_nothing_and_take_little(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Change], seed: int
) -> None:
    data, chance = bytearray(SOUND), random.Random(seed)
    for change in changes:
        change(data, chance)
    folder = tmp_path_factory.mktemp("class")
    tracemalloc.start()
    try:
        with suppress(UsageError):  # where a damaged name is no platform's any more
            for source in collected(folder, bytes(data)).sources:
                result = read(source)
                assert isinstance(result, Submission) or not result.ours, result
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    assert [one.name for one in folder.iterdir()] == ["C1-Sheet 1-77.zip"]
