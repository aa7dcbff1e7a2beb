"""``grader report``: makes the pages of stored grades anew, without running or marking."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from grader import publishing
from grader.cli import papers, terminal


def run(chosen: argparse.Namespace) -> int:
    """Write the pages and return 0, or 1 where a PDF could not be made."""
    if chosen.pdf:
        papers.require()
    look = terminal.look_from_here(chosen.course)
    index = publishing.again(chosen.out, now=datetime.now(UTC), look=look)
    terminal.console().print(f"report: {index}", markup=False)
    return int(chosen.pdf and not papers.write(chosen.out, look.templates))
