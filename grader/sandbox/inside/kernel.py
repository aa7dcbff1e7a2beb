"""A real IPython kernel without sockets: its messages become frames of the wire."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.profiledir import ProfileDir
from IPython.paths import get_ipython_dir
from jupyter_client.session import Session
from traitlets.config import Config

from . import failures
from .wire import Wire

IOPUB, SHELL = "iopub", "shell"
MAX_TEXT = 65_536
MAX_FORM = 1_048_576
"""Longest plain text, and longest other form, of one shown result."""
_TEXT_CUT = "\n… cut"


class PipeSession(Session):
    """Sends each message as one frame; ``muted`` while calls are made, when no cell runs."""

    wire: Wire | None = None
    muted = False
    replied = False
    forms_left = 0
    """So many characters of pictures and the like may still be shown; then only their text is."""

    def send(  # type: ignore[no-untyped-def]
        self, stream, msg_or_type, content=None, parent=None, *_args, **_kwargs
    ):
        """Send a message, whole or in parts, and return it as the kernel expects."""
        if isinstance(msg_or_type, dict):
            kind, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
            parent = msg_or_type.get("parent_header") or parent
        else:
            kind = msg_or_type
        self.replied = self.replied or kind == "execute_reply"
        if self.wire is not None and not self.muted:
            self.wire.write(
                {
                    "channel": SHELL if stream == SHELL else IOPUB,
                    "kind": kind,
                    "parent": _message_id(parent),
                    "content": self._capped(kind, content),
                }
            )
        return {"content": content}

    def _capped(self, kind: str, content: Any) -> Any:
        if kind == "execute_reply":
            return {"status": content.get("status", "error")}
        if kind == "execute_input":
            # The grader sent that cell: its text is no output of the submission's.
            return {}
        if isinstance(content, dict) and isinstance(content.get("data"), dict):
            return {**content, "data": self._capped_forms(content["data"])}
        return content

    def _capped_forms(self, forms: dict[str, Any]) -> dict[str, Any]:
        kept = {}
        for mime, form in forms.items():
            if not isinstance(form, str):
                continue
            if mime == "text/plain":
                kept[mime] = form if len(form) <= MAX_TEXT else form[:MAX_TEXT] + _TEXT_CUT
            elif len(form) <= min(MAX_FORM, self.forms_left):
                self.forms_left -= len(form)
                kept[mime] = form
        return kept


def _message_id(parent: Any) -> str:
    header = (parent or {}).get("header") or parent or {}
    return str(header.get("msg_id", ""))


class CellCompiler(XCachingCompiler):
    """Names compiled code after the cell it stands in, so that tracebacks can be read."""

    label = "cell"
    cell = 0
    pieces = 0

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        """Return the cell's label; code that the cell itself runs gets a number after it."""
        self.pieces += 1
        name = self.label if self.pieces == 1 else f"{self.label}, part {self.pieces}"
        failures.CELLS[name] = self.cell
        return name


class BareProfile(ProfileDir):
    """A profile without the text that IPython copies into it: copying needs to change modes."""

    def check_startup_dir(self, _change: Any = None) -> None:
        """Make the folder and nothing in it."""
        self._mkdir(self.startup_dir)


class PipeShell(ZMQInteractiveShell):
    """The shell of the kernel: as in Jupyter, but it never leaves and never asks."""

    on_failure: Callable[[dict[str, Any]], None] = staticmethod(lambda _: None)

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: no window can open here."""

    def ask_exit(self) -> None:
        """End the cell, as ``exit()`` does, and nothing more."""
        raise SystemExit

    def showtraceback(self, exc_tuple: Any = None, *_args: Any, **_kwargs: Any) -> None:
        """Publish the current exception as text."""
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if error is not None:
            self._publish_failure(failures.describe(error))

    def showsyntaxerror(self, *_args: Any, **_kwargs: Any) -> None:
        """Publish a syntax error."""
        self.showtraceback()

    def showindentationerror(self) -> None:
        """Publish an indentation error."""
        self.showtraceback()

    def _format_exception_for_storage(self, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        """Keep no exceptions: writing them down again takes longer than most cells run."""
        return {}

    def _publish_failure(self, failure: dict[str, Any]) -> None:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        self._last_traceback = failure["trace"].splitlines()
        self.on_failure(failure)
        hook: Any = self.displayhook
        hook.session.send(
            hook.pub_socket,
            "error",
            {
                "ename": failure["type"],
                "evalue": failure["message"],
                "traceback": self._last_traceback,
            },
            hook.parent_header,
        )

    def system(self, command: str) -> None:
        """Run a ``!command`` without a terminal; what it prints appears in the cell."""
        expand: Any = self.var_expand
        code = _run_shell(expand(command, depth=1))
        self.user_ns["_exit_code"] = code
        if code:
            print(f"The shell line `{command}` ended with exit code {code}.", file=sys.stderr)

    system_piped = system_raw = system


def _run_shell(command: str) -> int:
    process = subprocess.Popen(
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
    return process.returncode


def _leave(*_: object) -> None:
    """End the cell; the cells after it still run."""
    raise SystemExit


class PipeKernel(IPythonKernel):
    """Executes requests read from the wire, one at a time."""

    shell_class = PipeShell
    compiler_class = CellCompiler
    _supports_kernel_subshells = False
    _execute_sleep = 0.0
    interrupt_handler: Callable[..., None]

    def pre_handler_hook(self) -> None:
        """Leave signals alone: the serving loop sets them."""

    def post_handler_hook(self) -> None:
        """Leave signals alone: the serving loop sets them."""

    async def do_execute(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Execute a cell; whatever breaks in doing so becomes an error reply."""
        do_execute: Any = super().do_execute
        try:
            reply = await do_execute(*args, **kwargs)
        except BaseException as problem:
            shell: Any = self.shell
            shell._publish_failure(failures.describe(problem))
            reply = {"status": "error"}
        return {"status": reply.get("status", "error"), "ename": "", "evalue": "", "traceback": []}


def make() -> Any:
    """Build the one kernel of this process; it is deaf and mute until it is connected."""
    _quieten()
    session = PipeSession(key=b"")
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    build: Any = PipeKernel
    kernel = build(
        session=session,
        iopub_socket=IOPUB,
        config=config,
        user_ns={},
        log=_silent_log(),
        profile_dir=BareProfile(location=os.path.join(get_ipython_dir(), "profile_default")),  # noqa: PTH118
    )
    # Top-level await asks in which thread requests arrive.
    kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
    kernel.shell.user_ns["exit"] = kernel.shell.user_ns["quit"] = _leave
    return kernel


def connect(kernel: Any, wire: Wire, output_bytes: int) -> None:
    """Let the kernel speak; half of the output may be pictures and the like."""
    session = kernel.session
    session.wire, session.forms_left, session.pid = wire, output_bytes // 2, os.getpid()


def _quieten() -> None:
    warnings.filterwarnings("ignore", message="To exit: use 'exit', 'quit', or Ctrl-D.")


def _silent_log() -> Any:
    import logging

    log = logging.getLogger("sandbox-kernel")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    log.setLevel(logging.CRITICAL)
    return log


async def execute(kernel: Any, request: dict[str, Any]) -> None:
    """Handle one ``execute_request``: outputs and the reply go out as messages."""
    import tornado.ioloop

    kernel.io_loop = tornado.ioloop.IOLoop.current()
    header = {"msg_id": request["id"], "msg_type": "execute_request", "session": "", "username": ""}
    parent = {
        "header": header,
        "msg_id": request["id"],
        "msg_type": "execute_request",
        "parent_header": {},
        "metadata": {},
        "content": {
            "code": request["code"],
            "silent": False,
            "store_history": True,
            "allow_stdin": False,
            "stop_on_error": False,
        },
    }
    kernel.set_parent([], parent)
    result = kernel.shell_handlers["execute_request"](SHELL, [], parent)
    if asyncio.iscoroutine(result):
        await result


def idle(kernel: Any, request: dict[str, Any]) -> None:
    """Say that all outputs of the request are out."""
    parent = {"msg_id": request["id"]}
    kernel.session.send(IOPUB, "status", {"execution_state": "idle"}, parent)
