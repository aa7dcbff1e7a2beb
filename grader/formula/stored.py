"""Formula trees as JSON: written for reports and gradebooks, read back strictly.

{"number": "66/5"}   {"symbol": "x"}   {"indexed": "r", "index": …}
{"sum": […]}   {"product": […]}   {"power": [base, exponent]}
{"apply": "log", "arguments": […]}
{"series": "sum", "index": "i", "first": …, "last": …, "body": …}
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from grader.formula.tree import (
    FUNCTIONS,
    MAXIMAL_DEPTH,
    MAXIMAL_DIGITS,
    MAXIMAL_NAME,
    MAXIMAL_NODES,
    Apply,
    Indexed,
    Number,
    Power,
    Product,
    Series,
    Sum,
    Symbol,
    Tree,
    TreeError,
)

NUMBER: Final = re.compile(rf"-?[0-9]{{1,{MAXIMAL_DIGITS}}}(/[0-9]{{1,{MAXIMAL_DIGITS}}})?\Z")

INNER: Final = {"indexed": ("index",), "series": ("first", "last", "body")}

FIELDS: Final = {
    "number": {"number"},
    "symbol": {"symbol"},
    "indexed": {"indexed", "index"},
    "sum": {"sum"},
    "product": {"product"},
    "power": {"power"},
    "apply": {"apply", "arguments"},
    "series": {"series", "index", "first", "last", "body"},
}


def to_json(tree: Tree) -> dict[str, Any]:
    """`tree` as data that `json.dumps` takes."""
    match tree:
        case Number(value):
            return {"number": str(value)}
        case Symbol(name):
            return {"symbol": name}
        case Indexed(base, index):
            return {"indexed": base, "index": to_json(index)}
        case Sum(terms):
            return {"sum": [to_json(term) for term in terms]}
        case Product(factors):
            return {"product": [to_json(factor) for factor in factors]}
        case Power(base, exponent):
            return {"power": [to_json(base), to_json(exponent)]}
        case Apply(function, arguments):
            return {"apply": function, "arguments": [to_json(part) for part in arguments]}
        case Series():
            return {
                "series": tree.kind,
                "index": tree.index,
                "first": to_json(tree.first),
                "last": to_json(tree.last),
                "body": to_json(tree.body),
            }


def from_json(data: object) -> Tree:
    """The tree that `to_json` wrote.

    Raises:
        TreeError: `data` has an unknown field, a wrong type, or is too deep or too large.
    """
    return _Reader().tree(data, 1)


Fields = dict[str, Any]
Parts = tuple[Tree, ...]


class _Reader:
    def __init__(self) -> None:
        self.nodes = 0

    def tree(self, data: object, level: int) -> Tree:
        """One frame for each level, as stacks are short."""
        self.nodes += 1
        if level > MAXIMAL_DEPTH:
            raise TreeError(f"a formula is deeper than {MAXIMAL_DEPTH} levels")
        if self.nodes > MAXIMAL_NODES:
            raise TreeError(f"a formula has more than {MAXIMAL_NODES} parts")
        fields, kind = _fields(data)
        parts: list[Tree] = []
        for part in _parts(fields, kind):
            parts.append(self.tree(part, level + 1))
        return _MAKERS[kind](fields, tuple(parts))


def _fields(data: object) -> tuple[Fields, str]:
    if not isinstance(data, dict):
        raise TreeError(f"a part of a formula is {_shown(data)}, not an object with fields")
    for kind, expected in FIELDS.items():
        if kind in data and set(data) == expected:
            return data, kind
    fields = ", ".join(sorted(_shown(field) for field in list(data)[:5]))
    raise TreeError(f"no part of a formula has just the fields {fields or 'of an empty object'}")


def _parts(fields: Fields, kind: str) -> list[object]:
    """The data of a part's own parts."""
    match kind:
        case "sum" | "product":
            return _listed(fields[kind], lowest=2, highest=MAXIMAL_NODES)
        case "power":
            return _listed(fields[kind], lowest=2, highest=2)
        case "apply":
            lowest, highest = _arguments(fields[kind])
            return _listed(fields["arguments"], lowest=lowest, highest=highest)
        case _:
            return [fields[name] for name in INNER.get(kind, ())]


def _listed(data: object, *, lowest: int, highest: int) -> list[object]:
    if not isinstance(data, list) or not lowest <= len(data) <= highest:
        raise TreeError(f"{_shown(data)} is no list of {lowest} to {highest} parts of a formula")
    return data


def _arguments(function: object) -> tuple[int, int]:
    if not isinstance(function, str) or function not in FUNCTIONS:
        raise TreeError(f"{_shown(function)} is none of the functions {', '.join(FUNCTIONS)}")
    return FUNCTIONS[function]


def _number(fields: Fields, _: Parts) -> Tree:
    written = fields["number"]
    if not isinstance(written, str) or not NUMBER.match(written):
        raise TreeError(f"{_shown(written)} is no number as 66/5")
    numerator, _slash, denominator = written.partition("/")
    if denominator and int(denominator) == 0:
        raise TreeError(f"{_shown(written)} divides by zero")
    return Number(Fraction(int(numerator), int(denominator or 1)))


def _series(fields: Fields, parts: Parts) -> Tree:
    kind = fields["series"]
    if kind not in ("sum", "product"):
        raise TreeError(f"a series is a sum or a product, not {_shown(kind)}")
    first, last, body = parts
    return Series(kind=kind, index=_name(fields["index"]), first=first, last=last, body=body)


_MAKERS: Final[dict[str, Callable[[Fields, Parts], Tree]]] = {
    "number": _number,
    "symbol": lambda fields, _: Symbol(_name(fields["symbol"])),
    "indexed": lambda fields, parts: Indexed(_name(fields["indexed"]), parts[0]),
    "sum": lambda _, parts: Sum(parts),
    "product": lambda _, parts: Product(parts),
    "power": lambda _, parts: Power(*parts),
    "apply": lambda fields, parts: Apply(fields["apply"], parts),
    "series": _series,
}


def _name(data: object) -> str:
    if not isinstance(data, str) or not 0 < len(data) <= MAXIMAL_NAME:
        raise TreeError(f"{_shown(data)} is no name of 1 to {MAXIMAL_NAME} characters")
    return data


def _shown(data: object) -> str:
    """At most 60 characters of it: what came in may be huge, or nested without end."""
    text = repr(data) if isinstance(data, str | int | float | None) else f"a {type(data).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."
