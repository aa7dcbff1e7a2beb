"""The command line as a user meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.cli import parser
from grader.lms.entries import NAMES
from tests.conftest import REPOSITORY, Ended

COMMANDS = (
    "grade",
    "check",
    "mark",
    "report",
    "verify",
    "translate",
    "release",
    "pack",
    "export",
    "send",
    "lms",
    "demo",
    "doctor",
)


def helped(name: str | None) -> str:
    one = parser()
    if name is not None:
        one = one._subparsers._group_actions[0].choices[name]  # type: ignore[union-attr,index]
    return one.format_help()


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_in_the_documentation_is_what_the_command_prints(
    name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "88")
    documented = (REPOSITORY / "docs/commands.md").read_text(encoding="utf-8")
    assert helped(name).strip() in documented


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_and_exit_codes(name: str) -> None:
    text = helped(name)
    assert "examples:" in text
    assert re.search(r"exit codes?:", text)


@pytest.mark.parametrize(
    "words",
    [
        ("grade",),
        ("grade", "circles"),
        ("grade", "circles", "x", "-o", "out", "--jobs", "0"),
        ("grade", "circles", "x", "-o", "out", "--isolation", "maybe"),
        ("no_such_command",),
        (),
    ],
)
def test_wrong_words_end_with_two_and_one_sentence(
    command: Callable[..., Ended], words: tuple[str, ...]
) -> None:
    ended = command(*words)
    assert ended.code == 2
    assert len(ended.err.strip().splitlines()) == 1
    assert "--help" in ended.err


def test_no_course_is_said_with_a_remedy(command: Callable[..., Ended]) -> None:
    ended = command("verify", "circles")
    assert ended.code == 2
    assert "--course" in ended.err


def test_an_unknown_sheet_names_those_that_are_there(
    command: Callable[..., Ended], tiny_course: Path
) -> None:
    ended = command("verify", "squares", course=tiny_course)
    assert ended.code == 2
    assert "circles" in ended.err


def test_a_command_that_is_only_asked_for_help_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys, grader.cli; grader.cli.parser().format_help();"
        "heavy = {'numpy', 'nbformat', 'nbclient', 'rich', 'jinja2', 'torch', 'msgspec'};"
        "print(*heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_every_platform_whose_names_are_known_may_be_said() -> None:
    for name in ("grade", "lms"):
        assert f"--lms {{{','.join((*NAMES, 'none'))}}}" in " ".join(helped(name).split())
