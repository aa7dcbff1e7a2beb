"""A mark in plain text, for platforms that show text and have their own points and colours."""

from __future__ import annotations

from collections.abc import Iterator

from grader.grade import ChainStep, Counterexample, Grade, Mark, QuestionHead
from grader.language import say
from grader.report import words
from grader.report.answers import Answer
from grader.report.text import MAX_FIELD, cut, shown, visible, with_rest
from grader.report.words import (
    ISOLATION_NONE,
    RUN_MEANS,
    STEP,
    VERDICT,
    VERDICT_MEANS,
    YOURS,
    late,
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
    lines = [*_mark(answer.mark, answer.head, answer.recognised)]
    if answer.next_step and not answer.next_step.first:
        lines.append(say("Next step: {sentence}", sentence=answer.next_step.sentence))
    return bounded("\n".join(lines))


def of_grade(grade: Grade, isolation: str) -> str:
    """Return where a whole grade stands, without points: how it ran, and what was remarked."""
    return bounded("\n".join(_grade(grade, isolation)))


def bounded(text: str) -> str:
    """Return ``text`` visible and no longer than a page bears, saying what was left out."""
    kept, missing = cut(text, MAX_FIELD)
    return with_rest(visible(kept), missing)


def rounded(number: float) -> float:
    """Return a number as the files of platforms carry it."""
    return round(number, DECIMALS) + 0.0


def _mark(mark: Mark, head: QuestionHead, recognised: str) -> Iterator[str]:
    yield f"{VERDICT[mark.verdict]}."
    if recognised:
        yield recognised
    yield from filter(None, (mark.feedback, VERDICT_MEANS[mark.verdict]))
    facts = (
        (YOURS[head.kind], mark.given),
        (say("Found in"), mark.where),
        (say("How far off"), mark.error),
        (say("Tolerance"), mark.tolerance),
        (say("Expected"), mark.expected),
    )
    yield from (f"{name}: {shown(text)}" for name, text in facts if text)
    if mark.counterexample:
        differ = say("Where they differ")
        yield f"{differ}: {_differing(mark.counterexample)}"
    yield from (f"- {_step(step)}" for step in mark.chain)
    yield from (f"- {line}" for line in mark.details)


def _differing(example: Counterexample) -> str:
    """Return in words where a formula and the expected one differ."""
    at = ", ".join(f"{name} = {value}" for name, value in example.at)
    if not at:
        return say("Yours is {value}, which is not the expected value.", value=example.given)
    return say(
        "At {place} yours is {value}, which is not the expected value.",
        place=at,
        value=example.given,
    )


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
    if isolation == ISOLATION_NONE:
        yield say("Isolation: {level}. No sandbox was used.", level=words.isolation(isolation))
    else:
        yield say("Isolation: {level}.", level=words.isolation(isolation))
