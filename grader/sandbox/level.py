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


NONE = Isolation(level="none")
