"""What is said where no answer was found: a silent zero needs every doubt ruled out first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from grader.grade import Verdict
from grader.language import message, say, say_count
from grader.marking import elsewhere
from grader.marking.code import mentions
from grader.marking.evidence import Candidate, place
from grader.marking.judgement import Case, Judgement, to_a_person
from grader.marking.plain import plain
from grader.marking.plain import told as told_value
from grader.marking.prose import holds_formula, own_prose, without_headings
from grader.run import CellRun, CellStatus, Failure, RunStatus
from grader.sheet import Question
from grader.submission import Cell
from grader.values import Function

MOST_LEFTS = 4
"""Of more left sides the first ones are told."""
ENDED = {
    RunStatus.DIED: "died",
    RunStatus.TIMED_OUT: "timed_out",
    RunStatus.OUT_OF_MEMORY: "out_of_memory",
    RunStatus.OUTPUT_LIMIT: "output_limit",
}
"""Run statuses after which cells may not have had their turn, with their codes."""

FAILED = message("What should define it, {place}, failed.")
HOW = {
    CellStatus.TIMED_OUT: message("What should define it, {place}, took too long."),
    CellStatus.KILLED: message(
        "What should define it, {place}, was running when the process ended."
    ),
}
"""By how a cell ended what is said of it."""
MAY_BE_MEANT = message(
    "Numbers or formulas in your text may be meant for it; a person can give points."
)


def judge(
    case: Case,
    question: Question,
    *,
    stored: tuple[Candidate, ...] = (),
    may_earn: Callable[[], bool] = lambda: False,
) -> Judgement:
    """Return the judgement for a question without any evidence from our own run.

    ``may_earn`` tells whether something in the prose would earn points if it were the answer.
    """
    if stored:
        return _stored_only(case, question, stored)
    doubt = _doubt(case, question, may_earn)
    return doubt or _missing(case, question).add(*_searched(case, question))


def unrun(case: Case, question: Question) -> tuple[Cell, ...]:
    """Return the cells that would have answered, but never had their turn."""
    names = (question.name, *question.aliases)
    return tuple(
        cell
        for cell, status in _statuses(case)
        if status is CellStatus.NOT_RUN and _answers(case, cell, names)
    )


def prose(case: Case, question: Question) -> tuple[Cell, ...]:
    """Return the learner's own Markdown cells in which an answer may stand.

    They hold numbers or, for a function, formulas, and do not say that they answer another
    question.
    """
    formulas_only = question.kind == "function"
    others = {one.id for one in case.prepared.sheet.questions} - {question.id}
    return tuple(
        cell
        for cell in own_prose(case)
        if cell.answers not in others
        and (
            holds_formula(cell.source)
            or (not formulas_only and re.search(r"\d", without_headings(cell.source)))
        )
    )


def listed(cells: tuple[Cell, ...]) -> str:
    """Return where a few cells are: ``cells 3, 5``."""
    numbers = [str(cell.line or cell.number) for cell in cells[:20]]
    named = ", ".join(numbers) + (", …" if len(cells) > 20 else "")
    if cells and cells[0].line:
        return say_count("line {numbers}", "lines {numbers}", len(numbers), numbers=named)
    return say_count("cell {numbers}", "cells {numbers}", len(numbers), numbers=named)


def told(failure: Failure, case: Case) -> str:
    """Return an exception of the learner's in one sentence."""
    cell = next((c for c in case.submission.cells if c.number == failure.cell), None)
    what = failure.type
    if cell:
        what = say("{error} in {place}", error=what, place=cell.where(failure.line or None))
    text = f": {failure.message}" if failure.message else ""
    sentence = f" ({failure.sentence})" if failure.sentence else ""
    return f"{what}{text}{sentence}"


def _searched(case: Case, question: Question) -> Iterator[str]:
    """Yield a sentence on what was looked through, where a person might wonder."""
    if prose(case, question):
        yield say(
            "All of your text is labelled {parts}; under {own}, or without a label, there is no "
            "number or formula.",
            parts=", ".join(elsewhere.other_parts(case, question)),
            own=question.part,
        )


def _doubt(case: Case, question: Question, may_earn: Callable[[], bool]) -> Judgement | None:
    skipped = unrun(case, question)
    if skipped:
        why = say("{cells} would have defined it, but never ran", cells=listed(skipped))
        return _not_run(case, question, why)
    if question.kind == "function" and _defined(case, question):
        return _not_run(case, question, say("it is defined, but it was never called"))
    written = prose(case, question)
    surely_none = question.kind != "text" and elsewhere.other_parts(case, question)
    if written and (not surely_none or may_earn()):
        return Judgement(
            verdict=Verdict.NEEDS_REVIEW,
            points=None,
            note="prose_only",
            feedback=f"{_sought(question)} {say(MAY_BE_MEANT)}",
            details=(
                say("Numbers or formulas stand in the Markdown of {cells}.", cells=listed(written)),
            ),
        )
    return None


def _not_run(case: Case, question: Question, why: str) -> Judgement:
    what = say("`{name}` could not be judged: {reason}.", name=question.name, reason=why)
    reasons = (case.run.reason,) if case.run.reason else ()
    return Judgement(
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        note="not_run",
        feedback=to_a_person(" ".join((what, *reasons))),
    )


def _defined(case: Case, question: Question) -> bool:
    names = (question.name, *question.aliases)
    return any(b.name in names and isinstance(b.value, Function) for b in case.run.bindings)


def _stored_only(case: Case, question: Question, stored: tuple[Candidate, ...]) -> Judgement:
    last = stored[-1]
    reference = case.prepared.values[question.name]
    right = any(reference.fits(plain(reading), reference.expected) for reading in last.readings)
    if right:
        would = say("The stored value agrees with the expected value.")
    else:
        would = say("The stored value does not agree with the expected value.")
    return Judgement(
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        note="stored_only",
        feedback=say(
            "Your file shows a value for `{name}`, but running your code does not give one. A "
            "stored output alone is no evidence; a person decides.",
            name=question.name,
        ),
        details=(
            would,
            *(_reason(case, one) for one in _failures(case, question, case.run.cells)),
        ),
        given=told_value(plain(last.readings[0])),
        where=last.where,
    )


def _missing(case: Case, question: Question) -> Judgement:
    failed = tuple(_failures(case, question, case.run.cells))
    ended = ENDED.get(case.run.status, "")
    code = (
        f"missing:{_code(case, failed[0])}"
        if failed
        else f"missing:{ended}"
        if ended
        else "missing"
    )
    reasons = [_reason(case, one) for one in failed] or ([case.run.reason] if ended else [])
    return Judgement(
        verdict=Verdict.MISSING,
        points=0.0,
        note=code,
        feedback=" ".join([_sought(question), *reasons]),
        details=tuple(told(one.failure, case) for one in failed if one.failure),
    )


def _sought(question: Question) -> str:
    names = f"`{question.name}`"
    if question.aliases:
        others = ", ".join(f"`{alias}`" for alias in question.aliases)
        names = say("{name} (nor {others})", name=names, others=others)
    if question.kind == "function":
        return say("No function named {names} was found in your code.", names=names)
    sought = say("No value named {names} was found, and no output labelled so.", names=names)
    return " ".join((sought, _sought_in_text(question)))


def _sought_in_text(question: Question) -> str:
    """Return what a number in the text would have stood behind, or beside in a table."""
    spelled = dict.fromkeys(one for several in question.written.values() for one in several)
    lefts = [f"`{one}`" for one in spelled if one != question.name]
    more = ", …" if len(lefts) > MOST_LEFTS else ""
    names = ", ".join(lefts[:MOST_LEFTS]) + more if lefts else say("these names")
    if not question.part:
        return say(
            "In your text no number stands behind {names}, in a line or a table.", names=names
        )
    return say(
        "In your text no number stands behind {names}, in a line or a table (the sheet asks for it "
        "in {part}).",
        names=names,
        part=question.part,
    )


def _failures(case: Case, question: Question, runs: tuple[CellRun, ...]) -> Iterator[CellRun]:
    """Yield the failed runs of the cells that should have answered."""
    names = (question.name, *question.aliases)
    failed = {CellStatus.ERROR, CellStatus.TIMED_OUT, CellStatus.KILLED}
    cells = {cell.number: cell for cell in case.submission.cells}
    for run in runs:
        if run.status in failed and run.cell in cells and _answers(case, cells[run.cell], names):
            yield run


def _code(case: Case, run: CellRun) -> str:
    if run.status is CellStatus.KILLED:
        return ENDED.get(case.run.status, "died")
    return "timed_out" if run.status is CellStatus.TIMED_OUT else "failed"


def _reason(case: Case, run: CellRun) -> str:
    how = HOW.get(run.status, FAILED)
    return say(how, place=place(case.submission, run.cell))


def _answers(case: Case, cell: Cell, names: tuple[str, ...]) -> bool:
    if cell.kind != "code":
        return False
    if cell.number in case.code.unparsed:
        return any(mentions(cell, name) for name in names)
    return any(s.cell == cell.number for name in names for s in case.code.binding(name))


def _statuses(case: Case) -> Iterator[tuple[Cell, CellStatus]]:
    """Yield each code cell with its status; cells after an early end never had their turn."""
    known = {run.cell: run.status for run in case.run.cells}
    default = CellStatus.NOT_RUN if case.run.status in ENDED else CellStatus.OK
    for cell in case.submission.cells:
        if cell.kind == "code":
            yield cell, known.get(cell.number, default)
