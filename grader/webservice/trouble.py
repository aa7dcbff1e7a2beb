"""What may go wrong between us and a platform: for a moment, for one learner, or altogether."""

from __future__ import annotations

from grader.errors import UsageError


class Passing(Exception):
    """It may work in a moment; whether the platform has done what it was told is not known."""

    def __init__(self, reason: str, *, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        """One sentence for a person."""
        self.after = after
        """Seconds that the platform asks to wait; None where it names none."""


class Refused(Exception):
    """The platform says no to one learner's grade; trying again changes nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """One sentence for a person."""


class Closed(UsageError):
    """The platform says no to everything, as for a token that is not valid."""
