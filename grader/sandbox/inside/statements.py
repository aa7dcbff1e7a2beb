"""Which names a cell binds, and which of its statements are safe to run alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

_MAX_JOINED = 60
_CONSTANT_PARTS = (
    ast.Constant,
    ast.UnaryOp,
    ast.BinOp,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.operator,
    ast.unaryop,
    ast.expr_context,
)
_CONTINUES = ("else", "elif", "except", "finally", "#")

_STRAIGHT = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Import, ast.ImportFrom)

# Of our own: the shell's may have been given transformations by student code.
_manager: Any = TransformerManager
_plain = _manager().transform_cell


def parse(source: str) -> list[ast.stmt]:
    """Return the top-level statements of a cell, those around a broken one where it has one."""
    try:
        source = _plain(source)
    except Exception:
        return list(_parsable(source.splitlines(keepends=True)))
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return list(_parsable(source.splitlines(keepends=True)))


def bound_names(statements: list[ast.stmt]) -> set[str]:
    """Return the names that the statements bind in the namespace they run in."""
    collector = _Bound()
    for statement in statements:
        collector.visit(statement)
    return collector.names


def surely_bound_names(statements: list[ast.stmt]) -> set[str]:
    """Return the names that the statements bind for certain, on whatever branch."""
    return bound_names([each for each in statements if isinstance(each, _STRAIGHT)])


def salvageable(statement: ast.stmt) -> bool:
    """Return whether a statement is an import, a definition or a plain constant."""
    if isinstance(
        statement,
        ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    ):
        return True
    if isinstance(statement, ast.Assign):
        return all(map(_plain_target, statement.targets)) and _constant(statement.value)
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return _plain_target(statement.target) and _constant(statement.value)
    return False


def _plain_target(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_plain_target, target.elts))
    return isinstance(target, ast.Name)


def _constant(value: ast.expr) -> bool:
    return all(isinstance(node, _CONSTANT_PARTS) for node in ast.walk(value))


class _Bound(ast.NodeVisitor):
    """Collects names bound at the top level; bodies of functions and classes are their own."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.names.add(node.id)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self.names.add(node.name)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Global):
                self.names.update(inner.names)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _definition

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.names.update(each.asname or each.name.split(".")[0] for each in node.names)

    visit_Import = visit_ImportFrom = _import

    def visit_Lambda(self, node: ast.Lambda) -> None:
        pass

    def _own_scope(self, node: ast.AST) -> None:
        for inner in ast.walk(node):
            if isinstance(inner, ast.NamedExpr) and isinstance(inner.target, ast.Name):
                self.names.add(inner.target.id)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _own_scope

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self.names.add(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.names.add(node.name)


def _parsable(lines: list[str]) -> Iterator[ast.stmt]:
    """Yield the statements of the longest runs of lines that parse, in order."""
    starts = [at for at, line in enumerate(lines) if _starts_statement(line)] + [len(lines)]
    at = 0
    while at < len(starts) - 1:
        for end in range(at + 1, min(at + 1 + _MAX_JOINED, len(starts))):
            found = _try_parse(lines, starts[at], starts[end])
            if found is not None:
                yield from found
                at = end
                break
        else:
            at += 1


def _starts_statement(line: str) -> bool:
    return bool(line.strip()) and not line[0].isspace() and not line.startswith(_CONTINUES)


def _try_parse(lines: list[str], start: int, end: int) -> list[ast.stmt] | None:
    try:
        tree = ast.parse("".join(lines[start:end]))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    ast.increment_lineno(tree, start)
    return tree.body
