"""What a learner may have of a sheet, as data: ``sheet/1``.

It holds names, parameters, what is asked, examples that the author chose, what the statement gives
away, and relations between own values. It holds no reference and nothing that was computed by one:
no expected value, no call that is made at grading alone, no misconception, and no hash of any of
these. So nothing in it can confirm a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from grader import checks, relation, starter
from grader.checks import Check
from grader.course import HANDED_OUT
from grader.errors import AuthorError, UsageError
from grader.formula import Declared
from grader.formula.domains import Domain
from grader.formula.symbols import Logarithm
from grader.grade import Kind
from grader.language import say
from grader.probe import Argument, Call, Limits
from grader.sheet import (
    Calls,
    Derivation,
    Question,
    Sheet,
    Sides,
    TaskSheet,
    Terms,
    function_probe,
)
from grader.starter import StarterCell
from grader.values import Value

FILE = HANDED_OUT
"""Name of the file in a bundle, by which the bundle is found."""
MAX_BYTES = 16 * 1024**2


@dataclass(frozen=True, kw_only=True)
class PublicTerms:
    """The names that a formula or a calculation on paper may use."""

    symbols: tuple[Declared, ...] = ()
    domains: dict[str, Domain] = field(default_factory=dict)
    answer: tuple[str, ...] = ()
    log: Logarithm = "natural"
    series: bool = False
    sides: Sides = "all"
    at: dict[str, float] = field(default_factory=dict)
    """Of a calculation: the point at which it is made."""


@dataclass(frozen=True, kw_only=True)
class PublicCall:
    """One call whose arguments learners get."""

    call: Call
    example: Value | None = None
    """A result of the right form."""
    gives: Value | None = None
    """The right result, where the statement itself says it."""


@dataclass(frozen=True, kw_only=True)
class PublicQuestion:
    """One question without its answer."""

    name: str
    kind: Kind
    points: float
    statement: str
    part: str = ""
    aliases: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    example: Value | None = None
    """Of a value: an answer of the right form."""
    written: dict[str, tuple[str, ...]] = field(default_factory=dict)
    arguments: tuple[Argument, ...] = ()
    calls: tuple[PublicCall, ...] = ()
    check: dict[str, Any] | None = None
    """How close an answer has to be, whatever is right; None for text and formulas."""
    terms: PublicTerms | None = None
    """Of a formula."""
    paper: int | None = None
    """Of a value or formula: which of its task's calculations on paper it stands in."""


@dataclass(frozen=True, kw_only=True)
class PublicInvariant:
    """What has to hold between a learner's own values."""

    text: str
    names: tuple[str, ...]
    relation: list[Any]
    """See ``grader.relation``."""


@dataclass(frozen=True, kw_only=True)
class PublicTask:
    """One task without its answers."""

    name: str
    title: str
    number: int
    questions: tuple[PublicQuestion, ...]
    invariants: tuple[PublicInvariant, ...] = ()
    papers: tuple[PublicTerms, ...] = ()
    """The calculations on paper that its questions stand in."""


@dataclass(frozen=True, kw_only=True)
class PublicSheet:
    """A sheet as learners get it."""

    name: str
    title: str
    limits: Limits
    starter: tuple[StarterCell, ...]
    tasks: tuple[PublicTask, ...]
    schema: Literal["sheet/1"] = "sheet/1"

    @property
    def questions(self) -> tuple[PublicQuestion, ...]:
        """All questions in the sheet's order."""
        return tuple(question for task in self.tasks for question in task.questions)


# Made once, on import: two threads that first meet a type at the same time crash msgspec.
_decoder = msgspec.json.Decoder(PublicSheet)


def of(sheet: Sheet) -> PublicSheet:
    """Return what learners may have; raises ``AuthorError`` where an invariant cannot go along."""
    return PublicSheet(
        name=sheet.name,
        title=sheet.title,
        limits=sheet.limits,
        starter=starter.cells(sheet),
        tasks=tuple(map(_task, sheet.tasks)),
    )


def encode(public: PublicSheet) -> bytes:
    """Return the sheet as JSON; the same sheet gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(public), indent=1) + b"\n"


def read(path: Path) -> PublicSheet:
    """Read a bundle's sheet; raises ``UsageError`` where it is none."""
    remedy = "take the hand-out again"
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(
                say("{path}: is too large for a sheet; {remedy}", path=path, remedy=remedy)
            )
        return _decoder.decode(path.read_bytes())
    except (msgspec.DecodeError, RecursionError, AuthorError) as problem:
        raise UsageError(
            say(
                "{path}: is no sheet of a hand-out: {problem}; {remedy}",
                path=path,
                problem=problem,
                remedy=remedy,
            )
        ) from None
    except OSError as problem:
        raise UsageError(
            say(
                "{path}: cannot be read: {strerror}; {remedy}",
                path=path,
                strerror=problem.strerror,
                remedy=remedy,
            )
        ) from None


def check_of(data: Mapping[str, Any]) -> Check:
    """Return the check that ``check_data`` wrote; raises ``UsageError`` for anything else."""
    bounds = {key: value for key, value in data.items() if key != "kind"}
    try:
        if data["kind"] == "OneOf":
            return checks.OneOf(tuple(map(check_of, bounds["checks"])))  # type: ignore[arg-type]
        if data["kind"] == "ArrayLike":
            bounds["elements"] = check_of(bounds["elements"])
        made: Check = _CHECKS[data["kind"]](**bounds)
    except (KeyError, TypeError):
        raise UsageError(
            say("check of unknown kind {data!r}; take the hand-out again", data=data)
        ) from None
    return made


_CHECKS: Mapping[str, Any] = {
    one.__name__: one
    for one in (checks.Exact, checks.Close, checks.Significant, checks.Decimals, checks.ArrayLike)
}


def check_data(check: Check) -> dict[str, Any]:
    """Return a check as data; what it compares with is no part of it."""
    kind = {"kind": type(check).__name__}
    if isinstance(check, checks.OneOf):
        return kind | {"checks": [check_data(one) for one in check.checks]}
    if isinstance(check, checks.ArrayLike):
        return kind | asdict(check) | {"elements": check_data(check.elements)}
    return kind | asdict(check)


def _task(task: TaskSheet) -> PublicTask:
    papers = {id(one.derivation): one.derivation for one in task.questions if one.derivation}
    places = {key: place for place, key in enumerate(papers)}
    return PublicTask(
        name=task.name,
        title=task.title,
        number=task.number,
        papers=tuple(map(_paper, papers.values())),
        questions=tuple(
            replace(_question(one), paper=places.get(id(one.derivation))) for one in task.questions
        ),
        invariants=tuple(
            PublicInvariant(text=one.text, names=one.names, relation=relation.read(one))
            for one in task.invariants
            if one.public
        ),
    )


def _question(question: Question) -> PublicQuestion:
    return PublicQuestion(
        name=question.name,
        kind=question.kind,
        points=question.points,
        statement=question.statement,
        part=question.part,
        aliases=question.aliases,
        instead=question.instead,
        forbids=question.forbids,
        requires=question.requires,
        hints=question.hints,
        example=question.example,
        written=dict(question.written),
        arguments=question.arguments,
        calls=tuple(_calls(question)),
        check=check_data(question.check) if question.check else None,
        terms=_terms(question.terms),
    )


def _calls(question: Question) -> tuple[PublicCall, ...]:
    """Return the calls that are handed out; those drawn from a seed never are."""
    authored = tuple(one for one in question.calls.fixed if one.handed_out)
    probe = function_probe(replace(question, calls=Calls(fixed=authored)), seed=0)
    return tuple(
        PublicCall(call=call, example=one.example, gives=one.gives)
        for one, call in zip(authored, probe.calls if probe else (), strict=True)
    )


def _terms(terms: Terms | None) -> PublicTerms | None:
    """Return the names of a formula; what they stand for may be the answer, and is left out."""
    if terms is None:
        return None
    return PublicTerms(
        symbols=terms.symbols,
        domains=dict(terms.domains),
        answer=terms.answer,
        log=terms.log,
        series=terms.series,
        sides=terms.sides,
    )


def _paper(derivation: Derivation) -> PublicTerms:
    """Return the names of a calculation, and its point; no formula of a named quantity."""
    terms = derivation.terms
    return PublicTerms(
        symbols=terms.symbols,
        domains=dict(terms.domains),
        log=terms.log,
        series=terms.series,
        at=dict(derivation.at),
    )
