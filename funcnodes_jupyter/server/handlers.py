"""REST: translates requests into verbs of the Workermanager, and outcomes into JSON."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import responses
from typing import Any

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado.escape import json_encode

from funcnodes_jupyter import __version__
from funcnodes_jupyter.manager.errors import InvalidWorkerError
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.verbs import VERBS, Arguments, Outcome, rest_body
from funcnodes_jupyter.server.access import AUTH_RESOURCE
from funcnodes_jupyter.server.jsontext import decoded
from funcnodes_jupyter.server.linestream import LineStream
from funcnodes_jupyter.server.refusals import REFUSALS, Refusal, refusal_body, status_of
from funcnodes_jupyter.wire.messages import PROTOCOL_VERSION


class WorkerApiHandler(APIHandler):
    """Common to all REST handlers: the manager, and errors as ``{"error", "code"}``."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, manager: WorkerManager) -> None:
        """Take what the route gives."""
        self.manager = manager
        self._lines = LineStream.wanted(self)
        self._doing: asyncio.Task[Outcome] | None = None

    async def answer(self, verb: str, uuid: str = "", status: int = 200) -> None:
        """Run a verb with the request's body and finish with its outcome, or with the refusal.

        Whoever accepts ``application/x-ndjson`` is told, line by line, how the environment of a worker is made.
        """
        with self.refusing():
            asked = msgspec.convert(self._body(), Arguments)
            asked.workerid = uuid
            told = self._lines.tell if self._lines is not None else None
            doing = asyncio.ensure_future(VERBS[verb].run(self.manager, asked, told))
            # A worker that is being made is given up with the request for it; all else goes on.
            self._doing = doing if verb == "new" else None
            try:
                outcome = await doing
            except asyncio.CancelledError:
                if self._doing is None or not self._doing.cancelled():
                    raise
                return
            if self._lines is not None and self._lines.begun:
                self._lines.done(rest_body(outcome))
                return
            self.set_status(status)
            self.finish(json_encode(rest_body(outcome)))

    def on_connection_close(self) -> None:
        """Nobody waits any more."""
        super().on_connection_close()
        if self._doing is not None:
            self._doing.cancel()

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Finish with the refusal when what stands in the ``with`` raises one."""
        try:
            yield
        except REFUSALS as error:
            self.refuse(error)

    def refuse(self, error: Refusal) -> None:
        """Finish with a refusal."""
        if self._lines is not None and self._lines.begun:
            self._lines.refused(refusal_body(error), status_of(error))
            return
        self.set_status(status_of(error))
        self.finish(json_encode(refusal_body(error)))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Finish with an error of the server itself, in the same form as a refusal."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        said = error.log_message if isinstance(error, tornado.web.HTTPError) else ""
        reason = responses.get(status_code, "Unknown error")
        body = {"error": said or reason, "code": reason.replace(" ", ""), "message": said or reason}
        self.finish(json_encode(body))

    def _body(self) -> Any:
        return decoded(self.request.body) if self.request.body.strip() else {}


class WorkersHandler(WorkerApiHandler):
    """``api/workers``."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """List all workers."""
        with self.refusing():
            self.finish(json_encode([worker.to_json() for worker in await self.manager.list()]))

    @tornado.web.authenticated
    @authorized
    async def post(self) -> None:
        """Make a worker."""
        await self.answer("new", status=201)


class WorkerHandler(WorkerApiHandler):
    """``api/workers/<uuid>``."""

    @tornado.web.authenticated
    @authorized
    async def get(self, uuid: str) -> None:
        """Tell about one worker."""
        with self.refusing():
            self.finish(json_encode((await self.manager.get(uuid)).to_json()))

    @tornado.web.authenticated
    @authorized
    async def patch(self, uuid: str) -> None:
        """Rename a worker, or change how it is kept."""
        await self.answer("configure", uuid)

    @tornado.web.authenticated
    @authorized
    async def delete(self, uuid: str) -> None:
        """Delete a worker."""
        await self.answer("delete", uuid)


class WorkerVerbHandler(WorkerApiHandler):
    """``api/workers/<uuid>/start`` and the like."""

    @tornado.web.authenticated
    @authorized
    async def post(self, uuid: str, verb: str) -> None:
        """Do to a worker what the address says."""
        await self.answer(verb, uuid)


class WorkerLogHandler(WorkerApiHandler):
    """``api/workers/<uuid>/log``."""

    @tornado.web.authenticated
    @authorized
    async def get(self, uuid: str) -> None:
        """Tell the last ``lines`` lines that the worker printed."""
        with self.refusing():
            text = await self.manager.log(uuid, _count(self.get_query_argument("lines", "200")))
            self.finish(json_encode({"log": text}))


class UsageHandler(WorkerApiHandler):
    """``api/usage``: what the running workers use of the machine. Panels ask again and again, so it is no activity."""

    _track_activity = False

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell ``{uuid: {"cpu": processors, "memory": bytes}}``."""
        with self.refusing():
            usage = await self.manager.roster.usage()
            self.finish(json_encode({uuid: used.to_json() for uuid, used in usage.items()}))


class StatusHandler(WorkerApiHandler):
    """``api/status``: which base folder is served here. Other programs of the user find the server by it."""

    _track_activity = False

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell base folder, version, process and protocol."""
        status = {
            "base_dir": str(self.manager.base.path),
            "version": __version__,
            "pid": os.getpid(),
            "protocol": PROTOCOL_VERSION,
        }
        self.finish(json_encode(status))


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 6:
        raise InvalidWorkerError(f"lines is a number of lines, not {text!r}")
    return int(text)
