"""The sample submissions of the first sheet get what stands beside each of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from grader import course, intake, observing, pipeline, sandbox, store, verification
from grader.language import language, speaking
from grader.pipeline import Session
from grader.sheet import Sheet
from grader.verification import Sample
from tests.conftest import REPOSITORY

SAMPLES = verification.samples(course.load(REPOSITORY, "dl_foundations"))
STARTERS = sorted((REPOSITORY / "exercises/dl_foundations/starter").iterdir())


@pytest.fixture(scope="module", params=["cold", "warm"])
def session(request: pytest.FixtureRequest, sheet: Sheet) -> Session:
    """A session in the sandbox, started either way: `grader verify` runs a class, so warm."""
    isolation = sandbox.isolation(warm=request.param == "warm")
    assert isolation.warm == (request.param == "warm"), isolation.why_cold
    return pipeline.open_session(sheet, isolation=isolation)


def test_there_are_samples_of_every_outcome_and_kind_of_file() -> None:
    outcomes = Counter(sample.outcome for sample in SAMPLES)
    assert set(outcomes) == {"correct", "misconception", "follow_through", "broken", "hostile"}
    assert min(outcomes.values()) >= 5 and sum(outcomes.values()) >= 40
    assert {sample.path.suffix for sample in SAMPLES} == {".ipynb", ".py", ".md", ".tex", ".txt"}


def test_every_sample_has_its_expected_verdicts_beside_it() -> None:
    beside = {sample.path for sample in SAMPLES}
    folder = REPOSITORY / "exercises/dl_foundations/submissions"
    handed_in = {p for p in folder.glob("*/*") if not p.name.endswith(verification.SIDECAR)}
    assert handed_in == beside


@pytest.mark.sandbox
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_gets_its_verdicts_also_from_what_is_stored_of_it(
    session: Session, sample: Sample, tmp_path: Path
) -> None:
    (source,) = intake.collect([sample.path]).sources
    record = observing.observe(source, session)
    grade = pipeline.judge(record, session)
    assert list(verification.differences(sample.expected, grade)) == []
    store.write(record, tmp_path / "stored.json")
    stored = store.read(tmp_path / "stored.json")
    assert repr(stored) == repr(record)
    with speaking(language("de")):
        assert repr(store.told(stored)) == repr(store.told(record))


@pytest.mark.sandbox
@pytest.mark.parametrize("starter", STARTERS, ids=lambda path: path.name)
def test_the_untouched_starter_earns_nothing(session: Session, starter: Path) -> None:
    (source,) = intake.collect([starter]).sources
    grade = pipeline.judge(observing.observe(source, session), session)
    assert {mark.points for mark in grade.questions} == {0.0}
