"""What stands in for the grader itself where a notebook loads its own check, which says nothing.

A learner may hand in ``%load_ext grader`` and ``%check``. The engine is not for submissions: here
both exist, do nothing and fail on nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

NAME = "grader"


def install() -> None:
    """Let ``import grader`` find this and not the engine, wherever that may lie."""
    module = ModuleType(NAME, "The learner's own check, which is silent at grading.")
    vars(module).update(check=check, load_ipython_extension=load_ipython_extension)
    sys.modules[NAME] = module


def check(*_names: object, **_options: object) -> None:
    """Do nothing."""


def load_ipython_extension(shell: Any) -> None:
    """Register ``%check``, which does nothing."""
    shell.register_magic_function(check, "line", "check")
