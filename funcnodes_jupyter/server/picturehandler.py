"""The newest picture of a graph over HTTP, for notebooks that are open."""

from __future__ import annotations

import asyncio
import contextlib

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized

from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.server.handlers import WorkerApiHandler
from funcnodes_jupyter.server.pictures import MOST_BYTES, Pictures


class PictureHandler(WorkerApiHandler):
    """``workers/<uuid>/picture``: the mime bundle that a saved notebook keeps of the graph, also of a deleted worker."""

    def initialize(self, manager: WorkerManager, pictures: Pictures | None) -> None:  # type: ignore[override]
        """Take what the route gives; without ``pictures``, notebooks keep those that their cells left."""
        super().initialize(manager)
        self._pictures = pictures

    @tornado.web.authenticated
    @authorized
    async def get(self, uuid: str) -> None:
        """Give it; 204 without a body when there is none that can be read, which the next save tells of."""
        picture = None
        if self._pictures is not None:
            with contextlib.suppress(OSError, ValueError):
                picture, _ = await asyncio.to_thread(self._pictures.newest, uuid, MOST_BYTES)
        if picture is None:
            self.set_status(204)
            self.finish()
            return
        # Asked for after each save: who has it already is only told so.
        self.set_header("Cache-Control", "no-cache")
        self.finish(msgspec.json.encode(picture))
