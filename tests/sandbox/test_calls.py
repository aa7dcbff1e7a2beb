"""Calls of learners' functions, and what is salvaged of failed cells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.probe import Argument, Call, FunctionProbe, Limits, PictureCalls
from grader.run import CellStatus, Run, RunStatus
from grader.sandbox import Isolation
from grader.values import Array, Nothing, Opaque, from_python
from tests.sandbox.runs import (
    bound,
    cell,
    function,
    module,
    notebook,
    question,
    returned,
    run,
)

pytestmark = pytest.mark.sandbox

CELLS = (
    "import math\nLR = 0.1\ndef helper(x): return x * 2",
    "def uses_helper(x): return helper(x) + LR",
    "def helper(x): return -1\nLR = 99",
    "def needs_later(x): return defined_later(x)",
    "def defined_later(x): return x + 1",
    "def mutates(items, extra):\n    items.append(extra)\n    return items",
    "def keeps(seen, add):\n    global history\n    history = globals().get('history', 0) + add\n"
    "    return history",
    "def prints(x): print('value:', x)",
    "def raises(x):\n    return x / 0",
    "def leaves(x):\n    raise SystemExit",
    "def slow(x):\n    while x: pass\n    return 'quick'",
    "def arrays(a):\n    return a * 2, a.dtype.name, type(a).__name__",
    "import torch\ndef tensors(t): return (t * 2).sum()",
    "async def waits(x): return x",
    "def overwritten(x): return x + 1\nresult = overwritten(1)",
    "overwritten = overwritten(1)",
    "not_a_function = 5",
    "def few(a, b): return a",
    "def old(x): return x",
    "import functools\n@functools.lru_cache\ndef cached(x): return x",
    "def closes(x):\n    import sys\n    sys.stdout.close()\n    sys.stdout = None\n    return x",
    "def last(x): return x",
)
ARRAY = np.array([1.5, 2.5], dtype=np.float32)


def tensor() -> Any:
    return Array(
        library="torch",
        dtype="float64",
        shape=(2,),
        data=from_python(np.array([1.0, 2.0])).data,  # type: ignore[union-attr]
    )


def with_value(name: str, value: Any) -> Any:
    call = Call(arguments=(("t", value),))
    return FunctionProbe(
        question=f"task.{name}", names=(name,), arguments=(Argument(name="t"),), calls=(call,)
    )


FUNCTIONS = (
    function("uses_helper", {"x": 3}),
    function("needs_later", {"x": 3}),
    function("mutates", {"items": [1], "extra": 2}, {"items": [1], "extra": 3}),
    function("keeps", {"seen": 0, "add": 1}, {"seen": 0, "add": 1}),
    function("prints", {"x": 3}),
    function("raises", {"x": 3}),
    function("leaves", {"x": 3}),
    function("slow", {"x": True}, {"x": True}, {"x": True}, {"x": False}),
    function("arrays", {"a": ARRAY}),
    with_value("tensors", tensor()),
    function("waits", {"x": 1}),
    function("overwritten", {"x": 1}),
    function("not_a_function", {"x": 1}),
    function("few", {"a": 1, "b": 2, "c": 3}),
    function("new", {"x": 1}, aliases=("old",)),
    function("absent", {"x": 1}),
    function("cached", {"x": 1}),
    function("closes", {"x": 1}),
    function("last", {"x": 7}),
)


@pytest.fixture(scope="module")
def seen(walled: Isolation) -> Run:
    return run(notebook(*CELLS), walled, functions=FUNCTIONS, limits=Limits(call_seconds=1.0))


def values_of(seen: Run, name: str) -> list[Any]:
    return [returned(each) for each in question(seen, name).results]


def test_calls_leave_the_run_s_status_alone(seen: Run) -> None:
    assert seen.status is RunStatus.OK
    assert values_of(seen, "last") == [7]


def test_a_function_sees_the_names_of_its_own_cell_and_not_later_ones(seen: Run) -> None:
    assert values_of(seen, "uses_helper") == [6.1]
    assert question(seen, "uses_helper").cell == 2


def test_a_helper_from_a_later_cell_is_found(seen: Run) -> None:
    assert values_of(seen, "needs_later") == [4]


def test_each_call_has_its_own_arguments_and_a_mutation_is_noticed(seen: Run) -> None:
    assert values_of(seen, "mutates") == [[1, 2], [1, 3]]
    assert [each.mutated for each in question(seen, "mutates").results] == [("items",)] * 2


def test_each_call_has_an_untouched_namespace(seen: Run) -> None:
    assert values_of(seen, "keeps") == [1, 1]


def test_what_a_call_prints_is_kept_and_not_its_value(seen: Run) -> None:
    (result,) = question(seen, "prints").results
    assert (result.value, result.printed) == (Nothing(), "value: 3\n")


def test_an_exception_is_told_with_its_place(seen: Run) -> None:
    (result,) = question(seen, "raises").results
    assert result.value is None
    assert result.failure is not None
    assert (result.failure.type, result.failure.cell, result.failure.line) == (
        "ZeroDivisionError",
        9,
        2,
    )


def test_a_function_that_exits_fails_alone(seen: Run) -> None:
    (result,) = question(seen, "leaves").results
    assert result.failure is not None
    assert result.failure.type == "SystemExit"


def test_endless_calls_time_out_and_do_not_use_up_the_run(seen: Run) -> None:
    first, second, third, fourth = question(seen, "slow").results
    assert first.timed_out and second.timed_out
    assert first.value is None
    assert "2 calls before" in third.refusal
    assert fourth.refusal


def test_arrays_arrive_as_arrays(seen: Run) -> None:
    doubled, dtype, kind = values_of(seen, "arrays")[0]
    assert doubled.tolist() == [3.0, 5.0]
    assert (dtype, kind) == ("float32", "ndarray")


def test_tensors_arrive_as_tensors(seen: Run) -> None:
    (result,) = question(seen, "tensors").results
    assert isinstance(result.value, Array)
    assert result.value.library == "torch"
    assert returned(result) == 6.0


def test_a_coroutine_is_no_value(seen: Run) -> None:
    (result,) = question(seen, "waits").results
    assert isinstance(result.value, Opaque)


def test_a_function_overwritten_by_its_own_result_is_still_called(seen: Run) -> None:
    assert values_of(seen, "overwritten") == [2]
    assert question(seen, "overwritten").cell == 15


def test_a_number_is_not_called(seen: Run) -> None:
    assert question(seen, "not_a_function").refusal == "`not_a_function` is not a function here."


def test_a_wrong_signature_is_explained(seen: Run) -> None:
    assert question(seen, "few").refusal == ("`few` takes 3 arguments here; yours takes 2: a, b.")


def test_an_alias_is_used_where_the_contract_s_name_is_absent(seen: Run) -> None:
    assert question(seen, "new").name == "old"
    assert values_of(seen, "new") == [1]


def test_a_function_that_is_not_there_has_no_run(seen: Run) -> None:
    assert all(each.question != "task.absent" for each in seen.functions)


def test_a_decorated_function_is_called_as_it_is(seen: Run) -> None:
    assert values_of(seen, "cached") == [1]


def test_closing_standard_output_harms_nothing(seen: Run) -> None:
    assert values_of(seen, "closes") == [1]


def test_the_definitions_of_a_failed_cell_are_salvaged(walled: Isolation) -> None:
    seen = run(
        notebook(
            "SCALE = 5",
            "import no_such_module\nimport math\nSCALE = 2\nanswer = 7\ncomputed = math.sqrt(4)\n"
            "def scaled(x): return math.floor(x * SCALE)",
            "untouched = SCALE",
        ),
        walled,
        names=("answer", "computed", "untouched", "SCALE"),
        functions=(function("scaled", {"x": 3}),),
    )
    assert cell(seen, 2).salvaged
    assert cell(seen, 2).status is CellStatus.ERROR
    assert [(each.name, each.salvaged) for each in seen.bindings] == [
        ("SCALE", False),
        ("untouched", False),
        ("answer", True),
        ("scaled", True),
    ]
    assert bound(seen, "answer") == [7]
    assert question(seen, "scaled").salvaged
    assert values_of(seen, "scaled") == [6]


def test_the_rest_of_a_cell_with_a_syntax_error_is_salvaged(walled: Isolation) -> None:
    seen = run(
        notebook("def f(x):\n    return x + 1\nprint 'old style'\nconstant = 4"),
        walled,
        names=("constant",),
        functions=(function("f", {"x": 1}),),
    )
    assert bound(seen, "constant") == [4]
    assert values_of(seen, "f") == [2]


def test_a_failed_cell_is_left_alone_if_nothing_is_missing(walled: Isolation) -> None:
    seen = run(notebook("x = 1", "1 / 0\nx = 2"), walled, names=("x",))
    assert bound(seen, "x") == [1]
    assert not cell(seen, 2).salvaged


def test_the_statements_of_a_module_are_named_by_their_lines(walled: Isolation) -> None:
    seen = run(
        module((1, "import no_such_module"), (4, "def f(x):\n    return 1 / x"), (9, "y = f(0)")),
        walled,
        functions=(function("f", {"x": 2}),),
    )
    assert "line 1" in seen.reason
    assert values_of(seen, "f") == [0.5]
    failure = cell(seen, 3).failure
    assert failure is not None
    assert 'File "line 9"' in failure.trace
    assert (failure.cell, failure.line) == (2, 2)


def test_one_missing_module_does_not_take_the_other_imports_with_it(walled: Isolation) -> None:
    seen = run(
        notebook(
            "import no_such_module as nsm\nimport math\nfrom math import sqrt",
            "print 'old'\nimport cmath",
            "root = sqrt(4) + math.floor(0.5) + cmath.phase(1)",
        ),
        walled,
        names=("root",),
    )
    assert bound(seen, "root") == [2.0]
    assert [each.salvaged for each in seen.cells] == [True, True, False]


def test_a_helper_in_a_failed_cell_is_salvaged_for_the_call(walled: Isolation) -> None:
    seen = run(
        notebook(
            "1 / 0\nFACTOR = 3\ndef helper(x): return x * FACTOR",
            "def f(x): return helper(x) + 1",
        ),
        walled,
        functions=(function("f", {"x": 2}, {"x": 3}),),
    )
    assert values_of(seen, "f") == [7, 10]
    assert question(seen, "f").salvaged


def test_a_module_knows_the_name_of_its_file(walled: Isolation) -> None:
    seen = run(
        module((1, "import os"), (2, "here = os.path.basename(__file__)")), walled, names=("here",)
    )
    assert bound(seen, "here") == ["submission.py"]


def test_other_interpreters_of_a_submission_find_the_same_packages(walled: Isolation) -> None:
    source = (
        "import subprocess, sys\n"
        "told = subprocess.run([sys.executable, '-c', 'import numpy; print(numpy.pi)'],\n"
        "                      capture_output=True, text=True).stdout"
    )
    seen = run(notebook(source), walled, names=("told",))
    assert bound(seen, "told") == ["3.141592653589793\n"]


PAIRS, TRIPLES = [(3, 1), (2, 2)], [(3, 1, 1), (2, 2, 0)]


def in_two_forms(name: str) -> FunctionProbe:
    other = Call(arguments=(("layers", from_python(TRIPLES)),))
    call = Call(arguments=(("layers", from_python(PAIRS)),), otherwise=other)
    argument = Argument(name="layers")
    return FunctionProbe(
        question=f"task.{name}", names=(name,), arguments=(argument,), calls=(call,)
    )


def test_the_other_form_of_a_call_is_made_only_where_the_first_fails(
    walled: Isolation,
) -> None:
    cells = (
        "def pairs(layers): return [k + s for k, s in layers]",
        "def triples(layers): return [k + s for k, s, p in layers]",
        "def neither(layers): return [k + s for k, s, p, d in layers]",
    )
    names = ("pairs", "triples", "neither")
    seen = run(notebook(*cells), walled, functions=tuple(map(in_two_forms, names)))
    results = {name: question(seen, name).results[0] for name in names}
    assert {name: one.otherwise for name, one in results.items()} == {
        "pairs": False,
        "triples": True,
        "neither": False,
    }
    assert results["pairs"].value == results["triples"].value == from_python([4, 4])
    assert results["neither"].failure is not None


def in_a_row(name: str, *calls: dict[str, Any], feeds: tuple[str, ...] = ()) -> FunctionProbe:
    """One call that counts, and the same and others for a picture."""
    counted = function(name, calls[0])
    made = PictureCalls(calls=function(name, *calls).calls, feeds=feeds)
    return replace(counted, for_pictures=(made,))


STEPS = (
    "def doubles(x, y): return x * 2, y + 1",
    "def as_dict(x, y): return {'x': x * 2, 'y': y + 1}",
    "def grows(x): return [[0.5] * 100] and __import__('numpy').ones(8 * len(x))",
    "def stops(x): return x + 1 if x < 3 else missing",
    "def one_of_two(x, y): return x",
    "def hangs(x):\n    while x: pass\n    return 1",
    "def free(x): return x * 10",
    "def ends(x):\n    if x: import os; os._exit(3)\n    return 1",
    "def after(x): return 7",
)
NUMBERS = [{"x": 1, "y": 0}, {"x": 50, "y": 50}, {"x": 60, "y": 60}]
IN_A_ROW = (
    in_a_row("doubles", *NUMBERS, feeds=("x", "y")),
    in_a_row("as_dict", *NUMBERS, feeds=("x", "y")),
    in_a_row("grows", *[{"x": np.ones(1)}] * 5, feeds=("x",)),
    in_a_row("stops", *[{"x": 1}] * 9, feeds=("x",)),
    in_a_row("one_of_two", *NUMBERS, feeds=("x", "y")),
    in_a_row("hangs", *[{"x": 0}] * 2, {"x": 1}, {"x": 0}),
    in_a_row("free", {"x": 1}, {"x": 2}, {"x": 3}),
    in_a_row("ends", {"x": 0}, {"x": 1}, {"x": 0}),
    in_a_row("after", {"x": 1}),
)


@pytest.fixture(scope="module")
def stepped(walled: Isolation) -> Run:
    return run(notebook(*STEPS), walled, functions=IN_A_ROW, limits=Limits(call_seconds=1.0))


PICTURED = [
    ("doubles", [(2, 1), (4, 2), (8, 3)]),
    ("as_dict", [{"x": 2, "y": 1}, {"x": 4, "y": 2}, {"x": 8, "y": 3}]),
    ("stops", [2, 3, None]),
    ("one_of_two", [1]),
    ("hangs", [1, 1, None]),
    ("free", [10, 20, 30]),
]


@pytest.mark.parametrize(("name", "given"), PICTURED)
def test_each_step_takes_what_the_one_before_returned(
    stepped: Run, name: str, given: list[Any]
) -> None:
    (results,) = question(stepped, name).for_pictures
    found = [returned(one) if one.value is not None else None for one in results]
    assert found == given


def test_what_is_too_large_is_not_handed_on(stepped: Run) -> None:
    (results,) = question(stepped, "grows").for_pictures
    assert [len(returned(one)) for one in results] == [8, 64, 512]


def test_a_process_that_ends_in_a_picture_has_answered_all_that_counts(stepped: Run) -> None:
    assert stepped.status is RunStatus.OK
    assert [len(one.results) for one in stepped.functions] == [1] * len(IN_A_ROW)
    assert values_of(stepped, "after") == [7]
    assert question(stepped, "ends").for_pictures == ()
