"""What a run shows of ordinary cells: one kernel runs them all, each test looks at its own."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader import values
from grader.run import CellStatus, Run, RunStatus
from grader.sandbox import Isolation
from tests.sandbox.runs import bound, cell, notebook, run, text

pytestmark = pytest.mark.sandbox

CELLS = {
    "plain": "x = 3\ny = x * 2\nprint('hello')\ny",
    "fails": "before = 1\n1 / 0\nafter = len('ab')",
    "after": "reached = before + 1",
    "rebinds": "x = 4",
    "same_again": "x = 4",
    "list": "steps = [1, 2]",
    "in_place": "steps.append(3)",
    "exec": "exec('by_exec = 1')\nglobals()['by_globals'] = 2\nfor in_loop in range(3): pass",
    "imports": "import math as tau\nfrom math import e",
    "equal_to_all": "class Yes:\n    def __eq__(self, other): return True\nanswer = Yes()",
    "warns": "import warnings\nwarnings.warn('careful')\nright = 42",
    "stderr": "import sys\nprint('on stderr', file=sys.stderr)",
    "magic": "%matplotlib inline\n%timeit -n1 -r1 pass",
    "await": "import asyncio\nawait asyncio.sleep(0)\nawaited = 5",
    "shell": "!echo from the shell; echo and its error >&2",
    "shell_fails": "!exit 3",
    "c_level": "import os\n_ = os.write(1, b'below python\\n')",
    "plot": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "html": "from IPython.display import HTML\nHTML('<b>bold</b>')",
    "exits": "kept = 1\nexit()\nnever = len('a')",
    "sys_exits": "import sys\nsys.exit(2)",
    "still_there": "after_exit = kept + 1",
    "input": "name = input('who? ')",
    "missing_file": "open('data.csv')",
    "absolute_path": "open('/home/ada/data.csv')",
    "missing_module": "import not_there_at_all",
    "no_magic": "%no_such_magic",
    "network": "import urllib.request\nurllib.request.urlopen('http://example.org', timeout=5)",
    "python2": "print 'old'",
    "unparsable": "1 +",
    "recursion": "def deep(n): return deep(n + 1)\ndeep(0)",
    "torch": "import torch\nw = torch.tensor(3.0, requires_grad=True)\n(w ** 2).backward()\n"
    "gradient = w.grad",
    "workers": "data = torch.utils.data.DataLoader(list(range(6)), batch_size=2, num_workers=2)\n"
    "batches = sum(1 for _ in data)",
    "hostile_error": "class Bad(Exception):\n    def __str__(self): raise Bad\nraise Bad",
    "shadowed": "open = print = len = sum = 7",
    "no_stdout": "import sys\nsys.stdout = sys.stderr = None",
    "after_no_stdout": "import builtins\nbuiltins.print('still printing')\nlast = 1",
}
NAMES = (
    *("x", "y", "before", "after", "reached", "steps", "by_exec", "by_globals", "in_loop", "tau"),
    *("e", "answer", "right", "awaited", "kept", "never", "after_exit", "gradient", "batches"),
    *("last", "open"),
)


@pytest.fixture(scope="module")
def seen(walled: Isolation) -> Run:
    return run(notebook(*CELLS.values()), walled, names=NAMES)


@pytest.fixture
def number() -> Callable[[str], int]:
    return lambda name: list(CELLS).index(name) + 1


def sentence(seen: Run, number: int) -> str:
    failure = cell(seen, number).failure
    assert failure is not None
    return failure.sentence


def test_a_run_with_failing_cells_reaches_its_end(seen: Run) -> None:
    assert seen.status is RunStatus.ERROR
    assert "cell 2" in seen.reason
    assert all(each.status in (CellStatus.OK, CellStatus.ERROR) for each in seen.cells)
    assert bound(seen, "last") == [1]


def test_a_run_is_measured(seen: Run) -> None:
    assert seen.isolation == "strict"
    assert seen.wall_seconds >= sum(each.seconds for each in seen.cells)
    assert 0.1 < seen.cpu_seconds < 100
    assert seen.peak_rss_bytes > 100 * 1024**2


def test_values_are_written_down_at_the_end_of_the_cell_that_binds_them(seen: Run) -> None:
    assert bound(seen, "x") == [3, 4, 4]
    assert [each.cell for each in seen.bindings if each.name == "x"] == [1, 4, 5]
    assert bound(seen, "y") == [6]


def test_outputs_are_kept_as_they_appeared(seen: Run) -> None:
    assert [(each.kind, each.text) for each in cell(seen, 1).outputs] == [
        ("stdout", "hello\n"),
        ("result", "6"),
    ]


def test_a_failing_cell_keeps_what_it_had_bound(seen: Run) -> None:
    assert bound(seen, "before") == [1]
    assert bound(seen, "after") == []
    assert bound(seen, "reached") == [2]


def test_a_failure_names_its_cell_and_line(seen: Run) -> None:
    failure = cell(seen, 2).failure
    assert failure is not None
    assert (failure.type, failure.cell, failure.line) == ("ZeroDivisionError", 2, 2)
    assert "1 / 0" in failure.trace
    assert "/opt/" not in failure.trace
    assert seen.first_failure() == failure


def test_a_change_in_place_leaves_the_snapshot_alone_and_is_noticed(
    seen: Run, number: Callable[[str], int]
) -> None:
    assert bound(seen, "steps") == [[1, 2]]
    (change,) = seen.changes
    assert (change.name, change.cell) == ("steps", number("in_place"))
    assert values.to_python(change.value) == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "value"), [("by_exec", 1), ("by_globals", 2), ("in_loop", 2), ("e", 2.718281828459045)]
)
def test_every_way_of_binding_is_noticed(seen: Run, name: str, value: float) -> None:
    assert bound(seen, name) == [value]


def test_a_module_is_no_value(seen: Run) -> None:
    assert bound(seen, "tau") == [values.Opaque(type="module")]


def test_an_object_that_equals_everything_is_opaque(seen: Run) -> None:
    assert bound(seen, "answer") == [values.Opaque(type="Yes")]


def test_a_warning_is_shown_and_no_failure(seen: Run, number: Callable[[str], int]) -> None:
    assert "careful" in text(seen, number("warns"), "stderr")
    assert cell(seen, number("warns")).status is CellStatus.OK
    assert bound(seen, "right") == [42]


def test_standard_error_is_told_apart(seen: Run, number: Callable[[str], int]) -> None:
    assert text(seen, number("stderr"), "stderr") == "on stderr\n"
    assert text(seen, number("stderr")) == ""


def test_notebook_commands_work(seen: Run, number: Callable[[str], int]) -> None:
    assert cell(seen, number("magic")).status is CellStatus.OK
    assert "loop" in text(seen, number("magic"))


def test_top_level_await_works(seen: Run) -> None:
    assert bound(seen, "awaited") == [5]


def test_a_shell_line_shows_its_output(seen: Run, number: Callable[[str], int]) -> None:
    assert text(seen, number("shell")) == "from the shell\nand its error\n"


def test_a_failing_shell_line_says_so(seen: Run, number: Callable[[str], int]) -> None:
    assert "exit code 3" in text(seen, number("shell_fails"), "stderr")


def test_output_below_python_appears(seen: Run, number: Callable[[str], int]) -> None:
    assert text(seen, number("c_level")) == "below python\n"


def test_a_plot_is_captured_without_being_asked_for(
    seen: Run, number: Callable[[str], int]
) -> None:
    forms = [dict(each.data) for each in cell(seen, number("plot")).outputs]
    (image,) = [each["image/png"] for each in forms if "image/png" in each]
    assert base64.b64decode(image).startswith(b"\x89PNG")


def test_other_forms_of_a_result_are_kept(seen: Run, number: Callable[[str], int]) -> None:
    (output,) = cell(seen, number("html")).outputs
    assert dict(output.data) == {"text/html": "<b>bold</b>"}


def test_exit_ends_its_cell_and_nothing_else(seen: Run, number: Callable[[str], int]) -> None:
    assert bound(seen, "kept") == [1]
    assert bound(seen, "never") == []
    assert bound(seen, "after_exit") == [2]
    assert "exit()" in sentence(seen, number("exits"))
    assert "exit()" in sentence(seen, number("sys_exits"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("input", "nobody answers"),
        ("missing_file", "`data.csv`"),
        ("absolute_path", "another computer"),
        ("missing_module", "`not_there_at_all` is not installed"),
        ("no_magic", "no_such_magic"),
        ("network", "network"),
        ("python2", "Python 2"),
        ("unparsable", "not valid Python"),
        ("recursion", "calls itself"),
    ],
)
def test_a_usual_failure_has_a_plain_sentence(
    seen: Run, number: Callable[[str], int], name: str, words: str
) -> None:
    assert words in sentence(seen, number(name))


def test_a_long_traceback_is_cut(seen: Run, number: Callable[[str], int]) -> None:
    failure = cell(seen, number("recursion")).failure
    assert failure is not None
    assert "more calls" in failure.trace
    assert len(failure.trace) < 10_000


def test_a_tensor_keeps_its_dtype(seen: Run) -> None:
    (gradient,) = [each.value for each in seen.bindings if each.name == "gradient"]
    assert isinstance(gradient, values.Array)
    assert (gradient.library, gradient.dtype, gradient.shape) == ("torch", "float32", ())
    assert values.to_python(gradient) == 6.0


def test_data_loader_workers_work(seen: Run) -> None:
    assert bound(seen, "batches") == [3]


def test_an_exception_whose_text_fails_is_still_named(
    seen: Run, number: Callable[[str], int]
) -> None:
    failure = cell(seen, number("hostile_error")).failure
    assert failure is not None
    assert failure.type == "Bad"


def test_a_variable_may_be_called_open(seen: Run) -> None:
    assert bound(seen, "open") == [7]


def test_lost_standard_output_comes_back(seen: Run, number: Callable[[str], int]) -> None:
    assert text(seen, number("after_no_stdout")) == "still printing\n"


def test_a_run_works_where_the_caller_already_runs_an_event_loop(walled: Isolation) -> None:
    async def inside_a_loop() -> Run:
        return run(notebook("x = 3"), walled, names=("x",))

    with ThreadPoolExecutor(1) as free_of_loops:
        seen = free_of_loops.submit(asyncio.run, inside_a_loop()).result()
    assert bound(seen, "x") == [3]
