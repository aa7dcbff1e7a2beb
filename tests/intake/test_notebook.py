from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.errors import SubmissionError
from grader.intake.document import MAX_REMARKS
from grader.intake.notebook import read_notebook
from grader.intake.source import MAX_CELLS
from grader.submission import Cell, Output
from tests.intake.making import code, notebook, prose, stored

REAL = Path(__file__).parents[3] / "shared" / "data" / "real-submission" / "submission.ipynb"


def cells(data: bytes) -> tuple[Cell, ...]:
    return read_notebook(data, "hw.ipynb").cells


def remarks(data: bytes) -> str:
    return " ".join(read_notebook(data, "hw.ipynb").remarks)


def refusal(data: bytes) -> str:
    with pytest.raises(SubmissionError, match=r"^hw\.ipynb: ") as raised:
        read_notebook(data, "hw.ipynb")
    return str(raised.value)


def test_a_sound_notebook_is_read_cell_by_cell_without_remarks() -> None:
    document = read_notebook(notebook(prose("# Title"), code(["x = 1\n", "x"])), "hw.ipynb")
    assert document.kind == "notebook"
    assert document.cells == (
        Cell(number=1, kind="markdown", source="# Title"),
        Cell(number=2, kind="code", source="x = 1\nx"),
    )
    assert document.remarks == ()


@pytest.mark.parametrize("version", [3, 2])
def test_old_formats_are_read(version: int) -> None:
    outputs = [
        {"output_type": "pyout", "text": ["0.119"], "prompt_number": 1, "png": "iVBO"},
        {"output_type": "stream", "stream": "stderr", "text": "careful"},
        {"output_type": "pyerr", "ename": "KeyError", "evalue": "'w'", "traceback": []},
    ]
    sheet = [
        {"cell_type": "markdown", "source": ["text"]},
        {"cell_type": "code", "language": "python", "input": ["x = 1"], "outputs": outputs},
    ]
    more = [{"cell_type": "code", "language": "python", "input": "y = 2", "outputs": []}]
    worksheets = [{"cells": sheet}, {"cells": more}]
    old = {"nbformat": version, "nbformat_minor": 0, "metadata": {"name": "hw"}}
    read = cells(json.dumps({**old, "worksheets": worksheets}).encode())
    assert [(cell.number, cell.kind, cell.source) for cell in read] == [
        (1, "markdown", "text"),
        (2, "code", "x = 1"),
        (3, "code", "y = 2"),
    ]
    assert read[1].outputs == (
        Output(kind="result", text="0.119", data=(("image/png", "iVBO"),)),
        Output(kind="stderr", text="careful"),
        Output(kind="error", text="KeyError: 'w'"),
    )


def test_a_heading_of_format_3_is_a_markdown_cell() -> None:
    worksheet = {"cells": [{"cell_type": "heading", "level": 2, "source": ["Part b"]}]}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [worksheet]}
    (cell,) = cells(json.dumps(old).encode())
    assert (cell.kind, cell.source) == ("markdown", "## Part b")


@pytest.mark.parametrize(
    ("said", "cells_in", "remark"),
    [
        (None, "cells", "does not say its format's version"),
        ("4", "cells", "does not say its format's version"),
        (None, "worksheets", "does not say its format's version"),
        (3, "cells", "says nbformat 3 and has the shape of 4"),
        (4, "worksheets", "says nbformat 4 and has the shape of 3"),
    ],
)
def test_a_version_that_contradicts_the_shape_loses_no_cell(
    said: Any, cells_in: str, remark: str
) -> None:
    cell = code("x = 1") if cells_in == "cells" else {"cell_type": "code", "input": "x = 1"}
    damaged: dict[str, Any] = {"metadata": {}, "nbformat": said}
    damaged[cells_in] = [cell] if cells_in == "cells" else [{"cells": [cell]}]
    data = json.dumps(damaged).encode()
    assert [cell.source for cell in cells(data)] == ["x = 1"]
    assert remark in remarks(data)


@pytest.mark.parametrize("version", [2, 3, 4, None])
@pytest.mark.parametrize("empty", [[], None, True])
def test_an_empty_list_of_cells_does_not_hide_a_full_one(version: Any, empty: Any) -> None:
    old = {"cell_type": "code", "input": "x = 1", "outputs": []}
    for damaged in (
        {"cells": empty, "worksheets": [{"cells": [old]}]},
        {"cells": [code("x = 1")], "worksheets": empty},
        {"cells": [code("x = 1")], "worksheets": [{"cells": empty}]},
    ):
        data = json.dumps({"metadata": {}, "nbformat": version, **damaged}).encode()
        assert [cell.source for cell in cells(data)] == ["x = 1"]


@pytest.mark.parametrize(
    ("cell", "remark"),
    [
        ({"cell_type": "code", "source": "x = 1", "outputs": []}, "no metadata"),
        ({"cell_type": "code", "source": "x = 1", "metadata": {}}, "no list of outputs"),
        ({"cell_type": "code", "source": "x = 1", "outputs": None}, "no list of outputs"),
        ({"cell_type": "code", "source": "x = 1"}, "no execution count"),
        (code("x = 1", metadata=None), "no metadata"),
        (code("x = 1", outputs={"a": 1}), "no list of outputs"),
        (code("x = 1", outputs=[7]), "A stored output is damaged and was dropped"),
        (code("x = 1", outputs=[{"output_type": "pyout"}]), "A stored output is damaged"),
        ({**code(""), "source": None, "input": "x = 1"}, "Cell 1 has no text"),
    ],
)
def test_what_is_missing_in_a_cell_is_put_in_and_said(cell: dict[str, Any], remark: str) -> None:
    data = notebook(cell, code("y = 2"))
    read = cells(data)
    assert read[0].kind == "code"
    assert read[0].source in ("x = 1", "")
    assert read[0].outputs == ()
    assert read[1].source == "y = 2"
    assert remark in remarks(data)


@pytest.mark.parametrize(
    ("cell", "remark"),
    [
        ({"source": "x = 1"}, "Cell 1 has no cell type"),
        ({"cell_type": None, "source": "x = 1"}, "Cell 1 has no cell type"),
        ({"cell_type": "sql", "source": "x = 1"}, "Cell 1 has the unknown type 'sql'"),
        (None, "Cell 1 has no cell type"),
        ("x = 1", "Cell 1 has no cell type"),
    ],
)
def test_a_cell_of_no_type_keeps_its_place_and_never_runs(cell: Any, remark: str) -> None:
    data = notebook(cell, code("y = 2"))
    first, second = cells(data)
    assert first.kind == "raw"
    assert (second.number, second.kind, second.source) == (2, "code", "y = 2")
    assert remark in remarks(data)


@pytest.mark.parametrize("source", [7, {"a": 1}, ["x", 1], None])
def test_a_source_that_is_no_text_is_said_and_costs_no_other_cell(source: Any) -> None:
    data = notebook(code(source), code("y = 2"))
    assert [cell.source for cell in cells(data)] == ["", "y = 2"]
    assert "Cell 1 has " in remarks(data)


@pytest.mark.parametrize(
    ("minor", "ids", "remark"),
    [
        (5, ["a", "a"], "cells with the same id"),
        (5, ["a", None], "cells without an id"),
        (4, ["a", "b"], "does not know"),
        (None, [None, None], "does not say its format's minor version"),
        ("5", ["a", "b"], "does not say its format's minor version"),
        (99, ["a", "b"], ""),
        (5, ["a", "b"], ""),
    ],
)
def test_nothing_depends_on_ids_and_minor_versions(
    minor: Any, ids: list[str | None], remark: str
) -> None:
    pair = [{**code(f"x = {i}"), **({"id": id_} if id_ else {})} for i, id_ in enumerate(ids)]
    data = notebook(*pair, nbformat_minor=minor)
    assert [cell.source for cell in cells(data)] == ["x = 0", "x = 1"]
    assert remark in remarks(data)
    assert bool(remark) == bool(remarks(data))


NBGRADER = {"schema_version": 3, "solution": True, "grade_id": "q1", "locked": True}


@pytest.mark.parametrize(
    "metadata",
    [
        {"nbgrader": {**NBGRADER, "grade": False}},
        {"nbgrader": {**NBGRADER, "schema_version": 1}},
        {"nbgrader": {"grade_id": "stray"}},
        {"nbgrader": ["nonsense"]},
        {"tags": ["skip-execution", "raises-exception"]},
        {"tags": 7, "name": 3, "jupyter": {"source_hidden": 1}},
        {"trusted": True, "deletable": False, "editable": False},
    ],
)
def test_metadata_of_other_tools_has_no_influence(metadata: dict[str, Any]) -> None:
    copied = code("x = 1", metadata=metadata)
    data = notebook(copied, copied, {**copied, "cell_type": "markdown"})
    read = cells(data)
    assert [cell.kind for cell in read] == ["code", "code", "markdown"]
    assert {cell.source for cell in read} == {"x = 1"}
    assert read_notebook(data, "hw.ipynb") == read_notebook(
        notebook(code("x = 1"), code("x = 1"), {**code("x = 1"), "cell_type": "markdown"}),
        "hw.ipynb",
    )


def test_a_code_cell_turned_into_text_is_read_as_text_and_its_outputs_dropped() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "1"}
    data = notebook({**code("x = 1", outputs=[output]), "cell_type": "markdown"})
    (cell,) = cells(data)
    assert (cell.kind, cell.source, cell.outputs) == ("markdown", "x = 1", ())
    assert "text cell has stored outputs" in remarks(data)


@pytest.mark.parametrize(
    ("metadata", "answers"),
    [
        ({"grader": {"question": "vgg.total_params"}}, "vgg.total_params"),
        ({"grader": {"question": "x" * 101}}, ""),
        ({"grader": {"question": "a\nb"}}, ""),
        ({"grader": {"question": ["a"]}}, ""),
        ({"grader": "a.b"}, ""),
        ({"grader": {}}, ""),
        ([], ""),
    ],
)
def test_the_starters_tag_is_read_if_it_is_a_short_name(metadata: Any, answers: str) -> None:
    assert cells(notebook(code("x", metadata=metadata)))[0].answers == answers


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
        {"kernelspec": {"name": "my env [conda]", "display_name": "?"}},
        {"kernelspec": {"name": "dl-2023", "language": "Python"}},
        {"kernelspec": {"name": "pysparkkernel", "language": "PySpark"}},
        {"kernelspec": {"language": "python"}, "language_info": {"name": "R"}},
        {"kernelspec": 7, "language_info": ["python"]},
        {"language_info": {"name": "ipython", "version": "3.11"}},
        {"colab": {"provenance": []}, "accelerator": "GPU"},
    ],
)
def test_any_python_kernel_and_none_at_all_are_welcome(metadata: dict[str, Any]) -> None:
    assert remarks(notebook(code("x"), metadata=metadata)) == ""


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, "R"),
        ({"language_info": {"name": "julia"}}, "julia"),
        ({"kernelspec": {"name": "sagemath", "language": ""}}, "Sage"),
        ({"kernelspec": {"name": "sagemath"}, "language_info": {"name": "python"}}, "Sage"),
        ({"kernelspec": {"name": "python3", "language": "sage"}}, "sage"),
        ({"language": "Julia"}, "Julia"),
    ],
)
def test_another_language_is_refused_with_its_name(metadata: dict[str, Any], language: str) -> None:
    said = refusal(notebook(code("x"), metadata=metadata))
    assert f"is written in {language}," in said
    assert "Python 3" in said


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "python2", "language": "python"}},
        {"kernelspec": {"name": "python2"}},
        {"kernelspec": {"name": "old"}, "language_info": {"name": "python", "version": "2.7.9"}},
    ],
)
def test_a_python_2_notebook_is_read_as_python_3_and_says_so(metadata: dict[str, Any]) -> None:
    assert "written for Python 2" in remarks(notebook(code("x"), metadata=metadata))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"hello", "line 1, column 1: is not valid JSON"),
        (b'{\n "cells": [\n  1,\n  oops', "line 4, column 3: is not valid JSON"),
        (notebook(code("x"))[:-20], "is not valid JSON"),
        (notebook(code("x")) + b"<<<<<<< HEAD", "is not valid JSON"),
        (b"[]", "is JSON but no notebook"),
        (b"7", "is JSON but no notebook"),
        (b'{"type": "FeatureCollection"}', "is JSON but no notebook"),
        (b'{"nbformat": 4, "cells": 7}', "is JSON but no notebook"),
        (b'{"nbformat": 3, "worksheets": [7]}', "is JSON but no notebook"),
        (b'{"nbformat": 5, "cells": []}', "(nbformat 5) is newer than 4"),
        (b'{"nbformat": 1, "cells": []}', "(nbformat 1) is older than 2"),
        (b'{"nbformat": ' + b"9" * 5000 + b"}", "thousands of digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"\x93NUMPY\xff\xfe", "is not UTF-8"),
        (b"%PDF-1.4", "is a PDF in spite of its name"),
        (b"PK\x03\x04rest", "is a ZIP or an office document"),
        (b"\n<!DOCTYPE html><html>", "is a web page"),
        (b"\x89PNG\r\n", "is a picture"),
        (notebook(*[code("")] * (MAX_CELLS + 1)), f"more than {MAX_CELLS}"),
    ],
)
def test_what_is_no_notebook_is_refused_with_place_and_remedy(data: bytes, said: str) -> None:
    sentence = refusal(data)
    assert said in sentence
    assert "; " in sentence


@pytest.mark.parametrize(
    ("encoding", "remark"),
    [
        ("utf-8", ""),
        ("utf-8-sig", "byte-order mark"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
    ],
)
def test_every_unicode_encoding_is_read(encoding: str, remark: str) -> None:
    text = json.dumps(stored(code("größe = 'µ'")), ensure_ascii=False)
    data = text.encode(encoding)
    assert cells(data)[0].source == "größe = 'µ'"
    assert remark in remarks(data)
    assert bool(remark) == bool(remarks(data))


def test_half_characters_become_ones_that_can_be_written() -> None:
    data = json.dumps(stored(code("a = '\ud83d\ude00 \ud800'"))).encode()
    (cell,) = cells(data)
    assert cell.source == "a = '😀 \ufffd'"
    cell.source.encode()


def test_deeply_nested_metadata_does_no_harm() -> None:
    deep: Any = {}
    for _ in range(400):
        deep = {"a": deep}
    (cell,) = cells(notebook(code("x", metadata=deep), metadata=deep))
    assert cell.source == "x"


def test_a_notebook_damaged_everywhere_has_a_bounded_list_of_remarks() -> None:
    document = read_notebook(notebook(*[None] * 100), "hw.ipynb")
    assert len(document.cells) == 100
    assert len(document.remarks) == MAX_REMARKS
    assert "81 more" in document.remarks[-1]


def test_a_real_hand_in_is_read_without_a_remark() -> None:
    if not REAL.exists():
        pytest.skip("the real hand-in is not part of the project")
    document = read_notebook(REAL.read_bytes(), "submission.ipynb")
    assert [cell.kind for cell in document.cells] == ["markdown", "code"] * 3
    assert document.remarks == ()
    assert all(cell.outputs for cell in document.cells if cell.kind == "code")
