"""The whole path, as a newcomer should read it.

    intake → sandbox (probe) → observations → marking (checks, reference) → grade → report
                                                                             grades.csv | .json

``observing.observe`` is the left half: it reads one hand-in and runs it in isolation; what comes
back is plain data and is stored. ``judge`` is the right half: it compares stored data with
references in this process and runs nothing of a learner's. ``grade_class`` does both for a whole
class, each submission on its own: whatever goes wrong with one becomes that one's own outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader import files, gradebook, intake, lateness, marking, publishing, store
from grader.audience import ALL_ENGLISH, Audience
from grader.errors import SentenceError, UsageError
from grader.grade import Grade, Gradebook, SheetHead
from grader.intake import Source
from grader.language import Language, say, speaking, spoken, told
from grader.lateness import LatePolicy
from grader.marking import Prepared
from grader.observing import Setting, boilerplate, observe, ours, set_out
from grader.publishing import PLAIN, Look
from grader.sandbox import Isolation
from grader.sheet import Sheet
from grader.store import Record
from grader.submission import Rejection

OnGrade = Callable[[Grade], None]
"""Told of each grade as soon as it is written down."""


@dataclass(frozen=True, kw_only=True)
class Session(Setting):
    """What all submissions of one grading run share."""

    prepared: Prepared
    late: LatePolicy | None = None
    """What lateness costs; None: nothing, and nothing is said of it."""
    now: datetime | None = None
    """The time of grading, from which it depends what reports show after the deadline."""
    audience: Audience = ALL_ENGLISH
    """Which languages its readers are spoken to in."""
    look: Look = PLAIN
    """What the pages look like."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A graded class and where its pages are."""

    book: Gradebook
    index: Path


def open_session(
    sheet: Sheet,
    *,
    isolation: Isolation,
    seed: int | None = None,
    scanned: bool = False,
    late: LatePolicy | None = None,
    now: datetime | None = None,
    audience: Audience | None = None,
    look: Look = PLAIN,
) -> Session:
    """Compute what is expected and fix what every run of this session has in common.

    With ``scanned`` slips of one digit on paper are excused. Raises ``UsageError`` if the sheet
    lies where submissions can read it.
    """
    session = prepare(set_out(sheet, isolation=isolation, seed=seed), scanned=scanned)
    return replace(session, late=late, now=now, audience=audience or ALL_ENGLISH, look=look)


def prepare(setting: Setting, *, scanned: bool = False, proofread: bool = True) -> Session:
    """Compute what is expected, so that runs of this setting can be judged.

    Without ``proofread`` the author's misconceptions are not compared with the references.
    """
    sheet, seed = setting.sheet, setting.seed
    prepared = marking.prepare(
        sheet, seed=seed, scanned=scanned, proofread=proofread, boilerplate=boilerplate(sheet)
    )
    return Session(**vars(setting), prepared=prepared)


def judge(record: Record, session: Session) -> Grade:
    """Mark what a record holds: everything after the observations, without running anything."""
    record = store.told(record)
    if record.submission is None or record.run is None:
        assert record.rejection is not None
        return marking.reject(session.sheet, record.rejection)
    try:
        return marking.mark(session.prepared, record.submission, record.run)
    except Exception as failure:
        rejection = ours(record.submission, failure)
        return marking.reject(session.sheet, replace(rejection, reason=told(rejection.reason)))


def grade_class(
    sources: Sequence[Source],
    session: Session,
    out: Path,
    *,
    jobs: int,
    resume: bool = False,
    on_grade: OnGrade = lambda grade: None,
) -> Outcome:
    """Grade every hand-in into ``out``; the order of results is that of ``sources``.

    Each submission's observations and report are on disk before the next one of its worker
    begins. On an interrupt the gradebook is written with what there is, then it goes on up.
    ``resume`` takes stored observations of the same file, sheet version and seed instead of
    running them again.
    """
    stems = files.unique_names([source.name for source in sources])
    grades: dict[int, Grade] = {}
    with ThreadPoolExecutor(jobs, thread_name_prefix="submission") as workers:
        waiting: dict[Future[Grade], int] = {
            workers.submit(_grade_one, source, session, out, stems[number], resume): number
            for number, source in enumerate(sources)
        }
        try:
            for done in as_completed(waiting):
                grades[waiting[done]] = grade = done.result()
                on_grade(grade)
        except KeyboardInterrupt:
            workers.shutdown(wait=False, cancel_futures=True)
            _publish(list(_with_interrupted(sources, grades, session)), session, out, stems)
            raise
    return _publish([grades[number] for number in range(len(sources))], session, out, stems)


def mark_again(
    records: Mapping[str, Record], session: Session, out: Path
) -> tuple[Outcome, Gradebook]:
    """Mark stored observations once more into ``out``; returns the new and the previous book.

    ``records`` are by the names of their files, which their pages keep. Grades are in the order
    of the previous book; those that it does not know come last.
    """
    before = gradebook.read(out / gradebook.JSON_NAME)
    order = {grade.submission: number for number, grade in enumerate(before.submissions)}
    stems = sorted(records, key=lambda stem: order.get(records[stem].name, len(order)))
    # What was observed stays observed: isolation and versions are those of the stored runs.
    session = replace(session, environment=next(iter(records.values())).environment)
    grades = [_marked_again(records[stem], session, out, stem) for stem in stems]
    return _publish(grades, session, out, stems), before


def _grade_one(source: Source, session: Session, out: Path, stem: str, resume: bool) -> Grade:
    with speaking(session.audience.of(source.name, source.identity)):
        return _graded(source, session, out, stem, resume)


def _graded(source: Source, session: Session, out: Path, stem: str, resume: bool) -> Grade:
    path = out / store.FOLDER / f"{stem}.json"
    stored = _stored(source, session, path) if resume else None
    # Whose a file is may be known better by now, as by a roster that was not there before.
    record = (
        store.of(stored, source.identity, source.arrival) if stored else observe(source, session)
    )
    if record is not stored:
        record = _kept(record, path)
    return _report_on(record, session, out, stem)


def _kept(record: Record, path: Path) -> Record:
    """Store a record; where we cannot, for a mistake of our own, what says so in its place."""
    try:
        store.write(record, path)
    except (OSError, SentenceError):
        raise
    except Exception as failure:
        rejection = ours(record.handed_in, failure)
        record = replace(record, submission=None, run=None, rejection=rejection)
        store.write(record, path)
    return record


def _marked_again(record: Record, session: Session, out: Path, stem: str) -> Grade:
    with speaking(session.audience.of(record.name, record.handed_in.identity)):
        return _report_on(record, session, out, stem)


def _report_on(record: Record, session: Session, out: Path, stem: str) -> Grade:
    grade = lateness.settle(judge(record, session), record.arrival, session.late)
    grade = replace(grade, language=spoken().code)
    book = gradebook.as_stored(_book([grade], session))
    (grade,) = book.submissions
    publishing.write_report(grade, record, book, out, stem, now=session.now, look=session.look)
    return grade


def _publish(grades: list[Grade], session: Session, out: Path, stems: Sequence[str]) -> Outcome:
    book = gradebook.as_stored(_book(grades, session))
    gradebook.write(book, out)
    return Outcome(book=book, index=publishing.write_index(book, out, stems, look=session.look))


def _book(grades: Sequence[Grade], session: Session) -> Gradebook:
    audience, sheet = session.audience, session.sheet
    used = {grade.language for grade in grades} - {audience.usual.code}
    return Gradebook(
        sheet=_head(sheet, audience.usual),
        environment=session.environment,
        submissions=tuple(grades),
        closes=lateness.closes(session.late) if session.late else None,
        language=audience.usual.code,
        sheets={code: _head(sheet, audience.known(code)) for code in sorted(used)},
    )


def _head(sheet: Sheet, language: Language) -> SheetHead:
    with speaking(language):
        return sheet.head()


def _stored(source: Source, session: Session, path: Path) -> Record | None:
    try:
        record = store.read(path)
    except UsageError:
        return None
    if record.rejection is not None and record.rejection.ours:
        return None
    same = (record.version, record.seed) == (session.sheet.version, session.seed)
    read = intake.read(source)
    return record if same and record.handed_in.sha256 == read.sha256 != "" else None


def _with_interrupted(
    sources: Sequence[Source], grades: dict[int, Grade], session: Session
) -> Iterator[Grade]:
    for number, source in enumerate(sources):
        if number in grades:
            yield grades[number]
            continue
        with speaking(session.audience.of(source.name, source.identity)):
            reason = say(
                "grading was interrupted before its turn; run the command again with --resume"
            )
            rejection = Rejection(
                name=source.name,
                source=source.shown,
                reason=reason,
                ours=True,
                identity=source.identity,
            )
            grade = marking.reject(session.sheet, rejection)
            yield replace(grade, language=spoken().code)
