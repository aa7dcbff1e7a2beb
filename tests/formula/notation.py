"""Trees in a notation without any ambiguity, for writing down what a formula means.

`(+ a b)`, `(- a b)`, `(- a)`, `(* a b)`, `(/ a b)`, `(^ a b)`, `(log a)` and every other function,
`(_ r 3)` for a member of a family, `{d f/d x}` for a name with blanks, `(sum i 1 n body)`.
Numbers are exact: `13.2`, `1/3`, `-2`.
"""

import re
from fractions import Fraction

from grader.formula.tree import (
    MINUS_ONE,
    ONE,
    Apply,
    Indexed,
    Number,
    Power,
    Product,
    Series,
    Sum,
    Symbol,
    Tree,
    add,
    children,
    divide,
    multiply,
    negate,
    with_children,
)

TOKEN = re.compile(r"\s*(?:([()])|\{([^}]*)\}|([^\s(){}]+))")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+|/[0-9]+)?\Z")


Tokens = list[tuple[str | None, str | None, str | None]]


def tree(written: str) -> Tree:
    """The tree that `written` stands for."""
    tokens: Tokens = [(match[1], match[2], match[3]) for match in TOKEN.finditer(written)]
    found, rest = _tree(tokens)
    assert not rest, f"{written!r} goes on after its end"
    return found


def _tree(tokens: Tokens) -> tuple[Tree, Tokens]:
    (bracket, name, word), *rest = tokens
    if name is not None:
        return Symbol(name), rest
    if word is not None:
        return (Number(Fraction(word)) if NUMBER.match(word) else Symbol(word)), rest
    assert bracket == "(", "a bracket is closed that was never opened"
    head = rest[0][2] or ""
    rest = rest[1:]
    parts: list[Tree] = []
    while rest[0][0] != ")":
        part, rest = _tree(rest)
        parts.append(part)
    return _made(head, parts), rest[1:]


def _made(head: str, parts: list[Tree]) -> Tree:
    match head, parts:
        case "+", _:
            return add(*parts)
        case "*", _:
            return multiply(*parts)
        case "-", [one]:
            return negate(one)
        case "-", [first, *others]:
            return add(first, *(negate(other) for other in others))
        case "/", [above, below]:
            return divide(above, below)
        case "^", [base, exponent]:
            return Power(base, exponent)
        case "_", [Symbol(base), index]:
            return Indexed(base, index)
        case (("sum" | "prod"), [Symbol(index), first, last, body]):
            return Series(
                kind="sum" if head == "sum" else "product",
                index=index,
                first=first,
                last=last,
                body=body,
            )
        case _:
            return Apply(head, tuple(parts))


def normal(formula: Tree) -> Tree:
    """One form for trees that differ in the order and grouping of terms and factors alone."""
    formula = with_children(formula, tuple(normal(child) for child in children(formula)))
    match formula:
        case Sum(terms):
            return Sum(tuple(sorted(terms, key=repr)))
        case Product(factors):
            return _normal_product(factors)
        case Power(Number(value), Number(exponent)) if exponent == -1 and value:
            return Number(1 / value)
        case _:
            return formula


def _normal_product(factors: tuple[Tree, ...]) -> Tree:
    number = Fraction(1)
    others: list[Tree] = []
    for factor in factors:
        if isinstance(factor, Number):
            number *= factor.value
        elif isinstance(factor, Product):
            others += factor.factors
        else:
            others.append(factor)
    first = [] if number == 1 and others else [Number(number)]
    together = first + sorted(others, key=repr)
    return together[0] if len(together) == 1 else Product(tuple(together))


assert normal(divide(ONE, Symbol("x"))) == Power(Symbol("x"), MINUS_ONE)
