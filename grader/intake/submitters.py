"""Whose the folders of Gradescope's export are, from the list that lies beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from grader.errors import SentenceError
from grader.intake.archive import read_parts
from grader.intake.source import Entry, Part, Skipped, Source
from grader.language import sentence
from grader.lms import gradescope
from grader.submission import Arrival

_READ = sentence("is Gradescope's list of who handed in, and was read")


def known(
    sources: Iterable[Source], entries: Sequence[Entry], shown: str, skipped: list[Skipped]
) -> tuple[list[Source], tuple[Entry, ...]]:
    """Return the sources with their submitters' numbers, and the entries without the list.

    Other platforms' sources stay as they are. What came of the list is told in ``skipped``.
    """
    sources = list(sources)
    ours = [one for one in sources if one.identity and one.identity.lms == "gradescope"]
    lists = [(e, e.part) for e in entries if e.names == (gradescope.METADATA,) and e.part]
    if not ours or not lists:
        return sources, tuple(entries)
    name = f"{shown}/{gradescope.METADATA}"
    try:
        people, said = _people(lists[0][1]), _READ
    except SentenceError as problem:
        people = {}
        said = sentence("is Gradescope's list of who handed in; {problem}", problem=problem)
    skipped.append(Skipped(source=name, reason=said))
    rest = tuple(entry for entry in entries if entry is not lists[0][0])
    return [_with(source, people) for source in sources], rest


def _people(part: Part) -> dict[str, gradescope.Submitters]:
    (data,) = read_parts([part])
    if not isinstance(data, bytes):
        raise data
    return gradescope.submitters(data)


def _with(source: Source, people: dict[str, gradescope.Submitters]) -> Source:
    identity = source.identity
    if identity is None or identity.lms != "gradescope":
        return source
    found = people.get(f"submission_{identity.number}")
    if found is None:
        return source
    source = replace(source, arrival=Arrival(at=found.at) if found.at else None)
    if not found.count:
        return source
    kind: Literal["learner", "team"] = "learner" if found.count == 1 else "team"
    of_whom = replace(identity, kind=kind, members=found.sids)
    return replace(source, identity=of_whom, mails=found.mails)
