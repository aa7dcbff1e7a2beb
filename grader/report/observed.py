"""What the sandbox brought back, as plain data for the instructor's page, kept small enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from grader import values
from grader.language import message, say
from grader.report.outputs import place
from grader.report.text import cut, with_rest
from grader.run import Binding, CallResult, Failure, Run
from grader.submission import Cell, Submission
from grader.values import Value

MAX_ROWS = 400
"""Rows of all tables of observations on one page."""
MAX_VALUE = 1_000
"""Characters of one value."""
MAX_TRACE = 2_000
"""Characters of one call's traceback."""
MAX_TEXT = 150_000
"""Characters of all observations on one page; escaping makes up to six of one."""
MAX_DEPTH = 6
MAX_ITEMS = 40


@dataclass(frozen=True, kw_only=True)
class Observed:
    """One row: a name with its value, or one call."""

    name: str
    where: str
    value: str
    remarks: tuple[str, ...] = ()
    trace: str = ""


@dataclass(frozen=True, kw_only=True)
class FunctionShown:
    """One function that was called."""

    question: str
    name: str
    where: str
    remarks: tuple[str, ...]
    calls: tuple[Observed, ...]
    for_pictures: tuple[tuple[Observed, ...], ...] = ()
    """Calls that count for nothing, one tuple for each picture."""


@dataclass(frozen=True, kw_only=True)
class Observations:
    """All that a run brought back of what was asked for."""

    bindings: tuple[Observed, ...] = ()
    changes: tuple[Observed, ...] = ()
    functions: tuple[FunctionShown, ...] = ()
    left_out: int = 0
    """Rows that are not shown."""


@dataclass
class _Budget:
    rows: int = MAX_ROWS
    text: int = MAX_TEXT
    left_out: int = 0

    def kept(self, rows: Iterable[Observed]) -> tuple[Observed, ...]:
        shown = []
        for row in rows:
            if self.rows <= 0 or self.text <= 0:
                self.left_out += 1
                continue
            self.rows -= 1
            self.text -= len(row.value) + len(row.trace) + sum(map(len, row.remarks))
            shown.append(row)
        return tuple(shown)


def observations(run: Run, submission: Submission | None) -> Observations:
    """Return what ``run`` observed: bound names, changes in place, and every call."""
    known = {cell.number: cell for cell in submission.cells} if submission else {}
    budget = _Budget()
    bindings = budget.kept(_bound(run.bindings, known))
    changes = budget.kept(_bound(run.changes, known))
    functions = tuple(
        FunctionShown(
            question=one.question,
            name=one.name,
            where=place(one.cell, known),
            remarks=tuple(filter(None, [one.refusal, say(_SALVAGED) if one.salvaged else ""])),
            calls=budget.kept(_calls(one.results)),
            for_pictures=tuple(
                filter(None, (budget.kept(_calls(made)) for made in one.for_pictures))
            ),
        )
        for one in run.functions
    )
    return Observations(
        bindings=bindings, changes=changes, functions=functions, left_out=budget.left_out
    )


def written(value: Value) -> str:
    """Return a value as a person reads it in Python, with its type where that is not plain.

    Whatever it holds, it is at most about ``MAX_VALUE`` characters long; one that was damaged
    after it was stored is said to be so.
    """
    try:
        whole = _written(value, 0)
    except (ValueError, OverflowError) as problem:
        whole = say("cannot be read: {problem}", problem=problem)
    kept, missing = cut(whole, MAX_VALUE)
    return with_rest(kept, missing)


_SALVAGED = message("from a cell that failed: its definitions alone were run")


def _bound(bindings: Iterable[Binding], known: Mapping[int, Cell]) -> Iterator[Observed]:
    for one in bindings:
        yield Observed(
            name=one.name,
            where=place(one.cell, known),
            value=written(one.value),
            remarks=(say(_SALVAGED),) if one.salvaged else (),
        )


def _calls(results: Iterable[CallResult]) -> Iterator[Observed]:
    for number, one in enumerate(results, 1):
        yield Observed(
            name=say("call {number}", number=number),
            where="",
            value=written(one.value) if one.value is not None else "",
            remarks=tuple(_remarks(one)),
            trace=cut(one.failure.trace, MAX_TRACE)[0] if one.failure else "",
        )


def _remarks(result: CallResult) -> Iterator[str]:
    if result.failure:
        yield _failure(result.failure)
    if result.timed_out:
        yield say("took longer than a call may")
    if result.refusal:
        yield result.refusal
    if result.mutated:
        yield say("changed in place: {names}", names=", ".join(result.mutated))
    if result.otherwise:
        yield say("failed on the call's first form; this is what the other one gave")
    if result.printed:
        yield say("printed: {text}", text=cut(result.printed, MAX_VALUE)[0])


def _failure(failure: Failure) -> str:
    told = f"{failure.type}: {failure.message}" if failure.message else failure.type
    return cut(told, MAX_VALUE)[0]


def _written(value: Value, depth: int) -> str:
    if depth > MAX_DEPTH:
        return "…"
    match value:
        case values.Array():
            return _array(value)
        case values.Sequence():
            return _sequence(value, depth)
        case values.Mapping():
            entries = [
                f"{_written(key, depth + 1)}: {_written(item, depth + 1)}"
                for key, item in islice(value.items, MAX_ITEMS)
            ]
            return "{" + _listed(entries, len(value.items)) + "}"
        case values.Function():
            return say("function {form}", form=f"{value.name}({_parameters(value)})")
        case values.Opaque():
            kind = say("object of type {type}", type=value.type)
            return f"{kind}: {value.reason}" if value.reason else kind
        case values.Text():
            text = repr(value.v[: MAX_VALUE + 1])
            return say("{text} (cut)", text=text) if value.cut else text
        case values.Real(dtype=dtype) if dtype != "float64":
            return f"{dtype}({values.to_python(value)!r})"
        case values.Integer():
            return value.v
    return repr(values.to_python(value))


def _sequence(sequence: values.Sequence, depth: int) -> str:
    items = [_written(item, depth + 1) for item in islice(sequence.items, MAX_ITEMS)]
    inside = _listed(items, len(sequence.items))
    if sequence.kind == "tuple":
        return f"({inside},)" if len(sequence.items) == 1 else f"({inside})"
    return f"[{inside}]" if sequence.kind == "list" else f"{{{inside}}}" if inside else "set()"


def _array(array: values.Array) -> str:
    shape = ", ".join(map(str, array.shape))
    flat: np.ndarray[tuple[int, ...], np.dtype[np.generic]] = values.to_python(array).ravel()
    items = [repr(item) for item in flat[:MAX_ITEMS].tolist()]
    listed = _listed(items, flat.size)
    return say(
        "{library} {dtype}, shape ({shape}): [{items}]",
        library=array.library,
        dtype=array.dtype,
        shape=shape,
        items=listed,
    )


def _listed(items: list[str], count: int) -> str:
    rest = [say("… {count} more", count=count - len(items))] if count > len(items) else []
    return ", ".join([*items, *rest])


def _parameters(function: values.Function) -> str:
    if function.parameters is None:
        return "…"
    return ", ".join(one.name for one in islice(function.parameters, MAX_ITEMS))
