"""``grader lms check``: what a platform's files are, and who in them would be matched."""

from __future__ import annotations

import argparse
import zipfile
from collections import Counter
from pathlib import Path

from grader import intake
from grader.cli import asking, rosters, terminal
from grader.errors import UsageError
from grader.intake import Source
from grader.language import decimal, say
from grader.lms import (
    blackboard,
    brightspace,
    canvas,
    canvas_groups,
    gradescope,
    ilias,
    moodle,
    tables,
)
from grader.lms.moodle import Worksheet
from grader.lms.tables import Table

_PROPER = {"ilias": "ILIAS", "openolat": "OpenOLAT"}


def run(chosen: argparse.Namespace) -> int:
    """Print what each file is and return 0; raises ``UsageError`` for one that is not known."""
    screen = terminal.console()
    rolls: list[Table] = []
    downloads: list[Path] = []
    for path in chosen.files:
        if not path.exists():
            raise UsageError(
                say("{path}: there is no such file; check the path's spelling", path=path)
            )
        if path.is_dir() or zipfile.is_zipfile(path):
            users = rosters.folders_for_feedback(path)
            if users:
                screen.print(_feedback(path, len(users)), markup=False)
            else:
                downloads.append(path)
            continue
        table = tables.parse(rosters.read_bytes(path), name=path.name)
        screen.print(_table(table), markup=False)
        if not (canvas.is_gradebook(table) or ilias.is_status_file(table)):
            rolls.append(table)
    if downloads:
        found = asking.collect(downloads, chosen.lms or "")
        for line in _download(found):
            screen.print(line, markup=False)
        for table in rolls:
            for line in rosters.told(found.sources, table, by_name=True)[1]:
                screen.print(line, markup=False)
    return 0


def _table(table: Table) -> str:
    """Return what a table is; raises ``UsageError`` for one that is not known."""
    if canvas.is_gradebook(table):
        return _gradebook(table)
    if gradescope.is_grades(table):
        return _grades(table)
    if canvas_groups.is_groups(table):
        groups = canvas_groups.read(table)
        return say(
            "{name}: groups of Canvas; {count} of {total} learners in {groups} groups",
            name=table.name,
            count=len(groups.group),
            total=len(groups.written),
            groups=len(groups.members),
        )
    if blackboard.is_grade_centre(table):
        return say(
            "{name}: a Grade Centre file of Blackboard; assignments: {titles}",
            name=table.name,
            titles=", ".join(blackboard.assignments(table)),
        )
    if brightspace.is_grades(table):
        titles = ", ".join(brightspace.items(table)) or say("none")
        return say(
            "{name}: a file of grades of Brightspace; grade items: {titles}",
            name=table.name,
            titles=titles,
        )
    if ilias.is_status_file(table):
        return say(
            "{name}: a status file of ILIAS's extension; {count} rows",
            name=table.name,
            count=len(table.rows) - 1,
        )
    logins = rosters.logins(table)
    if logins is not None:
        return say("{name}: a roster of {count} login names", name=table.name, count=len(logins))
    if not moodle.is_worksheet(table):
        raise UsageError(
            say(
                "{name}: is no table of a platform that is known here; download it again from the "
                "platform, or give a roster with one column Username",
                name=table.name,
            )
        )
    return _worksheet(moodle.worksheet_of(table))


def _feedback(path: Path, users: int) -> str:
    return say(
        "{name}: an archive for feedback of ILIAS; {count} users", name=path.name, count=users
    )


def _worksheet(sheet: Worksheet) -> str:
    words = sheet.columns.words
    graded = sum(1 for one in sheet.participants if one.grade.strip())
    maxima = sorted({f"{one.maximum:f}" for one in sheet.participants})
    facts = [
        say("in {language}", language=say(words.language))
        if words
        else say("in a language that is not known"),
        say("{count} participants, {graded} graded", count=len(sheet.participants), graded=graded),
        say("maximum grade {maximum}", maximum=", ".join(map(decimal, maxima)) or say("not known")),
        say("of teams") if sheet.is_of_teams else say("of single learners"),
        say("with comments")
        if sheet.columns.comments is not None
        else say("without a known comment column"),
        moodle.written_as(sheet),
    ]
    return say(
        "{name}: a grading worksheet of Moodle, {facts}",
        name=sheet.table.name,
        facts="; ".join(facts),
    )


def _gradebook(table: Table) -> str:
    titles = ", ".join(canvas.assignments(table)) or say("none")
    return say(
        "{name}: a gradebook of Canvas; assignments: {titles}", name=table.name, titles=titles
    )


def _grades(table: Table) -> str:
    return say(
        "{name}: a table of grades of Gradescope; {count} learners",
        name=table.name,
        count=len(table.rows) - 1,
    )


def _download(found: intake.Intake) -> list[str]:
    kinds = Counter(_kind(source) for source in found.sources)
    lines = [
        say("{count} hand-ins {kind}", count=number, kind=kind) for kind, number in kinds.items()
    ]
    lines += [
        say("cannot be read: {problem}", problem=one.problem)
        for one in found.sources
        if one.problem
    ]
    lines += [
        say("skipped {source}: {reason}", source=one.source, reason=one.reason)
        for one in found.skipped
    ]
    return lines or [say("no hand-ins")]


def _kind(source: Source) -> str:
    if source.identity is None:
        return say("of no platform, called by their files' names")
    platform = _PROPER.get(source.identity.lms, source.identity.lms.capitalize())
    if source.identity.anonymous:
        return say("of {platform}, without names", platform=platform)
    return say("of {platform}", platform=platform)
