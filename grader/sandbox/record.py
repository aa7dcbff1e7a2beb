"""What has been observed of a run so far; whatever ends the run, this is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader import values
from grader.language import sentence
from grader.run import Binding, CellRun, CellStatus, Failure, FunctionRun, Run, RunStatus
from grader.sandbox import endings, sentences, terminal, wire
from grader.submission import Cell, Output
from grader.values import Function, Value


class Record:
    """Collects observations in the order in which they are made."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._where = {cell.number: cell.place() for cell in cells}
        self._runs: dict[int, CellRun] = {}
        self._failures: dict[int, Failure] = {}
        self._salvaged: set[int] = set()
        self._bindings: list[Binding] = []
        self._changes: list[Binding] = []
        self._functions: list[FunctionRun] = []
        self.ending: endings.Ending | None = None
        """Why the run ended early; None if it did not."""

    @property
    def any_failed(self) -> bool:
        """Whether a cell has failed."""
        return bool(self._failures)

    def observe(self, seen: wire.Observed) -> None:
        """Take in what one cell bound, changed and failed with."""
        if seen.cell not in self._where:
            return
        if seen.failure is not None:
            self._failures[seen.cell] = failure(seen.failure)
        if seen.salvaged:
            self._salvaged.add(seen.cell)
        self._bindings += _named(seen.bindings, seen.cell)
        self._changes += _named(seen.changes, seen.cell)

    def add_cell(
        self,
        number: int,
        *,
        seconds: float,
        outputs: tuple[Output, ...],
        late: float,
        ended: bool,
    ) -> None:
        """Take in how a cell ended: ``late`` is the limit that it broke, if it broke it."""
        failed = self._failures.get(number)
        status = CellStatus.ERROR if failed else CellStatus.OK
        if late:
            status = CellStatus.TIMED_OUT
            failed = _too_late(failed, number, late)
        elif ended:
            status = CellStatus.KILLED
        self._runs[number] = CellRun(
            cell=number, status=status, seconds=seconds, outputs=outputs, failure=failed
        )

    def show(self, number: int, outputs: tuple[Output, ...]) -> None:
        """Take in what a cell that has run shows in the end."""
        if number in self._runs:
            self._runs[number] = replace(self._runs[number], outputs=outputs)

    def add_salvaged(self, salvaged: wire.Salvaged) -> None:
        """Take in what parts of failed cells bound."""
        for each in salvaged.cells:
            if each.cell in self._where and each.bindings:
                self._salvaged.add(each.cell)
                self._bindings += _named(each.bindings, each.cell, salvaged=True)

    def add_function(self, run: FunctionRun) -> None:
        """Take in the calls of one question; replaces what is there of the same question."""
        self._functions = [each for each in self._functions if each.question != run.question]
        self._functions.append(run)

    def function(self, question: str) -> FunctionRun | None:
        """Return the calls of one question, None where there are none."""
        return next((one for one in self._functions if one.question == question), None)

    def binds(self, name: str) -> bool:
        """Return whether some cell has bound this name."""
        return any(binding.name == name for binding in self._bindings)

    def last(self, names: Iterable[str]) -> Binding | None:
        """Return the last binding of the first of ``names`` that was bound at all.

        Of these the last that is a function, if one is: `f = f(3)` after `def f` does not hide
        the function.
        """
        for name in names:
            found = [binding for binding in self._bindings if binding.name == name]
            if found:
                functions = [each for each in found if isinstance(each.value, Function)]
                return (functions or found)[-1]
        return None

    def result(self) -> Run:
        """Return the run without its measurements."""
        cells = tuple(
            replace(
                self._runs.get(number, CellRun(cell=number, status=CellStatus.NOT_RUN)),
                salvaged=number in self._salvaged,
            )
            for number in self._where
        )
        status, reason = self.ending or self._status(cells)
        return Run(
            status=status,
            reason=reason,
            cells=cells,
            bindings=tuple(self._bindings),
            changes=tuple(self._changes),
            functions=tuple(self._functions),
        )

    def _status(self, cells: tuple[CellRun, ...]) -> endings.Ending:
        for run in cells:
            if run.status is CellStatus.TIMED_OUT:
                return RunStatus.TIMED_OUT, (
                    sentence(
                        "The code in {where} ran too long and was interrupted; what comes "
                        "after it was run all the same.",
                        where=self._where[run.cell],
                    )
                )
        for run in cells:
            if run.failure is not None:
                return RunStatus.ERROR, (
                    sentence(
                        "The code in {where} failed ({type}); what comes after it was run all "
                        "the same.",
                        where=self._where[run.cell],
                        type=run.failure.type,
                    )
                )
        return RunStatus.OK, ""


def failure(text: wire.FailureText) -> Failure:
    """Return a failure with its sentence, capped and without terminal codes."""
    return Failure(
        type=terminal.plain(text.type),
        message=terminal.plain(text.message),
        cell=text.cell,
        line=text.line,
        trace=terminal.plain(text.trace),
        sentence=sentences.explain(text),
    )


def value(raw: bytes) -> Value:
    """Return what came over the wire as a value; what is none becomes opaque, with the reason."""
    try:
        return values.decode(raw)
    except values.ValueRefusedError as problem:
        return values.Opaque(type="", reason=str(problem)[:500])


def _named(named: Iterable[wire.Named], cell: int, *, salvaged: bool = False) -> list[Binding]:
    return [
        Binding(name=each.name, cell=cell, value=value(bytes(each.value)), salvaged=salvaged)
        for each in named
    ]


def _too_late(failed: Failure | None, number: int, limit: float) -> Failure:
    return Failure(
        type="TimeLimit",
        message=sentence("stopped after {seconds} s", seconds=limit),
        cell=failed.cell if failed else number,
        line=failed.line if failed else 0,
        trace=failed.trace if failed else "",
        sentence=sentence(
            "It ran longer than the {seconds} s that one cell may take, and was stopped.",
            seconds=limit,
        ),
    )
