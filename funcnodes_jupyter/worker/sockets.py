"""The worker's socket: a WebSocket on loopback that opens to whoever knows the secret."""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from funcnodes_jupyter.wire.jsontext import json_bytes
from funcnodes_jupyter.wire.websocket import MAX_MESSAGE_BYTES
from funcnodes_jupyter.worker.client import Client
from funcnodes_jupyter.worker.session import Session

HOST = "127.0.0.1"
GOING_AWAY = 1001
TRY_AGAIN = 1013
_DRAIN_SECONDS = 0.5
STUCK_SECONDS = 60.0
"""Who has not taken a frame by then is gone, whatever its socket says. Pings would not tell: they queue behind what a
slow client has to read, and their answers behind what it sent."""
UPGRADE_SECONDS = 30.0
"""Within these a connection has said what it wants."""
MAX_WAITING = 256
"""Connections that have not said it yet; any more are closed at once, before files that the process needs are lacking."""
_MAX_BODY_BYTES = 4096
"""Nothing here takes a body, and one is read before it is asked who sends it."""

_log = logging.getLogger(__name__)


class WorkerSocket(WebSocketHandler):
    """One client's connection: frames go to the session, and its outbox goes out."""

    def initialize(self, door: Door) -> None:
        self._door = door
        self._client: Client | None = None
        self._writer: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Refuse whoever does not know the secret, before anything else."""
        self._door.admit(self.request.headers)

    def check_origin(self, origin: str) -> bool:
        """Browsers speak with the Jupyter server only, never with a worker."""
        return False

    def open(self, *args: str, **kwargs: str) -> None:
        self.set_nodelay(True)
        self._client = self._door.session.connect()
        self._writer = asyncio.get_running_loop().create_task(self._write(self._client))
        self._door.sockets.add(self)

    async def on_message(self, message: str | bytes) -> None:
        """The next message is read when this returns, so a client that does not read is not heard either."""
        if self._client is not None:
            self._door.session.receive(self._client, message)
            await self._client.outbox.room()

    def on_close(self) -> None:
        self._door.sockets.discard(self)
        if self._writer is not None:
            self._writer.cancel()
        if self._client is not None:
            self._door.session.disconnect(self._client)

    async def _write(self, client: Client) -> None:
        outbox = client.outbox
        try:
            while True:
                frame = outbox.take()
                if frame is not None:
                    # Done when the socket took it: a slow client fills its outbox, not our memory.
                    sent = self.write_message(frame, binary=isinstance(frame, bytes))
                    await asyncio.wait_for(sent, STUCK_SECONDS)
                elif outbox.overflowed:
                    self._door.session.tell_lost_events(client)
                else:
                    await outbox.filled()
        except WebSocketClosedError:
            _log.debug("A client closed while frames were on their way")
        except asyncio.TimeoutError:
            _log.warning("A client read nothing for %g s and is cut off", STUCK_SECONDS)
            self.close(TRY_AGAIN, "you read nothing")
        finally:
            # Else a message that waits for it to read would wait for ever, and the end not be noticed behind it.
            outbox.close()

    async def drained(self) -> None:
        """Wait until the client got everything."""
        if self._client is not None:
            await self._client.outbox.emptied()

    def log_exception(self, *args: Any) -> None:
        """A refusal is no failure of ours; everything else is logged with its traceback."""
        if isinstance(args[1], HTTPError):
            _log.warning("A connection was refused: %s", args[1])
        else:
            super().log_exception(*args)


class PulseHandler(RequestHandler):
    """``/pulse``: how the worker is, for its supervisor, without a connection that others would see."""

    def initialize(self, door: Door) -> None:
        self._door = door

    def prepare(self) -> None:
        """As for the socket."""
        self._door.admit(self.request.headers)

    async def get(self) -> None:
        """Answer at once: that it does is the answer's better half."""
        self.set_header("Content-Type", "application/json")
        self.finish(json_bytes(self._door.session.pulse()))


class Entrance(HTTPServer):
    """Lets only so many wait at the door."""

    _waiting = 0

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Somebody came."""
        if self._waiting >= MAX_WAITING:
            stream.close()
            return
        self._waiting += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: object) -> None:
        """It is served, has become a socket, or went."""
        self._waiting -= 1
        super().on_close(server_conn)


class Door:
    """Listens, and knows the open sockets.

    Args:
        session: Whom the clients speak with.
        secret: What a client has to send as ``Authorization: token …``.
    """

    def __init__(self, session: Session, secret: str) -> None:
        self.session = session
        self.secret = secret
        self.sockets: set[WorkerSocket] = set()
        application = Application(
            [("/", WorkerSocket, {"door": self}), ("/pulse", PulseHandler, {"door": self})],
            websocket_max_message_size=MAX_MESSAGE_BYTES,
            log_function=lambda handler: None,
        )
        self._server = Entrance(application, idle_connection_timeout=UPGRADE_SECONDS, max_body_size=_MAX_BODY_BYTES)

    def admit(self, headers: HTTPHeaders) -> None:
        """Let in who knows the secret.

        Raises:
            HTTPError: 403 for everybody else.
        """
        sent = headers.get("Authorization", "")
        if not hmac.compare_digest(sent.encode(), f"token {self.secret}".encode()):
            raise HTTPError(403)

    def open(self) -> int:
        """Listen on a free port of the loopback interface; returns the port."""
        listening = bind_sockets(0, HOST)
        self._server.add_sockets(listening)
        return int(listening[0].getsockname()[1])

    async def close(self) -> None:
        """Let no one in, give those inside a moment to get what waits for them, and close."""
        self._server.stop()
        waiting = [asyncio.ensure_future(socket.drained()) for socket in self.sockets]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=_DRAIN_SECONDS)
            for task in late:
                task.cancel()
        for socket in list(self.sockets):
            socket.close(GOING_AWAY, "the worker ends")
        await self._server.close_all_connections()
