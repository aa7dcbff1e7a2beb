"""Stored observations: what a run brought back, so that marking can be repeated without running.

One JSON file per submission, ``observations/1``: the submission as read and the run as seen. It is
decoded strictly; a file that is damaged or of another version is refused in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import msgspec

from grader import files, language
from grader.errors import UsageError
from grader.language import Made, Sentence, say
from grader.run import CallResult, Failure, FunctionRun, Run
from grader.submission import Arrival, Identity, Rejection, Submission

FOLDER = "observations"
"""Name of the folder of stored observations inside a report folder."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One submission's stored observations."""

    sheet: str
    version: str
    """The sheet's version at the time of the run."""
    seed: int
    environment: dict[str, str]
    submission: Submission | None = None
    run: Run | None = None
    rejection: Rejection | None = None
    """Set, with the two above None, where nothing could be read."""
    arrival: Arrival | None = None
    """When it was handed in, as its learning platform says; None where none does."""
    sentences: dict[str, Made] = field(default_factory=dict)
    """On disk, how the sentences in it were made, by their English: so any language tells them."""
    schema: Literal["observations/1"] = "observations/1"

    @property
    def name(self) -> str:
        """The learner's name."""
        return self.handed_in.name

    @property
    def handed_in(self) -> Submission | Rejection:
        """What was handed in: the submission, or why it could not be read."""
        read = self.submission or self.rejection
        assert read is not None, "a record holds a submission or a rejection"
        return read


# Made once, on import: two threads that first meet a type at the same time crash msgspec.
_decoder = msgspec.json.Decoder(Record)


def of(record: Record, identity: Identity | None, arrival: Arrival | None) -> Record:
    """Return ``record`` as that of a hand-in of ``identity``; itself where it is so already."""
    if (record.handed_in.identity, record.arrival) == (identity, arrival):
        return record
    record = replace(record, arrival=arrival)
    if record.submission is not None:
        return replace(record, submission=replace(record.submission, identity=identity))
    assert record.rejection is not None, "a record holds a submission or a rejection"
    return replace(record, rejection=replace(record.rejection, identity=identity))


def write(record: Record, path: Path) -> None:
    """Write ``record`` to ``path``, whole or not at all."""
    made: dict[str, Made] = {}
    plain = replace(_changed(record, lambda text: _noted(text, made)), sentences=made)
    data = msgspec.json.encode(plain, enc_hook=_in_english)
    files.write_bytes(path, msgspec.json.format(data, indent=1))


def _in_english(thing: object) -> str:
    """Store a sentence in a place that ``_changed`` does not know: nothing graded may be lost."""
    if isinstance(thing, Sentence):
        return thing.english
    raise NotImplementedError


def read(path: Path) -> Record:
    """Read one file of observations; raises ``UsageError`` where it is not one."""
    try:
        record = _decoder.decode(path.read_bytes())
    except (msgspec.DecodeError, RecursionError) as problem:
        raise UsageError(
            say(
                "{path}: not stored observations: {problem}; grade again",
                path=path,
                problem=problem,
            )
        ) from None
    except OSError as problem:
        raise UsageError(
            say("{path}: cannot be read: {problem}", path=path, problem=files.reason(problem))
        ) from None
    if (record.submission is None) == (record.rejection is None):
        raise UsageError(
            say("{path}: holds neither one submission nor one rejection; grade again", path=path)
        )
    made = record.sentences
    return replace(_changed(record, lambda text: _recalled(text, made)), sentences={})


def read_all(folder: Path) -> dict[str, Record]:
    """Read all observations of a report folder, by the names of their files without suffix.

    A submission's page bears the same name: of two learners alike on disk only it tells whose.
    """
    paths = sorted((folder / FOLDER).glob("*.json"))
    if not paths:
        raise UsageError(
            say(
                "{folder}: no stored observations; run `grader grade … -o {folder}` first",
                folder=folder,
            )
        )
    return {path.stem: read(path) for path in paths}


def told(record: Record) -> Record:
    """Return what was observed with its sentences in the language that is spoken."""
    return _changed(record, language.told)


def _noted(text: str, made: dict[str, Made]) -> str:
    """Return a text as it is stored, and note how it was made where it is a sentence."""
    if not isinstance(text, Sentence):
        return text
    english = text.english
    if english not in made:
        values = {
            name: _noted(one, made) if isinstance(one, str) else one
            for name, one in text.made.values.items()
        }
        # Of two that read alike, one is all of the other: the inner one knows how it was made.
        made.setdefault(english, replace(text.made, values=values))
    return english


def _recalled(text: str, made: Mapping[str, Made]) -> str:
    """Return a stored text, as a sentence where it is noted how it was made."""
    if text not in made:
        return text
    # What is a part of a text is shorter: nothing can be a part of itself.
    values = {
        name: _recalled(one, made) if isinstance(one, str) and len(one) < len(text) else one
        for name, one in made[text].values.items()
    }
    return Sentence(text, replace(made[text], values=values))


def _changed(record: Record, change: Callable[[str], str]) -> Record:
    """Return a record with every text that may be a sentence as ``change`` gives it."""
    read, refused, run = record.submission, record.rejection, record.run
    if read is not None:
        read = replace(read, remarks=tuple(map(change, read.remarks)))
    if refused is not None:
        refused = replace(refused, reason=change(refused.reason))
    if run is not None:
        run = replace(
            run,
            reason=change(run.reason),
            cells=tuple(replace(one, failure=_failure(one.failure, change)) for one in run.cells),
            functions=tuple(_function(one, change) for one in run.functions),
        )
    return replace(record, submission=read, rejection=refused, run=run)


def _failure(failure: Failure | None, change: Callable[[str], str]) -> Failure | None:
    if failure is None:
        return None
    return replace(failure, message=change(failure.message), sentence=change(failure.sentence))


def _function(run: FunctionRun, change: Callable[[str], str]) -> FunctionRun:
    return replace(
        run,
        refusal=change(run.refusal),
        results=_results(run.results, change),
        for_pictures=tuple(_results(one, change) for one in run.for_pictures),
    )


def _results(
    results: tuple[CallResult, ...], change: Callable[[str], str]
) -> tuple[CallResult, ...]:
    return tuple(
        replace(one, refusal=change(one.refusal), failure=_failure(one.failure, change))
        for one in results
    )
