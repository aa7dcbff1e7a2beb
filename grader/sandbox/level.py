"""Which isolation there is: a value that the caller chooses once and passes to every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Isolation:
    """How student code is kept apart."""

    level: Literal["strict", "reduced", "none"]
    """``strict``: namespaces, Landlock and a filter on system calls; ``reduced``: the latter two,
    and no other process may be started; ``none``: a plain process."""
    how: str = ""
    """Path of the ``bwrap`` program; empty where the level needs none."""
    warm: bool = False
    """Whether submissions are forked from one interpreter that has imported everything."""
    sample: tuple[str, ...] = ()
    """Cells of nobody's answers, the starter's: what they import, the interpreter imports."""
    why_cold: str = ""
    """What kept them from it, where it was wanted."""


NONE = Isolation(level="none")
REDUCED = Isolation(level="reduced")
