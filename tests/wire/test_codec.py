"""Frames to bytes and back."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from funcnodes_jupyter.wire import codec, events
from funcnodes_jupyter.wire.errors import FrameError
from funcnodes_jupyter.wire.messages import (
    MAX_FRAME_BYTES,
    BinaryHeader,
    Cmd,
    Error,
    Hello,
    NodespaceEvents,
    Ping,
    Pong,
    Preview,
    Result,
    WorkerIdentity,
)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('{"type":"ping"}', Ping()),
        ('{"type":"cmd","id":1,"cmd":"uuid"}', Cmd(cmd="uuid", id=1)),
        ('{"type":"cmd","id":"a","cmd":"run","kwargs":{"scope":"all"}}', Cmd("run", {"scope": "all"}, "a")),
        ('{"type":"cmd","cmd":"uuid","colour":"blue","later":[1]}', Cmd(cmd="uuid")),
    ],
    ids=["ping", "command", "with arguments", "unknown fields"],
)
def test_client_frames_are_read(text: str, frame: Ping | Cmd) -> None:
    assert codec.decode_client(text) == frame


@pytest.mark.parametrize(
    ("data", "frame_id", "cmd"),
    [
        ("", None, ""),
        ("{", None, ""),
        ("[1]", None, ""),
        ("null", None, ""),
        ('{"type":"nonsense"}', None, ""),
        ('{"type":"cmd","id":7}', 7, ""),
        ('{"type":"cmd","id":"x","cmd":"add_node","kwargs":[]}', "x", "add_node"),
        ('{"type":"cmd","id":true,"cmd":1}', None, ""),
        ("[" * 100_000, None, ""),
        (b"\x00\x00\x00\x02{}", None, ""),
    ],
)
def test_broken_frames_are_refused_with_what_could_be_read(data: Any, frame_id: Any, cmd: str) -> None:
    with pytest.raises(FrameError) as caught:
        codec.decode_client(data)
    assert (caught.value.frame_id, caught.value.cmd) == (frame_id, cmd)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ('"cmd":"c","kwargs":{"a":[1,"x\\ud83d"]}', "Half of a surrogate pair is no character - at `$.kwargs.a[1]`"),
        ('"cmd":"c","kwargs":{"a":{"\\ude00":1}}', "Half of a surrogate pair is no character - at `$.kwargs.a."),
        ('"cmd":"c","kwargs":{"a":NaN}', "nan is no number of JSON - at `$.kwargs.a`"),
        ('"cmd":"c","kwargs":{"a":[-Infinity]}', "-inf is no number of JSON - at `$.kwargs.a[0]`"),
        ('"cmd":"c","kwargs":{"a":1e999}', "Number out of range - at `$.kwargs[...]`"),
        (f'"cmd":"{"x" * 201}"', "length <= 200 - at `$.cmd`"),
        ('"cmd":3', "Expected `str`, got `int` - at `$.cmd`"),
    ],
)
def test_a_frame_that_is_no_json_is_refused_by_name_and_to_who_waits(fields: str, told: str) -> None:
    """Browsers write half a pair where a text is cut in the middle of a character."""
    with pytest.raises(FrameError) as caught:
        codec.decode_client(f'{{"type":"cmd","id":7,{fields}}}')
    assert told in str(caught.value)
    assert caught.value.frame_id == 7


@pytest.mark.parametrize("frame_id", ["x" * 201, 2**63, -(2**63) - 1, 10**400, "\ud83d"])
def test_an_id_that_cannot_be_sent_back_is_left_out(frame_id: str | int) -> None:
    text = json.dumps({"type": "cmd", "cmd": "c", "id": frame_id})
    with pytest.raises(FrameError, match=r"at `\$.id`") as caught:
        codec.decode_client(text)
    assert caught.value.frame_id is None


@pytest.mark.parametrize(
    "frame",
    [
        Pong(),
        Hello(protocol=1, worker=WorkerIdentity("u", "n"), seq=3),
        Result(id=1, cmd="c", result={"a": [1, None, "x"]}),
        Error(id=None, cmd="c", error="E: no", code="E"),
        Error(id=2, cmd="c", error="E: no", code="E", traceback="line 1"),
        NodespaceEvents(
            first=4, seq=5, events=[events.NodeRemoved(events.NodeRef("u")), events.Cleared(events.Nothing())]
        ),
        NodespaceEvents(
            first=1,
            seq=1,
            events=[
                events.ValueChanged(
                    events.ValueChangedData("u", "a", "input", events.ValueInfo("None", "NoneType", None))
                )
            ],
        ),
        Preview(node="u", io="out", data={"text/plain": "1"}, stale=True),
    ],
    ids=lambda frame: type(frame).__name__,
)
def test_server_frames_survive_the_wire(frame: Any) -> None:
    assert codec.decode_server(codec.encode_text(frame)) == frame


def test_a_change_says_only_what_changed() -> None:
    event = events.NodeUpdated(events.NodeUpdatedData("u", events.NodeChange(stale=False, error=None)))
    assert msgspec.json.decode(codec.encode_json(event))["data"]["changed"] == {"stale": False, "error": None}


def test_nan_becomes_null_and_strange_values_the_name_of_their_type() -> None:
    class Strange:
        def __repr__(self) -> str:
            raise AssertionError("nobody asked")

    assert codec.encode_json({"a": float("nan"), "b": Strange()}) == b'{"a":null,"b":"<Strange>"}'


@pytest.mark.parametrize("payload", [b"", b"x", bytes(range(256)) * 10])
def test_binary_frames(payload: bytes) -> None:
    header = BinaryHeader(type="value", mime="image/png", part=0, parts=1, node="u", io="out")
    found, data = codec.decode_binary(codec.encode_binary(header, payload))
    assert (found, bytes(data)) == (header, payload)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x00",
        b"\x00\x00\x00\x05{}",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x02{}",
        b"\x00\x00\x00\x02[]",
        codec.encode_binary(BinaryHeader(type="result", mime="m", part=2, parts=2), b""),
        codec.encode_binary(BinaryHeader(type="result", mime="m", part=-1, parts=1), b""),
    ],
)
def test_broken_binary_frames_are_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        codec.decode_binary(data)


@pytest.mark.parametrize("size", [0, 1, MAX_FRAME_BYTES, 3 * MAX_FRAME_BYTES + 5])
def test_large_payloads_travel_in_parts_within_the_limit(size: int) -> None:
    payload = bytes(size % 251 for size in range(size))
    frames = list(codec.binary_result(9, payload, "application/x-test"))
    assert all(len(frame) <= MAX_FRAME_BYTES for frame in frames)
    parts = [codec.decode_binary(frame) for frame in frames]
    assert [(head.id, head.part, head.parts) for head, _ in parts] == [(9, n, len(frames)) for n in range(len(frames))]
    assert b"".join(data for _, data in parts) == payload


def test_a_large_result_travels_as_binary_json() -> None:
    small = codec.encode_result(Result(id=1, cmd="c", result="é"))
    large = codec.encode_result(Result(id=1, cmd="c", result="é" * MAX_FRAME_BYTES))
    assert isinstance(small[0], str)
    assert len(small) == 1
    assert len(large) > 1
    parts = [codec.decode_binary(frame) for frame in large if isinstance(frame, bytes)]
    assert {head.mime for head, _ in parts} == {codec.JSON_MIME}
    assert msgspec.json.decode(b"".join(data for _, data in parts)) == "é" * MAX_FRAME_BYTES


def test_text_that_is_no_unicode_is_sent_with_an_escape() -> None:
    """As the names of old files: half a surrogate pair, which has no UTF-8."""
    result = Result("1", "get_nodes", {"names": ["caf\udce9.csv", "café.csv"], "\udce9": 1})
    (text,) = codec.encode_result(result)
    assert isinstance(text, str)
    read = codec.decode_server(text)
    assert isinstance(read, Result)
    assert read.result == {"names": ["caf\\udce9.csv", "café.csv"], "\\udce9": 1}
