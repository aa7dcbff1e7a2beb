"""Which isolation there is: a value that the caller chooses once and passes to every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Isolation:
    """How student code is kept apart."""

    level: Literal["bubblewrap", "none"]
    how: str = ""
    """Path of the ``bwrap`` program; empty without a sandbox."""
    warm: bool = False
    """Whether submissions are forked from one interpreter that has imported everything."""
    why_cold: str = ""
    """What kept them from it, where it was wanted."""


NONE = Isolation(level="none")
