"""Free text: found and shown to a person, with suggestions; the program gives no points for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.grade import Verdict
from grader.language import any_of, say
from grader.marking import missing, prose
from grader.marking.evidence import named_in, place
from grader.marking.judgement import Case, Judgement
from grader.marking.plain import shortened
from grader.marking.printed import key, key_of_text
from grader.sheet import Claim, Question
from grader.submission import Cell
from grader.values import Text

MAX_TEXT = 20_000
"""Longer texts are cut before claims are searched."""
SHOWN = 2_000
FEW_WORDS = 4
"""A claim is perhaps negated if a negation is among so many words before it."""

_PLACEHOLDER = re.compile(
    r"(?:your|write|enter|put|type)?\s*(?:your|the|an)?\s*(?:answer|text|explanation)?\s*"
    r"(?:goes|in)?\s*(?:here)?|todo.*|tbd|n/?a|none|xxx+|double.?click.*|[\W_]*",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|without|nor|cannot|nicht|nie|ohne|kein\w*|weder)\b|n['’]t\b", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A text of the learner's that may answer the question."""

    text: str
    where: str


def judge(case: Case, question: Question) -> Judgement:
    """Return the judgement of a text question: a person's, unless nothing was written at all."""
    passages = [one for one in _passages(case, question) if not is_placeholder(one.text)]
    if passages:
        return _to_person(question, passages[-1], where=passages[-1].where)
    elsewhere = tuple(
        cell
        for cell in prose.own_prose(case)
        if not is_placeholder(prose.without_headings(cell.source))
    )
    if elsewhere:
        text = "\n\n".join(cell.source for cell in elsewhere)
        where = say("not named; read the Markdown of {cells}", cells=missing.listed(elsewhere))
        return _to_person(question, Passage(text=text, where=where), where=where, given="")
    unrun = missing.unrun(case, question)
    if unrun:
        return missing.judge(case, question)
    return Judgement(
        verdict=Verdict.MISSING,
        points=0.0,
        note="missing",
        feedback=_sought(question),
    )


def _sought(question: Question) -> str:
    """Return a sentence on where a text was looked for."""
    names = (question.name, *question.aliases, *([question.part] if question.part else []))
    return say(
        "No text was found for `{name}`: neither Markdown whose first line says {names}, nor a "
        "text of that name or a comment in your code.",
        name=question.name,
        names=any_of(f"`{one}`" for one in names),
    )


def is_placeholder(text: str) -> bool:
    """Return whether a text is blank or only marks the place for one."""
    return _PLACEHOLDER.fullmatch(text.strip().strip("#*_<>()[]\"' \n.…-")) is not None


def suggestions(claims: tuple[Claim, ...], text: str) -> Iterator[str]:
    """Yield one line for each claim that the text perhaps makes; a suggestion, never points."""
    searched = text[:MAX_TEXT]
    for claim in claims:
        match = re.search(claim.pattern, searched, re.IGNORECASE)
        if match:
            before = " ".join(searched[: match.start()].split()[-FEW_WORDS:])
            negated = _NEGATION.search(before) or _NEGATION.match(match[0])
            context = " ".join(searched[max(0, match.start() - 40) : match.end() + 40].split())
            named = {"claim": say(claim.text), "context": shortened(context)}
            if negated:
                yield say("Claim “{claim}”: perhaps negated in “… {context} …”", **named)
            else:
                yield say("Claim “{claim}”: perhaps made in “… {context} …”", **named)


def _to_person(
    question: Question, passage: Passage, *, where: str, given: str | None = None
) -> Judgement:
    shown = shortened(passage.text.strip(), limit=SHOWN) if given is None else given
    return Judgement(
        verdict=Verdict.NEEDS_REVIEW,
        points=None,
        note="text",
        feedback=say("A person reads your text and gives the points."),
        suggestions=tuple(suggestions(question.claims, passage.text)),
        given=shown,
        where=where,
    )


def _passages(case: Case, question: Question) -> Iterator[Passage]:
    """Yield the texts that name the question, the surest last."""
    yield from _comments(case, question)
    for cell in prose.own_prose(case):
        if _is_named(cell, question):
            yield Passage(text=_body(cell.source), where=cell.where())
    for cell in prose.own_prose(case):
        if cell.answers in (question.id, question.name):
            yield Passage(text=_body(cell.source), where=cell.where())
    yield from _bound_texts(case, question)


def _bound_texts(case: Case, question: Question) -> Iterator[Passage]:
    starter = {
        cell.number for cell in case.submission.cells if case.prepared.is_from_starter(cell.source)
    }
    for names in (question.aliases, (question.name,)):
        for binding in case.run.bindings:
            if (
                binding.name in names
                and isinstance(binding.value, Text)
                and binding.cell not in starter
            ):
                where = named_in(binding.name, place(case.submission, binding.cell))
                yield Passage(text=binding.value.v, where=where)


def _is_named(cell: Cell, question: Question) -> bool:
    first = key_of_text(cell.source.strip().splitlines()[0])
    names = [key(name) for name in (question.name, *question.aliases)]
    return any(name in first for name in names) or (
        bool(question.part) and first.startswith(key(question.part))
    )


def _body(source: str) -> str:
    """Return a cell's text without a heading in its first line."""
    first, _, rest = source.strip().partition("\n")
    if rest.strip():
        return rest
    return "" if first.lstrip().startswith("#") or len(first.split()) <= FEW_WORDS else first


def _comments(case: Case, question: Question) -> Iterator[Passage]:
    """Yield comments and bare strings in code that name the question."""
    names = [key(name) for name in (question.name, *question.aliases)]
    for cell in case.submission.cells:
        if cell.kind != "code" or case.prepared.is_from_starter(cell.source):
            continue
        for text in (_commented(cell.source), *_bare_strings(case, cell)):
            # Counting words first, and few of them: a cell may be huge.
            if len(text.split(None, FEW_WORDS)) > FEW_WORDS and _names(text, names):
                where = say("a comment in {place}", place=cell.where())
                yield Passage(text=text, where=where)


def _commented(source: str) -> str:
    """Return the lines that are comments."""
    if "#" not in source:
        return ""
    return "\n".join(line for line in source.splitlines() if line.lstrip().startswith("#"))


def _names(text: str, names: list[str]) -> bool:
    made = key_of_text(text)
    return any(name in made for name in names)


def _bare_strings(case: Case, cell: Cell) -> Iterator[str]:
    for statement in case.code.statements:
        node = statement.node
        if (
            statement.cell == cell.number
            and isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.value.value
