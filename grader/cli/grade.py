"""``grader grade``: a folder of submissions in, a fair grade and one HTML report each out."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from grader import intake, pipeline, sandbox
from grader.cli import asking, papers, rosters, terminal
from grader.errors import UsageError
from grader.language import say
from grader.lateness import LatePolicy
from grader.report import templates
from grader.sheet import Sheet


def run(chosen: argparse.Namespace) -> int:
    """Grade and return 0 (all graded) or 1 (some need a person)."""
    if chosen.pdf:
        papers.require()
    sheet = terminal.load_sheet(chosen.sheet, chosen.course)
    policy = terminal.late_policy(sheet)
    found = _found(chosen)
    if chosen.roster:
        found = rosters.called(found, chosen.roster, by_name=chosen.by_name)
    for skipped in found.skipped:
        terminal.console(stderr=True).print(
            say("skipped {source}: {reason}", source=skipped.source, reason=skipped.reason),
            markup=False,
        )
    if not found.sources:
        raise UsageError(
            say("nothing to grade in {paths}", paths=", ".join(map(str, chosen.paths)))
        )
    outcome = grade(sheet, found.sources, chosen, late=policy)
    screen = terminal.console()
    screen.print(terminal.summary(outcome.book))
    terminal.say_late(outcome.book, policy)
    screen.print(say("report: {path}", path=outcome.index), markup=False)
    code = terminal.exit_code(outcome.book)
    if chosen.pdf:
        own = templates.of_course(sheet.folder.parents[1])
        code = max(code, int(not papers.write(chosen.out, own, jobs=chosen.jobs)))
    return code


def _found(chosen: argparse.Namespace) -> intake.Intake:
    if not chosen.single:
        return asking.collect(chosen.paths, chosen.lms or "")
    if chosen.lms:
        raise UsageError(say("--single: takes one learner's hand-in, which --lms says nothing of"))
    if len(chosen.paths) != 1:
        raise UsageError(
            say("--single: takes one PATH and was given {count}", count=len(chosen.paths))
        )
    return intake.collect_single(chosen.paths[0])


def _given(chosen: argparse.Namespace) -> tuple[Path, ...]:
    """Return what submissions must not see: the hand-ins and the class's names."""
    roster = getattr(chosen, "roster", None)
    return (*getattr(chosen, "paths", ()), *((roster,) if roster else ()))


def grade(
    sheet: Sheet,
    sources: tuple[intake.Source, ...],
    chosen: argparse.Namespace,
    *,
    late: LatePolicy | None = None,
) -> pipeline.Outcome:
    """Grade ``sources`` as the command's options say, with a progress bar."""
    out: Path = chosen.out
    if out.exists() and not out.is_dir():
        raise UsageError(say("-o {out}: is a file; give a folder", out=out))
    isolation = terminal.isolation(chosen.isolation, sheet, submissions=len(sources))
    look = terminal.look(sheet.folder.parents[1])
    sandbox.keep_apart(isolation, out, *_given(chosen))
    session = pipeline.open_session(
        sheet,
        isolation=isolation,
        seed=getattr(chosen, "seed", None),
        scanned=getattr(chosen, "scanned", False),
        late=late,
        now=datetime.now(UTC),
        audience=terminal.audience(sheet, chosen.lang),
        look=look,
    )
    with terminal.progress(say("grading"), len(sources)) as bar:
        return pipeline.grade_class(
            sources,
            session,
            out,
            jobs=min(chosen.jobs or os.cpu_count() or 1, len(sources)),
            resume=getattr(chosen, "resume", False),
            on_grade=lambda grade: terminal.advance(bar, grade),
        )
