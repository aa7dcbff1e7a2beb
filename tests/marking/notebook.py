"""Tiny sheets, submissions and runs, built from data: no kernel, no files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from grader.authoring import Task
from grader.grade import Grade, Mark
from grader.marking import NOTES, mark, prepare
from grader.probe import Limits, PictureCalls
from grader.run import (
    Binding,
    CallResult,
    CellRun,
    CellStatus,
    Failure,
    FunctionRun,
    Run,
    RunStatus,
)
from grader.sheet import Sheet, function_probe, picture_calls
from grader.submission import Cell, Output, Submission
from grader.values import Value, from_python, to_python
from tests.languages import same_in_each

SEED = 7


def sheet_of(*tasks: Task) -> Sheet:
    built = tuple(task.build(f"task{number or ''}") for number, task in enumerate(tasks))
    return Sheet(
        name="small",
        title="Small",
        folder=Path("course/exercises/small"),
        version="0123456789abcdef",
        tasks=built,
        limits=Limits(),
    )


def is_known(note: str) -> bool:
    """Whether a note is in the table of notes, with names and numbers in place of capitals."""
    patterns = (re.sub(r"(?<=[:/|+])[A-Z]+", "*", code) for code in NOTES)
    return any(fnmatchcase(note, pattern.replace("*+*", "*")) for pattern in patterns)


def as_value(thing: object) -> Value:
    return thing if isinstance(thing, Value) else from_python(thing)


def said(text: str) -> tuple[Output, ...]:
    return (Output(kind="stdout", text=text),)


class Notebook:
    """A submission and its run, written cell by cell."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.runs: list[CellRun] = []
        self.bindings: list[Binding] = []
        self.changes: list[Binding] = []
        self.functions: list[FunctionRun] = []
        self.status = RunStatus.OK
        self.reason = ""

    def code(
        self,
        source: str = "",
        *,
        binds: Mapping[str, object] | None = None,
        changes: Mapping[str, object] | None = None,
        prints: str = "",
        stored: str = "",
        status: CellStatus = CellStatus.OK,
        failure: Failure | None = None,
        salvaged: bool = False,
    ) -> Notebook:
        number = len(self.cells) + 1
        source = source or "\n".join(f"{name} = ..." for name in binds or {}) or "pass"
        self.cells.append(Cell(number=number, kind="code", source=source, outputs=said(stored)))
        self.runs.append(
            CellRun(
                cell=number,
                status=status,
                outputs=said(prints),
                failure=failure,
                salvaged=salvaged,
            )
        )
        for target, values in ((self.bindings, binds), (self.changes, changes)):
            for name, thing in (values or {}).items():
                value = as_value(thing)
                target.append(Binding(name=name, cell=number, value=value, salvaged=salvaged))
        return self

    def prose(self, text: str, *, answers: str = "") -> Notebook:
        number = len(self.cells) + 1
        self.cells.append(Cell(number=number, kind="markdown", source=text, answers=answers))
        return self

    def function(
        self,
        sheet: Sheet,
        question: str,
        function: Callable[..., Any],
        *,
        name: str = "",
        source: str = "",
        reached: int | None = None,
        salvaged: bool = False,
    ) -> Notebook:
        """Define a function and call it as the sandbox would; a raised exception is a failure."""
        asked = next(one for one in sheet.questions if one.name == question)
        plan = function_probe(asked, seed=SEED)
        assert plan is not None
        name = name or question
        self.code(source or f"def {name}(): ...")
        number = len(self.cells)
        results = [called(function, dict(call.arguments), number) for call in plan.calls]
        self.functions.append(
            FunctionRun(
                question=asked.id,
                name=name,
                cell=number,
                results=tuple(results[:reached]),
                for_pictures=tuple(
                    tuple(in_a_row(function, one, number))
                    for task in sheet.tasks
                    for _, one in picture_calls(task, asked)
                ),
                salvaged=salvaged,
            )
        )
        return self

    def ended(self, status: RunStatus, reason: str = "") -> Notebook:
        self.status, self.reason = status, reason
        return self

    @property
    def submission(self) -> Submission:
        return Submission(
            name="ada", source="ada.ipynb", sha256="", kind="notebook", cells=tuple(self.cells)
        )

    @property
    def run(self) -> Run:
        return Run(
            status=self.status,
            reason=self.reason,
            cells=tuple(self.runs),
            bindings=tuple(self.bindings),
            changes=tuple(self.changes),
            functions=tuple(self.functions),
        )

    def grade(self, sheet: Sheet, *, boilerplate: Sequence[str] = ()) -> Grade:
        prepared = prepare(sheet, seed=SEED, boilerplate=frozenset(boilerplate))
        submission, run = self.submission, self.run
        grade = same_in_each(lambda: mark(prepared, submission, run), run)
        assert [one.note for one in grade.questions if not is_known(one.note)] == []
        return grade

    def mark(self, sheet: Sheet, question: str, *, boilerplate: Sequence[str] = ()) -> Mark:
        grade = self.grade(sheet, boilerplate=boilerplate)
        return next(one for one in grade.questions if one.question.endswith(f".{question}"))


def in_a_row(function: Callable[..., Any], made: PictureCalls, cell: int) -> Iterator[CallResult]:
    """Make the calls of a picture as the sandbox would."""
    before: CallResult | None = None
    for position in range(len(made.calls)):
        call = made.fed(position, before.value if before else None)
        if call is None:
            return
        before = called(function, dict(call.arguments), cell)
        yield before


def called(function: Callable[..., Any], arguments: dict[str, Value], cell: int) -> CallResult:
    plain = {name: to_python(value) for name, value in arguments.items()}
    try:
        result = function(**plain)
    except Exception as problem:
        kind, message = type(problem).__name__, str(problem)
        return CallResult(failure=Failure(type=kind, message=message, cell=cell, line=2))
    return result if isinstance(result, CallResult) else CallResult(value=as_value(result))
