"""Options that several commands have."""

from __future__ import annotations

import argparse
from pathlib import Path


def pdf(one: argparse.ArgumentParser) -> None:
    """Whether reports are wanted as PDF too."""
    one.add_argument(
        "--pdf", action="store_true", help="also write each learner's report as PDF, beside it"
    )


def course(one: argparse.ArgumentParser) -> None:
    """Add where the course is."""
    one.add_argument(
        "--course",
        metavar="DIR",
        type=Path,
        help="folder with exercises/ and reference/ (default: nearest parent that has exercises/)",
    )


def platform(one: argparse.ArgumentParser) -> None:
    """Add whose download the files are."""
    one.add_argument(
        "--lms",
        choices=["moodle", "canvas", "ilias", "gradescope", "none"],
        help="whose download it is, where names do not agree; none: plain files (default: by "
        "their names)",
    )


def scanned(one: argparse.ArgumentParser) -> None:
    """Add that a class was scanned."""
    one.add_argument(
        "--scanned",
        action="store_true",
        help="put one misread digit on paper down to the scan: it costs nothing",
    )


def isolation(one: argparse.ArgumentParser, *, default: str = "strict") -> None:
    """Add how student code is locked in."""
    one.add_argument(
        "--isolation",
        choices=["strict", "reduced", "none"],
        default=default,
        help=f"how student code is locked in (default: {default}); written into every report",
    )


def positive(text: str) -> int:
    """Return a whole number from 1 up; argparse says what is wrong with any other text."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return number
