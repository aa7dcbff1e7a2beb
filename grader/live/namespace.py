"""A live namespace as a submission and its run: what grading would see of it, seen here.

Values are written down and functions called as in the sandbox, with the same limits on size; but
in the learner's own process, on their own machine, where Ctrl-C or the stop button ends a call,
and the sheet's time limit where the system can tell the time (``grader.live.limit``).
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from typing import Any

from grader import values
from grader.language import Sentence, sentence
from grader.live import salvaging
from grader.live.failed import in_the_way, placed
from grader.live.limit import TooLongError, within
from grader.marking.code import Code
from grader.probe import Call, FunctionProbe, Probe
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
from grader.sandbox import calling, sentences, terminal, wire
from grader.sandbox.inside import calls, decode, encode, failures
from grader.submission import Cell, Output, Submission
from grader.values import Function, Value

MOST_INPUTS = 2_000
"""So many of the inputs are looked at, the last ones."""


@dataclass(frozen=True, kw_only=True)
class Executed(Cell):
    """One input as it was executed; its number is the one in brackets."""

    def place(self, line: int | None = None) -> Sentence:
        """Return how a person finds it: ``cell [3], line 2``."""
        if line:
            return sentence("cell [{number}], line {line}", number=self.number, line=line)
        return sentence("cell [{number}]", number=self.number)


@dataclass(frozen=True, kw_only=True)
class Saved(Cell):
    """One cell of the notebook's file, which has no number of execution."""

    position: int
    """Its place among all cells, from 1."""

    def place(self, line: int | None = None) -> Sentence:
        """Return how a person finds it in the notebook."""
        return Cell(number=self.position, kind=self.kind, source="").place(line)


def submission(inputs: Sequence[str], saved: Sequence[Cell]) -> Submission:
    """Return what was executed, by its numbers from 1, and below it the saved prose."""
    first = max(1, len(inputs) - MOST_INPUTS)
    executed = tuple(
        Executed(number=number, kind="code", source=source)
        for number, source in enumerate(inputs)
        if number >= first and source.strip()
    )
    prose = (cell for cell in saved if cell.kind != "code")
    below = tuple(
        Saved(
            number=len(inputs) + cell.number,
            position=cell.number,
            kind=cell.kind,
            source=cell.source,
            answers=cell.answers,
        )
        for cell in prose
    )
    return Submission(
        name="notebook", source="notebook", sha256="", kind="notebook", cells=(*executed, *below)
    )


def run(
    shown: Submission,
    namespace: Mapping[str, Any],
    probe: Probe,
    *,
    code: Code,
    printed: Mapping[int, str],
    files: Mapping[str, int],
    failed: Mapping[int, Failure],
    only: Collection[str],
    seconds: float,
) -> Run:
    """Return what a namespace holds of the watched names, and what its functions give.

    ``code`` is that of ``shown``; ``printed`` is what each input printed; ``files`` says which
    input each made-up file name of the compiler is; of ``failed`` inputs the definitions are run
    alone where they would bind a name that is not there, as at grading, with the learner's own
    names untouched, and the failures stay that a name is missing by even so; of functions the
    questions in ``only`` are called, for so many seconds each.
    """
    places = {name: one.cell for one in code.statements for name in one.binds}
    bindings = tuple(
        Binding(name=name, cell=places.get(name, 0), value=written(namespace[name]))
        for name in probe.watched()
        if name in namespace
    )
    missing = {name for name in probe.watched() if name not in namespace}
    saved = salvaging.run(shown.cells, failed, missing, namespace)
    bindings += tuple(
        Binding(name=name, cell=one.cell, value=written(one.thing), salvaged=True)
        for name, one in saved.items()
    )
    things = {**namespace, **{name: one.thing for name, one in saved.items()}}
    with placed({**files, **{salvaging.label(number): number for number in failed}}):
        functions = tuple(
            _function(one, things, bindings, seconds)
            for one in probe.functions
            if one.question in only
        )
    stopped = in_the_way(shown, code, missing - saved.keys(), failed)
    return Run(
        status=RunStatus.ERROR if stopped else RunStatus.OK,
        isolation="none",
        cells=tuple(
            _cell(cell.number, printed.get(cell.number), stopped.get(cell.number))
            for cell in shown.cells
            if isinstance(cell, Executed) and (cell.number in printed or cell.number in stopped)
        ),
        bindings=bindings,
        functions=tuple(one for one in functions if one is not None),
    )


def _cell(number: int, printed: str | None, failure: Failure | None) -> CellRun:
    return CellRun(
        cell=number,
        status=CellStatus.ERROR if failure else CellStatus.OK,
        outputs=() if printed is None else (Output(kind="stdout", text=printed),),
        failure=failure,
    )


def written(thing: object) -> Value:
    """Return what a learner's object stands for, as the sandbox would write it down."""
    try:
        return values.decode(json.dumps(encode.encode(thing)))
    except values.ValueRefusedError as problem:
        return values.Opaque(type=encode.type_name(thing), reason=str(problem)[:500])


def _function(
    probe: FunctionProbe, namespace: Mapping[str, Any], bindings: Sequence[Binding], seconds: float
) -> FunctionRun | None:
    by_name = {binding.name: binding for binding in bindings}
    binding = next((by_name[name] for name in probe.names if name in by_name), None)
    if binding is None:
        return None
    plan = (
        calling.plan(probe, binding.value)
        if isinstance(binding.value, Function)
        else f"`{binding.name}` is not a function here."
    )
    made = FunctionRun(
        question=probe.question,
        name=binding.name,
        cell=binding.cell,
        salvaged=binding.salvaged,
    )
    if isinstance(plan, str):
        return replace(made, refusal=plan)
    function = namespace[binding.name]
    return replace(made, results=tuple(_all_called(function, plan, probe.calls, seconds)))


def _all_called(
    function: Any, plan: calling.Plan, wanted: Sequence[Call], seconds: float
) -> Iterator[CallResult]:
    slow = 0
    for call in wanted:
        if slow >= calling.PATIENCE:
            yield calling.not_made(slow, seconds)
            continue
        result = _called(function, plan, call, seconds)
        slow += result.timed_out
        yield result


def _called(function: Any, plan: calling.Plan, call: Call, seconds: float) -> CallResult:
    result = _once(function, plan, call, seconds)
    if call.otherwise and result.failure and not result.timed_out:
        again = _once(function, plan, call.otherwise, seconds)
        return replace(again, otherwise=True) if again.value is not None else result
    return result


def _once(function: Any, plan: calling.Plan, call: Call, seconds: float) -> CallResult:
    passed = calling.bind(plan, call)
    if isinstance(passed, str):
        return CallResult(refusal=passed)
    arguments = [(one.keyword, _afresh(one.value)) for one in passed]
    by_place = [thing for keyword, thing in arguments if not keyword]
    by_name = {keyword: thing for keyword, thing in arguments if keyword}
    printed = io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(io.StringIO()):
            given = within(seconds, lambda: function(*by_place, **by_name))
    except TooLongError as problem:
        at = wire.FailureText(**failures.describe(problem))
        late = calling.too_late(seconds, cell=at.cell, line=at.line, trace=at.trace)
        return CallResult(failure=late, timed_out=True, printed=_capped(printed))
    except (Exception, SystemExit) as problem:
        return CallResult(failure=_failure(problem), printed=_capped(printed))
    return CallResult(value=written(given), printed=_capped(printed))


def _capped(printed: io.StringIO) -> str:
    return printed.getvalue()[: calls.MAX_PRINTED]


def _afresh(value: Value) -> Any:
    return decode.decode(json.loads(values.encode(value)))


def _failure(problem: BaseException) -> Failure:
    text = wire.FailureText(**failures.describe(problem))
    return Failure(
        type=text.type,
        message=text.message,
        cell=text.cell,
        line=text.line,
        trace=text.trace,
        sentence=sentences.explain(text),
    )


def inputs(shell: Any) -> tuple[str, ...]:
    """Return what a shell has executed, in order, that of the running cell included."""
    return tuple(map(str, shell.user_ns.get("In") or ()))


def printed(shell: Any) -> dict[int, str]:
    """Return what each input of a shell printed, as far as it keeps that (IPython 9 and newer)."""
    kept = getattr(shell.history_manager, "outputs", None)
    return {
        int(number): terminal.plain("".join(text for one in several for text in _stream(one)))
        for number, several in dict(kept or {}).items()
    }


def _stream(output: Any) -> Sequence[str]:
    wanted = getattr(output, "output_type", "") == "out_stream"
    return tuple(map(str, output.bundle.get("stream", ()))) if wanted else ()


def compiled(shell: Any) -> dict[str, int]:
    """Return which input each file name of a shell's compiler is, as far as it tells."""
    known = getattr(shell.compile, "_filename_map", None)
    if known is not None:
        return {str(name): int(number) for name, number in dict(known).items()}
    # IPython 7, as in Colab, keeps no such table; it names a file by what is in it.
    raw, parsed = shell.history_manager.input_hist_raw, shell.history_manager.input_hist_parsed
    return {
        str(shell.compile.get_code_name(*sources, number)): number
        for number, sources in enumerate(zip(raw, parsed, strict=False))
    }


def shell() -> Any:
    """Return the shell that runs here; None outside of IPython, which is not loaded for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
