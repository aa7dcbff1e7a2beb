"""Intake: files, folders and ZIPs to submissions, without running anything in them.

``collect`` finds the hand-ins and opens none; ``read`` makes one of them a submission, or says in
one sentence why it cannot. What a file contains never raises an error.
"""

from grader.intake.collecting import collect, collect_single
from grader.intake.reading import read, read_file
from grader.intake.source import Intake, Part, Skipped, Source
from grader.intake.whose import MixedError

__all__ = [
    "Intake",
    "MixedError",
    "Part",
    "Skipped",
    "Source",
    "collect",
    "collect_single",
    "read",
    "read_file",
]
