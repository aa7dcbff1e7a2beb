"""``grader report``: makes the pages of stored grades anew, without running or marking."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from grader import gradebook, publishing
from grader.cli import papers, terminal
from grader.errors import UsageError
from grader.language import say


def run(chosen: argparse.Namespace) -> int:
    """Write the pages and return 0, or 1 where a PDF could not be made."""
    _refuse_another(chosen.out, chosen.lang)
    if chosen.pdf:
        papers.require()
    look = terminal.look_from_here(chosen.course)
    index = publishing.again(chosen.out, now=datetime.now(UTC), look=look)
    terminal.console().print(say("report: {path}", path=index), markup=False)
    return int(chosen.pdf and not papers.write(chosen.out, look.templates))


def _refuse_another(out: Path, code: str | None) -> None:
    """Refuse a language that the stored sentences are not in: they are made by marking."""
    if code is None:
        return
    book = gradebook.read(out / gradebook.JSON_NAME)
    if code != book.language:
        raise UsageError(
            say(
                "--lang {code}: what is stored in {out} is in {language!r}; mark it again: "
                "grader mark {sheet} {out} --lang {code}",
                code=code,
                out=out,
                language=book.language,
                sheet=book.sheet.name,
            )
        )
