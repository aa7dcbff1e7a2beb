"""Points at which two formulas are compared: drawn from a seed, laid out to cover the regions.

Formulas differ where ``abs``, ``sign``, ``max`` or a root changes its branch. So points are not
only random: within a design, every pair of symbols meets in all combinations of signs, and of
the lower and the upper half of their domains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Literal

from grader.formula.domains import Domain

Layout = Literal["halves", "corners", "free"]
"""``halves`` and ``corners`` (close to the ends) are designs, ``free`` is random throughout."""

CORNER = 0.01
"""How close to the end of its domain, as a share of it, a value in a corner is."""
MAX_DESIGN = 64
"""Most points of a design; beyond, further symbols take what is random."""


class Design:
    """Which half, and which sign, each symbol takes at each point of a design.

    Column c of point p is the parity of the bits that c and p share: for columns from 1 to
    ``size`` - 1, any two take all four combinations equally often (a Hadamard matrix), and any
    three of those with an odd number of bits all eight. These are used first, for the signs.
    """

    def __init__(self, domains: Mapping[str, Domain], *, least: int) -> None:
        signed = [name for name in sorted(domains) if len(domains[name].signs) > 1]
        wanted = len(signed) + len(domains)
        self.size = min(max(_power_of_two(least), _power_of_two(wanted + 1)), MAX_DESIGN)
        """How many points the design has."""
        columns = sorted(range(1, self.size), key=lambda column: column.bit_count() % 2 == 0)
        self._signs = dict(zip(signed, columns, strict=False))
        self._halves = dict(zip(sorted(domains), columns[len(self._signs) :], strict=False))

    def sides(self, name: str, point: int) -> tuple[int, int] | None:
        """Return (upper half?, negative?) of a symbol, or None if it has no columns."""
        if name not in self._halves:
            return None
        half, sign = self._halves[name], self._signs.get(name, 0)
        return (half & point).bit_count() % 2, (sign & point).bit_count() % 2


class Point(Mapping[str, float]):
    """Numbers for all symbols and members of families, drawn when they are asked for.

    The same seed, layout and number give the same values, whatever is asked for first.
    """

    def __init__(
        self,
        domains: Mapping[str, Domain],
        design: Design,
        *,
        seed: int,
        layout: Layout,
        number: int,
        fixed: Mapping[str, float] | None = None,
    ) -> None:
        self._domains = domains
        self._design = design
        self._draw = f"{seed}/{layout}/{number}"
        self._layout = layout
        self._number = number ^ _random(str(seed))[0] % design.size
        self.drawn: dict[str, float] = dict(fixed or {})
        """What has been asked for so far, and what was fixed from the start."""

    def __getitem__(self, name: str) -> float:
        if name not in self.drawn:
            if name not in self:
                raise KeyError(name)
            self.drawn[name] = self._value(name, self._domains[domain_name(name, self._domains)])
        return self.drawn[name]

    def __contains__(self, name: object) -> bool:
        return name in self.drawn or bool(domain_name(str(name), self._domains))

    def __iter__(self) -> Iterator[str]:
        return iter(self.drawn)

    def __len__(self) -> int:
        return len(self.drawn)

    def _value(self, name: str, domain: Domain) -> float:
        first, second = _random(f"{self._draw}/{name}")
        share = (first + 0.5) / 2**64
        sides = None if self._layout == "free" else self._design.sides(name, self._number)
        upper, negative = sides or (0, second % 2)
        if self._layout == "corners":
            share = 1 - CORNER * share if upper or (not sides and first % 2) else CORNER * share
        elif sides:
            share = (upper + share) / 2
        return domain.at(share, negative=bool(negative))


def domain_name(name: str, domains: Mapping[str, Domain]) -> str:
    """Return the name whose domain ``name`` has, its own or its family's; empty if none."""
    if name in domains:
        return name
    bases = (name[:end] + "_*" for end in range(len(name) - 1, 0, -1) if name[end] == "_")
    return next((family for family in bases if family in domains), "")


def _random(text: str) -> tuple[int, int]:
    drawn = blake2b(text.encode(), digest_size=16).digest()
    return int.from_bytes(drawn[:8], "big"), int.from_bytes(drawn[8:], "big")


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()
