"""The learner's side works where there is neither ``fork`` nor ``resource``, as on Windows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.given import hand_out

_WITHOUT = """
import os, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios", "pty"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "wait4", "chown", "mkfifo", "O_NOFOLLOW"):
    if hasattr(os, name):
        delattr(os, name)
"""
_CHECK = """
from grader import cli
sys.exit(cli.main(sys.argv[1:]))
"""


def without(code: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process that has lost what only POSIX has."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "LC_ALL": "C.UTF-8"}
    line = [sys.executable, "-c", _WITHOUT + code, *words]
    return subprocess.run(line, cwd=cwd, env=environment, capture_output=True, text=True)


def test_all_that_the_check_needs_is_imported_there(tmp_path: Path) -> None:
    code = """
import grader.cli.check, grader.cli.coursecheck, grader.cli.selfcheck, grader.cli.pack
import grader.cli.watching, grader.live
import grader.handout.selfcheck, grader.handout.differs, grader.report, grader.sandbox.conversation
assert not hasattr(os, "fork") and sys.modules["fcntl"] is None
print("loaded")
"""
    done = without(code, cwd=tmp_path)
    assert done.stdout.strip() == "loaded", done.stderr


@pytest.mark.parametrize("words", [("check",), ("check", "--json"), ("pack", "--even-so")])
def test_the_commands_of_learners_work_there(tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = hand_out("circles", tmp_path)
    with (folder / "circles.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndisc_area = 12.5\n")
    done = without(_CHECK, *words, cwd=folder)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == int(words[0] == "check")
    assert "12.5" in done.stdout or "receipt: " in done.stdout
