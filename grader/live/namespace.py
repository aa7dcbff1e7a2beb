"""A live namespace as a submission and its run: what grading would see of it, seen here.

Values are written down and functions called as in the sandbox, with the same limits on size; but
in the learner's own process, on their own machine, where Ctrl-C or the stop button ends a call.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from typing import Any

from grader import values
from grader.language import Sentence, sentence
from grader.marking import code as codes
from grader.probe import Call, FunctionProbe, Probe
from grader.run import Binding, CallResult, Failure, FunctionRun, Run, RunStatus
from grader.sandbox import calling, sentences, wire
from grader.sandbox.inside import calls, decode, encode, failures
from grader.submission import Cell, Submission
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
    files: Mapping[str, int],
    only: Collection[str],
) -> Run:
    """Return what a namespace holds of the watched names, and what its functions give.

    ``files`` says which input each made-up file name of the compiler is; of functions the
    questions in ``only`` are called.
    """
    places = _places(shown)
    bindings = tuple(
        Binding(name=name, cell=places.get(name, 0), value=written(namespace[name]))
        for name in probe.watched()
        if name in namespace
    )
    known = dict(failures.CELLS)
    failures.CELLS.update(files)
    try:
        functions = tuple(
            _function(one, namespace, bindings) for one in probe.functions if one.question in only
        )
    finally:
        failures.CELLS.clear()
        failures.CELLS.update(known)
    return Run(
        status=RunStatus.OK,
        isolation="none",
        bindings=bindings,
        functions=tuple(one for one in functions if one is not None),
    )


def written(thing: object) -> Value:
    """Return what a learner's object stands for, as the sandbox would write it down."""
    try:
        return values.decode(json.dumps(encode.encode(thing)))
    except values.ValueRefusedError as problem:
        return values.Opaque(type=encode.type_name(thing), reason=str(problem)[:500])


def _places(shown: Submission) -> dict[str, int]:
    """Return the last input that binds each name."""
    code = codes.read(shown)
    return {name: one.cell for one in code.statements for name in one.binds}


def _function(
    probe: FunctionProbe, namespace: Mapping[str, Any], bindings: Sequence[Binding]
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
    made = FunctionRun(question=probe.question, name=binding.name, cell=binding.cell)
    if isinstance(plan, str):
        return replace(made, refusal=plan)
    function = namespace[binding.name]
    return replace(made, results=tuple(_called(function, plan, one) for one in probe.calls))


def _called(function: Any, plan: calling.Plan, call: Call) -> CallResult:
    result = _once(function, plan, call)
    if call.otherwise and result.failure:
        again = _once(function, plan, call.otherwise)
        return replace(again, otherwise=True) if again.value is not None else result
    return result


def _once(function: Any, plan: calling.Plan, call: Call) -> CallResult:
    passed = calling.bind(plan, call)
    if isinstance(passed, str):
        return CallResult(refusal=passed)
    arguments = [(one.keyword, _afresh(one.value)) for one in passed]
    printed = io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(io.StringIO()):
            given = function(
                *[thing for keyword, thing in arguments if not keyword],
                **{keyword: thing for keyword, thing in arguments if keyword},
            )
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


def compiled(shell: Any) -> dict[str, int]:
    """Return which input each file name of a shell's compiler is, as far as it tells."""
    known = getattr(shell.compile, "_filename_map", {})
    return {str(name): int(number) for name, number in dict(known).items()}


def shell() -> Any:
    """Return the shell that runs here; None outside of IPython, which is not loaded for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
