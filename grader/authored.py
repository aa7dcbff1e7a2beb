"""What every function of an author's must have: a place, a docstring, names that are known."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from difflib import get_close_matches

from grader.errors import AuthorError
from grader.sheet import Origin, Question, Reference


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
