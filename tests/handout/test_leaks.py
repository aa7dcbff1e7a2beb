"""No answer is in a bundle, however it is opened; and a planted one is found."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from grader import course, handout, marking
from grader.handout import Bundle
from grader.marking import Prepared
from grader.sheet import Calls, Derivation, Question, Sheet
from grader.values import encode, from_python
from tests.conftest import REPOSITORY
from tests.handout import opening, secrets
from tests.report import leaks

SHEETS = course.sheets(REPOSITORY)
SECRET = 138357544.0


@pytest.fixture(scope="module", params=SHEETS)
def sheet(request: pytest.FixtureRequest) -> Sheet:
    return course.load(REPOSITORY, request.param)


@pytest.fixture(scope="module")
def prepared(sheet: Sheet) -> Prepared:
    return marking.prepare(sheet, seed=sheet.seed, proofread=False)


@pytest.fixture(scope="module")
def bundle(sheet: Sheet) -> Bundle:
    return handout.make(sheet)


def everything(bundle: Bundle) -> dict[str, bytes]:
    return {**bundle.files, f"{bundle.name}.zip": bundle.archive}


def settings(bundle: Bundle) -> list[float]:
    """Numbers that only settings are: limits, points, domains and the point of a calculation."""
    own: list[float] = []

    def walk(thing: object, inside: bool) -> None:
        if isinstance(thing, dict):
            for key, one in thing.items():
                walk(one, inside or key in {"limits", "points", "domains", "at", "check"})
        elif isinstance(thing, list):
            for one in thing:
                walk(one, inside)
        elif inside and isinstance(thing, int | float):
            own.append(float(thing))

    walk(json.loads(bundle.files[handout.FILE]), False)
    return own


def numbers_told(files: Mapping[str, bytes], wanted: dict[str, list[float]]) -> list[str]:
    shown = {one.text: one for text in opening.texts(files) for one in leaks.numbers(text)}
    return [
        f"{name}: {value!r} stands there as {one.text!r}"
        for name, values in wanted.items()
        for value in values
        for one in shown.values()
        if one.tells(value)
    ]


def test_no_expected_number_is_in_it(sheet: Sheet, prepared: Prepared, bundle: Bundle) -> None:
    known = {*secrets.open_numbers(sheet.folder / "statement.md"), *settings(bundle)}
    wanted = {
        name: [one for one in values if one not in known]
        for name, values in secrets.numbers(prepared).items()
    }
    assert sum(map(len, wanted.values())) > 30
    assert numbers_told(everything(bundle), wanted) == []


def test_no_formula_and_no_source_of_a_reference_is_in_it(
    sheet: Sheet, prepared: Prepared, bundle: Bundle
) -> None:
    words = "\0".join(map(secrets.squeezed, opening.texts(everything(bundle))))
    statement = secrets.squeezed((sheet.folder / "statement.md").read_text(encoding="utf-8"))
    looked_for = [
        *secrets.formulas(prepared), *secrets.source(sheet), *secrets.feedback(sheet)
    ]  # fmt: skip
    assert len(looked_for) > 100
    # `1/log x` of the statement is `1/log(x)` in a spelling.
    said = re.sub(r"[()]", "", statement)
    hits = [one for one in looked_for if one[1] in words]
    found = [one for one in hits if re.sub(r"[()]", "", one[1]) not in said]
    assert found == []


def test_nothing_in_it_confirms_a_guess(prepared: Prepared, bundle: Bundle, sheet: Sheet) -> None:
    words = "\0".join(opening.texts(everything(bundle))).lower()
    assert [one for one in secrets.digests(secrets.numbers(prepared)) if one[1] in words] == []
    assert sheet.version[:12] not in words
    assert "seed" not in json.loads(bundle.files[handout.FILE])


def without_answers(question: Question, bare: dict[int, Derivation]) -> Question:
    """A question of which all that tells its answer is gone, or is something else.

    ``bare`` holds the derivations that were met, without their formulas.
    """

    def other(*args: object, **kwargs: object) -> object:
        raise AssertionError("a bundle is made without calling any reference")

    terms, derivation = question.terms, question.derivation
    if derivation is not None:
        bare.setdefault(id(derivation), replace(derivation, quantities={}))
    known = tuple(call for call in question.calls.fixed if call.handed_out)
    return replace(
        question,
        reference=other,
        accepted=(),
        misconceptions=(),
        claims=(),
        way={},
        calls=Calls(fixed=known),
        terms=terms and replace(terms, definitions={}, small=(), form=()),
        derivation=derivation and bare[id(derivation)],
    )


def test_a_bundle_is_the_same_whatever_the_answers_are(sheet: Sheet, bundle: Bundle) -> None:
    """So no number of guesses against anything in it can confirm one."""
    bare: dict[int, Derivation] = {}
    tasks = tuple(
        replace(task, questions=tuple(without_answers(one, bare) for one in task.questions))
        for task in sheet.tasks
    )
    unknown = replace(sheet, tasks=tasks, version="0" * 64)
    assert handout.make(unknown).files == bundle.files
    assert handout.make(unknown).archive == bundle.archive


def _in_json(bundle: Bundle, key: str, value: object) -> dict[str, bytes]:
    data = json.loads(bundle.files[handout.FILE]) | {key: value}
    return {**bundle.files, handout.FILE: json.dumps(data).encode()}


def _in_metadata(bundle: Bundle) -> dict[str, bytes]:
    name = f"{bundle.name}.ipynb"
    data = json.loads(bundle.files[name])
    data["cells"][0]["metadata"]["x"] = {"y": [int(SECRET)]}
    return {**bundle.files, name: json.dumps(data).encode()}


def _in_a_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("deep.txt", "138 357 544")
    return buffer.getvalue()


def _tagged(number: float) -> object:
    return msgspec.json.decode(encode(from_python(number)))


@pytest.mark.parametrize(
    "plant",
    [
        lambda b: {**b.files, "README.md": b"It is 138,357,544."},
        lambda b: {**b.files, "README.md": b"about 1.38e8"},
        lambda b: _in_json(b, "x", _tagged(SECRET)),
        lambda b: _in_json(b, "x", base64.b64encode(zlib.compress(b"138357544")).decode()),
        lambda b: _in_json(b, "x", json.dumps({"a": ["138357544"]})),
        lambda b: _in_json(b, "x", base64.b64encode(b"138357544").decode()),
        _in_metadata,
        lambda b: {**b.files, "more.zip": _in_a_zip()},
    ],
)
def test_a_planted_number_is_found(bundle: Bundle, plant: object) -> None:
    files = plant(bundle)  # type: ignore[operator]
    assert numbers_told(files, {"total": [SECRET]}) != []


def test_a_planted_source_line_is_found(sheet: Sheet, bundle: Bundle) -> None:
    name, line = next(iter(secrets.source(sheet)))
    planted = {**bundle.files, "more.txt": zlib.compress(line.encode())}
    words = "\0".join(map(secrets.squeezed, opening.texts(planted)))
    assert line in words, name


def test_the_statement_of_a_sheet_is_where_the_numbers_are_read(sheet: Sheet) -> None:
    assert Path(sheet.folder / "statement.md").is_file()
