"""Which grade goes to which learner of a platform: a plan, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from grader.grade import Gradebook
from grader.language import decimal, say, say_count
from grader.lms import matching, numbers
from grader.lms.matching import Claim, Export, Fate, Match, Place
from grader.webservice import web
from grader.webservice.holding import (
    NOTATION,
    Part,
    Platform,
    Shown,
    Spot,
    Wanted,
    lacking,
    report_name,
)
from grader.webservice.journal import Journal, digest
from grader.webservice.trouble import Passing, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What one learner is to be sent."""

    line: Match
    spot: Spot
    shown: Shown
    wanted: Wanted
    lacks: frozenset[Part]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The plan as it is shown, and what is to be sent."""

    export: Export
    deliveries: tuple[Delivery, ...]
    """Only those that lack something."""
    held: int
    """How many learners are sent nothing although their grade is decided: a person graded them
    on the platform, or the platform would not say what it holds."""


def matched(book: Gradebook, platform: Platform) -> tuple[Match, ...]:
    """Return which grade belongs to which learner; nothing beside grades is looked at yet."""
    places = [
        Place(key=spot.key, row=row, line=row + 1, grade=_written(spot))
        for row, spot in enumerate(platform.spots)
    ]
    claims = []
    for grade in book.submissions:
        keys, why = platform.keys(grade)
        claims.append(Claim(grade=grade, keys=keys, why_none=why))
    lines = matching.match(
        places, claims, lambda grade, _: matching.cell(grade, platform.maximum, NOTATION)
    )
    return tuple(_unless_excused(line, platform) for line in lines)


def plan(
    book: Gradebook,
    platform: Platform,
    lines: tuple[Match, ...],
    journal: Journal,
    pages: Mapping[str, bytes],
    *,
    overwrite: bool = False,
    seen: Callable[[Match], None] = lambda _: None,
) -> Plan:
    """Return what would be sent for ``lines``, having looked at what each learner is shown.

    ``pages`` are reports by submission. A grade that was never sent from here counts as a
    person's, and stays unless ``overwrite``. ``seen`` is called after each learner. A learner at
    whom the platform lets nobody look is left to a person; raises ``Passing`` where it gives no
    answer several times in a row, and ``Closed`` where it refuses altogether.
    """
    titles = {one.question: f"{one.part} {one.title}".strip() for one in book.sheet.questions}
    planning = _Planning(platform, journal, overwrite)
    done: list[Match] = []
    deliveries: list[Delivery] = []
    for line in lines:
        if line.fate not in (Fate.UPDATED, Fate.UNCHANGED):
            done.append(line)
            continue
        line, delivery = planning.one(line, pages[line.submission], titles)
        seen(line)
        done.append(line)
        if delivery is not None and delivery.lacks:
            deliveries.append(delivery)
    notes = (*_notes(book, platform, tuple(done), deliveries), *platform.notes())
    export = Export(plan=tuple(done), notes=notes, changes={})
    return Plan(export=export, deliveries=tuple(deliveries), held=planning.held)


class _Planning:
    """Looks at one learner after the other, and says what is to be sent."""

    def __init__(self, platform: Platform, journal: Journal, overwrite: bool) -> None:
        self._platform = platform
        self._journal = journal
        self._overwrite = overwrite
        self._silent = 0
        self.held = 0
        """How many learners are sent nothing although their grade is decided."""

    def one(
        self, line: Match, page: bytes, titles: dict[str, str]
    ) -> tuple[Match, Delivery | None]:
        """Return the line as it is shown, and what is sent; None where a person must look."""
        try:
            found = _delivery(line, self._platform, page, titles)
        except Refused as problem:
            return self._held(line, problem.reason)
        except Passing as problem:
            self._silent += 1
            if self._silent == web.GIVEN_UP:
                raise
            return self._held(line, problem.reason)
        self._silent = 0
        if not self._overwrite and _is_a_persons(found, self._journal):
            reason = say(
                "was graded on the platform; --overwrite replaces that by {grade}",
                grade=decimal(line.after),
            )
            return self._held(line, reason)
        found = _keeping_comment(found, self._platform, self._journal)
        return found.line, found

    def _held(self, line: Match, reason: str) -> tuple[Match, None]:
        self.held += 1
        return replace(line, fate=Fate.UNDECIDED, after=line.before, detail=reason), None


def _delivery(line: Match, platform: Platform, page: bytes, titles: dict[str, str]) -> Delivery:
    assert line.place is not None and line.grade is not None, "a graded line has both"
    spot = platform.spots[line.place.row]
    shown = web.patiently(lambda: platform.look(spot))
    comment = platform.comment(line.grade, titles)
    number = numbers.read(line.after)
    assert number is not None, "written by us"
    wanted = Wanted(
        grade=number,
        comment=comment,
        report=report_name(page, comment) if platform.has_reports else "",
        page=page,
    )
    lacks = lacking(shown, wanted, comment_is_apart=platform.comment_is_apart)
    return Delivery(
        line=_said(line, shown, lacks), spot=spot, shown=shown, wanted=wanted, lacks=lacks
    )


def _said(line: Match, shown: Shown, lacks: frozenset[Part]) -> Match:
    """Return the line with what is sent beside the grade, and what stays."""
    if not lacks:
        return replace(line, fate=Fate.UNCHANGED, detail=_kept(shown))
    if Part.GRADE in lacks:
        return replace(line, fate=Fate.UPDATED, detail=_kept(shown))
    return replace(line, fate=Fate.UPDATED, detail=_kept(shown) or say("only comment and report"))


def _kept(shown: Shown) -> str:
    if shown.others:
        return say("keeps the files that a person gave back; no report is sent")
    if shown.comment and not shown.is_ours:
        return say("keeps the comment that a person wrote")
    return ""


def _is_a_persons(one: Delivery, journal: Journal) -> bool:
    """Whether the grade that would be replaced was not sent from here."""
    if Part.GRADE not in one.lacks or one.shown.grade is None:
        return False
    return NOTATION.write(one.shown.grade) not in journal[one.spot.user].grades


def _keeping_comment(one: Delivery, platform: Platform, journal: Journal) -> Delivery:
    """Leave a comment of ours alone that a person has changed since."""
    sent = journal[one.spot.user].comments
    if not platform.comment_is_apart or Part.COMMENT not in one.lacks or not sent:
        return one
    if not one.shown.comment or digest(one.shown.comment) in sent:
        return one
    shown = replace(one.shown, is_ours=False)
    lacks = one.lacks - {Part.COMMENT}
    return replace(one, shown=shown, lacks=lacks, line=_said(one.line, shown, lacks))


def _unless_excused(line: Match, platform: Platform) -> Match:
    if line.place is None or not platform.spots[line.place.row].excused or line.grade is None:
        return line
    return replace(
        line,
        fate=Fate.UNMATCHED,
        after=line.before,
        detail=say("is excused or not assigned in Canvas"),
    )


def _notes(
    book: Gradebook, platform: Platform, plan: tuple[Match, ...], deliveries: list[Delivery]
) -> Iterator[str]:
    yield from matching.notes(plan, book.sheet.max_points, [platform.maximum])
    reports = sum(Part.REPORT in one.lacks for one in deliveries)
    if reports:
        yield say_count("{count} report is sent", "{count} reports are sent", reports)


def _written(spot: Spot) -> str:
    return "" if spot.grade is None else NOTATION.write(spot.grade)
