"""Looks after running workers: whether they answer, what they do, who is idle for too long, whose owner is gone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.connection import read_connection
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.manager.pulse import take_pulse
from funcnodes_jupyter.manager.record import Activity, WorkerRecord
from funcnodes_jupyter.manager.registry import Entry
from funcnodes_jupyter.manager.supervisor import Supervisor
from funcnodes_jupyter.worker.pulse import Pulse

FROZEN_AFTER = 5.0
"""Seconds without an answer; the thread that answers is never busy for so long."""

ORPHAN_GRACE = 20.0
"""Seconds that a worker has for ending by itself when its owner is gone; longer than its system gives it."""


class Watchdog:
    """Takes the pulse of workers, and does what follows from it.

    Args:
        base: Where the connection files are.
        supervisor: Holds the processes.
        stop: Ends a worker that is idle for too long.
        idle_timeout: Seconds, for workers that have no such setting of their own; 0: never.
        log: Where it says what it did.
    """

    def __init__(
        self,
        base: BaseFolder,
        supervisor: Supervisor,
        stop: Callable[[str], Awaitable[object]],
        idle_timeout: float,
        log: logging.Logger,
    ) -> None:
        self._base = base
        self._supervisor = supervisor
        self._stop = stop
        self._idle_timeout = idle_timeout
        self._log = log
        self._activity: dict[str, Activity] = {}
        self._silent_since: dict[str, float] = {}
        self._abandoned_since: dict[str, float] = {}

    def activity(self, uuid: str) -> Activity:
        """What a worker did when it was last asked; empty when it was not."""
        return self._activity.get(uuid, "")

    @property
    def busy(self) -> tuple[str, ...]:
        """The uuids of the workers of this manager whose graphs compute."""
        return tuple(uuid for uuid in self._supervisor.owned if self._activity.get(uuid) == "busy")

    async def look(self, entries: Iterable[Entry]) -> None:
        """Look after all workers once."""
        ours = [(entry, entry.record) for entry in entries if entry.record is not None]
        running = {entry.status.uuid for entry, _ in ours if entry.status.state == "running"}
        for known in (self._activity, self._silent_since):
            for uuid in known.keys() - running:
                del known[uuid]
        await asyncio.gather(*(self._look_after(entry, record) for entry, record in ours))

    async def _look_after(self, entry: Entry, record: WorkerRecord) -> None:
        try:
            await self._take_over(entry, record)
            if entry.status.state == "running":
                await self._take_pulse(record)
        except (ManagerError, OSError) as error:
            self._log.warning("Looking after worker %r: %s", record.name, error)

    # --- those whose owner is gone ------------------------------------------------------------------

    async def _take_over(self, entry: Entry, record: WorkerRecord) -> None:
        file = entry.file
        if file is None or not file.abandoned:
            self._abandoned_since.pop(record.uuid, None)
            return
        since = self._abandoned_since.setdefault(record.uuid, monotonic())
        overdue = monotonic() - since > ORPHAN_GRACE
        if entry.process is None or file.detached or overdue:
            self._abandoned_since.pop(record.uuid, None)
            await self._supervisor.take_over(record, end=overdue and not file.detached)

    # --- those who run --------------------------------------------------------------------------------

    async def _take_pulse(self, record: WorkerRecord) -> None:
        uuid = record.uuid
        connection = await asyncio.to_thread(read_connection, self._base.worker(uuid).connection)
        if connection is None:
            return
        pulse = await take_pulse(connection)
        if pulse is None or pulse.uuid != uuid:
            since = self._silent_since.setdefault(uuid, monotonic())
            if monotonic() - since >= FROZEN_AFTER:
                self._activity[uuid] = "frozen"
                await self._supervisor.kill_at_limit(record)
            return
        self._silent_since.pop(uuid, None)
        self._activity[uuid] = "busy" if pulse.busy else "idle"
        if uuid in self._supervisor.owned:
            await self._cull(record, pulse)

    async def _cull(self, record: WorkerRecord, pulse: Pulse) -> None:
        timeout = self._idle_timeout if record.idle_timeout is None else record.idle_timeout
        if timeout and pulse.idle_seconds > timeout:
            self._log.info("Stopping worker %r, idle for %.0f s.", record.name, pulse.idle_seconds)
            await self._stop(record.uuid)
