from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake import Source, collect, read, read_file
from grader.intake.notebook import read_notebook
from grader.intake.source import MAX_CELLS, MAX_FILE_BYTES
from grader.submission import Rejection, Submission
from tests.intake.making import (
    Content,
    accepted,
    code,
    folder,
    notebook,
    prose,
    read_bytes,
    reason,
    sources_of,
    stored,
    zipped,
)


def test_a_file_is_read_with_its_name_source_kind_and_checksum(tmp_path: Path) -> None:
    data = notebook(prose("# Title"), code("x = 1"))
    submission = accepted(read_bytes(tmp_path, "ada.ipynb", data))
    assert submission.name == "ada"
    assert submission.source == "ada.ipynb"
    assert submission.kind == "notebook"
    assert submission.sha256 == hashlib.sha256(data).hexdigest()
    assert submission.remarks == ()
    assert [cell.where() for cell in submission.cells] == ["cell 1", "cell 2"]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.ipynb", notebook(code("x = 1")), "notebook"),
        ("a.py", "x = 1\n", "module"),
        ("a.py", "# %%\nx = 1\n# %% [markdown]\n# hi\n", "module"),
        ("a.md", "```python\nx = 1\n```\n", "text"),
        ("a.markdown", "```python\nx = 1\n```\n", "text"),
        ("a.txt", "```python\nx = 1\n```\n", "text"),
        ("a.tex", "\\begin{lstlisting}[language=Python]\nx = 1\n\\end{lstlisting}\n", "text"),
        ("a.zip", zipped({"hw.py": "x = 1"}), "module"),
    ],
)
def test_each_format_gives_the_same_code(
    tmp_path: Path, name: str, content: Any, kind: str
) -> None:
    submission = accepted(read_bytes(tmp_path, name, content))
    assert submission.kind == kind
    assert [cell.source for cell in submission.cells if cell.kind == "code"] == ["x = 1"]


def test_a_notebook_saved_as_py_is_read_as_a_notebook(tmp_path: Path) -> None:
    submission = accepted(read_bytes(tmp_path, "ada.py", notebook(code("x = 1"))))
    assert (submission.kind, sources_of(submission)) == ("notebook", ["x = 1"])
    assert submission.remarks == ("It is a notebook in spite of its name, and was read as one.",)


@pytest.mark.parametrize("suffix", [".ipynb", ".py", ".md"])
def test_a_file_above_the_limit_is_refused_before_it_is_parsed(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"ada{suffix}"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    monkeypatch.setattr("json.loads", lambda *_: pytest.fail("it was parsed"))
    said = reason(read_file(path))
    assert said.startswith(f"ada{suffix}: is larger than 25 MiB; clear the notebook's outputs")


def test_a_notebook_of_100_mib_of_outputs_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "ada.ipynb"
    with path.open("wb") as file:
        file.write(notebook(code("x = 1")))
        file.truncate(100 * 1024**2)
    assert "clear the notebook's outputs" in reason(read_file(path))


def test_the_files_of_a_hand_in_are_bounded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.intake.reading.MAX_SUBMISSION_BYTES", 10)
    root = folder(tmp_path, {"ada/a.py": "x = 1", "ada/b.py": "y = 23", "ada/c.py": "z"})
    submission = accepted(read(collect([root]).sources[0]))
    assert [cell.source for cell in submission.cells] == ["x = 1"]
    assert "b.py: makes the hand-in larger than" in " ".join(submission.remarks)


def test_the_cells_of_a_hand_in_are_bounded_together(tmp_path: Path) -> None:
    half = "x\n" * (MAX_CELLS // 2)
    root = folder(tmp_path, {"ada/a.py": half, "ada/b.py": half + "y = 1\n"})
    assert f"have {MAX_CELLS + 1} cells" in reason(read(collect([root]).sources[0]))


def test_one_damaged_file_of_several_is_a_remark(tmp_path: Path) -> None:
    root = folder(tmp_path, {"ada/a.ipynb": "{", "ada/b.py": "x = 1"})
    submission = accepted(read(collect([root]).sources[0]))
    assert [cell.source for cell in submission.cells] == ["x = 1"]
    assert submission.cells[0].file == "b.py"
    assert "a.ipynb: line 1, column 2: is not valid JSON" in submission.remarks[-1]


def test_damaged_files_alone_are_refused_with_all_reasons(tmp_path: Path) -> None:
    root = folder(tmp_path, {"ada/a.ipynb": "{", "ada/b.py": ""})
    said = reason(read(collect([root]).sources[0]))
    assert "a.ipynb: line 1" in said
    assert "b.py: is empty" in said


def test_a_copy_of_a_file_is_read_once(tmp_path: Path) -> None:
    root = folder(tmp_path, {"ada/a.py": "x = 1", "ada/a - Copy.py": "x = 1"})
    submission = accepted(read(collect([root]).sources[0]))
    assert [cell.source for cell in submission.cells] == ["x = 1"]
    assert "is the same file once more; it was read once." in submission.remarks[-1]


def test_the_checksum_of_several_files_depends_on_each(tmp_path: Path) -> None:
    sums = []
    for number, content in enumerate(("x = 1", "x = 2")):
        root = folder(tmp_path / str(number), {"ada/a.py": "y", "ada/b.py": content})
        sums.append(accepted(read(collect([root]).sources[0])).sha256)
    assert len(set(sums)) == 2


def test_a_hand_in_without_a_cell_is_read_and_says_so(tmp_path: Path) -> None:
    submission = accepted(read_bytes(tmp_path, "ada.ipynb", notebook()))
    assert submission.cells == ()
    assert submission.remarks == ("It holds no cells.",)


def test_a_refused_file_has_a_checksum_where_it_has_bytes(tmp_path: Path) -> None:
    refused = read_bytes(tmp_path, "ada.ipynb", "{")
    assert refused.sha256 == hashlib.sha256(b"{").hexdigest()
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "ada.ipynb")
    assert read_file(tmp_path / "link.ipynb").sha256 == ""


def test_reading_one_file_says_why_it_cannot(tmp_path: Path) -> None:
    folder(tmp_path, {"class/ada.py": "x", "class/bob.py": "x", "hw.xyz": "x", "eve/hw.py": "x"})
    assert "No such file" in reason(read_file(tmp_path / "gone.ipynb"))
    assert "holds 2 hand-ins in place of one" in reason(read_file(tmp_path / "class"))
    assert "hw.xyz: is no notebook, module or ZIP" in reason(read_file(tmp_path / "hw.xyz"))
    assert sources_of(read_file(tmp_path / "eve")) == ["x"]


def test_our_own_failure_is_said_to_be_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("grader.intake.reading._document", fail)
    result = read_bytes(tmp_path, "ada.py", "x = 1")
    assert isinstance(result, Rejection)
    assert result.ours
    assert "the grader failed to read it (ZeroDivisionError: oh)" in result.reason


HOSTILE: dict[str, Content] = {
    "empty.ipynb": b"",
    "no_json.ipynb": b"not a notebook",
    "cut_off.ipynb": notebook(code("x"))[:-9],
    "too_new.ipynb": notebook(nbformat=5),
    "other_language.ipynb": notebook(metadata={"kernelspec": {"language": "R"}}),
    "deep.ipynb": b"[" * 200_000,
    "huge_number.ipynb": b'{"nbformat": ' + b"1" * 10_000 + b"}",
    "many_cells.ipynb": notebook(*[code("")] * (MAX_CELLS + 1)),
    "binary.ipynb": bytes(range(256)) * 4,
    "web_page.ipynb": b"<!DOCTYPE html><html></html>",
    "essay.docx": b"PK\x03\x04",
    "scan.pdf": b"%PDF-1.7",
    "old.rar": b"Rar!",
    "binary.py": b"\x7fELF\x00\x00",
    "empty.py": b"",
    "picture.py": b"\x89PNG\r\n\x1a\n\0",
    "empty.md": b"\n",
    "data.txt": b"1 2 3\n4 5 6\n",
    "huge.tex": b"{" * (10 * 1024**2),
    "huge.txt": b"a" * (10 * 1024**2),
    "damaged.zip": b"PK\x03\x04garbage",
    "empty.zip": zipped({}),
    "slip.zip": zipped({"../../evil.py": "x"}),
    "bomb.zip": zipped({"hw.ipynb": b"0" * (24 * 1024**2)}),
    "nothing_in_it.zip": zipped({"a.csv": "1"}),
}


def test_the_whole_table_of_bad_hand_ins_is_one_sentence_each_and_stops_nothing(
    tmp_path: Path,
) -> None:
    good: dict[str, Content] = {"good.py": "x = 1", "zz_good.ipynb": notebook(code("x = 1"))}
    root = folder(tmp_path / "class", {**HOSTILE, **good, "nothing/": b""})
    results = {source.name: read(source) for source in collect([root]).sources}
    assert len(results) == len(HOSTILE) + len(good) + 1
    for name, result in results.items():
        if "good" in name:
            assert sources_of(result) == ["x = 1"]
        else:
            said = reason(result)
            assert "; " in said, said
            assert len(said) < 400


KEYS = st.sampled_from(
    [
        "nbformat",
        "nbformat_minor",
        "metadata",
        "cells",
        "worksheets",
        "cell_type",
        "source",
        "input",
        "outputs",
        "output_type",
        "data",
        "text",
        "text/plain",
        "image/png",
        "ename",
        "grader",
        "question",
        "kernelspec",
        "language",
        "language_info",
        "name",
        "id",
        "level",
    ]
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
cell_types = st.sampled_from(["code", "markdown", "raw", "heading", "html", "sql", 3])
output_types = st.sampled_from(
    ["stream", "display_data", "execute_result", "error", "pyout", "pyerr"]
)
odd_outputs = st.dictionaries(KEYS, values, max_size=4).flatmap(
    lambda keys: output_types.map(lambda kind: {**keys, "output_type": kind})
)
odd_cells = st.builds(
    lambda keys, kind, outputs: {**keys, "cell_type": kind, "outputs": outputs},
    st.dictionaries(KEYS, values, max_size=4),
    cell_types,
    st.lists(odd_outputs, max_size=3) | values,
)
odd_notebooks = st.builds(
    lambda major, cells, worksheets, metadata, more: {
        **more,
        "nbformat": major,
        "metadata": metadata,
        **({"worksheets": [{"cells": cells}]} if worksheets else {"cells": cells}),
    },
    st.sampled_from([1, 2, 3, 4, 4, 4, 5, "4", None]),
    st.lists(odd_cells | values, max_size=4),
    st.booleans(),
    values,
    st.dictionaries(KEYS, values, max_size=3),
)


def cells_anywhere(content: Any) -> list[int]:
    """Return how many cells there are at the top and in all worksheets together."""
    sheets = content.get("worksheets")
    holders = sheets if isinstance(sheets, list) else []
    lists = [sheet.get("cells") for sheet in holders if isinstance(sheet, dict)]
    below = sum(len(cells) for cells in lists if isinstance(cells, list))
    return [len(content["cells"]) if isinstance(content.get("cells"), list) else 0, below]


@given(odd_notebooks | values)
def test_no_notebook_is_too_odd_to_be_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: Any
) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.ipynb"
    path.write_text(json.dumps(content))
    result = read_file(path)
    assert isinstance(result, Submission) or not result.ours, result
    if isinstance(result, Submission):
        assert len(result.cells) in cells_anywhere(content)
        assert result.cells or not any(cells_anywhere(content))
        json.dumps([cell.source for cell in result.cells]).encode()


@given(st.binary(), st.sampled_from([".ipynb", ".py", ".md", ".txt", ".tex", ".zip", ""]))
def test_no_bytes_under_any_name_raise_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"odd{suffix}"
    path.write_bytes(data)
    result = read_file(path)
    assert isinstance(result, Submission) or not result.ours, result


sound_outputs = st.builds(
    lambda name, text: {"output_type": "stream", "name": name, "text": text},
    st.sampled_from(["stdout", "stderr"]),
    st.text(),
)
sound_cells = st.builds(code, st.text(), outputs=st.lists(sound_outputs, max_size=3)) | st.builds(
    prose, st.text()
)


@given(st.lists(sound_cells), st.booleans())
def test_a_sound_notebook_is_read_as_it_was_written(cells: list[Any], split: bool) -> None:
    written = [
        {**cell, "source": cell["source"].splitlines(keepends=True)} if split else cell
        for cell in cells
    ]
    document = read_notebook(json.dumps(stored(*written)).encode(), "hw.ipynb")
    assert document.remarks == ()
    assert [cell.source for cell in document.cells] == [cell["source"] for cell in cells]
    assert [cell.kind for cell in document.cells] == [cell["cell_type"] for cell in cells]
    assert [[(o.kind, o.text) for o in cell.outputs] for cell in document.cells] == [
        [(o["name"], o["text"]) for o in cell.get("outputs", [])] for cell in cells
    ]


def test_a_source_is_plain_data_that_can_be_compared(tmp_path: Path) -> None:
    root = folder(tmp_path, {"ada.zip": zipped({"a.py": "x"}), "bob.py": "y"})
    first, second = collect([root]).sources, collect([root]).sources
    assert first == second
    assert all(isinstance(source, Source) and hash(source) for source in first)
