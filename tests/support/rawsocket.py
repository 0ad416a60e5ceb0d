"""A WebSocket client that can break every rule, for tests of what a server makes of that."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import struct
from collections.abc import Mapping
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
PATIENCE = 60.0


def frame(
    payload: bytes, opcode: int = TEXT, *, first: int = 0x80, masked: bool = True, length: int | None = None
) -> bytes:
    """The bytes of one frame; ``first`` holds the final and the reserved bits, ``length`` may be a lie."""
    size = len(payload) if length is None else length
    mask = 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", first | opcode, mask | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first | opcode, mask | 126, size)
    else:
        head = struct.pack("!BBQ", first | opcode, mask | 127, size)
    # A mask of zeros leaves the payload as it is.
    return head + (b"\0\0\0\0" if masked else b"") + payload


def upgrade(url: str, headers: Mapping[str, str]) -> bytes:
    """The request that asks for a WebSocket."""
    parts = urlsplit(url)
    lines = {
        "Host": parts.netloc,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        **headers,
    }
    return "\r\n".join(
        [f"GET {parts.path or '/'} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
    ).encode()


class RawSocket:
    """An open connection; what it sends is bytes, what it hears are messages."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def dial(cls, url: str, room: int | None = None) -> RawSocket:
        """Connect, and say nothing. ``room``: bytes that the system takes for this end unread, None as it likes."""
        parts = urlsplit(url)
        line = socket.socket()
        if room is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, (parts.hostname, parts.port))
        return cls(*await asyncio.open_connection(sock=line))

    @classmethod
    async def open(cls, url: str, headers: Mapping[str, str], room: int | None = None) -> RawSocket:
        """Connect and upgrade."""
        made = await cls.dial(url, room)
        await made.enter(url, headers)
        return made

    async def enter(self, url: str, headers: Mapping[str, str]) -> None:
        """Upgrade."""
        await self.send(upgrade(url, headers))
        answer = await self._within(self._reader.readuntil(b"\r\n\r\n"))
        assert answer.startswith(b"HTTP/1.1 101"), answer

    async def send(self, data: bytes) -> None:
        """Write bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def hear(self) -> tuple[int, bytes] | None:
        """Opcode and payload of the next frame; None once the other side has closed. Pings are answered on the way."""
        try:
            while True:
                opcode, payload = await self._frame()
                if opcode != PING:
                    return opcode, payload
                await self.send(frame(payload, PONG))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def _frame(self) -> tuple[int, bytes]:
        first, size = await self._within(self._reader.readexactly(2))
        if size == 126:
            (size,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self._reader.readexactly(8))
        return first & 0x0F, await self._within(self._reader.readexactly(size))

    async def ended(self) -> None:
        """Return when the other side has closed, whatever it says before."""
        try:
            while await self._within(self._reader.read(65536)):
                pass
        except ConnectionError:
            return

    def drop(self) -> None:
        """Be gone, without a word."""
        self._writer.transport.abort()

    async def _within(self, coming: object) -> bytes:
        return await asyncio.wait_for(coming, PATIENCE)  # type: ignore[arg-type]
