"""Equations on the way to a formula: whether each side is equal to the next one.

Which equations those are the author says by what stands left of them (``way=``). Names that the
learner defines stand for what they are defined as. Where notation may be read in several ways,
the reading that closes the chain is kept, and said; what is found here is shown and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise, product
from typing import Final

from grader.formula import Indexed, Number, Side, Symbol, Tree, substitute, symbols
from grader.formula.comparison import Comparison, Counterexample, Different, Equal, place
from grader.formula.equivalence import compare
from grader.formula.tree import children, label
from grader.language import decimal, say
from grader.marking import written
from grader.marking.derivations import WrittenReference
from grader.marking.judgement import Case
from grader.marking.plain import shortened
from grader.marking.written import Statement
from grader.sheet import Question

MOST_STEPS: Final = 5
"""So many steps are compared for one question, the last ones."""
MOST_NODES: Final = 200
"""Larger formulas are not compared here."""
MOST_DEFINED: Final = 3
"""So deep may definitions refer to each other."""
ZERO: Final = Number(Fraction(0))
EQUALITIES: Final = frozenset(["=", ":=", "≡"])


@dataclass(frozen=True, kw_only=True)
class Step:
    """Two neighbouring sides."""

    statement: Statement
    left: Side
    right: Side


def remarks(case: Case, question: Question) -> Iterator[str]:
    """Yield a sentence for each step that does not hold, or holds in one reading only."""
    reference = case.prepared.written.get(question.name)
    if reference is None or not reference.way:
        return
    statements = written.worked(case, reference.paper).statements
    steps = [one for statement in statements for one in _steps(reference, statement)]
    given = _given(case, reference)
    known = [_definitions(statements, given, last=last) for last in (False, True)]
    for step in steps[-MOST_STEPS:]:
        yield from _said(reference, step, known, given)


def _steps(reference: WrittenReference, statement: Statement) -> Iterator[Step]:
    if reference.way.keys().isdisjoint(statement.left.trees):
        return
    for left, right in pairwise(statement.sides[1:]):
        if right.relation in EQUALITIES and _is_formula(left) and _is_formula(right):
            yield Step(statement=statement, left=left, right=right)


def _is_formula(side: Side) -> bool:
    """Return whether a side is surely read, and neither a number nor one with rounded decimals."""
    return _is_read(side) and all(
        symbols(tree) and not any(map(_is_decimal, _parts(tree))) for tree in side.reading.trees
    )


def _is_decimal(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.value.denominator != 1


def _parts(tree: Tree) -> Iterator[Tree]:
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(children(part))


def _is_read(side: Side) -> bool:
    reading = side.reading
    sure = 1 <= len(reading.trees) <= 2 and not (reading.unknown or reading.at)
    return sure and not any(map(_is_large, reading.trees))


def _is_large(tree: Tree) -> bool:
    return sum(1 for _ in islice(_parts(tree), MOST_NODES + 1)) > MOST_NODES


def _definitions(
    statements: tuple[Statement, ...], given: frozenset[str], *, last: bool
) -> dict[str, Tree]:
    """Return what names are defined as, each in its first or last reading.

    A number other than 0 is an example of a value, and what is defined in two ways is left out.
    """
    found: dict[str, Tree] = {}
    twice: set[str] = set()
    for statement in statements:
        name, side = _name(statement.left.tree), statement.sides[-1]
        if not name or name in given or side.relation not in EQUALITIES or not _is_read(side):
            continue
        tree = side.reading.trees[-1 if last else 0]
        if symbols(tree) or tree == ZERO:
            twice |= {name} if found.setdefault(name, tree) != tree else set()
    return {name: tree for name, tree in found.items() if name not in twice}


def _name(tree: Tree | None) -> str:
    if isinstance(tree, Symbol):
        return tree.name
    return (label(tree) or "") if isinstance(tree, Indexed) else ""


def _said(
    reference: WrittenReference, step: Step, known: list[dict[str, Tree]], given: frozenset[str]
) -> Iterator[str]:
    lefts, rights = step.left.reading.trees, step.right.reading.trees
    if not all(_is_defined(tree, given, known[0]) for tree in (*lefts, *rights)):
        return
    first = _compared(reference, lefts[0], rights[0], known[0])
    if isinstance(first, Equal):
        return
    other = _compared(reference, lefts[-1], rights[-1], known[1])
    if isinstance(other, Equal):
        yield from _kept(step, first)
        return
    outcomes = (
        _compared(reference, left, right, names)
        for left, right, names in product(set(lefts), set(rights), known)
    )
    if isinstance(first, Different) and all(isinstance(one, Different) for one in outcomes):
        yield _broken(reference, step, first.counterexample, known)


def _given(case: Case, reference: WrittenReference) -> frozenset[str]:
    """Return the names in which the right formulas of this chain are written."""
    ways = [one.way for one in case.prepared.written.values() if one.paper is reference.paper]
    given = {name for way in ways for formula in way.values() for name in symbols(formula)}
    return frozenset(given | {name.removesuffix("_*") for name in given})


def _is_defined(tree: Tree, given: frozenset[str], known: Mapping[str, Tree]) -> bool:
    """Return whether a formula is one in what is given, once the learner's definitions are put in.

    A name that stands for something else is no variable: sides with it may be equal all the same.
    """
    for _ in range(MOST_DEFINED):
        if symbols(tree) <= given:
            return True
        tree = substitute(tree, known)
        if _is_large(tree):
            return False
    return symbols(tree) <= given


def _compared(
    reference: WrittenReference, left: Tree, right: Tree, known: Mapping[str, Tree]
) -> Comparison:
    domains = reference.paper.derivation.terms.domains
    return compare(left, right, domains, seed=reference.paper.seed, definitions=known)


def _kept(step: Step, first: Comparison) -> Iterator[str]:
    """Say which reading closes the chain, where the likelier one surely does not."""
    alternatives = [side.reading.alternatives for side in (step.left, step.right)]
    taken = [one for several in alternatives for one in several[-1].because if len(several) > 1]
    instead = [one for several in alternatives for one in several[0].because if len(several) > 1]
    if taken and isinstance(first, Different):
        said = say(
            "In {place} both readings were tried: where {kept} the sides are equal, which is kept; "
            "where {other} they are not. An index below its letter leaves no doubt.",
            place=step.statement.where,
            kept=taken[-1],
            other=instead[-1],
        )
        yield " ".join((said, say("It costs nothing.")))


def _broken(
    reference: WrittenReference,
    step: Step,
    example: Counterexample,
    known: list[dict[str, Tree]],
) -> str:
    one, other = (f"`{shortened(side.reading.text)}`" for side in (step.left, step.right))
    said = say(
        "{one} and {other} in {place} are not equal: {values}.",
        one=one,
        other=other,
        place=step.statement.where,
        values=_values(example),
    )
    right = say("The last side is right.") if _ends_right(reference, step, known) else ""
    return " ".join(filter(None, (said, right, say("It costs nothing here."))))


def _values(example: Counterexample) -> str:
    if example.expected:
        times = decimal(f"{example.given / example.expected:.4g}")
        values = say("the first is {times} times the second", times=times)
    else:
        first, second = (decimal(f"{one:.6g}") for one in (example.given, example.expected))
        values = say("they are {first} and {second}", first=first, second=second)
    if not example.point:
        return values
    return say("at {point} {values}", point=place(dict(example.point)), values=values)


def _ends_right(reference: WrittenReference, step: Step, known: list[dict[str, Tree]]) -> bool:
    last = step.statement.sides[-1]
    wanted = [reference.way[tree] for tree in step.statement.left.trees if tree in reference.way]
    return _is_read(last) and any(
        isinstance(_compared(reference, tree, formula, names), Equal)
        for tree, formula, names in islice(product(last.reading.trees, wanted, known), 4)
    )
