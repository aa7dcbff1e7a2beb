"""Loading a library without what it would load and is never used here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast


@contextmanager
def without(module: str) -> Iterator[None]:
    """Let no import within this block find ``module``, unless it is loaded already.

    It is for what a library takes as optional: it goes on as if that were not installed.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = cast(Any, None)
    try:
        yield
    finally:
        sys.modules.pop(module, None)


IRI_SYNTAX = "rfc3987_syntax"
"""Comes with JupyterLab. nbformat loads it by jsonschema and never asks it; a grammar is compiled
each time, which takes longer than all the rest of a check."""
