"""Request bodies that go to the disk while they come, never whole into memory."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from typing import TypeVar, cast

import tornado.web
from jupyter_server.auth.decorator import authorized
from tornado.http1connection import HTTP1Connection

from funcnodes_jupyter.manager.arrival import Arrival
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.server.handlers import WorkerApiHandler
from funcnodes_jupyter.server.refusals import REFUSALS

PIECE_BYTES = 1024 * 1024
"""How much is kept in memory before it is written."""

LINGER_SECONDS = 5.0
"""How long what a client still sends is read and thrown away, so that it hears why it was refused."""

T = TypeVar("T")


@tornado.web.stream_request_body
class ReceivingHandler(WorkerApiHandler):
    """A POST whose body becomes a file. Subclasses say with :meth:`expect` where, and take it in ``post``.

    Credentials, XSRF token and permission are looked at before any of the body is read. Whatever becomes of
    the request, a file that nobody took is taken away.
    """

    def initialize(self, manager: WorkerManager, max_upload_bytes: int) -> None:  # type: ignore[override]
        """Take what the route gives."""
        super().initialize(manager)
        self.max_upload_bytes = max_upload_bytes
        self._arrival: Arrival | None = None
        self._piece = bytearray()
        self._receiving = True
        self._cut_off: asyncio.TimerHandle | None = None

    async def expect(self, *arguments: str) -> Arrival:
        """Where the body of a request with these ``arguments`` in its address goes; may refuse it."""
        raise NotImplementedError

    @property
    def declared_size(self) -> int | None:
        """How many bytes are said to come; None when nothing is said."""
        said = self.request.headers.get("Content-Length", "")
        return int(said) if said.isdecimal() else None

    # --- before the body --------------------------------------------------------------------------

    async def prepare(self) -> None:  # type: ignore[override]
        """Look at the credentials and make ready for the body."""
        await super().prepare()
        if self.request.method == "POST" and not self._finished:
            admitting = self._admit(*self.path_args)
            assert admitting is not None, "whoever is not logged in is refused, not led to a page"
            await admitting

    @tornado.web.authenticated
    @authorized
    async def _admit(self, *arguments: str) -> None:
        # The server's own limit is one for what is kept in memory; ours is counted as the body comes.
        cast(HTTP1Connection, self.request.connection).set_max_body_size(sys.maxsize)
        self._arrival = await self.attempt(self.expect(*arguments))

    # --- the body ---------------------------------------------------------------------------------

    async def data_received(self, chunk: bytes) -> None:
        """Take a part of the body; the next one is not read before this one is taken."""
        if self._arrival is None:
            return
        self._piece += chunk
        if len(self._piece) >= PIECE_BYTES:
            await self.attempt(self._write(self._arrival))

    async def received(self) -> Arrival:
        """The body as a file; called once, by ``post``. May refuse."""
        self._receiving = False
        assert self._arrival is not None, "post is not called for what was refused"
        await self._write(self._arrival)
        return self._arrival

    async def _write(self, arrival: Arrival) -> None:
        piece, self._piece = self._piece, bytearray()
        await asyncio.to_thread(arrival.write, piece)

    # --- the end ----------------------------------------------------------------------------------

    async def attempt(self, work: Awaitable[T]) -> T | None:
        """What comes of ``work``; None, and the request is finished and its file gone, when that is a refusal."""
        try:
            return await work
        except REFUSALS as error:
            if self._arrival is not None:
                arrival, self._arrival = self._arrival, None
                await asyncio.to_thread(arrival.discard)
            self.refuse(error)
            if self._receiving:
                close = cast(HTTP1Connection, self.request.connection).close
                self._cut_off = asyncio.get_running_loop().call_later(LINGER_SECONDS, close)
            return None

    def on_connection_close(self) -> None:
        """The client went, or what it still sent after a refusal is read."""
        super().on_connection_close()
        if self._cut_off is not None:
            self._cut_off.cancel()
        if self._receiving:
            self._discard()

    def on_finish(self) -> None:
        """It is answered."""
        super().on_finish()
        self._discard()

    def _discard(self) -> None:
        arrival, self._arrival = self._arrival, None
        if arrival is not None:
            asyncio.get_running_loop().run_in_executor(None, arrival.discard)
