"""What every function of an author's must have: a place, a docstring, names that are known."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, get_args

from grader.errors import AuthorError
from grader.grade import Policy
from grader.sheet import Invariant, Origin, Question, Reference
from grader.values import Value, ValueRefusedError, from_python


def origin(reference: Reference) -> Origin:
    """Return the file and line at which an author wrote a function."""
    code = reference.__code__
    return Origin(file=code.co_filename, line=code.co_firstlineno)


def docstring(reference: Reference) -> str:
    """Return what the learner reads; raises ``AuthorError`` where there is nothing."""
    text = inspect.getdoc(reference)
    if not text:
        raise AuthorError(
            f"{origin(reference)}: {reference.__name__} has no docstring; write what the learner "
            "shall read"
        )
    return text


def check_names(question: Question, what: str, names: Iterable[str], known: list[str]) -> None:
    """Raise ``AuthorError`` for the first of ``names`` that is not ``known``, with the nearest."""
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
            raise AuthorError(
                f"{question.origin}: {question.name} names the {what} {name!r}, which is not "
                f"there; {hint if known else 'there is none yet'}"
            )


def invariant(text: str, holds: Callable[..., bool | None], *, public: bool = True) -> Invariant:
    """Return a relation between own values; the parameters of ``holds`` name them.

    Raises ``AuthorError`` where it has no text, or ``holds`` takes no named parameters or any
    number of them.
    """
    place = origin(holds)
    if not text.strip():
        raise AuthorError(
            f"{place}: an invariant has no text; write the relation as learners know it"
        )
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(holds).parameters.values()
    if not parameters or any(one.kind not in plain for one in parameters):
        raise AuthorError(
            f"{place}: the invariant {text!r} has to name its values as parameters: "
            "lambda total, conv, fc: total == conv + fc"
        )
    names = tuple(one.name for one in parameters)
    return Invariant(text=text, names=names, holds=holds, origin=place, public=public)


def check_policy(place: str, policy: object) -> None:
    """Raise ``AuthorError`` where ``policy`` is not one of the words for ``show_expected=``."""
    known = get_args(Policy)
    if policy not in known:
        words = ", ".join(map(repr, known))
        raise AuthorError(f"{place} has show_expected={policy!r}; give one of {words}")


def plain_or_none(what: str, thing: Any) -> Value | None:
    """Return what the author gave as a value, None where nothing was given."""
    try:
        return None if thing is None else from_python(thing)
    except ValueRefusedError as problem:
        raise AuthorError(f"{what}: {problem}") from None
