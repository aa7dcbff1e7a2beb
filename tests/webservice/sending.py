"""A graded class on disk, and the command that sends it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from grader import cli, files, gradebook
from grader.grade import Grade, Gradebook
from grader.submission import Identity
from tests.lms.making import book, grade
from tests.webservice import canvas_site, moodle_site

TOKENS = {"MOODLE_TOKEN": moodle_site.TOKEN, "CANVAS_TOKEN": canvas_site.TOKEN}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    pauses: tuple[float, ...] = ()
    """How long it would have waited."""


class _Terminal(io.StringIO):
    """Text that a terminal shows."""

    def isatty(self) -> bool:
        return True


@dataclass
class Graded:
    """A graded class."""

    folder: Path
    pages: dict[str, bytes] = field(default_factory=dict)
    """Reports by submission."""

    def write(self, one: Gradebook, *, version: str = "") -> None:
        """Write grades and reports as ``grader grade`` does."""
        gradebook.write(one, self.folder)
        names = [each.submission for each in one.submissions]
        for each, stem in zip(one.submissions, files.unique_names(names), strict=True):
            page = f"<p>Report of {each.submission}: {each.points} {version}</p>".encode()
            self.pages[each.submission] = page
            files.write_bytes(self.folder / "reports" / f"{stem}.html", page)
            secret = self.folder / "instructor" / f"{stem}.html"
            files.write_bytes(secret, b"Do not hand this page out")

    def send(self, page: str, *words: str | Path, terminal: bool = False) -> Ended:
        """Run ``grader send`` as the command line does, without waiting where it would wait.

        ``terminal``: standard error is one.
        """
        line = ["send", page, "--grades", str(self.folder / "grades.json"), *map(str, words)]
        out, err = io.StringIO(), _Terminal() if terminal else io.StringIO()
        environment = {**TOKENS, "COLUMNS": "240", "TERM": "xterm"}
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            patch.dict("os.environ", environment),
            impatient() as pauses,
        ):
            code = cli.main(line)
        return Ended(code, out.getvalue(), err.getvalue(), tuple(pauses))


@contextmanager
def impatient() -> Iterator[list[float]]:
    """Note how long is waited, and wait no moment."""
    pauses: list[float] = []
    with patch("grader.webservice.web._sleep", pauses.append):
        yield pauses


def of_moodle(*points: float, first: int = 101) -> Gradebook:
    """Return grades of participants 101, 102, …"""
    return book(*(grade(str(first + n), one) for n, one in enumerate(points)))


def of_canvas(*points: float, users: Sequence[int] = (1234, 1235, 1236)) -> Gradebook:
    """Return grades of users."""
    return book(*(user(str(one), each) for one, each in zip(users, points, strict=False)))


def user(number: str, points: float = 7.5) -> Grade:
    """Return the grade of one user of Canvas."""
    identity = Identity(lms="canvas", number=number)
    return replace(grade(number, points), submission=f"user-{number}", identity=identity)
