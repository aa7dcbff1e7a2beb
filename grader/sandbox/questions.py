"""The calls of function questions: planned here, made inside, one at a time."""

from __future__ import annotations

import time
from dataclasses import replace

import msgspec

from grader.language import sentence
from grader.probe import Call, FunctionProbe, Limits
from grader.run import Binding, CallResult, Failure, FunctionRun
from grader.sandbox import calling, endings, record, terminal, wire
from grader.sandbox.link import Link
from grader.sandbox.record import Record
from grader.values import Function


async def call_all(probe: FunctionProbe, link: Link, limits: Limits, kept: Record) -> None:
    """Make every call of one question and record each result as it comes.

    Raises ``DeadKernelError`` if the process ends on the way; what was reached is recorded then.
    """
    binding = kept.last(probe.names)
    if binding is None:
        return
    plan = _plan(probe, binding)
    if isinstance(plan, str):
        kept.add_function(_run(probe, binding, refusal=plan))
        return
    results: list[CallResult] = []
    salvaged = binding.salvaged
    for call in probe.calls:
        slow = sum(result.timed_out for result in results)
        try:
            result, leaned = await _call(binding.name, plan, call, link, limits, slow)
            if call.otherwise and result.failure and not result.timed_out:
                again, _ = await _call(binding.name, plan, call.otherwise, link, limits, slow)
                result = replace(again, otherwise=True) if again.value is not None else result
            results.append(result)
            salvaged = salvaged or leaned
        finally:
            made = replace(binding, salvaged=salvaged)
            kept.add_function(_run(probe, made, results=tuple(results)))


async def call_for_pictures(probe: FunctionProbe, link: Link, limits: Limits, kept: Record) -> None:
    """Make the calls that pictures ask for, once all that counts is recorded.

    Those of one picture together take no longer than one call may. Raises ``DeadKernelError`` if
    the process ends on the way.
    """
    binding, run = kept.last(probe.names), kept.function(probe.question)
    plan = _plan(probe, binding) if binding is not None else ""
    if binding is None or run is None or isinstance(plan, str):
        return
    for made in probe.for_pictures:
        results: list[CallResult] = []
        ends = time.monotonic() + limits.call_seconds
        for position in range(len(made.calls)):
            call = made.fed(position, results[-1].value if results else None)
            late = time.monotonic() > ends or any(one.timed_out for one in results)
            if call is None or late:
                break
            result, _ = await _call(binding.name, plan, call, link, limits, 0)
            results.append(result)
        run = replace(run, for_pictures=(*run.for_pictures, tuple(results)))
        kept.add_function(run)


def _plan(probe: FunctionProbe, binding: Binding) -> calling.Plan | str:
    if not isinstance(binding.value, Function):
        return sentence("`{name}` is not a function here.", name=binding.name)
    return calling.plan(probe, binding.value)


def _run(
    probe: FunctionProbe,
    binding: Binding,
    *,
    refusal: str = "",
    results: tuple[CallResult, ...] = (),
) -> FunctionRun:
    return FunctionRun(
        question=probe.question,
        name=binding.name,
        cell=binding.cell,
        refusal=refusal,
        results=results,
        salvaged=binding.salvaged,
    )


async def _call(
    name: str, plan: calling.Plan, call: Call, link: Link, limits: Limits, slow: int
) -> tuple[CallResult, bool]:
    """Make one call; return what it gave, and whether it leaned on salvaged definitions."""
    passed = calling.bind(plan, call)
    if isinstance(passed, str):
        return CallResult(refusal=passed), False
    if slow >= calling.PATIENCE:
        return calling.not_made(slow, limits.call_seconds), False
    request = {
        "op": "call",
        "name": name,
        "arguments": [
            {"name": each.name, "keyword": each.keyword, "value": each.value} for each in passed
        ],
    }
    with link.deadline(limits.call_seconds, endings.call_stuck(name, limits)) as deadline:
        answer = await link.ask(request, wire.Called)
    return _result(answer, late=deadline.passed, limits=limits), answer.salvaged


def _result(answer: wire.Called, *, late: bool, limits: Limits) -> CallResult:
    printed = terminal.plain(answer.printed)
    if late:
        return CallResult(failure=_too_late(answer, limits), timed_out=True, printed=printed)
    returned = answer.value
    return CallResult(
        value=record.value(bytes(returned)) if isinstance(returned, msgspec.Raw) else None,
        failure=record.failure(answer.failure) if answer.failure else None,
        printed=printed,
        mutated=answer.mutated,
    )


def _too_late(answer: wire.Called, limits: Limits) -> Failure:
    text = answer.failure
    if text is None:
        return calling.too_late(limits.call_seconds)
    trace = terminal.plain(text.trace)
    return calling.too_late(limits.call_seconds, cell=text.cell, line=text.line, trace=trace)
