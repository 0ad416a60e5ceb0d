"""Workers as ``.fnw`` archives over HTTP: one goes out while it is made, one comes in and becomes a new worker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import cast

import tornado.web
from jupyter_server.auth.decorator import authorized
from tornado.escape import json_encode
from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError

from funcnodes_jupyter.convert.fnw import SUFFIX
from funcnodes_jupyter.manager.archives import export_worker, import_worker
from funcnodes_jupyter.manager.arrival import Arrival
from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.server.files import DOWNLOAD_TYPE, set_download_headers
from funcnodes_jupyter.server.handlers import WorkerApiHandler
from funcnodes_jupyter.server.receiving import ReceivingHandler
from funcnodes_jupyter.server.refusals import REFUSALS


class ExportHandler(WorkerApiHandler):
    """``workers/<uuid>/export``, with ``?files=1`` its files, too."""

    @tornado.web.authenticated
    @authorized
    async def get(self, uuid: str) -> None:
        """Give the archive; a worker that runs saves first."""
        piece = None
        with self.refusing():
            with_files = self.get_query_argument("files", "") in ("1", "true")
            export = await export_worker(self.manager, uuid, with_files)
            # The first piece is made before anything is sent: then a refusal can still be said.
            piece = await asyncio.to_thread(next, export.pieces, None)
        if piece is not None:
            set_download_headers(self, f"{export.name}{SUFFIX}")
            await self._send(piece, export.pieces)

    async def _send(self, piece: bytes | None, pieces: Iterator[bytes]) -> None:
        try:
            while piece is not None:
                self.write(piece)
                await self.flush()
                piece = await asyncio.to_thread(next, pieces, None)
        except StreamClosedError:  # the client went
            return
        except (*REFUSALS, OSError) as error:
            # It cannot be said any more: the connection is cut, so that nobody takes this for a whole archive.
            self.log.warning("An export broke off: %s", error)
            cast(HTTP1Connection, self.request.connection).close()
            return
        self.finish(set_content_type=DOWNLOAD_TYPE)


class ImportHandler(ReceivingHandler):
    """``api/workers/import``: the body is an archive. ``?name=`` says what the worker is to be called."""

    async def expect(self) -> Arrival:  # type: ignore[override]
        """It waits among the workers' folders until it was looked at."""
        base = self.manager.base
        await asyncio.to_thread(base.create)
        return await asyncio.to_thread(Arrival, base.workers, self.declared_size, self.max_upload_bytes)

    @tornado.web.authenticated  # and authorized, before the body was read
    async def post(self) -> None:
        """Make a worker of it."""
        if made := await self.attempt(self._make()):
            self.set_status(201)
            self.finish(json_encode(made.to_json()))

    async def _make(self) -> WorkerStatus:
        arrival = await self.received()
        name = self.get_query_argument("name", None)
        return await import_worker(self.manager, arrival.path, name, limit=self.max_upload_bytes)
