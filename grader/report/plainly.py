"""A mark in plain text, for platforms that show text and have their own points and colours."""

from __future__ import annotations

from collections.abc import Iterator

from grader.grade import ChainStep, Counterexample, Grade, Mark, QuestionHead
from grader.report.answers import Answer
from grader.report.text import MAX_FIELD, cut, plural, shown, visible
from grader.report.words import (
    DIFFER,
    ISOLATION_NONE,
    RUN_MEANS,
    STEP,
    VERDICT,
    VERDICT_MEANS,
    YOURS,
    late,
    misconception,
    standing,
)
from grader.run import RunStatus
from grader.spreadsheet import DECIMALS


def of_answer(answer: Answer) -> str:
    """Return what a learner reads of one question; ``suggestions`` are not theirs to read.

    A next step that leads to another question is left out: that one may not be seen yet.

    Control and direction characters are made visible and the length is bounded; what a learner
    wrote stands in it as it is, so it may only be shown as text.
    """
    lines = [*_mark(answer.mark, answer.head)]
    if answer.next_step and not answer.next_step.first:
        lines.append(f"Next step: {answer.next_step.sentence}")
    return bounded("\n".join(lines))


def of_grade(grade: Grade, isolation: str) -> str:
    """Return where a whole grade stands, without points: how it ran, and what was remarked."""
    return bounded("\n".join(_grade(grade, isolation)))


def bounded(text: str) -> str:
    """Return ``text`` visible and no longer than a page bears, saying what was left out."""
    kept, missing = cut(text, MAX_FIELD)
    return visible(kept) + (f" … ({plural(missing, 'more character')})" if missing else "")


def rounded(number: float) -> float:
    """Return a number as the files of platforms carry it."""
    return round(number, DECIMALS) + 0.0


def _mark(mark: Mark, head: QuestionHead) -> Iterator[str]:
    yield f"{VERDICT[mark.verdict]}."
    if mark.misconceptions:
        yield misconception(mark.misconceptions)
    yield from filter(None, (mark.feedback, VERDICT_MEANS[mark.verdict]))
    facts = (
        (YOURS[head.kind], mark.given),
        ("Found in", mark.where),
        ("How far off", mark.error),
        ("Tolerance", mark.tolerance),
        ("Expected", mark.expected),
    )
    yield from (f"{name}: {shown(text)}" for name, text in facts if text)
    if mark.counterexample:
        yield f"{DIFFER}: {_differing(mark.counterexample)}"
    yield from (f"- {_step(step)}" for step in mark.chain)
    yield from (f"- {line}" for line in mark.details)


def _differing(example: Counterexample) -> str:
    """Return in words where a formula and the expected one differ."""
    at = ", ".join(f"{name} = {value}" for name, value in example.at)
    yours = f"At {at} yours" if at else "Yours"
    return f"{yours} is {example.given}, which is not the expected value."


def _step(step: ChainStep) -> str:
    place = f" ({step.where})" if step.where else ""
    equation = f"{step.left.text} {step.relation} {step.right.text}"
    return f"{equation}: {STEP[step.outcome]}. {step.sentence}{place}"


def _grade(grade: Grade, isolation: str) -> Iterator[str]:
    yield standing(grade)
    if grade.reason:
        yield grade.reason
    if grade.run and grade.run.status is not RunStatus.OK:
        yield RUN_MEANS[grade.run.status]
        yield from filter(None, [grade.run.reason])
    yield from filter(None, [late(grade)])
    yield from grade.remarks
    yield f"Isolation: {isolation}." + (
        " No sandbox was used." if isolation == ISOLATION_NONE else ""
    )
