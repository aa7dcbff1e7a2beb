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
from grader.marking import lefts, references
from grader.marking.lefts import key
from grader.marking.plain import shortened, shown
from grader.marking.references import Mistakes, require
from grader.sheet import Accepted, Question, Reference, Sheet, Sides, Terms

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
                        f"{reference.question.origin}: {written!r} is the left side of "
                        f"{reference.question.id} and of {other.question.id}; keep one of them"
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
            f"{question.origin}: the formula {question.name} has the parameter "
            f"{question.depends[0]!r}; name its symbols in symbols= instead"
        )
    try:
        table = lefts.table(terms, question.name)
    except AuthorError as problem:
        raise AuthorError(f"{question.origin}: {question.name}: {problem}") from None
    _check_domains(question, terms)
    text = _text(question, question.reference, "the reference", question.origin)
    reference = FormulaReference(
        question=question,
        terms=terms,
        table=table,
        text=text,
        expected=_tree(text, table, f"{question.origin}: the reference of {question.id}"),
        seed=seed,
        definitions=_definitions(question, table),
    )
    if proofread:
        _check_itself(reference, reference.expected, f"{question.origin}: the reference")
        _check_form(reference)
        _check_variants(reference)
    return reference


def _check_domains(question: Question, terms: Terms) -> None:
    names = [one.name for one in terms.symbols]
    wrong = [name for name in terms.domains if not _among(name, names)]
    check_names(question, "domain", wrong, names)
    check_names(question, "small parameter", terms.small, list(terms.domains))
    check_names(question, "definition", terms.definitions, names)


def _definitions(question: Question, table: SymbolTable) -> dict[str, Tree]:
    assert question.terms is not None
    what = f"{question.origin}: the definition of {{}} for {question.id}"
    return {
        name: _tree(text, table, what.format(name))
        for name, text in question.terms.definitions.items()
    }


def _among(name: str, names: Iterable[str]) -> bool:
    return any(name == one or name.startswith(f"{one}_") for one in names)


def _text(question: Question, function: Reference, what: str, place: object) -> str:
    result = references.apply(function, {})
    require(result, what=what, question=question, place=place)
    if not isinstance(result, str) or not result.strip():
        raise AuthorError(
            f"{place}: {what} of {question.id} gives {shown(result)}; return a formula as text"
        )
    return result


def _tree(text: str, table: SymbolTable, what: str) -> Tree:
    """Read an author's formula; it has one meaning, and every name in it is declared."""
    reading = read(text, table)
    shown_text = shortened(text)
    if reading.refusal is not None or reading.tree is None:
        why = reading.refusal.sentence if reading.refusal else "there is no formula"
        raise AuthorError(f"{what}, {shown_text!r}, is not read: {why}; write it otherwise")
    for remark in reading.remarks:
        if remark.concern is Concern.UNKNOWN:
            raise AuthorError(
                f"{what}, {shown_text!r}: {remark.sentence}; declare it in symbols= or correct it"
            )
        if remark.concern is Concern.AMBIGUOUS:
            raise AuthorError(f"{what}, {shown_text!r}, has {remark.sentence}; write brackets")
    return reading.tree


def _check_itself(reference: FormulaReference, tree: Tree, what: str) -> None:
    outcome = reference.compared(tree, tree, exactly=True)
    if isinstance(outcome, Undecided):
        raise AuthorError(
            f"{what} of {reference.question.id} cannot be compared: {outcome.reason} "
            "Give domains= in which it has values"
        )


def _check_form(reference: FormulaReference) -> None:
    for sentence in reference.unmet(reference.expected):
        raise AuthorError(
            f"{reference.question.origin}: the reference of {reference.question.id}, "
            f"{shortened(reference.text)!r}, has not the form that it asks for: {sentence}"
        )


def _check_variants(reference: FormulaReference) -> None:
    question = reference.question
    for variant in question.accepted:
        what = f"the accepted variant {variant.name!r}"
        text = _text(question, variant.reference, what, variant.origin)
        tree = _tree(text, reference.table, f"{variant.origin}: {what} of {question.id}")
        _check_itself(reference, tree, f"{variant.origin}: {what}")
        check_names(question, "left side", variant.left, list(reference.terms.answer))
        for right in variant.beside.right if variant.beside else ():
            _tree(right, reference.table, f"{variant.origin}: what stands beside {variant.name!r}")
    for mistake in question.misconceptions:
        what = f"the misconception {mistake.name!r}"
        text = _text(question, mistake.reference, what, mistake.origin)
        tree = _tree(text, reference.table, f"{mistake.origin}: {what} of {question.id}")
        outcome = reference.compared(tree, reference.expected)
        if not isinstance(outcome, Different):
            right = outcome.reason if isinstance(outcome, Undecided) else "it counts as right."
            raise AuthorError(
                f"{mistake.origin}: {what}, {shortened(text)!r}, is not told from the reference "
                f"of {question.id}, {shortened(reference.text)!r}: {right} "
                "Correct the misconception or the domains"
            )


def agrees(
    reference: FormulaReference, given: Tree, expected: Tree | None, *, exactly: bool = True
) -> bool:
    """Return whether two formulas are equal, unless told otherwise with nothing taken as zero."""
    if expected is None:
        return False
    outcome = reference.compared(given, expected, exactly=exactly)
    return isinstance(outcome, Equal | EqualUpTo)
