"""Exports for platforms that run a container: results of single submissions, and an autograder."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from grader import files
from grader.cli import terminal
from grader.errors import UsageError
from grader.grade import Grade, Gradebook, Status
from grader.language import say

RESULTS = ("gradescope", "prairielearn")
"""Platforms that get results."""
NAME = "results.json"
_NEEDS = {
    "gradescope": ("grades",),
    "prairielearn": ("grades",),
    "openolat": ("grades",),
    "gradescope-autograder": ("sheet",),
}
_IN_A_FILE = ("grades", "into")
_ONLY = {
    "download": (("brightspace",), "--download PATH"),
    "in_points": (("blackboard", "brightspace"), "--in-points"),
}
"""Options that a few platforms may be given."""
_SAID = {"grades": "--grades JSON", "into": "--into FILE", "sheet": "SHEET"}


def refuse(chosen: argparse.Namespace) -> None:
    """Raise ``UsageError`` for what a platform's export needs and was not given, or cannot use."""
    for word, (platforms, said) in _ONLY.items():
        if getattr(chosen, word) and chosen.lms not in platforms:
            raise UsageError(
                say(
                    "{lms}: takes no {option}; leave {given} out",
                    lms=chosen.lms,
                    option=said,
                    given=said,
                )
            )
    needed = _NEEDS.get(chosen.lms, _IN_A_FILE)
    for word, said in _SAID.items():
        given = getattr(chosen, word) is not None
        if given and word not in needed:
            raise UsageError(
                say(
                    "{lms}: takes no {option}; leave {given} out",
                    lms=chosen.lms,
                    option=said,
                    given=getattr(chosen, word),
                )
            )
        if not given and word in needed:
            raise UsageError(
                say(
                    "{lms}: needs {option}; see `grader export --help`", lms=chosen.lms, option=said
                )
            )


def results(book: Gradebook, chosen: argparse.Namespace) -> int:
    """Write the results of every submission, say whose are not final, and return 0."""
    if chosen.out.exists() and not chosen.out.is_dir():
        raise UsageError(say("-o {out}: is a file; give a folder", out=chosen.out))
    if not book.submissions:
        raise UsageError(
            say("{grades}: holds no submission; grade some first", grades=chosen.grades)
        )
    make = _maker(chosen.lms)
    for name, grade in _named(book.submissions):
        files.write_bytes(chosen.out / name, encoded(make(grade, book)))
    screen = terminal.console()
    for status, said in (
        (Status.NEEDS_REVIEW, say("waits for a person, and its results say so")),
        (Status.NOT_GRADED, say("is not graded: its results have no score")),
    ):
        for grade in book.submissions:
            if grade.status is status:
                screen.print(f"{grade.submission}: {said}", markup=False)
    screen.print(
        say("wrote {count} results into {out}", count=len(book.submissions), out=chosen.out),
        markup=False,
    )
    return 0


def _maker(lms: str) -> Callable[[Grade, Gradebook], dict[str, Any]]:
    """Return what makes the content of one submission's results; other exports never load it."""
    from grader.report import gradescope, prairielearn

    return {"gradescope": gradescope.results, "prairielearn": prairielearn.results}[lms]


def encoded(content: dict[str, Any]) -> bytes:
    """Return results as UTF-8 JSON."""
    return msgspec.json.format(msgspec.json.encode(content)) + b"\n"


def _named(grades: tuple[Grade, ...]) -> Iterable[tuple[str, Grade]]:
    """Yield each grade with its file: ``results.json`` where it is alone, as in a container."""
    if len(grades) == 1:
        return [(NAME, grades[0])]
    stems = files.unique_names(grade.submission for grade in grades)
    return [(f"{stem}/{NAME}", grade) for stem, grade in zip(stems, grades, strict=True)]
