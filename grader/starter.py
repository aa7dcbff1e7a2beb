"""The starter of a sheet, made of its tasks: what learners write their answers into.

Names, parameters and what is asked come from the questions themselves, headings from the tasks.
Notebook and module hold the same cells. A cell's tag says which question it answers; it is a hint
for reading, and never trusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from grader.language import message, say
from grader.sheet import Question, Sheet, TaskSheet
from grader.values import Mapping, to_python

WELCOME = message(
    "Write your answers into the cells below. The statement says what is asked; names and "
    "parameters\nare the contract, everything else is yours. Add cells wherever you like."
)
SIDES = {
    "all": message("(your formula here, as {formula})"),
    "with_partials": message("(your formula here, as {formula} in partial derivatives)"),
    "without_partials": message("(your formula here, as {formula} without partial derivatives)"),
}
"""What stands in the cell of a formula, by which of its sides are the answer."""


@dataclass(frozen=True, kw_only=True)
class StarterCell:
    """One cell of a starter."""

    kind: Literal["code", "markdown"]
    source: str
    answers: str = ""
    """The question that it is for."""


def cells(sheet: Sheet) -> tuple[StarterCell, ...]:
    """Return the starter's cells: a heading for each task and part, a cell for each question.

    What the starter itself says is in the language spoken; the sheet's texts are as they are.
    """
    return tuple(_cells(sheet))


def notebook(starter: tuple[StarterCell, ...]) -> bytes:
    """Return the cells as a notebook of format 4.5; the same cells give the same bytes."""
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": python, "language_info": {"name": "python"}},
        "cells": [_notebook_cell(number, one) for number, one in enumerate(starter, start=1)],
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def module(starter: tuple[StarterCell, ...]) -> bytes:
    """Return the cells as a Python file with ``# %%`` before each of them."""
    return ("\n\n".join(map(_module_cell, starter)) + "\n").encode()


def _cells(sheet: Sheet) -> Iterator[StarterCell]:
    yield StarterCell(kind="markdown", source=f"# {sheet.title}\n\n{say(WELCOME)}")
    if sheet.preamble.strip():
        yield StarterCell(kind="code", source=sheet.preamble.strip())
    for task in sheet.tasks:
        intro = f"\n\n{task.intro}" if task.intro else ""
        yield StarterCell(kind="markdown", source=f"## {task.title}{intro}")
        for part, questions in groupby(task.questions, key=lambda question: question.part):
            if part:
                yield StarterCell(kind="markdown", source=_heading(task, part))
            yield from map(_answer, questions)


def _heading(task: TaskSheet, part: str) -> str:
    return f"### {part} {task.parts.get(part, '')}".rstrip()


def _answer(question: Question) -> StarterCell:
    prose = question.kind in ("text", "formula")
    return StarterCell(
        kind="markdown" if prose else "code", source=_BLANKS[question.kind](question),
        answers=question.id,
    )  # fmt: skip


def _value(question: Question) -> str:
    if not isinstance(question.example, Mapping):
        return f"{question.name} = None"
    keys = "".join(f"    {_literal(to_python(key))}: None,\n" for key, _ in question.example.items)
    return f"{question.name} = {{\n{keys}}}"


def _function(question: Question) -> str:
    parameters = ", ".join(
        one.name if one.default is None else f"{one.name}={_literal(to_python(one.default))}"
        for one in question.arguments
    )
    first, *rest = question.statement.splitlines()
    more = [f"    {line}".rstrip() for line in rest]
    text = "\n".join([f'    """{first}', *more, '    """'] if more else [f'    """{first}"""'])
    return f"def {question.name}({parameters}):\n{text}\n    raise NotImplementedError"


def _text(question: Question) -> str:
    blank = say("(your answer here)")
    return f"{question.name}\n\n{blank}"


def _formula(question: Question) -> str:
    assert question.terms is not None
    spellings = (one for one in question.terms.answer if "*" not in one)
    left = next(spellings, rf"\text{{{question.name}}}")
    formula = rf"$${left} = \dots$$"
    blank = say(SIDES[question.terms.sides], formula=formula)
    return f"{question.name}\n\n{blank}"


_BLANKS = {"value": _value, "function": _function, "text": _text, "formula": _formula}


def _literal(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False) if isinstance(thing, str) else repr(thing)


def _notebook_cell(number: int, one: StarterCell) -> dict[str, Any]:
    tag = {"grader": {"question": one.answers}} if one.answers else {}
    cell: dict[str, Any] = {"id": f"cell-{number}", "cell_type": one.kind, "metadata": tag}
    if one.kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell | {"source": one.source}


def _module_cell(one: StarterCell) -> str:
    tag = f' grader={{"question": "{one.answers}"}}' if one.answers else ""
    if one.kind == "code":
        return f"# %%{tag}\n{one.source}"
    lines = (f"# {line}".rstrip() for line in one.source.splitlines())
    return "\n".join([f"# %% [markdown]{tag}", *lines])
