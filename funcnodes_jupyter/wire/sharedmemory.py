"""Bytes that two processes of one machine hold once: the one writes them, the other maps them copy-on-write.

The memory has no name. It is an open file of the writer (``memfd_create``), which the reader opens through ``/proc``,
as only processes of the same user may. So nothing is left over when either of them is killed, and it is no matter how
large ``/dev/shm`` is. Where there is no such thing (macOS, another machine, another container), it is refused, and
whoever wanted it sends the bytes another way.
"""

from __future__ import annotations

import mmap
import os
import secrets
import stat
from collections.abc import Sequence

from msgspec import Struct

from funcnodes_jupyter.wire.errors import NotSharedError

_TOKEN_BYTES = 32
_ALIGNMENT = 64
"""Of each part, as numpy's own memory has it."""
_PIECE = 64 * 1024 * 1024
"""How much one system call writes, so that a signal gets its turn."""


class SharedAddress(Struct):
    """Where shared bytes are: an open file of a process, the token at its beginning, and the size of each part."""

    pid: int
    fd: int
    token: str
    sizes: list[int]


class SharedParts:
    """Bytes written once for another process. Close it when that has mapped them, or will not.

    Args:
        parts: What is copied into it.

    Raises:
        NotSharedError: this system has no such memory, or not so much.
    """

    def __init__(self, parts: Sequence[memoryview]) -> None:
        token = secrets.token_bytes(_TOKEN_BYTES)
        try:
            self._fd = os.memfd_create("funcnodes")
        except (AttributeError, OSError) as error:
            raise NotSharedError(f"There is no shared memory here: {error}") from None
        self.address = SharedAddress(os.getpid(), self._fd, token.hex(), [part.nbytes for part in parts])
        try:
            _write(self._fd, memoryview(token), 0)
            for part, place in zip(parts, _places(self.address.sizes), strict=True):
                _write(self._fd, part, place)
        except OSError as error:
            self.close()
            raise NotSharedError(f"There is not enough shared memory: {error}") from None

    def close(self) -> None:
        """Let go of it; whoever has mapped it keeps it. Closing twice is fine."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def mapped(address: SharedAddress) -> list[memoryview]:
    """The parts at ``address``; what is written into them stays here. They live as long as somebody holds them.

    Raises:
        NotSharedError: this process does not get there.
    """
    sizes = address.sizes
    length = (_places(sizes)[-1] + sizes[-1]) if sizes else _TOKEN_BYTES
    try:
        # What has another file there by now may be a pipe, and must not keep anybody waiting.
        fd = os.open(f"/proc/{address.pid}/fd/{address.fd}", os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise NotSharedError(f"The shared memory is out of reach: {error.strerror}") from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_size < length:
            raise NotSharedError("The shared memory is another's.")
        if os.pread(fd, _TOKEN_BYTES, 0).hex() != address.token:
            raise NotSharedError("The shared memory is another's.")
        whole = memoryview(mmap.mmap(fd, length, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE))
    except (OSError, ValueError) as error:
        raise NotSharedError(f"The shared memory cannot be mapped: {error}") from None
    finally:
        os.close(fd)
    return [whole[place : place + size] for place, size in zip(_places(sizes), sizes, strict=True)]


def _places(sizes: Sequence[int]) -> list[int]:
    """Where each part begins: behind the token, aligned."""
    places = []
    end = _TOKEN_BYTES
    for size in sizes:
        begin = -(-end // _ALIGNMENT) * _ALIGNMENT
        places.append(begin)
        end = begin + size
    return places


def _write(fd: int, part: memoryview, place: int) -> None:
    data = part.cast("B") if part.nbytes else part
    done = 0
    while done < part.nbytes:
        done += os.pwrite(fd, data[done : done + _PIECE], place + done)
    if not part.nbytes and os.fstat(fd).st_size < place:
        os.ftruncate(fd, place)
