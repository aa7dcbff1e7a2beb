"""A handed-out sheet as the engine takes it: it can be run and looked through, but not judged.

Every reference is missing; where one would be called, that is our own mistake and raises.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from grader import files
from grader.errors import UsageError
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
