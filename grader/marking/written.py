"""Numbers that a learner works out on paper: equations in Markdown, by what stands left of them.

The whole of a learner's prose is read once for each calculation that an author declares. A
quantity that a learner names otherwise is recognised by its formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.formula import Reading, Side, SymbolTable, Tree, helper, read_chain, symbols
from grader.formula.chain import Equation
from grader.formula.comparison import Equal
from grader.formula.equivalence import compare
from grader.formula.evaluate import Undefined, evaluate
from grader.marking import printed, prose
from grader.marking.derivations import Paper, WrittenReference
from grader.marking.judgement import Case
from grader.marking.markdown import Passage, passages
from grader.submission import Cell

MAX_READ = 50_000
"""Characters of a hand-in that are read for one calculation."""
EACH = 100
"""As how many more of them each formula counts."""
MOST_NAMES = 8
"""So many names of a learner's own are looked at."""
GOES_ON = frozenset(["", "⇒", "⇔"])
"""Relations with which a new equation may begin."""
_DEFINES = re.compile(r"\s*(?:[a-z]\)\s*)?[^\W\d_]\w*\s*(?:\(\s*\w+\s*\))?\s*$")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One equation of a learner's."""

    text: str
    cell: Cell
    line: int
    """In the cell, from 1."""
    sides: tuple[Side, ...]

    @property
    def left(self) -> Reading:
        """What stands left of the first relation."""
        return self.sides[0].reading

    def repeats(self, other: Statement) -> bool:
        """Return whether another equation in the same line has the same left side."""
        return self.line == other.line and self.left.text == other.left.text

    @property
    def where(self) -> str:
        """Where it stands, for a report."""
        return self.cell.where(self.line)


@dataclass(frozen=True, kw_only=True)
class Worked:
    """All that a learner wrote as equations, read over one calculation's names."""

    statements: tuple[Statement, ...]
    own_names: tuple[tuple[str, str], ...] = ()
    """A learner's own spellings, each with the quantity that it stands for."""
    complete: bool = True
    """Whether all of the prose was read."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A number that stands right of a name."""

    statement: Statement
    side: Side
    values: tuple[int | float, ...]
    """All readings."""
    half_unit: Fraction | None
    """Half a unit of its last digit; None where it is no decimal number, as `1/3`."""


def numbers(case: Case, reference: WrittenReference) -> dict[str, tuple[Written, ...]]:
    """Return the numbers that stand for each entry of an answer, in the order of writing."""
    read = worked(case, reference.paper)
    found = {
        entry: tuple(
            number
            for statement in read.statements
            if lefts.match(statement.left.text, statement.left.trees)
            and _is_at(statement, reference.paper)
            for number in last_number(statement)
        )
        for entry, lefts in reference.lefts.items()
    }
    return {entry: several for entry, several in found.items() if several}


def worked(case: Case, paper: Paper) -> Worked:
    """Return a learner's equations, read over the names of one calculation; read once a case."""
    known = case.memo.get(id(paper))
    if not isinstance(known, Worked):
        known = case.memo[id(paper)] = _worked(case, paper)
    return known


def _worked(case: Case, paper: Paper) -> Worked:
    first, complete = _read(case, paper.table)
    names = dict(_own_names(first, paper))
    if names:
        first, complete = _read(case, paper.naming(names))
    return Worked(statements=first, own_names=tuple(names.items()), complete=complete)


def _read(case: Case, table: SymbolTable) -> tuple[tuple[Statement, ...], bool]:
    found: list[Statement] = []
    left = MAX_READ
    for cell in prose.own_prose(case):
        before = len(found)
        for passage in passages(cell.source[: 2 * MAX_READ]):
            if passage.kind == "heading" or case.prepared.is_in_starter(passage.text):
                continue
            left -= len(passage.text) + EACH
            if left < 0:
                return tuple(found), False
            for equation in read_chain(passage.text, table).equations:
                _add(found, before, passage, cell, equation)
    return tuple(found), True


def _add(
    found: list[Statement], before: int, passage: Passage, cell: Cell, equation: Equation
) -> None:
    """Add an equation; `= …` at the start of a line goes on with the one before it."""
    text = _text(passage, equation)
    if equation.sides[0].relation not in GOES_ON:
        if len(found) > before:
            last = found[-1]
            sides = (*last.sides, *equation.sides)
            found[-1] = replace(last, text=f"{last.text} {text}", sides=sides)
        return
    if len(equation.sides) > 1:
        line = passage.line + passage.text.count("\n", 0, equation.sides[0].reading.start)
        one = Statement(text=text, cell=cell, line=line, sides=equation.sides)
        # A line with mathematics comes again as a whole, for equations that go beyond it.
        if passage.kind != "plain" or not any(map(one.repeats, found[before:])):
            found.append(one)


def _text(passage: Passage, equation: Equation) -> str:
    readings = [side.reading for side in equation.sides]
    begin, end = min(one.start for one in readings), max(one.end for one in readings)
    return passage.text[begin:end].strip()


def _own_names(statements: tuple[Statement, ...], paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield the spellings that a learner defines as one of the quantities."""
    defining = (one for one in statements if _DEFINES.match(one.left.text))
    looked = 0
    for statement in defining:
        name = helper(statement.text, paper.table)
        if name is None or looked >= MOST_NAMES or not paper.quantities:
            continue
        looked += 1
        quantity = _quantity(statement, paper)
        if quantity:
            yield (name.spellings or (name.name,))[0], quantity


def _quantity(statement: Statement, paper: Paper) -> str:
    for side in statement.sides[1:]:
        tree = side.reading.tree
        if tree is None or not symbols(tree):
            continue
        for quantity, formula in paper.quantities.items():
            domains = paper.derivation.terms.domains
            if isinstance(compare(tree, formula, domains, seed=paper.seed), Equal):
                return quantity
    return ""


def _is_at(statement: Statement, paper: Paper) -> bool:
    """Return whether a left side is evaluated where the question asks, or does not say where."""
    for equation in statement.left.at:
        names = {name for side in equation[:1] for tree in side.reading.trees for name in (tree,)}
        for name, value in paper.derivation.at.items():
            if any(symbols(tree) == {name} == {getattr(tree, "name", "")} for tree in names):
                there = [one for side in equation[1:] for one in _values(side)]
                if there and not any(abs(one - value) < 1e-9 for one in there):
                    return False
    return True


def last_number(statement: Statement) -> Iterator[Written]:
    """Yield the last side that is a number, or worked out from numbers alone."""
    for side in reversed(statement.sides[1:]):
        values = tuple(_values(side))
        if values:
            half = printed.half_unit_of(side.reading.text)
            yield Written(statement=statement, side=side, values=values, half_unit=half)
            return


def _values(side: Side) -> Iterator[int | float]:
    for tree in side.reading.trees:
        value = _value(tree)
        if value is not None:
            yield value


def _value(tree: Tree) -> int | float | None:
    if symbols(tree) - {"pi"}:
        return None
    value = evaluate(tree, {})
    if isinstance(value, Undefined):
        return None
    number = float(value)
    if number != number or abs(number) == float("inf"):
        return None
    return int(value) if value == int(value) else number
