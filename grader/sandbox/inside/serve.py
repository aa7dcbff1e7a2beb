"""The loop of the sandboxed process: read a request, do it, answer."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from . import failures, limits, standin
from .wire import Wire

_exit, _signal = os._exit, signal.signal


def main(*, ahead: list[str] | None = None) -> None:
    """Set up as the first frame says and serve until the grader hangs up.

    With ``ahead``, the folders of packages, the kernel is made before the frame comes: for a
    process that gives up nothing which making it needs.
    """
    wire = Wire.take_over_stdio()
    kernel = None if ahead is None else _made(ahead)
    settings = wire.read()
    if settings is None:
        return
    if "control" in settings:
        prepare_imports(settings["packages"])
        from . import zygote

        zygote.main(wire, settings)
        return
    _give_up(settings)
    if settings["trial"]:
        wire.write({"channel": "ready"})
        return
    prepare_imports(settings["packages"])
    run(wire, settings, kernel)


def _made(packages: list[str]) -> Any:
    prepare_imports(packages)
    from . import calls, observe, salvage, streams  # noqa: F401
    from . import kernel as kernels

    return kernels.make()


def _give_up(settings: dict[str, Any]) -> None:
    """Leave this process what the settings grant; raises OSError if a part fails."""
    for directory in settings["private"]:
        Path(directory).chmod(0o777)
    if settings["walled"]:
        # Linux only.
        from . import isolate

        isolate.confine(settings)
    else:
        limits.limit_resources(settings["limits"])


def prepare_imports(packages: list[str]) -> None:
    """Let imports find the installed packages."""
    # Importing the debugger costs more than the rest of the kernel, and nobody debugs here.
    sys.modules.setdefault("debugpy", cast(Any, None))
    standin.install()
    sys.path += [folder for folder in packages if folder not in sys.path]


def run(wire: Wire, settings: dict[str, Any], kernel: Any = None) -> None:
    """Serve until the grader hangs up, with a kernel of old if there is one; never returns."""
    server = Server(wire, settings, kernel)
    wire.write({"channel": "ready"})
    # Not asyncio.run: it would take the first interrupt for itself.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    serving = loop.create_task(server.serve())
    while not serving.done() and not loop.is_closed():
        # A cell may stop the loop that it runs in.
        with suppress(RuntimeError):
            loop.run_until_complete(serving)
    _exit(0)


class Server:
    """Answers requests one at a time."""

    def __init__(self, wire: Wire, settings: dict[str, Any], kernel: Any) -> None:
        # All of it now: student code may leave no descriptor to open a module with later.
        from . import calls, observe, salvage, streams
        from . import kernel as kernels

        self._wire = wire
        self._kernel_module, self._calls, self._salvages = kernels, calls, salvage
        self._kernel = kernel or kernels.make()
        kernels.connect(self._kernel, wire, settings["output_bytes"])
        if settings["file"]:
            self._kernel.shell.user_ns["__file__"] = str(Path.cwd() / settings["file"])
        self._captures = [streams.Capture(1), streams.Capture(2)]
        self._streams = streams.make(
            self._publish, lambda: wire.in_owner, settings["output_bytes"] // 8
        )
        self._observer = observe.Observer(self._kernel.shell.user_ns, settings["names"])
        self._caller: Any = None
        self._current = ""
        self._failed: dict[int, tuple[str, str]] = {}
        self._kernel.shell.on_failure = self._report_failure
        self._failure: dict[str, Any] | None = None
        _signal(signal.SIGINT, _ignore)

    async def serve(self) -> None:
        """Serve until the grader hangs up."""
        while (request := self._wire.read()) is not None:
            if request["op"] == "execute":
                await self.execute(request)
            elif request["op"] == "salvage":
                self._salvage(request)
            elif request["op"] == "call":
                self._call(request)

    async def execute(self, request: dict[str, Any]) -> None:
        """Execute one cell, then publish what it printed and report what it bound."""
        compiler = self._kernel.shell.compile
        compiler.label, compiler.cell, compiler.pieces = request["label"], request["cell"], 0
        self._current, self._failure = request["id"], None
        sys.stdout, sys.stderr = self._streams
        for stream in self._streams:
            stream.begin()
        self._observer.begin()
        session = self._kernel.session
        session.replied = False
        try:
            with self._interruptible():
                await self._kernel_module.execute(self._kernel, request)
        except BaseException as problem:
            # An interrupt may hit the kernel's own code, before or after the cell's.
            self._failure = self._failure or failures.describe(problem)
        if not self._wire.in_owner:
            _exit(0)
        self._publish_captured()
        if not session.replied:
            session.send("shell", "execute_reply", {}, {"msg_id": request["id"]})
        salvaged = self._failure is not None and self._after_failure(request)
        seen = self._observer.end(request["code"], failed=self._failure is not None)
        self._wire.write(
            {
                "channel": "observed",
                "cell": request["cell"],
                "failure": self._failure,
                "salvaged": salvaged,
                **seen,
            }
        )
        self._kernel_module.idle(self._kernel, request)

    def _after_failure(self, request: dict[str, Any]) -> bool:
        """Keep a failed cell for salvage, and run the rest of its imports at once."""
        label, source = request["label"], request["code"]
        self._failed[request["cell"]] = label, source
        if self._failure is None or self._failure["type"] == "KeyboardInterrupt":
            return False
        names = self._observer.namespace
        return self._salvages.missing_imports(source, label, names, self._interruptible)

    def _salvage(self, request: dict[str, Any]) -> None:
        self._kernel.session.muted = True
        cells = self._salvages.run_all(
            self._failed, set(request["missing"]), self._observer, self._interruptible
        )
        self._wire.write({"channel": "salvaged", "cells": cells})

    def _call(self, request: dict[str, Any]) -> None:
        if self._caller is None:
            self._caller = self._calls.Caller(self._observer, self._streams, self._failed)
            self._kernel.session.muted = True
        answer = self._caller.call(request, self._interruptible)
        if not self._wire.in_owner:
            _exit(0)
        for capture in self._captures:
            capture.take()
        self._wire.write({"channel": "called", **answer})

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Let an interrupt raise KeyboardInterrupt, in student code only."""
        _set_interrupt(self._wire.on_interrupt)
        try:
            yield
        finally:
            _set_interrupt(_ignore)

    def _report_failure(self, failure: dict[str, Any]) -> None:
        self._failure = failure

    def _publish(self, name: str, text: str) -> None:
        session, parent = self._kernel.session, {"msg_id": self._current}
        session.send("iopub", "stream", {"name": name, "text": text}, parent)

    def _publish_captured(self) -> None:
        for stream, capture in zip(self._streams, self._captures, strict=True):
            stream.flush()
            text = capture.take()
            if text:
                stream.write(text)
                stream.flush()


def _ignore(*_: object) -> None:
    """An interrupt that comes too late for the code it was meant for."""


def _set_interrupt(handler: Any) -> None:
    _signal(signal.SIGINT, handler)
    if sys.platform == "win32":
        _signal(signal.SIGBREAK, handler)
