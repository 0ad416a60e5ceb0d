"""Values of this process on their way to a node of a worker."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any

from msgspec import to_builtins

from funcnodes_jupyter.notebook.errors import ValueNotSentError
from funcnodes_jupyter.notebook.mismatch import differences
from funcnodes_jupyter.notebook.nodefunctions import source_of, standing_alone
from funcnodes_jupyter.notebook.remote import VALUE_TIMEOUT, Remote
from funcnodes_jupyter.wire.errors import CommandError, NotSharedError
from funcnodes_jupyter.wire.parcels import LEAST_SHARED, packed, pickled, size_of
from funcnodes_jupyter.wire.sharedmemory import SharedParts

_PIECE = 4 * 1024 * 1024
"""Bytes of a value that travel in one frame, where memory cannot be shared."""


def send(remote: Remote, uuid: str, io: str, name: str, value: Any) -> None:
    """Set an input of the worker to a value of this process, whatever it is.

    A large value is copied once, into memory that both processes share; where there is none it goes through the socket.
    A function goes as text, with what it reads.

    Raises:
        ValueNotSentError: it cannot be sent, or not be made on the other side; the text says why.
    """

    def command(cmd: str, **arguments: Any) -> None:
        remote.command(cmd, arguments, VALUE_TIMEOUT)

    target = {"uuid": uuid, "io_id": io}
    parts: Sequence[memoryview] = ()
    try:
        if isinstance(value, FunctionType) and value.__module__ == "__main__":
            text = standing_alone(value.__name__, source_of(value), value.__globals__)
            command("set_pickled", **target, function=text, digest=_digest(text.encode()))
            return
        parts = _packed(name, value)
        if size_of(parts) < LEAST_SHARED:
            small = pickled(value)
            command("set_pickled", **target, data=base64.b64encode(small).decode(), digest=_digest(small))
        elif not (remote.shares and _share(remote, command, target, parts)):
            _send_in_pieces(command, target, parts)
    except CommandError as error:
        why = error.message.removeprefix("data: ").rstrip(".")
        beside = differences(remote, parts[0]) if parts else ""
        raise ValueNotSentError(name, f"{why}.{beside}") from None


def _packed(name: str, value: Any) -> list[memoryview]:
    try:
        return packed(value)
    except Exception as error:
        raise ValueNotSentError(name, f"{type(error).__name__}: {error}") from error


def _share(remote: Remote, command: Callable[..., None], target: dict[str, str], parts: Sequence[memoryview]) -> bool:
    """Send it through shared memory; whether that worked."""
    try:
        memory = SharedParts(parts)
    except NotSharedError:
        return False
    try:
        command("set_pickled", **target, shared=to_builtins(memory.address))
    except CommandError as error:
        if error.code != NotSharedError.__name__:
            raise
        remote.shares = False  # the worker does not get there, now and later
        return False
    finally:
        memory.close()
    return True


def _send_in_pieces(command: Callable[..., None], target: dict[str, str], parts: Sequence[memoryview]) -> None:
    key, begin = secrets.token_hex(8), True
    for part in parts:
        for piece in _pieces(part):
            command("send_part", key=key, data=base64.b64encode(piece).decode(), begin=begin)
            begin = False
    command("set_pickled", **target, upload=key, sizes=[part.nbytes for part in parts])


def _pieces(part: memoryview) -> Iterator[memoryview]:
    data = part.cast("B") if part.nbytes else part
    for begin in range(0, part.nbytes, _PIECE):
        yield data[begin : begin + _PIECE]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
