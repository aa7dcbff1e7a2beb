"""Where answers are found: candidates for one question's value, the best source first.

A source is a function ``(case, question) -> candidates``; ``SOURCES`` lists them in order of trust.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, islice, product
from typing import Any, Literal

from grader.language import message, say
from grader.marking import printed
from grader.marking import written as paper
from grader.marking.judgement import Case
from grader.marking.plain import shortened
from grader.marking.written import Written
from grader.run import Binding, Run
from grader.sheet import Question
from grader.submission import Output, Submission
from grader.values import Value, from_python

Kind = Literal["binding", "salvaged", "alias", "printed", "written", "stored"]

WHERE: dict[Kind, str] = {
    "printed": message("“{label}: {text}” printed by {place}"),
    "stored": message("“{label}: {text}” stored in the file as output of {place}"),
}
MOST_READINGS = 8
MOST_PLACES = 8


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
    written: tuple[Written, ...] = ()
    """Of numbers in prose: the equations that they stand in."""
    certain: bool = True
    """Whether it is surely given as the answer; not so of some tables."""


Source = Callable[[Case, Question], Iterable[Candidate]]


def bindings(case: Case, question: Question) -> Iterator[Candidate]:
    """Yield what the contract's name was bound to, cell by cell; the last one counts.

    A list, dict or array that a later cell changed in place has a further value there.
    """
    for binding in _history(case.run):
        if binding.name == question.name and not binding.salvaged:
            where = named_in(binding.name, place(case.submission, binding.cell))
            yield _bound(binding, where, kind="binding")


def salvaged(case: Case, question: Question) -> Iterator[Candidate]:
    """Yield what the name was bound to where a failed cell's definitions alone were run."""
    for binding in _history(case.run):
        if binding.name == question.name and binding.salvaged:
            where = say(
                "`{name}` in {place}, whose definitions and plain constants alone could be run",
                name=binding.name,
                place=place(case.submission, binding.cell),
            )
            yield _bound(binding, where, kind="salvaged")


def aliases(case: Case, question: Question) -> Iterator[Candidate]:
    """Yield the bindings of the first declared alias that is bound at all."""
    bound = {binding.name for binding in case.run.bindings}
    alias = next((one for one in question.aliases if one in bound), None)
    for binding in _history(case.run):
        if binding.name == alias:
            where = say(
                "`{name}` in {place}, taken for `{question}`, which is not defined",
                name=binding.name,
                place=place(case.submission, binding.cell),
                question=question.name,
            )
            yield _bound(binding, where, kind="alias")


def labelled_outputs(case: Case, question: Question) -> Iterator[Candidate]:
    """Yield numbers that our own run printed behind the question's name or an alias."""
    for cell in case.run.cells:
        yield from _labelled(question, case.submission, cell.cell, cell.outputs, kind="printed")


def stored_outputs(case: Case, question: Question) -> Iterator[Candidate]:
    """Yield the same of the outputs stored in the file, which no run of ours has confirmed."""
    for cell in case.submission.cells:
        yield from _labelled(question, case.submission, cell.number, cell.outputs, kind="stored")


def written(case: Case, question: Question) -> Iterator[Candidate]:
    """Yield the numbers of the learner's prose; of a dict one candidate with all its entries."""
    found = paper.numbers(case, case.prepared.written[question.name])
    if not question.written or "" in question.written:
        yield from (_on_paper((one,), one.values) for one in found.get("", ()))
    elif found:
        last = {entry: several[-1] for entry, several in found.items()}
        choices = islice(product(*(one.values for one in last.values())), MOST_READINGS)
        dicts = [dict(zip(last, choice, strict=True)) for choice in choices]
        if all(entry.isdigit() for entry in question.written):
            yield from _sequence(tuple(last.values()), dicts)
        else:
            yield _on_paper(tuple(last.values()), dicts)


SOURCES: tuple[Source, ...] = (
    bindings,
    salvaged,
    aliases,
    labelled_outputs,
    written,
    stored_outputs,
)
"""In order of trust: the first source that yields anything decides, by its last candidate."""


def find(case: Case, question: Question) -> tuple[tuple[Candidate, ...], ...]:
    """Return what each source yields, without the sources that yield nothing."""
    return case.once(("evidence", question.name), lambda: _find(case, question))


def _find(case: Case, question: Question) -> tuple[tuple[Candidate, ...], ...]:
    groups = (tuple(source(case, question)) for source in SOURCES)
    return tuple(group for group in groups if group)


def observed(groups: Iterable[tuple[Candidate, ...]]) -> tuple[tuple[Candidate, ...], ...]:
    """Return the groups that count: all but stored outputs, which no run of ours confirms."""
    return tuple(group for group in groups if group[-1].kind != "stored")


def place(submission: Submission, number: int, *, line: int | None = None) -> str:
    """Return how a person finds a cell, or a line of it."""
    cell = next((cell for cell in submission.cells if cell.number == number), None)
    if cell is None and not number:
        # Only where a notebook is looked at while it lives: ``from … import *``, ``%run``.
        return say("this notebook, bound by no cell itself")
    return cell.where(line) if cell else say("cell {number}", number=number)


def named_in(name: str, place: str) -> str:
    """Return how a person finds a name of the learner's."""
    return say("`{name}` in {place}", name=name, place=place)


def _history(run: Run) -> list[Binding]:
    return sorted((*run.bindings, *run.changes), key=lambda binding: binding.cell)


def _bound(binding: Binding, where: str, *, kind: Kind) -> Candidate:
    return Candidate(
        readings=(binding.value,),
        kind=kind,
        name=binding.name,
        cell=binding.cell,
        where=where,
    )


def _on_paper(found: tuple[Written, ...], values: Sequence[Any]) -> Candidate:
    last = found[-1]
    places = dict.fromkeys(one.statement.where for one in found)
    return Candidate(
        readings=tuple(map(from_python, values)),
        kind="written",
        name=shortened(last.statement.left.text),
        cell=last.statement.cell.number,
        where=", ".join(list(places)[:MOST_PLACES]),
        half_unit=last.half_unit if len(found) == 1 else None,
        written=found,
        certain=all(one.certain for one in found),
    )


def _sequence(found: tuple[Written, ...], choices: Sequence[dict[str, Any]]) -> Iterator[Candidate]:
    """Yield a list of the entries 1, 2, … as far as they go without a gap."""
    size = next(number for number in count(1) if str(number) not in choices[0]) - 1
    if size:
        lists = [[one[str(number)] for number in range(1, size + 1)] for one in choices]
        yield _on_paper(found[:size], lists)


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
    for found in printed.labelled(text):
        if printed.key(found.label) in wanted:
            yield Candidate(
                readings=found.readings,
                kind=kind,
                name=found.label.strip(),
                cell=cell,
                where=say(
                    WHERE[kind],
                    label=found.label.strip(),
                    text=found.text,
                    place=place(submission, cell),
                ),
                half_unit=found.half_unit,
            )
