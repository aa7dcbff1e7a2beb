"""What a report says of verdicts, statuses and runs, in words: the same words everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from grader.grade import Grade, Mark, Status, StepOutcome, Verdict
from grader.report.items import FEWEST, Reading
from grader.report.text import number, phrase, plural
from grader.run import CellStatus, RunStatus

VERDICT = {
    Verdict.CORRECT: "Correct",
    Verdict.FOLLOW_THROUGH: "Follow-through",
    Verdict.MISCONCEPTION: "Misconception",
    Verdict.PARTIAL: "Partial",
    Verdict.INCORRECT: "Incorrect",
    Verdict.MISSING: "Missing",
    Verdict.NEEDS_REVIEW: "Needs review",
    Verdict.GRADER_ERROR: "Grader error",
}
"""In the order in which verdicts are listed."""

YOURS = {
    "value": "Your value",
    "function": "Your value",
    "text": "Your text",
    "formula": "Your formula",
}
"""What a question of each kind calls the learner's answer."""

VERDICT_MEANS = {
    Verdict.CORRECT: "",
    Verdict.FOLLOW_THROUGH: (
        "This agrees with your own earlier value. The slip before it counts once, "
        "where it was made, and not again here."
    ),
    Verdict.MISCONCEPTION: "This is what comes out when one step goes wrong in a known way.",
    Verdict.PARTIAL: "Part of this agrees, and the points are shared accordingly.",
    Verdict.INCORRECT: "",
    Verdict.MISSING: "No answer to this question was found.",
    Verdict.NEEDS_REVIEW: "A person reads this and decides. Until then it costs no points.",
    Verdict.GRADER_ERROR: (
        "The grader itself failed here. That is not your fault and costs you no points: "
        "a person decides."
    ),
}

HINTED = frozenset({Verdict.MISCONCEPTION, Verdict.PARTIAL, Verdict.INCORRECT, Verdict.MISSING})
"""Verdicts below which a report offers the author's hints."""

STATUS = {
    Status.GRADED: "Graded",
    Status.NEEDS_REVIEW: "Needs review",
    Status.NOT_GRADED: "Not graded",
}

RUN = {
    RunStatus.OK: "Ran to the end",
    RunStatus.ERROR: "Ran with errors",
    RunStatus.TIMED_OUT: "Timed out",
    RunStatus.OUT_OF_MEMORY: "Out of memory",
    RunStatus.OUTPUT_LIMIT: "Too much output",
    RunStatus.DIED: "Ended by itself",
    RunStatus.SANDBOX_ERROR: "Sandbox error",
}

RUN_MEANS = {
    RunStatus.OK: "Everything ran without an error.",
    RunStatus.ERROR: "At least one cell stopped with an error; everything else still ran.",
    RunStatus.TIMED_OUT: "It took longer than allowed and was stopped. What it had reached counts.",
    RunStatus.OUT_OF_MEMORY: (
        "It needed more memory than allowed and was stopped. What it had reached counts."
    ),
    RunStatus.OUTPUT_LIMIT: (
        "It wrote more output than allowed and was stopped. What it had reached counts."
    ),
    RunStatus.DIED: (
        "The Python process ended before the last cell: an exit or a crash. "
        "What it had reached counts."
    ),
    RunStatus.SANDBOX_ERROR: (
        "The grader's sandbox failed. That is not your fault and costs you no points: "
        "a person decides."
    ),
}

STEP = {
    StepOutcome.HOLDS: "Holds",
    StepOutcome.HOLDS_ROUNDED: "Holds once rounded",
    StepOutcome.DOES_NOT_HOLD: "Does not hold",
    StepOutcome.UNDECIDED: "Could not be decided",
}
"""What is said of one step of a learner's chain."""

DIFFER = "Where they differ"
"""What values are called at which a formula is not the expected one."""

CELL = {
    CellStatus.OK: "ran",
    CellStatus.ERROR: "stopped with an error",
    CellStatus.TIMED_OUT: "took too long and was stopped",
    CellStatus.KILLED: "was running when the process ended",
    CellStatus.NOT_RUN: "was not reached",
}

READING = {
    Reading.TOO_FEW: f"fewer than {FEWEST} to compare",
    Reading.NO_SPREAD: "all alike",
    Reading.NEGATIVE: "negative: look at this question",
    Reading.WEAK: "weak",
    Reading.GOOD: "",
}
"""What a discrimination says, in words."""

NO_RUN = "Nothing could be run."
ISOLATION_NONE = "none"
"""The isolation level that a report warns of."""

PART = {
    "right": "right",
    "follows": "follows from your earlier value",
    "wrong": "differs",
    "open": "open",
    "missing": "no number",
    "unsaid": "",
}
"""What is said of one part of a picture."""


def waiting(undecided: float, max_points: float) -> str:
    """Return how many points wait for a person: ``4 of 40 points wait for a person``."""
    verb = "waits" if undecided == 1 else "wait"
    return f"{number(undecided)} of {plural(max_points, 'point')} {verb} for a person"


def standing(grade: Grade) -> str:
    """Return where a grade stands, in one sentence to the learner."""
    if grade.status is Status.NOT_GRADED:
        return "A person looks at this hand-in: it could not be graded."
    if grade.undecided_points:
        return f"{waiting(grade.undecided_points, grade.max_points)}; the rest is decided."
    if grade.status is Status.NEEDS_REVIEW:
        return "A person looks at this grade before it is final."
    return "Every question is decided."


def late(grade: Grade) -> str:
    """Return what lateness means for a grade, in one line; empty where it was not late."""
    if grade.late is None:
        return ""
    told = grade.late
    if grade.status is Status.NOT_GRADED or not told.deduction:
        return told.sentence
    before = plural(told.points_before, "point")
    return f"{told.sentence} {before} less {number(told.deduction)}: {number(grade.points)} count."


def taken_off(grade: Grade) -> str:
    """Return how many points lateness took off, in a word or two; empty where it took none."""
    lost = grade.late.deduction if grade.late else 0.0
    return f"late: {number(-lost)}" if lost and grade.status is not Status.NOT_GRADED else ""


def tally(marks: Iterable[Mark]) -> dict[Verdict, int]:
    """Return how often each verdict was given, in the order of ``VERDICT``, without zeros."""
    counts = Counter(mark.verdict for mark in marks)
    return {verdict: counts[verdict] for verdict in VERDICT if counts[verdict]}


def tally_words(counts: dict[Verdict, int]) -> str:
    """Return verdict counts as words: ``12 correct, 1 misconception``."""
    return ", ".join(f"{count} {VERDICT[verdict].lower()}" for verdict, count in counts.items())


def misconception(names: tuple[str, ...]) -> str:
    """Return which misconceptions were recognised, claiming no more than is known."""
    told = [" together with ".join(f"“{phrase(part)}”" for part in n.split("+")) for n in names]
    if len(told) == 1:
        return f"Recognised: {told[0]}."
    return (
        f"More than one known mistake gives this value: {' or '.join(told)}. "
        "Which one it was cannot be told from the value alone."
    )
