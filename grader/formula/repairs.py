"""Which single loss in copying would mend a step that does not hold: suspects shown to people.

A scanner that reads `13,2` as `1·3,2` makes a right step wrong. Where one such loss in the text of
a side makes it agree with its neighbour, that is reported, with all others that do. No repair is
ever worth a point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import chain, islice
from typing import Final, NamedTuple, final

from grader.formula.arithmetic import judge, side_values
from grader.formula.edits import Edit, edit, roundings
from grader.formula.figures import figures
from grader.formula.kinds import Kind, Token
from grader.formula.literals import tokens_of
from grader.formula.reader import read
from grader.formula.sides import Outcome, SideValue
from grader.formula.symbols import SymbolTable
from grader.language import message, say

MAXIMAL_LENGTH: Final = 400
"""Sides of more characters are not repaired."""
MAXIMAL_TOKENS: Final = 120
"""Nor are sides of more signs and names."""
MAXIMAL_TRIED: Final = 200
"""Most texts that are read again."""
MAXIMAL_WORK: Final = 20_000
"""Most signs and names in all of them together."""
SIMILAR: Final = {
    "0": "689", "1": "74", "2": "7", "3": "8", "4": "91", "5": "698", "6": "058", "7": "12",
    "8": "0365", "9": "4507",
}  # fmt: skip


class Loss(StrEnum):
    """What went wrong in copying."""

    SPLIT = "a number was taken apart"
    SIGN = "a minus sign was lost or added"
    POINT = "a decimal sign was lost"
    LEADING = "the first digit was lost"
    SIMILAR_DIGIT = "a digit was taken for one that looks like it"
    DIGIT = "a digit was taken for another one"


class Fit(StrEnum):
    """How well the repaired side agrees with its neighbour."""

    AGREES = "agrees"
    ONE_DIGIT_OFF = "one digit off"


SENTENCES: Final = {
    (Fit.AGREES, True): message(
        "With “{meant}” in place of “{written}” this side agrees with {target}."
    ),
    (Fit.AGREES, False): message("With “{meant}” put in this side agrees with {target}."),
    (Fit.ONE_DIGIT_OFF, True): message(
        "With “{meant}” in place of “{written}” this side is {value}, one digit away from {target}."
    ),
    (Fit.ONE_DIGIT_OFF, False): message(
        "With “{meant}” put in this side is {value}, one digit away from {target}."
    ),
}
"""By how well it fits, and whether the piece replaces another one."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One suspected loss, and what the side would be without it."""

    loss: Loss
    """What went wrong."""
    start: int
    """Where the piece begins in the side's text, in characters."""
    end: int
    """Where it ends."""
    written: str
    """The piece as it is written."""
    meant: str
    """What may have been meant."""
    text: str
    """The whole side with it."""
    value: Fraction
    """What the side is then."""
    fit: Fit
    """`ONE_DIGIT_OFF`: one digit of the neighbour has to be another one as well."""
    sentence: str
    """For the person who looks into it."""


class _Change(NamedTuple):
    loss: Loss
    start: int
    end: int
    meant: str


def repairs(
    text: str, table: SymbolTable, values: Mapping[str, float | Fraction], target: SideValue
) -> tuple[Repair, ...]:
    """All single losses in `text`, one side, that let it agree with its neighbour `target`.

    Those that agree come first, the likelier losses before others. Other losses than a number
    taken apart are only listed where they agree: with a digit of the neighbour as well, they
    explain nearly anything.
    None where `text` is too long, or already agrees; never raises.
    """
    tokens = tokens_of(text) if len(text) <= MAXIMAL_LENGTH else []
    if target.value is None or not 0 < len(tokens) <= MAXIMAL_TOKENS:
        return ()
    if any(_agrees(side, target) for side in side_values(read(text, table), values)):
        return ()
    most = min(MAXIMAL_TRIED, MAXIMAL_WORK // len(tokens))
    tried = islice(_changes(text, tokens), most)
    found = [one for change in tried if (one := _tried(text, change, table, values, target))]
    return tuple(sorted(found, key=lambda one: list(Fit).index(one.fit)))


def _tried(
    text: str,
    change: _Change,
    table: SymbolTable,
    values: Mapping[str, float | Fraction],
    target: SideValue,
) -> Repair | None:
    repaired = text[: change.start] + change.meant + text[change.end :]
    sides = side_values(read(repaired, table), values, spreads=False)
    fits = ((_fit(change.loss, side, target), side.value) for side in sides)
    fit, value = next((one for one in fits if one[0] is not None), (None, None))
    if fit is None or value is None or target.value is None:
        return None
    written = text[change.start : change.end]
    return Repair(
        loss=change.loss,
        start=change.start,
        end=change.end,
        written=written,
        meant=change.meant,
        text=repaired,
        value=value,
        fit=fit,
        sentence=_sentence(written, change.meant, fit, *figures(value, target.value)),
    )


def _fit(loss: Loss, side: SideValue, target: SideValue) -> Fit | None:
    if _agrees(side, target):
        return Fit.AGREES
    near = loss is Loss.SPLIT and _is_one_digit_off(side, target)
    return Fit.ONE_DIGIT_OFF if near else None


def _agrees(side: SideValue, target: SideValue) -> bool:
    return judge("=", side, target) in (Outcome.HOLDS, Outcome.ROUNDED)


def _is_one_digit_off(side: SideValue, target: SideValue) -> bool:
    if side.value is None or target.value is None or target.literal is None:
        return False
    if (side.value < 0) is not (target.value < 0):
        return False
    unit = 2 * target.literal.half_unit
    places = len(str(unit.denominator)) - 1
    written = roundings(target.value, places)[:1]
    meant = roundings(side.value, places)
    return any(edit(one, other) is Edit.SUBSTITUTED for one in written for other in meant)


def _sentence(written: str, meant: str, fit: Fit, value: str, target: str) -> str:
    named = {"meant": meant, "written": written, "value": value, "target": target}
    return say(SENTENCES[fit, bool(written)], **named)


def _changes(text: str, tokens: list[Token]) -> Iterator[_Change]:
    """Every change that is tried, the likeliest losses first."""
    numbers = [
        one for one in tokens
        if one.kind is Kind.NUMBER and text[one.start : one.end] == one.text
    ]  # fmt: skip
    point = "," if any("," in one.text for one in numbers) else "."
    ways = (
        _joined(tokens, point),
        _signed(tokens),
        (change for one in numbers for change in _pointed(one, point)),
        (_Change(Loss.LEADING, n.start, n.start, d) for n in numbers for d in "123456789"),
        (change for one in numbers for change in _digits(one, similar=True)),
        (change for one in numbers for change in _digits(one, similar=False)),
    )
    return chain.from_iterable(ways)


def _joined(tokens: list[Token], point: str) -> Iterator[_Change]:
    """`1·3,2` and `1 3,2` were `13,2`; `13·2` may have been `13,2` too."""
    for place, first in enumerate(tokens[:-1]):
        times = tokens[place + 1].kind is Kind.OPERATOR and tokens[place + 1].text == "*"
        last = tokens[min(place + 1 + times, len(tokens) - 1)]
        if first.kind is not Kind.NUMBER or last.kind is not Kind.NUMBER or last is first:
            continue
        if first.text.isdecimal() and len(first.text) <= 3:
            yield _Change(Loss.SPLIT, first.start, last.end, first.text + last.text)
        if times and first.text.isdecimal() and last.text.isdecimal():
            yield _Change(Loss.SPLIT, first.start, last.end, first.text + point + last.text)


def _signed(tokens: list[Token]) -> Iterator[_Change]:
    """A minus sign that was none, and one that was lost before a number or taken for a plus."""
    for before, token in zip([None, *tokens[:-1]], tokens, strict=True):
        if token.kind is Kind.OPERATOR and token.text in "+-":
            yield _Change(Loss.SIGN, token.start, token.end, "+" if token.text == "-" else "-")
        begins = before is None or before.kind is Kind.OPEN or before.text in ("*", "/")
        if token.kind is Kind.NUMBER and begins:
            yield _Change(Loss.SIGN, token.start, token.end, f"(-{token.text})")


def _pointed(number: Token, point: str) -> Iterator[_Change]:
    if number.text.isdecimal():
        for place in range(1, len(number.text)):
            pointed = number.text[:place] + point + number.text[place:]
            yield _Change(Loss.POINT, number.start, number.end, pointed)


def _digits(number: Token, *, similar: bool) -> Iterator[_Change]:
    loss = Loss.SIMILAR_DIGIT if similar else Loss.DIGIT
    for place, digit in enumerate(number.text):
        for other in "0123456789" if digit in SIMILAR else "":
            if other != digit and (other in SIMILAR[digit]) is similar:
                meant = number.text[:place] + other + number.text[place + 1 :]
                yield _Change(loss, number.start, number.end, meant)
