"""Random texts for the reader: pieces of real mathematics, glued together, cut and broken.

python -m tests.formula.fuzz -n 100000 --seed 1
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from grader.formula import Reading, SymbolTable, from_json, read, read_chain, read_python, to_json
from grader.formula.limits import MAXIMAL_TOKENS
from grader.formula.render import to_mathml, to_text
from tests.formula.tables import TABLES

CORPUS = Path(__file__).parent / "corpus"
PIECES = [
    *(Path(__file__).parent / "pieces.txt").read_text("utf-8").split(),
    *(" ", "\n", "\t", "\0", "  "),
]
LONGEST = 5.0
MARKS = "\\{}()[]|^_$&#%,.;:=+-*/ 0123456789abcxyzβε∂√"


def seeds() -> list[str]:
    texts = []
    for file in sorted(CORPUS.glob("*.toml")):
        data = tomllib.loads(file.read_text("utf-8"))
        texts += [entry[0] for entry in data.get("formulas", [])]
        texts += [chain["text"] for chain in data.get("chain", [])]
    return texts


def texts(count: int, seed: int) -> Iterator[str]:
    rng = random.Random(seed)
    known = seeds()
    ways = (_glued, _mutated, _joined, _marks, _repeated)
    for _ in range(count):
        yield rng.choice(ways)(rng, known)


def _glued(rng: random.Random, known: list[str]) -> str:
    between = rng.choice(["", " "])
    return between.join(rng.choice(PIECES) for _ in range(rng.randint(1, 25)))


def _mutated(rng: random.Random, known: list[str]) -> str:
    text = rng.choice(known)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(text) + 1)
        cut = rng.randint(0, 3)
        text = (
            text[:at] + rng.choice(["", rng.choice(MARKS), rng.choice(PIECES)]) + text[at + cut :]
        )
    return text


def _joined(rng: random.Random, known: list[str]) -> str:
    return rng.choice(["", " ", "=", "+", r"\\", ", "]).join(rng.sample(known, rng.randint(2, 5)))


def _marks(rng: random.Random, known: list[str]) -> str:
    return "".join(rng.choice(MARKS) for _ in range(rng.randint(1, 40)))


def _repeated(rng: random.Random, known: list[str]) -> str:
    piece = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 4)))
    return piece * rng.choice([5, 60, 61, 200, MAXIMAL_TOKENS])


def look(text: str, table: SymbolTable) -> Counter[str]:
    """Reads `text` in all ways and checks what must always hold."""
    chain = read_chain(text, table)
    if chain.refusal is not None:
        assert chain.refusal.sentence, text
    readings = [read(text, table), read_python(text, table)]
    readings += [side.reading for side in chain.sides]
    for reading in readings:
        check(reading, text)
    return Counter("refused" if reading.refusal else "read" for reading in readings)


def check(reading: Reading, text: str) -> None:
    assert (reading.refusal is None) == bool(reading.alternatives), text
    for place in (reading, reading.refusal, *reading.remarks):
        assert place is None or 0 <= place.start <= place.end <= len(text), text
    if reading.refusal is not None:
        assert reading.refusal.sentence, text
    for tree in reading.trees[:1]:
        assert from_json(to_json(tree)) == tree, text
        assert to_text(tree), text
        assert to_mathml(tree), text


class HangsError(Exception):
    """Reading one text took more CPU time than any text may."""


def _hangs(*_: object) -> None:
    raise HangsError(f"no end after {LONGEST} s of CPU time")


def main() -> int:
    """Prints how many texts were read and refused, and the slowest; fails with the text."""
    signal.signal(signal.SIGPROF, _hangs)
    parser = argparse.ArgumentParser(description="Random texts for the formula reader.")
    parser.add_argument("-n", type=int, default=100_000, help="how many texts")
    parser.add_argument("--seed", type=int, default=1, help="which texts")
    options = parser.parse_args()
    tables, counts, slowest = list(TABLES.values()), Counter[str](), (0.0, "")
    for number, text in enumerate(texts(options.n, options.seed)):
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            counts += look(text, tables[number % len(tables)])
        except BaseException:
            print(f"text {number}: {text!r}", file=sys.stderr)
            raise
        slowest = max(slowest, (time.process_time() - start, text))
    signal.setitimer(signal.ITIMER_PROF, 0)
    print(f"{options.n} texts: {dict(counts)}; slowest {slowest[0]:.3f} s CPU: {slowest[1][:80]!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
