"""A handed-out sheet as the engine takes it: it can be run and looked through, but not judged.

Every reference is missing; where one would be called, that is our own mistake and raises.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from grader import files
from grader.checks import Exact
from grader.errors import UsageError
from grader.formula import Symbol, declare
from grader.handout.public import (
    PublicCall,
    PublicQuestion,
    PublicSheet,
    PublicTask,
    PublicTerms,
    check_of,
    encode,
)
from grader.language import say
from grader.marking import Prepared, derivations, normalised
from grader.marking.formulas import FormulaReference
from grader.marking.references import ValueReference
from grader.relation import evaluate
from grader.sheet import (
    AuthoredCall,
    Calls,
    Derivation,
    Invariant,
    Origin,
    Question,
    Sheet,
    TaskSheet,
    Terms,
)
from grader.values import to_python

_ORIGIN: Final = Origin(file="sheet.json", line=0)
_UNKNOWN: Final = Symbol("?")
"""Stands where a formula is not known: it is of a formula's kind, and never compared."""


def sheet(public: PublicSheet, folder: Path) -> Sheet:
    """Return the sheet of a hand-out in ``folder``, whose questions have no references."""
    return Sheet(
        name=public.name,
        title=public.title,
        folder=folder,
        version=files.sha256(encode(public)),
        tasks=tuple(map(_task, public.tasks)),
        limits=public.limits,
    )


def prepared(public: PublicSheet, blank: Sheet) -> Prepared:
    """Return what is looked at to find answers: names and spellings, with nothing expected."""
    prose = (cell.source for cell in public.starter if cell.kind == "markdown")
    values = (question for question in blank.questions if question.kind == "value")
    formulas = (question for question in blank.questions if question.kind == "formula")
    return Prepared(
        sheet=blank,
        seed=blank.seed,
        values={one.name: _value(one) for one in values},
        functions={},
        formulas={one.name: _formula(one, seed=blank.seed) for one in formulas},
        written=derivations.ready(blank, seed=blank.seed),
        boilerplate=frozenset(map(normalised, prose)),
    )


def _task(task: PublicTask) -> TaskSheet:
    papers = tuple(map(_derivation, task.papers))
    return TaskSheet(
        name=task.name,
        title=task.title,
        number=task.number,
        questions=tuple(_question(one, task.name, papers) for one in task.questions),
        invariants=tuple(
            Invariant(
                text=one.text,
                names=one.names,
                holds=_Relation(one.names, one.relation),
                origin=_ORIGIN,
            )
            for one in task.invariants
        ),
    )


class _Relation:
    """Says whether a handed-out relation holds."""

    def __init__(self, names: tuple[str, ...], tree: list[Any]) -> None:
        self._names = names
        self._tree = tree

    def __call__(self, *values: Any) -> bool | None:
        held: bool | None = evaluate(self._tree, dict(zip(self._names, values, strict=True)))
        return held


def _question(one: PublicQuestion, task: str, papers: tuple[Derivation, ...]) -> Question:
    if one.paper is not None and not 0 <= one.paper < len(papers):
        raise UsageError(
            say("{name}: its calculation is not there; take the hand-out again", name=one.name)
        )
    return Question(
        task=task,
        name=one.name,
        kind=one.kind,
        statement=one.statement,
        points=one.points,
        reference=_no_reference,
        origin=_ORIGIN,
        part=one.part,
        check=check_of(one.check) if one.check else None,
        terms=_terms(one.terms) if one.terms else None,
        derivation=None if one.paper is None else papers[one.paper],
        written=one.written,
        instead=one.instead,
        aliases=one.aliases,
        forbids=one.forbids,
        requires=one.requires,
        hints=one.hints,
        calls=Calls(fixed=tuple(map(_call, one.calls))),
        arguments=one.arguments,
        example=one.example,
    )


def _no_reference(*args: Any, **kwargs: Any) -> Any:
    raise AssertionError("a handed-out sheet has no reference")


def _call(one: PublicCall) -> AuthoredCall:
    made = {name: to_python(value) for name, value in one.call.arguments}
    other = one.call.otherwise
    otherwise = None if other is None else _call(PublicCall(call=other))
    return AuthoredCall(
        args=(), kwargs=made, public=True, otherwise=otherwise, gives=one.gives,
        example=one.example,
    )  # fmt: skip


def _terms(one: PublicTerms) -> Terms:
    return Terms(
        symbols=one.symbols,
        answer=one.answer,
        domains=one.domains,
        log=one.log,
        series=one.series,
        sides=one.sides,
    )


def _derivation(paper: PublicTerms) -> Derivation:
    return Derivation(terms=_terms(paper), at=paper.at)


def _value(question: Question) -> ValueReference:
    return ValueReference(question=question, check=Exact(), upstream={}, expected=None)


def _formula(question: Question, *, seed: int) -> FormulaReference:
    assert question.terms is not None
    terms = question.terms
    return FormulaReference(
        question=question,
        terms=terms,
        table=declare(*terms.symbols, log=terms.log, series=terms.series),
        text="",
        expected=_UNKNOWN,
        seed=seed,
    )
