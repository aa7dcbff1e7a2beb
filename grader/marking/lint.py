"""What a reader of the answering code would remark: information only, it costs nothing.

One rule: in a loop, the last branch of an `if` only prints, and what the other branches bind is
used after it. Nothing else binds those names, so the values of the turn before go on unnoticed.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from grader.language import all_of, say
from grader.marking import code
from grader.marking.code import Statement

SAYS: Final = frozenset(["print", "warn", "warning", "info", "debug", "error", "display"])
"""What is called to tell somebody, and goes on."""
MOST_LOOPS: Final = 20
"""So many loops with such a branch are looked at."""
MOST: Final = 3
"""So many remarks on one answer."""

Loop = ast.For | ast.While | ast.AsyncFor
LEAVES: Final = (ast.Raise, ast.Return, ast.Continue, ast.Break)


@dataclass(frozen=True, kw_only=True)
class Stale:
    """A branch after which values of the turn before are used."""

    cell: int
    line: int
    names: tuple[str, ...]
    """What the other branches bind and is used after it."""

    @property
    def sentence(self) -> str:
        """What the learner reads behind the place, in the language spoken."""
        said = say(
            "where no other branch fits, this one only prints, and {names} of the turn before go "
            "on being used; raise an error there.",
            names=all_of(f"`{name}`" for name in self.names[:4]),
        )
        return " ".join((said, say("It costs nothing.")))


def stale(reached: Iterable[Statement], before: Iterable[Statement] = ()) -> tuple[Stale, ...]:
    """Return the branches in ``reached`` that let values of the turn before go on.

    What ``before`` binds, the statements of the whole submission, has a value of its own.
    """
    statements = tuple(reached)
    known = Counter(name for one in before for name in one.binds)
    candidates = (
        (one, loop, place)
        for one in statements
        for loop in ast.walk(one.node)
        if isinstance(loop, Loop)
        for place, node in enumerate(loop.body)
        if isinstance(node, ast.If) and _only_says(_branches(node)[-1])
    )
    found = (
        item
        for one, loop, place in islice(candidates, MOST_LOOPS)
        for item in _stale(one, loop, place, known)
    )
    return tuple(islice(found, MOST))


def _stale(one: Statement, loop: Loop, place: int, known: Counter[str]) -> Iterator[Stale]:
    node = loop.body[place]
    assert isinstance(node, ast.If)
    *branches, last = _branches(node)
    going_on = [body for body in branches if not isinstance(body[-1], LEAVES)]
    if not going_on:
        return
    names = set[str].intersection(*map(_bound, going_on))
    names &= {name for after in loop.body[place + 1 :] for name in code.names_used(after)}
    names -= {name for body in going_on for part in body for name in code.names_used(part)}
    names -= _with_another_value(one, node, known)
    if names:
        yield Stale(cell=one.cell, line=last[0].lineno, names=tuple(sorted(names)))


def _bound(body: list[ast.stmt]) -> set[str]:
    return {name for part in body for name in code.names_bound(part)}


def _with_another_value(one: Statement, node: ast.If, known: Counter[str]) -> set[str]:
    """Return the names that something else than the branches gives a value."""
    everywhere, here = _stores(one.node), _stores(node)
    others = {name for name, times in everywhere.items() if times > here[name]}
    # A statement in a function binds names of its own, which those of the cells do not touch.
    outside = {name for name, times in known.items() if times > (name in one.binds)}
    return others | (outside & one.binds)


def _stores(node: ast.AST) -> Counter[str]:
    parts = list(ast.walk(node))
    stored = Counter(one.id for one in parts if isinstance(one, ast.Name) and _is_store(one))
    return stored + Counter(one.arg for one in parts if isinstance(one, ast.arg))


def _is_store(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _branches(node: ast.If) -> list[list[ast.stmt]]:
    """Return the bodies of `if … elif … else`, the last one empty where there is no `else`."""
    bodies = [node.body]
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        bodies.append(node.body)
    return [*bodies, node.orelse]


def _only_says(body: list[ast.stmt]) -> bool:
    """Return whether some statements do nothing but tell somebody."""
    return bool(body) and all(map(_says, body)) and not all(isinstance(s, ast.Pass) for s in body)


def _says(node: ast.stmt) -> bool:
    if isinstance(node, ast.Pass):
        return True
    match node:
        case ast.Expr(ast.Call(ast.Name(name) | ast.Attribute(attr=name))):
            return name in SAYS
        case _:
            return False
