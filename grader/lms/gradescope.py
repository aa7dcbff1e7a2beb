"""Gradescope: who handed in what, from the list inside its export and from its table of grades.

Written after descriptions and samples in public repositories; not tried against Gradescope. There
is no file of grades that Gradescope takes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import yaml

from grader.errors import UsageError
from grader.language import say, sentence
from grader.lms import tables
from grader.lms.tables import Table

METADATA = "submission_metadata.yml"
"""Name of the list of who handed in, beside the folders of an export."""
MAX_DEPTH = 64
"""Lists within lists, up to which the list is read; Gradescope's has about ten."""
MAX_TOGETHER = 1_000
"""Submitters of one submission."""

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What is taken for a SID: a mail address in its place would go into files that hold none."""
_MOMENT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[ T](?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.[0-9]{1,12})? ?(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})"
)
_NOTHING = frozenset({"", "~", "null"})
_AGAIN = sentence("download it again in Gradescope")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True, slots=True)
class Submitters:
    """Who handed in together; a name is never read."""

    sids: tuple[str, ...]
    mails: tuple[str, ...]
    """In lower case; for the roster alone."""
    count: int
    """How many they are, with those that have neither."""
    at: datetime | None = None
    """When they did; None where no moment is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Learner:
    """One row of the table of grades."""

    sid: str
    mail: str
    submission: str
    """Number of the submission; empty where there is none."""
    line: int

    @property
    def shown(self) -> str:
        """What the learner is called in sentences."""
        return say("SID {sid}", sid=self.sid) if self.sid else say("line {line}", line=self.line)


def submitters(data: bytes) -> dict[str, Submitters]:
    """Return who handed in each folder of an export.

    The list is read as a stream of events: nothing of it is constructed, no tag is followed, and
    of anchors those of plain texts alone. Raises ``UsageError`` where it is no such list.
    """
    try:
        events = _known(iter(yaml.parse(data, Loader=_LOADER)))
        return dict(_folders(events))
    except (yaml.YAMLError, StopIteration, ValueError) as problem:
        raise UsageError(
            sentence(
                "{name}: cannot be read ({kind}); {remedy}",
                name=METADATA,
                kind=type(problem).__name__,
                remedy=_AGAIN,
            )
        ) from None


def is_grades(table: Table) -> bool:
    """Whether a table is one of grades that Gradescope wrote for one assignment."""
    titles = set(table.header)
    return bool(titles & {"SID", "Email"}) and {"Total Score", "Status"} <= titles


def learners(table: Table) -> tuple[Learner, ...]:
    """Return the rows of the table of grades; raises ``UsageError`` for one that is cut."""
    tables.refuse_drift(table, say(_AGAIN))
    columns = {title: at for at, title in enumerate(table.header)}

    def cell(cells: tuple[str, ...], title: str) -> str:
        return cells[columns[title]].strip() if title in columns else ""

    return tuple(
        Learner(
            sid=_sid(cell(row.cells, "SID")),
            mail=cell(row.cells, "Email").lower(),
            submission=cell(row.cells, "Submission ID"),
            line=row.line,
        )
        for row in table.rows[1:]
    )


def _sid(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else ""


def _known(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    """Yield the events, with each alias of a plain text as that text."""
    texts: dict[str, yaml.Event] = {}
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            # The parser takes time with the square of the depth.
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        if isinstance(event, yaml.AliasEvent):
            yield texts.get(event.anchor, event)
            continue
        if getattr(event, "anchor", None):
            texts.pop(event.anchor, None)
            if isinstance(event, yaml.ScalarEvent):
                texts[event.anchor] = event
        yield event


def _folders(events: Iterator[yaml.Event]) -> Iterator[tuple[str, Submitters]]:
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            break
    else:
        raise ValueError("no mapping")
    for folder, value in _items(events):
        people, at = Submitters(sids=(), mails=(), count=0), None
        for key, below in _items(events) if _is_mapping(value, events) else ():
            if key == "submitters" and isinstance(below, yaml.SequenceStartEvent):
                people = _submitters(events)
            elif key == "created_at":
                at = _created_at(below, events)
            else:
                _skip(below, events)
        if people.count or at:
            yield folder, replace(people, at=at)


def _created_at(event: yaml.Event, events: Iterator[yaml.Event]) -> datetime | None:
    """Return the moment that an event tells; one without a zone may be many, and is none."""
    if isinstance(event, yaml.MappingStartEvent):
        # Rails writes its times with zones as an object that holds the moment as ``utc``.
        found = None
        for key, value in _items(events):
            if key == "utc":
                found = _created_at(value, events)
            else:
                _skip(value, events)
        return found
    _skip(event, events)
    match = _MOMENT.fullmatch(event.value) if isinstance(event, yaml.ScalarEvent) else None
    if match is None:
        return None
    zone = "+00:00" if match["zone"] in ("Z", "UTC") else match["zone"]
    try:
        return datetime.fromisoformat(f"{match['date']}T{match['clock']}{zone}")
    except ValueError:
        return None


def _submitters(events: Iterator[yaml.Event]) -> Submitters:
    people: list[Mapping[str, str]] = []
    while not isinstance(one := next(events), yaml.SequenceEndEvent):
        if len(people) >= MAX_TOGETHER:
            raise ValueError(f"more than {MAX_TOGETHER} handed in together")
        if not _is_mapping(one, events):
            continue
        person = {}
        for key, value in _items(events):
            if isinstance(value, yaml.ScalarEvent):
                person[key] = "" if value.value in _NOTHING else value.value.strip()
            _skip(value, events)
        people.append(person)
    sids = dict.fromkeys(_sid(person.get("sid", "")) for person in people)
    mails = dict.fromkeys(person.get("email", "").lower() for person in people)
    return Submitters(
        sids=tuple(filter(None, sids)), mails=tuple(filter(None, mails)), count=len(people)
    )


def _items(events: Iterator[yaml.Event]) -> Iterator[tuple[str, yaml.Event]]:
    """Yield each key of the mapping just begun, and the event with which its value begins."""
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        if isinstance(key, yaml.ScalarEvent):
            yield key.value.removeprefix(":"), next(events)
        else:
            _skip(key, events)
            _skip(next(events), events)


def _is_mapping(event: yaml.Event, events: Iterator[yaml.Event]) -> bool:
    """Whether a mapping begins here; anything else is passed over."""
    if isinstance(event, yaml.MappingStartEvent):
        return True
    _skip(event, events)
    return False


def _skip(event: yaml.Event, events: Iterator[yaml.Event]) -> None:
    """Pass over the rest of what begins with ``event``."""
    depth = int(isinstance(event, yaml.CollectionStartEvent))
    while depth:
        event = next(events)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
