"""A formula as a tree: what was understood, as plain data that can be stored, compared and shown.

Division is `Power(x, Number(-1))` and negation is `Product((Number(-1), x))`. The name `pi` is the
circle constant unless a task declares it otherwise; Euler's number is `Apply("exp", (Number(1),))`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias, final

MAXIMAL_DEPTH: Final = 128
MAXIMAL_NODES: Final = 4_000
MAXIMAL_DIGITS: Final = 400
MAXIMAL_NAME: Final = 200

# How many arguments each function takes; a name that is not here is not a function.
FUNCTIONS: Final[Mapping[str, tuple[int, int]]] = {
    **dict.fromkeys(("log", "log2", "log10", "exp", "sqrt", "abs", "sign"), (1, 1)),
    **dict.fromkeys(("sin", "cos", "tan", "arcsin", "arccos", "arctan"), (1, 1)),
    **dict.fromkeys(("sinh", "cosh", "tanh", "floor", "ceil"), (1, 1)),
    **dict.fromkeys(("max", "min"), (2, 16)),
}

SeriesKind: TypeAlias = Literal["sum", "product"]


class TreeError(ValueError):
    """Data that is no tree: too deep, too large, or with a field that trees do not have."""


@final
@dataclass(frozen=True, slots=True)
class Number:
    """A literal, exactly: `13,2` is 66/5."""

    value: Fraction


@final
@dataclass(frozen=True, slots=True)
class Symbol:
    """A name: a declared symbol's canonical one, or as written where nothing declares it."""

    name: str


@final
@dataclass(frozen=True, slots=True)
class Indexed:
    """A member of a family: `r_3` is `Indexed("r", Number(3))`."""

    base: str
    index: Tree


@final
@dataclass(frozen=True, slots=True)
class Sum:
    """At least two terms, none of them a sum."""

    terms: tuple[Tree, ...]


@final
@dataclass(frozen=True, slots=True)
class Product:
    """At least two factors, none of them a product."""

    factors: tuple[Tree, ...]


@final
@dataclass(frozen=True, slots=True)
class Power:
    """A base with its exponent."""

    base: Tree
    exponent: Tree


@final
@dataclass(frozen=True, slots=True)
class Apply:
    """One of `FUNCTIONS` with its arguments."""

    function: str
    arguments: tuple[Tree, ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A sum or product of `body` over the whole numbers from `first` to `last`."""

    kind: SeriesKind
    """`sum` or `product`."""
    index: str
    """The running name, known in `body` alone."""
    first: Tree
    """The first value of the index."""
    last: Tree
    """The last one, included; a last one before the first makes an empty series."""
    body: Tree
    """What is added or multiplied."""


Tree: TypeAlias = Number | Symbol | Indexed | Sum | Product | Power | Apply | Series

ZERO: Final = Number(Fraction(0))
ONE: Final = Number(Fraction(1))
MINUS_ONE: Final = Number(Fraction(-1))


def add(*terms: Tree) -> Tree:
    """The sum of `terms`, flat; a single term is itself."""
    flat = tuple(_parts(terms, Sum, lambda tree: tree.terms))
    return flat[0] if len(flat) == 1 else Sum(flat)


def multiply(*factors: Tree) -> Tree:
    """The product of `factors`, flat; a single factor is itself."""
    flat = tuple(_parts(factors, Product, lambda tree: tree.factors))
    return flat[0] if len(flat) == 1 else Product(flat)


def negate(tree: Tree) -> Tree:
    """Minus `tree`; a literal takes the sign itself."""
    return Number(-tree.value) if isinstance(tree, Number) else multiply(MINUS_ONE, tree)


def divide(numerator: Tree, denominator: Tree) -> Tree:
    """`numerator` times `denominator` to the power of minus one."""
    return multiply(numerator, Power(denominator, MINUS_ONE))


def _parts(
    trees: tuple[Tree, ...], kind: type[Sum] | type[Product], inner: Callable[..., tuple[Tree, ...]]
) -> Iterator[Tree]:
    for tree in trees:
        if isinstance(tree, kind):
            yield from inner(tree)
        else:
            yield tree


def children(tree: Tree) -> tuple[Tree, ...]:
    """The direct parts of `tree`, in the order of their writing."""
    match tree:
        case Number() | Symbol():
            return ()
        case Indexed(_, index):
            return (index,)
        case Sum(parts) | Product(parts) | Apply(_, parts):
            return parts
        case Power(base, exponent):
            return (base, exponent)
        case Series():
            return (tree.first, tree.last, tree.body)


def with_children(tree: Tree, parts: tuple[Tree, ...]) -> Tree:
    """`tree` with `parts` in the places that `children` lists; sums and products stay flat."""
    match tree:
        case Number() | Symbol():
            return tree
        case Indexed(base, _):
            return Indexed(base, parts[0])
        case Sum():
            return add(*parts)
        case Product():
            return multiply(*parts)
        case Power():
            return Power(*parts)
        case Apply(function, _):
            return Apply(function, parts)
        case Series(kind=kind, index=index):
            first, last, body = parts
            return Series(kind=kind, index=index, first=first, last=last, body=body)


def depth(tree: Tree) -> int:
    """How many levels `tree` has; a number has one."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        part, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(part))
    return deepest


def size(tree: Tree) -> int:
    """How many nodes `tree` has."""
    count, waiting = 0, [tree]
    while waiting:
        count += 1
        waiting.extend(children(waiting.pop()))
    return count


def label(member: Indexed) -> str | None:
    """The name of a family's member with a whole or plain index, as `r_3`, `r_out`; else None."""
    match member.index:
        case Number(value) if value.denominator == 1:
            return f"{member.base}_{value}"
        case Symbol(name):
            return f"{member.base}_{name}"
        case _:
            return None


def symbols(tree: Tree) -> frozenset[str]:
    """The free names in `tree`; a member of a family counts as `r_*`, with its index's names."""
    match tree:
        case Symbol(name):
            return frozenset((name,))
        case Indexed(base, index):
            return symbols(index) | {f"{base}_*"}
        case Series():
            inner = symbols(tree.body) - {tree.index}
            return inner | symbols(tree.first) | symbols(tree.last)
        case _:
            return frozenset().union(*(symbols(child) for child in children(tree)))


def substitute(tree: Tree, replacements: Mapping[str, Tree]) -> Tree:
    """`tree` with each free name replaced by its tree, all at once.

    `r_3` as a name replaces that member of a family. A series' running name is never replaced, and
    is renamed where a replacement would be caught by it.
    """
    match tree:
        case Symbol(name):
            return replacements.get(name, tree)
        case Indexed(base, index):
            member = Indexed(base, substitute(index, replacements))
            return replacements.get(
                label(tree) or "", replacements.get(label(member) or "", member)
            )
        case Series():
            return _substitute_series(tree, replacements)
        case _:
            parts = tuple(substitute(child, replacements) for child in children(tree))
            return with_children(tree, parts)


def _substitute_series(series: Series, replacements: Mapping[str, Tree]) -> Series:
    kept = {name: tree for name, tree in replacements.items() if name != series.index}
    taken = frozenset().union(*(symbols(tree) for tree in kept.values()))
    index = series.index
    while index in taken:
        index += "'"
    renamed = {} if index == series.index else {series.index: Symbol(index)}
    return Series(
        kind=series.kind,
        index=index,
        first=substitute(series.first, replacements),
        last=substitute(series.last, replacements),
        body=substitute(series.body, {**kept, **renamed}),
    )
