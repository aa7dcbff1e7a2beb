"""An HTTP server on this machine that goes wrong as it is told."""

from __future__ import annotations

import email.policy
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

PAGE = b"<!DOCTYPE html><html><title>Log in</title>Zora Quill, please log in"
FAULTS = (
    "429 for 7", "429", "500", "503", "reset", "page", "500 when done", "reset when done",
    "page when done", "half", "late", "very late",
)  # fmt: skip
"""What may go wrong with one request. «half» does only a part of it and breaks off; «late» does
it when the next request comes, «very late» some requests afterwards; «when done» does it, and
says nothing of it."""
_LATE = {"late": 1, "very late": 4}


@dataclass
class Request:
    """One request, taken apart."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    form: list[tuple[str, str]]
    files: dict[str, tuple[str, bytes]]
    half: bool = False


@dataclass
class Answer:
    """What is sent back."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "application/json; charset=utf-8"


class Broken(Exception):
    """Half of a request was carried out."""


class Application(Protocol):
    """A platform."""

    broken_rules: list[str]

    def answer(self, request: Request) -> Answer:
        """Carry out a request; raises ``Broken`` after half of it."""

    def fault(self, name: str) -> Answer:
        """Return the platform's own error of that name."""


@dataclass
class Server:
    """A running platform."""

    application: Any
    port: int
    faults: list[str | None] = field(default_factory=list)
    """What goes wrong with the next requests, one by one; None is none."""
    seen: list[str] = field(default_factory=list)
    """The first lines and bodies of all requests."""
    waiting: list[tuple[int, Request]] = field(default_factory=list)
    """What is done late, after how many requests."""
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def act(self, request: Request) -> Answer | None:
        """Return the answer, having gone wrong as told; None breaks off."""
        with self.lock:
            fault = self.faults.pop(0) if self.faults else None
            waiting, self.waiting = self.waiting, []
            for left, one in waiting:
                if left > 1:
                    self.waiting.append((left - 1, one))
                else:
                    self.application.answer(one)
        if fault == "stall":
            self.ended.wait(10)
            return None
        with self.lock:
            return self._answer(request, fault)

    def _answer(self, request: Request, fault: str | None) -> Answer | None:
        platform: Application = self.application
        match fault:
            case None:
                return platform.answer(request)
            case "late" | "very late":
                self.waiting.append((_LATE[fault], request))
                return None
            case "429 for 7" | "429 for 1000":
                after = {"Retry-After": fault.rpartition(" ")[2]}
                return Answer(body=PAGE, status=429, headers=after, type="text/html")
            case _ if fault.startswith("307 to "):
                return Answer(PAGE, 307, {"Location": fault.removeprefix("307 to ")}, "text/html")
            case "page":
                return Answer(body=PAGE, type="text/html")
            case "reset":
                return None
            case "half":
                request.half = True
                with suppress(Broken):
                    self.application.answer(request)
                return None
            case "500 when done" | "reset when done" | "page when done":
                self.application.answer(request)
                status = 500 if fault.startswith("500") else 200
                return None if "reset" in fault else Answer(PAGE, status, type="text/html")
            case _ if fault.isdigit():
                return Answer(body=PAGE, status=int(fault), type="text/html")
            case _:
                return platform.fault(fault)


@contextmanager
def serving(application: Any) -> Iterator[Server]:
    """Serve a platform while the block runs; no rule of its may have been broken."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            request, raw = _read(self)
            server.seen.append(f"{self.requestline}\n{raw.decode('utf-8', 'replace')}")
            answer = server.act(request)
            if answer is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Server(application, http.server_address[1])
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        http.shutdown()
        http.server_close()
        thread.join()
    assert application.broken_rules == []


def _read(handler: BaseHTTPRequestHandler) -> tuple[Request, bytes]:
    raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    parts = urlsplit(handler.path)
    headers = {name.lower(): value for name, value in handler.headers.items()}
    kind = headers.get("content-type", "")
    form: list[tuple[str, str]] = []
    files: dict[str, tuple[str, bytes]] = {}
    if kind.startswith("multipart/form-data"):
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        whole = BytesParser(policy=email.policy.HTTP).parsebytes(head + raw)
        for part in whole.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            if (filename := part.get_filename()) is not None:
                files[name] = (filename, content)
            else:
                form.append((name, content.decode()))
    elif kind.startswith("application/x-www-form-urlencoded"):
        form = parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=bool(raw))
    request = Request(
        handler.command,
        parts.path,
        parse_qsl(parts.query, keep_blank_values=True),
        headers,
        form,
        files,
    )
    return request, raw


_KEY = re.compile(r"(?P<name>[A-Za-z_]\w*)(?P<rest>(?:\[[^\[\]]*\])*)")


def nested(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return what PHP or Rails make of names with brackets; raises ``ValueError`` for others.

    Numbers within brackets must count from 0, so that they are a list; ``[]`` appends.
    """
    tree: dict[str, Any] = {}
    for key, value in pairs:
        found = _KEY.fullmatch(key)
        if found is None:
            raise ValueError(f"malformed key {key!r}")
        path = [found["name"], *re.findall(r"\[([^\[\]]*)\]", found["rest"])]
        node = tree
        for step in path[:-1]:
            node = node.setdefault(step or str(len(node)), {})
            if not isinstance(node, dict):
                raise ValueError(f"{key!r} is a value and more")
        last = path[-1] or str(len(node))
        if last in node:
            raise ValueError(f"{key!r} twice")
        node[last] = value
    return {name: _listed(one) for name, one in tree.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    values = [_listed(one) for one in node.values()]
    if all(name.isdigit() for name in node):
        if list(node) != [str(number) for number in range(len(node))]:
            raise ValueError(f"numbers {list(node)} do not count from 0")
        return values
    return dict(zip(node, values, strict=True))
