"""Runs a submission apart from everything else and brings back what was observed.

Its parts are loaded when they are first asked for: ``plain`` is to be had at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox.cgroup import memory_limit
    from grader.sandbox.choose import isolation, keep_apart
    from grader.sandbox.doctor import Finding, diagnose
    from grader.sandbox.level import Isolation
    from grader.sandbox.session import run

__all__ = [
    "Finding",
    "Isolation",
    "diagnose",
    "isolation",
    "keep_apart",
    "memory_limit",
    "run",
]

_HOMES = {
    "Finding": "doctor",
    "Isolation": "level",
    "diagnose": "doctor",
    "isolation": "choose",
    "keep_apart": "choose",
    "memory_limit": "cgroup",
    "run": "session",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
