"""Where formulas are found: equations in the learner's Markdown, by their left side.

Headings and labels, as `b)`, tell which question a passage belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from grader.formula import Indexed, Number, Side, Symbol, Tree, read, read_chain, symbols
from grader.formula.chain import BEGINS, Equation
from grader.marking import prose
from grader.marking.formulas import FormulaReference
from grader.marking.judgement import Case
from grader.marking.lefts import key
from grader.marking.markdown import Passage
from grader.marking.printed import key_of_text
from grader.marking.prose import Piece
from grader.marking.text import is_placeholder
from grader.sheet import Question, Sides
from grader.submission import Cell

MOST_TREES = 20
"""Of the formulas under other names so many are kept."""
TAGGED, HEADED, ANYWHERE = 3, 2, 1
"""How well a place is supported: by the starter's tag, by a heading, by its left side alone."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One equation whose left side is the name that a question asks for."""

    text: str
    """The equation as it was written."""
    where: str
    support: int
    sides: tuple[Side, ...] = ()
    """What stands right of the name, in order."""
    left: str = ""
    """What stands left."""
    refusal: str = ""
    """Why the whole passage was not read; empty where it was."""


@dataclass(kw_only=True)
class Findings:
    """What a search for one question's formula found."""

    places: list[Place] = field(default_factory=list)
    unfit: list[Place] = field(default_factory=list)
    """Equations with the right left side, of which no side is of the kind that is asked for."""
    unnamed: list[Cell] = field(default_factory=list)
    """Cells with formulas that answer no question by their left side."""
    trees: list[Tree] = field(default_factory=list)
    """What was read of these formulas; of each equation its last side."""
    beside: list[tuple[str, Tree]] = field(default_factory=list)
    """Of these equations left and last side."""
    unread: list[Cell] = field(default_factory=list)
    """Cells that were too much to read."""


def find(case: Case, question: Question) -> Findings:
    """Return where the answer to a formula question stands, in the order of the cells."""
    reference = case.prepared.formulas[question.name]
    found = prose.pieces(case, raw=False)
    findings = Findings(unread=list(found.unread))
    for _, pieces in groupby(found.read, key=lambda piece: piece.cell.number):
        first, *rest = pieces
        search = _Search(case, reference, first.cell, findings)
        for piece in (first, *rest):
            search.look(piece)
    return _sorted_out(findings, reference)


def _sorted_out(findings: Findings, reference: FormulaReference) -> Findings:
    """Leave of each place the sides that are asked for, and only places with a formula."""
    wanted = reference.terms.sides
    places: list[Place] = []
    for place in findings.places:
        fitting = tuple(one for one in place.sides if wanted == "all" or _fits(one, wanted))
        kept = places if fitting or not place.sides else findings.unfit
        kept.append(replace(place, sides=fitting))
    if symbols(reference.expected):
        formulas = [one for one in places if not _is_number(one)]
        places = formulas or [one for one in places if not _is_value(one, reference)]
    findings.places = places
    return findings


def _fits(side: Side, sides: Sides) -> bool:
    reading = side.reading
    derived = bool(reading.partials) or "\\partial" in reading.text or "∂" in reading.text
    return derived == (sides == "with_partials")


def _is_number(place: Place) -> bool:
    readings = [side.reading for side in place.sides]
    trees = [one.tree for one in readings if one.tree is not None and not one.unknown]
    return bool(trees) and not any(map(symbols, trees))


def _is_value(place: Place, reference: FormulaReference) -> bool:
    """Return whether a place only says what a name is, as `w = 0` or `r = 212` somewhere."""
    left = read(place.left, reference.table).trees
    return place.support != TAGGED and all(isinstance(one, Symbol | Indexed) for one in left)


class _Search:
    """The search through one cell."""

    def __init__(
        self, case: Case, reference: FormulaReference, cell: Cell, findings: Findings
    ) -> None:
        self._reference = reference
        others = case.prepared.formulas.values()
        self._others = [one for one in others if one is not reference]
        asked = {one.id for one in case.prepared.sheet.questions}
        question = reference.question
        self._tagged = cell.answers in (question.id, question.name)
        self._elsewhere = cell.answers in asked and not self._tagged
        self._cell = cell
        self._texts = [one for one in case.prepared.sheet.questions if one.kind == "text"]
        self._findings = findings
        self._labelled = False
        self._goes_on = False
        """Whether the last equation was the answer's, so that `= …` goes on with it."""

    def look(self, piece: Piece) -> None:
        """Look for the answer in one passage."""
        passage, heading = piece.passage, piece.heading
        self._labelled = piece.part == self._reference.question.part != ""
        chain = read_chain(passage.text, self._reference.table)
        if chain.refusal is not None:
            left = passage.text.partition("=")[0]
            if self._reference.asks_for(left):
                place = self._place(passage, heading, passage.text, left)
                self._findings.places.append(replace(place, refusal=chain.refusal.sentence))
            else:
                self._unnamed(left)
            return
        for equation in chain.equations:
            self._equation(passage, heading, equation)

    def _equation(self, passage: Passage, heading: str, equation: Equation) -> None:
        first, *rest = equation.sides
        if first.relation not in BEGINS:
            if self._goes_on:
                self._extend(passage, equation, self._findings.places[-1].sides)
            return
        alone = not rest and not isinstance(first.reading.tree, Symbol | Number | Indexed)
        if self._goes_on and self._is_open():
            if alone:
                self._extend(passage, Equation(sides=(replace(first, relation="="),)), ())
                return
            if rest:
                self._findings.places.pop()
        if alone:
            self._unnamed("", first)
        if not rest:
            return
        answer = self._reference.asks_for(first.reading.text)
        self._goes_on = answer and not self._is_in_a_text(heading)
        if self._goes_on:
            left = first.reading.text
            place = self._place(passage, heading, equation.within(passage.text), left)
            self._findings.places.append(replace(place, sides=tuple(rest)))
        else:
            self._unnamed(first.reading.text, rest[-1])

    def _is_in_a_text(self, heading: str) -> bool:
        """Whether the passage belongs to a text, as one that compares Adam with SGD."""
        first = key_of_text(self._cell.source.lstrip().partition("\n")[0])
        return any(
            self._cell.answers in (one.id, one.name)
            or first in map(key_of_text, (one.name, *one.aliases))
            or _is_headed(heading, one)
            for one in self._texts
        )

    def _is_open(self) -> bool:
        """Whether the last place is `m_hat =` on a line of its own: the block below goes on."""
        sides = self._findings.places[-1].sides
        return len(sides) == 1 and not sides[0].reading.text

    def _extend(self, passage: Passage, equation: Equation, sides: tuple[Side, ...]) -> None:
        last = self._findings.places[-1]
        text = f"{last.text} {equation.within(passage.text)}"
        self._findings.places[-1] = replace(last, text=text, sides=(*sides, *equation.sides))

    def _place(self, passage: Passage, heading: str, text: str, left: str) -> Place:
        headed = self._labelled or _is_headed(heading, self._reference.question)
        support = TAGGED if self._tagged else HEADED if headed else ANYWHERE
        where = self._cell.where(passage.line)
        return Place(text=text.strip(), where=where, support=support, left=left)

    def _unnamed(self, left: str, side: Side | None = None) -> None:
        """Note a formula without the answer's name, unless it answers another question."""
        if self._elsewhere or any(one.asks_for(left) for one in self._others if left):
            return
        if self._cell not in self._findings.unnamed:
            self._findings.unnamed.append(self._cell)
        if side is None or side.reading.unknown or not side.reading.trees:
            return
        tree = side.reading.trees[0]
        if symbols(tree):
            self._findings.beside.append((left, tree))
            if len(self._findings.trees) < MOST_TREES:
                self._findings.trees.append(tree)


def _is_headed(heading: str, question: Question) -> bool:
    head = key_of_text(heading)
    if key_of_text(question.name) in head:
        return True
    part = key_of_text(question.part)
    return bool(part) and head.startswith(part) and not head[len(part) : len(part) + 1].isalnum()


def named(case: Case, reference: FormulaReference) -> Iterator[Cell]:
    """Yield the learner's prose cells that name the answer, or are tagged for it and not blank."""
    question = reference.question
    names = "|".join(re.escape(_bare(one)) for one in _telling(case, reference))
    pattern = re.compile(rf"(?<![\w\\])(?:{names})(?!\w)")
    for cell in prose.own_prose(case):
        text = _bare(cell.source)
        if cell.answers in (question.id, question.name):
            answered = not is_placeholder(prose.without_headings(pattern.sub("", text)))
        else:
            answered = pattern.search(text) is not None
        if answered:
            yield cell


def _telling(case: Case, reference: FormulaReference) -> Iterator[str]:
    """Yield the left sides that mean this question wherever they stand.

    Not so a letter alone, as `r` for a decay rate and a receptive field, and what is the name of
    another question.
    """
    others = {one.name for one in case.prepared.sheet.questions} - {reference.question.name}
    for one in reference.spellings:
        if one == reference.question.name or (len(key(one)) > 1 and one not in others):
            yield one


def _bare(text: str) -> str:
    return re.sub(r"[{}$`]", "", text)


def mentioned(case: Case, reference: FormulaReference) -> Iterator[Cell]:
    """Yield the learner's code cells with an answer in code or, perhaps, in a comment."""
    numbers = {one.cell for one in case.code.binding(reference.question.name)}
    wanted = [f"{key(one)}=" for one in _telling(case, reference)]
    for cell in case.submission.cells:
        if cell.kind == "code" and not case.prepared.is_from_starter(cell.source):
            comments = _comments(cell.source)
            named = any(one in key(comments) for one in wanted)
            if named or cell.number in numbers or prose.holds_formula(comments):
                yield cell


def _comments(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if line.lstrip().startswith("#"))
