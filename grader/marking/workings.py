"""A learner's own arithmetic around a number on paper: steps that do not hold, digits misread.

What is found here is shown and earns nothing. An error costs once, where the number is judged;
where a class was scanned, its author may have such slips excused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from grader.formula import Equation, Symbol
from grader.formula.arithmetic import steps
from grader.formula.edits import Edit
from grader.formula.repairs import repairs
from grader.formula.sides import Outcome, Step
from grader.grade import ChainStep
from grader.language import say
from grader.marking import chains, numbers, slips
from grader.marking import written as paper
from grader.marking.derivations import Paper
from grader.marking.judgement import Case
from grader.marking.slips import Slip, Target
from grader.marking.written import Statement, Written

MOST_STATEMENTS = 12
"""Of an answer with more equations the last ones are looked at."""
MOST_SIDES = 12
"""Of a longer chain the last sides are looked at."""
MOST_REPAIRS = 3
LARGEST = 10**12
"""From there on an own value is not put in for its name."""
MISREAD = frozenset({Edit.SUBSTITUTED, Edit.SWAPPED, Edit.LEADING_LOST})
"""What a scan makes of a number."""


def remarks(case: Case, reference: Paper, found: Sequence[Written]) -> Iterator[str]:
    """Yield what may have been misread where a step does not hold, and a wrong sign."""
    told = repaired = False
    for statement in _statements(found):
        for step in _steps(case, reference, statement):
            if step.outcome is Outcome.BROKEN:
                # Trying what may have been misread is dear; what is broken later follows from it.
                if not repaired:
                    yield from _repaired(case, reference, step)
                repaired = True
            elif step.remark and not told:
                told = True
                yield " ".join((step.remark, say("This costs nothing.")))


def chain(case: Case, reference: Paper, found: Sequence[Written]) -> tuple[ChainStep, ...]:
    """Return the steps of the calculations that led to some numbers, a dozen at most."""
    all_steps = []
    for statement in _statements(found):
        told = _told(_steps(case, reference, statement))
        if any(one.outcome is not Outcome.UNKNOWN for one in told):
            all_steps += [chains.of_arithmetic(one, statement.where) for one in told]
    return chains.most_telling(all_steps)


def _told(all_steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Leave a first step out that only says what a name stands for.

    `f(3) = 42` claims nothing: the name's value is what the learner wrote there.
    """
    if not all_steps:
        return ()
    left, outcome = all_steps[0].left, all_steps[0].outcome
    names = left.is_name or left.value is None
    return all_steps[1:] if names and outcome is not Outcome.BROKEN else all_steps


def _statements(found: Sequence[Written]) -> list[Statement]:
    """Return the statements that some numbers stand in, each once; of very many the last ones."""
    return list({id(one.statement): one.statement for one in found}.values())[-MOST_STATEMENTS:]


def find_slips(
    case: Case, reference: Paper, written: Written, targets: Iterable[Target]
) -> tuple[Slip, ...]:
    """Return the slips of one digit that make a written number of a target, or of its own chain."""
    own = (
        Target(value=step.left.value, name=say("your own `{side}`", side=step.left.shown))
        for step in _steps(case, reference, written.statement)
        if step.outcome is Outcome.BROKEN and step.left.value is not None
    )
    return slips.find(written.side.reading.text, [*targets, *own])


def all_read(case: Case, reference: Paper) -> bool:
    """Return whether all of a learner's prose was looked through for numbers."""
    return paper.worked(case, reference).complete


def is_witnessed(found: Sequence[Slip], written: Written, right: Sequence[Target]) -> bool:
    """Return whether a digit was surely misread: the number is long, or the learner's own values
    lead to the other one as well. By chance alone short numbers have neighbours too often.
    """
    digits = [one for one in found if one.edit in MISREAD]
    if slips.needs_witness(written.side.reading.text):
        digits = [one for one in digits if one.target not in right]
    return bool(digits)


def as_targets(values: Iterable[Any], name: str, *, right: bool = False) -> Iterator[Target]:
    """Yield the finite numbers among some values as targets."""
    for value in values:
        if numbers.is_number(value) and not isinstance(value, complex):
            gap = numbers.gap(value, 0)
            if gap is not None:
                exact = value if isinstance(value, float) else Fraction(value)
                yield Target(value=exact, name=name, right=right)


def _steps(case: Case, reference: Paper, statement: Statement) -> tuple[Step, ...]:
    """Return the last steps of a statement, of which there may be hundreds."""
    equation = Equation(sides=statement.sides[-MOST_SIDES:])
    values = _values(case, reference)
    return case.once(("steps", id(statement)), lambda: steps(equation, values))


def _repaired(case: Case, reference: Paper, step: Step) -> Iterator[str]:
    values = _values(case, reference)
    for one in repairs(step.left.text, reference.table, values, step.right)[:MOST_REPAIRS]:
        yield " ".join((one.sentence, say("A misread sign costs nothing.")))


def _values(case: Case, reference: Paper) -> dict[str, Fraction]:
    """Return what names stand for: the point, and the learner's own first values there."""
    return case.once(("values", id(reference)), lambda: _stand_for(case, reference))


def _stand_for(case: Case, reference: Paper) -> dict[str, Fraction]:
    values = {name: Fraction(value) for name, value in reference.derivation.at.items()}
    for statement in paper.worked(case, reference).statements:
        tree = statement.left.tree
        sure = statement.certain and not statement.left.unknown
        if sure and isinstance(tree, Symbol) and tree.name not in values:
            for number in paper.last_number(statement):
                values[tree.name] = Fraction(number.values[0])
    return {name: value for name, value in values.items() if abs(value) < LARGEST}


def names(case: Case, reference: Paper) -> Iterator[str]:
    """Yield what is said about names: own ones, and derivatives that are not there."""
    for spelling, quantity in paper.worked(case, reference).own_names:
        yield say(
            "Your `{spelling}` is what the sheet calls {quantity}, and is read as that.",
            spelling=spelling,
            quantity=quantity,
        )
    unknown: dict[str, str] = {}
    for statement in paper.worked(case, reference).statements:
        for partial in statement.left.partials:
            if not partial.declared:
                unknown.setdefault(partial.name, statement.where)
    for name, where in list(unknown.items())[:MOST_REPAIRS]:
        nearest = reference.table.nearest_partial(name)
        named = {"name": name, "place": where, "nearest": nearest or ""}
        if nearest:
            said = say(
                "`{name}` in {place} is no derivative of this task; did you mean `{nearest}`?",
                **named,
            )
        else:
            said = say("`{name}` in {place} is no derivative of this task.", **named)
        yield " ".join((said, say("It costs nothing.")))
