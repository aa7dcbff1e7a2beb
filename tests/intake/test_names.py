from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake import Intake, collect, read
from grader.intake import names as intake_names
from grader.intake.formats import Format, format_of, stem_of
from tests.intake.making import (
    accepted,
    code,
    folder,
    names,
    notebook,
    sources_of,
)


def found(root: Path, *below: str) -> Intake:
    return collect([root / name for name in below] or [root])


def test_learners_of_one_name_are_all_kept_and_told_apart(tmp_path: Path) -> None:
    root = folder(
        tmp_path / "class",
        {"ada.ipynb": notebook(code("")), "ada.py": "x", "ada/hw.py": "y", "Ada.md": "z"},
    )
    sources = found(root).sources
    assert names(sources) == ["Ada", "ada (2)", "ada (3)", "ada (4)"]
    for source in sources:
        (remark,) = accepted(read(source)).remarks
        assert remark.startswith(
            "4 hand-ins have this name; each is graded by itself: class/Ada.md"
        )


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Zoe\u0308.py", "Zoë"),
        ("a\nb\t c.py", "a b c"),
        ("\u202egpj\u202c.py", "gpj"),
        ("\x1b[31mred.py", "[31mred"),
        ("x" * 200 + ".py", "x" * 79 + "…" + "x" * 40),
        ("\u200b\u2060.py", "unnamed"),
        (" .py", "unnamed"),
        ("a&b<i>.py", "a&b<i>"),
        ("hw.ipynb.txt", "hw"),
        ("hw.ipynb (1)", "hw"),
        ("hw.ipynb(2).json", "hw"),
        ("HW.PY", "HW"),
    ],
)
def test_names_are_shown_as_people_write_them(tmp_path: Path, file: str, name: str) -> None:
    content = notebook(code("x = 1")) if "ipynb" in file else b"x = 1"
    root = folder(tmp_path / "class", {file: content})
    (source,) = found(root).sources
    assert source.name == name
    assert sources_of(read(source)) == ["x = 1"]


def test_a_name_that_is_no_text_is_readable(tmp_path: Path) -> None:
    root = folder(tmp_path / "class", {})
    try:
        (root / os.fsdecode(b"a\xff.py")).write_text("x = 1")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    (source,) = found(root).sources
    assert source.name == "a\ufffd"
    assert sources_of(read(source)) == ["x = 1"]


@pytest.mark.parametrize(
    ("name", "form", "stem"),
    [
        ("a.ipynb", Format.NOTEBOOK, "a"),
        ("a.b.PY", Format.MODULE, "a.b"),
        ("a.py.zip", Format.ARCHIVE, "a.py"),
        ("a.tar.gz", Format.FOREIGN, "a.tar"),
        ("notes.txt", Format.SCAN, "notes"),
        ("requirements.txt", Format.OTHER, "requirements"),
        ("a.tex", Format.LATEX, "a"),
        ("a.tex.txt", Format.LATEX, "a"),
        ("a.markdown", Format.TEXT, "a"),
        ("data.json", Format.OTHER, "data"),
        ("a.pyc", Format.OTHER, "a"),
        ("Makefile", Format.OTHER, "Makefile"),
        ("py", Format.OTHER, "py"),
    ],
)
def test_a_name_says_what_a_file_is(name: str, form: Format, stem: str) -> None:
    assert (format_of(name), stem_of(name)) == (form, stem)


@given(st.text(), st.text())
def test_the_order_of_learners_is_total(first: str, second: str) -> None:
    keys = sorted([intake_names.natural(first), intake_names.natural(second)])
    assert keys[0] <= keys[1]


@given(st.text(st.characters(exclude_categories=())))
def test_a_shown_name_is_one_short_line_that_can_be_written(text: str) -> None:
    name = intake_names.clean(text)
    assert len(name) <= intake_names.MAX_NAME
    assert not set(name) & set("\n\r\t\0\x1b\u202a\u202e\u2066\u2028")
    name.encode()
    assert intake_names.clean(name) == name
