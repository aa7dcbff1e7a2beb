"""Who is spoken to in which language: a class in its usual one, a learner in one of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.language import IN_ENGLISH, Language
from grader.lms.found import names_of
from grader.submission import Identity


@dataclass(frozen=True)
class Audience:
    """The languages of a class; by default everybody is spoken to in English."""

    usual: Language = IN_ENGLISH
    """Of the overview, and of every report that no learner has another language for."""
    learners: Mapping[str, Language] = field(default_factory=dict)
    """By what a hand-in is called, such as ``participant-101`` or ``ada``."""

    def of(self, name: str, identity: Identity | None) -> Language:
        """Return the language of a hand-in; of a team's members the first that has its own."""
        names = (name, *names_of(identity))
        return next((self.learners[one] for one in names if one in self.learners), self.usual)

    def known(self, code: str) -> Language:
        """Return the language with this code that somebody here is spoken to in."""
        return next(one for one in (self.usual, *self.learners.values()) if one.code == code)


ALL_ENGLISH = Audience()
