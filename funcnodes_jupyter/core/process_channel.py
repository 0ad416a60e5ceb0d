"""How objects travel over the pipe between two processes: pickled, with big buffers beside the pickle, not in it.

A frame is a count, that many lengths, and as many parts: a pickle first, then the buffers of it.
"""

from __future__ import annotations

import os
import pickle
import struct
import threading
from collections.abc import Sequence
from typing import Any

_COUNT = struct.Struct("<I")
_JOINED_BYTES = 1 << 16
"""Frames up to this length are written at once."""
_MOST_AT_ONCE = 1 << 30
"""Some systems refuse to read or write more in one call."""


class Pickled:
    """A value that is pickled before its message is, and read after it: so an error of either is the value's own."""

    __slots__ = ("_parts",)

    def __init__(self, value: Any) -> None:
        """Raises whatever pickling ``value`` raises."""
        data, buffers = _pickle(value)
        self._parts = [pickle.PickleBuffer(data), *map(pickle.PickleBuffer, buffers)]

    def read(self) -> Any:
        """The value; raises whatever unpickling it raises."""
        data, *buffers = self._parts
        return pickle.loads(data, buffers=buffers)


class Channel:
    """One end of a pipe that carries objects both ways. Any thread may send; one receives."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, message: Any) -> None:
        """Send ``message``, waiting until the other end has taken it.

        Raises:
            OSError: the other end is closed.
        """
        data, buffers = _pickle(message)
        parts = [memoryview(data), *buffers]
        lengths = [part.nbytes for part in parts]
        head = _COUNT.pack(len(parts)) + struct.pack(f"<{len(parts)}Q", *lengths)
        with self._lock:
            if sum(lengths) <= _JOINED_BYTES:
                self._write(memoryview(b"".join((head, *parts))))
                return
            for part in (memoryview(head), *parts):
                self._write(part)

    def receive(self) -> list[bytearray]:
        """The next frame, for :func:`read_message`.

        Raises:
            EOFError: the other end is closed.
        """
        (count,) = _COUNT.unpack(self._read(_COUNT.size))
        return [self._read(length) for length in struct.unpack(f"<{count}Q", self._read(8 * count))]

    def close(self) -> None:
        os.close(self._descriptor)

    def _write(self, data: memoryview) -> None:
        while data.nbytes:
            data = data[os.write(self._descriptor, data[:_MOST_AT_ONCE]) :]

    def _read(self, length: int) -> bytearray:
        data = bytearray(length)
        rest = memoryview(data)
        while rest.nbytes:
            try:
                count = os.readv(self._descriptor, [rest[:_MOST_AT_ONCE]])
            except ConnectionResetError:
                count = 0  # what was on its way to the other end is lost with it
            if not count:
                raise EOFError("The other end of the pipe is closed.")
            rest = rest[count:]
        return data


def read_message(frame: Sequence[bytearray]) -> Any:
    """The object in a frame."""
    data, *buffers = frame
    return pickle.loads(data, buffers=buffers)


def _pickle(value: Any) -> tuple[bytes, list[memoryview]]:
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    return data, [buffer.raw() for buffer in buffers]
