"""Verdicts, marks and grades: the result of marking, and the contract ``grades/1``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from grader.language import ENGLISH
from grader.picture import HiddenEntry, Picture
from grader.run import RunStatus
from grader.submission import Identity

Kind = Literal["value", "function", "text", "formula"]
"""What a question asks for."""

Policy = Literal["never", "after_deadline", "always"]
"""When a learner's report shows what a question keeps back: see ``Hidden``."""


class Verdict(StrEnum):
    """What is said of one question."""

    CORRECT = "CORRECT"
    FOLLOW_THROUGH = "FOLLOW_THROUGH"
    """Consistent with an earlier slip of the learner's own."""
    MISCONCEPTION = "MISCONCEPTION"
    """A named, understood mistake."""
    PARTIAL = "PARTIAL"
    """Some entries or calls are right; credit is shared as the author says."""
    INCORRECT = "INCORRECT"
    MISSING = "MISSING"
    NEEDS_REVIEW = "NEEDS_REVIEW"
    """Free text, or the grader could not decide: a person does."""
    GRADER_ERROR = "GRADER_ERROR"
    """Our own failure: a person decides, and it is never zero points."""


UNDECIDED = frozenset({Verdict.NEEDS_REVIEW, Verdict.GRADER_ERROR})
"""Verdicts without points: a person has to give them."""


class Status(StrEnum):
    """What is said of one submission."""

    GRADED = "graded"
    NEEDS_REVIEW = "needs_review"
    NOT_GRADED = "not_graded"


class StepOutcome(StrEnum):
    """What is said of one step of a learner's chain."""

    HOLDS = "holds"
    HOLDS_ROUNDED = "holds_once_rounded"
    DOES_NOT_HOLD = "does_not_hold"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True)
class ChainSide:
    """One side of a learner's chain, ``a`` in ``a = b ≈ c``."""

    text: str
    """As it was written, shortened."""
    understood: str = ""
    """The tree that was read, as JSON; empty where none was, or it is too large to show."""


@dataclass(frozen=True, kw_only=True)
class ChainStep:
    """Two neighbouring sides of a chain, and whether the relation between them holds."""

    left: ChainSide
    relation: str
    """``=``, ``≈``, ``<`` and the like."""
    right: ChainSide
    outcome: StepOutcome
    sentence: str
    """What a learner reads about it."""
    where: str = ""
    """Where it stands."""


@dataclass(frozen=True, kw_only=True)
class Counterexample:
    """Values at which a learner's formula and the expected one differ."""

    at: tuple[tuple[str, str], ...]
    """Each name with its value, as figures."""
    given: str
    """What the learner's formula gives there; what the expected one gives stays hidden."""


@dataclass(frozen=True, kw_only=True)
class CallMark:
    """One call of a learner's function, next to what the reference gives."""

    call: str
    """The call as it is written, with its arguments."""
    public: bool
    """The learner's own check makes it too."""
    outcome: str
    """``agrees``, ``differs``, ``failed``, ``timed_out``, ``refused``, ``unreached``, ``open``."""
    given: str
    expected: str
    error: str
    """How far off the result is, in words."""


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """What tells the expected value: for the instructor, and for the learner by the policy."""

    expected: str = ""
    """The expected value, shortened, as text."""
    details: tuple[str, ...] = ()
    """Lines that name it, or a call that is made at grading alone."""
    calls: tuple[CallMark, ...] = ()
    """Of a function that is not right: all calls, in their order."""
    entries: tuple[HiddenEntry, ...] = ()
    """The expected numbers of the mark's pictures, each under the policy of its own question."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The mark of one question; every field is part of the contract ``grades/1``."""

    question: str
    """``task.question``."""
    verdict: Verdict
    points: float | None
    """None where a person has to decide."""
    max_points: float
    note: str = ""
    """Stable code of the path that led here, such as ``misconception:kernel_side_for_area``."""
    misconceptions: tuple[str, ...] = ()
    """Names of all that fit; more than one is either a combination (``a+b``) or an ambiguity."""
    given: str = ""
    """The learner's value, shortened, as text."""
    understood: str = ""
    """Of a formula: the tree that was read, as JSON; empty where none was."""
    where: str = ""
    """Where it was found."""
    tolerance: str = ""
    """The check, in words."""
    feedback: str = ""
    """What the learner reads, in plain text."""
    error: str = ""
    """How far off the value is, in words; empty where that has no meaning."""
    expected: str = ""
    """The expected value, only where the author always shows it."""
    chain: tuple[ChainStep, ...] = ()
    """Steps of the learner's own calculation or derivation, in the order of writing."""
    counterexample: Counterexample | None = None
    """Of a formula that is not the expected one; else None."""
    details: tuple[str, ...] = ()
    """Further lines: entries, calls, remarks."""
    differing: tuple[str, ...] = ()
    """Of a value that is partly right: the entries named in ``details`` that are not."""
    suggestions: tuple[str, ...] = ()
    """For the person who decides, and not in the learner's report: claims that a text may make,
    mistakes that cannot be told apart, what a rule on the source code overrules."""
    public: bool = False
    """The learner's own check runs it too."""
    hidden: Hidden = Hidden()
    """What the learner reads only where the question's policy shows it."""
    pictures: tuple[Picture, ...] = ()
    """What is drawn beside it."""


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """The run in figures."""

    status: RunStatus
    wall_seconds: float
    cpu_seconds: float
    peak_rss_bytes: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Late:
    """What it means for a grade that the hand-in came after its deadline."""

    seconds: float
    """How long after the deadline."""
    days: int
    """Days begun after the grace; 0 within it."""
    percent: float
    """Percent of the earned points that are taken off."""
    points_before: float = 0.0
    """Points decided so far, with nothing taken off."""
    deduction: float = 0.0
    """Points taken off of these."""
    sentence: str
    """All of it in words, but for the points."""


@dataclass(frozen=True, kw_only=True)
class Grade:
    """One submission's grade."""

    submission: str
    source: str
    sha256: str
    status: Status
    points: float
    """Points decided so far; less than those of the marks together where it was late."""
    max_points: float
    run: RunSummary | None
    """None where nothing could be run."""
    questions: tuple[Mark, ...]
    reason: str = ""
    """Why it is not graded, in one sentence."""
    remarks: tuple[str, ...] = ()
    """What was repaired or skipped while reading."""
    identity: Identity | None = None
    """Whose it is in a learning platform; None where it comes from none."""
    late: Late | None = None
    """Set where it came after its deadline."""
    language: str = ENGLISH
    """In which its sentences are, such as ``de`` (ISO 639)."""

    @property
    def undecided_points(self) -> float:
        """Points that a person has still to decide."""
        return sum(mark.max_points for mark in self.questions if mark.verdict in UNDECIDED)


def settled(grade: Grade, marks: Iterable[Mark], late: Late | None) -> Grade:
    """Return the grade with these marks and the points that follow from them.

    Marks keep their points; what lateness takes off is taken off their sum, and never more than
    there is. Nothing is taken off twice, for the sum is always made of the marks.
    """
    marks = tuple(marks)
    before = sum(mark.points or 0.0 for mark in marks)
    if late is None:
        return replace(grade, questions=marks, points=before, late=None)
    deduction = max(0.0, before) * min(100.0, max(0.0, late.percent)) / 100
    told = replace(late, points_before=before, deduction=deduction)
    return replace(grade, questions=marks, points=before - deduction, late=told)


@dataclass(frozen=True, kw_only=True)
class QuestionHead:
    """What a report says of a question before any answer."""

    question: str
    title: str
    """First sentence of the statement."""
    statement: str
    task: str
    """The task's title."""
    part: str
    """Number on paper, such as ``1b``."""
    kind: Kind
    max_points: float
    public: bool
    show_expected: Policy = "never"
    """When a learner sees what the mark keeps hidden."""
    hints: tuple[str, ...] = ()
    """Sentences that help a learner on, from a nudge to a plain word."""
    depends: tuple[str, ...] = ()
    """The questions (``task.question``) whose answers this one builds on."""


def phrase(name: str) -> str:
    """Return a Python name as words: ``kernel_side_for_area`` → ``kernel side for area``."""
    return name.replace("_", " ").strip() or name


@dataclass(frozen=True, kw_only=True)
class SheetHead:
    """The sheet as gradebook and reports show it."""

    name: str
    title: str
    version: str
    """Content hash of the sheet and its references."""
    max_points: float
    questions: tuple[QuestionHead, ...] = field(default=())
    statement: str = ""
    """What learners were given, in Markdown; empty where the sheet has no ``statement.md``."""
    misconceptions: Mapping[str, str] = field(default_factory=dict)
    """What people call known mistakes, by name, where it is not the name itself as words."""

    def called(self, name: str) -> str:
        """Return what people call a known mistake."""
        return self.misconceptions.get(name) or phrase(name)


@dataclass(frozen=True, kw_only=True)
class Gradebook:
    """A graded class."""

    sheet: SheetHead
    environment: dict[str, str]
    """Versions, ``isolation`` and ``seed`` of the run."""
    submissions: tuple[Grade, ...]
    closes: datetime | None = None
    """From when on nobody can be on time any more; None where the course sets no deadline."""
    language: str = ENGLISH
    """Of ``sheet`` and of the overview."""
    sheets: dict[str, SheetHead] = field(default_factory=dict)
    """The sheet in the other languages of its grades, by their codes."""

    def sheet_in(self, language: str) -> SheetHead:
        """Return the sheet in a language; in the class's own where it is not there in that."""
        return self.sheets.get(language, self.sheet)
