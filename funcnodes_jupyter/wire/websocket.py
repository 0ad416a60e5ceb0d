"""A WebSocket, opened as a client, as a transport."""

from __future__ import annotations

from collections.abc import Mapping

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from funcnodes_jupyter.wire.codec import Frame
from funcnodes_jupyter.wire.errors import TransportClosedError

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""Far above the frame limit: a peer that breaks the rule is told so instead of losing its connection."""


class WebSocketTransport:
    """Carries frames over an open tornado WebSocket."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self._connection = connection

    async def send(self, data: Frame) -> None:
        """Write one frame and wait until the socket took it."""
        try:
            await self._connection.write_message(data, binary=isinstance(data, bytes))
        except WebSocketClosedError:
            raise self._closed() from None

    async def receive(self) -> Frame:
        """The next frame."""
        data = await self._connection.read_message()
        if data is None:
            raise self._closed()
        return data

    async def close(self) -> None:
        """Send a close frame and end."""
        self._connection.close()

    def _closed(self) -> TransportClosedError:
        return TransportClosedError(self._connection.close_reason or "", self._connection.close_code)


async def open_websocket(
    url: str, headers: Mapping[str, str] | None = None, timeout: float = 10.0
) -> WebSocketTransport:
    """Open a WebSocket.

    Args:
        url: A ``ws://`` or ``wss://`` address.
        headers: Sent with the request, such as ``Authorization``.
        timeout: Seconds until giving up.

    Raises:
        TransportClosedError: nobody answers, or the request was refused (``code`` is the HTTP status).
    """
    request = HTTPRequest(url, headers=dict(headers or {}), connect_timeout=timeout, request_timeout=timeout)
    try:
        connection = await websocket_connect(request, max_message_size=MAX_MESSAGE_BYTES)
    except HTTPClientError as error:
        raise TransportClosedError(error.message or str(error), error.code) from error
    except OSError as error:
        raise TransportClosedError(str(error)) from error
    return WebSocketTransport(connection)
