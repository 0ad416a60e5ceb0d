"""The files of a worker over HTTP: list, give, take away, take in. They need no running worker."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import asdict
from io import FileIO
from typing import cast
from urllib.parse import quote

import tornado.web
from jupyter_server.auth.decorator import authorized
from tornado.escape import json_encode
from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError

from funcnodes_jupyter.manager.arrival import Arrival
from funcnodes_jupyter.manager.workerfiles import StoredFile
from funcnodes_jupyter.server.handlers import WorkerApiHandler
from funcnodes_jupyter.server.receiving import PIECE_BYTES, ReceivingHandler

DOWNLOAD_TYPE = "application/octet-stream"
"""Of every file, whatever it is: nothing here is meant to be shown."""


class FilesHandler(WorkerApiHandler):
    """``workers/<uuid>/files``."""

    @tornado.web.authenticated
    @authorized
    async def get(self, uuid: str) -> None:
        """List the files."""
        with self.refusing():
            files = await self.manager.roster.files(uuid)
            self.finish(json_encode([asdict(file) for file in await asyncio.to_thread(files.listed)]))


class FileHandler(WorkerApiHandler):
    """``workers/<uuid>/files/<path>``: to be kept by the browser, never shown by it."""

    @tornado.web.authenticated
    @authorized
    async def get(self, uuid: str, path: str) -> None:
        """Give the file, or the one range of it that is asked for."""
        await self._give(uuid, path)

    @tornado.web.authenticated
    @authorized
    async def head(self, uuid: str, path: str) -> None:
        """Give the headers alone."""
        await self._give(uuid, path)

    @tornado.web.authenticated
    @authorized
    async def delete(self, uuid: str, path: str) -> None:
        """Take the file away."""
        with self.refusing():
            files = await self.manager.roster.files(uuid)
            await asyncio.to_thread(files.delete, path)
            self.finish(json_encode({"path": path}))

    def compute_etag(self) -> str | None:
        """That of the file, when there is one; tornado would make one of what is in memory."""
        return self._etag

    _etag: str | None = None

    async def _give(self, uuid: str, path: str) -> None:
        with self.refusing():
            files = await self.manager.roster.files(uuid)
            file = await asyncio.to_thread(files.open, path)
            try:
                await self._send(file, path.rpartition("/")[2])
                self.finish(set_content_type=DOWNLOAD_TYPE)
            except StreamClosedError:  # the client went
                return
            finally:
                await asyncio.to_thread(file.close)

    async def _send(self, file: FileIO, name: str) -> None:
        found = await asyncio.to_thread(os.fstat, file.fileno())
        self._etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}"'
        set_download_headers(self, name)
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Last-Modified", int(found.st_mtime))
        self.set_etag_header()
        if self.check_etag_header():
            self.set_status(304)
            return
        part = self._wanted(found.st_size)
        if part is None:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{found.st_size}")
            return
        if len(part) < found.st_size:
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {part.start}-{part.stop - 1}/{found.st_size}")
        self.set_header("Content-Length", len(part))
        if self.request.method != "HEAD":
            await self._stream(file, part)

    async def _stream(self, file: FileIO, part: range) -> None:
        file.seek(part.start)
        left = len(part)
        while left:
            piece = await asyncio.to_thread(file.read, min(PIECE_BYTES, left))
            if not piece:  # it was cut short meanwhile, and its length is promised already
                cast(HTTP1Connection, self.request.connection).close()
                raise StreamClosedError
            left -= len(piece)
            self.write(piece)
            await self.flush()

    def _wanted(self, size: int) -> range | None:
        """Which bytes are asked for; None when the file has no such bytes."""
        headers = self.request.headers
        if headers.get("If-Range", self._etag) != self._etag:
            return range(size)
        return requested_range(headers.get("Range", ""), size)


def requested_range(header: str, size: int) -> range | None:
    """What ``Range`` asks of ``size`` bytes; all for several ranges and for what is none, None when there is no such."""
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", header.strip(), re.ASCII)
    if match is None or not any(match.groups()):
        return range(size)
    first, last = match.groups()
    if not first:
        part = range(max(0, size - int(last)), size)
    else:
        part = range(int(first), min(size, int(last) + 1) if last else size)
    return part or None


def set_download_headers(handler: WorkerApiHandler, name: str) -> None:
    """Have a browser keep the answer as a file called ``name``; if it ever showed it, nothing in it would run."""
    handler.set_header("Content-Type", DOWNLOAD_TYPE)
    handler.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name, safe='')}")
    handler.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
    handler.set_header("Cross-Origin-Resource-Policy", "same-origin")
    handler.set_header("X-Content-Type-Options", "nosniff")
    handler.set_header("Cache-Control", "private, no-cache")


class UploadHandler(ReceivingHandler):
    """``workers/<uuid>/upload/<path>``: the body is the file. With ``?overwrite=1`` it may replace one."""

    async def expect(self, uuid: str, path: str) -> Arrival:  # type: ignore[override]
        """Refuse what cannot be taken, before it comes."""
        files = await self.manager.roster.files(uuid)
        await asyncio.to_thread(files.check_free, path, self._overwrites)
        folder = self.manager.base.worker(uuid).folder
        return await asyncio.to_thread(Arrival, folder, self.declared_size, self.max_upload_bytes)

    @tornado.web.authenticated  # and authorized, before the body was read
    async def post(self, uuid: str, path: str) -> None:
        """Keep the file."""
        if stored := await self.attempt(self._take(uuid, path)):
            self.set_status(201)
            self.finish(json_encode(asdict(stored)))

    async def _take(self, uuid: str, path: str) -> StoredFile:
        arrival = await self.received()
        files = await self.manager.roster.files(uuid)
        return await asyncio.to_thread(files.take, arrival, path, self._overwrites)

    @property
    def _overwrites(self) -> bool:
        return self.get_query_argument("overwrite", "") in ("1", "true")
