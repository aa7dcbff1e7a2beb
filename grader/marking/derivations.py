"""What an author declares about calculations on paper, read once: names, and left sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from grader.errors import AuthorError
from grader.formula import SymbolTable, Tree, declare, read, substitute
from grader.language import say
from grader.marking.lefts import key as formula_key
from grader.marking.printed import key_of_text
from grader.sheet import Derivation, Question, Sheet, Terms

NOTHING_DECLARED = Derivation(terms=Terms(symbols=()))
"""Of questions whose answers are found by the words left of them alone."""

LONG_ENOUGH = 4
"""Letters of an alias that is looked for in prose; a shorter one, as `r`, may mean anything."""


def label(text: str) -> str:
    r"""Return a left side as it is compared: `# total params`, `total\_params` are one."""
    return key_of_text(formula_key(text))


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A declared calculation, ready for reading."""

    derivation: Derivation
    table: SymbolTable
    quantities: Mapping[str, Tree]
    """Each named quantity's formula, over symbols that are none themselves."""
    seed: int

    def naming(self, spellings: Mapping[str, str]) -> SymbolTable:
        """Return the table with a learner's own spellings of named quantities."""
        return _table(self.derivation.terms, spellings)


@dataclass(frozen=True, kw_only=True)
class Lefts:
    """What may stand left of one number."""

    labels: frozenset[str]
    trees: frozenset[Tree]

    def match(self, text: str, trees: Iterable[Tree]) -> bool:
        """Return whether a left side, as written and as read, is one of them."""
        return label(text) in self.labels or any(tree in self.trees for tree in trees)


@dataclass(frozen=True, kw_only=True)
class WrittenReference:
    """Where the answer to one value question may stand on paper."""

    question: Question
    paper: Paper
    lefts: Mapping[str, Lefts]
    """By entry of a dict; of a single value under the empty name."""
    way: Mapping[Tree, Tree] = field(default_factory=dict)
    """Of a formula: what is right for equations on the way to it, by their left sides."""


def ready(sheet: Sheet, *, seed: int) -> dict[str, WrittenReference]:
    """Return where to look for each value question, by name.

    Raises:
        AuthorError: a quantity's formula is not read, or names two things alike.
    """
    papers: dict[int, Paper] = {}
    found = {}
    for question in sheet.questions:
        if question.kind == "value" or question.way:
            derivation = question.derivation or NOTHING_DECLARED
            if id(derivation) not in papers:
                papers[id(derivation)] = _paper(derivation, question, seed=seed)
            paper = papers[id(derivation)]
            lefts = {entry: _lefts(question, entry, paper) for entry in _entries(question)}
            found[question.name] = WrittenReference(
                question=question, paper=paper, lefts=lefts, way=dict(_way(question, paper))
            )
    return found


def _way(question: Question, paper: Paper) -> Iterator[tuple[Tree, Tree]]:
    for left, text in question.way.items():
        trees = []
        for one in (left, text):
            reading = read(one, paper.table)
            if reading.tree is None or reading.unknown or len(reading.trees) > 1:
                raise AuthorError(
                    say(
                        "{place}: {formula} on the way to {question} is not read in one way over "
                        "the names of its chain; declare them with chain=, or write brackets",
                        place=question.origin,
                        formula=repr(one),
                        question=question.name,
                    )
                )
            trees.append(reading.tree)
        yield trees[0], trees[1]


def _paper(derivation: Derivation, question: Question, *, seed: int) -> Paper:
    table = _table(derivation.terms, {})
    quantities: dict[str, Tree] = {}
    for name, text in derivation.quantities.items():
        reading = read(text, table)
        if reading.tree is None or reading.unknown:
            why = reading.refusal.sentence if reading.refusal else reading.remarks[0].sentence
            raise AuthorError(
                say(
                    "{place}: the quantity {name} of its chain, {formula}, is not read: {reason}",
                    place=question.origin,
                    name=repr(name),
                    formula=repr(text),
                    reason=why,
                )
            )
        quantities[name] = substitute(reading.tree, quantities)
    return Paper(derivation=derivation, table=table, quantities=quantities, seed=seed)


def _table(terms: Terms, spellings: Mapping[str, str]) -> SymbolTable:
    symbols = (
        replace(one, spellings=(*one.spellings, *_for(one.name, spellings)))
        for one in terms.symbols
    )
    return declare(*symbols, log=terms.log, series=terms.series)


def _for(name: str, spellings: Mapping[str, str]) -> Iterator[str]:
    return (spelling for spelling, quantity in spellings.items() if quantity == name)


def _entries(question: Question) -> tuple[str, ...]:
    return tuple(question.written) or ("",)


def _lefts(question: Question, entry: str, paper: Paper) -> Lefts:
    aliases = (one for one in question.aliases if len(one) >= LONG_ENOUGH)
    names = (entry,) if entry else (question.name, *aliases)
    spellings = (*question.written.get(entry, ()), *names)
    readings = [read(one, paper.table) for one in spellings]
    trees = (one.tree for one in readings if one.tree is not None and not one.unknown)
    return Lefts(labels=frozenset(map(label, spellings)), trees=frozenset(trees))
