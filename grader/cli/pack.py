"""``grader pack``: what is handed in, as one ZIP that says what is in it."""

from __future__ import annotations

import argparse
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader import files, intake, manifest, observing, sandbox
from grader.cli import selfcheck, terminal
from grader.errors import UsageError
from grader.handout import PublicSheet, blank, packing, public
from grader.handout.checked import State
from grader.handout.packing import Packed
from grader.intake.formats import READABLE, format_of
from grader.intake.source import MAX_FILE_BYTES
from grader.language import say, say_count, told
from grader.store import Record

ENDING = "-hand-in.zip"


def run(chosen: argparse.Namespace) -> int:
    """Pack and return 0; return 1 where something is missing, so that nothing was packed.

    What is looked at is the ZIP itself, read and run as grading does it.
    """
    handed_out = terminal.find_handed_out(chosen.files[0] if chosen.files else None)
    if handed_out is None:
        raise UsageError(say("there is no hand-out here; run it in the folder that you were given"))
    given = public.read(handed_out)
    work = _read(chosen.files or [selfcheck.written(given, handed_out.parent)])
    out: Path = chosen.out or handed_out.parent / f"{given.name}{ENDING}"
    _check_place(out)
    packed = packing.pack(given.name, work)
    aside = terminal.console(stderr=True)
    with aside.status(say("running your file from top to bottom")):
        found, remaining = _looked_at(packed, given, handed_out, chosen.isolation)
    for sentence in found:
        aside.print(sentence, markup=False)
    if found and not chosen.even_so:
        aside.print(say("Nothing was packed; `--even-so` packs it as it is."), markup=False)
        return 1
    files.write_bytes(out, packed.archive)
    _show(out, work, packed, remaining)
    return 0


def _show(out: Path, work: Mapping[str, bytes], packed: Packed, remaining: str) -> None:
    screen = terminal.console()
    for name in sorted(work):
        screen.print(f"{name} ({len(work[name]) / 1024:.0f} KiB)", markup=False)
    if remaining:
        screen.print(remaining, markup=False)
    screen.print(say("packed: {path}", path=out), markup=False)
    screen.print(say("receipt: {code}", code=packed.receipt), markup=False)
    screen.print(say("Hand in that ZIP. The receipt says what is in it; keep it."), markup=False)


def _read(paths: Sequence[Path]) -> dict[str, bytes]:
    work: dict[str, bytes] = {}
    for path in paths:
        if any(files.folded(path.name) == files.folded(name) for name in work):
            raise UsageError(say("{path}: another file has that name; rename one", path=path))
        work[path.name] = _bytes(path)
    if len(work) > manifest.MAX_FILES:
        raise UsageError(
            say("{count} files are more than {limit}", count=len(work), limit=manifest.MAX_FILES)
        )
    return work


def _bytes(path: Path) -> bytes:
    if format_of(path.name) not in READABLE:
        raise UsageError(
            say("{path}: is no notebook, module or text; grading reads nothing else", path=path)
        )
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UsageError(say("{path}: is no file", path=path))
        if found.st_size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024**2
            raise UsageError(say("{path}: is larger than {limit} MiB", path=path, limit=limit))
        return path.read_bytes()
    except OSError as problem:
        raise UsageError(f"{path}: {problem.strerror}") from None


def _check_place(out: Path) -> None:
    """Raise ``UsageError`` where something else than an earlier hand-in would be lost."""
    if out.suffix.lower() != ".zip":
        raise UsageError(say("-o {path}: is to be a ZIP; give a name that ends in .zip", path=out))
    if not out.exists() and not out.is_symlink():
        return
    try:
        with zipfile.ZipFile(out) as before:
            is_ours = manifest.FILE in before.namelist()
    except (OSError, zipfile.BadZipFile):
        is_ours = False
    if not is_ours:
        raise UsageError(say("-o {path}: is in the way; move it or give another -o", path=out))


def _looked_at(
    packed: Packed, given: PublicSheet, handed_out: Path, isolation: str
) -> tuple[list[str], str]:
    """Return what speaks against handing it in, and what is left to look at, which does not."""
    sheet = blank.sheet(given, handed_out.parent)
    setting = observing.set_out(sheet, isolation=sandbox.isolation(isolation))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{given.name}.zip"
        path.write_bytes(packed.archive)
        (source,) = intake.collect_single(path).sources
        record = observing.observe(source, setting)
    if record.submission is None or record.run is None:
        return [*_unread(record)], ""
    outcome = selfcheck.looking(given, sheet)(record)
    failing = sum(one.state is State.FAILS and one.found for one in outcome.questions)
    failing += sum(one.state is State.FAILS for one in outcome.invariants)
    remaining = say_count(
        "{count} public check fails; `grader check` says which.",
        "{count} public checks fail; `grader check` says which.",
        failing,
    )
    return [*packing.problems(outcome, record.run)], remaining if failing else ""


def _unread(record: Record) -> Iterator[str]:
    assert record.rejection is not None, "a record holds a submission or a rejection"
    yield say("It cannot be read: {why}", why=told(record.rejection.reason))
