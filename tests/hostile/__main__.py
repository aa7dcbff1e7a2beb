"""Plays all attacks and prints the table: ``python -m tests.hostile [--way WAY] [WORDS]``.

Exits with 1 if any attack is not contained. ``WORDS`` choose attacks by name or category.
"""

from __future__ import annotations

import argparse
import sys

from tests.hostile.arena import WAYS, Outcome, arena
from tests.hostile.attacks.catalogue import CATALOGUE


def main() -> int:
    options = _options()
    words = " ".join(options.words)
    chosen = [
        each
        for each in CATALOGUE
        if words in f"{each.category}: {each.name}"
        and each.promised(options.way)
        and options.category in ("", each.category)
        and (each.everyday or not options.everyday)
    ]
    width = max((len(each.name) for each in chosen), default=0)
    with arena(WAYS[options.way]()) as made:
        outcomes = []
        for attack in chosen:
            outcomes.append(made.play(attack))
            _show(outcomes[-1], width)
    escaped = sum(bool(each.faults) for each in outcomes)
    seconds = sum(each.seconds for each in outcomes)
    print(f"{len(outcomes)} attacks, {escaped} not contained, {seconds:.0f} s ({options.way})")
    return 1 if escaped or not outcomes else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--way", choices=sorted(WAYS), default="cold")
    parser.add_argument("--everyday", action="store_true", help="only a part of each category")
    parser.add_argument("--category", default="", help="only those of one category")
    parser.add_argument("words", nargs="*", help="part of a category and name")
    return parser.parse_args()


def _show(outcome: Outcome, width: int) -> None:
    attack = outcome.attack
    word = "NOT CONTAINED" if outcome.faults else "contained"
    line = f"{attack.category:18} {attack.name:{width}}  {word:13}  {outcome.status:14}"
    print(f"{line} {outcome.seconds:6.2f} s", flush=True)
    for fault in outcome.faults:
        print(f"{'':18} {fault}")


if __name__ == "__main__":
    sys.exit(main())
