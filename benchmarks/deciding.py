"""How fast it is decided whether formulas are equal: the tests' pairs, and SymPy's `simplify`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from grader.formula import Tree, symbols
from grader.formula.equivalence import compare
from tests.formula.test_equivalence_table import DOMAINS, PAIRS, VERDICTS, Pair
from tests.formula.written import tree, value


def deciding(rounds: int) -> dict[str, Any]:
    """Return CPU seconds for each pair of the table, the median and the longest; best of rounds."""
    times = []
    for pair in PAIRS:
        given, expected = tree(pair.given), tree(pair.expected)
        seconds = _best(lambda: _compare(given, expected, pair), rounds)  # noqa: B023
        times.append((seconds, f"{pair.given} ~ {pair.expected}"))
    longest, text = max(times)
    return {
        "formulas": len(times),
        "median": statistics.median(seconds for seconds, _ in times),
        "longest": longest,
        "longest_text": text[:60],
    }


def simplifying(rounds: int) -> dict[str, Any]:
    """Return what the measured pairs take here and with SymPy, and how often each is right."""
    pairs = [pair for pair in PAIRS if pair.table]
    ours = [_best(lambda: pair.compare(seed=1), rounds) for pair in pairs]  # noqa: B023
    theirs = [_best(lambda: _simplified_to_zero(pair), rounds) for pair in pairs]  # noqa: B023
    return {
        "formulas": len(pairs),
        "ours": statistics.median(ours),
        "theirs": statistics.median(theirs),
        "ours_right": sum(isinstance(p.compare(seed=1), VERDICTS[p.verdict]) for p in pairs),
        "theirs_right": sum(_simplified_to_zero(p) == (p.verdict == "equal") for p in pairs),
    }


def show_simplifying(figure: dict[str, Any]) -> None:
    """Print the comparison with SymPy."""
    ours, theirs = figure["ours"] * 1e3, figure["theirs"] * 1e3
    print(
        f"next to SymPy's simplify, {figure['formulas']} pairs: median {ours:.1f} ms and "
        f"{theirs:.0f} ms, ratio {theirs / max(ours, 1e-6):.0f}; "
        f"right {figure['ours_right']} and {figure['theirs_right']}"
    )


def _compare(given: Tree, expected: Tree, pair: Pair) -> None:
    compare(given, expected, DOMAINS, seed=1, small=pair.small)


def _simplified_to_zero(pair: Pair) -> bool:
    """Ask SymPy, which is told which symbols are real and which positive, with an empty cache."""
    sympy: Any = import_module("sympy")
    import_module("sympy.core.cache").clear_cache()
    formulas = tree(pair.given), tree(pair.expected)
    domains = {name: DOMAINS[name] for formula in formulas for name in symbols(formula)}
    point = {
        member: sympy.Symbol(member, real=True, positive=None if domain.both_signs else True)
        for name, domain in domains.items()
        for member in ([f"{name[:-1]}{index}" for index in (1, 2)] if "*" in name else [name])
    }
    given, expected = (value(formula, point) for formula in formulas)
    return bool(sympy.simplify(given - expected) == 0)


def _best(work: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best
