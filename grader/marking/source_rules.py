"""Static rules on the answering code: ``forbids`` and ``requires``.

Only parsed source is looked at. A pattern is a dotted name (``torch.autograd``, found through
any import of it), a name with a leading dot (``.backward``, an attribute or method so called) or
a bare name. A rule never makes a right answer wrong: it asks for a person.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.language import any_of, say
from grader.marking import lint
from grader.marking.code import Code, Statement
from grader.marking.evidence import place
from grader.sheet import Question
from grader.submission import Submission

DYNAMIC = frozenset({"exec", "eval", "compile", "__import__", "importlib"})
"""Names by which code reaches what its source does not show."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A rule that is broken, or that cannot be decided."""

    code: str
    """Stable code: ``forbidden:…``, ``required:…`` or ``undecidable:source``."""
    sentence: str


_BUILT_IN = frozenset(dir(builtins))


def check(
    question: Question, code: Code, submission: Submission, *, name: str, cell: int
) -> Finding | None:
    """Return the first broken rule of a question, None if all hold.

    ``name`` is the name under which the answer was found and ``cell`` the cell that bound it.
    """
    if not (question.forbids or question.requires):
        return None
    start = answering(question, code, name=name, cell=cell)
    if not start:
        sentence = say(
            "the code that defines `{name}` cannot be read, so its rules stay unchecked", name=name
        )
        return Finding(code="undecidable:source", sentence=sentence)
    # What an import brings counts where it is used: others may use the rest of it.
    imports = ast.Import | ast.ImportFrom
    reached = tuple(s for s in code.reached(start) if s in start or not isinstance(s.node, imports))
    names = _imported(code)
    forbidden = _forbidden(question, reached, names, submission)
    return forbidden or _missing(question, code, reached, names, cell=cell)


def answering(question: Question, code: Code, *, name: str, cell: int) -> tuple[Statement, ...]:
    """Return the statements that bind an answer, or the whole cell where none is known."""
    binding = code.binding(name, cell=cell)
    if question.kind == "function":
        return binding[-1:]
    return binding or tuple(s for s in code.statements if s.cell == cell)


def _forbidden(
    question: Question,
    reached: tuple[Statement, ...],
    names: dict[str, set[str]],
    submission: Submission,
) -> Finding | None:
    for pattern in question.forbids:
        for statement in reached:
            node = _first(pattern, [statement], names)
            if node is not None:
                where = _where(submission, statement, node)
                sentence = say(
                    "`{pattern}` is not allowed in this question; it is used in {where}",
                    pattern=pattern,
                    where=where,
                )
                return Finding(code=f"forbidden:{pattern}", sentence=sentence)
    if question.forbids and any(map(_is_dynamic, reached)):
        sentence = say("the code builds or looks up code at run time, so its rules stay unchecked")
        return Finding(code="undecidable:source", sentence=sentence)
    return None


def _missing(
    question: Question,
    code: Code,
    reached: tuple[Statement, ...],
    names: dict[str, set[str]],
    *,
    cell: int,
) -> Finding | None:
    """Return a finding unless at least one of the required patterns occurs."""
    if not question.requires:
        return None
    earlier = [s for s in code.statements if s.cell <= cell]
    looked_at = reached if question.kind == "function" else earlier
    # A value that is typed in comes from no computation, whatever else the cells compute.
    computed = any(statement.uses - _BUILT_IN for statement in reached)
    if computed and any(_first(p, looked_at, names) is not None for p in question.requires):
        return None
    if any(map(_is_dynamic, looked_at)) or any(number <= cell for number in code.unparsed):
        sentence = say("part of the code cannot be read, so its rules stay unchecked")
        return Finding(code="undecidable:source", sentence=sentence)
    wanted = any_of(f"`{pattern}`" for pattern in question.requires)
    return Finding(
        code=f"required:{question.requires[0]}",
        sentence=say("this question asks for {wanted}, which the code does not use", wanted=wanted),
    )


def _first(
    pattern: str, statements: Iterable[Statement], names: dict[str, set[str]]
) -> ast.AST | None:
    nodes = (node for statement in statements for node in ast.walk(statement.node))
    return next((node for node in nodes if _matches(pattern, node, names)), None)


def _matches(pattern: str, node: ast.AST, names: dict[str, set[str]]) -> bool:
    if pattern.startswith("."):
        return pattern[1:] in _attributes(node)
    return any(name == pattern or name.startswith(f"{pattern}.") for name in _dotted(node, names))


def _attributes(node: ast.AST) -> tuple[object, ...]:
    if isinstance(node, ast.Attribute):
        return (node.attr,)
    if _is_getattr(node):
        assert isinstance(node, ast.Call) and isinstance(node.args[1], ast.Constant)
        return (node.args[1].value,)
    return ()


def _dotted(node: ast.AST, names: dict[str, set[str]]) -> Iterator[str]:
    """Yield the full dotted names that ``node`` may stand for."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (full for _, _, full in _imports(node))
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
        yield from names.get(node.id, ())
    elif isinstance(node, ast.Attribute):
        yield from (f"{base}.{node.attr}" for base in _dotted(node.value, names))
    elif _is_getattr(node):
        assert isinstance(node, ast.Call) and isinstance(node.args[1], ast.Constant)
        yield from (f"{base}.{node.args[1].value!s}" for base in _dotted(node.args[0], names))


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str, str]]:
    """Yield each bound name, what it stands for, and everything that is imported."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            full = f"{node.module or ''}.{alias.name}".removesuffix(".*")
            yield alias.asname or alias.name, full, full
        elif alias.asname:
            yield alias.asname, alias.name, alias.name
        else:
            top = alias.name.split(".")[0]
            yield top, top, alias.name


def _imported(code: Code) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for node in code.imports:
        for bound, meant, _ in _imports(node):
            names.setdefault(bound, set()).add(meant)
    return names


def _is_getattr(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "getattr"
        and len(node.args) >= 2
        and isinstance(node.args[1], ast.Constant)
    )


def _is_dynamic(statement: Statement) -> bool:
    return any(map(_hides_code, ast.walk(statement.node)))


def _hides_code(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any(full.split(".")[0] in DYNAMIC for _, _, full in _imports(node))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id == "getattr" and not _is_getattr(node)
    return isinstance(node, ast.Name) and node.id in DYNAMIC


def remarks(
    question: Question, code: Code, submission: Submission, *, name: str, cell: int
) -> Iterator[str]:
    """Yield what a reader would say of the answering code, with its place; it costs nothing."""
    start = answering(question, code, name=name, cell=cell)
    for one in lint.stale(code.reached(start), code.statements):
        where = place(submission, one.cell, line=one.line)
        yield f"{where[0].upper()}{where[1:]}: {one.sentence}"


def _where(submission: Submission, statement: Statement, node: ast.AST) -> str:
    return place(submission, statement.cell, line=getattr(node, "lineno", None))
