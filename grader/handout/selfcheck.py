"""What can be said of a learner's answers without any reference.

Is every answer found, and where; has it the form that is asked for; are worked examples of the
statement right; do own values fit together; how were formulas understood. Whether an answer is
right is said at grading.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from grader.formula import Side, shown_text
from grader.formula.stored import from_json
from grader.grade import ChainStep, StepOutcome, Verdict
from grader.handout import form
from grader.handout.checked import (
    Checked,
    PublicCheck,
    SelfCheck,
    State,
    decided,
    fails,
    is_open,
    passes,
)
from grader.language import say
from grader.marking import (
    Prepared,
    chains,
    consistency,
    derived,
    equations,
    evidence,
    missing,
    onpaper,
    source_rules,
    text,
    workings,
)
from grader.marking import code as codes
from grader.marking.code import Code
from grader.marking.evidence import place
from grader.marking.judgement import Case, Judgement
from grader.marking.plain import plain, shortened, told
from grader.marking.prepared import shown_call
from grader.marking.references import FunctionReference
from grader.run import CallResult, FunctionRun, Run
from grader.sheet import AuthoredCall, Question, function_probe
from grader.submission import Submission

FOUND, FORM, CALL, WORKED, STEPS, RULES = (
    "found",
    "its form",
    "an example call",
    "the statement's example",
    "your steps",
    "its source",
)
"""What is looked at: data for programs, the same in every language."""
MOST_SENTENCES = 3
"""So many sentences are told on the form of one answer."""
SHOWN = 300


def check(
    prepared: Prepared,
    submission: Submission,
    run: Run,
    *,
    only: Collection[str] | None = None,
    code: Code | None = None,
) -> SelfCheck:
    """Return what can be said of one run of a learner's file.

    With ``only`` of these questions (``task.question``) and what their values have to fit. ``code``
    is that of the submission, where it has been read already.
    """
    sheet = prepared.sheet
    wanted = frozenset(one.id for one in sheet.questions) if only is None else frozenset(only)
    code = codes.read(submission) if code is None else code
    case = Case(prepared=prepared, submission=submission, run=run, code=code)
    # One question's answer may count for another one of its task.
    tasks = {question.task for question in sheet.questions if question.id in wanted}
    asked = tuple(question for question in sheet.questions if question.task in tasks)
    found = [_LOOKS[question.kind](case, question) for question in asked]
    failure = run.first_failure()
    return SelfCheck(
        sheet=sheet.title,
        questions=tuple(one for one in _answered_elsewhere(asked, found) if one.question in wanted),
        invariants=tuple(_invariants(case, wanted)),
        later=len(wanted),
        error=say("first error: {error}", error=missing.told(failure, case))
        if failure
        else run.reason,
        remarks=submission.remarks,
    )


def _value(case: Case, question: Question) -> Checked:
    groups = evidence.find(case, question)
    observed = evidence.observed(groups)
    if not observed:
        return _stored_or_missing(case, question, stored=bool(groups))
    chosen = observed[0][-1]
    readings = [plain(one) for one in chosen.readings]
    if _is_unfilled(readings[0]):
        return _not_found(question, _not_written(question))
    steps: tuple[ChainStep, ...] = ()
    if chosen.written:
        steps = workings.chain(case, onpaper.paper(case, question.name), chosen.written)
    formed = min((_form(question, one) for one in readings), key=len)
    checks = [passes(FOUND), decided(FORM, _sentence(formed))]
    checks += [*_steps(steps), *_rules(case, question, chosen.name, chosen.cell)]
    return _found(
        question, checks, given=told(readings[0]), where=chosen.where, chain=steps
    )  # fmt: skip


def _is_unfilled(given: Any) -> bool:
    """Return whether a value holds nothing but None, as in the starter."""
    if isinstance(given, dict):
        given = list(given.values())
    return given is None or (
        isinstance(given, list) and bool(given) and all(one is None for one in given)
    )


def _not_written(question: Question) -> PublicCheck:
    return fails(FOUND, say("`{name}` is still as in the starter.", name=question.name))


def _form(question: Question, given: Any) -> list[str]:
    """Return a sentence for each way in which a value has not the form that is asked for."""
    example = question.example
    found = form.differences(given, plain(example)) if example is not None else iter(())
    infinite = form.not_finite(given)
    return [*islice(found, MOST_SENTENCES), *([infinite] if infinite else [])]


def _sentence(parts: list[str]) -> str:
    """Return clauses as one sentence; nothing where there is none."""
    told = "; ".join(parts)
    return f"{told[0].upper()}{told[1:]}." if told else ""


def _stored_or_missing(case: Case, question: Question, *, stored: bool) -> Checked:
    if stored:
        why = say(
            "Your file shows a value for `{name}`, but running it from the top does not "
            "give one: a cell that defines it may be gone, or come later.",
            name=question.name,
        )
        return _not_found(question, fails(FOUND, why))
    return _missing(question, missing.judge(case, question))


def _missing(question: Question, judgement: Judgement) -> Checked:
    """Return that nothing was found; open where it may stand in prose."""
    why = " ".join([judgement.feedback, *judgement.details[:1]])
    unread = judgement.verdict is Verdict.NEEDS_REVIEW
    return _not_found(question, (is_open if unread else fails)(FOUND, why))


def _function(case: Case, question: Question) -> Checked:
    run = next((one for one in case.run.functions if one.question == question.id), None)
    if run is None:
        return _missing(question, missing.judge(case, question))
    where = say("`{name}` in {place}", name=run.name, place=place(case.submission, run.cell))
    if run.refusal:
        why = say("{reason}. So it could not be called.", reason=run.refusal.rstrip("."))
        return _found(question, [passes(FOUND), fails(CALL, why)], given="", where=where)
    if _is_blank(run):
        return _not_found(question, _not_written(question))
    plan = function_probe(question, seed=0)
    calls = plan.calls if plan else ()
    checks = [passes(FOUND)]
    for authored, call, result in zip(question.calls.fixed, calls, run.results, strict=False):
        said = f"{question.name}({shortened(shown_call(call.arguments))})"
        checks += _call(case, question, authored, result, said)
    if len(run.results) < len(calls):
        checks.append(
            fails(CALL, say("Not all calls were reached, because the process had ended."))
        )
    checks += _rules(case, question, run.name, run.cell)
    return _found(question, checks, given=_first_given(run), where=where)


def _is_blank(run: FunctionRun) -> bool:
    failures = [one.failure.type for one in run.results if one.failure]
    return bool(failures) and set(failures) == {"NotImplementedError"}


def _call(
    case: Case, question: Question, authored: AuthoredCall, result: CallResult, said: str
) -> Iterator[PublicCheck]:
    what = WORKED if authored.gives is not None else CALL
    problem = _no_result(case, result, said)
    if problem:
        yield fails(what, problem)
        return
    assert result.value is not None
    given = plain(result.value)
    if given is None:
        yield fails(what, _gives_nothing(result, said))
        return
    example = authored.example
    sentences = [] if example is None else list(form.differences(given, plain(example)))
    infinite = form.not_finite(given)
    sentences = [*sentences[:MOST_SENTENCES], *([infinite] if infinite else [])]
    if authored.gives is not None and not _as_the_statement_says(question, authored, given):
        right = told(plain(authored.gives))
        sentences.append(
            say("the statement says {right}, and it gives {given}", right=right, given=told(given))
        )
    yield decided(what, f"{said}: {'; '.join(sentences)}." if sentences else "")


def _gives_nothing(result: CallResult, call: str) -> str:
    if result.printed:
        return say(
            "{call} gives None: the function prints its result; print is not return.", call=call
        )
    return say("{call} gives None: the function lacks a return.", call=call)


def _no_result(case: Case, result: CallResult, call: str) -> str:
    if result.failure:
        return say("{call} raised {error}.", call=call, error=missing.told(result.failure, case))
    if result.timed_out:
        return say("{call} took too long.", call=call)
    if result.value is None:
        reason = result.refusal or say("the process had ended")
        return say("{call} could not be made: {reason}.", call=call, reason=reason)
    return ""


def _as_the_statement_says(question: Question, authored: AuthoredCall, given: Any) -> bool:
    assert authored.gives is not None and question.check is not None
    one = replace(question, calls=replace(question.calls, fixed=(authored,)))
    plan = function_probe(one, seed=0)
    expected = plain(authored.gives)
    reference = FunctionReference(
        question=one, check=question.check, calls=plan.calls if plan else (), expected=(expected,)
    )
    return reference.compared(given, expected).agrees


def _first_given(run: FunctionRun) -> str:
    values = [one.value for one in run.results if one.value is not None]
    return told(plain(values[0])) if values else ""


def _formula(case: Case, question: Question) -> Checked:
    reference = case.prepared.formulas[question.name]
    findings = equations.find(case, question)
    if not findings.places:
        name = reference.spellings[0]
        otherwise = [*findings.unnamed, *findings.unread, *equations.named(case, reference)]
        if otherwise:
            cells = missing.listed(tuple(dict.fromkeys(otherwise)))
            why = say(
                "No equation `{name} = …` was found in your Markdown. It may stand in {cells}.",
                name=name,
                cells=cells,
            )
            return _not_found(question, is_open(FOUND, why))
        why = say("No equation `{name} = …` was found in your Markdown.", name=name)
        return _not_found(question, fails(FOUND, why))
    best = max(one.support for one in findings.places)
    chosen = [one for one in findings.places if one.support == best][-1]
    steps = chains.most_telling(derived.steps(reference, chosen))
    read = [side for side in chosen.sides if side.reading.trees and not side.reading.unknown]
    tree = read[-1].reading.trees[0] if read else None
    doubts = "; ".join(dict.fromkeys(_doubts(chosen.sides, chosen.refusal)))
    checks = [passes(FOUND)]
    if doubts or tree is None:
        why = doubts or say("nothing stands right of the name")
        checks.append(is_open(FORM, say("It is not surely read: {why}.", why=why)))
    else:
        checks.append(passes(FORM))
    found = _found(
        question,
        [*checks, *_steps(steps)],
        given=shortened(chosen.text, limit=SHOWN),
        where=chosen.where,
        chain=steps,
    )
    return replace(found, understood=chains.stored(tree) if tree is not None else "")


def _doubts(sides: tuple[Side, ...], refusal: str) -> Iterator[str]:
    if refusal:
        yield refusal
    for side in sides[-1:]:
        if side.reading.refusal is not None:
            yield side.reading.refusal.sentence
        yield from (remark.sentence for remark in side.reading.remarks)


def _text(case: Case, question: Question) -> Checked:
    judgement = text.judge(case, question)
    if judgement.verdict is Verdict.MISSING or not judgement.where:
        return _missing(question, judgement)
    given = shortened(judgement.given, limit=SHOWN)
    return _found(question, [passes(FOUND)], given=given, where=judgement.where)


_LOOKS: dict[str, Callable[[Case, Question], Checked]] = {
    "value": _value,
    "function": _function,
    "formula": _formula,
    "text": _text,
}


def _rules(case: Case, question: Question, name: str, cell: int) -> Iterator[PublicCheck]:
    """Yield what the author says on the source: at grading a person looks, so it is open here."""
    if question.forbids or question.requires:
        finding = source_rules.check(question, case.code, case.submission, name=name, cell=cell)
        if finding is None:
            yield passes(RULES)
        else:
            broken = f"{finding.sentence[0].upper()}{finding.sentence[1:]}"
            why = say("{broken}. A person looks at it at grading.", broken=broken)
            yield is_open(RULES, why)


def _steps(steps: tuple[ChainStep, ...]) -> Iterator[PublicCheck]:
    broken = [one for one in steps if one.outcome is StepOutcome.DOES_NOT_HOLD]
    for one in broken:
        yield fails(
            STEPS, f"`{one.left.text}` {one.relation} `{one.right.text}`: {one.sentence}"
        )  # fmt: skip
    looked_at = [one for one in steps if one.outcome is not StepOutcome.UNDECIDED]
    if looked_at and not broken:
        yield passes(STEPS)


def _invariants(case: Case, wanted: Collection[str]) -> Iterator[PublicCheck]:
    for one, finding in consistency.tried(case, of=wanted):
        if finding is None:
            yield passes(say(one.text))
        elif finding.broken:
            yield fails(say(one.text), finding.sentence)


def _answered_elsewhere(questions: tuple[Question, ...], found: list[Checked]) -> Iterator[Checked]:
    """Say of what is not there that another answer counts for it, where that is there."""
    there = {one.question for one in found if one.found and one.state is not State.FAILS}
    for question, one in zip(questions, found, strict=True):
        others = [name for name in question.instead if f"{question.task}.{name}" in there]
        if one.found or not others:
            yield one
        else:
            where = say("answered by {names} instead", names=", ".join(others))
            yield replace(one, checks=(passes(FOUND),), where=where)


def _found(
    question: Question,
    checks: list[PublicCheck],
    *,
    given: str,
    where: str,
    chain: tuple[ChainStep, ...] = (),
) -> Checked:
    return Checked(
        question=question.id,
        part=question.part,
        checks=tuple(checks),
        given=given,
        where=where,
        chain=chain,
        hints=question.hints,
    )


def _not_found(question: Question, one: PublicCheck) -> Checked:
    return Checked(question=question.id, part=question.part, checks=(one,), hints=question.hints)


def echo(one: Checked) -> str:
    """Return how a formula was understood, as text; nothing where it is no formula."""
    return shown_text(from_json(json.loads(one.understood))) if one.understood else ""
