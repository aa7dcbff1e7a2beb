"""``grader check``: a learner's self-check by the engine that grades.

With a hand-out around the file it goes by that (``selfcheck``), else by a course (``coursecheck``).
"""

from __future__ import annotations

import argparse
from contextlib import nullcontext

from grader.sandbox import plain


def run(chosen: argparse.Namespace) -> int:
    """Check one file; return 0 if all public checks pass, 1 if some fail."""
    # Before the rest is loaded: starting the interpreter of the file takes as long as that does.
    with plain.ahead() if chosen.isolation == "none" else nullcontext():
        return _run(chosen)


def _run(chosen: argparse.Namespace) -> int:
    from grader.cli import terminal

    handed_out = None if chosen.course else terminal.find_handed_out(chosen.file)
    if handed_out is not None:
        from grader.cli import selfcheck

        return selfcheck.run(chosen, handed_out)
    from grader.cli import coursecheck

    return coursecheck.run(chosen)
