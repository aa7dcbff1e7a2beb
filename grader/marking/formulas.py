"""The references of formula questions, read once, and what only their author can mend."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from grader.authored import check_names
from grader.errors import AuthorError
from grader.formula import Indexed, Symbol, SymbolTable, Tree, read
from grader.formula.comparison import Comparison, Different, Equal, Undecided
from grader.formula.equivalence import compare
from grader.formula.form import unmet
from grader.formula.result import Concern
from grader.marking import references
from grader.marking.plain import shortened, shown
from grader.marking.references import Mistakes, require
from grader.sheet import Accepted, Question, Reference, Sheet, Terms

_LOOKS = re.compile(r"\\(?:text|mathrm|mathit|mathbf|operatorname)(?![a-zA-Z])|[\s${}`*]")


def key(name: str) -> str:
    r"""Return a name as left sides are compared: `m\_hat`, `\text{m_hat}` and `m_hat` are one."""
    return _LOOKS.sub("", name).replace("\\_", "_")


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
    memo: dict[str, Tree | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def spellings(self) -> tuple[str, ...]:
        """How the left side may be written, the spelling that a learner is told first."""
        plain = tuple(one for one in self.terms.answer if "*" not in one)
        return (*plain, self.question.name)

    def asks_for(self, left: str) -> bool:
        """Return whether ``left`` is the name that stands left of an answer.

        A member of a family counts with a plain index, as in `m_t`; `m_1` is a special case.
        """
        if key(left) in map(key, self.spellings):
            return True
        trees = read(left, self.table).trees
        return any(map(self._is_name, trees)) and not any(map(_is_special, trees))

    def compared(self, given: Tree, expected: Tree, *, exactly: bool = False) -> Comparison:
        """Compare two formulas at the points of this run's seed."""
        small = () if exactly else self.terms.small
        return compare(given, expected, self.terms.domains, seed=self.seed, small=small)

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


def ready(sheet: Sheet, *, seed: int) -> dict[str, FormulaReference]:
    """Return the formula questions of ``sheet`` by name.

    Raises ``AuthorError`` where a formula is not read, or is not told from another one.
    """
    found = {q.name: _ready(q, seed=seed) for q in sheet.questions if q.kind == "formula"}
    taken: dict[str, str] = {}
    for reference in found.values():
        for written in reference.spellings:
            other = taken.setdefault(key(written), reference.question.id)
            if other != reference.question.id:
                raise AuthorError(
                    f"{reference.question.origin}: {written!r} is the left side of "
                    f"{reference.question.id} and of {other}; keep one of them"
                )
    return found


def _ready(question: Question, *, seed: int) -> FormulaReference:
    assert question.terms is not None
    terms = question.terms
    if question.depends:
        raise AuthorError(
            f"{question.origin}: the formula {question.name} has the parameter "
            f"{question.depends[0]!r}; name its symbols in symbols= instead"
        )
    try:
        table = terms.table(question.name)
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
    )
    _check_itself(reference, reference.expected, f"{question.origin}: the reference")
    _check_form(reference)
    _check_variants(reference)
    return reference


def _check_domains(question: Question, terms: Terms) -> None:
    names = [one.name for one in terms.symbols]
    wrong = [name for name in terms.domains if not _among(name, names)]
    check_names(question, "domain", wrong, names)
    check_names(question, "small parameter", terms.small, list(terms.domains))


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


def agrees(reference: FormulaReference, given: Tree, expected: Tree | None) -> bool:
    """Return whether two formulas are equal, with no parameter taken as zero."""
    if expected is None:
        return False
    return isinstance(reference.compared(given, expected, exactly=True), Equal)
