"""Plain words for failures, beyond those that the cell tests meet for real."""

from __future__ import annotations

import pytest

from grader.sandbox import sentences
from grader.sandbox.wire import FailureText


def explained(kind: str, message: str) -> str:
    return sentences.explain(FailureText(type=kind, message=message, cell=1, line=1, trace=""))


@pytest.mark.parametrize(
    ("kind", "message", "words"),
    [
        ("URLError", "<urlopen error [Errno -3] Temporary failure in name resolution>", "network"),
        ("OSError", "[Errno 101] Network is unreachable", "network"),
        ("OSError", "[Errno 30] Read-only file system: '/usr/x'", "read-only"),
        ("OSError", "[Errno 28] No space left on device", "working folder"),
        ("OSError", "[Errno 27] File too large", "working folder"),
        ("OSError", "[Errno 24] Too many open files: 'a.txt'", "more files open"),
        ("BlockingIOError", "[Errno 11] Resource temporarily unavailable", "processes"),
        ("RuntimeError", "can't start new thread", "processes"),
        ("MemoryError", "", "memory"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'C:\\\\x.csv'", "another"),
        ("NameError", "name 'np' is not defined", "`np`"),
        ("EOFError", "EOF when reading a line", "nobody answers"),
    ],
)
def test_a_usual_failure_is_explained(kind: str, message: str, words: str) -> None:
    assert words in explained(kind, message)


@pytest.mark.parametrize(
    ("kind", "message"),
    [("ZeroDivisionError", "division by zero"), ("RuntimeError", "shapes differ"), ("Own", "x")],
)
def test_what_speaks_for_itself_is_left_alone(kind: str, message: str) -> None:
    assert explained(kind, message) == ""
