"""A platform's worksheet beside its download: who is in which team, and who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grader import files
from grader.cli import terminal
from grader.errors import UsageError
from grader.intake import Intake, Source
from grader.language import say
from grader.lms import gradescope, moodle, tables
from grader.lms.moodle import Worksheet
from grader.lms.tables import Table

_LISTED = 20
"""Numbers that a line names before it only counts them."""


def read(path: Path) -> Worksheet:
    """Read a worksheet; raises ``UsageError`` naming the file."""
    return moodle.worksheet(read_bytes(path), name=path.name)


def read_bytes(path: Path) -> bytes:
    """Return a table's bytes; raises ``UsageError`` naming the file."""
    try:
        with path.open("rb") as file:
            return file.read(tables.MAX_BYTES + 1)
    except OSError as problem:
        raise UsageError(
            say(
                "{path}: cannot be read ({problem}); give the path of the file as it was "
                "downloaded",
                path=path,
                problem=files.reason(problem),
            )
        ) from None


def called(found: Intake, path: Path) -> Intake:
    """Return the hand-ins with what the roster knows of them, and say who is missing."""
    table = tables.parse(read_bytes(path), name=path.name)
    if gradescope.is_grades(table):
        sources, lines = found.sources, present(found.sources, table)
    else:
        sheet = read(path)
        sources = tuple(known(source, sheet) for source in found.sources)
        lines = attendance(sources, sheet)
    for line in lines:
        terminal.console(stderr=True).print(line, markup=False)
    return replace(found, sources=sources)


def attendance(sources: Sequence[Source], sheet: Worksheet) -> tuple[str, ...]:
    """Return one line each on who handed in nothing and which hand-ins nobody claims."""
    rows = {one.number for one in sheet.participants}
    handed_in = {number for source in sources for number in _numbers(source)}
    lost = [source.name for source in sources if not rows.intersection(_numbers(source))]
    present = len(rows & handed_in)
    lines = [
        say(
            "{name}: {count} of {total} participants handed in",
            name=sheet.table.name,
            count=present,
            total=len(rows),
        )
    ]
    if rows - handed_in:
        lines.append(
            say("no submission: {names}", names=_listed(sorted(rows - handed_in, key=int)))
        )
    if lost:
        lines.append(say("not in {name}: {names}", name=sheet.table.name, names=_listed(lost)))
    return tuple(lines)


def present(sources: Sequence[Source], table: Table) -> tuple[str, ...]:
    """Return what ``attendance`` does, of a table of grades of Gradescope.

    Learner and hand-in meet by the SID, else by the mail address, else by the submission's number.
    """
    learners = gradescope.learners(table)
    ours = [one for one in sources if one.identity and one.identity.lms == "gradescope"]
    places: tuple[dict[str, list[str]], ...] = ({}, {}, {})
    for source in ours:
        assert source.identity is not None, "of Gradescope"
        keys = (source.identity.members, source.mails, (source.identity.number,))
        for place, found in zip(places, keys, strict=True):
            for key in found:
                place.setdefault(key, []).append(source.name)
    claims = {
        learner: next(filter(None, map(dict.get, places, _keys(learner))), [])
        for learner in learners
    }
    claimed = {name for names in claims.values() for name in names}
    missing = [learner.shown for learner, names in claims.items() if not names]
    lost = [source.name for source in ours if source.name not in claimed]
    lines = [
        say(
            "{name}: {count} of {total} learners handed in",
            name=table.name,
            count=len(claims) - len(missing),
            total=len(claims),
        )
    ]
    lines += [say("no submission: {names}", names=_listed(missing))] if missing else []
    lines += [say("not in {name}: {names}", name=table.name, names=_listed(lost))] if lost else []
    lines += [
        say(
            "{learner}: {count} hand-ins ({names}); a person says which counts",
            learner=learner.shown,
            count=len(names),
            names=_listed(names),
        )
        for learner, names in claims.items()
        if len(names) > 1
    ]
    return tuple(lines)


def _keys(learner: gradescope.Learner) -> tuple[str, str, str]:
    return learner.sid, learner.mail, learner.submission


def known(source: Source, sheet: Worksheet) -> Source:
    """Return a hand-in with what a worksheet knows of whose it is, and when it came."""
    if source.identity is None or source.identity.lms != "moodle":
        return source
    identity = moodle.resolve(source.identity, source.label, sheet)
    return replace(source, identity=identity, arrival=moodle.arrival(identity, sheet))


def _numbers(source: Source) -> tuple[str, ...]:
    identity = source.identity
    if identity is None or identity.lms != "moodle":
        return ()
    return identity.members if identity.kind == "team" else (identity.number,)


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    shown, more = ", ".join(names[:_LISTED]), len(names) - _LISTED
    return say("{names} and {count} more", names=shown, count=more) if more > 0 else shown
