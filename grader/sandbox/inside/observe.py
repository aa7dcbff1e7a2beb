"""Watches names of the student's namespace and writes down what each cell bound."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from . import encode, statements

_ABSENT = object()
_MUTABLE_TAGS = frozenset(["seq", "map", "array"])


class Observer:
    """Knows the watched names, what they were, and the namespace each function was bound in."""

    def __init__(self, namespace: dict[str, Any], names: Iterable[str]) -> None:
        self.namespace = namespace
        self.functions: dict[str, tuple[object, dict[str, Any]]] = {}
        """For each name the last function bound to it, and a shallow copy of its namespace."""
        self._names = tuple(names)
        self._before: dict[str, object] = {}
        self._written: dict[str, bytes] = {}

    def begin(self) -> None:
        """Remember what the names hold; the objects stay alive, so identity can be compared."""
        self._before = {name: self.namespace.get(name, _ABSENT) for name in self._names}

    def end(self, source: str, *, failed: bool) -> dict[str, list[dict[str, Any]]]:
        """Return ``bindings`` that the cell made and ``changes`` that it made in place.

        A cell has bound what is another object now. Where it ran through, what its source says
        counts as well: it may bind the same small number again.
        """
        claimed = set() if failed else statements.surely_bound_names(statements.parse(source))
        bindings, changes = [], []
        snapshot: dict[str, Any] | None = None
        for name in self._names:
            thing = self.namespace.get(name, _ABSENT)
            if thing is _ABSENT:
                continue
            tree = encode.encode(thing)
            renewed = thing is not self._before.get(name, _ABSENT)
            bound = renewed or name in claimed
            if renewed and tree[encode.KIND] == "function":
                snapshot = snapshot or dict(self.namespace)
                self.functions[name] = (thing, snapshot)
            changed = self._differs(name, tree)
            if bound:
                bindings.append({"name": name, "value": tree})
            elif changed:
                changes.append({"name": name, "value": tree})
        self._before = {}
        return {"bindings": bindings, "changes": changes}

    def end_salvage(self, wanted: Collection[str]) -> list[dict[str, Any]]:
        """Return the bindings of those wanted names that are there now."""
        bindings = []
        snapshot = dict(self.namespace)
        for name in self._names:
            if name in wanted and name in snapshot:
                tree = encode.encode(snapshot[name])
                bindings.append({"name": name, "value": tree})
                if tree[encode.KIND] == "function":
                    self.functions[name] = (snapshot[name], snapshot)
        return bindings

    def _differs(self, name: str, tree: encode.Tree) -> bool:
        """Return whether a list, dict or array reads otherwise than when last written."""
        if tree[encode.KIND] not in _MUTABLE_TAGS:
            self._written.pop(name, None)
            return False
        digest = hashlib.blake2b(encode.as_text(tree).encode()).digest()
        before = self._written.get(name)
        self._written[name] = digest
        return before != digest
