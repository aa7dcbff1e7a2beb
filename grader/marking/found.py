"""What was found for one value question: the answer that counts, and everything beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.marking import rounding
from grader.marking.evidence import Candidate
from grader.marking.plain import plain
from grader.marking.upstream import Upstream


@dataclass(frozen=True, kw_only=True)
class Found:
    """The evidence for one question: what was chosen, and everything else that was seen."""

    question: str
    chosen: Candidate
    groups: tuple[tuple[Candidate, ...], ...]
    upstream: Upstream

    @property
    def half_unit(self) -> Fraction | None:
        """Half a unit of the last digit of a number on paper; None of all else."""
        return self.chosen.half_unit if self.chosen.kind == "written" else None

    def on_paper(self) -> Iterator[rounding.Written]:
        """Yield the number on paper that counts, in all its readings."""
        for reading in self.chosen.readings:
            paper = rounding.written(plain(reading), self.half_unit)
            if paper is not None:
                yield paper
