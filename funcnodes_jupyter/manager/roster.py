"""The workers of one base folder as they are now: records, files, addresses, logs, and what they use of the machine."""

from __future__ import annotations

import asyncio

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.connection import Connection, read_connection
from funcnodes_jupyter.manager.errors import ForeignWorkerError, WorkerNotFoundError, WorkerNotRunningError
from funcnodes_jupyter.manager.record import WorkerRecord
from funcnodes_jupyter.manager.registry import Entry, Registry
from funcnodes_jupyter.manager.storage import Storage
from funcnodes_jupyter.manager.supervisor import Supervisor
from funcnodes_jupyter.manager.usage import Usage, UsageMeter
from funcnodes_jupyter.manager.watched import LogTail
from funcnodes_jupyter.manager.workerfiles import WorkerFiles

_LOG_BYTES = 256 * 1024


class Roster:
    """Finds workers, and what belongs to them; changes nothing. Used on one event loop.

    Args:
        base: Where the workers are.
        storage: Reads it.
        registry: Knows who is there.
        supervisor: Is about to note down why a process of its own ended.
    """

    def __init__(self, base: BaseFolder, storage: Storage, registry: Registry, supervisor: Supervisor) -> None:
        self._base = base
        self._storage = storage
        self._registry = registry
        self._supervisor = supervisor
        self._meter = UsageMeter()
        self._measuring = asyncio.Lock()

    async def entry(self, uuid: str) -> Entry:
        """A worker, foreign ones too.

        Raises:
            WorkerNotFoundError: there is none.
        """
        entry = await self._storage.run(self._registry.entry, uuid)
        if entry is not None and entry.process is None and uuid in self._supervisor.owned:
            await self._supervisor.settled(uuid)
            entry = await self._storage.run(self._registry.entry, uuid)
        if entry is None:
            raise WorkerNotFoundError(uuid)
        return entry

    async def own(self, uuid: str) -> tuple[Entry, WorkerRecord]:
        """A worker of ours, and its record.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: it is not ours.
        """
        entry = await self.entry(uuid)
        if entry.record is None:
            raise ForeignWorkerError(entry.status.name)
        return entry, entry.record

    async def files(self, uuid: str) -> WorkerFiles:
        """The files that a person brings along for a worker of ours; raises what :meth:`own` does."""
        await self.own(uuid)
        return WorkerFiles(self._base.worker(uuid).files)

    async def connection(self, uuid: str) -> Connection:
        """Address and secret of a running worker.

        Raises:
            WorkerNotFoundError: there is none.
            WorkerNotRunningError: it has no process, or does not serve yet.
        """
        entry = await self.entry(uuid)
        connection = await asyncio.to_thread(read_connection, self._base.worker(uuid).connection)
        if entry.process is None or connection is None or connection.pid != entry.process.pid:
            raise WorkerNotRunningError(entry.status.name)
        return connection

    async def log(self, uuid: str, lines: int) -> str:
        """The last ``lines`` lines that a worker of ours printed; raises what :meth:`own` does."""
        await self.own(uuid)
        return await asyncio.to_thread(LogTail(self._base.worker(uuid).log).read, lines, _LOG_BYTES)

    async def usage(self) -> dict[str, Usage]:
        """What the running workers use of the machine, by uuid; measured from one asking to the next."""
        async with self._measuring:
            entries = await self._storage.run(self._registry.scan)
            running = {uuid: entry.process for uuid, entry in entries.items() if entry.process is not None}
            return await asyncio.to_thread(self._meter.look, running)
