"""The author's words for pictures: ``graph``, ``series`` and ``bars``.

They name questions by the names that learners define; ``Task.picture`` checks them::

    task.picture("partials", graph("Chain rule", nodes={"u": "u_value"}, links={...}))
    task.picture("rf_trace", series("Receptive field", entries=[("conv1_1", 0), ("pool1", 1)]))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from grader.errors import AuthorError
from grader.language import say
from grader.picture import MOST_PARTS, Key, Part, PictureKind, Plan
from grader.sheet import Question

Where = str | tuple[Key, ...]
"""A question's name, or that and the way into its value: ``("partials", "df_da")``."""


def graph(
    title: str, *, nodes: Mapping[str, Where], links: Mapping[tuple[str, str], Where]
) -> Plan:
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
    title: str, *, entries: Iterable[tuple[str, Where]], across: str = "", up: str = ""
) -> Plan:
    """Numbers in order, each with what stands below it, such as one per layer or step."""
    return _plan("series", title, [_part(*entry) for entry in entries], across=across, up=up)


def bars(title: str, *, entries: Iterable[tuple[str, Where]], up: str = "") -> Plan:
    """Numbers to be compared by their length."""
    return _plan("bars", title, [_part(*entry) for entry in entries], up=up)


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
        if part.question and known[part.question].kind == "function":
            _check_call(plan, part, known[part.question])


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


def _part(name: str, where: Where, ends: tuple[str, ...] = ()) -> Part:
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
