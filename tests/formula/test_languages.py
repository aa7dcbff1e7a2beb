"""What is read and found out is the same in each language, and numbers look as it writes them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader import language
from grader.formula import Apply, Number, Power, Sum, Symbol, read, shown_text, to_mathml, to_text
from grader.formula.comparison import Counterexample
from grader.language import speaking
from tests.formula.test_arithmetic import OUTCOMES, TABLE, judged
from tests.languages import BRACKETED, is_said

CALLS = ["c(3) = 7", "a(x) = 42 = 43", "c(x) + 1 = 2"]
"""What may be a call or a product."""
READ = [
    "c(3)",
    "a^2x",
    "1/2x",
    "x2",
    "3 5",
    "\\int x",
    "q + x",
    "(x",
    "x^{100}",
    "a_1[2]",
    "1,792 x",
]


@pytest.mark.parametrize("text", [*OUTCOMES, *CALLS])
def test_a_step_is_judged_alike_in_each_language(text: str) -> None:
    english = judged(text)
    for other in (BRACKETED, language.language("de")):
        with speaking(other):
            steps = judged(text)
        assert [one.outcome for one in steps] == [one.outcome for one in english]
        assert [bool(one.remark) for one in steps] == [bool(one.remark) for one in english]
    with speaking(BRACKETED):
        sentences = [text for one in judged(text) for text in (one.sentence, one.remark)]
    assert all(is_said(one, None) for one in sentences)


@pytest.mark.parametrize("text", READ)
def test_a_formula_is_read_alike_in_each_language(text: str) -> None:
    english = read(text, TABLE)
    with speaking(BRACKETED):
        other = read(text, TABLE)
    assert other.trees == english.trees
    assert other.unknown == english.unknown
    assert [one.concern for one in other.remarks] == [one.concern for one in english.remarks]
    assert (other.refusal is None) is (english.refusal is None)
    told = [one.sentence for one in other.remarks]
    told += [other.refusal.sentence] if other.refusal else []
    told += [because for one in other.alternatives for because in one.because]
    assert all(is_said(one, None) for one in told)


FORMULA = Sum(
    (
        Number(Fraction(7, 2)),
        Apply("max", (Symbol("x"), Power(Symbol("y"), Number(Fraction(1, 4))))),
    )
)


def test_numbers_of_a_formula_look_as_the_language_writes_them() -> None:
    assert shown_text(FORMULA) == to_text(FORMULA) == "3.5 + max(x, y**0.25)"
    assert "<mn>3.5</mn>" in to_mathml(FORMULA) and "<mo>,</mo>" in to_mathml(FORMULA)
    with speaking(language.language("de")):
        assert shown_text(FORMULA) == "3,5 + max(x; y**0,25)"
        assert to_text(FORMULA) == "3.5 + max(x, y**0.25)"
        assert "<mn>3,5</mn>" in to_mathml(FORMULA) and "<mo>;</mo>" in to_mathml(FORMULA)


def test_a_counterexample_is_told_in_the_language() -> None:
    example = Counterexample((("beta", 0.5), ("t", 3.0)), 0.125, 0.875)
    assert example.sentence == "At beta = 0.5, t = 3 the value is 0.125, not 0.875."
    with speaking(language.language("de")):
        assert example.sentence == "Bei beta = 0,5; t = 3 ist der Wert 0,125, nicht 0,875."
        assert example.at == (("beta", "0,5"), ("t", "3"))
