"""What comes over the pipe, decoded strictly: student code can write anything into it."""

from __future__ import annotations

import struct
from typing import Any

import msgspec

LENGTH = struct.Struct(">I")


class WireError(Exception):
    """The bytes are not frames of ours: student code wrote into the channel."""


class Ready(msgspec.Struct, frozen=True, tag_field="channel", tag="ready"):
    """The process is set up and waits for requests."""


class Published(msgspec.Struct, frozen=True, tag_field="channel", tag="iopub"):
    """An output, or the word that all outputs of a request are out."""

    kind: str
    parent: str
    content: dict[str, Any]


class Replied(msgspec.Struct, frozen=True, tag_field="channel", tag="shell"):
    """The reply to a request to execute a cell."""

    kind: str
    parent: str
    content: dict[str, Any]


class FailureText(msgspec.Struct, frozen=True):
    """An exception, as text."""

    type: str
    message: str
    cell: int
    line: int
    trace: str


class Named(msgspec.Struct, frozen=True):
    """A watched name with what it holds, not yet decoded."""

    name: str
    value: msgspec.Raw


class Observed(msgspec.Struct, frozen=True, tag_field="channel", tag="observed"):
    """What one cell bound, changed in place, and failed with."""

    cell: int
    failure: FailureText | None
    bindings: tuple[Named, ...]
    changes: tuple[Named, ...]
    salvaged: bool = False


class SalvagedCell(msgspec.Struct, frozen=True):
    """What the imports, definitions and constants of a failed cell bound."""

    cell: int
    bindings: tuple[Named, ...]


class Salvaged(msgspec.Struct, frozen=True, tag_field="channel", tag="salvaged"):
    """The cells that were salvaged."""

    cells: tuple[SalvagedCell, ...]


class Called(msgspec.Struct, frozen=True, tag_field="channel", tag="called"):
    """What one call gave."""

    printed: str
    mutated: tuple[str, ...]
    value: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    failure: FailureText | None = None
    salvaged: bool = False


Frame = Ready | Published | Replied | Observed | Salvaged | Called
_decoder: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)


def pack(request: dict[str, Any]) -> bytes:
    """Return one request as a frame."""
    body = msgspec.json.encode(request)
    return LENGTH.pack(len(body)) + body


class Splitter:
    """Cuts a stream of bytes into frames; holds at most ``limit`` bytes, and counts all of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = bytearray()
        self.count = 0

    @property
    def over_limit(self) -> bool:
        """Whether more bytes came, or are announced, than the limit allows."""
        announced = LENGTH.unpack_from(self._held)[0] if len(self._held) >= LENGTH.size else 0
        return self.count > self._limit or announced > self._limit

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that ``data`` completes; raises ``WireError`` if they are not ours."""
        self.count += len(data)
        self._held += data
        frames = []
        while len(self._held) >= LENGTH.size and not self.over_limit:
            end = LENGTH.size + LENGTH.unpack_from(self._held)[0]
            if len(self._held) < end:
                break
            frames.append(_decode(bytes(self._held[LENGTH.size : end])))
            del self._held[:end]
        return frames


def _decode(body: bytes) -> Frame:
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise WireError(f"not a frame: {problem}") from None


_OUTPUT_KINDS = frozenset(["execute_result", "display_data", "update_display_data"])


def as_message(frame: Published | Replied) -> dict[str, Any] | None:
    """Return a Jupyter message that nbclient can take, None for one that it need not see."""
    content = _CLEAN[frame.kind](frame.content) if frame.kind in _CLEAN else None
    if content is None:
        return None
    return {
        "header": {"msg_type": frame.kind},
        "msg_type": frame.kind,
        "parent_header": {"msg_id": frame.parent},
        "metadata": {},
        "content": content,
    }


def _text(thing: Any) -> str:
    return thing if isinstance(thing, str) else ""


def _clean_stream(content: dict[str, Any]) -> dict[str, Any]:
    name = "stderr" if content.get("name") == "stderr" else "stdout"
    return {"name": name, "text": _text(content.get("text"))}


def _clean_forms(content: dict[str, Any]) -> dict[str, Any]:
    data = content.get("data")
    forms = data if isinstance(data, dict) else {}
    transient = content.get("transient")
    shown = transient.get("display_id") if isinstance(transient, dict) else None
    return {
        "data": {mime: form for mime, form in forms.items() if isinstance(form, str)},
        "metadata": {},
        "execution_count": None,
        "transient": {"display_id": shown} if isinstance(shown, str) else {},
    }


def _clean_error(content: dict[str, Any]) -> dict[str, Any]:
    lines = content.get("traceback")
    return {
        "ename": _text(content.get("ename")),
        "evalue": _text(content.get("evalue")),
        "traceback": [_text(line) for line in lines] if isinstance(lines, list) else [],
    }


_CLEAN = {
    "stream": _clean_stream,
    "error": _clean_error,
    "clear_output": lambda content: {"wait": content.get("wait") is True},
    "status": lambda content: {"execution_state": _text(content.get("execution_state"))},
    # Always "ok": what failed is observed separately, and nbclient shall go on.
    "execute_reply": lambda _: {"status": "ok"},
    **dict.fromkeys(_OUTPUT_KINDS, _clean_forms),
}
