"""``grader export``: grades into the platform's own file; a plan first, then both files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.text import Text

from grader import files, gradebook
from grader.cli import containers, rosters, terminal
from grader.errors import UsageError
from grader.grade import Gradebook
from grader.intake.archive import list_archive
from grader.intake.source import Part
from grader.language import say
from grader.lms import (
    blackboard,
    brightspace,
    canvas,
    ilias,
    matching,
    moodle_export,
    openolat,
)
from grader.lms.matching import Export, Fate, Match, graded

Into = TypeVar("Into")
Make = Callable[[dict[str, bytes]], Iterable[tuple[str, bytes]]]
"""Makes the files by name from the reports by submission."""


def run(chosen: argparse.Namespace) -> int:
    """Show the plan and write; return 0 (written) or 1 (not confirmed)."""
    containers.refuse(chosen)
    if chosen.lms == "gradescope-autograder":
        from grader.cli import bundle

        return bundle.run(chosen)
    book = gradebook.read(chosen.grades)
    if chosen.lms in containers.RESULTS:
        return containers.results(book, chosen)
    return _EXPORTS[chosen.lms](book, chosen)


def _moodle(book: Gradebook, chosen: argparse.Namespace) -> int:
    sheet = rosters.read(chosen.into)
    export = moodle_export.prepare(book, sheet)
    return _offer(
        export,
        book,
        chosen,
        lambda pages: moodle_export.files(export, sheet, pages),
        moodle_export.steps(sheet),
    )


def _into_table(
    read: Callable[..., Into],
    prepare: Callable[[Gradebook, Into], Export],
    files: Callable[[Export, Into, Mapping[str, bytes]], Iterable[tuple[str, bytes]]],
    steps: Callable[[Into], Iterable[str]],
    *words: str,
) -> Callable[[Gradebook, argparse.Namespace], int]:
    """Return the export into a platform's own table, of which one column is an assignment's.

    ``words`` are the options that ``read`` takes besides the assignment.
    """

    def export_into(book: Gradebook, chosen: argparse.Namespace) -> int:
        data = rosters.read_bytes(chosen.into)
        asked = {word: getattr(chosen, word) for word in words}
        into = read(data, name=chosen.into.name, assignment=chosen.assignment, **asked)
        export = prepare(book, into)
        return _offer(export, book, chosen, lambda pages: files(export, into, pages), steps(into))

    return export_into


def _brightspace(book: Gradebook, chosen: argparse.Namespace) -> int:
    attempts = rosters.attempts(chosen.download) if chosen.download else None
    export_into = _into_table(
        brightspace.read,
        partial(brightspace.prepare, attempts=attempts),
        partial(brightspace.files, attempts=attempts),
        partial(brightspace.steps, attempts=attempts),
        "in_points",
    )
    return export_into(book, chosen)


def _ilias(book: Gradebook, chosen: argparse.Namespace) -> int:
    into = _of_ilias(chosen.into)
    export = ilias.prepare(book, into)
    return _offer(
        export, book, chosen, lambda pages: ilias.files(export, into, pages), ilias.steps(into)
    )


def _openolat(book: Gradebook, chosen: argparse.Namespace) -> int:
    export = openolat.prepare(book)
    return _offer(
        export,
        book,
        chosen,
        lambda pages: openolat.files(export, book, pages),
        openolat.steps(),
    )


_EXPORTS = {
    "moodle": _moodle,
    "canvas": _into_table(canvas.read, canvas.prepare, canvas.files, canvas.steps),
    "ilias": _ilias,
    "blackboard": _into_table(
        blackboard.read, blackboard.prepare, blackboard.files, blackboard.steps, "in_points"
    ),
    "brightspace": _brightspace,
    "openolat": _openolat,
}


def _of_ilias(path: Path) -> ilias.Archive | ilias.StatusFile:
    """Read the archive for feedback, or else the status file of the extension."""
    data = rosters.read_bytes(path)
    if not data.startswith(b"PK"):
        return ilias.status_file(data, name=path.name)
    entries = list_archive(Part(path=path, name=path.name))
    return ilias.archive((entry.names for entry in entries), name=path.name)


def _offer(
    export: Export, book: Gradebook, chosen: argparse.Namespace, make: Make, steps: Iterable[str]
) -> int:
    """Show the plan; where it is clear and wanted, write all files and say how to upload them."""
    screen = terminal.console()
    show(export)
    _refuse(export.plan, chosen)
    pages = dict(pages_of(book, chosen.grades.parent, graded(export.plan)))
    written = {chosen.out / name: data for name, data in make(pages)}
    if not chosen.yes and not _confirmed():
        screen.print(say("nothing was written; give --yes to write without being asked"))
        return 1
    _write(written)
    for path, data in written.items():
        size = f"{len(data) / 1024:.0f}"
        screen.print(say("wrote {path} ({size} KiB)", path=path, size=size), markup=False)
    screen.print(say("to upload:"))
    for number, step in enumerate(steps, start=1):
        screen.print(f"{number}. {step}", markup=False)
    return 0


def show(export: Export) -> None:
    """Print the plan, how many lines have which fate, and what a person must know."""
    screen = terminal.console()
    rows = terminal.table(
        say("number"), say("submission"), say("what"), say("before"), say("now"), say("note")
    )
    for line in export.plan:
        cells = (line.key, line.submission, say(line.fate), line.before, line.after, line.detail)
        rows.add_row(*map(Text, cells))
    screen.print(rows)
    counts = matching.count(export.plan)
    screen.print(", ".join(f"{number} {say(fate)}" for fate, number in counts.items()))
    for note in export.notes:
        screen.print(say("note: {note}", note=note), markup=False)


def _refuse(plan: tuple[Match, ...], chosen: argparse.Namespace) -> None:
    into = chosen.into or chosen.grades
    doubtful = [line.key for line in plan if line.fate is Fate.AMBIGUOUS]
    if doubtful:
        raise UsageError(
            say(
                "{into}: {count} rows are ambiguous ({rows}), so nothing is written; grade "
                "each learner's or team's download once",
                into=into,
                count=len(doubtful),
                rows=", ".join(doubtful[:5]),
            )
        )
    if not graded(plan):
        raise UsageError(
            say(
                "{into}: no grade of {grades} belongs to a row; give the file of the same "
                "assignment, and decide what waits for a person",
                into=into,
                grades=chosen.grades,
            )
        )
    if (chosen.out / into.name).resolve() == into.resolve():
        raise UsageError(
            say(
                "-o {out}: would overwrite {into}; give another folder",
                out=chosen.out,
                into=into,
            )
        )
    if chosen.out.exists() and not chosen.out.is_dir():
        raise UsageError(say("-o {out}: is a file; give a folder", out=chosen.out))


def pages_of(book: Gradebook, folder: Path, plan: Iterable[Match]) -> Iterable[tuple[str, bytes]]:
    """Yield the reports that are sent, by submission; raises ``UsageError`` where one is gone."""
    names = [grade.submission for grade in book.submissions]
    stems = dict(zip(names, files.unique_names(names), strict=True))
    for name in dict.fromkeys(line.submission for line in plan):
        path = folder / "reports" / f"{stems[name]}.html"
        try:
            yield name, path.read_bytes()
        except OSError as problem:
            raise UsageError(
                say(
                    "{path}: cannot be read ({problem}); run `grader mark` to write the "
                    "reports again",
                    path=path,
                    problem=files.reason(problem),
                )
            ) from None


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        return False
    accepted = {"y", "yes", *say("y yes").split()}
    try:
        return input(say("write these? [y/N] ")).strip().lower() in accepted
    except EOFError:
        return False


def _write(written: dict[Path, bytes]) -> None:
    """Write all files; where one fails, those that were not there before are gone again."""
    new = [path for path in written if not path.exists()]
    try:
        for path, data in written.items():
            files.write_bytes(path, data)
    except BaseException:
        for path in new:
            with suppress(OSError):
                path.unlink()
        raise
