"""Frames to bytes and back: JSON text frames, and binary frames with a JSON header.

A text frame is a ``str``, a binary frame ``bytes``: a 4-byte big-endian length, that many bytes of JSON
(a :class:`~funcnodes_jupyter.wire.messages.BinaryHeader`), the payload. Whatever cannot be read raises
:class:`~funcnodes_jupyter.wire.errors.FrameError`.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from funcnodes_jupyter.wire.errors import FrameError
from funcnodes_jupyter.wire.jsontext import json_bytes
from funcnodes_jupyter.wire.messages import (
    MAX_FRAME_BYTES,
    BinaryHeader,
    ClientFrame,
    Cmd,
    FrameId,
    Ping,
    Result,
    ServerFrame,
    Word,
)

Frame = str | bytes
JSON_MIME = "application/json"
PICKLE_MIME = "application/x-python-pickle"

_LENGTH = struct.Struct(">I")
_HEADER_ROOM = 4096
"""Bytes of a binary frame kept free for its header."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@cache
def _server_decoder() -> msgspec.json.Decoder[Any]:
    # Made once, and not by a worker, which only writes these frames.
    return msgspec.json.Decoder(ServerFrame)


def _unknown(value: object) -> str:
    # Never the value's own repr: encoding happens where no user code may run.
    return f"<{type(value).__name__}>"


def encode_json(value: Any) -> bytes:
    """``value`` as JSON; what JSON has no form for becomes the name of its type."""
    return json_bytes(value, _unknown)


def encode_text(frame: ClientFrame | ServerFrame) -> str:
    """A frame as a text frame, whatever its size."""
    return encode_json(frame).decode()


def decode_client(data: Frame) -> Ping | Cmd:
    """What a client sent.

    Raises:
        FrameError: no frame; its ``frame_id`` is set when the broken frame had an id.
    """
    if isinstance(data, bytes):
        raise FrameError("Clients send text frames only.")
    try:
        return msgspec.json.decode(data, type=Ping | Cmd)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise _refusal(data, error) from None


def decode_server(data: str) -> ServerFrame:
    """What a worker sent as text.

    Raises:
        FrameError: no frame that this side knows.
    """
    try:
        frame: ServerFrame = _server_decoder().decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise FrameError(f"Malformed frame: {error}") from None
    return frame


def _refusal(data: str, error: Exception) -> FrameError:
    """What to tell the sender of a frame that cannot be read, with its id and command if they can be.

    Python's own reader takes more than JSON is: halves of surrogate pairs, as a browser sends them when a text is
    cut in the middle of a character, and NaN. So whoever sent one is answered, and told where it stands.
    """
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        raw = None
    told = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    if not isinstance(error, msgspec.ValidationError) and len(data) <= MAX_FRAME_BYTES:
        told = _no_json(raw) or told
    fields = raw if isinstance(raw, dict) else {}
    frame_id, cmd = _fitting(fields.get("id"), FrameId), _fitting(fields.get("cmd"), Word)
    return FrameError(f"Malformed frame: {told}", frame_id, cmd or "")


def _fitting(value: Any, kind: Any) -> Any:
    """``value`` if it is of that kind and can be sent back, else None."""
    try:
        return None if _no_json(value) else msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None


def _no_json(raw: Any) -> str:
    """What in ``raw`` JSON has no form for, and where it stands; empty when there is nothing."""
    left = [("$", raw)]
    while left:
        path, value = left.pop()
        if isinstance(value, dict):
            left += [(f"{path}.{key}", part) for key, item in value.items() for part in (key, item)]
        elif isinstance(value, list):
            left += [(f"{path}[{place}]", item) for place, item in enumerate(value)]
        elif isinstance(value, float) and not math.isfinite(value):
            return f"{value} is no number of JSON - at `{path}`"
        elif isinstance(value, str) and _SURROGATE.search(value):
            return f"Half of a surrogate pair is no character - at `{path}`"
    return ""


def encode_binary(header: BinaryHeader, payload: bytes | memoryview) -> bytes:
    """One binary frame."""
    head = msgspec.json.encode(header)
    return b"".join((_LENGTH.pack(len(head)), head, payload))


def decode_binary(data: bytes) -> tuple[BinaryHeader, memoryview]:
    """Header and payload of a binary frame; the payload is a view into ``data``.

    Raises:
        FrameError: too short, or the header cannot be read.
    """
    if len(data) < _LENGTH.size:
        raise FrameError("A binary frame starts with a length of four bytes.")
    (length,) = _LENGTH.unpack_from(data)
    start = _LENGTH.size + length
    if start > len(data):
        raise FrameError(f"The header of this binary frame should have {length} bytes and is cut off.")
    try:
        header = msgspec.json.decode(memoryview(data)[_LENGTH.size : start], type=BinaryHeader)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise FrameError(f"Malformed binary header: {error}") from None
    if header.parts < 1 or not 0 <= header.part < header.parts:
        raise FrameError(f"Part {header.part} of {header.parts} cannot be.")
    return header, memoryview(data)[start:]


def binary_result(frame_id: FrameId, payload: bytes | memoryview, mime: str) -> Iterator[bytes]:
    """The frames, each within the frame limit, that bring ``payload`` as the reply to ``frame_id``.

    Parts count from 0. An empty payload travels as one empty part.
    """
    room = MAX_FRAME_BYTES - _HEADER_ROOM
    view = memoryview(payload)
    parts = max(1, -(-len(view) // room))
    for part in range(parts):
        header = BinaryHeader(type="result", mime=mime, part=part, parts=parts, id=frame_id)
        yield encode_binary(header, view[part * room : (part + 1) * room])


def encode_result(result: Result) -> list[Frame]:
    """The frames of a reply: one text frame, or binary parts of JSON when the text would be too large."""
    raw = result.result
    # What was written down already is not written once more.
    payload = memoryview(raw) if isinstance(raw, msgspec.Raw) else encode_json(raw)
    if len(payload) <= MAX_FRAME_BYTES - _HEADER_ROOM:
        return [encode_text(Result(id=result.id, cmd=result.cmd, result=msgspec.Raw(payload)))]
    return list(binary_result(result.id, payload, JSON_MIME))
