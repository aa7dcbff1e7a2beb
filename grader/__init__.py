"""grader: student notebooks and modules in; a fair, explained grade and one HTML report each out.

The names below are what an author of a sheet needs; everything else is the engine's own.
They are loaded on first use, so that ``grader --help`` stays fast. In a notebook ``%load_ext
grader`` gives ``%check``, and ``check`` is the same as a function.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.authoring import Task, call, claim, drawn, fixed, per_call, per_entry, whole
    from grader.checks import array, close, decimals, exact, one_of, significant

    def check(name: str = "", *, hint: str | Sequence[str] = ()) -> Any:
        """See ``grader.live``, which stands above all that imports this."""


__all__ = [
    "Task",
    "__version__",
    "array",
    "call",
    "check",
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

_HOMES = {"check": "grader.live"} | dict.fromkeys(
    ("array", "close", "decimals", "exact", "one_of", "significant"), "grader.checks"
)


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'grader' has no attribute {name!r}; it offers {__all__}")
    return getattr(import_module(_HOMES.get(name, "grader.authoring")), name)


def load_ipython_extension(shell: Any) -> None:
    """Give an IPython shell the command ``%check``; what it needs is loaded when it is used."""

    def magic(line: str) -> object:
        return import_module("grader.live").magic(shell, line)

    magic.__doc__ = (
        "Check your answers so far: %check, %check TASK or %check TASK.QUESTION; with --hint "
        "TASK.QUESTION its first hint is shown, and one more each time it is repeated."
    )
    shell.register_magic_function(magic, "line", "check")
