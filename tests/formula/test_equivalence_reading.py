"""From what a learner writes to a verdict: reading and deciding fit together."""

from __future__ import annotations

import pytest

from grader.formula import SymbolTable, Tree, read
from grader.formula.comparison import Comparison, Different, Equal, EqualUpTo
from grader.formula.domains import Domain, count, fraction, positive, real
from grader.formula.equivalence import compare
from tests.formula.tables import ADAM, CHAIN, FIELD

SMALL = Domain(low=0.01, high=0.5, both_signs=False)
ADAM_DOMAINS = {
    "beta": fraction(),
    "rho": fraction(),
    "alpha": SMALL,
    "epsilon": SMALL,
    "t": count(),
    "g": real(),
    **{f"{family}_*": real() for family in ("g", "m", "w", "m_hat")},
    **{f"{family}_*": positive() for family in ("v", "v_hat")},
}
CHAIN_DOMAINS = {"x": positive(low=1.2, high=6), "c": real()}
FIELD_DOMAINS = {
    "L": count(low=2, high=6),
    "l": count(low=2, high=6),
    "k_*": count(low=2, high=7),
    "s_*": count(low=2, high=4),
    "r_*": positive(),
    "jump_*": positive(),
}
DEFINITIONS = {"u": r"\frac{x^2}{\log x}"}

CHAIN_RULE = r"\frac{2x^3 (2\log x - 1)}{\log^3 x}"
M_HAT = r"\frac{m_t}{1 - \beta_1^t}"
UPDATE = r"w_t - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}"
CLOSED = r"1 + \sum_{i=1}^{L} (k_i - 1) \prod_{j=1}^{i-1} s_j"

PAIRS: list[tuple[SymbolTable, dict[str, Domain], str, str, type[Comparison]]] = [
    (
        CHAIN,
        CHAIN_DOMAINS,
        r"2u(x) \cdot (\frac{2x}{\ln x} - \frac{x}{\ln^2 x})",
        CHAIN_RULE,
        Equal,
    ),
    (CHAIN, CHAIN_DOMAINS, "2·x³·(2·log(x) − 1)/log(x)^3", CHAIN_RULE, Equal),
    (CHAIN, CHAIN_DOMAINS, "2·x³·(2·log(x) + 1)/log(x)^3", CHAIN_RULE, Different),
    (CHAIN, CHAIN_DOMAINS, r"\frac{2x^3 (2\lg x - 1)}{\lg^3 x}", CHAIN_RULE, Different),
    (ADAM, ADAM_DOMAINS, r"m^{t} / (1 - \beta^{t})", M_HAT, Equal),
    (ADAM, ADAM_DOMAINS, r"m^{t} / (1 - \beta)^{t}", M_HAT, Different),
    (ADAM, ADAM_DOMAINS, r"m_{t-1} / (1 - \beta^t)", M_HAT, Different),
    (
        ADAM,
        ADAM_DOMAINS,
        r"w_t - \eta \hat m_t (\sqrt{\hat v_t} + \varepsilon)^{-1}",
        UPDATE,
        Equal,
    ),
    (ADAM, ADAM_DOMAINS, r"w_t - \alpha\,\frac{\hat m_t}{\sqrt{\hat v_t}}", UPDATE, EqualUpTo),
    (
        ADAM,
        ADAM_DOMAINS,
        r"w_t - \frac{\alpha \hat m_t}{\sqrt{\hat v_t + \epsilon}}",
        UPDATE,
        EqualUpTo,
    ),
    (
        ADAM,
        ADAM_DOMAINS,
        r"w_t + \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}",
        UPDATE,
        Different,
    ),
    (ADAM, ADAM_DOMAINS, r"\frac{g_1}{\sqrt{g_1^2}}", r"\text{sign}(g_1)", Equal),
    (
        ADAM,
        ADAM_DOMAINS,
        r"\frac{g_1}{\lvert g_1\rvert + \epsilon}",
        r"\text{sign}(g_1)",
        EqualUpTo,
    ),
    (ADAM, ADAM_DOMAINS, r"\frac{g_1}{\sqrt{g_1^2}}", "1", Different),
    (FIELD, FIELD_DOMAINS, r"\sum_{l=1}^{L} (k_l - 1) \prod_{i=1}^{l-1} s_i + 1", CLOSED, Equal),
    (FIELD, FIELD_DOMAINS, r"1 + \sum_{l=1}^{L} (k_l - 1) \prod_{i=1}^{l} s_i", CLOSED, Different),
    (
        FIELD,
        FIELD_DOMAINS,
        r"r_{l-1} + (k_l - 1) \cdot jump_{l-1}",
        "r_{l-1}+k_l j_{l-1}-j_{l-1}",
        Equal,
    ),
    (FIELD, FIELD_DOMAINS, r"r_{l-1} + k_l \cdot jump_{l-1}", "r_{l-1}+(k_l-1) j_{l-1}", Different),
    (
        FIELD,
        FIELD_DOMAINS,
        r"r_{in} + (k - 1) \cdot j_{in}",
        r"r_{in} + k\, j_{in} - j_{in}",
        Equal,
    ),
]


def understood(text: str, table: SymbolTable) -> Tree:
    reading = read(text, table)
    assert reading.tree is not None, reading.refusal
    return reading.tree


@pytest.mark.parametrize(("table", "domains", "given", "expected", "verdict"), PAIRS)
def test_what_is_written_is_decided(
    table: SymbolTable,
    domains: dict[str, Domain],
    given: str,
    expected: str,
    verdict: type[Comparison],
) -> None:
    definitions = {
        name: understood(text, table) for name, text in DEFINITIONS.items() if table is CHAIN
    }
    found = compare(
        understood(given, table),
        understood(expected, table),
        {**domains, "k": count()} if table is FIELD else domains,
        seed=7,
        small=("epsilon",),
        definitions=definitions,
    )
    assert isinstance(found, verdict), found
