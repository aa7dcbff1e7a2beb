"""The references of formula questions, read once, and what only their author can mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from grader.authored import check_names
from grader.errors import AuthorError
from grader.formula import Indexed, Symbol, SymbolTable, Tree, read, symbols
from grader.formula.comparison import Comparison, Different, Equal, EqualUpTo, Undecided
from grader.formula.domains import real
from grader.formula.equivalence import compare
from grader.formula.form import unmet
from grader.formula.result import Concern
from grader.language import message, say
from grader.marking import lefts, references
from grader.marking.lefts import key
from grader.marking.plain import shortened, shown
from grader.marking.references import Mistakes, require
from grader.sheet import Accepted, Misconception, Question, Reference, Sheet, Sides, Terms

BAD = {
    Concern.UNKNOWN: message("{what}, {formula}: {remark}; declare it in symbols= or correct it"),
    Concern.AMBIGUOUS: message("{what}, {formula}, has {remark}; write brackets"),
}
"""What may not be remarked of an author's formula."""
LONGEST_KEPT = 300
"""Characters of a left side that is remembered."""
MOST_KEPT = 2_000
"""Left sides that are remembered for one question."""


@dataclass(frozen=True, kw_only=True)
class FormulaReference:
    """One formula question with its formulas as trees."""

    question: Question
    terms: Terms
    table: SymbolTable
    text: str
    """The reference as its author wrote it."""
    expected: Tree
    seed: int
    definitions: dict[str, Tree] = field(default_factory=dict)
    """What symbols stand for."""
    memo: dict[str, Tree | None] = field(default_factory=dict, repr=False, compare=False)
    asked: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)
    """Left sides that were looked at before: each question looks at those of all others."""

    @property
    def spellings(self) -> tuple[str, ...]:
        """How the left side may be written, the spelling that a learner is told first."""
        plain = tuple(one for one in self.terms.answer if "*" not in one)
        return (*plain, self.question.name)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The spellings of the left side, as left sides are compared by text."""
        return frozenset(map(key, self.spellings))

    @cached_property
    def lefts(self) -> frozenset[Tree]:
        """The left sides that are expressions in declared names."""
        return lefts.trees(self.terms.answer, self.table, self.question.name)

    def asks_for(self, left: str) -> bool:
        """Return whether ``left`` is the name, or an expression, that stands left of an answer.

        A member of a family counts with a plain index, as in `m_t`; `m_1` is a special case, as
        is what holds at one place only.
        """
        if key(left) in self.keys:
            return True
        if len(left) > LONGEST_KEPT:
            return self._asks_for(left)
        known = self.asked.get(left)
        if known is None:
            if len(self.asked) >= MOST_KEPT:
                self.asked.clear()
            known = self.asked[left] = self._asks_for(left)
        return known

    def _asks_for(self, left: str) -> bool:
        reading = read(left, self.table)
        if reading.at:
            return False
        if not self.lefts.isdisjoint(reading.trees):
            return True
        trees = reading.trees
        return any(map(self._is_name, trees)) and not any(map(_is_special, trees))

    def stands_below(self, variant: Accepted, left: str) -> bool:
        """Return whether a variant may be the right side of an equation with this left one."""
        if not variant.left or key(left) in map(key, variant.left):
            return True
        wanted = lefts.trees(variant.left, self.table, self.question.name)
        return not wanted.isdisjoint(read(left, self.table).trees)

    def beside(self, variant: Accepted, left: str) -> tuple[Tree, ...]:
        """Return what has to stand right of ``left`` beside a variant; nothing if anything may."""
        beside = variant.beside
        if beside is None or key(left) not in map(key, beside.left):
            return ()
        return tuple(tree for one in beside.right for tree in read(one, self.table).trees)

    def compared(self, given: Tree, expected: Tree, *, exactly: bool = False) -> Comparison:
        """Compare two formulas at the points of this run's seed, with the definitions put in."""
        small = () if exactly else self.terms.small
        return compare(
            given,
            expected,
            self.terms.domains,
            seed=self.seed,
            small=small,
            definitions=self.definitions,
        )

    def put_in(self, given: Tree) -> tuple[str, ...]:
        """Return which names have to be replaced by what they stand for, to be as expected.

        Without their definitions all of them may be any number.
        """
        domains = {**dict.fromkeys(self.definitions, real()), **self.terms.domains}
        used = (symbols(given) | symbols(self.expected)) & self.definitions.keys()
        if not used or isinstance(compare(given, self.expected, domains, seed=self.seed), Equal):
            return ()
        return tuple(sorted(used))

    def unmet(self, formula: Tree) -> tuple[str, ...]:
        """Return one sentence for each form that ``formula`` does not have."""
        return unmet(self.terms.form, formula, left=Symbol(self.question.name))

    def with_mistakes(self, mistakes: Mistakes) -> Tree | None:
        """Return the formula with ``mistakes``; None where they do not go together."""
        name = references.name(mistakes)
        if name not in self.memo:
            text = references.evaluate(self.question, mistakes, {})
            self.memo[name] = read(text, self.table).tree if isinstance(text, str) else None
        return self.memo[name]

    def accepted(self, variant: Accepted) -> Tree | None:
        """Return the formula of an accepted variant."""
        text = references.apply(variant.reference, {})
        return read(text, self.table).tree if isinstance(text, str) else None

    def _is_name(self, tree: Tree) -> bool:
        name = self.question.name
        plain = isinstance(tree, Symbol) and tree.name == name
        return plain or (isinstance(tree, Indexed) and tree.base == name)


def _is_special(tree: Tree) -> bool:
    return isinstance(tree, Indexed) and not isinstance(tree.index, Symbol)


def ready(sheet: Sheet, *, seed: int, proofread: bool = True) -> dict[str, FormulaReference]:
    """Return the formula questions of ``sheet`` by name.

    Without ``proofread`` references and variants are not compared with each other.

    Raises ``AuthorError`` where a formula is not read, or is not told from another one.
    """
    found = {
        q.name: _ready(q, seed=seed, proofread=proofread)
        for q in sheet.questions
        if q.kind == "formula"
    }
    taken: dict[tuple[str, Sides], FormulaReference] = {}
    for reference in found.values():
        for written in reference.spellings:
            for sides in _overlapping(reference.terms.sides):
                other = taken.get((key(written), sides), reference)
                if other is not reference:
                    raise AuthorError(
                        say(
                            "{place}: {left} is the left side of {one} and of {other}; keep one "
                            "of them",
                            place=reference.question.origin,
                            left=repr(written),
                            one=reference.question.id,
                            other=other.question.id,
                        )
                    )
            taken[key(written), reference.terms.sides] = reference
    return found


def _overlapping(sides: Sides) -> tuple[Sides, ...]:
    """Return which sides of another question with the same left side would be answers to both."""
    return ("all", "with_partials", "without_partials") if sides == "all" else ("all", sides)


def _ready(question: Question, *, seed: int, proofread: bool) -> FormulaReference:
    assert question.terms is not None
    terms = question.terms
    if question.depends:
        raise AuthorError(
            say(
                "{place}: the formula {name} has the parameter {parameter}; name its symbols in "
                "symbols= instead",
                place=question.origin,
                name=question.name,
                parameter=repr(question.depends[0]),
            )
        )
    try:
        table = lefts.table(terms, question.name)
    except AuthorError as problem:
        raise AuthorError(f"{question.origin}: {question.name}: {problem}") from None
    _check_domains(question, terms)
    what = say("the reference")
    text = _text(question, question.reference, what, question.origin)
    reference = FormulaReference(
        question=question,
        terms=terms,
        table=table,
        text=text,
        expected=_tree(text, table, _located(question.origin, what, question)),
        seed=seed,
        definitions=_definitions(question, table),
    )
    if proofread:
        _check_itself(reference, reference.expected, what, question.origin)
        _check_form(reference)
        _check_variants(reference)
    return reference


def _check_domains(question: Question, terms: Terms) -> None:
    names = [one.name for one in terms.symbols]
    wrong = [name for name in terms.domains if not _among(name, names)]
    check_names(question, say("domain"), wrong, names)
    check_names(question, say("small parameter"), terms.small, list(terms.domains))
    check_names(question, say("definition"), terms.definitions, names)


def _definitions(question: Question, table: SymbolTable) -> dict[str, Tree]:
    assert question.terms is not None
    return {
        name: _tree(text, table, _definition(question, name))
        for name, text in question.terms.definitions.items()
    }


def _definition(question: Question, name: str) -> str:
    return say(
        "{place}: the definition of {name} for {question}",
        place=question.origin,
        name=name,
        question=question.id,
    )


def _located(place: object, what: str, question: Question) -> str:
    return say("{place}: {what} of {question}", place=place, what=what, question=question.id)


def _among(name: str, names: Iterable[str]) -> bool:
    return any(name == one or name.startswith(f"{one}_") for one in names)


def _text(question: Question, function: Reference, what: str, place: object) -> str:
    result = references.apply(function, {})
    require(result, what=what, question=question, place=place)
    if not isinstance(result, str) or not result.strip():
        raise AuthorError(
            say(
                "{what} gives {result}; return a formula as text",
                what=_located(place, what, question),
                result=shown(result),
            )
        )
    return result


def _tree(text: str, table: SymbolTable, what: str) -> Tree:
    """Read an author's formula; it has one meaning, and every name in it is declared."""
    reading = read(text, table)
    formula = repr(shortened(text))
    if reading.refusal is not None or reading.tree is None:
        why = reading.refusal.sentence if reading.refusal else say("there is no formula")
        raise AuthorError(
            say(
                "{what}, {formula}, is not read: {reason}; write it otherwise",
                what=what,
                formula=formula,
                reason=why,
            )
        )
    for remark in reading.remarks:
        if remark.concern in BAD:
            raise AuthorError(
                say(BAD[remark.concern], what=what, formula=formula, remark=remark.sentence)
            )
    return reading.tree


def _check_itself(reference: FormulaReference, tree: Tree, what: str, place: object) -> None:
    outcome = reference.compared(tree, tree, exactly=True)
    if isinstance(outcome, Undecided):
        raise AuthorError(
            say(
                "{what} cannot be compared: {reason} Give domains= in which it has values",
                what=_located(place, what, reference.question),
                reason=outcome.reason,
            )
        )


def _check_form(reference: FormulaReference) -> None:
    for sentence in reference.unmet(reference.expected):
        raise AuthorError(
            say(
                "{what}, {formula}, has not the form that it asks for: {sentence}",
                what=_located(reference.question.origin, say("the reference"), reference.question),
                formula=repr(shortened(reference.text)),
                sentence=sentence,
            )
        )


def _check_variants(reference: FormulaReference) -> None:
    question = reference.question
    for variant in question.accepted:
        what = say("the accepted variant {name}", name=repr(variant.name))
        text = _text(question, variant.reference, what, variant.origin)
        tree = _tree(text, reference.table, _located(variant.origin, what, question))
        _check_itself(reference, tree, what, variant.origin)
        check_names(question, say("left side"), variant.left, list(reference.terms.answer))
        for right in variant.beside.right if variant.beside else ():
            beside = say(
                "{place}: what stands beside {name}",
                place=variant.origin,
                name=repr(variant.name),
            )
            _tree(right, reference.table, beside)
    for mistake in question.misconceptions:
        _check_mistake(reference, mistake)


def _check_mistake(reference: FormulaReference, mistake: Misconception) -> None:
    question = reference.question
    what = say("the misconception {name}", name=repr(mistake.name))
    text = _text(question, mistake.reference, what, mistake.origin)
    tree = _tree(text, reference.table, _located(mistake.origin, what, question))
    outcome = reference.compared(tree, reference.expected)
    if isinstance(outcome, Different):
        return
    counts = say("it counts as right.")
    why = outcome.reason if isinstance(outcome, Undecided) else counts
    raise AuthorError(
        say(
            "{place}: {what}, {formula}, is not told from the reference of {question}, "
            "{expected}: {reason} Correct the misconception or the domains",
            place=mistake.origin,
            what=what,
            formula=repr(shortened(text)),
            question=question.id,
            expected=repr(shortened(reference.text)),
            reason=why,
        )
    )


def agrees(
    reference: FormulaReference, given: Tree, expected: Tree | None, *, exactly: bool = True
) -> bool:
    """Return whether two formulas are equal, unless told otherwise with nothing taken as zero."""
    if expected is None:
        return False
    outcome = reference.compared(given, expected, exactly=exactly)
    return isinstance(outcome, Equal | EqualUpTo)
