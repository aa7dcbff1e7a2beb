"""A sheet as data: tasks, questions, and the references that only the grader's process sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import numpy as np

from grader.checks import Check
from grader.formula import Declared
from grader.formula.domains import Domain
from grader.formula.form import Form
from grader.formula.symbols import Logarithm
from grader.grade import Kind, Policy, QuestionHead, SheetHead
from grader.language import say, spoken
from grader.picture import Plan
from grader.probe import Argument, Call, FunctionProbe, Limits, PictureCalls, Probe
from grader.values import Value, from_python

TRANSLATED_STATEMENT = "statement.{code}.md"
"""The file with a sheet's statement in another language."""

Reference = Callable[..., Any]
"""A function of the author's that computes an expected value."""


class Credit(StrEnum):
    """How points are shared when an answer is right in parts."""

    WHOLE = "whole"
    """All or nothing."""
    PER_ENTRY = "per_entry"
    """Each entry of a dict, list or array counts alike."""
    PER_CALL = "per_call"
    """Each call of a function counts alike."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where an author wrote something."""

    file: str
    line: int

    def __str__(self) -> str:
        return say("{file}, line {line}", file=self.file, line=self.line)


@dataclass(frozen=True, kw_only=True)
class Misconception:
    """The reference with one mistake."""

    name: str
    feedback: str
    """Its docstring: what the learner reads when it fits."""
    points: float
    reference: Reference
    switches: Mapping[str, Any] = field(default_factory=dict)
    """Keyword-only arguments that turn the question's reference into this mistake; those with
    disjoint switches combine with each other. Empty: the mistake has a body of its own."""
    about: str = ""
    """What the mistake concerns; named when several mistakes lead to the same value."""
    label: str
    """What people call it: its name as words."""
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A second equation, such as the one for the jump beside a recursion for the field."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    """Its right sides that are right."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A second reference that is legitimate though not equal to the first: full marks."""

    name: str
    description: str
    reference: Reference
    origin: Origin
    left: tuple[str, ...] = ()
    """Of a formula: the only left sides below which it is right; empty for all."""
    beside: Beside | None = None
    """Of a formula: an equation that may stand beside it, and then has to be right as well."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A statement that a good text may make: a suggestion to the person who decides, no points."""

    text: str
    pattern: str
    """Regular expression, searched in the text without regard to case."""


@dataclass(frozen=True, kw_only=True)
class AuthoredCall:
    """One call of a function question, as the author wrote it."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    public: bool = False
    """The learner's own check makes it too."""
    otherwise: AuthoredCall | None = None
    """The same call in another form, for functions that fail on the first."""
    gives: Value | None = None
    """What it gives, where the statement itself says so."""
    example: Value | None = None
    """A result of the form that is asked for; its numbers say nothing."""

    @property
    def handed_out(self) -> bool:
        """Whether learners get its arguments."""
        return self.public or self.example is not None


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The calls of a function question: fixed ones, then those drawn from the run's seed."""

    fixed: tuple[AuthoredCall, ...] = ()
    drawn: tuple[Callable[[np.random.Generator], Iterable[AuthoredCall]], ...] = ()

    def __add__(self, other: Calls) -> Calls:
        return Calls(fixed=self.fixed + other.fixed, drawn=self.drawn + other.drawn)

    def make(self, seed: int) -> tuple[AuthoredCall, ...]:
        """Return all calls; the same seed gives the same calls."""
        generator = np.random.default_rng(seed)
        return self.fixed + tuple(one for draw in self.drawn for one in draw(generator))


Sides = Literal["all", "with_partials", "without_partials"]
"""Sides of an equation, by whether partial derivatives stand in them."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the answer to a formula question is written in, and what makes it right."""

    symbols: tuple[Declared, ...]
    answer: tuple[str, ...] = ()
    """How the left side may be written, names and expressions; the question's name always may."""
    domains: Mapping[str, Domain] = field(default_factory=dict)
    """Where each symbol lives; a family as ``r_*``."""
    small: tuple[str, ...] = ()
    """Parameters that may be taken as zero."""
    form: tuple[Form, ...] = ()
    """What the formula has to look like, beyond being equal."""
    log: Logarithm = "natural"
    """What ``log`` without a base means."""
    series: bool = False
    """Whether sums and products with bounds are read."""
    definitions: Mapping[str, str] = field(default_factory=dict)
    """What symbols stand for, as formulas in those before: an answer may use either."""
    sides: Sides = "all"
    """Which sides of its equation are the answer."""


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """A calculation on paper, as its author declares it: names, named quantities, and a point."""

    terms: Terms
    quantities: Mapping[str, str] = field(default_factory=dict)
    """What the learner may name otherwise: each quantity's formula, by its name in ``terms``."""
    at: Mapping[str, float] = field(default_factory=dict)
    """The values of symbols at which it is calculated."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question: what is asked, the reference, and how an answer is judged."""

    task: str
    """Name of the task's file, without ending."""
    name: str
    """The name that the learner defines."""
    kind: Kind
    statement: str
    """The reference's docstring: what the learner reads."""
    points: float
    reference: Reference
    origin: Origin
    part: str = ""
    check: Check | None = None
    """None for text and formulas."""
    terms: Terms | None = None
    """For a formula: its names and domains."""
    derivation: Derivation | None = None
    """For a value that may stand in a calculation on paper, or a formula with a way to it."""
    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a value: what may stand left of it on paper, besides its name; for a dict by entry."""
    way: Mapping[str, str] = field(default_factory=dict)
    """For a formula: what stands left of equations on the way to it, and what is right there."""
    credit: Credit = Credit.WHOLE
    depends: tuple[str, ...] = ()
    """Names of questions of the same task that the reference is evaluated on."""
    steps: tuple[str, ...] = ()
    """Intermediate results of this one: if this is right, they keep their points."""
    instead: tuple[str, ...] = ()
    """Names of questions whose answers count where this one is not answered."""
    aliases: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    public: bool = False
    show_expected: Policy = "never"
    """When a learner's report shows the expected value and hidden calls."""
    hints: tuple[str, ...] = ()
    """Sentences that help a learner on, from a nudge to a plain word."""
    misconceptions: tuple[Misconception, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    claims: tuple[Claim, ...] = ()
    calls: Calls = Calls()
    arguments: tuple[Argument, ...] = ()
    """For a function: its parameters in order."""
    example: Value | None = None
    """For a value: an answer of the form that is asked for; its numbers say nothing."""

    @property
    def id(self) -> str:
        """``task.question``."""
        return f"{self.task}.{self.name}"

    @property
    def checked_by_learners(self) -> bool:
        """Whether the learner's own check says whether an answer is right."""
        return self.public or any(call.public for call in self.calls.fixed)

    def head(self, *, task_title: str) -> QuestionHead:
        """Return what a report says of this question before any answer, in the language spoken."""
        statement = say(self.statement)
        return QuestionHead(
            question=self.id,
            title=statement.split("\n", 1)[0].strip(),
            statement=statement,
            task=say(task_title),
            part=self.part,
            kind=self.kind,
            max_points=self.points,
            public=self.checked_by_learners,
            show_expected=self.show_expected,
            hints=tuple(map(say, self.hints)),
            depends=tuple(f"{self.task}.{name}" for name in self.depends),
        )


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """A relation that a learner's own values have to have, whatever is right."""

    text: str
    """The relation as reports show it: `total_params = conv_params + fc_params`."""
    names: tuple[str, ...]
    """Which value questions it is about, in the order of the parameters of ``holds``."""
    holds: Callable[..., bool | None]
    """Gets for each name a number known to its written precision (``grader.marking.rough``), or
    a list or dict of them; None says that it is open."""
    origin: Origin
    public: bool = True
    """Learners get it with the hand-out, for their own check."""


@dataclass(frozen=True, kw_only=True)
class TaskSheet:
    """One task: a title and its questions."""

    name: str
    title: str
    number: int
    questions: tuple[Question, ...]
    invariants: tuple[Invariant, ...] = ()
    """What has to hold between a learner's own values."""
    compared: tuple[tuple[str, str], ...] = ()
    """Pairs of value questions that are the same number, found in two ways."""
    pictures: tuple[Plan, ...] = ()
    """What reports draw of the learner's values."""
    intro: str = ""
    """What the starter says of the task, below its title."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """What the starter's headings say of each part."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All tasks of a sheet."""

    name: str
    title: str
    folder: Path
    version: str
    """Content hash of the sheet's own files and of the course's references."""
    tasks: tuple[TaskSheet, ...]
    limits: Limits
    statement: str = ""
    """What learners are given, in Markdown; empty where there is no ``statement.md``."""
    statements: Mapping[str, str] = field(default_factory=dict)
    """Its translations, by the code of their language."""
    preamble: str = ""
    """Code that the starter begins with."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the sheet's order."""
        return tuple(question for task in self.tasks for question in task.questions)

    @property
    def spoken_statement(self) -> str:
        """The statement in the language spoken, or as it is where that has none."""
        return self.statements.get(spoken().code, self.statement)

    @property
    def max_points(self) -> float:
        """Sum of all questions' points."""
        return sum(question.points for question in self.questions)

    @property
    def seed(self) -> int:
        """The seed of the drawn calls unless a run is given another: fixed by the version."""
        return int(self.version[:8], 16)

    def head(self) -> SheetHead:
        """Return the sheet as gradebook and reports show it."""
        heads = (q.head(task_title=t.title) for t in self.tasks for q in t.questions)
        return SheetHead(
            name=self.name,
            title=say(self.title),
            version=self.version,
            max_points=self.max_points,
            questions=tuple(heads),
            statement=self.spoken_statement,
            misconceptions=self._called(),
        )

    def _called(self) -> dict[str, str]:
        """Return what known mistakes are called in the language spoken, where it is not English."""
        mistakes = [one for question in self.questions for one in question.misconceptions]
        said = {one.name: (one.label, say(one.label)) for one in mistakes}
        return {name: label for name, (text, label) in said.items() if label != text}


def probe(sheet: Sheet, *, seed: int) -> Probe:
    """Return what a run of this sheet has to observe, with nothing of how it is judged."""
    names = {name: None for q in sheet.questions for name in (q.name, *q.aliases)}
    functions = (
        (function_probe(question, seed=seed), picture_calls(task, question))
        for task in sheet.tasks
        for question in task.questions
    )
    return Probe(
        names=tuple(names),
        functions=tuple(
            replace(one, for_pictures=tuple(calls for _, calls in made))
            for one, made in functions
            if one is not None
        ),
    )


def picture_calls(task: TaskSheet, question: Question) -> tuple[tuple[Plan, PictureCalls], ...]:
    """Return the calls of a question that are made for pictures alone, each with its picture."""
    return tuple(
        (
            plan,
            PictureCalls(
                calls=tuple(
                    _bound(question, AuthoredCall(args=(), kwargs=kwargs)) for kwargs in one.calls
                ),
                feeds=one.feeds,
            ),
        )
        for plan in task.pictures
        for one in plan.made
        if one.question == question.name
    )


def function_probe(question: Question, *, seed: int) -> FunctionProbe | None:
    """Return the calls of one function question; None for any other kind."""
    if question.kind != "function":
        return None
    return FunctionProbe(
        question=question.id,
        names=(question.name, *question.aliases),
        arguments=question.arguments,
        calls=tuple(_bound(question, call) for call in question.calls.make(seed)),
    )


def _bound(question: Question, call: AuthoredCall) -> Call:
    named = dict(zip((a.name for a in question.arguments), call.args, strict=False))
    named |= call.kwargs
    order = [a.name for a in question.arguments if a.name in named]
    return Call(
        arguments=tuple((name, from_python(named[name])) for name in order),
        otherwise=_bound(question, call.otherwise) if call.otherwise else None,
    )


def public_view(sheet: Sheet) -> Sheet:
    """Return the sheet as a learner's own check sees it: of mixed calls only the public ones."""
    tasks = tuple(
        # A picture may show what is judged at grading only.
        replace(task, questions=tuple(_public(one, task) for one in task.questions), pictures=())
        for task in sheet.tasks
    )
    return replace(sheet, tasks=tasks)


def _public(question: Question, task: TaskSheet) -> Question:
    """Return a question of which nothing is said by answers that are judged at grading only."""
    known = {one.name for one in task.questions if one.checked_by_learners}
    instead = question.instead if known.issuperset(question.instead) else ()
    return _public_calls(replace(question, instead=instead))


def _public_calls(question: Question) -> Question:
    public = tuple(call for call in question.calls.fixed if call.public)
    if not public:
        return question
    # With fewer calls a misconception may look like the reference: it is told apart at grading.
    return replace(question, calls=Calls(fixed=public), misconceptions=(), public=True)
