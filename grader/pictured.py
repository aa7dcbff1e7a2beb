"""The author's words for pictures: ``graph``, ``series``, ``bars`` and ``trajectory``.

They name questions by the names that learners define; ``Task.picture`` checks them::

    task.picture("partials", graph("Chain rule", nodes={"u": "u_value"}, links={...}))
    task.picture("rf_trace", series("Receptive field", entries=[("conv1_1", 0), ("pool1", 1)]))
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.authored import check_names
from grader.errors import AuthorError
from grader.language import say
from grader.picture import MOST_PARTS, Key, Made, Part, PictureKind, Plan, Scale
from grader.sheet import Question
from grader.values import ValueRefusedError, from_python


@dataclass(frozen=True, slots=True)
class Own:
    """What a learner's function gives for one call that is made for the picture alone."""

    question: str
    arguments: Mapping[str, Any]


Way = str | tuple[Key, ...]
"""A question's name, or that and the way into its value: ``("partials", "df_da")``."""
Where = Way | Own


def own(question: str, **arguments: Any) -> Own:
    """Name what the learner's function gives for these arguments.

    The call is made for the picture alone: it earns and costs nothing, and learners are not told
    its arguments.
    """
    return Own(question, arguments)


def graph(title: str, *, nodes: Mapping[str, Way], links: Mapping[tuple[str, str], Way]) -> Plan:
    """Values on nodes, and on each link what its question says of the two.

    An empty string for a node or link says that no question asks for it. Links lead from left
    to right; they may not form a circle.
    """
    drawn = [_part(name, where) for name, where in nodes.items()]
    for ends, where in links.items():
        for end in ends:
            if end not in nodes:
                raise AuthorError(
                    say(
                        "the link {ends} of {title!r} has no node {end!r}; add it",
                        ends=ends,
                        title=title,
                        end=end,
                    )
                )
        drawn.append(_part(f"{ends[0]} → {ends[1]}", where, ends))
    if _has_circle(links):
        raise AuthorError(
            say("the links of {title!r} form a circle; leave one of them out", title=title)
        )
    return _plan("graph", title, drawn)


def series(
    title: str, *, entries: Iterable[tuple[str, Way]], across: str = "", up: str = ""
) -> Plan:
    """Numbers in order, each with what stands below it, such as one per layer or step."""
    return _plan("series", title, [_part(*entry) for entry in entries], across=across, up=up)


def bars(
    title: str, *, entries: Iterable[tuple[str, Where]], up: str = "", scale: Scale = "linear"
) -> Plan:
    """Numbers to be compared by their length, which with ``scale="log"`` is that of their powers.

    An entry named by ``own`` is left out where the learner has no such function.
    """
    parts, calls = [], dict[str, list[Mapping[str, Any]]]()
    for name, where in entries:
        if isinstance(where, Own):
            made = calls.setdefault(where.question, [])
            parts.append(Part(name=name, question=where.question, made=len(made)))
            made.append(where.arguments)
        else:
            parts.append(_part(name, where))
    planned = tuple(Made(question=name, calls=tuple(made)) for name, made in calls.items())
    return replace(_plan("bars", title, parts, up=up), scale=scale, made=planned)


def trajectory(
    title: str,
    question: str,
    *,
    start: Mapping[str, Any],
    steps: Iterable[Mapping[str, Any]],
    feeds: Sequence[str],
    shows: int = 0,
    across: str = "",
    up: str = "",
) -> Plan:
    """A learner's function step after step, each from its own result of the step before.

    ``start`` are the arguments of all steps, ``steps`` what is another in each; ``feeds`` names
    the arguments that take the returned values, in order, and ``shows`` says which of these is
    drawn. The reference goes its own way beside it.
    """
    calls = tuple({**start, **one} for one in steps)
    parts = [
        Part(name=f"{number}", question=question, path=(shows,) if len(feeds) > 1 else (), made=at)
        for at, number in enumerate(range(1, len(calls) + 1))
    ]
    made = Made(question=question, calls=calls, feeds=tuple(feeds))
    return replace(_plan("series", title, parts, across=across, up=up), made=(made,))


def check_plan(plan: Plan, questions: Sequence[Question]) -> None:
    """Raise ``AuthorError`` where a picture names what has no numbers, or a call not made."""
    known = {one.name: one for one in questions if one.kind in ("value", "function")}
    if plan.question not in {one.name for one in questions}:
        raise AuthorError(
            say(
                "the picture {title!r} stands with {question!r}, which is no question of this "
                "task; known are {names}",
                title=plan.title,
                question=plan.question,
                names=", ".join(one.name for one in questions),
            )
        )
    for part in plan.parts:
        if part.question and part.question not in known:
            raise AuthorError(
                say(
                    "{name!r} of the picture {title!r} names {question!r}, which is no value "
                    "or function question of this task; known are {names}",
                    name=part.name,
                    title=plan.title,
                    question=part.question,
                    names=", ".join(known),
                )
            )
        if part.question and part.made is None and known[part.question].kind == "function":
            _check_call(plan, part, known[part.question])
    for made in plan.made:
        _check_made(plan, made, known[made.question])


def _check_call(plan: Plan, part: Part, question: Question) -> None:
    made = len(question.calls.fixed)
    position = part.path[0] if part.path else None
    if not isinstance(position, int) or not 0 <= position < made:
        raise AuthorError(
            say(
                "{name!r} of the picture {title!r} names the call {position!r} of "
                "{question}; give one of its fixed calls, 0 to {last}",
                name=part.name,
                title=plan.title,
                position=position,
                question=question.name,
                last=made - 1,
            )
        )


def _check_made(plan: Plan, made: Made, question: Question) -> None:
    """Raise ``AuthorError`` where a call does not fit its function, or cannot be handed on."""
    names = [argument.name for argument in question.arguments]
    check_names(question, say("argument"), made.feeds, names)
    for arguments in made.calls:
        check_names(question, say("argument"), arguments, names)
        try:
            inspect.signature(question.reference).bind(**arguments)
            for value in arguments.values():
                from_python(value)
        except (TypeError, ValueRefusedError) as problem:
            raise AuthorError(
                say(
                    "the picture {title!r} cannot call {question}: {problem}",
                    title=plan.title,
                    question=question.name,
                    problem=problem,
                )
            ) from None


def _plan(
    kind: PictureKind, title: str, parts: list[Part], *, across: str = "", up: str = ""
) -> Plan:
    if not 0 < len(parts) <= MOST_PARTS:
        raise AuthorError(
            say(
                "{title!r} has {count} parts; a picture has 1 to {most}",
                title=title,
                count=len(parts),
                most=MOST_PARTS,
            )
        )
    return Plan(kind=kind, title=title, question="", parts=tuple(parts), across=across, up=up)


def _part(name: str, where: Way, ends: tuple[str, ...] = ()) -> Part:
    question, *path = (where,) if isinstance(where, str) else where
    return Part(name=name, question=str(question), path=tuple(path), ends=ends)


def _has_circle(links: Iterable[tuple[str, str]]) -> bool:
    left = set(links)
    while left:
        targets = {end for _, end in left}
        fewer = {link for link in left if link[0] in targets}
        if fewer == left:
            return True
        left = fewer
    return False
