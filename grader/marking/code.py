"""A submission's code as parsed statements: what each binds and which names it uses."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from grader.submission import Cell, Submission

MAX_SOURCE = 1_000_000
"""Longer cells are not parsed."""

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

_OTHER_LANGUAGE = re.compile(r"\s*%%(?!time|timeit|capture|prun|matplotlib)\w+")
_MAGIC_VALUE = re.compile(r"^(\s*[\w, ]+=\s*)[!%].*$")
_MAGIC_LINE = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One top-level statement."""

    cell: int
    node: ast.stmt
    binds: frozenset[str]
    uses: frozenset[str]
    """Names that it reads from outside itself."""


@dataclass(frozen=True, kw_only=True)
class Code:
    """All statements of a submission, in order."""

    statements: tuple[Statement, ...]
    unparsed: tuple[int, ...] = ()
    """Cells that cannot be parsed."""

    @cached_property
    def imports(self) -> tuple[ast.Import | ast.ImportFrom, ...]:
        """All import statements, also those inside functions and blocks."""
        nodes = (node for statement in self.statements for node in ast.walk(statement.node))
        return tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))

    def binding(self, name: str, *, cell: int | None = None) -> tuple[Statement, ...]:
        """Return the statements that bind ``name``, up to ``cell`` if that is given."""
        return tuple(
            s for s in self.statements if name in s.binds and (cell is None or s.cell <= cell)
        )

    def reached(self, start: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """Return ``start`` and every statement that binds a name used by a reached one."""
        reached = {id(statement): statement for statement in start}
        names: set[str] = set()
        waiting = list(start)
        while waiting:
            fresh = waiting.pop().uses - names
            names |= fresh
            for statement in self.statements:
                if statement.binds & fresh and id(statement) not in reached:
                    reached[id(statement)] = statement
                    waiting.append(statement)
        return tuple(s for s in self.statements if id(s) in reached)


def read(submission: Submission) -> Code:
    """Parse all code cells; magics and shell lines are left out, nothing is executed."""
    statements: list[Statement] = []
    unparsed: list[int] = []
    for cell in submission.cells:
        if cell.kind != "code" or _OTHER_LANGUAGE.match(cell.source):
            continue
        try:
            statements += _statements(cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            unparsed.append(cell.number)
    return Code(statements=tuple(statements), unparsed=tuple(unparsed))


def mentions(cell: Cell, name: str) -> bool:
    """Return whether a cell's source holds ``name`` as a word."""
    # The plain search first: with \b at its start the pattern crawls through a huge cell.
    return name in cell.source and re.search(rf"\b{re.escape(name)}\b", cell.source) is not None


def _statements(cell: Cell) -> list[Statement]:
    return [
        Statement(
            cell=cell.number,
            node=node,
            binds=frozenset(names_bound(node)),
            uses=frozenset(names_used(node)),
        )
        for node in _parse(cell.source).body
    ]


def _parse(source: str) -> ast.Module:
    if len(source) > MAX_SOURCE:
        raise ValueError(f"source of {len(source)} characters is not parsed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except SyntaxError:
            return ast.parse("\n".join(map(_without_magic, source.splitlines())))


def _without_magic(line: str) -> str:
    value = _MAGIC_VALUE.match(line)
    if value:
        return f"{value[1]}None"
    magic = _MAGIC_LINE.match(line)
    return f"{magic[1]}pass" if magic else line


def names_bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that ``node`` binds in the scope that it stands in."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name
            for inner in ast.walk(node):
                if isinstance(inner, ast.Global):
                    yield from inner.names
            return
        case ast.ClassDef():
            yield node.name
            return
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        case ast.Name(ctx=ast.Store()):
            yield node.id
        case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
            yield name
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return
    for child in ast.iter_child_nodes(node):
        yield from names_bound(child)


def names_used(node: ast.AST) -> set[str]:
    """Return the names that ``node`` reads from outside its own scopes."""
    if isinstance(node, ast.Name):
        return set() if isinstance(node.ctx, ast.Store) else {node.id}
    if isinstance(node, Scope):
        return _used_by_scope(node)
    used = {name for child in ast.iter_child_nodes(node) for name in names_used(child)}
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        used.add(node.target.id)
    if isinstance(node, Comprehension):
        used -= {name for one in node.generators for name in names_bound(one.target)}
    return used


def _used_by_scope(node: Scope) -> set[str]:
    body = node.body if isinstance(node.body, list) else [node.body]
    arguments = node.args
    local = {one.arg for one in ast.walk(arguments) if isinstance(one, ast.arg)}
    local |= {name for statement in body for name in names_bound(statement)}
    inside = {name for statement in body for name in names_used(statement)} - local
    around: list[ast.AST] = [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]
    if not isinstance(node, ast.Lambda):
        around += node.decorator_list
    return inside | {name for outer in around for name in names_used(outer)}
