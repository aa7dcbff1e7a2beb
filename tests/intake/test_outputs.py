from __future__ import annotations

from grader.intake.notebook import read_notebook
from grader.intake.outputs import MAX_IMAGE_TEXT, MAX_OUTPUT_TEXT, MAX_OUTPUTS
from grader.submission import Cell, Output
from tests.intake.making import code, notebook


def cells(data: bytes) -> tuple[Cell, ...]:
    return read_notebook(data, "hw.ipynb").cells


def remarks(data: bytes) -> str:
    return " ".join(read_notebook(data, "hw.ipynb").remarks)


def test_all_kinds_of_stored_outputs_are_kept() -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
        {"output_type": "stream", "name": "stderr", "text": "careful"},
        {
            "output_type": "execute_result",
            "metadata": {},
            "execution_count": 1,
            "data": {"text/plain": ["0.", "119"], "text/html": "<b>0.119</b>"},
        },
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {
                "image/png": "iVBORw0KGgo=",
                "text/plain": "<Figure>",
                "application/javascript": "alert(1)",
                "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
            },
        },
        {"output_type": "error", "ename": "KeyError", "evalue": "'w'", "traceback": ["x"] * 9},
    ]
    (cell,) = cells(notebook(code("x", outputs=outputs)))
    assert cell.outputs == (
        Output(kind="stdout", text="a\nb\n"),
        Output(kind="stderr", text="careful"),
        Output(kind="result", text="0.119", data=(("text/html", "<b>0.119</b>"),)),
        Output(kind="display", text="<Figure>", data=(("image/png", "iVBORw0KGgo="),)),
        Output(kind="error", text="KeyError: 'w'"),
    )


def test_a_huge_stored_output_is_cut_and_said() -> None:
    outputs = [{"output_type": "stream", "name": "stdout", "text": "9" * (MAX_OUTPUT_TEXT + 1)}]
    data = notebook(code("x", outputs=outputs))
    assert cells(data)[0].outputs[0].text == "9" * MAX_OUTPUT_TEXT
    assert "was cut" in remarks(data)


def test_an_output_of_just_the_limit_is_whole() -> None:
    outputs = [{"output_type": "stream", "name": "stdout", "text": "9" * MAX_OUTPUT_TEXT}]
    data = notebook(code("x", outputs=outputs))
    assert len(cells(data)[0].outputs[0].text) == MAX_OUTPUT_TEXT
    assert remarks(data) == ""


def test_a_huge_picture_is_dropped_and_its_text_kept() -> None:
    picture = {"image/png": "A" * (MAX_IMAGE_TEXT + 1), "text/plain": "<Figure>"}
    outputs = [{"output_type": "display_data", "metadata": {}, "data": picture}]
    data = notebook(code("x", outputs=outputs))
    assert cells(data)[0].outputs == (Output(kind="display", text="<Figure>"),)
    assert "image/png is too large" in remarks(data)


def test_the_number_of_stored_outputs_is_bounded() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "x"}
    data = notebook(code("x", outputs=[output] * (MAX_OUTPUTS + 1)))
    assert len(cells(data)[0].outputs) == MAX_OUTPUTS
    assert f"more than {MAX_OUTPUTS} outputs" in remarks(data)
