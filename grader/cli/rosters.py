"""A platform's worksheet beside its download: who is in which team, and who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grader.cli import terminal
from grader.errors import UsageError
from grader.intake import Intake, Source
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
            f"{path}: cannot be read ({problem.strerror}); give the path of the file as it was "
            "downloaded"
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
    lines = [f"{sheet.table.name}: {present} of {len(rows)} participants handed in"]
    if rows - handed_in:
        lines.append(f"no submission: {_listed(sorted(rows - handed_in, key=int))}")
    if lost:
        lines.append(f"not in {sheet.table.name}: {_listed(lost)}")
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
    lines = [f"{table.name}: {len(claims) - len(missing)} of {len(claims)} learners handed in"]
    lines += [f"no submission: {_listed(missing)}"] if missing else []
    lines += [f"not in {table.name}: {_listed(lost)}"] if lost else []
    lines += [
        f"{learner.shown}: {len(names)} hand-ins ({_listed(names)}); a person says which counts"
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
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
