"""What an author writes: decorators on an explicit ``Task``.

The function's name is the name that the learner defines, its docstring is what the learner
reads, its body is the reference, its parameters are dependencies (of a value) or the contract
(of a function), and its keyword-only parameters are switches that misconceptions turn::

    task = Task("VGG16 parameters", number=3)

    @task.value(points=2, check=exact())
    def conv_params(*, kernel_area=vgg.area):
        \"\"\"Parameters of the 13 convolutions, biases included.\"\"\"
        return sum(vgg.conv_parameters(kernel_area=kernel_area))

    @conv_params.misconception(points=1, switches={"kernel_area": vgg.side})
    def kernel_side_for_area():
        \"\"\"Each filter has 3·3 weights per input channel, not 3.\"\"\"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from grader.authored import (
    check_invariants,
    check_names,
    check_new,
    check_policy,
    docstring,
    invariant,
    origin,
    plain_or_none,
    several,
    written,
)
from grader.checks import Check
from grader.errors import AuthorError
from grader.factories import call, claim, drawn, fixed, per_call, per_entry, whole
from grader.formula import Declared
from grader.formula.domains import Domain
from grader.formula.form import Form
from grader.formula.symbols import Logarithm
from grader.grade import Kind, Policy
from grader.language import decimal, say
from grader.picture import Plan
from grader.pictured import check_plan
from grader.questions import QuestionBuilder, with_parameters
from grader.sheet import (
    Calls,
    Claim,
    Credit,
    Derivation,
    Invariant,
    Question,
    Reference,
    Sides,
    TaskSheet,
    Terms,
)

__all__ = [
    "Task",
    "call",
    "claim",
    "drawn",
    "fixed",
    "per_call",
    "per_entry",
    "whole",
]


class Task:
    """One task of a sheet, to which questions are added in order."""

    def __init__(
        self,
        title: str,
        *,
        number: int = 0,
        points: float | None = None,
        intro: str = "",
        parts: Mapping[str, str] | None = None,
    ) -> None:
        """``number`` orders tasks as on paper; ``points``, if given, must be their sum.

        ``intro`` and ``parts``, a heading for each part, stand in the starter.
        """
        self.title = title
        self.number = number
        self.points = points
        self.intro = intro
        self.parts = dict(parts or {})
        self.builders: list[QuestionBuilder] = []
        self.invariants: list[Invariant] = []
        self.same: list[tuple[str, str]] = []
        self.pictures: list[Plan] = []

    def value(
        self,
        *,
        points: float,
        check: Check,
        credit: Credit = Credit.WHOLE,
        part: str = "",
        aliases: Sequence[str] = (),
        forbids: Sequence[str] = (),
        requires: Sequence[str] = (),
        steps: Sequence[str] = (),
        instead: Sequence[str] = (),
        public: bool = False,
        hints: Sequence[str] = (),
        show_expected: Policy = "never",
        chain: Derivation | None = None,
        answer: Sequence[str] | Mapping[str, Sequence[str]] = (),
        example: Any = None,
    ) -> Callable[[Reference], QuestionBuilder]:
        """Ask for a value; positional parameters of the reference are earlier questions.

        ``answer`` spells what may stand left of it on paper, of a dict by entry; ``chain``
        declares the names in these. ``example`` is an answer of the right form, whose numbers
        say nothing: the learner's own check compares the form with it.
        """
        return partial(
            self._add,
            kind="value",
            points=points,
            check=check,
            credit=credit,
            part=part,
            aliases=tuple(aliases),
            forbids=tuple(forbids),
            requires=tuple(requires),
            steps=tuple(steps),
            instead=several(instead),
            public=public,
            hints=hints,
            show_expected=show_expected,
            derivation=chain,
            written=written(answer),
            example=plain_or_none("example=", example),
        )

    def function(
        self,
        *,
        points: float,
        calls: Calls,
        check: Check,
        credit: Credit = Credit.WHOLE,
        part: str = "",
        aliases: Sequence[str] = (),
        spellings: Mapping[str, Sequence[str]] | None = None,
        forbids: Sequence[str] = (),
        requires: Sequence[str] = (),
        instead: Sequence[str] = (),
        public: bool = False,
        hints: Sequence[str] = (),
        show_expected: Policy = "never",
    ) -> Callable[[Reference], QuestionBuilder]:
        """Ask for a function; ``spellings`` are other parameter names to accept for each one."""
        return partial(
            self._add,
            kind="function",
            points=points,
            check=check,
            calls=calls,
            credit=credit,
            part=part,
            aliases=tuple(aliases),
            spellings=spellings or {},
            forbids=tuple(forbids),
            requires=tuple(requires),
            instead=several(instead),
            public=public,
            hints=hints,
            show_expected=show_expected,
        )

    def text(
        self,
        *,
        points: float,
        claims: Sequence[Claim] = (),
        part: str = "",
        aliases: Sequence[str] = (),
        hints: Sequence[str] = (),
    ) -> Callable[[Reference], QuestionBuilder]:
        """Ask for a free text: always a person decides, ``claims`` are only suggestions."""
        return partial(
            self._add,
            kind="text",
            points=points,
            part=part,
            aliases=tuple(aliases),
            claims=tuple(claims),
            hints=hints,
        )

    def formula(
        self,
        *,
        points: float,
        symbols: Sequence[Declared],
        domains: Mapping[str, Domain],
        answer: Sequence[str] = (),
        small: Sequence[str] = (),
        form: Sequence[Form] = (),
        log: Logarithm = "natural",
        series: bool = False,
        definitions: Mapping[str, str] | None = None,
        sides: Sides = "all",
        chain: Derivation | None = None,
        way: Mapping[str, str] | None = None,
        part: str = "",
        instead: Sequence[str] = (),
        public: bool = False,
        hints: Sequence[str] = (),
        show_expected: Policy = "never",
    ) -> Callable[[Reference], QuestionBuilder]:
        """Ask for a formula; the reference returns it as text, ``answer`` spells its left side.

        ``way`` gives what is right for equations on the way to it, by their left sides, in the
        names of ``chain``: sides of them that are not equal are shown, at no cost.
        """
        terms = Terms(
            symbols=tuple(symbols),
            answer=several(answer),
            domains=dict(domains),
            small=several(small),
            form=tuple(form),
            log=log,
            series=series,
            definitions=dict(definitions or {}),
            sides=sides,
        )
        return partial(
            self._add,
            kind="formula",
            points=points,
            part=part,
            instead=several(instead),
            public=public,
            hints=hints,
            show_expected=show_expected,
            terms=terms,
            derivation=chain,
            way=dict(way or {}),
        )

    def chain(
        self,
        *,
        symbols: Sequence[Declared],
        domains: Mapping[str, Domain],
        quantities: Mapping[str, str] | None = None,
        at: Mapping[str, float] | None = None,
        log: Logarithm = "natural",
        series: bool = False,
    ) -> Derivation:
        """Declare a calculation on paper; questions refer to it by ``chain=``.

        ``quantities`` gives the formula of each named one, so that a learner's own name for it
        is recognised; ``at`` the point at which all is evaluated.
        """
        terms = Terms(symbols=tuple(symbols), domains=dict(domains), log=log, series=series)
        return Derivation(terms=terms, quantities=dict(quantities or {}), at=dict(at or {}))

    def invariant(
        self, text: str, holds: Callable[..., bool | None], *, public: bool = True
    ) -> None:
        """Declare what holds between a learner's own values, as ``total = conv + fc``.

        The parameters of ``holds`` are names of value questions, or of functions, of which it gets
        a list: their results for the calls that are public or have an example. It gets what the
        learner gave, never what is expected. Where it does not hold the report says so, at no
        cost. A public one is handed out; see ``grader.relation`` for what it may be.
        """
        self.invariants.append(invariant(text, holds, public=public))

    def compared(self, by_hand: QuestionBuilder, by_code: QuestionBuilder) -> None:
        """Declare that two value questions are one number, whose distance learners may state.

        A distance in the prose next to the code of the second one is worked out again from
        both, and one that is another is shown, at no cost.
        """
        for one in (by_hand, by_code):
            if one not in self.builders or one.question.kind != "value":
                raise AuthorError(
                    say(
                        "{origin}: {name} cannot be compared; give two value questions of this "
                        "task",
                        origin=one.question.origin,
                        name=one.question.name,
                    )
                )
        self.same.append((by_hand.question.name, by_code.question.name))

    def picture(self, question: str, plan: Plan) -> None:
        """Draw the learner's own values with the mark of ``question``; see ``grader.pictured``.

        Expected ones are drawn beside them only where their question has
        ``show_expected="always"``.
        """
        self.pictures.append(replace(plan, question=question))

    def _add(
        self,
        reference: Reference,
        *,
        kind: Kind,
        hints: Sequence[str] = (),
        spellings: Mapping[str, Sequence[str]] | None = None,
        **details: Any,
    ) -> QuestionBuilder:
        name, place = reference.__name__, origin(reference)
        asked = [builder.question.name for builder in self.builders]
        check_new(place, name, details["points"], asked)
        check_policy(f"{place}: {name}", details.get("show_expected", "never"))
        question = Question(
            task="",
            name=name,
            kind=kind,
            statement=docstring(reference),
            reference=reference,
            origin=place,
            hints=several(hints),
            **details,
        )
        builder = QuestionBuilder(with_parameters(question, spellings or {}, asked))
        self.builders.append(builder)
        return builder

    def build(self, name: str) -> TaskSheet:
        """Return the finished task; raises ``AuthorError`` where its parts do not fit together."""
        questions = tuple(replace(b.question, task=name) for b in self.builders)
        if not questions:
            raise AuthorError(
                say("task {name!r} asks nothing; decorate a function with @task.value", name=name)
            )
        total = sum(question.points for question in questions)
        if self.points is not None and abs(total - self.points) > 1e-9:
            raise AuthorError(
                say(
                    "task {name!r} says points={points}, but its questions add up to {total}; "
                    "correct one of them",
                    name=name,
                    points=decimal(f"{self.points:g}"),
                    total=decimal(f"{total:g}"),
                )
            )
        names = [question.name for question in questions]
        for question in questions:
            others = [name for name in names if name != question.name]
            check_names(question, say("step"), question.steps, names)
            check_names(question, say("answer instead"), question.instead, others)
        check_invariants(self.invariants, questions)
        self._check_parts(name, questions)
        for plan in self.pictures:
            check_plan(plan, questions)
        return TaskSheet(
            name=name,
            title=self.title,
            number=self.number,
            questions=questions,
            invariants=tuple(self.invariants),
            compared=tuple(self.same),
            pictures=tuple(self.pictures),
            intro=self.intro,
            parts=self.parts,
        )

    def _check_parts(self, name: str, questions: tuple[Question, ...]) -> None:
        asked = {question.part for question in questions}
        for part in self.parts:
            if part not in asked:
                known = ", ".join(sorted(asked - {""}))
                raise AuthorError(
                    say(
                        "task {name!r} has a heading for part {part!r}, of which nothing is asked; "
                        "{known}",
                        name=name,
                        part=part,
                        known=say("parts are {names}", names=known)
                        if known
                        else say("parts are not given"),
                    )
                )
