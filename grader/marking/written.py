"""Numbers that a learner works out on paper: equations in Markdown, by what stands left of them.

The whole of a learner's prose is read once for each calculation that an author declares. A
quantity that a learner names otherwise is recognised by its formula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from grader.formula import Reading, Side, Symbol, SymbolTable, Tree, helper, read_chain, symbols
from grader.formula.chain import BEGINS, Equation
from grader.formula.comparison import Equal
from grader.formula.equivalence import compare
from grader.formula.evaluate import Undefined, evaluate
from grader.marking import printed, prose
from grader.marking.derivations import Paper, WrittenReference
from grader.marking.judgement import Case
from grader.marking.prose import Piece
from grader.submission import Cell

MOST_NAMES = 8
"""So many names of a learner's own are looked at."""
_DEFINES = re.compile(r"\s*(?:[a-z]\)\s*)?[^\W\d_]\w*\s*(?:\(\s*\w+\s*\))?\s*$")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One equation of a learner's."""

    text: str
    cell: Cell
    line: int
    """In the cell, from 1."""
    sides: tuple[Side, ...]
    part: str = ""
    """The part of the sheet that a label says it belongs to."""
    certain: bool = True
    """Whether what it stands in, as a table, can be read in no other way."""
    entry: tuple[int, int] = (0, 0)
    """In a column of a table: which entry of a sequence it is, and how many there are."""

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
    certain: bool = True
    """Whether what it stands in, as a table, surely says that it is the answer."""


def numbers(case: Case, reference: WrittenReference) -> dict[str, tuple[Written, ...]]:
    """Return the numbers that stand for each entry of an answer, in the order of writing.

    The last one counts: those that are certain come last, and among them those that a label puts
    under the question's own part.
    """
    read = worked(case, reference.paper)
    found = {
        entry: tuple(
            replace(number, certain=_is_certain(statement, reference))
            for statement in read.statements
            if lefts.match(statement.left.text, statement.left.trees)
            and _is_at(statement, reference.paper)
            for number in last_number(statement)
        )
        for entry, lefts in reference.lefts.items()
    }
    own = reference.question.part
    return {
        entry: tuple(
            sorted(several, key=lambda one: (one.certain, one.statement.part == own != ""))
        )
        for entry, several in found.items()
        if several
    }


def _is_certain(statement: Statement, reference: WrittenReference) -> bool:
    """Return whether a number surely answers; a column does if it has an entry for each."""
    number, many = statement.entry
    listed = all(one.isdigit() for one in reference.lefts)
    return statement.certain and (not many or many == (len(reference.lefts) if listed else number))


def worked(case: Case, paper: Paper) -> Worked:
    """Return a learner's equations, read over the names of one calculation."""
    return case.once(("worked", id(paper)), lambda: _worked(case, paper))


def _worked(case: Case, paper: Paper) -> Worked:
    found = prose.pieces(case, raw=True)
    statements = _statements(found.read, paper.table)
    names = dict(_own_names(statements, paper))
    if names:
        statements = _statements(found.read, paper.naming(names))
    return Worked(statements=statements, own_names=tuple(names.items()), complete=not found.unread)


def _statements(pieces: tuple[Piece, ...], table: SymbolTable) -> tuple[Statement, ...]:
    statements: list[Statement] = []
    for _, several in groupby(pieces, key=lambda piece: piece.cell.number):
        of_cell: list[Statement] = []
        for piece in several:
            for equation in read_chain(piece.passage.text, table).equations:
                _add(of_cell, piece, equation)
        statements += of_cell
    return tuple(statements)


def _add(of_cell: list[Statement], piece: Piece, equation: Equation) -> None:
    """Add an equation; `= …` at the start of a line goes on with the one before it."""
    passage = piece.passage
    text = equation.within(passage.text).strip()
    if equation.sides[0].relation not in BEGINS:
        if of_cell:
            last = of_cell[-1]
            sides = (*last.sides, *equation.sides)
            of_cell[-1] = replace(last, text=f"{last.text} {text}", sides=sides)
    elif len(equation.sides) > 1:
        line = passage.line + passage.text.count("\n", 0, equation.sides[0].reading.start)
        one = Statement(
            text=text,
            cell=piece.cell,
            line=line,
            sides=equation.sides,
            part=piece.part,
            certain=passage.certain,
            entry=passage.entry,
        )
        # A line with mathematics comes again as a whole, for equations that go beyond it.
        if passage.kind != "plain" or not any(map(one.repeats, of_cell)):
            of_cell.append(one)


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
    at = paper.derivation.at
    for first, *others in statement.left.at:
        there = [value for side in others for value in _values(side)]
        names = [tree.name for tree in first.reading.trees if isinstance(tree, Symbol)]
        asked = [at[name] for name in names if name in at]
        if there and any(not _is_among(value, there) for value in asked):
            return False
    return True


def _is_among(value: float, others: list[int | float]) -> bool:
    return any(abs(value - other) < 1e-9 for other in others)


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
    if not math.isfinite(number):
        return None
    return int(value) if value == int(value) else number
