"""Relations between a learner's own values as data, so that they can be handed out and tried.

A public invariant is read from its author's source into a small tree: names of value questions,
numbers, arithmetic, comparisons, entries of lists and dicts, and a few functions. Nothing else
goes in, so that no reference can come with it, and nothing is ever evaluated as code::

    lambda total, conv, fc: total == conv + fc
    lambda trace: all(after > before for before, after in pairwise(trace))

Global names have to stand for plain numbers that the same file writes out.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeAlias

from grader.errors import AuthorError, UsageError
from grader.language import say
from grader.sheet import Invariant

Tree: TypeAlias = list[Any]
"""A kind and its parts, each of them a tree, a text or a number: what JSON holds."""

OPERATORS: Final[Mapping[str, Callable[..., Any]]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "USub": operator.neg,
    "Not": operator.not_,
    "Eq": operator.eq,
    # Of numbers that are known to their written precision only `==` says what is meant.
    "NotEq": lambda one, other: not (one == other),  # noqa: SIM201
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "In": lambda one, other: one in other,
    "NotIn": lambda one, other: one not in other,
}
"""By the names of Python's syntax trees."""
FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": abs,
    "all": all,
    "any": any,
    "len": len,
    "max": max,
    "min": min,
    "pairwise": lambda items: list(pairwise(items)),
    "sum": sum,
    "zip": lambda *several: list(zip(*several, strict=False)),
}


def read(invariant: Invariant) -> Tree:
    """Return the relation of an invariant; raises ``AuthorError`` where it is not of this kind."""
    holds = invariant.holds
    try:
        module = ast.parse(Path(holds.__code__.co_filename).read_text(encoding="utf-8"))
        return _Reader(invariant, module).read()
    except (OSError, SyntaxError):
        raise AuthorError(_refusal(invariant, "its source is not there")) from None


def evaluate(tree: Tree, values: Mapping[str, Any]) -> Any:
    """Return what a relation says of ``values``; raises ``UsageError`` for what is no relation.

    Whatever calculating with the values raises, as ``KeyError`` or ``ZeroDivisionError``, is
    raised.
    """
    kind, *parts = tree
    branch = _BRANCHES.get(kind)
    if branch is None:
        raise UsageError(
            say("relation of unknown kind {kind!r}; take the hand-out again", kind=kind)
        )
    return branch(values, *parts)


def _refusal(invariant: Invariant, why: str) -> str:
    return (
        f"{invariant.origin}: the invariant {invariant.text!r} cannot be handed out: {why}; write "
        "it as one expression of its values, or give public=False"
    )


class _Reader:
    """Reads one invariant from the module that it stands in."""

    def __init__(self, invariant: Invariant, module: ast.Module) -> None:
        self._invariant = invariant
        self._module = module
        self._bound = set(invariant.names)

    def read(self) -> Tree:
        """Return the tree; of several functions on that line the one with these parameters."""
        bodies = {ast.dump(one): one for one in self._bodies()}
        if len(bodies) != 1:
            raise self._error("it is not one expression on a line of its own")
        return self._tree(next(iter(bodies.values())))

    def _bodies(self) -> Iterator[ast.expr]:
        line = self._invariant.holds.__code__.co_firstlineno
        for node in ast.walk(self._module):
            if not isinstance(node, ast.Lambda | ast.FunctionDef) or node.lineno != line:
                continue
            if tuple(one.arg for one in node.args.args) != self._invariant.names:
                continue
            if isinstance(node, ast.Lambda):
                yield node.body
            elif isinstance(last := node.body[-1], ast.Return) and last.value is not None:
                described = isinstance(node.body[0], ast.Expr) and len(node.body) == 2
                if described or len(node.body) == 1:
                    yield last.value

    def _error(self, why: str) -> AuthorError:
        return AuthorError(_refusal(self._invariant, why))

    def _tree(self, node: ast.expr) -> Tree:
        read = _READERS.get(type(node))
        if read is None:
            raise self._error(f"`{ast.unparse(node)}` is not read")
        return read(self, node)

    def _all(self, nodes: Iterable[ast.expr]) -> list[Tree]:
        return [self._tree(one) for one in nodes]

    def _name(self, node: ast.Name) -> Tree:
        if node.id in self._bound:
            return ["name", node.id]
        number = _constants(self._module).get(node.id)
        if number is None:
            raise self._error(f"`{node.id}` is no plain number that this file writes out")
        return ["plain", number]

    def _plain(self, node: ast.Constant) -> Tree:
        if not isinstance(node.value, bool | int | float | str | None):
            raise self._error(f"`{ast.unparse(node)}` is not read")
        return ["plain", node.value]

    def _operation(self, node: ast.BinOp | ast.UnaryOp) -> Tree:
        name = type(node.op).__name__
        if name not in OPERATORS:
            raise self._error(f"`{ast.unparse(node)}` is not read")
        operands = [node.operand] if isinstance(node, ast.UnaryOp) else [node.left, node.right]
        return ["operation", name, *self._all(operands)]

    def _comparison(self, node: ast.Compare) -> Tree:
        names = [type(one).__name__ for one in node.ops]
        if not set(names) <= OPERATORS.keys():
            raise self._error(f"`{ast.unparse(node)}` is not read")
        return ["comparison", names, *self._all([node.left, *node.comparators])]

    def _logic(self, node: ast.BoolOp) -> Tree:
        return ["and" if isinstance(node.op, ast.And) else "or", *self._all(node.values)]

    def _choice(self, node: ast.IfExp) -> Tree:
        return ["if", *self._all([node.test, node.body, node.orelse])]

    def _item(self, node: ast.Subscript) -> Tree:
        return ["item", *self._all([node.value, node.slice])]

    def _call(self, node: ast.Call) -> Tree:
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
            raise self._error(f"`{ast.unparse(node.func)}` is none of {', '.join(FUNCTIONS)}")
        return ["call", node.func.id, *self._all(node.args)]

    def _each(self, node: ast.GeneratorExp | ast.ListComp) -> Tree:
        if len(node.generators) != 1:
            raise self._error(f"`{ast.unparse(node)}` has more than one loop")
        loop = node.generators[0]
        items = self._tree(loop.iter)
        targets = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
        names = [one.id for one in targets if isinstance(one, ast.Name)]
        if len(names) != len(targets):
            raise self._error(f"`{ast.unparse(loop.target)}` is not read")
        outer, self._bound = self._bound, self._bound | set(names)
        try:
            return ["each", names, items, ["and", *self._all(loop.ifs)], self._tree(node.elt)]
        finally:
            self._bound = outer


_READERS: Final[Mapping[type[ast.expr], Callable[[_Reader, Any], Tree]]] = {
    ast.Name: _Reader._name,
    ast.Constant: _Reader._plain,
    ast.BinOp: _Reader._operation,
    ast.UnaryOp: _Reader._operation,
    ast.Compare: _Reader._comparison,
    ast.BoolOp: _Reader._logic,
    ast.IfExp: _Reader._choice,
    ast.Subscript: _Reader._item,
    ast.Call: _Reader._call,
    ast.GeneratorExp: _Reader._each,
    ast.ListComp: _Reader._each,
}


def _constants(module: ast.Module) -> dict[str, int | float]:
    """Return the names that a file binds once, at its top, to a number that it writes out."""
    found: dict[str, list[int | float | None]] = {}
    for node in module.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name, value in _assigned(target, node.value):
                    found.setdefault(name, []).append(value)
    return {
        name: values[0]
        for name, values in found.items()
        if len(values) == 1 and values[0] is not None
    }


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, int | float | None]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _assigned(one, other)
    elif isinstance(target, ast.Name):
        yield target.id, _number(value)


def _number(node: ast.expr) -> int | float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _number(node.operand)
        return None if number is None else -number
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _compared(values: Mapping[str, Any], names: list[str], *parts: Tree) -> bool:
    sides = [evaluate(one, values) for one in parts]
    return all(
        _operator(name)(one, other)
        for name, (one, other) in zip(names, pairwise(sides), strict=True)
    )


def _operator(name: str) -> Callable[..., Any]:
    if name not in OPERATORS:
        raise UsageError(
            say("relation with unknown operator {name!r}; take the hand-out again", name=name)
        )
    return OPERATORS[name]


def _called(values: Mapping[str, Any], name: str, *parts: Tree) -> Any:
    if name not in FUNCTIONS:
        raise UsageError(
            say("relation with unknown function {name!r}; take the hand-out again", name=name)
        )
    return FUNCTIONS[name](*(evaluate(one, values) for one in parts))


def _looped(
    values: Mapping[str, Any], names: list[str], items: Tree, condition: Tree, element: Tree
) -> list[Any]:
    results = []
    for item in evaluate(items, values):
        inner = {**values, **dict(zip(names, item if len(names) > 1 else [item], strict=True))}
        if evaluate(condition, inner):
            results.append(evaluate(element, inner))
    return results


def _chosen(values: Mapping[str, Any], test: Tree, one: Tree, other: Tree) -> Any:
    return evaluate(one if evaluate(test, values) else other, values)


_BRANCHES: Final[Mapping[str, Callable[..., Any]]] = {
    "name": lambda values, name: values[name],
    "plain": lambda values, thing: thing,
    "operation": lambda values, name, *parts: _operator(name)(
        *(evaluate(one, values) for one in parts)
    ),
    "comparison": _compared,
    "and": lambda values, *parts: all(evaluate(one, values) for one in parts),
    "or": lambda values, *parts: any(evaluate(one, values) for one in parts),
    "if": _chosen,
    "item": lambda values, thing, key: evaluate(thing, values)[evaluate(key, values)],
    "call": _called,
    "each": _looped,
}
