"""The outcome of a self-check, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from grader.grade import ChainStep
from grader.language import say, say_count


class State(StrEnum):
    """What is said of one public check."""

    PASSES = "passes"
    FAILS = "fails"
    OPEN = "open"
    """It cannot be told without a person, or without the answer."""


@dataclass(frozen=True, kw_only=True)
class PublicCheck:
    """One thing that was looked at."""

    what: str
    """Of a question's check a word of ``selfcheck``, such as ``its form``, the same in each
    language; else the invariant, said."""
    state: State
    sentence: str = ""
    """What the learner reads about it; empty where it passes."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found for one question."""

    question: str
    part: str = ""
    checks: tuple[PublicCheck, ...] = ()
    given: str = ""
    where: str = ""
    understood: str = ""
    """Of a formula: the tree that was read, as JSON."""
    chain: tuple[ChainStep, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether an answer is there."""
        return bool(self.where)

    @property
    def state(self) -> State:
        """The worst of its checks: one that fails, else one that is open."""
        states = [one.state for one in self.checks]
        return next((one for one in (State.FAILS, State.OPEN) if one in states), State.PASSES)


@dataclass(frozen=True, kw_only=True)
class SelfCheck:
    """All that a learner's own check found."""

    sheet: str
    questions: tuple[Checked, ...]
    invariants: tuple[PublicCheck, ...]
    """Those of which all values are there."""
    later: int
    """So many checks run at grading, whatever is found here."""
    error: str = ""
    """The run's first error, in a sentence."""
    remarks: tuple[str, ...] = ()
    """What was repaired or skipped while reading the file."""
    differences: tuple[str, ...] = ()
    """What is otherwise here than in the learner's own notebook, a sentence each."""

    def checks(self) -> Iterator[PublicCheck]:
        """Yield every public check."""
        for question in self.questions:
            yield from question.checks
        yield from self.invariants

    @property
    def passes(self) -> bool:
        """Whether no public check fails."""
        return all(one.state is not State.FAILS for one in self.checks())

    @property
    def tally(self) -> str:
        """How many pass, and how many more run at grading: never that all is well."""
        states = Counter(one.state for one in self.checks())
        total, open_ones = sum(states.values()), states[State.OPEN]
        still = say_count(", {count} is open", ", {count} are open", open_ones) if open_ones else ""
        return say(
            "{passing} of {total} public checks pass{still_open}; {later} more run at grading",
            passing=states[State.PASSES],
            total=total,
            still_open=still,
            later=self.later,
        )


def passes(what: str) -> PublicCheck:
    """Return a check that passes."""
    return PublicCheck(what=what, state=State.PASSES)


def fails(what: str, sentence: str) -> PublicCheck:
    """Return a check that fails, with what the learner reads."""
    return PublicCheck(what=what, state=State.FAILS, sentence=sentence)


def is_open(what: str, sentence: str) -> PublicCheck:
    """Return a check that nobody can decide here, with what the learner reads."""
    return PublicCheck(what=what, state=State.OPEN, sentence=sentence)


def decided(what: str, sentence: str) -> PublicCheck:
    """Return a check that fails with ``sentence``, and passes where there is none."""
    return fails(what, sentence) if sentence else passes(what)
