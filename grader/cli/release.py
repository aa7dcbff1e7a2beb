"""``grader release``: what learners get of a sheet, without its answers."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader import handout, observing, translation, verification
from grader.cli import terminal
from grader.errors import AuthorError
from grader.handout import Bundle
from grader.language import ENGLISH, language, say, say_count, speaking
from grader.sheet import Sheet
from grader.verification import Finding


def run(chosen: argparse.Namespace) -> int:
    """Write the bundle, say where it is and what is in it, and return 0.

    Raises ``AuthorError`` where something does not hold of the sheet; nothing is written then.
    """
    sheet = terminal.load_sheet(chosen.sheet, chosen.course)
    # Not this machine's language: the same sheet gives the same bytes everywhere.
    told_in = language(chosen.lang or ENGLISH, folders=[sheet.folder])
    with speaking(told_in):
        bundle = handout.make(sheet)
    _require(sheet, verification.proofread(sheet))
    with speaking(told_in):
        _require(sheet, verification.of_bundle(sheet, bundle))
    if not chosen.no_samples:
        _require(sheet, _run(sheet, bundle, chosen))
    folder, packed = handout.write(bundle, chosen.out)
    screen = terminal.console()
    for name in sorted(bundle.files):
        screen.print(f"{folder / name} ({len(bundle.files[name]) / 1024:.0f} KiB)", markup=False)
    screen.print(f"{packed} ({len(bundle.archive) / 1024:.0f} KiB)", markup=False)
    screen.print(say("No reference, expected value or hidden call was found in it."))
    if chosen.no_samples:
        screen.print(say("Starter and samples were not run; `grader verify` does that."))
    if told_in.code != ENGLISH and (left := translation.update(sheet, told_in.code).left):
        screen.print(
            say_count(
                "{count} text of the sheet has no translation and stands there as it is.",
                "{count} texts of the sheet have no translation and stand there as they are.",
                left,
            )
        )
    return 0


def _require(sheet: Sheet, findings: Iterable[Finding]) -> None:
    """Raise ``AuthorError`` with the first error; of warnings `grader verify` tells."""
    for finding in findings:
        if finding.level == "error":
            raise AuthorError(
                say(
                    "{name} is not handed out: {what}: {sentence} (`grader verify {name}` tells "
                    "all)",
                    name=sheet.name,
                    what=finding.what,
                    sentence=finding.sentence,
                )
            )


def _run(sheet: Sheet, bundle: Bundle, chosen: argparse.Namespace) -> Iterator[Finding]:
    """Run the starter that is handed out, and all that `grader verify` runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        also = [folder / one for one in bundle.starters]
        for path in also:
            path.write_bytes(bundle.files[path.name])
        total = len(verification.samples(sheet)) + len(observing.starters(sheet)) + len(also)
        isolation = terminal.isolation(chosen.isolation, sheet, submissions=total)
        jobs = chosen.jobs or os.cpu_count() or 1
        with terminal.progress(say("running starter and samples"), total) as bar:
            for finding in verification.run_samples(sheet, isolation, jobs=jobs, also=also):
                bar.advance(bar.task_ids[0])
                yield finding
