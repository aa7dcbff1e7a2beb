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


class _Reader:
    def __init__(self) -> None:
        self.nodes = 0

    def tree(self, data: object, level: int) -> Tree:
        self.nodes += 1
        if level > MAXIMAL_DEPTH:
            raise TreeError(f"a formula is deeper than {MAXIMAL_DEPTH} levels")
        if self.nodes > MAXIMAL_NODES:
            raise TreeError(f"a formula has more than {MAXIMAL_NODES} parts")
        fields, kind = _fields(data)
        return _MAKERS[kind](fields, lambda part: self.tree(part, level + 1))


Fields = dict[str, Any]
Inner = Callable[[object], Tree]


def _fields(data: object) -> tuple[Fields, str]:
    if not isinstance(data, dict):
        raise TreeError(f"a part of a formula is {_shown(data)}, not an object with fields")
    for kind, expected in FIELDS.items():
        if kind in data and set(data) == expected:
            return data, kind
    fields = ", ".join(sorted(_shown(field) for field in list(data)[:5]))
    raise TreeError(f"no part of a formula has just the fields {fields or 'of an empty object'}")


def _number(fields: Fields, _: Inner) -> Tree:
    written = fields["number"]
    if not isinstance(written, str) or not NUMBER.match(written):
        raise TreeError(f"{_shown(written)} is no number as 66/5")
    numerator, _slash, denominator = written.partition("/")
    if denominator and int(denominator) == 0:
        raise TreeError(f"{_shown(written)} divides by zero")
    return Number(Fraction(int(numerator), int(denominator or 1)))


def _symbol(fields: Fields, _: Inner) -> Tree:
    return Symbol(_name(fields["symbol"]))


def _indexed(fields: Fields, inner: Inner) -> Tree:
    return Indexed(_name(fields["indexed"]), inner(fields["index"]))


def _sum(fields: Fields, inner: Inner) -> Tree:
    return Sum(_several(fields["sum"], inner, lowest=2))


def _product(fields: Fields, inner: Inner) -> Tree:
    return Product(_several(fields["product"], inner, lowest=2))


def _power(fields: Fields, inner: Inner) -> Tree:
    base, exponent = _several(fields["power"], inner, lowest=2, highest=2)
    return Power(base, exponent)


def _apply(fields: Fields, inner: Inner) -> Tree:
    function = fields["apply"]
    if not isinstance(function, str) or function not in FUNCTIONS:
        raise TreeError(f"{_shown(function)} is none of the functions {', '.join(FUNCTIONS)}")
    lowest, highest = FUNCTIONS[function]
    return Apply(function, _several(fields["arguments"], inner, lowest=lowest, highest=highest))


def _series(fields: Fields, inner: Inner) -> Tree:
    kind = fields["series"]
    if kind not in ("sum", "product"):
        raise TreeError(f"a series is a sum or a product, not {_shown(kind)}")
    return Series(
        kind=kind,
        index=_name(fields["index"]),
        first=inner(fields["first"]),
        last=inner(fields["last"]),
        body=inner(fields["body"]),
    )


_MAKERS: Final[dict[str, Callable[[Fields, Inner], Tree]]] = {
    "number": _number,
    "symbol": _symbol,
    "indexed": _indexed,
    "sum": _sum,
    "product": _product,
    "power": _power,
    "apply": _apply,
    "series": _series,
}


def _several(
    data: object, inner: Inner, *, lowest: int, highest: int = MAXIMAL_NODES
) -> tuple[Tree, ...]:
    if not isinstance(data, list) or not lowest <= len(data) <= highest:
        raise TreeError(f"{_shown(data)} is no list of {lowest} to {highest} parts of a formula")
    return tuple(inner(part) for part in data)


def _name(data: object) -> str:
    if not isinstance(data, str) or not 0 < len(data) <= MAXIMAL_NAME:
        raise TreeError(f"{_shown(data)} is no name of 1 to {MAXIMAL_NAME} characters")
    return data


def _shown(data: object) -> str:
    """At most 60 characters of it: what came in may be huge, or nested without end."""
    text = repr(data) if isinstance(data, str | int | float | None) else f"a {type(data).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."
