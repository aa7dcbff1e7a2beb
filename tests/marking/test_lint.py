"""Branches that only print, and let values of the turn before go on."""

from __future__ import annotations

import pytest

from grader.authoring import Task
from grader.checks import exact
from grader.marking import code, lint
from grader.submission import Cell, Submission
from tests.marking.notebook import Notebook, sheet_of

STALE = """
r = 1
for layer in arch:
    if layer == 0:
        k = 3
    elif layer == 1:
        k = 2
    else:
        {last}
    r += k - 1
"""
IN_A_FUNCTION = """
def field(arch):
    r = 1
    for layer in arch:
        if layer == 0:
            k = 3
        else:
            print("unknown")
        r += k - 1
    return r
"""


def found(*sources: str) -> tuple[lint.Stale, ...]:
    cells = tuple(
        Cell(number=number, kind="code", source=source) for number, source in enumerate(sources, 1)
    )
    submission = Submission(name="ada", source="", sha256="", kind="notebook", cells=cells)
    statements = code.read(submission).statements
    return lint.stale(statements, statements)


@pytest.mark.parametrize(
    "source",
    [
        STALE.format(last='print("not known layer")'),
        STALE.format(last='print("a"); warnings.warn("b")'),
        IN_A_FUNCTION,
    ],
)
def test_values_of_the_turn_before_are_named(source: str) -> None:
    (one,) = found(source)
    assert one.names == ("k",)
    assert "print" in source.splitlines()[one.line - 1]


@pytest.mark.parametrize(
    "source",
    [
        STALE.format(last='raise ValueError("not known")'),
        STALE.format(last='print("skipped"); continue'),
        STALE.format(last='print("taken as 1"); k = 1'),
        STALE.format(last="pass"),
        STALE.format(last="stop(layer)"),
        STALE.format(last='print("x")').replace("r += k - 1", "r += 1"),
        STALE.format(last='print("x")').replace("r = 1\n", "r = 1\nk = 3\n"),
        STALE.format(last='print("x")').replace(
            "    if layer == 0", "    k = 5\n    if layer == 0"
        ),
        STALE.format(last='print("x")').replace("k = 3", "k = k + 1"),
        STALE.format(last='print("x")').replace("for layer in arch", "for layer, k in arch"),
        STALE.format(last='print("x")').replace("for layer in arch", "if layer in arch"),
        IN_A_FUNCTION.replace("(arch)", "(arch, k)"),
        IN_A_FUNCTION.replace("k = 3", "return 7"),
        "for x in y:\n    if x:\n        print(x)\n    z = x\n",
        "while True:\n    break\n",
        "",
    ],
)
def test_other_code_is_left_alone(source: str) -> None:
    assert found(source) == ()


def test_a_name_that_another_cell_gives_a_value_is_left_alone() -> None:
    assert found("k = 3", STALE.format(last='print("x")')) == ()
    assert len(found("def other(k): ...", STALE.format(last='print("x")'))) == 1


def test_a_hand_in_of_such_loops_is_looked_at_in_part() -> None:
    many = "".join(STALE.format(last='print("x")') for _ in range(2_000))
    assert found(many) == ()
    branch = "    if x:\n        k{0} = 1\n    else:\n        print()\n    r += k{0}\n"
    body = "".join(branch.format(number) for number in range(3_000))
    assert len(found(f"for x in y:\n{body}")) == lint.MOST


def test_it_is_said_once_and_costs_nothing(notebook: Notebook) -> None:
    task = Task("Field")

    @task.value(points=1, check=exact())
    def r() -> int:
        """The field."""
        return 5

    @task.value(points=1, check=exact())
    def k() -> int:
        """The last kernel."""
        return 3

    sheet = sheet_of(task)
    notebook.code(STALE.format(last='print("x")'), binds={"r": 5, "k": 3})
    marks = notebook.grade(sheet).questions
    assert [one.points for one in marks] == [1, 1]
    said = [line for one in marks for line in one.details if "turn before" in line]
    assert len(said) == 1 and said[0].startswith("Cell 1, line 9:")
