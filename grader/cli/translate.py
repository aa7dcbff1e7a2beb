"""``grader translate``: the catalogue of a sheet's own texts in another language."""

from __future__ import annotations

import argparse

from grader import files, translation
from grader.cli import terminal
from grader.errors import UsageError
from grader.language import say, say_count


def run(chosen: argparse.Namespace) -> int:
    """Bring the catalogue up to date, say what is left, and return 0 if nothing is, else 1.

    With ``--check`` nothing is written, and a file that is behind the sheet is 1 as well.
    """
    sheet = terminal.load_sheet(chosen.sheet, chosen.course)
    found = translation.update(sheet, chosen.to)
    behind = found.changes
    if behind and not chosen.check:
        try:
            files.write_bytes(found.path, found.content)
        except OSError as problem:
            raise UsageError(
                say("{path}: cannot be written ({why})", path=found.path, why=problem.strerror)
            ) from None
    screen = terminal.console()
    total = say_count("{count} text", "{count} texts", found.total)
    screen.print(
        say(
            "{path}: {texts}, {new} new, {gone} gone, {left} to translate",
            path=found.path,
            texts=total,
            new=found.new,
            gone=found.gone,
            left=found.left,
        ),
        markup=False,
    )
    if behind and chosen.check:
        screen.print(say("The file is not as the sheet is; without --check it is written."))
    return int(found.left > 0 or (chosen.check and behind))
