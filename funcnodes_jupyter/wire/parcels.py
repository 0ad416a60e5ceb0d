"""A value on its way between two processes of one user: its pickle, and beside it the large buffers in it.

Pickle protocol 5 gives the memory of arrays and tables as it is (PEP 574), so it is copied once: into shared memory
where both ends reach it, into the frames of the socket elsewhere.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence
from typing import Any

from funcnodes_jupyter.wire.errors import UnpackingError

PROTOCOL = 5
LEAST_SHARED = 1024 * 1024
"""Bytes from which on shared memory is worth its system calls."""
_LEAST_BUFFER = 64 * 1024
"""A buffer that is smaller stays in the pickle."""


def packed(value: Any) -> list[memoryview]:
    """The pickle of ``value``, then its large buffers, which are views of the value itself.

    Raises:
        Exception: whatever pickling raises.
    """
    buffers: list[memoryview] = []

    def take(buffer: pickle.PickleBuffer) -> bool:
        try:
            view = buffer.raw()
        except BufferError:  # not in one piece
            return True
        if view.nbytes < _LEAST_BUFFER:
            return True
        buffers.append(view)
        return False

    head = pickle.dumps(value, protocol=PROTOCOL, buffer_callback=take)
    return [memoryview(head), *buffers]


def pickled(value: Any) -> bytes:
    """The pickle of ``value`` in one piece."""
    return pickle.dumps(value, protocol=PROTOCOL)


def unpacked(parts: Sequence[memoryview | bytes]) -> Any:
    """The value of :func:`packed`; its arrays live in the memory of ``parts``.

    Unpickling runs code: only for what a process of the same user sent, over a connection that proves it.

    Raises:
        UnpackingError: what the value is made of is not there, or not the same.
    """
    if not parts:
        raise UnpackingError("nothing was sent")
    head, *buffers = parts
    try:
        return pickle.loads(head, buffers=buffers)
    except ModuleNotFoundError as error:
        package, _, inside = str(error.name).partition(".")
        if inside and package in sys.modules:
            raise UnpackingError(f"it needs {error.name!r}, and the {package!r} here has none") from error
        raise UnpackingError(f"it needs the package {error.name!r}, which is not installed here") from error
    except AttributeError as error:
        raise UnpackingError(f"what it is made of is not there ({error}); put the class into a module") from error
    except Exception as error:
        raise UnpackingError(f"{type(error).__name__}: {error}") from error


def size_of(parts: Sequence[memoryview]) -> int:
    """Bytes of all parts together."""
    return sum(part.nbytes for part in parts)
