"""How fast formulas are read (the tests' corpus, and what makes other readers hang) and decided."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.deciding import deciding, show_simplifying, simplifying
from grader.formula import SymbolTable, read
from tests.formula.huge import HUGE
from tests.formula.tables import TABLES

CORPUS = Path(__file__).parent.parent / "tests/formula/corpus"


def main(options: argparse.Namespace) -> int:
    """Print the figures."""
    print(f"load {os.getloadavg()[0]:.1f}; CPU time of one process, each the best of its rounds")
    figures = {
        "reading": _measured(list(_formulas()), options.rounds),
        "refusing": _measured([(text, TABLES["field"]) for text in HUGE.values()], options.rounds),
        "deciding": deciding(options.rounds),
    }
    for name, figure in figures.items():
        _show(name, figure)
    if options.peers:
        figures["sympy_antlr"] = _peer(options.rounds)
        figures["sympy_simplify"] = simplifying(options.rounds)
        show_simplifying(figures["sympy_simplify"])
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def _formulas() -> Iterator[tuple[str, SymbolTable]]:
    for file in sorted(CORPUS.glob("*.toml")):
        data = tomllib.loads(file.read_text("utf-8"))
        for entry in data.get("formulas", []):
            yield entry[0], TABLES[data["table"]]


def _measured(formulas: list[tuple[str, SymbolTable]], rounds: int) -> dict[str, Any]:
    """Seconds: the median and the longest, with what took longest."""
    times = [(_best(lambda: read(text, table), rounds), text) for text, table in formulas]  # noqa: B023
    longest, text = max(times)
    return {
        "formulas": len(times),
        "median": statistics.median(seconds for seconds, _ in times),
        "longest": longest,
        "longest_text": text[:60],
    }


def _best(work: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def _show(name: str, figure: dict[str, Any]) -> None:
    median, longest = figure["median"] * 1e3, figure["longest"] * 1e3
    rate = 1 / max(figure["median"], 1e-9)
    print(
        f"{name:10} {figure['formulas']:4} formulas: median {median:.3f} ms ({rate:,.0f}/s), ",
        end="",
    )
    print(f"longest {longest:.1f} ms: {figure['longest_text']!r}")


def _peer(rounds: int) -> dict[str, Any]:
    """SymPy's ANTLR reader on the formulas that it is the tests' second opinion for."""
    from sympy.parsing.latex import parse_latex

    from tests.formula.test_oracle import FORMULAS, TABLE

    theirs = statistics.median(_best(lambda: parse_latex(text), rounds) for text in FORMULAS)  # noqa: B023
    ours = statistics.median(_best(lambda: read(text, TABLE), rounds) for text in FORMULAS)  # noqa: B023
    print(
        f"next to SymPy's ANTLR reader, {len(FORMULAS)} formulas: median {ours * 1e3:.3f} ms "
        f"and {theirs * 1e3:.1f} ms, ratio {theirs / max(ours, 1e-9):.0f}"
    )
    return {"formulas": len(FORMULAS), "ours": ours, "theirs": theirs}
