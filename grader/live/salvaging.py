"""Definitions of inputs that failed, run alone as at grading, beside the learner's own names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.sandbox.inside import salvage
from grader.submission import Cell


@dataclass(frozen=True, kw_only=True)
class Salvaged:
    """What the definitions of one failed input gave for a name."""

    cell: int
    thing: Any


def label(number: int) -> str:
    """Return the made-up file name under which an input's definitions are run."""
    return f"<definitions of input {number}>"


def run(
    cells: Sequence[Cell], failed: Collection[int], missing: set[str], namespace: Mapping[str, Any]
) -> dict[str, Salvaged]:
    """Return what definitions of failed inputs bind of the missing names, the last input first.

    The last: an earlier one is most often the same cell before it was changed. Nothing is bound
    in ``namespace``; what runs sees a copy of it.
    """
    found: dict[str, Salvaged] = {}
    for cell in reversed(cells):
        wanted = missing - found.keys()
        if cell.kind == "code" and cell.number in failed and wanted:
            things = salvage.beside(cell.source, label(cell.number), namespace, wanted)
            found |= {name: Salvaged(cell=cell.number, thing=one) for name, one in things.items()}
    return found
