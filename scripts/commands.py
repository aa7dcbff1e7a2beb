"""Write ``docs/commands.md`` anew: what ``grader COMMAND --help`` prints, for every command."""

from __future__ import annotations

import os
from pathlib import Path

from grader.cli import parser

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
COLUMNS = "88"


def page() -> str:
    """Return the page; its lines are broken for a terminal of 88 columns."""
    os.environ["COLUMNS"] = COLUMNS
    root = parser()
    commands = root._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert isinstance(commands, dict)
    helped = {"grader": root.format_help()} | {
        f"grader {name}": one.format_help() for name, one in commands.items()
    }
    parts = [f"## {name}\n\n```\n{text.strip()}\n```\n" for name, text in helped.items()]
    return "\n".join(["# Commands\n\nWhat `grader COMMAND --help` prints.\n", *parts])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
