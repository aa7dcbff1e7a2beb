"""What nobody may find in a bundle: every expected value, formula and source of a reference."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.marking import Prepared
from grader.marking.references import Failed
from grader.sheet import Sheet
from tests.report import leaks

FEWEST_OF_CALLS = 6
SHORTEST = 14
"""Characters of a line of source, without white space, that says something."""


def numbers(prepared: Prepared) -> dict[str, list[float]]:
    """Return the expected numbers of every question, and those of its known mistakes."""
    found: dict[str, list[float]] = {}
    for name, value in prepared.values.items():
        accepted = [value.accepted(one) for one in value.question.accepted]
        found[name] = list(leaks.floats([value.expected, *accepted]))
    for name, function in prepared.functions.items():
        away = [one.gives is not None for one in function.question.calls.fixed]
        hidden = [
            one
            for number, one in enumerate(function.expected)
            if not (number < len(away) and away[number]) and not isinstance(one, Failed)
        ]
        long = [one for one in leaks.floats(_plain(hidden)) if _digits(one) >= FEWEST_OF_CALLS]
        found[name] = long
    return found


def formulas(prepared: Prepared) -> Iterator[tuple[str, str]]:
    """Yield every formula of an author: references, accepted variants and mistakes."""
    for name, formula in prepared.formulas.items():
        question = formula.question
        written = [formula.text]
        written += [str(one.reference()) for one in question.accepted]
        written += [str(one.reference()) for one in question.misconceptions]
        written += list(formula.terms.definitions.values())
        yield from ((name, one) for one in map(squeezed, written) if len(one) > 5)
        derivation = question.derivation
        if derivation is not None:
            yield from ((name, squeezed(one)) for one in derivation.quantities.values())


def source(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Yield every statement in a body of the sheet's tasks and of its references."""
    course = sheet.folder.parents[1]
    for path in (*sorted(sheet.folder.glob("*.py")), *sorted((course / "reference").glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for one in node.body:
                    text = squeezed(ast.unparse(one))
                    is_text = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
                    if len(text) >= SHORTEST and not is_text:
                        yield f"{path.name}:{node.name}", text


def feedback(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Yield what is said of each known mistake: that tells how an answer goes wrong."""
    for question in sheet.questions:
        for one in question.misconceptions:
            yield question.id, squeezed(one.feedback)


def digests(values: dict[str, list[float]]) -> Iterator[tuple[str, str]]:
    """Yield digests of the expected numbers, as an answer key hidden by a hash would hold them."""
    for name, numbers_of in values.items():
        for number in numbers_of:
            whole = [str(int(number))] if number == int(number) else []
            for spelled in {repr(number), f"{number:g}", f"{number:.2f}", *whole}:
                for kind in ("md5", "sha1", "sha256", "sha512", "blake2b"):
                    yield name, hashlib.new(kind, spelled.encode()).hexdigest()[:16]


def open_numbers(statement: Path) -> list[float]:
    """Return the numbers that the statement itself says."""
    text = statement.read_text(encoding="utf-8")
    return [float(reading) for one in leaks.numbers(text) for reading in one.readings]


def squeezed(text: str) -> str:
    """Return a text without white space."""
    return re.sub(r"\s+", "", text)


def _plain(values: list[Any]) -> list[Any]:
    return [list(one) if isinstance(one, tuple) else one for one in values]


def _digits(number: float) -> int:
    return len(repr(abs(number)).replace(".", "").partition("e")[0].strip("0"))
