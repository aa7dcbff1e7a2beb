"""Frames from student code: decoded strictly, counted, and never trusted."""

from __future__ import annotations

from typing import Any

import msgspec
import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.sandbox import wire


def frame(message: dict[str, Any]) -> bytes:
    return wire.pack(message)


def published(kind: str, content: dict[str, Any]) -> wire.Published:
    return wire.Published(kind=kind, parent="1", content=content)


def test_frames_may_come_in_any_pieces() -> None:
    data = frame({"channel": "ready"}) + frame(
        {"channel": "iopub", "kind": "stream", "parent": "1", "content": {}}
    )
    splitter = wire.Splitter(1_000)
    found = [each for at in range(len(data)) for each in splitter.feed(data[at : at + 1])]
    assert found == [wire.Ready(), published("stream", {})]
    assert splitter.count == len(data)


def test_bytes_over_the_limit_are_noticed() -> None:
    splitter = wire.Splitter(100)
    splitter.feed(frame({"channel": "ready"}) * 10)
    assert splitter.over_limit


def test_a_frame_that_announces_too_much_is_noticed_before_it_comes() -> None:
    splitter = wire.Splitter(1_000)
    assert splitter.feed(b"\xff\xff\xff\xff") == []
    assert splitter.over_limit


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"channel":"unknown"}',
        b'{"channel":"iopub","kind":1,"parent":"","content":{}}',
        b'{"channel":"observed","cell":"1","failure":null,"bindings":[],"changes":[]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_frame_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.Splitter(1 << 20).feed(wire.LENGTH.pack(len(body)) + body)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_frames_or_a_refusal(data: bytes) -> None:
    splitter = wire.Splitter(1 << 20)
    try:
        splitter.feed(data)
    except wire.WireError:
        return
    assert splitter.count == len(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
KINDS = ["stream", "display_data", "execute_result", "update_display_data", "error", "status"]
FIELDS = ["name", "text", "data", "metadata", "transient", "ename", "traceback", "wait"]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_content_becomes_a_message_that_nbformat_takes(
    kind: str, content: dict[str, Any]
) -> None:
    message = wire.as_message(published(kind, content))
    assert message is not None
    if kind not in ("status", "update_display_data"):
        make_output: Any = nbformat.v4.output_from_msg
        make_output(message)


def test_forms_that_are_not_text_are_left_out() -> None:
    message = wire.as_message(
        published("display_data", {"data": {"text/plain": "x", "application/json": {"a": 1}}})
    )
    assert message is not None
    assert message["content"]["data"] == {"text/plain": "x"}


def test_widgets_and_unknown_messages_are_left_out() -> None:
    assert wire.as_message(published("comm_open", {"data": {}})) is None


def test_values_stay_undecoded_until_they_are_asked_for() -> None:
    (observed,) = wire.Splitter(1_000).feed(
        frame(
            {
                "channel": "observed",
                "cell": 1,
                "failure": None,
                "bindings": [{"name": "x", "value": {"t": "no such tag"}}],
                "changes": [],
            }
        )
    )
    assert isinstance(observed, wire.Observed)
    assert isinstance(observed.bindings[0].value, msgspec.Raw)
