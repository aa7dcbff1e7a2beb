"""``grader report``: makes the pages of stored grades anew, without running or marking."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from grader import publishing
from grader.cli import terminal


def run(chosen: argparse.Namespace) -> int:
    """Write the pages and return 0."""
    look = terminal.look_from_here(chosen.course)
    index = publishing.again(chosen.out, now=datetime.now(UTC), look=look)
    terminal.console().print(f"report: {index}", markup=False)
    return 0
