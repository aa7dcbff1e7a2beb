"""Which pairs of known mistakes cannot be told from something else, at a question's own check.

For the author, before learners meet the sheet. A pair that gives the right answer earns full
marks, one that gives what a single mistake gives is called that, and two pairs that give the same
are both named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from grader.language import say
from grader.marking import formulas, references
from grader.marking.prepared import Prepared
from grader.marking.references import Failed, FunctionReference, Mistakes
from grader.sheet import Question

MOST_VALUES: Final = 50_000
"""So many comparisons of values are made for one question."""
MOST_FORMULAS: Final = 600
"""So many comparisons of formulas, which take longer."""

Result = Any
"""What a reference gives; of a function, for each of its calls."""


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """What was found out about the pairs of one question's mistakes."""

    question: Question
    pairs: int
    alike: tuple[str, ...]
    """A clause for each pair that is not told apart."""
    left_out: int
    """Comparisons that were not made."""


def pairs(prepared: Prepared) -> Iterator[Pairs]:
    """Yield what is found for each question with mistakes that can be made two at once."""
    for question in prepared.sheet.questions:
        several = references.combined(question.misconceptions, most=2)
        if question.kind != "text" and any(len(one) == 2 for one in several):
            yield _of(prepared, question, several)


def _of(prepared: Prepared, question: Question, several: tuple[Mistakes, ...]) -> Pairs:
    give, same = _judged(prepared, question)
    results = [(made, give(made)) for made in ((), *several)]
    known = [(made, result) for made, result in results if not _failed(result)]
    made, most = count(), MOST_FORMULAS if question.kind == "formula" else MOST_VALUES
    alike, left_out = [], 0
    for place, (pair, result) in enumerate(known):
        if len(pair) != 2:
            continue
        for other, its in known[:place]:
            if next(made) >= most:
                left_out += 1
            elif same(result, its):
                # Where one of the two alone gives the same, the other has no effect beside it.
                if not other or len(other) == 2 or other[0] not in pair:
                    alike.append(_clause(pair, other))
                break
    size = sum(len(one) == 2 for one in several)
    return Pairs(question=question, pairs=size, alike=tuple(alike), left_out=left_out)


def _clause(pair: Mistakes, other: Mistakes) -> str:
    both = references.name(pair)
    if not other:
        return say("{pair} gives the right answer", pair=both)
    return say("{pair} looks like {other}", pair=both, other=references.name(other))


def _judged(
    prepared: Prepared, question: Question
) -> tuple[Callable[[Mistakes], Result], Callable[[Result, Result], bool]]:
    """Return how a set of mistakes is evaluated, and when two results are the same."""
    if question.kind == "function":
        return _calls(prepared.functions[question.name])
    if question.kind == "formula":
        formula = prepared.formulas[question.name]
        return (
            lambda made: formula.with_mistakes(made) if made else formula.expected,
            lambda one, other: formulas.agrees(
                formula, one, other, exactly=not formula.terms.small
            ),
        )
    value = prepared.values[question.name]
    return lambda made: value.with_mistakes(made) if made else value.expected, value.fits


def _calls(
    ready: FunctionReference,
) -> tuple[Callable[[Mistakes], Result], Callable[[Result, Result], bool]]:
    every = range(len(ready.calls))

    def give(made: Mistakes) -> Result:
        return [ready.with_mistakes(made, i) if made else ready.expected[i] for i in every]

    def same(one: Result, other: Result) -> bool:
        return all(_same_call(ready, a, b) for a, b in zip(one, other, strict=True))

    return give, same


def _same_call(ready: FunctionReference, one: Result, other: Result) -> bool:
    if isinstance(one, Failed) or isinstance(other, Failed):
        return isinstance(one, Failed) and isinstance(other, Failed)
    return ready.agrees(one, other)


def _failed(result: Result) -> bool:
    several = isinstance(result, list) and all(isinstance(one, Failed) for one in result)
    return result is None or isinstance(result, Failed) or (several and bool(result))
