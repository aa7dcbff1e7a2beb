"""Grades one class without its attackers and with them, and says what is not as it must be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader import files, intake, pipeline, sandbox, store
from grader.grade import Grade, Verdict
from grader.intake import Source
from grader.pipeline import Session
from grader.run import RunStatus
from grader.sandbox import Isolation, processes, warm
from tests.hostile.arena import Arena, arena, reached, temporary_files_in
from tests.hostile.attacks.attack import LIMITS
from tests.hostile.soak import gauges
from tests.hostile.soak.gauges import Meter, Zygote
from tests.hostile.soak.hand_ins import HandIn, write_class

Tell = Callable[[str, int, int], None]
"""Told which class is graded, how many of it are done, and how many there are."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to play."""

    submissions: int
    hostile: float
    """So many percent of them."""
    seed: int
    jobs: int


@dataclass(frozen=True, kw_only=True)
class Soaked:
    """What came of it."""

    hostile: int
    statuses: Mapping[str, int]
    """How the runs of the hostile ones ended, and how often."""
    table: tuple[str, ...]
    faults: tuple[str, ...]
    """Each thing that is not as it must be, in one sentence."""


def play(plan: Plan, tell: Tell = lambda *_: None) -> Soaked:
    """Grade the class; blocks for minutes where it has thousands."""
    isolation, zygote = _fresh_zygote()
    with arena(isolation) as made:
        session = replace(made.session, sheet=replace(made.session.sheet, limits=LIMITS))
        folder = made.folder / "class"
        folder.mkdir()
        members = write_class(
            folder,
            plan.submissions,
            hostile=plan.hostile,
            seed=plan.seed,
            prelude=made.prelude(),
        )
        with temporary_files_in(made.folder / "temporary"):
            return _Soak(made, session, zygote, members, plan, tell).play(folder)


class _Soak:
    def __init__(
        self,
        made: Arena,
        session: Session,
        zygote: Zygote,
        members: Sequence[HandIn],
        plan: Plan,
        tell: Tell,
    ) -> None:
        self._arena = made
        self._session = session
        self._attackers = {each.name: each for each in members if each.attack}
        self._plan = plan
        self._tell = tell
        self._zygote = zygote

    def play(self, folder: Path) -> Soaked:
        sources = intake.collect([folder]).sources
        honest = [each for each in sources if each.name not in self._attackers]
        clean = self._grade(honest, "clean", lambda: None)
        meter = Meter(self._zygote, submissions=len(sources))
        before = gauges.at_rest(self._zygote)
        mixed = self._grade(sources, "mixed", meter.look)
        after = gauges.at_rest(self._zygote)
        hostile = [grade for grade in mixed if grade.submission in self._attackers]
        faults = (
            *differences(clean, [each for each in mixed if each not in hostile]),
            *(fault for grade in hostile for fault in self._not_contained(grade)),
            *gauges.faults(
                before, meter.parts, after, jobs=self._plan.jobs, submissions=len(sources)
            ),
            *self._zygote_faults(meter),
            *self._arena.untouched(),
        )
        statuses = [str(grade.run.status) if grade.run else "not run" for grade in hostile]
        return Soaked(
            hostile=len(hostile),
            statuses={each: statuses.count(each) for each in sorted({*statuses})},
            table=tuple(gauges.table(before, meter.parts, after)),
            faults=faults,
        )

    def _grade(
        self, sources: Sequence[Source], name: str, look: Callable[[], None]
    ) -> tuple[Grade, ...]:
        done = 0

        def on_grade(_: Grade) -> None:
            nonlocal done
            done += 1
            look()
            self._tell(name, done, len(sources))

        outcome = pipeline.grade_class(
            sources, self._session, self._out(name), jobs=self._plan.jobs, on_grade=on_grade
        )
        return outcome.book.submissions

    def _out(self, name: str) -> Path:
        return self._arena.folder / "out" / name

    def _not_contained(self, grade: Grade) -> Iterator[str]:
        """Say what an attacker got that it must not get, or did not get that everyone gets."""
        attack = self._attackers[grade.submission].attack
        assert attack is not None
        who = f"{grade.submission} ({attack.name})"
        if grade.points:
            yield f"{who}: earned {grade.points} points"
        if grade.run is not None and grade.run.status is RunStatus.SANDBOX_ERROR:
            yield f"{who}: {grade.run.reason}"
        if any(mark.verdict is Verdict.GRADER_ERROR for mark in grade.questions):
            yield f"{who}: the grader failed: {grade.reason}"
        path = self._out("mixed") / store.FOLDER / f"{files.safe_name(grade.submission)}.json"
        run = store.read(path).run
        yield from (f"{who}: reached {each}" for each in (reached(run) if run else ()))

    def _zygote_faults(self, meter: Meter) -> Iterator[str]:
        if meter.zygote_lost or not self._zygote.lives():
            yield "the warm interpreter was lost"
        if meter.cold_starts:
            yield f"a cold start was seen {meter.cold_starts} times"


def _fresh_zygote() -> tuple[Isolation, Zygote]:
    """Start a warm interpreter that nobody has used, and find out its processes."""
    warm.close()
    before = processes.family(os.getpid())
    isolation = sandbox.isolation(warm=True)
    warm.zygote(isolation, LIMITS.environment)
    return isolation, Zygote([each for each in processes.family(os.getpid()) if each not in before])


def differences(clean: Sequence[Grade], mixed: Sequence[Grade]) -> Iterator[str]:
    """Say which learners' grades are not, to the last word, what they are without attackers."""
    for alone, among in zip(clean, mixed, strict=True):
        if _timeless(alone) != _timeless(among):
            yield f"{alone.submission}: graded otherwise than without attackers: {_what(among)}"


def _what(grade: Grade) -> str:
    marks = ", ".join(f"{mark.verdict} {mark.note}".strip() for mark in grade.questions)
    return f"{grade.run.status if grade.run else grade.reason} ({marks})"


def _timeless(grade: Grade) -> Grade:
    if grade.run is None:
        return grade
    return replace(
        grade, run=replace(grade.run, wall_seconds=0.0, cpu_seconds=0.0, peak_rss_bytes=0)
    )
