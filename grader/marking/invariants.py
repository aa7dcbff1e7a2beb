"""What an author declares to hold between a learner's own values: `total = conv + fc`.

An invariant says nothing about what is right, only that a learner's values fit together. Values
are compared at the precision they are written with, and in doubt an invariant holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from typing import Any, Final, TypeAlias, final

from grader.formula.figures import figure
from grader.language import decimal, say
from grader.marking.rough import Rough, number
from grader.sheet import Invariant

MAX_CHOICES: Final = 200
"""Most combinations of own values that one invariant is tried with."""
MAX_ITEMS: Final = 500
"""Longest list that is looked at."""
SHOWN: Final = 8
"""Entries of a list or dict that a sentence shows."""

Rounded: TypeAlias = Rough | list[Any] | dict[Any, Any]
"""A rough number, or a list or dict of such."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One value that a learner gave: a number, or a list or dict of numbers."""

    value: Any
    """A plain int, float or Fraction; or a list or dict of them, or of such as are `Own`."""
    half_unit: Fraction = Fraction(0)
    """Half a unit of the last digit it is written with; of a list, of each of its entries."""
    where: str = ""
    """Where it stands, for the report."""
    last: bool = True
    """Whether it is the learner's last word there. An earlier one breaks nothing, but a later
    one may have been calculated from it."""
    source: int = 0
    """Values with the same one are readings of one number, as `1,792`; 0 if it has one only."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An invariant that a learner's own values break, or that could not be tried."""

    invariant: str
    """Its text."""
    broken: tuple[tuple[str, Own], ...]
    """Each value that breaks it whatever is taken for the others; none if it is open."""
    sentence: str
    """For the learner and the person who looks into it."""


def check(invariant: Invariant, own: Mapping[str, Sequence[Own]]) -> Finding | None:
    """What the learner's own values say against `invariant`; None if nothing.

    Each name may have several values, as one from the code and one from the prose. A value
    breaks the invariant if no choice of the others lets it hold. Values that are no finite
    numbers, and names without any, leave it open. What `holds` raises leaves it open too, and is
    reported: it may come from the author as well as from a list of another length.
    """
    values = [
        [(one, rough) for one in own.get(name, ()) if (rough := _rough(one)) is not None]
        for name in invariant.names
    ]
    choices = list(islice(product(*values), MAX_CHOICES + 1))
    if not choices or len(choices) > MAX_CHOICES:
        return None
    try:
        held = [invariant.holds(*(rough for _, rough in choice)) for choice in choices]
    except Exception as problem:  # an author's function on a learner's values
        sentence = say(
            "Whether {invariant} could not be tried: {error}.",
            invariant=say(invariant.text),
            error=type(problem).__name__,
        )
        return Finding(invariant=invariant.text, broken=(), sentence=sentence)
    chosen = [tuple(one for one, _ in choice) for choice in choices]
    broken = tuple(_broken(invariant, chosen, held))
    if not broken:
        return None
    return Finding(invariant=invariant.text, broken=broken, sentence=_sentence(invariant, broken))


def is_usable(own: Own) -> bool:
    """Return whether a value holds finite numbers, so that an invariant can be tried with it."""
    return _rough(own) is not None


def _broken(
    invariant: Invariant, choices: list[tuple[Own, ...]], held: list[bool | None]
) -> Iterable[tuple[str, Own]]:
    for place, name in enumerate(invariant.names):
        outcomes: dict[int, list[bool | None]] = {}
        own = {id(choice[place]): choice[place] for choice in choices}
        for choice, outcome in zip(choices, held, strict=True):
            outcomes.setdefault(id(choice[place]), []).append(outcome)
        never = [one for key, one in own.items() if not _may_hold(outcomes[key])]
        fine = {one.source for one in own.values() if one.source and one not in never}
        told: set[int] = set()
        for one in never:
            if one.last and one.source not in fine | told:
                told |= {one.source} - {0}
                yield name, one


def _may_hold(outcomes: list[bool | None]) -> bool:
    return any(outcome is not False for outcome in outcomes)


def _sentence(invariant: Invariant, broken: tuple[tuple[str, Own], ...]) -> str:
    return say(
        "{invariant} does not hold for your own values: {values}.",
        invariant=say(invariant.text),
        values=", ".join(_told(name, one) for name, one in broken),
    )


def _told(name: str, one: Own) -> str:
    value = _shown(one)
    if not isinstance(one.value, dict | list | tuple):
        value = decimal(value)
    if not one.where:
        return say("{name} is {value}", name=name, value=value)
    return say("{name} is {value} ({where})", name=name, value=value, where=one.where)


def _shown(one: Own) -> str:
    value, more = one.value, "…"
    if isinstance(value, dict):
        pairs = [f"{key}: {_shown(_part(item))}" for key, item in islice(value.items(), SHOWN)]
        return f"{{{', '.join([*pairs, more] if len(value) > SHOWN else pairs)}}}"
    if isinstance(value, list | tuple):
        items = [_shown(_part(item)) for item in value[:SHOWN]]
        return f"[{', '.join([*items, more] if len(value) > SHOWN else items)}]"
    return figure(Fraction(repr(value)) if isinstance(value, float) else Fraction(value))


def _part(item: Any) -> Own:
    return item if isinstance(item, Own) else Own(value=item)


def _rough(own: Own) -> Rounded | None:
    if not isinstance(own.value, list | tuple | dict):
        return number(own.value, own.half_unit)
    if _is_large(own.value):
        return None
    if isinstance(own.value, dict):
        roughs = _roughs(own, own.value.values())
        return None if roughs is None else dict(zip(own.value, roughs, strict=True))
    return _roughs(own, own.value)


def _is_large(value: Any) -> bool:
    """Return whether a value has more than ``MAX_ITEMS`` entries, on all levels together."""
    level, count = [value], 0
    while level and count <= MAX_ITEMS:
        one = level.pop()
        inner = one.value if isinstance(one, Own) else one
        if isinstance(inner, dict):
            inner = list(inner.values())
        if isinstance(inner, list | tuple):
            count += len(inner)
            level.extend(inner[:MAX_ITEMS])
    return count > MAX_ITEMS


def _roughs(own: Own, items: Iterable[Any]) -> list[Any] | None:
    roughs: list[Any] = []
    for item in items:
        rough = _rough(item if isinstance(item, Own) else replace(own, value=item))
        if rough is None:
            return None
        roughs.append(rough)
    return roughs
