"""A formula written as Python code: parsed, compared with a short list of what is read, never run.

In code `**` is a power, `log` the natural logarithm, and a comma never part of a number.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from grader.formula.lexicon import FUNCTION_NAMES, MODULES
from grader.formula.limits import (
    MAXIMAL_DIGITS,
    MAXIMAL_NESTING,
    MAXIMAL_TOKENS,
    Refusal,
    RefusedError,
    shown,
)
from grader.formula.parser import refuse_large_exponent
from grader.formula.result import Alternative, Concern, Reading, Remark, no_name
from grader.formula.symbols import SymbolTable
from grader.formula.tree import (
    FUNCTIONS,
    MINUS_ONE,
    ZERO,
    Apply,
    Indexed,
    Number,
    Power,
    Symbol,
    Tree,
    add,
    multiply,
    negate,
)
from grader.language import say

READ: Final = re.compile(r"[A-Za-z0-9_ .+\-*/()\[\],\n]*\Z")
GROUPING: Final = (ast.Add, ast.Sub)
SCALING: Final = (ast.Mult, ast.Div)


def read_python(text: str, table: SymbolTable) -> Reading:
    """The reading of one Python expression, or a refusal; never raises, never runs anything."""
    text = text.strip()
    reader = _Reader(text, table)
    try:
        tree = reader.tree(_parsed(text), 0)
    except RefusedError as refused:
        return Reading(text=text, start=0, end=len(text), refusal=refused.refusal)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        sentence = say("this is no Python expression")
        refusal = Refusal(sentence=sentence, start=0, end=len(text))
        return Reading(text=text, start=0, end=len(text), refusal=refusal)
    return Reading(
        text=text,
        start=0,
        end=len(text),
        alternatives=(Alternative(tree=tree),),
        remarks=tuple(reader.remarks),
    )


def _parsed(text: str) -> ast.expr:
    if len(text) > MAXIMAL_TOKENS:
        sentence = say(
            "code of more than {count} characters is not read as a formula", count=MAXIMAL_TOKENS
        )
        raise RefusedError(sentence, 0, len(text))
    if not READ.match(text):
        raise RefusedError(say("this code has signs that no formula has"), 0, len(text))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, mode="eval").body


class _Reader:
    def __init__(self, text: str, table: SymbolTable) -> None:
        self.text = text
        self.table = table
        self.remarks: list[Remark] = []

    def tree(self, node: ast.expr, level: int) -> Tree:
        if level > MAXIMAL_NESTING:
            sentence = say("more than {count} levels are not read", count=MAXIMAL_NESTING)
            raise self.refuse(node, sentence)
        handler = HANDLERS.get(type(node))
        if handler is None:
            raise self.not_read(node, node)
        return handler(self, node, level + 1)

    def refuse(self, node: ast.expr, sentence: str) -> RefusedError:
        end = node.end_col_offset or node.col_offset
        return RefusedError(sentence, node.col_offset, end)

    def not_read(self, node: ast.expr, part: ast.AST) -> RefusedError:
        kind = type(part).__name__
        return self.refuse(node, say("{kind} is not read in a formula", kind=kind))

    def constant(self, node: ast.Constant, level: int) -> Tree:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(node, say("only numbers are read in a formula"))
        written = self.written(node)
        if len(written) > MAXIMAL_DIGITS or not math.isfinite(value):
            sentence = say("{text} is no number that is read", text=shown(written))
            raise self.refuse(node, sentence)
        return Number(Fraction(written))

    def written(self, node: ast.Constant) -> str:
        """A literal with all its digits, which a float would have lost."""
        if isinstance(node.value, float) and node.end_col_offset is not None:
            line = self.text.splitlines()[node.lineno - 1]
            return line[node.col_offset : node.end_col_offset].replace("_", "")
        return repr(node.value)

    def name(self, node: ast.Name, level: int) -> Tree:
        table = self.table
        declared = table.names.get(node.id) or table.functions.get(node.id, (None,))[0]
        if declared is not None:
            return Symbol(declared.name)
        if node.id == "pi":
            return Symbol("pi")
        nearest = table.nearest(node.id)
        self.remarks.append(
            Remark(
                concern=Concern.UNKNOWN, sentence=no_name(node.id, nearest),
                start=node.col_offset, end=node.end_col_offset or 0, name=node.id[:200],
                nearest=nearest,
            )
        )  # fmt: skip
        return Symbol(node.id[:200])

    def member(self, node: ast.Subscript, level: int) -> Tree:
        key = node.value.id if isinstance(node.value, ast.Name) else ""
        family = self.table.families.get((key, "_")) or self.table.families.get((key, "^"))
        if family is None:
            sentence = say("{name} takes no index", name=shown(key)) if key else ""
            raise self.refuse(node, sentence or say("“this” takes no index"))
        return Indexed(family.name.removesuffix("_*"), self.tree(node.slice, level))

    def signed(self, node: ast.UnaryOp, level: int) -> Tree:
        operand = self.tree(node.operand, level)
        if isinstance(node.op, ast.USub):
            return negate(operand)
        if isinstance(node.op, ast.UAdd):
            return operand
        raise self.not_read(node, node.op)

    def operation(self, node: ast.BinOp, level: int) -> Tree:
        if isinstance(node.op, ast.Pow):
            base, exponent = self.tree(node.left, level), self.tree(node.right, level)
            refuse_large_exponent(exponent, node.col_offset, node.end_col_offset or 0)
            return Power(base, exponent)
        if isinstance(node.op, GROUPING):
            return add(*self.operands(node, GROUPING, level))
        if isinstance(node.op, SCALING):
            return multiply(*self.operands(node, SCALING, level))
        raise self.not_read(node, node.op)

    def operands(
        self, node: ast.BinOp, kinds: tuple[type[ast.operator], ...], level: int
    ) -> Iterator[Tree]:
        """Of a chain of operators of the same rank, from left to right, without recursion."""
        right: list[tuple[ast.operator, ast.expr]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, kinds):
            right.append((left.op, left.right))
            left = left.left
        yield self.tree(left, level)
        for sign, operand in reversed(right):
            tree = self.tree(operand, level)
            if isinstance(sign, ast.Sub):
                yield negate(tree)
            else:
                yield Power(tree, MINUS_ONE) if isinstance(sign, ast.Div) else tree

    def call(self, node: ast.Call, level: int) -> Tree:
        name = self.function(node.func)
        arguments = [self.tree(argument, level) for argument in node.args]
        if node.keywords or name not in FUNCTION_NAMES:
            sentence = say("a call of {name} is not read", name=shown(name)) if name else ""
            raise self.refuse(node, sentence or say("a call of “this” is not read"))
        meant = {"log?": "log"}.get(FUNCTION_NAMES[name], FUNCTION_NAMES[name])
        lowest, highest = FUNCTIONS.get(meant, (2, 2) if meant == "pow" else (1, 1))
        if not lowest <= len(arguments) <= highest:
            sentence = say(
                "{name} takes {lowest} to {highest} arguments",
                name=name,
                lowest=lowest,
                highest=highest,
            )
            raise self.refuse(node, sentence)
        if meant == "pow":
            refuse_large_exponent(arguments[1], node.col_offset, node.end_col_offset or 0)
            return Power(*arguments)
        if meant == "relu":
            return Apply("max", (ZERO, *arguments))
        return Apply(meant, tuple(arguments))

    def function(self, node: ast.expr) -> str:
        match node:
            case ast.Name(name):
                return name
            case ast.Attribute(ast.Name(module), name) if module in MODULES:
                return name
            case _:
                return ""


HANDLERS: Final[dict[type[ast.expr], Callable[..., Tree]]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Subscript: _Reader.member,
    ast.UnaryOp: _Reader.signed,
    ast.BinOp: _Reader.operation,
    ast.Call: _Reader.call,
}
