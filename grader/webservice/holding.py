"""What a platform holds of each learner, what it shall hold, and what is lacking."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from html.parser import HTMLParser
from typing import Protocol

from grader.grade import Grade
from grader.lms.numbers import Notation

NOTATION = Notation(separator=".", decimals=2)
"""How grades are sent, and at how many decimals they are compared."""

_REPORT = re.compile(r"(?P<name>feedback-[0-9a-f]{12})(?:[ _-]?\(?\d+\)?)?\.html")
"""Our name of a report; platforms number files that are called alike."""
_OLD = ("feedback.html",)
"""What reports are called that were uploaded as files."""


class Part(StrEnum):
    """What may be lacking."""

    GRADE = "grade"
    COMMENT = "comment"
    REPORT = "report"
    SURPLUS = "surplus"
    """Reports of ours that are out of date, or there twice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """One learner of the assignment."""

    user: str
    """The platform's number of the learner, by which grades are sent."""
    key: str
    """The number by which hand-ins are called; empty where the platform has none."""
    grade: Decimal | None
    excused: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What the platform shows one learner now."""

    grade: Decimal | None = None
    comment: str = ""
    """What stands where our comment goes; empty where nothing does."""
    is_ours: bool = False
    """The comment is one of ours."""
    reports: tuple[str, ...] = ()
    """Our reports, by their names, as often as each is there."""
    places: tuple[str, ...] = ()
    """The platform's numbers of what ``reports`` hang on, where it has any."""
    from_others: tuple[str, ...] = ()
    """Reports that another marker sent in the same way."""
    others: bool = False
    """A person's files are there, which a report of ours would replace."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the platform shall show one learner."""

    grade: Decimal
    comment: str
    """Empty where none is to be sent."""
    report: str
    """The report's name, which tells its content; empty where none is to be sent."""
    page: bytes = b""


class Platform(Protocol):
    """One assignment of a platform."""

    maximum: Decimal
    spots: tuple[Spot, ...]
    has_reports: bool
    """It takes reports at all."""
    comment_is_apart: bool
    """Its comment stands beside the report, and is not a part of the same thing."""

    def notes(self) -> Iterable[str]:
        """Yield one sentence for each thing that a person must know before grades are sent."""

    def keys(self, grade: Grade) -> tuple[tuple[str, ...], str]:
        """Return the keys of the spots that a grade belongs to; where none, the reason."""

    def comment(self, grade: Grade, titles: dict[str, str]) -> str:
        """Return the comment for a grade, as the platform takes it; empty where it takes none."""

    def look(self, spot: Spot, *, anew: bool = False) -> Shown:
        """Return what is shown; ``anew`` asks again where it was read before.

        Raises ``Passing``, ``Refused`` or ``Closed``, as ``send`` does.
        """

    def send(self, spot: Spot, shown: Shown, wanted: Wanted, lacks: frozenset[Part]) -> None:
        """Make the platform show what it lacks."""

    def taken(self, sent: Iterable[tuple[Spot, Wanted]]) -> set[str]:
        """Return the users whose grade is there now, of those to whom one was sent.

        Like all of a platform but ``look`` and ``send``, it tries again by itself.
        """


def lacking(shown: Shown, wanted: Wanted, *, comment_is_apart: bool) -> frozenset[Part]:
    """Return what must be sent so that ``wanted`` is shown, and shown once.

    A comment that a person wrote lacks nothing, nor does a report whose place a person's files
    have: both stay.
    """
    lacks = set()
    if shown.grade is None or NOTATION.write(shown.grade) != NOTATION.write(wanted.grade):
        lacks.add(Part.GRADE)
    is_free = shown.is_ours or not shown.comment
    differs = said(shown.comment) != said(wanted.comment)
    if comment_is_apart and wanted.comment and is_free and differs:
        lacks.add(Part.COMMENT)
    if wanted.report and not shown.others:
        if wanted.report not in (*shown.reports, *shown.from_others):
            lacks.add(Part.REPORT)
        if set(shown.reports) - {wanted.report} or len(shown.reports) > 1:
            lacks.add(Part.SURPLUS)
    return frozenset(lacks)


def report_name(page: bytes, comment: str) -> str:
    """Return what a report is called: its content and the comment's tell its name.

    Two reports of one size may differ in a single digit, so no size would tell them apart.
    """
    digest = hashlib.sha256(page + b"\0" + comment.encode("utf-8", "replace")).hexdigest()
    return f"feedback-{digest[:12]}.html"


def our_report(name: str) -> str | None:
    """Return the name under which a file was sent, where it is a report of ours."""
    if name in _OLD:
        return name
    found = _REPORT.fullmatch(name)
    return f"{found['name']}.html" if found else None


def said(html: str) -> str:
    """Return what a comment says, whatever a platform has made of its tags and spaces."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.found).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.found.append(" ")

    def handle_data(self, data: str) -> None:
        self.found.append(data)
