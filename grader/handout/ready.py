"""What is looked at in a hand-in to find its answers, with nothing expected of them.

It is apart from ``blank`` because marking, which it makes this for, is long in loading: a file
runs meanwhile.
"""

from __future__ import annotations

from typing import Final

from grader.checks import Exact
from grader.formula import Symbol, declare
from grader.handout.public import PublicSheet
from grader.marking import Prepared, derivations, normalised
from grader.marking.formulas import FormulaReference
from grader.marking.references import ValueReference
from grader.sheet import Question, Sheet

_UNKNOWN: Final = Symbol("?")
"""Stands where a formula is not known: it is of a formula's kind, and never compared."""


def prepared(public: PublicSheet, blank: Sheet) -> Prepared:
    """Return what is looked at to find answers: names and spellings, with nothing expected."""
    prose = (cell.source for cell in public.starter if cell.kind == "markdown")
    values = (question for question in blank.questions if question.kind == "value")
    formulas = (question for question in blank.questions if question.kind == "formula")
    return Prepared(
        sheet=blank,
        seed=blank.seed,
        values={one.name: _value(one) for one in values},
        functions={},
        formulas={one.name: _formula(one, seed=blank.seed) for one in formulas},
        written=derivations.ready(blank, seed=blank.seed),
        boilerplate=frozenset(map(normalised, prose)),
    )


def _value(question: Question) -> ValueReference:
    return ValueReference(question=question, check=Exact(), upstream={}, expected=None)


def _formula(question: Question, *, seed: int) -> FormulaReference:
    assert question.terms is not None
    terms = question.terms
    return FormulaReference(
        question=question,
        terms=terms,
        table=declare(*terms.symbols, log=terms.log, series=terms.series),
        text="",
        expected=_UNKNOWN,
        seed=seed,
    )
