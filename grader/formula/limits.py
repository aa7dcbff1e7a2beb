"""What is refused before it is read: limits, and the refusal that each of them ends in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from grader.language import say

MAXIMAL_CHARACTERS: Final = 20_000
MAXIMAL_TOKENS: Final = 2_000
MAXIMAL_NESTING: Final = 60
MAXIMAL_EXPONENT: Final = 64
MAXIMAL_DIGITS: Final = 64
MAXIMAL_READINGS: Final = 8
# Of all readings of one formula together, in signs and names: long formulas keep fewer.
MAXIMAL_WORK: Final = 4_000
MAXIMAL_GUESSES: Final = 10


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a formula was not read, and where."""

    sentence: str
    """One sentence for the person who wrote the formula."""
    start: int
    """Where the trouble begins in the text, in characters."""
    end: int
    """Where it ends."""


class RefusedError(Exception):
    """Raised while reading; never leaves this package."""

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.refusal = Refusal(sentence=sentence, start=start, end=end)


def shown(text: str, *, longest: int = 40) -> str:
    """`text` in quotes, shortened: what was written may be very long."""
    flat = " ".join(text.split())
    cut = flat if len(flat) <= longest else f"{flat[: longest - 1]}…"
    return say("“{text}”", text=cut)
