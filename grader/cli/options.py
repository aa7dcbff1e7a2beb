"""Options that several commands have."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.language import say


def add_sheet(one: argparse.ArgumentParser) -> None:
    """Take the name of a sheet."""
    one.add_argument("sheet", metavar="SHEET", help=say("name of the sheet"))


def add_jobs(one: argparse.ArgumentParser) -> None:
    """Take how many runs there are at once."""
    text = say("runs at once (default: cores)")
    one.add_argument("--jobs", metavar="N", type=positive, help=text)


def add_pdf(one: argparse.ArgumentParser) -> None:
    """Take that reports are wanted as PDF too."""
    text = say("also write each learner's report as PDF, beside it")
    one.add_argument("--pdf", action="store_true", help=text)


def add_no_samples(one: argparse.ArgumentParser) -> None:
    """Take that starter and samples are left out."""
    text = say("do not run starter and samples")
    one.add_argument("--no-samples", action="store_true", help=text)


def add_course(one: argparse.ArgumentParser) -> None:
    """Take the course's folder."""
    one.add_argument(
        "--course",
        metavar="DIR",
        type=Path,
        help=say(
            "folder with exercises/ and reference/ (default: nearest parent that has exercises/)"
        ),
    )


def add_platform(one: argparse.ArgumentParser) -> None:
    """Take whose download it is."""
    one.add_argument(
        "--lms",
        choices=[
            "moodle",
            "canvas",
            "ilias",
            "blackboard",
            "brightspace",
            "openolat",
            "gradescope",
            "none",
        ],
        help=say(
            "whose download it is, where names do not agree; none: plain files (default: "
            "by their names)"
        ),
    )


def add_scanned(one: argparse.ArgumentParser) -> None:
    """Take that papers were scanned."""
    one.add_argument(
        "--scanned",
        action="store_true",
        help=say("put one misread digit on paper down to the scan: it costs nothing"),
    )


def add_isolation(one: argparse.ArgumentParser, *, default: str = "strict") -> None:
    """Take how student code is locked in."""
    one.add_argument(
        "--isolation",
        choices=["strict", "reduced", "none"],
        default=default,
        help=say(
            "how student code is locked in (default: {default}); written into every report",
            default=default,
        ),
    )


def positive(text: str) -> int:
    """Return a whole number from 1 up; raises ``ArgumentTypeError`` for any other text."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(say("{text!r} is not a whole number from 1 up", text=text))
    return number
