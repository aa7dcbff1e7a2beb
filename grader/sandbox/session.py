"""One run from start to end, whatever happens on the way."""

from __future__ import annotations

import time
from dataclasses import replace

from grader.language import sentence
from grader.probe import Limits, Probe
from grader.run import Run, RunStatus
from grader.sandbox.level import Isolation
from grader.sandbox.spawn import start
from grader.submission import Submission


def run(submission: Submission, probe: Probe, limits: Limits, isolation: Isolation) -> Run:
    """Run a submission and return all that was observed, however it ended.

    Never raises for anything that the submission does; a failure of our own is the status
    ``SANDBOX_ERROR`` with its reason. Blocks until the last process of the submission is gone;
    several threads may run at once.
    """
    began = time.monotonic()
    if all(cell.kind != "code" for cell in submission.cells):
        return Run(status=RunStatus.OK, isolation=isolation.level)
    try:
        seen = _run(submission, probe, limits, isolation, began)
        if isolation.warm and seen.status is RunStatus.SANDBOX_ERROR:
            return _run(submission, probe, limits, replace(isolation, warm=False), began)
        return seen
    except Exception as problem:
        return Run(
            status=RunStatus.SANDBOX_ERROR,
            reason=sentence(
                "The sandbox failed: {kind}: {problem}",
                kind=type(problem).__name__,
                problem=str(problem)[:1_000],
            ),
            wall_seconds=time.monotonic() - began,
            isolation=isolation.level,
        )


def _run(
    submission: Submission, probe: Probe, limits: Limits, isolation: Isolation, began: float
) -> Run:
    file = "submission.py" if submission.kind == "module" else ""
    with start(isolation, limits, probe.watched(), file=file) as started:
        started.begin()
        # Importing nbclient takes as long as the process takes to start: both at the same time.
        from grader.sandbox.conversation import Conversation

        talk = Conversation(submission, probe, limits, started)
        talk.run_through()
        return replace(
            talk.result(),
            wall_seconds=time.monotonic() - began,
            cpu_seconds=started.cpu_seconds,
            peak_rss_bytes=started.peak_rss_bytes,
            isolation=isolation.level,
        )
