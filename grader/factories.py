"""The lower-case words of an author: credit, calls and claims, as data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from grader.authored import plain_or_none
from grader.errors import AuthorError
from grader.language import say
from grader.sheet import AuthoredCall, Calls, Claim, Credit


def whole() -> Credit:
    """All points or none."""
    return Credit.WHOLE


def per_entry() -> Credit:
    """Points in equal parts for each right entry of a dict, list or array."""
    return Credit.PER_ENTRY


def per_call() -> Credit:
    """Points in equal parts for each call of a function that agrees."""
    return Credit.PER_CALL


def call(
    *args: Any,
    public: bool = False,
    otherwise: AuthoredCall | None = None,
    gives: Any = None,
    example: Any = None,
    **kwargs: Any,
) -> AuthoredCall:
    """One call of a learner's function; ``public`` ones are made by the learner's check too.

    ``otherwise`` is the same call in another form that is as legitimate: it is made where the
    learner's function raises on the first. The reference sees the first form only.

    ``gives`` is the result where the statement itself says it; the call is public then.
    ``example`` is a result of the right form whose numbers say nothing: learners get the call and
    are told whether theirs has that form.
    """
    return AuthoredCall(
        args=args,
        kwargs=kwargs,
        public=public or gives is not None,
        otherwise=otherwise,
        gives=plain_or_none("call(gives=…)", gives),
        example=plain_or_none("call(example=…)", example),
    )


def fixed(*calls: AuthoredCall) -> Calls:
    """Calls that are the same in every run; join with ``drawn`` by ``+``."""
    return Calls(fixed=calls)


def drawn(draw: Callable[[np.random.Generator], Iterable[AuthoredCall]]) -> Calls:
    """Calls drawn from the seed that a run records: the same for all learners of that run."""
    return Calls(drawn=(draw,))


def claim(text: str, pattern: str) -> Claim:
    """A statement to look for in a free text; a hit is a suggestion and earns nothing."""
    try:
        re.compile(pattern)
    except re.error as problem:
        raise AuthorError(
            say(
                "claim {text!r}: pattern {pattern!r} is not a regex: {problem}",
                text=text,
                pattern=pattern,
                problem=problem,
            )
        ) from None
    return Claim(text=text, pattern=pattern)
