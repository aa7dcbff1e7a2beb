"""The value of a tree without names, roughly: enough to see that an exponent is too large."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from grader.formula.tree import Apply, Number, Power, Product, Sum, Tree, children

FUNCTIONS: Final[dict[str, Callable[..., float]]] = {
    "log": math.log, "log2": math.log2, "log10": math.log10, "exp": math.exp, "sqrt": math.sqrt,
    "abs": abs, "sign": lambda x: math.copysign(1.0, x) if x else 0.0, "sin": math.sin,
    "cos": math.cos, "tan": math.tan, "arcsin": math.asin, "arccos": math.acos,
    "arctan": math.atan, "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh, "max": max,
    "min": min, "floor": lambda x: float(math.floor(x)), "ceil": lambda x: float(math.ceil(x)),
}  # fmt: skip


def constant_value(tree: Tree) -> float | None:
    """The value of `tree`; None if it has names, infinity where it is undefined or too large."""
    match tree:
        case Number(value):
            return _guarded(lambda: float(value))
        case Sum() | Product() | Power() | Apply():
            parts = [constant_value(part) for part in children(tree)]
            known = [part for part in parts if part is not None]
            return _combined(tree, known) if len(known) == len(parts) else None
        case _:
            return None


def _combined(tree: Sum | Product | Power | Apply, parts: list[float]) -> float:
    match tree:
        case Sum():
            return _guarded(lambda: math.fsum(parts))
        case Product():
            return _guarded(lambda: math.prod(parts))
        case Power():
            return _guarded(lambda: math.pow(*parts))
        case Apply(function, _):
            return _guarded(lambda: FUNCTIONS[function](*parts))


def _guarded(value: Callable[[], float]) -> float:
    try:
        found = value()
    except (ArithmeticError, ValueError):
        return math.inf
    return math.inf if math.isnan(found) else found
