"""Commands for values of a kernel, on their way to a node."""

from __future__ import annotations

import asyncio
import base64
import binascii
import platform
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta

from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.nodes.callables import DIGEST
from funcnodes_jupyter.nodes.functions import function_in
from funcnodes_jupyter.wire.errors import UnpackingError
from funcnodes_jupyter.wire.parcels import unpacked
from funcnodes_jupyter.wire.sharedmemory import SharedAddress, mapped
from funcnodes_jupyter.worker.commands.nodes import Uuid
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import ArgumentError

Key = Annotated[str, Meta(min_length=1, max_length=64)]
Size = Annotated[int, Meta(ge=0)]
MOST_UPLOADS = 4


def send_part(context: Context, key: Key, data: str, begin: bool = False) -> Literal[True]:
    """Add bytes, in base64, to what is coming under ``key``, for :func:`set_pickled` to take; ``begin`` anew."""
    uploads = context.client.uploads
    if key not in uploads and len(uploads) >= MOST_UPLOADS:
        raise ArgumentError(f"key: {MOST_UPLOADS} values are on their way already")
    if begin:
        uploads.pop(key, None)
    uploads.setdefault(key, bytearray()).extend(_bytes_of(data))
    return True


def set_pickled(
    context: Context,
    uuid: Uuid,
    io_id: str,
    data: str = "",
    digest: str = "",
    shared: SharedAddress | None = None,
    upload: Key = "",
    sizes: list[Size] | None = None,
    function: str = "",
) -> Awaitable[Literal[True]]:
    """Set an input to a value of the kernel; nothing happens when it is the one with that ``digest`` already.

    It is a pickle in base64 (``data``), parts in ``shared`` memory, or parts of these ``sizes`` that were sent before
    (``upload``); a ``function`` is text. Making it runs code: it is for who may run code here anyway.
    """
    port = context.nodespace.get_node_by_id(uuid).get_input(io_id)
    if function:
        return _set(context, port, digest, lambda: function_in(function, f"<{port.node.name}>"))
    if shared is not None:
        parts: Sequence[memoryview | bytes] = mapped(shared)
    elif upload:
        parts = _cut(context.client.uploads.pop(upload, bytearray()), sizes or [])
    else:
        parts = [_bytes_of(data)]
    return _set(context, port, digest, lambda: unpacked(parts))


async def _set(context: Context, port: NodeInput, digest: str, make: Callable[[], Any]) -> Literal[True]:
    if digest and port.node.get_property(DIGEST) == digest and port.has_value:
        return True
    try:
        value = await asyncio.wrap_future(context.nodespace.runner.call(make))
    except UnpackingError as error:
        raise ArgumentError(
            f"data: the worker, which runs Python {platform.python_version()}, cannot take the value of "
            f"{port.full_name}: {error}"
        ) from error
    with context.nodespace.lock:
        # No step to undo: the notebook says what it is, and what was there before may be large.
        port.set_value(value)
        port.node.set_property(DIGEST, digest or None)
    return True


def release_shared(context: Context, token: str) -> Literal[True]:
    """The client has mapped what was lent to it, or will not."""
    context.client.loans.give_back(token)
    return True


def _cut(data: bytearray, sizes: Sequence[int]) -> list[memoryview]:
    if sum(sizes) != len(data):
        raise ArgumentError(f"upload: {len(data)} bytes came, and {sum(sizes)} were announced")
    whole = memoryview(data)
    parts, begin = [], 0
    for size in sizes:
        parts.append(whole[begin : begin + size])
        begin += size
    return parts


def _bytes_of(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ArgumentError("data: is no base64") from None
