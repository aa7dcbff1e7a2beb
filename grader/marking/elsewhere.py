"""Whether all of a learner's prose says that it answers other parts of the sheet.

Only then may an answer that is not found count as missing; one line without a label, a label of
the part itself, and a number that would earn points anywhere are reason enough for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.marking import printed
from grader.marking.judgement import Case
from grader.marking.labels import inner, labels, within
from grader.marking.prose import MAX_READ, holds_formula, own_prose
from grader.sheet import Question

ENOUGH = 2
"""Fewer labels are no sign that all answers have one."""
_DIGIT = re.compile(r"\d")


def other_parts(case: Case, question: Question) -> tuple[str, ...]:
    """Return the parts under which all of a learner's numbers and formulas stand.

    Nothing where one may belong to the question: it has no part itself, or something stands under
    its label, under none, or in more text than is read.
    """
    parts = case.once(("parts",), lambda: _parts(case))
    asked = question.part
    if not asked or len(parts) < ENOUGH or any(within(one, asked) for one in parts):
        return ()
    return parts


def numbers(case: Case) -> Iterator[tuple[int | float, Fraction]]:
    """Yield all readings of all numbers in the learner's prose, with half a unit of each."""
    for cell in own_prose(case):
        for found in printed.NUMBER.finditer(cell.source.replace("{,}", ",")):
            half = printed.half_unit(found[0])
            yield from ((value, half) for value in printed.readings(found[0]))


def _parts(case: Case) -> tuple[str, ...]:
    """Return the parts in the order of writing, "" for what is labelled by none or too long."""
    own = {cell.number for cell in own_prose(case)}
    if sum(len(cell.source) for cell in own_prose(case)) > MAX_READ:
        return ("",)
    found: dict[str, None] = {}
    before = ""
    for cell in case.submission.cells:
        if cell.kind == "code":
            continue
        known = labels(cell.source[: 2 * MAX_READ], before)
        before = known.parts[-1]
        if cell.number in own:
            for number, line in enumerate(cell.source.split("\n"), start=1):
                if _tells(line):
                    part = known.at(number)
                    found |= dict.fromkeys([part, *inner(line, part)])
    return tuple(found)


def _tells(line: str) -> bool:
    """Return whether a line may be an answer, or part of one."""
    if line.lstrip().startswith("#"):
        return False
    return _DIGIT.search(line) is not None or holds_formula(line)
