"""Marking: observations and references in, one grade out; nothing of a learner's is executed.

``prepare`` once for a class, ``mark`` for each submission. Marks carry stable notes, which
``grader.marking.notes.NOTES`` lists.
"""

from __future__ import annotations

from grader.marking.compare import Comparison, Entry, compare
from grader.marking.marks import mark, reject
from grader.marking.notes import NOTES
from grader.marking.prepared import Prepared, normalised, prepare

__all__ = [
    "NOTES",
    "Comparison",
    "Entry",
    "Prepared",
    "compare",
    "mark",
    "normalised",
    "prepare",
    "reject",
]
