"""On a terminal `grader` asks whose a mixed download is; without one it refuses."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_platforms import TIME, WRONG
from tests.intake.making import zipped

pytestmark = pytest.mark.sandbox


def at_a_terminal(*words: str | Path, said: str, locale: str = "C.UTF-8") -> tuple[int, str]:
    """Run a command whose input and output are one terminal at which ``said`` is typed.

    Return its exit code and all that the terminal showed.
    """
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb",
                   "LC_ALL": locale}  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "grader", *map(str, words)],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        os.write(ours, said.encode())
        shown = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # Linux: the other end is closed
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    return process.returncode, shown.decode()


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    path = tmp_path / "mixed.zip"
    path.write_bytes(
        zipped(
            {
                "Zora Quill_102_assignsubmission_file_/a.py": WRONG,
                "Yann Frost_103_assignsubmission_file_/a.py": WRONG,
                f"HW 1_zq1_attempt_{TIME}_a.py": WRONG,
                "ada.py": WRONG,
            }
        )
    )
    return path


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("moodle\n", {"participant-102", "participant-103", f"HW 1_zq1_attempt_{TIME}_a", "ada"}),
        ("what\n BlackBoard \n", {"user-zq1", "ada"}),
    ],
)
def test_the_answer_decides_what_is_graded(
    tmp_path: Path, tiny_course: Path, mixed: Path, said: str, names: set[str]
) -> None:
    out = tmp_path / "out"
    words = ("grade", "circles", mixed, "-o", out, "--course", tiny_course)
    code, shown = at_a_terminal(*words, said=said)
    assert code in (0, 1), shown
    assert "2 of 4 named so" in shown and "1 of 4 named so" in shown
    assert "…_102_assignsubmission_file" in shown and "…_zq1" in shown
    assert "which is it? (moodle, blackboard, none)" in shown
    answer = said.split()[-1].lower()
    assert f"without being asked: --lms {answer}" in shown
    assert (
        "Quill"
        not in shown.split("without being asked")[0].split("for example")[1].split("none")[0]
    )
    book = json.loads((out / "grades.json").read_text())
    assert names <= {one["submission"] for one in book["submissions"]}


def test_no_answer_refuses_as_without_a_terminal(
    tmp_path: Path, tiny_course: Path, mixed: Path
) -> None:
    out = tmp_path / "out"
    words = ("grade", "circles", mixed, "-o", out, "--course", tiny_course)
    code, shown = at_a_terminal(*words, said="\x04")
    assert code == 2 and "--lms none" in shown and "Traceback" not in shown
    assert not out.exists()


def test_a_word_before_leaves_nothing_to_ask(mixed: Path) -> None:
    code, shown = at_a_terminal("lms", "check", mixed, "--lms", "moodle", said="")
    assert code == 0 and "which is it?" not in shown and "2 hand-ins of Moodle" in shown


def test_it_asks_in_german(mixed: Path) -> None:
    code, shown = at_a_terminal("lms", "check", mixed, "--lang", "de", said="none\n")
    assert code == 0 and "was ist es? (moodle, blackboard, none)" in shown
    assert "4 Abgaben" in shown
