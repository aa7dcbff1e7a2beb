"""The gradebook on disk: ``grades.json`` (contract ``grades/1``) and ``grades.csv``.

Every key is described in ``docs/grades-json.md``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, Literal

import msgspec

from grader import spreadsheet
from grader.errors import UsageError
from grader.files import reason, write_bytes
from grader.grade import Grade, Gradebook, Mark, SheetHead, Status, Verdict, settled
from grader.language import ENGLISH, say
from grader.spreadsheet import DECIMALS, encodable, number_cell, text_cell

SCHEMA = "grades/1"
"""Version of the contract; keys may be added within it, never removed or given a new meaning."""
JSON_NAME = "grades.json"
CSV_NAME = "grades.csv"

_CSV_HEAD = ("submission", "status", "points", "undecided_points", "max_points", "run_status",
             "late_deduction")  # fmt: skip


class _File(msgspec.Struct, frozen=True, kw_only=True):
    schema: Literal["grades/1"] = "grades/1"
    sheet: SheetHead
    environment: dict[str, str]
    submissions: tuple[Grade, ...]
    closes: datetime | None = None
    language: str = ENGLISH
    sheets: dict[str, SheetHead] = {}


class _Version(msgspec.Struct, frozen=True):
    schema: str


_decoder, _version = msgspec.json.Decoder(_File), msgspec.json.Decoder(_Version)


def write(gradebook: Gradebook, folder: Path) -> None:
    """Write ``grades.json`` and ``grades.csv`` into ``folder``; each is whole or not there.

    The folder is made where it is missing. Raises ``UsageError`` where writing fails.
    """
    write_bytes(folder / JSON_NAME, to_json(gradebook))
    write_bytes(folder / CSV_NAME, to_csv(gradebook))


def read(path: Path) -> Gradebook:
    """Read a ``grades.json``; unknown keys are passed over, everything else is checked strictly.

    Raises ``UsageError`` where the file is missing, damaged or of another schema.
    """
    try:
        raw = path.read_bytes()
        _refuse_other_schema(path, _version.decode(raw).schema)
        file = _decoder.decode(raw)
    except OSError as problem:
        raise UsageError(
            say(
                "{path} cannot be read ({problem}); give the path of a {file}",
                path=path,
                problem=reason(problem),
                file=JSON_NAME,
            )
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise UsageError(
            say(
                "{path} is not a gradebook ({problem}); grade the submissions again to get a "
                "new one",
                path=path,
                problem=problem,
            )
        ) from None
    return _of_file(file)


def _of_file(file: _File) -> Gradebook:
    return Gradebook(
        sheet=file.sheet,
        environment=file.environment,
        submissions=file.submissions,
        closes=file.closes,
        language=file.language,
        sheets=file.sheets,
    )


def to_json(gradebook: Gradebook) -> bytes:
    """Return the gradebook as UTF-8 JSON, indented, the same bytes for the same grades."""
    file = _File(
        sheet=gradebook.sheet,
        environment=gradebook.environment,
        submissions=tuple(map(_decided_by_numbers, gradebook.submissions)),
        closes=gradebook.closes,
        language=gradebook.language,
        sheets=gradebook.sheets,
    )
    return msgspec.json.format(msgspec.json.encode(_plain(msgspec.to_builtins(file)))) + b"\n"


def as_stored(gradebook: Gradebook) -> Gradebook:
    """Return the gradebook as it is read back once written: numbers rounded, texts encodable.

    What is shown of it before it is stored is what is shown of it ever after.
    """
    return _of_file(_decoder.decode(to_json(gradebook)))


def to_csv(gradebook: Gradebook) -> bytes:
    """Return one row per submission as UTF-8 CSV (RFC 4180), safe to open in a spreadsheet.

    Points are empty where a person has to give them. Text that a spreadsheet would take for a
    formula gets a leading apostrophe.
    """
    questions = _question_ids(gradebook)
    head = [text_cell(title) for title in (*_CSV_HEAD, *questions)]
    grades = map(_decided_by_numbers, gradebook.submissions)
    return spreadsheet.to_csv([head, *(_row(grade, questions) for grade in grades)])


def schema() -> dict[str, Any]:
    """Return the JSON schema (2020-12) of what ``to_json`` writes: every key is always there."""
    (head,), parts = msgspec.json.schema_components([_File], ref_template="#/$defs/{name}")
    for part in parts.values():
        if "properties" in part:
            part["required"] = sorted(part["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **head,
        "$defs": parts,
    }


def _refuse_other_schema(path: Path, found: str) -> None:
    if found != SCHEMA:
        raise UsageError(
            say(
                "{path} has the schema {found!r} and this version reads {schema!r}; read it "
                "with the version of grader that wrote it, or grade again",
                path=path,
                found=found,
                schema=SCHEMA,
            )
        )


def _decided_by_numbers(grade: Grade) -> Grade:
    """Hand marks whose points are no number to a person: JSON has no nan, and nan is no grade."""
    marks = tuple(map(_finite_or_undecided, grade.questions))
    if marks == grade.questions and isfinite(grade.points):
        return grade
    undecided = any(mark.points is None for mark in marks)
    decided = Status.NEEDS_REVIEW if undecided else Status.GRADED
    status = grade.status if grade.status is Status.NOT_GRADED else decided
    return replace(settled(grade, marks, grade.late), status=status)


def _finite_or_undecided(mark: Mark) -> Mark:
    if mark.points is None or isfinite(mark.points):
        return mark
    return replace(mark, points=None, verdict=Verdict.GRADER_ERROR, note="points_not_finite")


def _plain(node: Any) -> Any:
    """Return the tree with numbers rounded and finite, and text that UTF-8 can hold."""
    if isinstance(node, dict):
        return {encodable(key): _plain(item) for key, item in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(item) for item in node]
    if isinstance(node, float):
        return round(node, DECIMALS) if isfinite(node) else 0.0
    return encodable(node) if isinstance(node, str) else node


def _question_ids(gradebook: Gradebook) -> list[str]:
    """Return the sheet's questions in its order, then any that only a grade knows."""
    named = [head.question for head in gradebook.sheet.questions]
    graded = [mark.question for grade in gradebook.submissions for mark in grade.questions]
    return list(dict.fromkeys([*named, *graded]))


def _row(grade: Grade, questions: list[str]) -> list[str]:
    points = {mark.question: mark.points for mark in grade.questions}
    total = None if grade.status is Status.NOT_GRADED else grade.points
    return [
        text_cell(grade.submission),
        grade.status.value,
        number_cell(total),
        number_cell(grade.undecided_points),
        number_cell(grade.max_points),
        grade.run.status.value if grade.run else "",
        number_cell(grade.late.deduction if grade.late and total is not None else None),
        *(number_cell(points.get(question)) for question in questions),
    ]
