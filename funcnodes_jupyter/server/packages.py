"""REST about packages: of a worker's environment, and of the package indexes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized
from tornado.escape import json_encode

from funcnodes_jupyter.manager.packages.plans import Plan, Wanted
from funcnodes_jupyter.server.handlers import WorkerApiHandler

T = TypeVar("T")


class _Agreed(msgspec.Struct):
    plan: str


class PackageHandler(WorkerApiHandler):
    """What a request waits for is given up when nobody waits for the request."""

    _waiting: asyncio.Task[Any] | None = None

    async def awaited(self, doing: Coroutine[Any, Any, T]) -> T | None:
        """The outcome; None when the client went."""
        task: asyncio.Task[T] = asyncio.ensure_future(doing)
        self._waiting = task
        try:
            return await task
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
            return None

    def on_connection_close(self) -> None:
        """Nobody waits any more."""
        super().on_connection_close()
        if self._waiting is not None:
            self._waiting.cancel()


class PackageIndexHandler(PackageHandler):
    """``api/packages``."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell what the package indexes have of ``name``."""
        with self.refusing():
            found = await self.awaited(self.manager.packages.lookup(self.get_query_argument("name", "")))
            self.finish(json_encode(found))


class PackagesHandler(WorkerApiHandler):
    """``api/workers/<uuid>/packages``."""

    @tornado.web.authenticated
    @authorized
    async def get(self, uuid: str) -> None:
        """Tell what the worker sees, misses, and may have changed."""
        with self.refusing():
            self.finish(json_encode(await self.manager.packages.describe(uuid)))


class PackagePlanHandler(PackageHandler):
    """``api/workers/<uuid>/packages/plan``."""

    @tornado.web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Tell what would change; for whoever asks for lines, also what is tried meanwhile."""
        with self.refusing():
            wanted = msgspec.convert(self._body(), Wanted)
            told = self._lines.tell if self._lines is not None else None
            plan: Plan | None = await self.awaited(self.manager.packages.plan(uuid, wanted, told))
            if plan is None:
                return
            if self._lines is not None and self._lines.begun:
                self._lines.done(plan.to_json())
                return
            self.finish(json_encode(plan.to_json()))


class PackageApplyHandler(PackageHandler):
    """``api/workers/<uuid>/packages/apply``."""

    @tornado.web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Carry a plan out: begin, or for whoever asks for lines, do it all."""
        with self.refusing():
            agreed = msgspec.convert(self._body(), _Agreed)
            if self._lines is None:
                await self.manager.packages.begin(uuid, agreed.plan)
                self.set_status(202)
                self.finish(json_encode({"plan": agreed.plan, "stage": "changing"}))
                return
            told = self._lines.tell
            restart = await self.awaited(self.manager.packages.apply(uuid, agreed.plan, told))
            if restart is not None:
                self._lines.done({"stage": "done", "restart": restart})


class PackageCancelHandler(WorkerApiHandler):
    """``api/workers/<uuid>/packages/cancel``."""

    @tornado.web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Undo a change that goes on."""
        with self.refusing():
            await self.manager.get(uuid)
            self.finish(json_encode({"cancelled": await self.manager.packages.cancel(uuid)}))
