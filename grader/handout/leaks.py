"""Looks for answers in what is handed out: a last guard, behind ``public`` that puts none in.

An author may still write one into a hint, an example or an invariant. What the statement itself
says is no secret.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

import numpy as np

from grader.handout.public import FILE
from grader.language import say
from grader.marking import Prepared
from grader.marking.references import Failed

FEWEST_DIGITS = 3
"""Numbers of fewer digits stand everywhere."""
FEWEST_OF_CALLS = 6
"""Functions give many numbers, among them short ones that are somebody's arguments as well."""
SHORTEST = 5
"""Characters of a formula that is looked for, without white space."""
HARMLESS = frozenset({"limits", "points", "domains", "at", "check", "number"})
"""Keys of numbers that only the author's settings can stand in."""
_NUMBER = re.compile(r"(?<![\w.])\d[\d_,' \u00a0\u2009\u202f]*(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w])")
_WITH_COMMA = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+)(?:[eE][-+]?\d+)?(?![\w])"
)
"""Numbers as they are written where the comma is the decimal sign, as in German."""
_GAPS = re.compile(r"[_,' \u00a0\u2009\u202f]")

Secret = Decimal | str


def told(files: Mapping[str, bytes], prepared: Prepared, statement: str) -> Iterator[str]:
    """Yield a sentence for each answer that stands in ``files`` and not in the statement."""
    open_numbers = set(_numbers_in(statement))
    texts = _texts(json.loads(files[FILE]))
    texts += [data.decode() for name, data in files.items() if name.endswith((".py", ".ipynb"))]
    numbers = {one for text in texts for one in _numbers_in(text)} - open_numbers
    words = _squeezed("\n".join(texts))
    for question, secret in _secrets(prepared):
        if isinstance(secret, str):
            if secret in words and secret not in _squeezed(statement):
                yield say(
                    "the reference of {question} stands in the hand-out; take it out",
                    question=question,
                )
        elif shown := next((one for one in numbers if _tells(one, secret)), None):
            yield say(
                "{number}, an expected value of {question}, stands in the hand-out; take it out",
                number=shown,
                question=question,
            )


def _secrets(prepared: Prepared) -> Iterator[tuple[str, Secret]]:
    for value in prepared.values.values():
        for number in _floats(value.expected):
            yield value.question.id, number
    for function in prepared.functions.values():
        given_away = [one.gives is not None for one in function.question.calls.fixed]
        for position, expected in enumerate(function.expected):
            open_to_all = position < len(given_away) and given_away[position]
            if not (open_to_all or isinstance(expected, Failed)):
                found = _floats(expected, fewest=FEWEST_OF_CALLS)
                yield from ((function.question.id, one) for one in found)
    for formula in prepared.formulas.values():
        text = _squeezed(formula.text)
        if len(text) >= SHORTEST:
            yield formula.question.id, text


def _texts(data: Any) -> list[str]:
    """Return all that a decoded JSON holds as texts, numbers of tagged values included."""
    if isinstance(data, dict):
        tagged = _tagged(data)
        if tagged is not None:
            return tagged
        return [text for key, one in data.items() if key not in HARMLESS for text in _texts(one)]
    if isinstance(data, list):
        return [text for one in data for text in _texts(one)]
    return [str(data)]


def _tagged(data: dict[str, Any]) -> list[str] | None:
    if data.get("t") == "float":
        return [repr(float.fromhex(data["v"]))]
    if data.get("t") == "array":
        items = np.frombuffer(base64.b64decode(data["data"]), dtype=data["dtype"])
        return [repr(one) for one in items.tolist()]
    return None


def _numbers_in(text: str) -> Iterator[Decimal]:
    for match in _NUMBER.finditer(text):
        # `1, 2` is two numbers as well as one.
        for piece in {_GAPS.sub("", match[0]), *re.split(r"[, ]+", match[0])}:
            yield from _number(piece.strip("_' "))
    for match in _WITH_COMMA.finditer(text):
        yield from _number(match[0].replace(".", "").replace(",", "."))


def _number(text: str) -> Iterator[Decimal]:
    """Yield the number that a text is, if it is one of enough digits."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return
    if len(number.normalize().as_tuple().digits) >= FEWEST_DIGITS:
        yield number


def _floats(thing: Any, *, fewest: int = FEWEST_DIGITS) -> Iterator[Decimal]:
    if isinstance(thing, Mapping):
        thing = list(thing.values())
    if isinstance(thing, np.ndarray):
        thing = thing.ravel().tolist()
    if isinstance(thing, list | tuple):
        for one in thing:
            yield from _floats(one, fewest=fewest)
    elif isinstance(thing, int | float | np.number) and not isinstance(thing, bool):
        number = Decimal(repr(thing.item() if isinstance(thing, np.number) else thing))
        if number.is_finite() and len(number.normalize().as_tuple().digits) >= fewest:
            yield abs(number)


def _tells(shown: Decimal, secret: Decimal) -> bool:
    """Return whether a number is the secret, or that rounded to as many digits."""
    step = Decimal((0, (1,), int(shown.as_tuple().exponent)))
    try:
        return shown == secret.quantize(step, rounding=ROUND_HALF_EVEN)
    except InvalidOperation:  # more digits than there may be: they are far apart
        return False


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
