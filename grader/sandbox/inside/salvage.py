"""Runs the imports, definitions and plain constants of failed cells, each on its own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from . import statements
from .observe import Observer


def run_all(
    failed: dict[int, tuple[str, str]],
    missing: set[str],
    observer: Observer,
    interruptible: Callable[[], AbstractContextManager[None]],
) -> list[dict[str, Any]]:
    """Return what the salvageable parts of each failed cell bound of the missing names.

    Only cells that would bind one of them are touched, and nothing that the submission had bound
    by itself keeps a value that was given to it here.
    """
    cells = []
    for cell, (label, source) in failed.items():
        if parts := _binding(source, missing):
            own = dict(observer.namespace)
            _run(parts, label, observer.namespace, interruptible)
            bindings = observer.end_salvage(missing)
            observer.namespace.update(own)
            missing -= {binding["name"] for binding in bindings}
            cells.append({"cell": cell, "bindings": bindings})
    return cells


def beside(
    source: str, label: str, namespace: Mapping[str, Any], wanted: Collection[str]
) -> dict[str, Any]:
    """Return the wanted names that the salvageable parts of a cell bind, in a copy of a namespace.

    Nothing runs where they would bind none of them.
    """
    copy = dict(namespace)
    _run(_binding(source, wanted), label, copy, nullcontext)
    return {name: copy[name] for name in wanted if name in copy and name not in namespace}


def missing_imports(
    source: str,
    label: str,
    namespace: dict[str, Any],
    interruptible: Callable[[], AbstractContextManager[None]],
) -> bool:
    """Run those imports of a failed cell whose names are not there; return whether any ran.

    At once, because the cells after it lean on them: one module that is not installed here
    would otherwise take all others with it.
    """
    parts: list[ast.stmt] = [
        part
        for part in statements.parse(source)
        if isinstance(part, ast.Import | ast.ImportFrom)
        and not statements.bound_names([part]) <= namespace.keys()
    ]
    _run(parts, label, namespace, interruptible)
    return any(statements.bound_names([part]) <= namespace.keys() for part in parts)


def _binding(source: str, wanted: Collection[str]) -> list[ast.stmt]:
    """Return the salvageable parts of a cell, if they would bind one of the wanted names."""
    parts = [part for part in statements.parse(source) if statements.salvageable(part)]
    return [] if statements.bound_names(parts).isdisjoint(wanted) else parts


def _run(
    parts: list[ast.stmt],
    label: str,
    namespace: dict[str, Any],
    interruptible: Callable[[], AbstractContextManager[None]],
) -> None:
    for part in parts:
        try:
            with interruptible():
                code = compile(ast.Module([part], []), label, "exec")
                exec(code, namespace)  # noqa: S102
        except KeyboardInterrupt:
            return
        except BaseException:
            continue
