"""grader: student notebooks and modules in; a fair, explained grade and one HTML report each out.

The names below are what an author of a sheet needs; everything else is the engine's own.
They are loaded on first use, so that ``grader --help`` stays fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from grader.authoring import Task, call, claim, drawn, fixed, per_call, per_entry, whole
    from grader.checks import array, close, decimals, exact, one_of, significant

__all__ = [
    "Task",
    "__version__",
    "array",
    "call",
    "claim",
    "close",
    "decimals",
    "drawn",
    "exact",
    "fixed",
    "one_of",
    "per_call",
    "per_entry",
    "significant",
    "whole",
]

_CHECKS = {"array", "close", "decimals", "exact", "one_of", "significant"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'grader' has no attribute {name!r}; it offers {__all__}")
    from importlib import import_module

    return getattr(import_module("grader.checks" if name in _CHECKS else "grader.authoring"), name)
