"""What surprises in a fresh run is told from the saved notebook, in words that name the cells."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader import intake, sandbox
from grader.handout.differs import differences
from grader.probe import Limits, Probe
from grader.submission import Submission
from tests.conftest import TINY_COURSE, Ended
from tests.given import hand_out


def cell(source: str, ran: int | None = None, *, gave: str = "", printed: str = "") -> Any:
    outputs = []
    if printed:
        outputs.append(new_output("stream", name="stdout", text=printed))
    if gave:
        outputs.append(new_output("execute_result", data={"text/plain": gave}))
    return new_code_cell(source, execution_count=ran, outputs=outputs)


def told(tmp_path: Path, *cells: Any) -> tuple[str, ...]:
    path = tmp_path / "mine.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return of(path)


def of(path: Path) -> tuple[str, ...]:
    read = intake.read_file(path)
    assert isinstance(read, Submission)
    run = sandbox.run(read, Probe(names=()), Limits(), sandbox.isolation("none"))
    return differences(read, run)


def test_a_notebook_that_ran_once_from_the_top_differs_in_nothing(tmp_path: Path) -> None:
    cells = [
        cell("x = 3", 1),
        new_markdown_cell("text"),
        cell("print(x)\nx + 1", 2, gave="4", printed="3\n"),
        cell("object()", 3, gave="<object at 0x7f0000000000>"),
        cell("import time\ntime.time()", 7, gave="1.5"),
    ]
    assert told(tmp_path, *cells) == ()


def test_a_notebook_that_was_never_run_differs_in_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, cell("x = 3"), cell("x")) == ()


FOUND: list[tuple[Sequence[Any], list[str]]] = [
    (
        [cell("y = x + 1", 2), cell("x = 3", 1)],
        [
            "`x` is used in cell 1 and defined only below it, in cell 2",
            "cell 1 was run after cell 2",
        ],
    ),
    ([cell("y = x + 1", 4)], ["`x` is used in cell 1, and no cell defines it", "left over"]),
    ([cell("def f():\n    return gone\n\nf()", 4)], ["`gone` is used in cell 1, and no cell"]),
    ([cell("a = 1", 1), cell("b = 2")], ["no run of cell 2"]),
    ([cell("a = 1", 1), cell("a + 1", 2, gave="7")], ["cell 2 shows `7`", "gives `2` here"]),
    ([cell("a = 1", 1), cell("a;", 2, gave="7")], ["cell 2 shows `7`", "gives nothing here"]),
    ([cell("1 / 0", 1, gave="1")], ["cell 1 shows `1` in your file, and fails here (ZeroDivision"]),
    ([cell("open('data.csv')", 1)], ["`data.csv`, which cell 1 opens, is not there at grading"]),
    (
        [cell("open('/home/nobody/data.csv')", 1)],
        ["`/home/nobody/data.csv`, which cell 1 opens, is a place on one machine"],
    ),
    (
        [cell("place = '/Users/ada/data.csv'", 1)],
        ["cell 1 names `/Users/ada/data.csv`, a place on your own machine"],
    ),
    ([cell("place = 'C:\\\\work\\\\data.csv'", 1)], ["a place on your own machine"]),
]


@pytest.mark.parametrize(("cells", "said"), FOUND)
def test_each_difference_is_told_with_its_cell(
    tmp_path: Path, cells: Sequence[Any], said: list[str]
) -> None:
    sentences = " ".join(told(tmp_path, *cells))
    for one in said:
        assert one in sentences


def test_a_module_has_no_numbers_and_is_told_of_files_and_names(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("y = x + 1\n\nx = 3\n\nopen('data.csv')\n")
    first, second = of(path)
    assert "`x` is used in line 1 and defined only below it, in line 3" in first
    assert "`data.csv`, which line 5 opens" in second


def test_many_differences_of_one_sort_are_bounded(tmp_path: Path) -> None:
    many = [cell(f"a{n} = 1\na{n}", n, gave="2") for n in range(1, 30)]
    assert len(told(tmp_path, *many)) == 3


STRANGE = [True, -1, 10**30, "7", 1.5, None, [1]]


@pytest.mark.parametrize("count", STRANGE)
def test_a_strange_execution_count_counts_as_none(tmp_path: Path, count: Any) -> None:
    path = tmp_path / "mine.ipynb"
    made = new_notebook(cells=[cell("x = 3", 1)])
    text = nbformat.writes(made).replace('"execution_count": 1', '"execution_count": @')
    path.write_text(text.replace("@", json.dumps(count)))
    read = intake.read_file(path)
    assert isinstance(read, Submission)
    assert read.cells[0].executed == 0


def test_the_command_tells_them_below_the_table(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    folder = hand_out("circles", tmp_path / "given")
    mine = folder / "mine.ipynb"
    nbformat.write(new_notebook(cells=[cell("disc_area = r * 2", 2), cell("r = 3", 1)]), mine)
    ended = command("check", mine)
    assert ended.code == 1
    below = ended.out.partition("Otherwise than in your notebook:")[2]
    assert "- `r` is used in cell 1 and defined only below it, in cell 2" in below
    shutil.copy(TINY_COURSE / "exercises/circles/submissions/correct/all_right.py", folder)
    assert "Otherwise than" not in command("check", folder / "all_right.py").out
