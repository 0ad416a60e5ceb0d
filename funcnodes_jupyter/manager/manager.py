"""The Workermanager: create, start, stop, restart, interrupt, configure, copy, delete; and who is told of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.comeback import Comebacks
from funcnodes_jupyter.manager.creation import Creation
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environments import Environments, EnvironmentSubscriber
from funcnodes_jupyter.manager.errors import (
    ManagerError,
    WorkerNotRunningError,
)
from funcnodes_jupyter.manager.news import News, Subscriber, Workers
from funcnodes_jupyter.manager.packages.keeper import PackageKeeper
from funcnodes_jupyter.manager.packages.policy import ANYTHING, PackagePolicy
from funcnodes_jupyter.manager.record import (
    WorkerRecord,
    WorkerStatus,
    checked_memory_limit,
)
from funcnodes_jupyter.manager.records import Records
from funcnodes_jupyter.manager.registry import Registry
from funcnodes_jupyter.manager.remote import owner_of
from funcnodes_jupyter.manager.roster import Roster
from funcnodes_jupyter.manager.rounds import Rounds
from funcnodes_jupyter.manager.settings import UNCHANGED, WorkerSettings
from funcnodes_jupyter.manager.starts import Starts
from funcnodes_jupyter.manager.storage import Storage
from funcnodes_jupyter.manager.supervisor import Supervisor
from funcnodes_jupyter.manager.toolrun import Told
from funcnodes_jupyter.manager.watchdog import Watchdog
from funcnodes_jupyter.manager.workerlocks import WorkerLocks

START_TIMEOUT = 10.0
STOP_TIMEOUT = 8.0
"""Longer than a worker lets a function of the user go on after it saved."""
WATCH_INTERVAL = 1.0
PULSE_INTERVAL = 2.0
_SAVE_TIMEOUT = 30.0
_LOG_BYTES = 256 * 1024


class WorkerManager:
    """Owns the workers of one base folder, as far as this process launched them, and knows all the others.

    It reads who exists from the folder (:class:`Registry`), has processes made and ended
    (:class:`Supervisor`), takes one change of a worker at a time, and tells its subscribers. It belongs to
    the event loop that uses it first; :meth:`close` ends the workers it launched.
    """

    def __init__(
        self,
        base: BaseFolder,
        *,
        default_cwd: Path | None = None,
        start_timeout: float = START_TIMEOUT,
        stop_timeout: float = STOP_TIMEOUT,
        idle_timeout: float = 0.0,
        memory_limit: int = 0,
        restart_crashed: bool = True,
        package_policy: PackagePolicy = ANYTHING,
        watch_interval: float = WATCH_INTERVAL,
        pulse_interval: float = PULSE_INTERVAL,
        log: logging.Logger | None = None,
    ) -> None:
        """Nothing is read or written yet.

        Args:
            base: the base folder.
            default_cwd: working directory of workers made without one; None: this process's.
            start_timeout: seconds until a worker that does not serve is given up.
            stop_timeout: seconds a worker gets for saving before it is killed.
            idle_timeout: seconds after which a worker that nobody uses is stopped; 0: never.
            memory_limit: bytes that the process of a worker may use which has no such setting of its own; 0: any number.
            restart_crashed: whether a worker that crashed is started again.
            package_policy: what people may do with the packages of workers.
            watch_interval: seconds between two looks for what other processes changed.
            pulse_interval: seconds between two looks after the running workers.
            log: where crashes are reported.

        Raises:
            InvalidWorkerError: no worker can be kept to that limit.
        """
        self.base = base
        log = log or logging.getLogger(__name__)
        self._log = log
        self._storage = Storage(base)
        self._registry = Registry(base)
        self._records = Records(base, self._registry, default_cwd)
        self._news = News(self._storage, self._registry)
        self._comebacks = Comebacks(self._start_again, log, restart_crashed)
        self._supervisor = Supervisor(
            base, self.refresh, self._comebacks.ended, log, stop_timeout, checked_memory_limit(memory_limit)
        )
        self.roster = Roster(base, self._storage, self._registry, self._supervisor)
        """Finds workers, their files, addresses and logs."""
        self._watchdog = Watchdog(base, self._supervisor, self.stop, idle_timeout, log)
        self._environments = Environments(base, self.refresh)
        self._locks = WorkerLocks()
        self.packages = PackageKeeper(base, self.roster, self._prepare, package_policy)
        """Looks at and changes the packages of workers."""
        self._starts = Starts(self.roster.own, self._locks, self._supervisor, self._ready, start_timeout)
        self.creation = Creation(self._storage, self._records, self.roster, self._news, self._environments, self._locks)
        """Makes workers."""
        self._news.use(self._supervisor, self._watchdog, self._environments)
        self._rounds = Rounds(((self.refresh, watch_interval), (self._look_after, pulse_interval)), log)
        self._before_deleting: list[Callable[[str], None]] = []

    # --- asking -----------------------------------------------------------------------------------

    @property
    def owned(self) -> tuple[str, ...]:
        """The uuids of the workers whose processes this manager supervises."""
        return self._supervisor.owned

    @property
    def busy(self) -> tuple[str, ...]:
        """The uuids of those of them whose graphs compute, as of a few seconds ago."""
        return self._watchdog.busy

    async def list(self) -> Workers:
        """Every worker of the base folder, oldest first, foreign ones too."""
        await self.refresh()
        return self._news.known

    async def get(self, uuid: str) -> WorkerStatus:
        """The worker ``uuid``.

        Raises:
            WorkerNotFoundError: there is none.
        """
        return self._news.status(await self.roster.entry(uuid))

    async def log(self, uuid: str, lines: int) -> str:
        """The last ``lines`` lines that a worker of ours printed; see :meth:`Roster.log`."""
        return await self.roster.log(uuid, lines)

    def subscribe(self, told: Subscriber) -> Callable[[], None]:
        """Call ``told`` with all workers after every change, on this loop, until the returned undo is called.

        Changes made by other processes are told too.
        """
        self.keep_watch()
        return self._news.subscribe(told)

    def keep_watch(self) -> None:
        """Look after the workers from now on: see what others change, who does not answer, who is abandoned."""
        self._rounds.begin()

    def subscribe_environments(self, told: EnvironmentSubscriber) -> Callable[[], None]:
        """Call ``told`` with what happens while environments are made, on this loop, until the undo is called.

        What was told before of those that are just being made comes first.
        """
        return self._environments.subscribe(told)

    def before_deleting(self, told: Callable[[str], None]) -> None:
        """Call ``told`` in a thread with the uuid of each worker that ended to be deleted, while its files are there."""
        self._before_deleting.append(told)

    async def refresh(self) -> None:
        """Look at the folder again and tell the subscribers if something differs."""
        await self._news.refresh()

    # --- changing ---------------------------------------------------------------------------------

    async def create(
        self,
        name: str | None = None,
        cwd: str | None = None,
        *,
        exist_ok: bool = False,
        environment: str = "server",
        python: str = "",
        told: Told | None = None,
    ) -> WorkerStatus:
        """Make a worker, with its environment; it is not started. Takes and raises what :meth:`Creation.create` does."""
        return await self.creation.create(
            name, cwd, exist_ok=exist_ok, environment=environment, python=python, told=told
        )

    async def open(self, name: str, cwd: str | None = None) -> WorkerStatus:
        """The running worker called ``name``: made and started as needed. Raises what those two raise."""
        status = await self.create(name, cwd, exist_ok=True)
        return await self.start(status.uuid)

    async def start(self, uuid: str, told: Told | None = None) -> WorkerStatus:
        """Run a worker and wait until it serves. Calls at the same time share one start.

        Where it has no environment yet, of those that it is to have, that is made first; ``told`` hears how.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: it is not ours to run.
            EnvironmentFailedError, EnvironmentCancelledError: its environment is not ready.
            WorkerStartError: it does not come up; the text ends with its last log lines.
        """
        self._comebacks.give_up(uuid)
        self.keep_watch()
        with self._environments.followed(uuid, told):
            return await self._starts.start(uuid, again=False)

    async def autostart(self) -> None:
        """Start the workers that are to start with their server; what hinders one is logged, not raised."""
        wanted = [worker.uuid for worker in await self.list() if worker.autostart and not worker.active]
        for outcome in await asyncio.gather(*(self.start(uuid) for uuid in wanted), return_exceptions=True):
            if isinstance(outcome, ManagerError):
                self._log.warning("%s", outcome)
            elif isinstance(outcome, BaseException):
                raise outcome

    async def stop(self, uuid: str) -> WorkerStatus:
        """End a worker's process after it saved; one without a process stays as it is.

        A start that waits for the worker's environment is given up.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: it is not ours to stop.
            WorkerStopError: the process cannot be ended.
        """
        await self._environments.cancel(uuid)
        async with self._locks.of(uuid):
            await self._end(uuid)
        return await self.get(uuid)

    async def cancel_environment(self, uuid: str) -> WorkerStatus | None:
        """Give up making a worker's environment; gives and raises what :meth:`Creation.cancel_environment` does."""
        return await self.creation.cancel_environment(uuid)

    async def restart(self, uuid: str, told: Told | None = None) -> WorkerStatus:
        """Stop and start a worker; raises what those two raise.

        A worker of another server is restarted by that one, and so stays with it.
        """
        entry = await self.roster.entry(uuid)
        owner = None if uuid in self.owned else await owner_of(entry)
        if owner is not None:
            try:
                return await owner.restart(uuid, told)
            finally:
                await owner.close()
        async with self._locks.of(uuid):
            await self._end(uuid)
            self.keep_watch()
            with self._environments.followed(uuid, told):
                return await self._starts.start_locked(uuid, again=False)

    async def interrupt(self, uuid: str) -> WorkerStatus:
        """Interrupt what a worker computes, as Ctrl+C does.

        Raises:
            WorkerNotRunningError: it has no process.
        """
        entry, _ = await self.roster.own(uuid)
        if entry.process is None:
            raise WorkerNotRunningError(entry.status.name)
        self._supervisor.interrupt(entry.process)
        return entry.status

    async def configure(self, uuid: str, name: str | None = None, settings: WorkerSettings = UNCHANGED) -> WorkerStatus:
        """Give a worker another name, or change how it is kept.

        Raises:
            InvalidWorkerError, WorkerNameTakenError: the name or a setting cannot be used.
        """
        async with self._locks.of(uuid):
            _, record = await self.roster.own(uuid)
            await self._storage.run(self._records.change, record, name, settings)
        await self.refresh()
        return await self.get(uuid)

    async def duplicate(self, uuid: str, name: str | None = None) -> WorkerStatus:
        """Make a worker like another; it is not started. Takes and raises what :meth:`Creation.duplicate` does."""
        return await self.creation.duplicate(uuid, name)

    async def delete(self, uuid: str) -> str:
        """Stop a worker, remove its environment and move its files to the trash.

        Returns:
            Where they went, in words for a person.

        Raises:
            InvalidWorkerError: the files cannot be moved; the worker stays.
        """
        await self._environments.cancel(uuid)
        await self.packages.cancel(uuid)
        async with self._locks.of(uuid):
            _, record = await self.roster.own(uuid)
            await self._end(uuid)
            for told in self._before_deleting:
                await self._storage.run(told, uuid)
            where = await self._storage.run(self._records.delete, record)
        self._locks.forget(uuid)
        await self.refresh()
        return where

    async def close(self) -> None:
        """End the workers of this manager, all at once, but leave the detached ones to whoever comes next."""
        await self._rounds.end()
        await self.packages.close()
        for record, why in self._comebacks.close():
            await self._supervisor.note_down(record, "crashed", why)
        for uuid in await self._environments.close():
            async with self._locks.of(uuid):  # whoever waited for it has tidied up
                pass
        await self._starts.settle()
        await self._supervisor.release_detached()
        await asyncio.gather(*(self.stop(uuid) for uuid in self.owned), return_exceptions=True)
        self._news.forget_subscribers()

    # --- how --------------------------------------------------------------------------------------

    async def _ready(self, record: WorkerRecord) -> None:
        """Have a worker's environment ready, and nobody at work in it."""
        await self.packages.settled(record)
        await self._environments.ready(record)

    async def _prepare(self, uuid: str) -> None:
        """Have the environment that a worker is to have, whether it runs or not; raises what :meth:`start` does."""
        async with self._locks.of(uuid):
            _, record = await self.roster.own(uuid)
            if not await self._storage.run(Environment(self.base.worker(uuid).environment).facts):
                await self._ready(record)

    async def _start_again(self, uuid: str) -> WorkerStatus:
        self.keep_watch()
        return await self._starts.start(uuid, again=True)

    async def _end(self, uuid: str) -> None:
        self._comebacks.give_up(uuid)
        entry, record = await self.roster.own(uuid)
        if entry.process is not None:
            await self._supervisor.end(record, entry.process)
        elif entry.status.state == "crashed":
            await self._supervisor.note_down(record, "stopped", "")

    async def _look_after(self) -> None:
        entries = await self._storage.run(self._registry.scan)
        await self._watchdog.look(entries.values())
        await self.refresh()
