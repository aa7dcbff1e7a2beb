"""A platform's worksheet beside its download: who is in which team, and who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grader.cli import terminal
from grader.errors import UsageError
from grader.intake import Intake, Source
from grader.lms import moodle, tables
from grader.lms.moodle import Worksheet

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
    sheet = read(path)
    sources = tuple(known(source, sheet) for source in found.sources)
    for line in attendance(sources, sheet):
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


def known(source: Source, sheet: Worksheet) -> Source:
    """Return a hand-in with what a worksheet knows of whose it is."""
    if source.identity is None or source.identity.lms != "moodle":
        return source
    return replace(source, identity=moodle.resolve(source.identity, source.label, sheet))


def _numbers(source: Source) -> tuple[str, ...]:
    identity = source.identity
    if identity is None or identity.lms != "moodle":
        return ()
    return identity.members if identity.kind == "team" else (identity.number,)


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
