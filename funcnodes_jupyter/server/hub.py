"""The Workermanager's socket: plain words and JSON lines in, answers and every change out."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable
from typing import Any

import msgspec
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.escape import json_encode
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from funcnodes_jupyter.manager.environments import EnvironmentNews
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.news import Workers
from funcnodes_jupyter.manager.packages.telling import PackageNews
from funcnodes_jupyter.manager.verbs import VERBS, Arguments, Verb, hub_body
from funcnodes_jupyter.server.access import AUTH_RESOURCE, may_execute
from funcnodes_jupyter.server.jsontext import decoded
from funcnodes_jupyter.server.refusals import REFUSALS, refusal_body
from funcnodes_jupyter.wire.messages import PROTOCOL_VERSION

MAX_REQUEST_BYTES = 64 * 1024
MAX_REQUESTS_AT_ONCE = 32

_WORDS = {verb.word: verb for verb in VERBS.values()}


class UnknownWordError(ManagerError):
    """The hub was asked for something it does not know."""


class NotStandaloneError(ManagerError):
    """Only a server that serves nothing but FuncNodes may be ended over the hub."""


class HubHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """``funcnodes/hub``. Requests of one client may overtake each other; an ``id`` in one is echoed.

    Unasked it sends ``worker_status`` frames (:func:`status_frame`), the newest one only to who is slow, and
    ``environment_progress`` frames, each of them: ``{"type", "workerid", "name", "stage", "line"}``, as
    :class:`~funcnodes_jupyter.manager.environments.EnvironmentNews` has them.
    """

    auth_resource = AUTH_RESOURCE

    def initialize(self, manager: WorkerManager, end_server: Callable[[], None] | None) -> None:
        """Take what the route gives; ``end_server`` is None inside somebody else's server."""
        self.manager = manager
        self.end_server = end_server
        self._unsubscribes: list[Callable[[], None]] = []
        self._requests: set[asyncio.Task[None]] = set()
        self._news: Workers | None = None
        self._telling: asyncio.Task[None] | None = None

    @property
    def max_message_size(self) -> int:
        """Bytes; requests are short."""
        return MAX_REQUEST_BYTES

    @may_execute
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade to a socket: driving workers is executing code."""
        await super().get(*args, **kwargs)

    def open(self, *args: str, **kwargs: str) -> None:
        """Tell of all workers now and after every change, of the environments that are made, and of packages."""
        super().open(*args, **kwargs)
        self._unsubscribes.append(self.manager.subscribe(self._tell))
        self._spawn(self._answer_status(None))
        self._unsubscribes.append(self.manager.subscribe_environments(self._tell_environment))
        self._unsubscribes.append(self.manager.packages.subscribe(self._tell_packages))

    async def on_message(self, message: str | bytes) -> None:
        """Begin to answer; a client with too many open requests waits for the first to be answered."""
        if len(self._requests) >= MAX_REQUESTS_AT_ONCE:
            await asyncio.wait(self._requests, return_when=asyncio.FIRST_COMPLETED)
        self._spawn(self._answer(message))

    def on_close(self) -> None:
        """Stop telling; what was asked for goes on."""
        super().on_close()
        for unsubscribe in self._unsubscribes:
            unsubscribe()

    def _spawn(self, answering: Any) -> None:
        task = asyncio.ensure_future(answering)
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)

    # --- answering --------------------------------------------------------------------------------

    async def _answer(self, message: str | bytes) -> None:
        request: dict[str, Any] = {}
        try:
            request = _parsed(message)
            await self._do(request)
        except REFUSALS as error:
            await self._send({"type": "error", **refusal_body(error), "workerid": request.get("workerid")}, request)

    async def _do(self, request: dict[str, Any]) -> None:
        word = request.get("type")
        if word == "ping":
            await self._send({"type": "pong"} if "id" in request else "pong", request)
        elif word == "identify":
            identity = {"class": "WorkerManager", "py": platform.python_version(), "protocol": PROTOCOL_VERSION}
            await self._send(identity, request)
        elif word == "worker_status":
            await self._answer_status(request)
        elif word == "stop":
            self._end_server()
        elif isinstance(word, str) and word in _WORDS:
            await self._run(_WORDS[word], request)
        else:
            raise UnknownWordError(f"the hub does not know {word!r}")

    async def _run(self, verb: Verb, request: dict[str, Any]) -> None:
        nested = request.get("kwargs")
        fields = {**request, **nested} if isinstance(nested, dict) else request
        outcome = await verb.run(self.manager, msgspec.convert(fields, Arguments), None)
        await self._send({"type": verb.answer, **hub_body(outcome)}, request)

    async def _answer_status(self, request: dict[str, Any] | None) -> None:
        await self._send(status_frame(await self.manager.list()), request)

    def _end_server(self) -> None:
        if self.end_server is None:
            raise NotStandaloneError("this Jupyter server serves more than FuncNodes; end it where it was started")
        self.end_server()

    async def _send(self, answer: dict[str, Any] | str, request: dict[str, Any] | None) -> None:
        if isinstance(answer, dict) and request is not None and "id" in request:
            answer = {**answer, "id": request["id"]}
        try:
            await self.write_message(answer if isinstance(answer, str) else json_encode(answer))
        except WebSocketClosedError:
            return  # the client is gone, and with it its interest

    # --- telling ----------------------------------------------------------------------------------

    def _tell(self, workers: Workers) -> None:
        """Remember the newest list; a slow client gets that one only."""
        self._news = workers
        if self._telling is None:
            self._telling = asyncio.ensure_future(self._tell_newest())

    def _tell_environment(self, news: EnvironmentNews) -> None:
        """An ``environment_progress`` frame, see :class:`EnvironmentNews`; each is told, in order."""
        self._spawn(self._send({"type": "environment_progress", **news.to_json()}, None))

    def _tell_packages(self, news: PackageNews) -> None:
        """A ``packages_progress`` frame, see :class:`PackageNews`; each is told, in order."""
        self._spawn(self._send({"type": "packages_progress", **news.to_json()}, None))

    async def _tell_newest(self) -> None:
        while self._news is not None:
            workers, self._news = self._news, None
            await self._send(status_frame(workers), None)
        self._telling = None


def status_frame(workers: Workers) -> dict[str, Any]:
    """The ``worker_status`` frame: those with a process, and the others."""
    return {
        "type": "worker_status",
        "active": [worker.to_json() for worker in workers if worker.active],
        "inactive": [worker.to_json() for worker in workers if not worker.active],
    }


def _parsed(message: str | bytes) -> dict[str, Any]:
    """A request: a plain word, or a JSON object with its ``type``."""
    if isinstance(message, str) and message.strip().isidentifier():
        return {"type": message.strip()}
    return msgspec.convert(decoded(message), dict[str, Any])
