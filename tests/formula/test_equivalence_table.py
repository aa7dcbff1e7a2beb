"""Every pair of equivalences.toml is decided as it says, and SymPy's numbers agree."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from grader.formula.comparison import Comparison, Different, Equal, EqualUpTo, Undecided
from grader.formula.domains import Domain
from grader.formula.equivalence import compare
from tests.formula.written import exactly, floating, numeric, tree, value

TABLE: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("equivalences.toml").read_text(encoding="utf-8")
)
DOMAINS = {name: Domain(**settings) for name, settings in TABLE["domains"].items()}
VERDICTS: dict[str, type[Comparison]] = {
    "equal": Equal,
    "up_to_small": EqualUpTo,
    "different": Different,
    "undecided": Undecided,
}


class Pair(NamedTuple):
    given: str
    expected: str
    verdict: str
    small: tuple[str, ...] = ()
    table: bool = False

    def compare(self, *, seed: int) -> Comparison:
        return compare(tree(self.given), tree(self.expected), DOMAINS, seed=seed, small=self.small)


def pairs() -> Iterator[Pair]:
    for case in TABLE["case"]:
        for verdict in VERDICTS:
            for given in case.get(verdict, ()):
                yield Pair(
                    given,
                    case["expected"],
                    verdict,
                    tuple(case.get("small", ())),
                    case.get("table", False),
                )


PAIRS = list(pairs())
DECIDED = [pair for pair in PAIRS if pair.verdict != "undecided"]


def shown(pair: Pair) -> str:
    return f"{pair.given} ~ {pair.expected}"


def test_the_table_holds_the_measured_pairs_and_many_more() -> None:
    assert sum(pair.table for pair in PAIRS) == 9
    assert len(PAIRS) >= 109
    assert {case["about"] for case in TABLE["case"]} and len(set(PAIRS)) == len(PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=shown)
def test_every_pair_is_decided_right(pair: Pair) -> None:
    for seed in (0, 1, 20_240_731):
        verdict = pair.compare(seed=seed)
        assert isinstance(verdict, VERDICTS[pair.verdict]), verdict


def point(random: Random, small: dict[str, float]) -> dict[str, Any]:
    """A number for every name: drawn here, so that only the domains are shared."""
    labels = [str(index) for index in range(12)] + ["inner", "outer"]
    drawn = {
        member: draw(random, domain)
        for name, domain in DOMAINS.items()
        for member in ([name[:-1] + each for each in labels] if name[-1] == "*" else [name])
    }
    return {**drawn, **{name: floating(number, 120) for name, number in small.items()}}


def draw(random: Random, domain: Domain) -> Any:
    sign = random.choice([1, -1]) if domain.both_signs else 1
    if domain.integer:
        return exactly(sign * random.randint(int(domain.low), int(domain.high)))
    return floating(sign * random.uniform(domain.low, domain.high), 120)


def real(number: Any) -> Any:
    """As a real number of 120 digits, or None."""
    number = numeric(number, 120)
    return number if number.is_real and number.is_finite else None


def apart(pair: Pair, at: dict[str, Any]) -> bool | None:
    """Whether SymPy's values differ at a point; None if the expected one is not real."""
    expected, given = (real(value(tree(text), at)) for text in (pair.expected, pair.given))
    if expected is None or given is None:
        return None
    return bool(abs(expected - given) > 1e-18 * max(abs(expected), abs(given), 1e-60))


@pytest.mark.parametrize("pair", DECIDED, ids=shown)
def test_sympy_finds_the_same_at_points_of_its_own(pair: Pair) -> None:
    random = Random(shown(pair))
    found = (apart(pair, point(random, {})) for _ in range(6 if pair.verdict == "equal" else 300))
    known = (differ for differ in found if differ is not None)
    assert any(known) == (pair.verdict != "equal")


@pytest.mark.parametrize(
    "pair", [pair for pair in PAIRS if pair.verdict == "up_to_small"], ids=shown
)
def test_sympy_finds_them_equal_without_the_small_parameters(pair: Pair) -> None:
    verdict = pair.compare(seed=5)
    assert isinstance(verdict, EqualUpTo)
    random = Random(shown(pair))
    found = [apart(pair, point(random, dict.fromkeys(verdict.small, 0.0))) for _ in range(8)]
    assert not any(found) and found != [None] * 8


@pytest.mark.parametrize(
    "pair", [pair for pair in PAIRS if pair.verdict in ("different", "up_to_small")], ids=shown
)
def test_the_counterexample_holds_in_sympy(pair: Pair) -> None:
    verdict = pair.compare(seed=2)
    assert isinstance(verdict, Different | EqualUpTo)
    example = verdict.counterexample
    at = {
        name: exactly(number) if isinstance(number, int) else floating(number, 60)
        for name, number in example.point
    }
    for text, number in ((pair.given, example.given), (pair.expected, example.expected)):
        assert float(numeric(value(tree(text), at), 30)) == pytest.approx(number, rel=1e-12)
