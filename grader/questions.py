"""What an author adds to a question: misconceptions, accepted variants, parameters and calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from grader.authored import check_names, docstring, origin, several
from grader.errors import AuthorError
from grader.grade import phrase
from grader.language import decimal, say
from grader.probe import Argument
from grader.sheet import Accepted, Beside, Misconception, Question, Reference
from grader.values import ValueRefusedError, from_python


class QuestionBuilder:
    """A question to which misconceptions and accepted variants are added."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def misconception(
        self, *, points: float, switches: Mapping[str, Any] | None = None, about: str = ""
    ) -> Callable[[Reference], Reference]:
        """Add a mistake; its docstring is the feedback.

        Its body is the reference with that mistake, or, with ``switches``, the docstring alone:
        then the question's own reference is called with these keyword-only arguments, and the
        mistake combines with others whose switches are different ones.
        """
        return partial(self._add_misconception, points=points, switches=switches, about=about)

    def accepts(self, reference: Reference) -> Reference:
        """Add a legitimate variant: full marks, named in the report by its docstring."""
        return self._add_variant(reference, left=())

    def accepts_below(self, *left: str) -> Callable[[Reference], Reference]:
        """Add a variant of a formula that is right with one of these left sides alone."""
        return partial(self._add_variant, left=left)

    def accepts_beside(
        self, left: Sequence[str], right: Sequence[str]
    ) -> Callable[[Reference], Reference]:
        """Add a variant of a formula that rests on another equation, with its right sides.

        Where that equation stands in the Markdown otherwise, a person decides.
        """
        beside = Beside(left=several(left), right=several(right))
        return partial(self._add_variant, left=(), beside=beside)

    def _add_variant(
        self, reference: Reference, *, left: tuple[str, ...], beside: Beside | None = None
    ) -> Reference:
        variant = Accepted(
            name=self._new_name(reference),
            description=docstring(reference),
            reference=reference,
            origin=origin(reference),
            left=left,
            beside=beside,
        )
        self.question = replace(self.question, accepted=(*self.question.accepted, variant))
        return reference

    def _add_misconception(
        self,
        reference: Reference,
        *,
        points: float,
        switches: Mapping[str, Any] | None,
        about: str,
    ) -> Reference:
        name, place = self._new_name(reference), origin(reference)
        if not 0 <= points < self.question.points:
            raise AuthorError(
                say(
                    "{place}: misconception {name!r} earns points={points!r} of "
                    "{full}; a mistake earns from 0 up to less than full marks",
                    place=place,
                    name=name,
                    points=points,
                    full=decimal(f"{self.question.points:g}"),
                )
            )
        if switches:
            known = _switches(self.question.reference)
            check_names(replace(self.question, origin=place), say("switch"), switches, known)
        mistake = Misconception(
            name=name,
            feedback=docstring(reference),
            points=points,
            reference=partial(self.question.reference, **switches) if switches else reference,
            switches=dict(switches or {}),
            about=about,
            label=phrase(name),
            origin=place,
        )
        known_mistakes = (*self.question.misconceptions, mistake)
        self.question = replace(self.question, misconceptions=known_mistakes)
        return reference

    def _new_name(self, reference: Reference) -> str:
        taken = {mistake.name for mistake in self.question.misconceptions}
        taken |= {variant.name for variant in self.question.accepted}
        if reference.__name__ in taken:
            raise AuthorError(
                say(
                    "{place}: {name!r} is there twice for question {question!r}; give one "
                    "another name",
                    place=origin(reference),
                    name=reference.__name__,
                    question=self.question.name,
                )
            )
        return reference.__name__


def _switches(reference: Reference) -> list[str]:
    parameters = inspect.signature(reference).parameters.values()
    return [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]


def with_parameters(
    question: Question, spellings: Mapping[str, Sequence[str]], asked: list[str]
) -> Question:
    """Return ``question`` with what its reference's parameters are: dependencies or arguments.

    ``asked`` are the questions before it. Raises ``AuthorError`` where a name is not known, or a
    call does not fit.
    """
    parameters = inspect.signature(question.reference).parameters.values()
    positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    names = [p.name for p in positional]
    if question.kind != "function":
        check_names(question, say("dependency"), names, asked)
        return replace(question, depends=tuple(names))
    check_names(question, say("spelling for parameter"), spellings, names)
    arguments = tuple(
        Argument(
            name=p.name,
            spellings=tuple(spellings.get(p.name, ())),
            default=None if p.default is p.empty else _plain(question, p.name, p.default),
        )
        for p in positional
    )
    _check_calls(question, names)
    return replace(question, arguments=arguments)


def _plain(question: Question, name: str, thing: Any) -> Any:
    try:
        return from_python(thing)
    except ValueRefusedError as problem:
        raise AuthorError(
            say(
                "{origin}: parameter {name!r}: {problem}",
                origin=question.origin,
                name=name,
                problem=problem,
            )
        ) from None


def _check_calls(question: Question, names: list[str]) -> None:
    if not (question.calls.fixed or question.calls.drawn):
        raise AuthorError(
            say(
                "{origin}: {name} makes no call; give calls=fixed(…)",
                origin=question.origin,
                name=question.name,
            )
        )
    for one in question.calls.fixed:
        check_names(question, say("argument"), one.kwargs, names)
        try:
            inspect.signature(question.reference).bind(*one.args, **one.kwargs)
        except TypeError as problem:
            raise AuthorError(
                say(
                    "{origin}: call{arguments} does not fit {name}: {problem}",
                    origin=question.origin,
                    arguments=one.args,
                    name=question.name,
                    problem=problem,
                )
            ) from None
