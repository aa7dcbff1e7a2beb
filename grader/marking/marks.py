"""One grade of one submission: every question on its own, then what they owe each other."""

from __future__ import annotations

import logging
from dataclasses import replace

from grader.grade import UNDECIDED, Grade, Mark, RunSummary, Status, Verdict
from grader.language import say
from grader.marking import (
    code,
    consistency,
    formula,
    function,
    instead,
    pictures,
    source_rules,
    text,
    value,
)
from grader.marking.judgement import Case, Judgement, review, to_mark
from grader.marking.plain import told
from grader.marking.prepared import Prepared
from grader.run import Run, RunStatus
from grader.sheet import Question, Sheet
from grader.submission import Rejection, Submission

LOG = logging.getLogger(__name__)

_JUDGES = {
    "value": value.judge,
    "function": function.judge,
    "text": text.judge,
    "formula": formula.judge,
}


def mark(prepared: Prepared, submission: Submission, run: Run) -> Grade:
    """Return the grade of one submission; never raises for anything that a learner did.

    A failure of our own inside one question becomes ``GRADER_ERROR`` for that question alone.
    """
    if run.status is RunStatus.SANDBOX_ERROR:
        marks = tuple(_sandbox_error(question, run) for question in prepared.sheet.questions)
    else:
        case = Case(prepared=prepared, submission=submission, run=run, code=code.read(submission))
        raw = tuple(_mark(case, one) for one in prepared.sheet.questions)
        marks = _with_steps(prepared, instead.apply(case, _fitted(case, raw)))
        marks = _pictured(case, marks)
    undecided = any(one.verdict in UNDECIDED for one in marks)
    return Grade(
        submission=submission.name,
        source=submission.source,
        sha256=submission.sha256,
        status=Status.NEEDS_REVIEW if undecided else Status.GRADED,
        points=round(sum(one.points or 0.0 for one in marks), 2),
        max_points=prepared.sheet.max_points,
        run=_summary(run),
        questions=marks,
        remarks=submission.remarks,
        identity=submission.identity,
    )


def reject(sheet: Sheet, rejection: Rejection) -> Grade:
    """Return the grade of a hand-in that could not be read: every question goes to a person."""
    judgement = Judgement(
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        note="not_read",
        feedback=say("The file could not be read: {reason}", reason=rejection.reason),
    )
    if rejection.ours:
        why = say("The grader failed on this file; this is not your mistake, and a person decides.")
        judgement = _grader_error("NotRead", why)
    marks = tuple(to_mark(question, judgement) for question in sheet.questions)
    return Grade(
        submission=rejection.name,
        source=rejection.source,
        sha256=rejection.sha256,
        status=Status.NOT_GRADED,
        points=0.0,
        max_points=sheet.max_points,
        run=None,
        questions=marks,
        reason=rejection.reason,
        identity=rejection.identity,
    )


def _mark(case: Case, question: Question) -> Mark:
    try:
        judgement = _JUDGES[question.kind](case, question)
        judgement = _with_rules(case, question, judgement)
        judgement = judgement.add(*_read(case, question, judgement))
        return to_mark(question, judgement, expected=_expected(case, question))
    except Exception as problem:
        LOG.exception("marking %s of %s failed", question.id, case.submission.name)
        why = say(
            "The grader failed here; this is not your mistake, and a person gives the points."
        )
        return to_mark(question, _grader_error(type(problem).__name__, why))


def _fitted(case: Case, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Say where own values do not fit together; a failure of ours there changes nothing."""
    try:
        return consistency.apply(case, marks)
    except Exception:
        LOG.exception("the invariants of %s failed", case.submission.name)
        return marks


def _pictured(case: Case, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Add pictures; a failure of ours there changes nothing."""
    try:
        return pictures.apply(case, marks)
    except Exception:
        LOG.exception("the pictures of %s failed", case.submission.name)
        return marks


def _grader_error(name: str, why: str) -> Judgement:
    return Judgement(
        verdict=Verdict.GRADER_ERROR, points=None, note=f"grader_error:{name}", feedback=why
    )


def _sandbox_error(question: Question, run: Run) -> Mark:
    if run.reason:
        why = say(
            "Your work could not be run, through no fault of yours ({reason}); a person decides.",
            reason=run.reason,
        )
    else:
        why = say("Your work could not be run, through no fault of yours; a person decides.")
    return to_mark(question, _grader_error("SandboxError", why))


def _expected(case: Case, question: Question) -> str:
    if question.name in case.prepared.formulas:
        return case.prepared.formulas[question.name].text
    reference = case.prepared.values.get(question.name)
    return told(reference.expected) if reference else ""


def _with_rules(case: Case, question: Question, judgement: Judgement) -> Judgement:
    """Apply ``forbids`` and ``requires``: they ask for a person, they never take points."""
    if not judgement.found_as:
        return judgement
    name, cell = judgement.found_as
    finding = source_rules.check(question, case.code, case.submission, name=name, cell=cell)
    if finding is None:
        return judgement
    said = finding.sentence
    why = f"{said[0].upper()}{said[1:]}."
    if judgement.points:
        return review(judgement, note=finding.code, why=why)
    return judgement.add(why)


def _read(case: Case, question: Question, judgement: Judgement) -> tuple[str, ...]:
    """Return what a reader would say of the answering code; of several questions once."""
    if not judgement.found_as:
        return ()
    name, cell = judgement.found_as
    said = source_rules.remarks(question, case.code, case.submission, name=name, cell=cell)
    return tuple(
        one for one in said if case.once(("read", one), lambda: question.id) == question.id
    )


def _with_steps(prepared: Prepared, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Give steps their points where the end that they lead to is right."""
    right = {one.question for one in marks if one.verdict is Verdict.CORRECT}
    ends = {
        f"{question.task}.{step}": question
        for question in prepared.sheet.questions
        if question.id in right
        for step in question.steps
    }
    return tuple(_kept(one, ends[one.question]) if one.question in ends else one for one in marks)


def _kept(step: Mark, end: Question) -> Mark:
    if step.note == "prose_only":
        step = replace(step, verdict=Verdict.MISSING, points=0.0)
    if step.points is None or step.points >= step.max_points:
        return step
    why = say("This is a step to `{name}`, which is right; so it keeps its points.", name=end.name)
    note = "end_right" if step.verdict in (Verdict.MISSING, Verdict.INCORRECT) else step.note
    return replace(
        step, points=step.max_points, note=note, feedback=f"{step.feedback} {why}".strip()
    )


def _summary(run: Run) -> RunSummary:
    return RunSummary(
        status=run.status,
        wall_seconds=run.wall_seconds,
        cpu_seconds=run.cpu_seconds,
        peak_rss_bytes=run.peak_rss_bytes,
        reason=run.reason,
    )
