"""Two transports joined in memory: the double for tests, and for both sides in one process."""

from __future__ import annotations

import asyncio

from funcnodes_jupyter.wire.codec import Frame
from funcnodes_jupyter.wire.errors import TransportClosedError


class MemoryTransport:
    """One end of a pair; see :func:`memory_pair`."""

    def __init__(self, incoming: asyncio.Queue[Frame | None], outgoing: asyncio.Queue[Frame | None]) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._closed = False

    async def send(self, data: Frame) -> None:
        """Put one frame into the other end's queue."""
        if self._closed:
            raise TransportClosedError
        await self._outgoing.put(data)

    async def receive(self) -> Frame:
        """The next frame that the other end sent."""
        data = None if self._closed and self._incoming.empty() else await self._incoming.get()
        if data is None:
            self._closed = True
            raise TransportClosedError
        return data

    async def close(self) -> None:
        """Close both ends; frames on their way are still received."""
        if not self._closed:
            self._closed = True
            self._outgoing.put_nowait(None)
            self._incoming.put_nowait(None)


def memory_pair() -> tuple[MemoryTransport, MemoryTransport]:
    """Two ends of one connection, without limits."""
    there: asyncio.Queue[Frame | None] = asyncio.Queue()
    back: asyncio.Queue[Frame | None] = asyncio.Queue()
    return MemoryTransport(there, back), MemoryTransport(back, there)
