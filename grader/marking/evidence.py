"""Where answers are found: candidates for one question's value, the best source first.

A source is a function ``(question, submission, run) -> candidates``; ``SOURCES`` lists them in
order of trust. Further sources (numbers in prose, formulas) are added there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from grader.marking import printed
from grader.run import Binding, Run
from grader.sheet import Question
from grader.submission import Output, Submission
from grader.values import Value

Kind = Literal["binding", "salvaged", "alias", "printed", "stored"]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A value that may be the answer, and how it was found."""

    readings: tuple[Value, ...]
    """The value; several where printed text can be read in several ways."""
    kind: Kind
    name: str
    """The name or label under which it stands."""
    cell: int
    where: str
    """Where and how it was found, for a report."""
    half_unit: Fraction | None = None
    """Half a unit of the last digit that was printed; None where no digit is lost."""


Source = Callable[[Question, Submission, Run], Iterable[Candidate]]


def bindings(question: Question, submission: Submission, run: Run) -> Iterator[Candidate]:
    """Yield what the contract's name was bound to, cell by cell; the last one counts.

    A list, dict or array that a later cell changed in place has a further value there.
    """
    for binding in _history(run):
        if binding.name == question.name and not binding.salvaged:
            yield _bound(binding, submission, kind="binding")


def salvaged(question: Question, submission: Submission, run: Run) -> Iterator[Candidate]:
    """Yield what the name was bound to where a failed cell's definitions alone were run."""
    for binding in _history(run):
        if binding.name == question.name and binding.salvaged:
            remark = ", whose definitions and plain constants alone could be run"
            yield _bound(binding, submission, kind="salvaged", remark=remark)


def aliases(question: Question, submission: Submission, run: Run) -> Iterator[Candidate]:
    """Yield the bindings of the first declared alias that is bound at all."""
    bound = {binding.name for binding in run.bindings}
    alias = next((one for one in question.aliases if one in bound), None)
    for binding in _history(run):
        if binding.name == alias:
            remark = f", taken for `{question.name}`, which is not defined"
            yield _bound(binding, submission, kind="alias", remark=remark)


def labelled_outputs(question: Question, submission: Submission, run: Run) -> Iterator[Candidate]:
    """Yield numbers that our own run printed behind the question's name or an alias."""
    for cell in run.cells:
        yield from _labelled(question, submission, cell.cell, cell.outputs, kind="printed")


def stored_outputs(question: Question, submission: Submission, run: Run) -> Iterator[Candidate]:
    """Yield the same of the outputs stored in the file, which no run of ours has confirmed."""
    for cell in submission.cells:
        yield from _labelled(question, submission, cell.number, cell.outputs, kind="stored")


SOURCES: tuple[Source, ...] = (bindings, salvaged, aliases, labelled_outputs, stored_outputs)
"""In order of trust: the first source that yields anything decides, by its last candidate."""


def find(
    question: Question,
    submission: Submission,
    run: Run,
    *,
    sources: tuple[Source, ...] = SOURCES,
) -> tuple[tuple[Candidate, ...], ...]:
    """Return what each source yields, without the sources that yield nothing."""
    groups = (tuple(source(question, submission, run)) for source in sources)
    return tuple(group for group in groups if group)


def observed(groups: Iterable[tuple[Candidate, ...]]) -> tuple[tuple[Candidate, ...], ...]:
    """Return the groups that our own run confirms: all but stored outputs."""
    return tuple(group for group in groups if group[-1].kind != "stored")


def place(submission: Submission, number: int) -> str:
    """Return how a person finds a cell."""
    cell = next((cell for cell in submission.cells if cell.number == number), None)
    return cell.where() if cell else f"cell {number}"


def _history(run: Run) -> list[Binding]:
    return sorted((*run.bindings, *run.changes), key=lambda binding: binding.cell)


def _bound(binding: Binding, submission: Submission, *, kind: Kind, remark: str = "") -> Candidate:
    return Candidate(
        readings=(binding.value,),
        kind=kind,
        name=binding.name,
        cell=binding.cell,
        where=f"`{binding.name}` in {place(submission, binding.cell)}{remark}",
    )


def _labelled(
    question: Question,
    submission: Submission,
    cell: int,
    outputs: tuple[Output, ...],
    *,
    kind: Literal["printed", "stored"],
) -> Iterator[Candidate]:
    text = "".join(output.text for output in outputs if output.kind == "stdout")
    if not text:
        return
    wanted = {printed.key(name) for name in (question.name, *question.aliases)}
    verb = "printed by" if kind == "printed" else "stored in the file as output of"
    for found in printed.labelled(text):
        if printed.key(found.label) in wanted:
            yield Candidate(
                readings=found.readings,
                kind=kind,
                name=found.label.strip(),
                cell=cell,
                where=f"“{found.label.strip()}: {found.text}” {verb} {place(submission, cell)}",
                half_unit=found.half_unit,
            )
