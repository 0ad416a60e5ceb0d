"""Open a worker by name from a kernel or a script: over the user's Jupyter server, else hosted here."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.connection import Connection, read_connection
from funcnodes_jupyter.manager.errors import WorkerNotRunningError
from funcnodes_jupyter.manager.locate import FoundServer, find_server
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.manager.remote import RemoteManager


@dataclass
class OpenedWorker:
    """A running worker and how to reach it.

    ``server_base_url`` is the base URL path of the Jupyter server that owns it ("/", "/user/ada/"), None
    when this process hosts it. Whoever opens it closes it: :meth:`close` ends the worker only when this
    process launched it.
    """

    record: WorkerStatus
    connection: Connection
    server_base_url: str | None
    base: BaseFolder
    _owner: WorkerManager | RemoteManager = field(repr=False)

    async def reopen(self) -> None:
        """Start the worker again if it is not running, and take its present address.

        Raises:
            ManagerError: it cannot be started.
        """
        self.record = await self._owner.start(self.record.uuid)
        self.connection = await _connection(self.base, self.record)

    async def restart(self) -> None:
        """End the worker's process, if it has one, start another, and take its address.

        Raises:
            ManagerError: it cannot be ended or started.
        """
        self.record = await self._owner.restart(self.record.uuid)
        self.connection = await _connection(self.base, self.record)

    async def status(self) -> WorkerStatus:
        """What the worker is doing now.

        Raises:
            ManagerError: the worker is gone, or the server does not answer.
        """
        self.record = await self._owner.get(self.record.uuid)
        return self.record

    async def close(self) -> None:
        """Let go of the worker; one that this process launched ends, after saving."""
        await self._owner.close()


async def open_worker(name: str, *, base_dir: Path, cwd: str | None) -> OpenedWorker:
    """The worker called ``name``, made when there is none, running when this returns.

    The Jupyter server of this user that serves ``base_dir`` is asked to run it; when none is in reach,
    this process hosts a Workermanager of its own. Call it on the loop that will also close it.

    Args:
        name: the worker's name; unique in the base folder.
        base_dir: the base folder.
        cwd: working directory of a worker made now; None: the server's root folder, or this process's.

    Raises:
        ManagerError: it cannot be made or started; the text says why.
    """
    base = BaseFolder.at(base_dir)
    server = await find_server(base.path)
    owner: WorkerManager | RemoteManager = RemoteManager(server) if server else WorkerManager(base)
    try:
        record = await owner.open(name, cwd)
        connection = await _connection(base, record)
    except BaseException:
        await asyncio.shield(owner.close())
        raise
    return OpenedWorker(record, connection, _base_url(server), base, owner)


def _base_url(server: FoundServer | None) -> str | None:
    return server.base_url if server else None


async def _connection(base: BaseFolder, record: WorkerStatus) -> Connection:
    connection = await asyncio.to_thread(read_connection, base.worker(record.uuid).connection)
    if connection is None:
        raise WorkerNotRunningError(record.name)
    return connection
