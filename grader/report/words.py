"""What a report says of verdicts, statuses and runs, in words: the same words everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import TypeVar

from grader.grade import Grade, Mark, SheetHead, Status, StepOutcome, Verdict, phrase
from grader.language import message, say, say_count
from grader.report.items import FEWEST, Reading
from grader.report.text import headline, number, points
from grader.run import CellStatus, RunStatus

Key = TypeVar("Key")


class Said(Mapping[Key, str]):
    """A table of words, each said in the language that is spoken when it is asked for."""

    def __init__(self, texts: Mapping[Key, str], **values: object) -> None:
        """Keep texts that ``message`` marks; ``values`` are for their places."""
        self._texts = dict(texts)
        self._values = values

    def __getitem__(self, key: Key) -> str:
        """Return the words for ``key``."""
        return say(self._texts[key], **self._values)

    def __iter__(self) -> Iterator[Key]:
        """Go over the keys in the table's order."""
        return iter(self._texts)

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self._texts)


VERDICT = Said(
    {
        Verdict.CORRECT: message("Correct"),
        Verdict.FOLLOW_THROUGH: message("Follow-through"),
        Verdict.MISCONCEPTION: message("Misconception"),
        Verdict.PARTIAL: message("Partial"),
        Verdict.INCORRECT: message("Incorrect"),
        Verdict.MISSING: message("Missing"),
        Verdict.NEEDS_REVIEW: message("Needs review"),
        Verdict.GRADER_ERROR: message("Grader error"),
    }
)
"""In the order in which verdicts are listed."""

COUNTED = {
    Verdict.CORRECT: message("{number} correct"),
    Verdict.FOLLOW_THROUGH: message("{number} follow-through"),
    Verdict.MISCONCEPTION: message("{number} misconception"),
    Verdict.PARTIAL: message("{number} partial"),
    Verdict.INCORRECT: message("{number} incorrect"),
    Verdict.MISSING: message("{number} missing"),
    Verdict.NEEDS_REVIEW: message("{number} needs review"),
    Verdict.GRADER_ERROR: message("{number} grader error"),
}
"""How often a verdict was given, to be said with its count."""

YOURS = Said(
    {
        "value": message("Your value"),
        "function": message("Your value"),
        "text": message("Your text"),
        "formula": message("Your formula"),
    }
)
"""What a question of each kind calls the learner's answer."""

VERDICT_MEANS = Said(
    {
        Verdict.CORRECT: "",
        Verdict.FOLLOW_THROUGH: message(
            "This agrees with your own earlier value. The slip before it counts once, "
            "where it was made, and not again here."
        ),
        Verdict.MISCONCEPTION: message(
            "This is what comes out when one step goes wrong in a known way."
        ),
        Verdict.PARTIAL: message("Part of this agrees, and the points are shared accordingly."),
        Verdict.INCORRECT: "",
        Verdict.MISSING: message("No answer to this question was found."),
        Verdict.NEEDS_REVIEW: message(
            "A person reads this and decides. Until then it costs no points."
        ),
        Verdict.GRADER_ERROR: message(
            "The grader itself failed here. That is not your fault and costs you no points: "
            "a person decides."
        ),
    }
)

HINTED = frozenset({Verdict.MISCONCEPTION, Verdict.PARTIAL, Verdict.INCORRECT, Verdict.MISSING})
"""Verdicts below which a report offers the author's hints."""

STATUS = Said(
    {
        Status.GRADED: message("Graded"),
        Status.NEEDS_REVIEW: message("Needs review"),
        Status.NOT_GRADED: message("Not graded"),
    }
)

RUN = Said(
    {
        RunStatus.OK: message("Ran to the end"),
        RunStatus.ERROR: message("Ran with errors"),
        RunStatus.TIMED_OUT: message("Timed out"),
        RunStatus.OUT_OF_MEMORY: message("Out of memory"),
        RunStatus.OUTPUT_LIMIT: message("Too much output"),
        RunStatus.DIED: message("Ended by itself"),
        RunStatus.SANDBOX_ERROR: message("Sandbox error"),
    }
)

RUN_MEANS = Said(
    {
        RunStatus.OK: message("Everything ran without an error."),
        RunStatus.ERROR: message(
            "At least one cell stopped with an error; everything else still ran."
        ),
        RunStatus.TIMED_OUT: message(
            "It took longer than allowed and was stopped. What it had reached counts."
        ),
        RunStatus.OUT_OF_MEMORY: message(
            "It needed more memory than allowed and was stopped. What it had reached counts."
        ),
        RunStatus.OUTPUT_LIMIT: message(
            "It wrote more output than allowed and was stopped. What it had reached counts."
        ),
        RunStatus.DIED: message(
            "The Python process ended before the last cell: an exit or a crash. "
            "What it had reached counts."
        ),
        RunStatus.SANDBOX_ERROR: message(
            "The grader's sandbox failed. That is not your fault and costs you no points: "
            "a person decides."
        ),
    }
)

STEP = Said(
    {
        StepOutcome.HOLDS: message("Holds"),
        StepOutcome.HOLDS_ROUNDED: message("Holds once rounded"),
        StepOutcome.DOES_NOT_HOLD: message("Does not hold"),
        StepOutcome.UNDECIDED: message("Could not be decided"),
    }
)
"""What is said of one step of a learner's chain."""

OUTCOME = Said(
    {
        "agrees": message("agrees"),
        "differs": message("differs"),
        "failed": message("failed"),
        "timed_out": message("timed out"),
        "refused": message("refused"),
        "unreached": message("unreached"),
        "open": message("open"),
    }
)
"""What became of one call."""

CELL = Said(
    {
        CellStatus.OK: message("ran"),
        CellStatus.ERROR: message("stopped with an error"),
        CellStatus.TIMED_OUT: message("took too long and was stopped"),
        CellStatus.KILLED: message("was running when the process ended"),
        CellStatus.NOT_RUN: message("was not reached"),
    }
)

READING = Said(
    {
        Reading.TOO_FEW: message("fewer than {count} to compare"),
        Reading.NO_SPREAD: message("all alike"),
        Reading.NEGATIVE: message("negative: look at this question"),
        Reading.WEAK: message("weak"),
        Reading.GOOD: "",
    },
    count=FEWEST,
)
"""What a discrimination says, in words."""

ISOLATION_NONE = "none"
"""The isolation level that a report warns of."""
_ISOLATION = {
    "strict": message("strict"),
    "reduced": message("reduced"),
    ISOLATION_NONE: message("none"),
}
_ENVIRONMENT = {
    "start": message("Start"),
    "memory": message("Memory"),
    "seed": message("Seed"),
    "warm": message("warm"),
    "cold": message("cold"),
    "cgroup": message("cgroup"),
    "watched": message("watched"),
    "not installed": message("not installed"),
}
"""Of what is stored of a machine all that is no version and no name of a package."""

PART = Said(
    {
        "right": message("right"),
        "follows": message("follows from your earlier value"),
        "wrong": message("differs"),
        "open": message("open"),
        "missing": message("no number"),
        "unsaid": "",
    }
)
"""What is said of one part of a picture."""


def isolation(level: str) -> str:
    """Return an isolation level in words; one that is not known as it is."""
    return say(_ISOLATION.get(level, "")) or level


def facts(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what is stored of the machine as people read it, isolation left out."""
    return {
        say(_ENVIRONMENT.get(name, "")) or headline(phrase(name)): (
            say(_ENVIRONMENT.get(value, "")) or value
        )
        for name, value in environment.items()
        if name != "isolation"
    }


def waiting(undecided: float, max_points: float) -> str:
    """Return how many points wait for a person: ``4 of 40 points wait for a person``."""
    return say_count(
        "{count} {of_points} waits for a person",
        "{count} {of_points} wait for a person",
        undecided,
        count=number(undecided),
        of_points=say_count(
            "of {count} point", "of {count} points", max_points, count=number(max_points)
        ),
    )


def standing(grade: Grade) -> str:
    """Return where a grade stands, in one sentence to the learner."""
    if grade.status is Status.NOT_GRADED:
        return say("A person looks at this hand-in: it could not be graded.")
    if grade.undecided_points:
        waits = waiting(grade.undecided_points, grade.max_points)
        return say("{waiting}; the rest is decided.", waiting=waits)
    if grade.status is Status.NEEDS_REVIEW:
        return say("A person looks at this grade before it is final.")
    return say("Every question is decided.")


def late(grade: Grade) -> str:
    """Return what lateness means for a grade, in one line; empty where it was not late."""
    if grade.late is None:
        return ""
    told = grade.late
    if grade.status is Status.NOT_GRADED or not told.deduction:
        return told.sentence
    return say(
        "{sentence} {before} less {lost}: {points} count.",
        sentence=told.sentence,
        before=points(told.points_before),
        lost=number(told.deduction),
        points=number(grade.points),
    )


def taken_off(grade: Grade) -> str:
    """Return how many points lateness took off, in a word or two; empty where it took none."""
    lost = grade.late.deduction if grade.late else 0.0
    if not lost or grade.status is Status.NOT_GRADED:
        return ""
    return say("late: {points}", points=number(-lost))


def tally(marks: Iterable[Mark]) -> dict[Verdict, int]:
    """Return how often each verdict was given, in the order of ``VERDICT``, without zeros."""
    counts = Counter(mark.verdict for mark in marks)
    return {verdict: counts[verdict] for verdict in VERDICT if counts[verdict]}


def counted(verdict: Verdict, count: int) -> str:
    """Return how often a verdict was given: ``12 correct``."""
    return say(COUNTED[verdict], number=count)


def tally_words(counts: dict[Verdict, int]) -> str:
    """Return verdict counts as words: ``12 correct, 1 misconception``."""
    return ", ".join(counted(verdict, count) for verdict, count in counts.items())


def misconception(names: tuple[str, ...], sheet: SheetHead) -> str:
    """Return which misconceptions were recognised, claiming no more than is known."""
    told = [
        reduce(_together, (say("“{phrase}”", phrase=sheet.called(one)) for one in name.split("+")))
        for name in names
    ]
    if len(told) == 1:
        return say("Recognised: {mistake}.", mistake=told[0])
    return say(
        "More than one known mistake gives this value: {mistakes}. Which one it was cannot be "
        "told from the value alone.",
        mistakes=reduce(_or, told) if told else "",
    )


def _together(one: str, other: str) -> str:
    return say("{one} together with {other}", one=one, other=other)


def _or(one: str, other: str) -> str:
    return say("{one} or {other}", one=one, other=other)
