"""What is decided of a sample is the same in each language, and all of it can be said in each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader import course, intake, observing, pipeline, sandbox, verification
from grader.grade import Mark, Verdict
from grader.language import speaking
from grader.pipeline import Session
from grader.verification import Sample
from tests.conftest import FORMULA_COURSE, REPOSITORY, TINY_COURSE
from tests.languages import BRACKETED, decided, is_said, same_in_each

SHEETS = {"dl_foundations": REPOSITORY, "circles": TINY_COURSE, "moments": FORMULA_COURSE}
SAMPLES = [
    pytest.param(name, sample, id=f"{name}-{sample.name}")
    for name, root in SHEETS.items()
    for sample in verification.samples(course.load(root, name))
    if sample.outcome != "hostile"
]

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def sessions() -> dict[str, Session]:
    isolation = sandbox.isolation(warm=True)
    return {
        name: pipeline.open_session(course.load(root, name), isolation=isolation)
        for name, root in SHEETS.items()
    }


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
def test_no_language_changes_what_is_decided(
    sessions: dict[str, Session], name: str, sample: Sample
) -> None:
    (source,) = intake.collect([sample.path]).sources
    session = sessions[name]
    # What is observed in one language is marked again in any other one.
    with speaking(BRACKETED):
        record = observing.observe(source, session)
    grade = same_in_each(lambda: pipeline.judge(record, session), record.run)
    assert list(verification.differences(sample.expected, grade)) == []


def test_what_nobody_can_translate_is_seen() -> None:
    assert is_said("⟦{n} of ⟦a⟧⟧ ⟦It costs nothing.⟧", None)
    assert is_said("conv1: [0]: ⟦it is missing⟧", None)
    assert not is_said("⟦Your answer is not right⟧: off by 3.", None)
    assert not is_said("a: right", None)


def test_what_is_decided_otherwise_is_seen() -> None:
    mark = Mark(question="a.b", verdict=Verdict.CORRECT, points=1.0, max_points=1.0)
    told = replace(mark, feedback="⟦Your answer is right.⟧")
    assert decided(told) == decided(mark)
    for other in (
        replace(mark, verdict=Verdict.PARTIAL),
        replace(mark, points=0.5),
        replace(mark, note="slip"),
        replace(mark, details=("⟦more⟧",)),
    ):
        assert decided(other) != decided(mark)
