"""Starts of workers: one at a time of each, shared by all who ask, in an environment that is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from funcnodes_jupyter.manager.errors import WorkerStartError
from funcnodes_jupyter.manager.record import WorkerRecord, WorkerStatus
from funcnodes_jupyter.manager.registry import Entry
from funcnodes_jupyter.manager.supervisor import Supervisor
from funcnodes_jupyter.manager.workerlocks import WorkerLocks

_ELSEWHERE_INTERVAL = 0.05

Look = Callable[[str], Awaitable[tuple[Entry, WorkerRecord]]]
"""Gives a worker of ours as it is now."""


class Starts:
    """Has workers run. Used on one event loop.

    Args:
        look: See :data:`Look`.
        locks: What is held while a worker is changed.
        ready: Has its environment ready.
        timeout: Seconds until a worker that does not serve is given up; making its environment does not count.
    """

    def __init__(
        self,
        look: Look,
        locks: WorkerLocks,
        supervisor: Supervisor,
        ready: Callable[[WorkerRecord], Awaitable[None]],
        timeout: float,
    ) -> None:
        self._look = look
        self._locks = locks
        self._supervisor = supervisor
        self._ready = ready
        self._timeout = timeout
        self._going_on: dict[str, asyncio.Task[WorkerStatus]] = {}

    async def start(self, uuid: str, *, again: bool) -> WorkerStatus:
        """Run a worker and wait until it serves, also when another call has begun that; see :meth:`start_locked`."""
        task = self._going_on.get(uuid)
        if task is None:
            task = self._going_on[uuid] = asyncio.create_task(self._start_alone(uuid, again=again))
            task.add_done_callback(lambda done: self._done(uuid, done))
        return await asyncio.shield(task)

    async def start_locked(self, uuid: str, *, again: bool) -> WorkerStatus:
        """Run a worker, for who holds its lock.

        Args:
            again: See :meth:`Supervisor.launch`.

        Raises:
            WorkerStartError, EnvironmentFailedError, EnvironmentCancelledError: it does not come up.
        """
        loop = asyncio.get_running_loop()
        patience_ends = loop.time() + self._timeout
        while True:
            entry, record = await self._look(uuid)
            if entry.status.state == "running":
                return entry.status
            if not entry.status.active:
                await self._ready(record)
                if await self._supervisor.launch(record, self._timeout, again=again):
                    status = (await self._look(uuid))[0].status
                    if status.active:
                        return status
                    raise WorkerStartError(record.name, status.detail or "it ended at once")
                continue
            # Another process is just starting or stopping it: its files will tell.
            if loop.time() > patience_ends:
                raise WorkerStartError(record.name, f"another process keeps it {entry.status.state}")
            await asyncio.sleep(_ELSEWHERE_INTERVAL)

    async def settle(self) -> None:
        """Wait for the starts that go on."""
        for task in tuple(self._going_on.values()):
            await asyncio.wait({task})

    async def _start_alone(self, uuid: str, *, again: bool) -> WorkerStatus:
        async with self._locks.of(uuid):
            return await self.start_locked(uuid, again=again)

    def _done(self, uuid: str, task: asyncio.Task[WorkerStatus]) -> None:
        self._going_on.pop(uuid, None)
        if not task.cancelled():
            task.exception()  # those who wait get it; without any it must not be reported as lost
