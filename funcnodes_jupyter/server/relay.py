"""A browser's socket tied to a worker's: frames pass both ways, unread."""

from __future__ import annotations

import asyncio

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, WebSocketHandler, websocket_connect

from funcnodes_jupyter.manager.connection import Connection
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.server.access import AUTH_RESOURCE, may_execute

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
"""The protocol keeps frames at 1 MiB; more is let through so that the worker itself can refuse it."""

CONNECT_TIMEOUT = 10.0

CLOSE_NOT_RUNNING = 4404
CLOSE_WORKER_GONE = 1012


class RelayHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """``funcnodes/workers/<uuid>/ws``.

    Each direction holds one frame at a time: the next one is read when the other side has taken this one,
    so a slow reader slows the writer down and nothing piles up here.
    """

    auth_resource = AUTH_RESOURCE

    def initialize(self, manager: WorkerManager) -> None:
        """Take what the route gives."""
        self.manager = manager
        self._worker: WebSocketClientConnection | None = None
        self._connected = asyncio.Event()
        self._passing: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def max_message_size(self) -> int:
        """Bytes of one frame from the browser."""
        return MAX_MESSAGE_BYTES

    @may_execute
    async def get(self, uuid: str) -> None:
        """Upgrade to a socket: what a worker is told to do is executing code."""
        await super().get(uuid)

    def open(self, uuid: str) -> None:
        """Connect to the worker and begin to pass its frames on."""
        super().open(uuid)
        self.set_nodelay(True)
        self._passing = asyncio.ensure_future(self._pass_from_worker(uuid))

    async def on_message(self, message: str | bytes) -> None:
        """Pass a frame of the browser on; what comes early waits for the worker."""
        await self._connected.wait()
        if self._worker is None:
            return
        try:
            await self._worker.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            return  # the other direction notices too, and closes with the reason

    def on_close(self) -> None:
        """The browser went: let the worker know."""
        super().on_close()
        self._closed = True
        self._connected.set()
        if self._worker is not None:
            self._worker.close()

    async def _pass_from_worker(self, uuid: str) -> None:
        try:
            connection = await self.manager.roster.connection(uuid)
            self._worker = await _connect(connection)
        except (ManagerError, OSError, HTTPClientError) as error:
            self.log.debug("Relay to worker %s: %s", uuid, error)
            self.close(CLOSE_NOT_RUNNING, "worker is not running")
            return
        finally:
            self._connected.set()
        if self._closed:  # the browser went meanwhile, when there was nobody yet to be told
            self._worker.close()
        await self._pass_until_gone(self._worker)

    async def _pass_until_gone(self, worker: WebSocketClientConnection) -> None:
        try:
            while (frame := await worker.read_message()) is not None:
                await self.write_message(frame, binary=isinstance(frame, bytes))
        except WebSocketClosedError:
            worker.close()  # the browser went first
            return
        self.close(CLOSE_WORKER_GONE, "worker is gone")


async def _connect(connection: Connection) -> WebSocketClientConnection:
    request = HTTPRequest(connection.url, headers=connection.headers, connect_timeout=CONNECT_TIMEOUT)
    return await websocket_connect(request, max_message_size=MAX_MESSAGE_BYTES)
