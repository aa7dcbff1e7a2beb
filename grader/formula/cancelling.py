"""Whether a fraction could be cancelled: a factor above and one below have a divisor in common.

Looked at are factors that are polynomials in one name with rational coefficients, as `1 - b` above
`1 - b^2`. What is found is surely so; a common divisor of other factors is not looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice, product, zip_longest
from typing import Final, TypeAlias

from grader.formula.render import shown_text
from grader.formula.tree import Indexed, Number, Power, Product, Sum, Symbol, Tree, children, label
from grader.language import say

MAX_DEGREE: Final = 16
"""Largest degree of a polynomial."""
MAX_BITS: Final = 256
"""Longest coefficient."""
MOST_PRODUCTS: Final = 50
"""So many products in one formula are looked at."""
MOST_FACTORS: Final = 8
"""So many factors above, and below."""

Polynomial: TypeAlias = list[Fraction]
"""Coefficients, the constant first, the last one not zero; nothing for zero."""


def common_factor(formula: Tree) -> tuple[Tree, Tree] | None:
    """A factor above and one below the same line that have a divisor in common, if any."""
    for part in islice(_products(formula), MOST_PRODUCTS):
        above = [one for one in part.factors if not _is_below(one)]
        below = [one for one in part.factors if _is_below(one)]
        for one, other in product(above[:MOST_FACTORS], below[:MOST_FACTORS]):
            if _have_common(_base(one), _base(other)):
                return _base(one), _base(other)
    return None


def shown(factors: tuple[Tree, Tree]) -> str:
    """The two factors, as a sentence shows them."""
    one, other = (f"`{shown_text(one).replace('**', '^')}`" for one in factors)
    return say("{one} and {other}", one=one, other=other)


def _products(formula: Tree) -> Iterator[Product]:
    waiting = [formula]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Product):
            yield part
        waiting.extend(reversed(children(part)))


def _is_below(factor: Tree) -> bool:
    match factor:
        case Power(_, Number(exponent)):
            return exponent < 0
        case _:
            return False


def _base(factor: Tree) -> Tree:
    match factor:
        case Power(base, Number(exponent)) if exponent.denominator == 1:
            return base
        case _:
            return factor


def _have_common(one: Tree, other: Tree) -> bool:
    names = _names(one)
    if len(names) != 1 or names != _names(other):
        return False
    (name,) = names
    left, right = _polynomial(one, name), _polynomial(other, name)
    return bool(left and right) and _degree_of_common(left or [], right or []) > 0


def _names(tree: Tree) -> frozenset[str]:
    """The names in a tree; what is none that a polynomial may be in counts as two."""
    found: set[str] = set()
    waiting = [tree]
    while waiting and len(found) < 2:
        part = waiting.pop()
        if isinstance(part, Indexed):
            found |= {
                label(part) or f"{part.base}_",
                *((part.base,) if label(part) is None else ()),
            }
        elif isinstance(part, Symbol):
            found.add(part.name)
        else:
            waiting.extend(children(part))
    return frozenset(found)


def _polynomial(tree: Tree, name: str) -> Polynomial | None:
    """The coefficients of a polynomial in one name; None for any other formula."""
    match tree:
        case Number(value):
            return _checked([value])
        case Symbol() | Indexed():
            return [Fraction(0), Fraction(1)]
        case Sum(terms):
            return _joined(terms, name, _added, [])
        case Product(factors):
            return _joined(factors, name, _multiplied, [Fraction(1)])
        case Power(base, Number(exponent)) if exponent in range(1, MAX_DEGREE + 1):
            return _joined((base,) * int(exponent), name, _multiplied, [Fraction(1)])
        case _:
            return None


def _joined(
    parts: tuple[Tree, ...],
    name: str,
    join: Callable[[Polynomial, Polynomial], Polynomial],
    start: Polynomial,
) -> Polynomial | None:
    found: Polynomial | None = start
    for part in parts:
        one = _polynomial(part, name)
        if one is None or found is None:
            return None
        found = _checked(join(found, one))
    return found


def _checked(polynomial: Polynomial) -> Polynomial | None:
    """The polynomial without leading zeros; None where it is too large."""
    while polynomial and not polynomial[-1]:
        polynomial = polynomial[:-1]
    sizes = (max(c.numerator.bit_length(), c.denominator.bit_length()) for c in polynomial)
    large = len(polynomial) > MAX_DEGREE + 1 or any(size > MAX_BITS for size in sizes)
    return None if large else polynomial


def _added(one: Polynomial, other: Polynomial) -> Polynomial:
    return [a + b for a, b in zip_longest(one, other, fillvalue=Fraction(0))]


def _multiplied(one: Polynomial, other: Polynomial) -> Polynomial:
    found = [Fraction(0)] * (len(one) + len(other))
    for (i, a), (j, b) in product(enumerate(one), enumerate(other)):
        found[i + j] += a * b
    return found


def _degree_of_common(one: Polynomial, other: Polynomial) -> int:
    """The degree of the greatest common divisor (Euclid)."""
    while other:
        one, other = other, _remainder(one, other)
    return len(one) - 1


def _remainder(one: Polynomial, other: Polynomial) -> Polynomial:
    rest = list(one)
    while len(rest) >= len(other):
        factor = rest[-1] / other[-1]
        shift = len(rest) - len(other)
        for place, coefficient in enumerate(other):
            rest[shift + place] -= factor * coefficient
        while rest and not rest[-1]:
            rest.pop()
    return rest
