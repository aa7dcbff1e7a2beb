"""A learner's files as one ZIP with a manifest; the same files give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader import manifest
from grader.handout.checked import SelfCheck, State
from grader.language import say, say_count, told
from grader.lms import feedback
from grader.run import Run, RunStatus


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What is handed in."""

    archive: bytes
    receipt: str
    """The code of its manifest."""


def pack(sheet: str, files: Mapping[str, bytes]) -> Packed:
    """Return the ZIP of files by their names, none of which is the manifest's."""
    data = manifest.encode(manifest.of(sheet, files))
    return Packed(
        archive=feedback.archive({**files, manifest.FILE: data}), receipt=manifest.receipt(data)
    )


def problems(outcome: SelfCheck, run: Run) -> Iterator[str]:
    """Yield in a sentence each what speaks against handing in: answers missing, cells failing."""
    missing = [one for one in outcome.questions if not one.found and one.state is State.FAILS]
    if missing:
        yield say_count(
            "{count} of {total} answers was not found: {questions}.",
            "{count} of {total} answers were not found: {questions}.",
            len(missing),
            total=len(outcome.questions),
            questions=", ".join(one.question for one in missing),
        )
    if run.status is not RunStatus.OK:
        yield say("It does not run from top to bottom: {why}", why=told(run.reason))
