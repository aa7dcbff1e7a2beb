"""Submissions written in a line, and what came back of them as plain Python."""

from __future__ import annotations

from typing import Any

from grader import sandbox, values
from grader.probe import Argument, Call, FunctionProbe, Limits, Probe
from grader.run import CallResult, CellRun, FunctionRun, Run
from grader.sandbox import Isolation
from grader.submission import Cell, Submission

QUICK = Limits(cell_seconds=1.0, call_seconds=1.0)


def notebook(*sources: str) -> Submission:
    cells = tuple(
        Cell(number=number, kind="code", source=source) for number, source in enumerate(sources, 1)
    )
    return Submission(name="learner", source="a.ipynb", sha256="", kind="notebook", cells=cells)


def module(*statements: tuple[int, str]) -> Submission:
    cells = tuple(
        Cell(number=number, kind="code", source=source, line=line)
        for number, (line, source) in enumerate(statements, 1)
    )
    return Submission(name="learner", source="a.py", sha256="", kind="module", cells=cells)


def function(
    name: str,
    *calls: dict[str, Any],
    arguments: tuple[Argument, ...] = (),
    aliases: tuple[str, ...] = (),
) -> FunctionProbe:
    known = arguments or tuple(Argument(name=each) for each in calls[0])
    return FunctionProbe(
        question=f"task.{name}",
        names=(name, *aliases),
        arguments=known,
        calls=tuple(
            Call(arguments=tuple((key, values.from_python(thing)) for key, thing in call.items()))
            for call in calls
        ),
    )


def run(
    submission: Submission,
    isolation: Isolation,
    *,
    names: tuple[str, ...] = (),
    functions: tuple[FunctionProbe, ...] = (),
    limits: Limits = Limits(),  # noqa: B008
) -> Run:
    return sandbox.run(submission, Probe(names=names, functions=functions), limits, isolation)


def bound(seen: Run, name: str) -> list[Any]:
    """Every value that was bound to a name, in order."""
    return [values.to_python(each.value) for each in seen.bindings if each.name == name]


def cell(seen: Run, number: int) -> CellRun:
    return next(each for each in seen.cells if each.cell == number)


def text(seen: Run, number: int, kind: str = "stdout") -> str:
    return "".join(each.text for each in cell(seen, number).outputs if each.kind == kind)


def question(seen: Run, name: str) -> FunctionRun:
    return next(each for each in seen.functions if each.question == f"task.{name}")


def returned(result: CallResult) -> Any:
    assert result.value is not None, result
    return values.to_python(result.value)
