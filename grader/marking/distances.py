"""A distance that a learner states in a sentence beside two values that should be the same.

Which two those are the author declares (``task.compared``). The distance is worked out again from
the learner's own two numbers; nothing is said of what is right, and nothing costs points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from grader.language import decimal, say
from grader.marking import evidence, numbers, printed, rounding, upstream
from grader.marking.evidence import Candidate
from grader.marking.judgement import Case
from grader.marking.plain import plain
from grader.marking.prose import own_prose
from grader.sheet import Question
from grader.submission import Cell

MAX_READ: Final = 300
"""So many characters of prose next to the code are looked at."""
_WORD = (
    r"(?:distance|difference|deviation|deviates?|differs?|different|apart|off|gap"
    r"|Abstand|Differenz|Abweichung|Unterschied|weicht|auseinander)"
)
_NUMBER = r"(?<![\d.,])\d{1,9}(?:[.,]\d{1,9})?(?![\d.,]*\d|\s*(?:%|percent|Prozent|\\%))"
_BEFORE = re.compile(rf"(?P<number>{_NUMBER})\$?\s+(?:\w+\s+)?{_WORD}\b", re.IGNORECASE)
_AFTER = re.compile(
    rf"\b{_WORD}\s+(?:\w+\s+){{0,2}}(?:of|by|is|von|um|ist|about|approximately|roughly|=|≈)\s+"
    rf"(?:(?:about|roughly|around|ca\.|etwa)\s+)?\$?(?P<number>{_NUMBER})",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A distance as it is written."""

    text: str
    value: Fraction
    half_unit: Fraction
    where: str


def remarks(case: Case) -> Iterator[tuple[str, str]]:
    """Yield a question with a sentence for each stated distance that own values do not have."""
    for task in case.prepared.sheet.tasks:
        by_name = {one.name: one for one in task.questions}
        for pair in task.compared:
            one, other = (by_name[name] for name in pair)
            sentence = _remark(case, one, other)
            if sentence:
                yield other.id, sentence


def _remark(case: Case, one: Question, other: Question) -> str:
    mine, its = _chosen(case, one), _chosen(case, other)
    if mine is None or its is None or its.kind == "written":
        return ""
    ends = [
        (_number(mine), mine.half_unit or Fraction(0)),
        (_number(its), its.half_unit or Fraction(0)),
    ]
    (a, half_a), (b, half_b) = ends
    if a is None or b is None:
        return ""
    for stated in _stated(case, its.cell):
        slack = stated.half_unit + half_a + half_b
        if abs(abs(a - b) - stated.value) > slack:
            return _sentence(case, one, stated, (a, b), slack)
    return ""


def _sentence(
    case: Case, one: Question, stated: Stated, values: tuple[Fraction, Fraction], slack: Fraction
) -> str:
    a, b = values
    said = say(
        "You state a distance of {stated} ({where}); your own {one} and {other} are {distance} "
        "apart.",
        stated=stated.text,
        where=stated.where,
        one=_shown(a),
        other=_shown(b),
        distance=decimal(numbers.two_figures(abs(a - b))),
    )
    free = say("It costs nothing.")
    reference = case.prepared.values[one.name]
    for value in rounding.own_values(reference, (), upstream.own(case, reference)):
        meant = _fraction(value)
        if meant is not None and abs(abs(meant - b) - stated.value) <= slack:
            instead = say(
                "With {value}, which follows from your earlier values, it is {distance}.",
                value=_shown(meant),
                distance=decimal(numbers.two_figures(abs(meant - b))),
            )
            return f"{said} {instead} {free}"
    return f"{said} {free}"


def _stated(case: Case, cell: int) -> Iterator[Stated]:
    """Yield the distances in the prose that stands next to a cell of code."""
    for near in own_prose(case):
        if near.number in (cell - 1, cell + 1):
            source = near.source
            text = source[:MAX_READ] if near.number > cell else source[-MAX_READ:]
            yield from _in_text(near, text)


def _in_text(cell: Cell, text: str) -> Iterator[Stated]:
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            said = match["number"]
            value = _fraction(printed.readings(said)[0])
            if value is not None:
                yield Stated(
                    text=said, value=value, half_unit=printed.half_unit(said), where=cell.where()
                )


def _chosen(case: Case, question: Question) -> Candidate | None:
    groups = evidence.observed(evidence.find(case, question))
    return groups[0][-1] if groups else None


def _number(candidate: Candidate) -> Fraction | None:
    return _fraction(plain(candidate.readings[0])) if candidate.readings else None


def _fraction(value: Any) -> Fraction | None:
    if not numbers.is_number(value) or isinstance(value, complex):
        return None
    if numbers.gap(value, 0) is None:
        return None
    return Fraction(value) if isinstance(value, int) else Fraction(float(value))


def _shown(value: Fraction) -> str:
    return decimal(f"{float(value):.6g}")
