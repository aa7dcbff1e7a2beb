"""Trees written as Python expressions, and their SymPy twins: the tests' own notation."""

from __future__ import annotations

import ast
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy

from grader.formula.tree import (
    FUNCTIONS,
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
    divide,
    multiply,
    negate,
)

OPERATORS: dict[type, Callable[[Tree, Tree], Tree]] = {
    ast.Add: add,
    ast.Sub: lambda left, right: add(left, negate(right)),
    ast.Mult: multiply,
    ast.Div: divide,
    ast.Pow: Power,
}


def tree(text: str) -> Tree:
    return _tree(ast.parse(text, mode="eval").body, text)


def _tree(node: ast.expr, text: str) -> Tree:
    match node:
        case ast.Constant():
            return Number(Fraction(ast.get_source_segment(text, node) or ""))
        case ast.Name(id=name):
            return Symbol(name)
        case ast.Subscript(value=ast.Name(id=base), slice=index):
            return Indexed(base, _tree(index, text))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return negate(_tree(operand, text))
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](_tree(left, text), _tree(right, text))
        case ast.Call(func=ast.Name(id="Sum" | "Prod" as kind), args=[ast.Name(id=index), *rest]):
            first, last, body = (_tree(part, text) for part in rest)
            return Series(
                kind="sum" if kind == "Sum" else "product",
                index=index,
                first=first,
                last=last,
                body=body,
            )
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in FUNCTIONS:
            return Apply(name, tuple(_tree(part, text) for part in arguments))
    raise ValueError(f"{text!r}: {ast.dump(node)} is not part of the notation")


# SymPy's own functions are untyped.
exactly: Any = sympy.Rational
floating: Any = sympy.Float
numeric: Any = sympy.N
SYMPY: dict[str, Callable[..., Any]] = {
    "log2": lambda x: sympy.log(x) / sympy.log(2),
    "log10": lambda x: sympy.log(x) / sympy.log(10),
    "abs": sympy.Abs,
    "max": sympy.Max,
    "min": sympy.Min,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "ceil": sympy.ceiling,
}


def value(formula: Tree, point: dict[str, Any]) -> Any:
    """What SymPy computes at a point; families by label, as ``r_3``. Exact where it can be."""
    match formula:
        case Number(number):
            return sympy.Rational(number.numerator, number.denominator)
        case Symbol("pi"):
            return sympy.pi
        case Symbol(name):
            return point[name]
        case Indexed(base, Symbol(name)) if name not in point:
            return point[f"{base}_{name}"]
        case Indexed(base, index):
            return point[f"{base}_{int(value(index, point))}"]
        case Sum(terms):
            return sympy.Add(*(value(term, point) for term in terms))
        case Product(factors):
            return sympy.Mul(*(value(factor, point) for factor in factors))
        case Power(base_, exponent):
            return sympy.Pow(value(base_, point), value(exponent, point))
        case Apply(name, arguments):
            function = SYMPY.get(name) or getattr(sympy, name)
            return function(*(value(argument, point) for argument in arguments))
        case Series(kind=kind, index=index_, first=first, last=last, body=body):
            numbers = range(int(value(first, point)), int(value(last, point)) + 1)
            terms_ = [value(body, {**point, index_: sympy.Integer(n)}) for n in numbers]
            return sympy.Add(*terms_) if kind == "sum" else sympy.Mul(*terms_)
