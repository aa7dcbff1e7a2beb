"""Finds numbers and formulas in a page that tell what is expected, however they are spelled.

A number of a page tells a value where it is that value rounded to the digits that the page shows.
Numbers of fewer than three digits are left out: as counts and points they stand everywhere. What
the learner wrote, printed or computed is theirs, and tells nothing. A formula is told by its
author's text, by the same in one line, and by what its MathML shows, spaces and brackets aside;
short ones stand in too many others.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np

from grader.formula import Tree, from_json, to_mathml, to_text
from grader.grade import Grade
from grader.run import Run
from grader.submission import Output, Submission
from grader.values import to_python

MIN_DIGITS = 3
MIN_LETTERS = 7
"""Characters of a squeezed formula that is long enough to be told from a part of another one."""
_GAP = "[ \u00a0\u2009\u202f'’_]"
_NUMBER = re.compile(
    rf"(?<![\w.])(?:\d{{1,3}}(?:{_GAP}\d{{3}})+(?!\d)|\d{{1,3}}(?:,\d{{3}})+(?!\d)"
    rf"|\d{{1,3}}(?:\.\d{{3}})+(?!\d)|\d+)?(?:[.,]\d+)?"
    r"(?:[eE][-+−]?\d+|\s*[·×*]\s*10\s*(?:\^|\*\*)\s*\{?[-−]?\d+\}?)?"
)
_INVISIBLE = re.compile(r"(?s)<(style|script|head|footer)\b.*?</\1>")
_POWER = re.compile(r"(?s)<msup>\s*<mn>10</mn>\s*(?:<mrow>)?(.*?)(?:</mrow>)?\s*</msup>")
_MATHS = re.compile(r"</?(?:mn|mo|mrow|mtext|mspace|mi|sup|sub|b|i|em|strong|span)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_LAYOUT = re.compile(
    r"\\(?:[,;!]|(?:left|right|[bB]igg?[lr]?|cdot|times|quad|displaystyle)(?![a-zA-Z]))"
)
_APART = re.compile(r"[\s{}()\[\]|·⋅×*\u2061-\u2064\\$`]")


@dataclass(frozen=True)
class Spelled:
    """A number as it stands in a text, with the readings that its points and commas allow."""

    text: str
    readings: tuple[Decimal, ...]

    def tells(self, secret: float) -> bool:
        """Return whether it is ``secret`` at the precision that one of its readings has."""
        return any(_is_rounding(reading, secret) for reading in self.readings)


def text_of(page: str) -> str:
    """Return what a page shows, with parts of one number side by side as they are seen."""
    page = _INVISIBLE.sub(" ", page)
    page = _POWER.sub(lambda power: f"10^{_TAG.sub('', power[1])}", page)
    return html.unescape(_TAG.sub("\n", _MATHS.sub("", page)))


def numbers(text: str) -> Iterator[Spelled]:
    """Yield the numbers of a text that have digits enough to tell anything."""
    for match in _NUMBER.finditer(text):
        readings = tuple(r for r in _readings(match[0]) if len(r.as_tuple().digits) >= MIN_DIGITS)
        if readings:
            yield Spelled(match[0], readings)


def told(page: str, secrets: Mapping[str, Iterable[float]], own: Iterable[float]) -> list[str]:
    """Return one line per secret that the page tells and that is not the learner's own number."""
    own, shown = list(own), set(numbers(text_of(page)))
    foreign = [one for one in shown if not any(one.tells(number) for number in own)]
    return sorted(
        f"{name}: {secret!r} stands there as {one.text!r}"
        for name, values in secrets.items()
        for secret in values
        for one in foreign
        if one.tells(secret)
    )


def squeezed(text: str) -> str:
    """Return a text without what spellings of one formula differ in: spaces, brackets, signs."""
    return _APART.sub("", _LAYOUT.sub("", text)).replace("−", "-")


def spellings(tree: Tree, text: str = "") -> frozenset[str]:
    """Return how a formula may stand in a page, squeezed; short spellings are left out."""
    shown = [text, to_text(tree), text_of(to_mathml(tree))]
    return frozenset(one for one in map(squeezed, shown) if len(one) >= MIN_LETTERS)


def told_formulas(page: str, secrets: Mapping[str, Iterable[str]], own: Iterable[str]) -> list[str]:
    """Return one line per squeezed formula that the page tells and the learner did not write."""
    shown, own = squeezed(text_of(page)), list(own)
    return sorted(
        f"{name}: {secret} stands there"
        for name, several in secrets.items()
        for secret in several
        if secret in shown and not any(secret in one for one in own)
    )


def formulas_written_by(submission: Submission, run: Run, grade: Grade) -> list[str]:
    """Return what the learner wrote and printed, squeezed, and what was understood of it."""
    outputs = [one for cell in submission.cells for one in cell.outputs]
    outputs += [one for ran in run.cells for one in ran.outputs]
    texts = [cell.source for cell in submission.cells]
    texts += [text_of(part) for one in outputs for part in _parts(one)]
    trees = [mark.understood for mark in grade.questions]
    steps = [step for mark in grade.questions for step in mark.chain]
    trees += [side.understood for step in steps for side in (step.left, step.right)]
    read = [from_json(json.loads(tree)) for tree in trees if tree]
    texts += [text for tree in read for text in (to_text(tree), text_of(to_mathml(tree)))]
    return list(map(squeezed, texts))


def _parts(output: Output) -> list[str]:
    return [output.text, *(content for _, content in output.data)]


def floats(value: Any) -> Iterator[float]:
    """Yield all real numbers inside a plain value that have at least three digits."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist()
    if isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from floats(item)
    elif isinstance(value, int | float | np.number) and not isinstance(value, bool):
        number = float(value)
        if np.isfinite(number) and len(Decimal(repr(number)).normalize().as_tuple().digits) >= 3:
            yield number


def written_by(submission: Submission, run: Run, grade: Grade) -> list[float]:
    """Return every number that the learner wrote, printed or computed."""
    outputs = [one for cell in submission.cells for one in cell.outputs]
    outputs += [one for ran in run.cells for one in ran.outputs]
    texts = [cell.source for cell in submission.cells]
    texts += [text for one in outputs for text in (one.text, *(text_of(d) for _, d in one.data))]
    texts += [mark.given for mark in grade.questions]
    texts += [run.failure.trace + run.failure.message for run in run.cells if run.failure]
    own = [float(reading) for text in texts for one in numbers(text) for reading in one.readings]
    values = [binding.value for binding in (*run.bindings, *run.changes)]
    for one in run.functions:
        calls = (*one.results, *(call for made in one.for_pictures for call in made))
        values += [call.value for call in calls if call.value]
    for value in values:
        own.extend(floats(to_python(value)))
    return [number for number in own if np.isfinite(number)]


def _readings(spelled: str) -> Iterator[Decimal]:
    plain = re.sub(r"\s*[·×*]\s*10\s*(?:\^|\*\*)\s*\{?([-−]?\d+)\}?", r"e\1", spelled)
    plain = re.sub(_GAP, "", plain).replace("−", "-")
    mantissa, _, power = plain.lower().partition("e")
    forms = {mantissa}
    for point in ",.":
        if re.fullmatch(rf"\d{{1,3}}(\{point}\d{{3}})+([,.]\d+)?", mantissa):
            forms.add(mantissa.replace(point, ""))
    for form in forms:
        form = form.replace(",", ".")
        if form.count(".") > 1:
            head, _, tail = form.rpartition(".")
            form = f"{head.replace('.', '')}.{tail}"
        if any(map(str.isdigit, form)):
            yield Decimal(f"{form}e{power or 0}")


def _is_rounding(shown: Decimal, secret: float) -> bool:
    exact = abs(Decimal(repr(secret)))
    step = Decimal((0, (1,), int(shown.as_tuple().exponent)))
    if exact == 0 or abs(exact - shown) > step:
        return False
    if shown == exact or shown == exact.quantize(step, rounding=ROUND_HALF_EVEN):
        return True
    # Three digits cut off, as 100 of 100.96, are too often a count.
    return len(shown.as_tuple().digits) > MIN_DIGITS and shown == exact - exact % step
