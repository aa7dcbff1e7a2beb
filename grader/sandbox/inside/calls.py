"""Calls of the student's functions, each with its own arguments and an untouched namespace."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import decode, encode, failures, salvage
from .observe import Observer
from .streams import Stream

MAX_PRINTED = 8_192
_MAX_SALVAGES = 5


class Caller:
    """Makes calls after the last cell, in the namespace as the submission left it."""

    def __init__(
        self,
        observer: Observer,
        streams: list[Stream],
        failed: dict[int, tuple[str, str]],
    ) -> None:
        self._observer = observer
        self._streams = streams
        self._failed = failed
        self._final = dict(observer.namespace)

    def call(self, request: dict[str, Any], interruptible: Any) -> dict[str, Any]:
        """Make one call and return what it gave, as data.

        The function sees the names as they stood when it was bound; only where one is missing,
        because a helper was defined in a later cell or stands in a failed one, the call is
        repeated with the final names and what can be salvaged.
        """
        function, names = self._observer.functions[request["name"]]
        answer, error = self._attempt(function, names, request, interruptible)
        if isinstance(error, NameError):
            answer, error = self._attempt(function, self._final, request, interruptible)
        for _ in range(_MAX_SALVAGES):
            if not isinstance(error, NameError) or not self._find(error.name, interruptible):
                break
            answer, error = self._attempt(function, self._final, request, interruptible)
            answer["salvaged"] = True
        return answer

    def _find(self, name: str | None, interruptible: Any) -> bool:
        """Look for a missing helper in the failed cells; return whether it is there now."""
        if name is None:
            return False
        salvage.run_all(self._failed, {name}, self._observer, interruptible)
        self._final = dict(self._observer.namespace)
        return name in self._final

    def _attempt(
        self, function: Any, names: dict[str, Any], request: dict[str, Any], interruptible: Any
    ) -> tuple[dict[str, Any], BaseException | None]:
        arguments = [(each, decode.decode(each["value"])) for each in request["arguments"]]
        positional = [thing for each, thing in arguments if not each["keyword"]]
        by_name = {each["keyword"]: thing for each, thing in arguments if each["keyword"]}
        before = [encode.as_text(encode.encode(thing)) for _, thing in arguments]
        printed: list[str] = []
        answer: dict[str, Any] = {}
        error: BaseException | None = None
        with self._names(names), self._printing_into(printed):
            try:
                with interruptible():
                    result = function(*positional, **by_name)
                answer["value"] = encode.encode(result)
            except BaseException as problem:
                error = problem
                answer["failure"] = failures.describe(problem)
        answer["printed"] = _capped("".join(printed))
        answer["mutated"] = [
            each["name"]
            for (each, thing), text in zip(arguments, before, strict=True)
            if encode.as_text(encode.encode(thing)) != text
        ]
        return answer, error

    @contextmanager
    def _names(self, names: dict[str, Any]) -> Iterator[None]:
        """Put ``names`` into the namespace that all functions of the submission look into."""
        namespace = self._observer.namespace
        namespace.clear()
        namespace.update(names)
        try:
            yield
        finally:
            namespace.clear()
            namespace.update(self._final)

    @contextmanager
    def _printing_into(self, sink: list[str]) -> Iterator[None]:
        out, error = self._streams
        sys.stdout, sys.stderr = out, error
        out.begin()
        error.begin()
        out.divert(sink)
        error.divert([])
        try:
            yield
        finally:
            out.divert(None)
            error.divert(None)


def _capped(text: str) -> str:
    return text if len(text) <= MAX_PRINTED else text[:MAX_PRINTED] + "\n… cut"
