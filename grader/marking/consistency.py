"""Whether a learner's own values fit together, as their author declares it.

Nothing here knows what is expected. What does not fit is said in the details of the mark that it
concerns, as evidence for whoever looks into it, and costs nothing by itself.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import Any, Final

import numpy as np

from grader.checks import Exact
from grader.grade import Mark, Verdict
from grader.language import say
from grader.marking import distances, evidence, invariants
from grader.marking.evidence import Candidate
from grader.marking.invariants import Own
from grader.marking.judgement import Case, with_details
from grader.marking.plain import plain
from grader.marking.prepared import Prepared
from grader.sheet import Accepted, Invariant, Question
from grader.values import Sequence

MOST_VALUES: Final = 4
"""Of each source so many values of one name are looked at, the last ones."""
FLOAT32: Final = Fraction(1, 10**6)
"""How far a value of code may be from what it stands for, relative to it: it may have been
calculated in float32."""
SHORT: Final = 8
"""A float of up to so many digits was rounded by who wrote it, or may have been."""
CODE: Final = ("binding", "salvaged", "alias")
"""Kinds of candidates of which only the most trusted one is the learner's value."""


def apply(case: Case, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Return ``marks`` with a sentence for each invariant that own values break."""
    told: dict[str, list[str]] = {}
    for task in case.prepared.sheet.tasks:
        for one in task.invariants:
            found = _found(case, one)
            broken = [] if found is None else [name for name, _ in found.broken]
            for name in _concerned(task.name, broken, marks):
                told.setdefault(name, []).append(found.sentence if found else "")
    for name, sentence in distances.remarks(case):
        told.setdefault(name, []).append(sentence)
    return tuple(with_details(one, told.get(one.question, ())) for one in marks)


def tried(
    case: Case, *, of: Collection[str]
) -> Iterator[tuple[Invariant, invariants.Finding | None]]:
    """Yield each invariant of which the learner gave all values, with what these say against it.

    Only those on one of some questions ``of`` the sheet, named ``task.question``.
    """
    names = {name.partition(".")[2] for name in of}
    for task in case.prepared.sheet.tasks:
        for one in (each for each in task.invariants if names.intersection(each.names)):
            own = _values(case, one)
            if all(any(map(invariants.is_usable, several)) for several in own.values()):
                yield one, invariants.check(one, own)


def unsound(prepared: Prepared) -> Iterator[tuple[Invariant, str]]:
    """Yield each invariant with what the references say against it, empty where it holds.

    A reference that an accepted variant replaces has to fit as well.
    """
    for task in prepared.sheet.tasks:
        for one in task.invariants:
            yield one, next(_against(prepared, one), "")


def _against(prepared: Prepared, one: Invariant) -> Iterator[str]:
    expected = {name: [_right(prepared, name)] for name in one.names}
    found = invariants.check(one, expected)
    if found is not None:
        yield say("the references do not fit: {sentence}", sentence=found.sentence)
    for name in one.names:
        for variant in _question(prepared, name).accepted:
            value = _right(prepared, name, variant)
            found = invariants.check(one, {**expected, name: [value]})
            if found is not None:
                yield say(
                    "the accepted variant {name} does not fit: {sentence}",
                    name=variant.name,
                    sentence=found.sentence,
                )


def _right(prepared: Prepared, name: str, variant: Accepted | None = None) -> Own:
    """Return what is right, or what an accepted variant gives in its place."""
    question = _question(prepared, name)
    if question.kind == "function":
        function = prepared.functions[name]
        places = _handed_out(question)
        results = [
            function.accepted(variant, place) if variant else function.expected[place]
            for place in places
        ]
        return _computed(question, results)
    value = prepared.values[name]
    return _computed(question, value.accepted(variant) if variant else value.expected)


def _question(prepared: Prepared, name: str) -> Question:
    """Return a question by its name, which no other one of the sheet has."""
    return next(one for one in prepared.sheet.questions if one.name == name)


def _handed_out(question: Question) -> list[int]:
    """Return which of a function's fixed calls learners know."""
    return [place for place, one in enumerate(question.calls.fixed) if one.handed_out]


def _concerned(task: str, broken: list[str], marks: tuple[Mark, ...]) -> tuple[str, ...]:
    """Return the marks that a broken invariant is told with: those in doubt, else the last."""
    wanted = {f"{task}.{name}" for name in broken}
    found = [one for one in marks if one.question in wanted]
    doubtful = [one for one in found if one.verdict is not Verdict.CORRECT]
    return tuple(one.question for one in doubtful or found[-1:])


def _found(case: Case, one: Invariant) -> invariants.Finding | None:
    return invariants.check(one, _values(case, one))


def _values(case: Case, one: Invariant) -> dict[str, tuple[Own, ...]]:
    asked = {name: _question(case.prepared, name) for name in one.names}
    return {
        name: case.once(
            ("own", name),
            partial(_results if question.kind == "function" else _own, case, question),
        )
        for name, question in asked.items()
    }


def _results(case: Case, question: Question) -> tuple[Own, ...]:
    """Return what a learner's function gives for the calls that are handed out, in a list."""
    run = next((one for one in case.run.functions if one.question == question.id), None)
    places = _handed_out(question)
    if run is None or not places or places[-1] >= len(run.results):
        return ()
    values = [run.results[place].value for place in places]
    if any(value is None for value in values):
        return ()
    results = [plain(value) for value in values if value is not None]
    where = f"`{run.name}` in {evidence.place(case.submission, run.cell)}"
    return (replace(_computed(question, results), where=where),)


def _own(case: Case, question: Question) -> tuple[Own, ...]:
    """Return all values that a learner gave for a question, wherever they stand."""
    groups = evidence.find(case, question)
    code = [group for group in groups if group[-1].kind in CODE]
    counted = [*code[:1], *(group for group in groups if group not in code)]
    latest = [(one, one is group[-1]) for group in counted for one in group[-MOST_VALUES:]]
    found = [
        replace(one, last=last, source=number if len(candidate.readings) > 1 else 0)
        for number, (candidate, last) in enumerate(latest, start=1)
        for one in _of(question, candidate)
    ]
    return tuple(_distinct(found))


def _distinct(found: list[Own]) -> Iterator[Own]:
    """Yield each value once: what it breaks as an earlier and as a last one, it breaks once."""
    seen: list[Own] = []
    for one in sorted(found, key=lambda one: not one.last):
        bare = replace(one, where="", last=True)
        if one.source or bare not in seen:
            seen.append(bare)
            yield one


def _of(question: Question, candidate: Candidate) -> Iterator[Own]:
    halves = [one.half_unit for one in candidate.written]
    for reading in candidate.readings:
        if isinstance(reading, Sequence) and len(reading.items) > invariants.MAX_ITEMS:
            continue
        value = plain(reading)
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if candidate.written and isinstance(value, list | dict):
            yield Own(value=_entries(value, halves), where=candidate.where)
        elif candidate.half_unit is not None:
            yield Own(value=_bare(value), half_unit=candidate.half_unit, where=candidate.where)
        else:
            yield replace(_computed(question, value), where=candidate.where)


def _entries(value: Any, halves: list[Fraction | None]) -> Any:
    """Return a list or dict of numbers on paper, each as precise as it is written."""
    items = value.values() if isinstance(value, dict) else value
    entries = [Own(value=_bare(item), half_unit=half or Fraction(0))
               for item, half in zip(items, halves, strict=False)]  # fmt: skip
    return dict(zip(value, entries, strict=False)) if isinstance(value, dict) else entries


def _computed(question: Question, value: Any) -> Own:
    """Return a value of code, as precise as a person may take it for."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict):
        pairs = islice(value.items(), invariants.MAX_ITEMS + 1)
        return Own(value={key: _computed(question, item) for key, item in pairs})
    if isinstance(value, list | tuple):
        return Own(value=[_computed(question, item) for item in value[: invariants.MAX_ITEMS + 1]])
    bare = _bare(value)
    return Own(value=bare, half_unit=_half_unit(question, bare))


def _half_unit(question: Question, value: Any) -> Fraction:
    if isinstance(value, float) and math.isfinite(value):
        shown = Decimal(repr(value).removesuffix(".0")).as_tuple()
        assert isinstance(shown.exponent, int)
        last = Fraction(10) ** shown.exponent / 2 if len(shown.digits) <= SHORT else Fraction(0)
        return max(last, abs(Fraction(value)) * FLOAT32)
    whole = isinstance(value, int) and not isinstance(question.check, Exact)
    return Fraction(1, 2) if whole else Fraction(0)


def _bare(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
