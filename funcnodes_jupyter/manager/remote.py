"""The Workermanager of a running Jupyter server, spoken to over REST with the user's own token."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse

from funcnodes_jupyter.manager.answerlines import AnswerLines
from funcnodes_jupyter.manager.errors import RemoteManagerError
from funcnodes_jupyter.manager.locate import FoundServer, running_servers
from funcnodes_jupyter.manager.packages.remote import RemotePackages
from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.manager.registry import Entry
from funcnodes_jupyter.manager.settings import UNCHANGED, WorkerSettings
from funcnodes_jupyter.manager.toolrun import Told

REQUEST_TIMEOUT = 30.0
"""Seconds; a start may take ten, a stop as long."""
PREPARING_TIMEOUT = 1800.0
"""Seconds; before a worker starts, its environment may have to be made."""


class RemoteManager:
    """The same verbs as :class:`~funcnodes_jupyter.manager.manager.WorkerManager`, done by a server.

    Every method raises :class:`RemoteManagerError` with the server's own words when it refuses.
    """

    def __init__(self, server: FoundServer) -> None:
        self.server = server
        self._client = AsyncHTTPClient(force_instance=True)
        self.packages = RemotePackages(self.ask)

    async def list(self) -> tuple[WorkerStatus, ...]:
        """Every worker of the server's base folder."""
        return tuple(WorkerStatus.from_json(worker) for worker in await self.ask("GET", "workers"))

    async def get(self, uuid: str) -> WorkerStatus:
        """The worker ``uuid``."""
        return WorkerStatus.from_json(await self.ask("GET", f"workers/{quote(uuid)}"))

    async def create(
        self,
        name: str | None = None,
        cwd: str | None = None,
        *,
        start: bool = False,
        exist_ok: bool = False,
        environment: str = "server",
        python: str = "",
        told: Told | None = None,
    ) -> WorkerStatus:
        """Make a worker, or take the one of that name when ``exist_ok``; start it when asked."""
        body = {"name": name, "cwd": cwd, "start": start, "exist_ok": exist_ok}
        body |= {"environment": environment, "python": python}
        return await self._prepare("workers", body, told)

    async def open(self, name: str, cwd: str | None = None) -> WorkerStatus:
        """The running worker called ``name``, made and started as needed."""
        return await self.create(name, cwd, start=True, exist_ok=True)

    async def start(self, uuid: str, told: Told | None = None) -> WorkerStatus:
        """Run a worker and wait until it serves."""
        return await self._prepare(f"workers/{quote(uuid)}/start", {}, told)

    async def stop(self, uuid: str) -> WorkerStatus:
        """End a worker's process."""
        return await self._do(uuid, "stop")

    async def restart(self, uuid: str, told: Told | None = None) -> WorkerStatus:
        """End and run a worker."""
        return await self._prepare(f"workers/{quote(uuid)}/restart", {}, told)

    async def cancel_environment(self, uuid: str) -> WorkerStatus | None:
        """Give up making a worker's environment; None: the worker is gone with it."""
        answer = await self.ask("POST", f"workers/{quote(uuid)}/cancel", {})
        return WorkerStatus.from_json(answer) if "state" in answer else None

    async def interrupt(self, uuid: str) -> WorkerStatus:
        """Interrupt what a worker computes."""
        return await self._do(uuid, "interrupt")

    async def configure(self, uuid: str, name: str | None = None, settings: WorkerSettings = UNCHANGED) -> WorkerStatus:
        """Give a worker another name, or change how it is kept."""
        body = {"name": name, **msgspec.to_builtins(settings)}
        return WorkerStatus.from_json(await self.ask("PATCH", f"workers/{quote(uuid)}", body))

    async def duplicate(self, uuid: str, name: str | None = None) -> WorkerStatus:
        """Copy a worker."""
        return await self._do(uuid, "duplicate", {"name": name})

    async def log(self, uuid: str, lines: int) -> str:
        """The last lines that a worker printed."""
        answer = await self.ask("GET", f"workers/{quote(uuid)}/log?lines={lines}")
        return str(answer["log"])

    async def delete(self, uuid: str) -> str:
        """Delete a worker and tell where its files went."""
        answer = await self.ask("DELETE", f"workers/{quote(uuid)}")
        return str(answer["moved_to"])

    async def close(self) -> None:
        """Close the connections; the server's workers run on."""
        self._client.close()

    async def _do(self, uuid: str, verb: str, body: dict[str, Any] | None = None) -> WorkerStatus:
        return WorkerStatus.from_json(await self.ask("POST", f"workers/{quote(uuid)}/{verb}", body or {}))

    async def _prepare(self, path: str, body: dict[str, Any], told: Told | None) -> WorkerStatus:
        return WorkerStatus.from_json(await self.ask("POST", path, body, told, PREPARING_TIMEOUT))

    async def ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        told: Told | None = None,
        timeout: float = REQUEST_TIMEOUT,
    ) -> Any:
        """What the server answers to a request of its REST interface; ``told`` hears what it says meanwhile."""
        lines = AnswerLines(told)
        headers = {**self.server.headers, "Content-Type": "application/json"}
        request = HTTPRequest(
            f"{self.server.url}funcnodes/api/{path}",
            method=method,
            headers=headers if told is None else {**headers, "Accept": "application/x-ndjson"},
            body=None if body is None else json.dumps(body),
            request_timeout=timeout,
            ssl_options=self.server.ssl_options,
            streaming_callback=lines.take,
        )
        try:
            response = await _unless_given_up(self._client.fetch(request, raise_error=False))
        except HTTPClientError as error:
            raise RemoteManagerError(f"the Jupyter server refused: {error}", status=error.code) from error
        except OSError as error:
            raise RemoteManagerError(f"the Jupyter server at {self.server.url} does not answer: {error}") from error
        return _outcome(response.code, response.reason, lines.end())


async def owner_of(entry: Entry) -> RemoteManager | None:
    """The manager of the Jupyter server that supervises a worker which runs; None: there is none that can be asked."""
    file = entry.file
    if entry.process is None or file is None or file.abandoned:
        return None
    owner = file.owner
    servers = await asyncio.to_thread(lambda: list(running_servers()))
    return next((RemoteManager(server) for server in servers if owner and server.pid == owner.pid), None)


async def _unless_given_up(fetching: asyncio.Future[HTTPResponse]) -> HTTPResponse:
    """Wait for a response. Tornado reports what happens to a request whose future was cancelled: it is kept whole."""
    fetching.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(fetching)


def _outcome(status: int, reason: str, answer: Any) -> Any:
    """What was asked for.

    Raises:
        RemoteManagerError: something else came.
    """
    told = answer if isinstance(answer, dict) else {}
    if "done" in told:
        return told["done"]
    if "refused" in told:
        status, told = int(told["status"]), told["refused"]
    elif status < 400 and answer is not None:
        return answer
    if "error" in told and "code" in told:
        raise RemoteManagerError(str(told["error"]), status=status, code=str(told["code"]))
    raise RemoteManagerError(f"the Jupyter server refused: HTTP {status}: {reason}", status=status)
