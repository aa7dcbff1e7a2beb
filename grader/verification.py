"""Proof-reads a sheet before learners meet it.

It holds that the reference earns every point a program may give, that each misconception is
recognised as itself, that the untouched starter earns nothing, and that each sample submission
gets the verdicts that stand beside it. The first two are marked from values alone and need no
sandbox; the last two really run.

A sample is ``submissions/<outcome>/<name>.ipynb`` (or another form of hand-in, or a folder)
with ``<name>.expected.toml`` beside it::

    run = "OK"                       # run status; optional
    status = "needs_review"          # optional
    points = 12.5                    # points decided by the program; optional
    default = "MISSING"              # verdict of every question not named below
    [verdicts]
    "vgg_parameters.conv_params" = "MISCONCEPTION"
    [misconceptions]
    "vgg_parameters.conv_params" = ["kernel_side_for_area"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from grader import intake, marking, observing, pipeline, translation
from grader.course import SUBMISSIONS
from grader.errors import AuthorError
from grader.grade import Grade, Mark, Verdict
from grader.handout import Bundle, leaks, sound, statement
from grader.language import decimal, say
from grader.marking import Prepared, ambiguity, consistency
from grader.probe import FunctionProbe
from grader.run import Binding, CallResult, FunctionRun, Run, RunStatus
from grader.sandbox import Isolation
from grader.sheet import Accepted, Question, Reference, Sheet, function_probe
from grader.submission import Cell, Submission
from grader.values import from_python, to_python

SIDECAR = ".expected.toml"
HOSTILE = "hostile"
MOST_NAMED = 4
"""So many pairs of mistakes that look alike are named."""
NO_LEFTS: dict[str, str] = {}


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a sample must get."""

    default: Verdict = Verdict.MISSING
    verdicts: dict[str, Verdict] = {}
    misconceptions: dict[str, tuple[str, ...]] = {}
    points: float | None = None
    status: str | None = None
    run: RunStatus | None = None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A sample submission and what it must get."""

    path: Path
    outcome: str
    """The folder it lies in: ``correct``, ``misconception``, …"""
    expected: Expected

    @property
    def name(self) -> str:
        """``outcome/file``."""
        return f"{self.outcome}/{self.path.name}"

    @property
    def hostile(self) -> bool:
        """It attacks the grader: no part of a demonstration."""
        return self.outcome == HOSTILE


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    level: Literal["ok", "warning", "error"]
    what: str
    sentence: str = ""


def samples(sheet: Sheet) -> tuple[Sample, ...]:
    """Return the sheet's samples; raises ``AuthorError`` where one and its sidecar do not pair."""
    found = []
    for sidecar in sorted((sheet.folder / SUBMISSIONS).glob(f"*/*{SIDECAR}")):
        stem = sidecar.name.removesuffix(SIDECAR)
        beside = [p for p in sidecar.parent.glob(f"{stem}.*") if not p.name.endswith(SIDECAR)]
        beside += [p for p in (sidecar.parent / stem,) if p.is_dir()]
        if len(beside) != 1:
            raise AuthorError(
                say(
                    "{sidecar}: {count} files {stem}.* beside it; keep one",
                    sidecar=sidecar,
                    count=len(beside),
                    stem=stem,
                )
            )
        expected = _expected(sidecar, sheet)
        found.append(Sample(path=beside[0], outcome=sidecar.parent.name, expected=expected))
    return tuple(found)


def proofread(sheet: Sheet) -> Iterator[Finding]:
    """Mark the reference and each misconception from their values; nothing is run."""
    bare = _without_source_rules(sheet)
    prepared = marking.prepare(bare, seed=sheet.seed)
    yield from _reference_earns_all(bare, prepared)
    for question in bare.questions:
        for mistake in question.misconceptions:
            yield _is_recognised(bare, prepared, question, mistake.name, mistake.reference)
        for variant in question.accepted:
            yield _is_accepted(bare, prepared, question, variant)
    yield from _answered_elsewhere(sheet, bare, prepared)
    yield from _fit_together(prepared)
    yield from _handed_out(prepared)
    yield from _pairs(prepared)
    yield from _translated(sheet)


def run_samples(
    sheet: Sheet, isolation: Isolation, *, jobs: int, also: Sequence[Path] = ()
) -> Iterator[Finding]:
    """Run the starters and every sample, and compare their marks with what they must get.

    ``also`` are further starters, as those that are about to be handed out.
    """
    session = pipeline.open_session(sheet, isolation=isolation)

    def grade(path: Path) -> Grade:
        (source,) = intake.collect([path]).sources
        return pipeline.judge(observing.observe(source, session), session)

    untouched = (*observing.starters(sheet), *also)
    tried = samples(sheet)
    if isolation.level == "none":
        tried = tuple(sample for sample in tried if not sample.hostile)
        why = say("they attack the machine that runs them; they need a sandbox")
        yield Finding(level="warning", what=say("hostile samples were left out"), sentence=why)
    with ThreadPoolExecutor(jobs) as workers:
        grades = workers.map(grade, [*untouched, *(sample.path for sample in tried)])
        for starter in untouched:
            yield _earns_nothing(starter.name, next(grades))
        for sample in tried:
            yield _as_expected(sample, next(grades))


def _expected(sidecar: Path, sheet: Sheet) -> Expected:
    try:
        expected = msgspec.toml.decode(sidecar.read_bytes(), type=Expected)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError) as problem:
        raise AuthorError(f"{sidecar}: {problem}") from None
    known = {question.id for question in sheet.questions}
    for name in (*expected.verdicts, *expected.misconceptions):
        if name not in known:
            raise AuthorError(
                say(
                    "{sidecar}: {name!r} is no question of {sheet}",
                    sidecar=sidecar,
                    name=name,
                    sheet=sheet.name,
                )
            )
    return expected


def _without_source_rules(sheet: Sheet) -> Sheet:
    """Values alone have no source code, so rules on source code are left out.

    So are steps: beside a right end, a mistake would keep all its points and not show.
    """
    tasks = (replace(t, questions=tuple(map(_bare, t.questions))) for t in sheet.tasks)
    return replace(sheet, tasks=tuple(tasks))


def _bare(question: Question) -> Question:
    return replace(question, forbids=(), requires=(), steps=(), instead=())


def _answered_elsewhere(sheet: Sheet, bare: Sheet, prepared: Prepared) -> Iterator[Finding]:
    """Leave each question with ``instead=`` open: right answers to the others earn it all."""
    for task, plain in zip(sheet.tasks, bare.tasks, strict=True):
        for question in (one for one in task.questions if one.instead):
            asked = tuple(replace(q, instead=question.instead) if q.name == question.name else q
                          for q in plain.questions)  # fmt: skip
            alone = replace(bare, tasks=(replace(plain, questions=asked),))
            grade = _mark_values(alone, replace(prepared, sheet=alone), {}, left_out=question.id)
            mark = _mark_of(question, grade)
            right = mark.verdict is Verdict.CORRECT
            yield Finding(
                level="ok" if right else "error",
                what=say(
                    "{id}: answered instead by {names}",
                    id=question.id,
                    names=", ".join(question.instead),
                ),
                sentence="" if right else _gives(mark),
            )


def _fit_together(prepared: Prepared) -> Iterator[Finding]:
    """What is declared to hold between own values has to hold between the right ones."""
    for one, against in consistency.unsound(prepared):
        sentence = (
            say("{place}: {sentence} Correct the invariant.", place=one.origin, sentence=against)
            if against
            else ""
        )
        level: Literal["ok", "error"] = "error" if against else "ok"
        yield Finding(
            level=level,
            what=say("the references fit together: {text}", text=one.text),
            sentence=sentence,
        )


def of_bundle(sheet: Sheet, bundle: Bundle) -> Iterator[Finding]:
    """Look for answers in what is about to be handed out."""
    prepared = marking.prepare(sheet, seed=sheet.seed, proofread=False)
    written = statement.of(sheet)
    for what, found in (
        (say("the hand-out holds no answer"), leaks.told(bundle.files, prepared, written)),
        (say("the statement says what its examples give"), sound.given_away(sheet, written)),
    ):
        sentence = "; ".join(found)
        yield Finding(level="error" if sentence else "ok", what=what, sentence=sentence)


def _handed_out(prepared: Prepared) -> Iterator[Finding]:
    """Say what of examples and invariants learners must not get."""
    for one in sound.findings(prepared):
        yield Finding(level="error" if one.problem else "ok", what=one.what, sentence=one.problem)


def _translated(sheet: Sheet) -> Iterator[Finding]:
    """Say what a translation lacks or has lost; in its place the original is shown."""
    for one in translation.remarks(sheet):
        level: Literal["ok", "warning"] = "warning" if one.sentence else "ok"
        yield Finding(level=level, what=one.what, sentence=one.sentence)


def _pairs(prepared: Prepared) -> Iterator[Finding]:
    """Say which two mistakes at once cannot be told from something else."""
    for one in ambiguity.pairs(prepared):
        named = "; ".join(one.alike[:MOST_NAMED])
        more = len(one.alike) - MOST_NAMED
        parts = [named, say("{count} more", count=more) if more > 0 else ""]
        if one.left_out:
            parts.append(say("{count} comparisons were not made", count=one.left_out))
        yield Finding(
            level="warning" if one.alike else "ok",
            what=say("{id}: {count} pairs of misconceptions", id=one.question.id, count=one.pairs),
            sentence="; ".join(filter(None, parts)),
        )


def _reference_earns_all(sheet: Sheet, prepared: Prepared) -> Iterator[Finding]:
    grade = _mark_values(sheet, prepared, {})
    wrong = [
        mark
        for mark, question in zip(grade.questions, sheet.questions, strict=True)
        if question.kind != "text" and mark.verdict is not Verdict.CORRECT
    ]
    decided = sum(q.points for q in sheet.questions if q.kind != "text")
    what = say(
        "the reference earns {points} of {points} points (texts go to a person)",
        points=decimal(f"{decided:g}"),
    )
    yield Finding(level="error" if wrong else "ok", what=what, sentence=_told(wrong))


def _is_recognised(
    sheet: Sheet, prepared: Prepared, question: Question, name: str, reference: Reference
) -> Finding:
    mark = _mark_with(sheet, prepared, question, reference)
    what = say("{id}: misconception {name}", id=question.id, name=name)
    if mark.verdict is not Verdict.MISCONCEPTION or name not in mark.misconceptions:
        return Finding(level="error", what=what, sentence=_gives(mark))
    if mark.note != f"misconception:{name}":
        return Finding(
            level="warning", what=what, sentence=say("is not told apart: {note}", note=mark.note)
        )
    return Finding(level="ok", what=what)


def _is_accepted(
    sheet: Sheet, prepared: Prepared, question: Question, variant: Accepted
) -> Finding:
    left = next(iter(variant.left), "")
    mark = _mark_with(sheet, prepared, question, variant.reference, left=left)
    right = mark.verdict is Verdict.CORRECT and mark.points == question.points
    sentence = "" if right else _gives(mark)
    what = say("{id}: accepted variant {name}", id=question.id, name=variant.name)
    return Finding(level="ok" if right else "error", what=what, sentence=sentence)


def _mark_with(
    sheet: Sheet, prepared: Prepared, question: Question, reference: Reference, *, left: str = ""
) -> Mark:
    changed = {question.id: reference}
    grade = _mark_values(sheet, prepared, changed, lefts={question.id: left} if left else {})
    return _mark_of(question, grade)


def _mark_of(question: Question, grade: Grade) -> Mark:
    return next(mark for mark in grade.questions if mark.question == question.id)


def _mark_values(
    sheet: Sheet,
    prepared: Prepared,
    changed: dict[str, Reference],
    *,
    left_out: str = "",
    lefts: dict[str, str] = NO_LEFTS,
) -> Grade:
    """Mark a submission whose answers are the references, or those ``changed`` by question.

    The question ``left_out`` is not answered; ``lefts`` are left sides of formulas.
    """
    bindings, functions, known = [], [], dict[str, Any]()
    for number, question in enumerate(sheet.questions, start=1):
        reference = changed.get(question.id, question.reference)
        plan = function_probe(question, seed=sheet.seed)
        if question.id == left_out:
            continue
        if plan is not None:
            functions.append(_called(question, number, plan, reference))
        elif question.kind == "value":
            upstream = {name: known[name] for name in question.depends}
            # Only the question itself may be wrong: later ones are computed from the truth.
            known[question.name] = question.reference(**upstream)
            value = from_python(reference(**upstream))
            bindings.append(Binding(name=question.name, cell=number, value=value))
    cells = tuple(
        _answering(question, number, changed.get(question.id, question.reference), lefts)
        for number, question in enumerate(sheet.questions, start=1)
        if question.id != left_out
    )
    submission = Submission(name="reference", source="", sha256="", kind="notebook", cells=cells)
    run = Run(status=RunStatus.OK, bindings=tuple(bindings), functions=tuple(functions))
    return marking.mark(prepared, submission, run)


def _answering(
    question: Question, number: int, reference: Reference, lefts: dict[str, str]
) -> Cell:
    """Return the cell of one answer; a formula stands in it, all else is in the run."""
    if question.kind != "formula":
        return Cell(number=number, kind="code", source=f"{question.name} = ...")
    left = lefts.get(question.id, question.name)
    equation = f"$${left} = {str(reference()).replace('$', '')}$$"
    return Cell(number=number, kind="markdown", source=equation, answers=question.id)


def _called(
    question: Question, number: int, plan: FunctionProbe, reference: Reference
) -> FunctionRun:
    results = tuple(
        CallResult(value=from_python(reference(**{k: to_python(v) for k, v in call.arguments})))
        for call in plan.calls
    )
    return FunctionRun(question=question.id, name=question.name, cell=number, results=results)


def _earns_nothing(name: str, grade: Grade) -> Finding:
    earned = [mark for mark in grade.questions if mark.points != 0]
    what = say("the untouched starter {name} runs and earns 0 points", name=name)
    ended = grade.run.status if grade.run else grade.status
    stopped = say("its run ends with {status}", status=ended) if ended is not RunStatus.OK else ""
    sentence = _told(earned) or stopped
    return Finding(level="error" if sentence else "ok", what=what, sentence=sentence)


def _as_expected(sample: Sample, grade: Grade) -> Finding:
    problems = list(differences(sample.expected, grade))
    level: Literal["ok", "error"] = "error" if problems else "ok"
    return Finding(level=level, what=sample.name, sentence="; ".join(problems))


def differences(expected: Expected, grade: Grade) -> Iterator[str]:
    """Yield one sentence for each thing in which a grade is not what a sample must get."""
    status = grade.run.status if grade.run else None
    for what, want, got in (
        ("run", expected.run, status),
        ("status", expected.status, grade.status),
        ("points", expected.points, round(grade.points, 2)),
    ):
        if want is not None and want != got:
            yield say("{what} is {got}, must be {want}", what=what, got=got, want=want)
    for mark in grade.questions:
        verdict = expected.verdicts.get(mark.question, expected.default)
        if mark.verdict != verdict:
            yield say(
                "{question} is {verdict} ({note}), must be {other}",
                question=mark.question,
                verdict=mark.verdict,
                note=mark.note,
                other=verdict,
            )
        named = expected.misconceptions.get(mark.question)
        if named is not None and set(named) != set(mark.misconceptions):
            yield say(
                "{question} names {given}, must name {expected}",
                question=mark.question,
                given=sorted(mark.misconceptions),
                expected=sorted(named),
            )


def _gives(mark: Mark) -> str:
    return say("gives {verdict} ({note})", verdict=mark.verdict, note=mark.note)


def _told(marks: Sequence[Mark]) -> str:
    return "; ".join(
        say(
            "{question} is {verdict} with {points} ({note})",
            question=m.question,
            verdict=m.verdict,
            points=m.points,
            note=m.note,
        )
        for m in marks
    )
