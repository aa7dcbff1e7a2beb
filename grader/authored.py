"""What every function of an author's must have: a place, a docstring, names that are known."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from grader.errors import AuthorError
from grader.grade import Policy
from grader.language import say
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
            say(
                "{place}: {name} has no docstring; write what the learner shall read",
                place=origin(reference),
                name=reference.__name__,
            )
        )
    return text


def check_names(question: Question, what: str, names: Iterable[str], known: list[str]) -> None:
    """Raise ``AuthorError`` for the first of ``names`` that is not ``known``, with the nearest."""
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = (
                say("did you mean {name!r}?", name=close[0])
                if close
                else say("known are {names}", names=", ".join(known))
            )
            raise AuthorError(
                say(
                    "{origin}: {name} names the {what} {other!r}, which is not there; {hint}",
                    origin=question.origin,
                    name=question.name,
                    what=what,
                    other=name,
                    hint=hint if known else say("there is none yet"),
                )
            )


def invariant(text: str, holds: Callable[..., bool | None], *, public: bool = True) -> Invariant:
    """Return a relation between own values; the parameters of ``holds`` name them.

    Raises ``AuthorError`` where it has no text, or ``holds`` takes no named parameters or any
    number of them.
    """
    place = origin(holds)
    if not text.strip():
        raise AuthorError(
            say(
                "{place}: an invariant has no text; write the relation as learners know it",
                place=place,
            )
        )
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(holds).parameters.values()
    if not parameters or any(one.kind not in plain for one in parameters):
        raise AuthorError(
            say(
                "{place}: the invariant {text!r} has to name its values as parameters: lambda "
                "total, conv, fc: total == conv + fc",
                place=place,
                text=text,
            )
        )
    names = tuple(one.name for one in parameters)
    return Invariant(text=text, names=names, holds=holds, origin=place, public=public)


def check_invariants(invariants: Iterable[Invariant], questions: Iterable[Question]) -> None:
    """Raise ``AuthorError`` for the first name of an invariant that it cannot speak of.

    It speaks of value questions, and of functions with a call that learners know.
    """
    questions = tuple(questions)
    called = {q.name for q in questions if any(call.handed_out for call in q.calls.fixed)}
    values = [q.name for q in questions if q.kind == "value" or q.name in called]
    known = say("there are {names}", names=", ".join(values)) if values else say("there is none")
    for one in invariants:
        for name in one.names:
            if name not in values:
                raise AuthorError(
                    say(
                        "{origin}: the invariant {text!r} names {name!r}, which is no value "
                        "question of this task, and no function with a public or example call; "
                        "{known}",
                        origin=one.origin,
                        text=one.text,
                        name=name,
                        known=known,
                    )
                )


def check_new(place: Origin, name: str, points: float, asked: Iterable[str]) -> None:
    """Raise ``AuthorError`` where a question is there already, or its points are none."""
    if name in asked:
        raise AuthorError(
            say(
                "{place}: question {name!r} is there twice; give one another name",
                place=place,
                name=name,
            )
        )
    if not 0 <= points < float("inf"):
        raise AuthorError(
            say(
                "{place}: {name} has points={points!r}; give 0 or more",
                place=place,
                name=name,
                points=points,
            )
        )


def check_policy(place: str, policy: object) -> None:
    """Raise ``AuthorError`` where ``policy`` is not one of the words for ``show_expected=``."""
    known = get_args(Policy)
    if policy not in known:
        words = ", ".join(map(repr, known))
        raise AuthorError(
            say(
                "{place} has show_expected={policy!r}; give one of {words}",
                place=place,
                policy=policy,
                words=words,
            )
        )


def plain_or_none(what: str, thing: Any) -> Value | None:
    """Return what the author gave as a value, None where nothing was given."""
    try:
        return None if thing is None else from_python(thing)
    except ValueRefusedError as problem:
        raise AuthorError(f"{what}: {problem}") from None


def several(names: Sequence[str]) -> tuple[str, ...]:
    """Return ``names`` as a tuple; a single text is one name, not its letters."""
    return (names,) if isinstance(names, str) else tuple(names)


def written(
    answer: Sequence[str] | Mapping[str, Sequence[str]],
) -> dict[str, tuple[str, ...]]:
    """Return the left sides by entry; those of a single value have the empty name."""
    if isinstance(answer, Mapping):
        return {entry: several(spellings) for entry, spellings in answer.items()}
    return {"": several(answer)} if answer else {}
