"""A platform's worksheet beside its download: who is in which team, and who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grader import files
from grader.cli import terminal
from grader.errors import SubmissionError, UsageError
from grader.intake import Intake, Source
from grader.intake.archive import list_archive
from grader.intake.roots import root_of
from grader.intake.source import Part
from grader.intake.whose import is_folder
from grader.language import say
from grader.lms import (
    blackboard,
    brightspace,
    brightspace_entries,
    canvas_groups,
    gradescope,
    ilias,
    moodle,
    tables,
    usernames,
)
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


def folders_for_feedback(path: Path) -> tuple[str, ...]:
    """Return the numbers of the users for whom a ZIP of ILIAS has a folder; of another ZIP none."""
    if path.is_dir():
        return ()
    try:
        entries = list_archive(Part(path=path, name=path.name))
        into = ilias.archive((entry.names for entry in entries), name=path.name)
    except (UsageError, SubmissionError):
        return ()
    return tuple(place.key for place in into.places)


def attempts(path: Path) -> dict[str, str]:
    """Return by a hand-in's number where its report goes, so that Brightspace knows whose it is.

    Raises ``UsageError`` where ``path`` is no download of Brightspace.
    """
    root = root_of(path)
    entries = [(entry.names, is_folder(entry)) for entry in root.entries]
    found = brightspace_entries.feedback(entries)
    if not found:
        raise UsageError(
            say(
                "--download {path}: is no download of Brightspace; give the ZIP or folder that was "
                "graded",
                path=path,
            )
        )
    return found


def called(found: Intake, path: Path, *, by_name: bool = False) -> Intake:
    """Return the hand-ins with what the roster knows of them, and say who is missing.

    ``by_name`` is a person's word that a learner's name may join what has no number in common.
    """
    table = tables.parse(read_bytes(path), name=path.name)
    sources, lines = told(found.sources, table, by_name=by_name)
    for line in lines:
        terminal.console(stderr=True).print(line, markup=False)
    return replace(found, sources=sources)


def told(
    sources: tuple[Source, ...], table: Table, *, by_name: bool
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Return the hand-ins with what a table knows of them, and a line each on who is missing.

    Raises ``UsageError`` for a table that is no roster.
    """
    if gradescope.is_grades(table):
        return sources, present(sources, table)
    if canvas_groups.is_groups(table):
        return _by_group(sources, table)
    if brightspace.is_grades(table):
        return _by_name(sources, table) if by_name else (sources, _names_alone(sources, table))
    names = (
        blackboard.logins(table, (one.identity for one in sources))
        if blackboard.is_grade_centre(table)
        else logins(table)
    )
    if names is not None:
        return _by_login(sources, table, names)
    sheet = moodle.worksheet_of(table)
    known_now = tuple(known(source, sheet) for source in sources)
    return known_now, attendance(known_now, sheet)


def logins(table: Table) -> tuple[str, ...] | None:
    """Return the login names of a roster; None of another table, as Moodle's that has some."""
    found = usernames.usernames(table)
    return None if found is None or moodle.is_worksheet(table) else found


def _by_login(
    sources: tuple[Source, ...], table: Table, logins: tuple[str, ...]
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    resolve = usernames.resolver(logins)
    known_now = tuple(
        replace(source, identity=resolve(source.identity)) if source.identity else source
        for source in sources
    )
    claimed = {one.identity.number for one in known_now if one.identity and one.identity.kind}
    missing = [login for login in logins if login not in claimed]
    lost = [one.name for one in known_now if not (one.identity and one.identity.kind)]
    return known_now, _attended(table, len(logins), missing, lost)


def _by_group(
    sources: tuple[Source, ...], table: Table
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    groups = canvas_groups.read(table)
    known_now = tuple(
        replace(one, identity=canvas_groups.resolve(one.identity, one.label, groups))
        if one.identity
        else one
        for one in sources
    )
    ours = [one.identity for one in known_now if one.identity and one.identity.kind]
    claimed = {number for one in ours for number in (one.members or (one.number,))}
    missing = [number for number in groups.written if number not in claimed]
    lost = [one.name for one in known_now if not (one.identity and one.identity.kind)]
    return known_now, _attended(table, len(groups.written), missing, lost)


def _by_name(
    sources: tuple[Source, ...], table: Table
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    ours = [
        (source.identity, source.label)
        for source in sources
        if source.identity and source.identity.lms == "brightspace"
    ]
    identities, missing = brightspace.resolve(ours, table)
    known_now = tuple(
        replace(source, identity=identities.get(source.identity, source.identity))
        if source.identity
        else source
        for source in sources
    )
    lost = [one.name for one in known_now if not (one.identity and one.identity.kind)]
    total = len(identities) + len(missing)
    lines = _attended(table, total, missing, lost)
    if not identities:
        return known_now, lines
    by_name = say(
        "{count} hand-ins met a row of {name} by the learner's name alone, for Brightspace's "
        "download has no number of this file; the export shows each",
        count=len(identities),
        name=table.name,
    )
    return known_now, (*lines, by_name)


def _names_alone(sources: tuple[Source, ...], table: Table) -> tuple[str, ...]:
    return (
        say(
            "Brightspace's download has no number of {name}, only names of learners, so none of "
            "the {count} hand-ins is joined to a row; --by-name joins them where one row and one "
            "hand-in carry a name",
            name=table.name,
            count=len(sources),
        ),
    )


def _attended(
    table: Table, total: int, missing: Sequence[str], lost: Sequence[str]
) -> tuple[str, ...]:
    lines = [
        say(
            "{name}: {count} of {total} learners handed in",
            name=table.name,
            count=total - len(missing),
            total=total,
        )
    ]
    lines += [say("no submission: {names}", names=_listed(missing))] if missing else []
    lines += [say("not in {name}: {names}", name=table.name, names=_listed(lost))] if lost else []
    return tuple(lines)


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
    lines = list(_attended(table, len(claims), missing, lost))
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
