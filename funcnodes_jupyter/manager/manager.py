"""The Workermanager: create, start, stop, restart, interrupt, configure, copy, delete; and who is told of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from funcnodes_jupyter.manager.asking import ask_worker
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.comeback import Comebacks
from funcnodes_jupyter.manager.connection import Connection, read_connection
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environments import Environments, EnvironmentSubscriber
from funcnodes_jupyter.manager.errors import (
    ForeignWorkerError,
    InvalidWorkerError,
    ManagerError,
    NoEnvironmentMakingError,
    WorkerNotFoundError,
    WorkerNotRunningError,
)
from funcnodes_jupyter.manager.locate import running_servers
from funcnodes_jupyter.manager.news import News, Subscriber, Workers
from funcnodes_jupyter.manager.packages.keeper import PackageKeeper
from funcnodes_jupyter.manager.packages.policy import ANYTHING, PackagePolicy
from funcnodes_jupyter.manager.record import (
    EnvironmentKind,
    WorkerRecord,
    WorkerState,
    WorkerStatus,
    checked_memory_limit,
)
from funcnodes_jupyter.manager.records import Records
from funcnodes_jupyter.manager.registry import Entry, Registry
from funcnodes_jupyter.manager.remote import RemoteManager
from funcnodes_jupyter.manager.rounds import Rounds
from funcnodes_jupyter.manager.settings import UNCHANGED, WorkerSettings
from funcnodes_jupyter.manager.starts import Starts
from funcnodes_jupyter.manager.storage import Storage
from funcnodes_jupyter.manager.supervisor import Supervisor
from funcnodes_jupyter.manager.threadstep import to_its_end
from funcnodes_jupyter.manager.toolrun import Told
from funcnodes_jupyter.manager.usage import Usage, UsageMeter
from funcnodes_jupyter.manager.watchdog import Watchdog
from funcnodes_jupyter.manager.watched import LogTail
from funcnodes_jupyter.manager.workerfiles import WorkerFiles
from funcnodes_jupyter.wire.errors import WireError

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
        self._comebacks = Comebacks(self._start_again, log) if restart_crashed else None
        self._supervisor = Supervisor(
            base, self.refresh, self._ended, log, stop_timeout, checked_memory_limit(memory_limit)
        )
        self._watchdog = Watchdog(base, self._supervisor, self.stop, idle_timeout, log)
        self._environments = Environments(base, self.refresh)
        self.packages = PackageKeeper(base, self, package_policy)
        """Looks at and changes the packages of workers."""
        self._starts = Starts(self._own, self._changing_one, self._supervisor, self._ready, start_timeout)
        self._news.use(self._supervisor, self._watchdog, self._environments)
        self._rounds = Rounds(((self.refresh, watch_interval), (self._look_after, pulse_interval)), log)
        self._meter = UsageMeter()
        self._measuring = asyncio.Lock()
        self._changing: dict[str, asyncio.Lock] = {}

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
        return self._news.status(await self._entry(uuid))

    async def record_of(self, uuid: str) -> WorkerRecord:
        """The record of a worker of ours.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: it is not ours.
        """
        return (await self._own(uuid))[1]

    async def files(self, uuid: str) -> WorkerFiles:
        """The files that a person brings along for a worker of ours, whether it runs or not.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: it is not ours.
        """
        await self._own(uuid)
        return WorkerFiles(self.base.worker(uuid).files)

    async def connection(self, uuid: str) -> Connection:
        """Address and secret of a running worker.

        Raises:
            WorkerNotFoundError: there is none.
            WorkerNotRunningError: it has no process, or does not serve yet.
        """
        entry = await self._entry(uuid)
        connection = await asyncio.to_thread(read_connection, self.base.worker(uuid).connection)
        if entry.process is None or connection is None or connection.pid != entry.process.pid:
            raise WorkerNotRunningError(entry.status.name)
        return connection

    async def log(self, uuid: str, lines: int) -> str:
        """The last ``lines`` lines that a worker printed; empty when there are none.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: there is no log of ours.
        """
        await self._own(uuid)
        return await asyncio.to_thread(LogTail(self.base.worker(uuid).log).read, lines, _LOG_BYTES)

    async def usage(self) -> dict[str, Usage]:
        """What the running workers use of the machine, by uuid; measured from one asking to the next."""
        async with self._measuring:
            entries = await self._storage.run(self._registry.scan)
            running = {uuid: entry.process for uuid, entry in entries.items() if entry.process is not None}
            return await asyncio.to_thread(self._meter.look, running)

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
        """Make a worker, with its environment; it is not started.

        Args:
            name: unique among ours; None: worker-1, worker-2, ….
            cwd: its working directory; None: the default one.
            exist_ok: give the worker that bears the name already, as it is, instead of an error.
            environment: see :data:`~.record.EnvironmentKind`.
            python: which Python that is to be of, a version or a path; empty: the server's.
            told: hears how the environment comes to be, line by line.

        Raises:
            InvalidWorkerError: the name, the folder or the environment cannot be.
            WorkerNameTakenError: another worker bears the name.
            EnvironmentFailedError, EnvironmentCancelledError: there is no environment, and no worker.
        """
        make = self._records.create
        record, is_new = await self._storage.run(make, name, cwd, environment, python, exist_ok=exist_ok)
        if is_new and record.environment != "server":
            await self._prepare_new(record, told)
        await self.refresh()
        return await self.get(record.uuid)

    async def adopt(
        self, contents: Path, name: str | None = None, cwd: str | None = None, environment: EnvironmentKind = "server"
    ) -> WorkerStatus:
        """Make a worker of a folder that holds what a worker's does; the folder moves. It is not started.

        Args:
            contents: the folder; on the disk of the base folder.
            name: gets a number when another worker bears it; None: worker-1, worker-2, ….
            cwd: its working directory; None: the default one.
            environment: the one that it is to have when it starts.

        Raises:
            InvalidWorkerError: the name or the working directory cannot be; the folder stays where it is.
        """
        record = await self._storage.run(self._records.adopt, contents, name, cwd, environment)
        await self.refresh()
        return await self.get(record.uuid)

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
        self._give_up_comeback(uuid)
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
        async with self._changing_one(uuid):
            await self._end(uuid)
        return await self.get(uuid)

    async def prepare(self, uuid: str) -> None:
        """Have the environment that a worker is to have, whether it runs or not; raises what :meth:`start` does."""
        async with self._changing_one(uuid):
            record = await self.record_of(uuid)
            if not await self._storage.run(Environment(self.base.worker(uuid).environment).facts):
                await self._ready(record)

    async def cancel_environment(self, uuid: str) -> WorkerStatus | None:
        """Give up making a worker's environment; whoever waits for it gets an :class:`EnvironmentCancelledError`.

        Returns:
            The worker, without an environment; None: it was being made itself, and is gone.

        Raises:
            WorkerNotFoundError: there is none.
            NoEnvironmentMakingError: nothing is being made for it.
        """
        status = await self.get(uuid)
        if not await self._environments.cancel(uuid):
            raise NoEnvironmentMakingError(status.name)
        async with self._changing_one(uuid):  # whoever waited has tidied up
            entry = await self._storage.run(self._registry.entry, uuid)
        return self._news.status(entry) if entry is not None else None

    async def restart(self, uuid: str, told: Told | None = None) -> WorkerStatus:
        """Stop and start a worker; raises what those two raise.

        A worker of another server is restarted by that one, and so stays with it.
        """
        owner = await self._other_server(await self._entry(uuid))
        if owner is not None:
            try:
                return await owner.restart(uuid, told)
            finally:
                await owner.close()
        async with self._changing_one(uuid):
            await self._end(uuid)
            self.keep_watch()
            with self._environments.followed(uuid, told):
                return await self._starts.start_locked(uuid, again=False)

    async def interrupt(self, uuid: str) -> WorkerStatus:
        """Interrupt what a worker computes, as Ctrl+C does.

        Raises:
            WorkerNotRunningError: it has no process.
        """
        entry, _ = await self._own(uuid)
        if entry.process is None:
            raise WorkerNotRunningError(entry.status.name)
        self._supervisor.interrupt(entry.process)
        return entry.status

    async def configure(self, uuid: str, name: str | None = None, settings: WorkerSettings = UNCHANGED) -> WorkerStatus:
        """Give a worker another name, or change how it is kept.

        Raises:
            InvalidWorkerError, WorkerNameTakenError: the name or a setting cannot be used.
        """
        async with self._changing_one(uuid):
            _, record = await self._own(uuid)
            await self._storage.run(self._records.change, record, name, settings)
        await self.refresh()
        return await self.get(uuid)

    async def duplicate(self, uuid: str, name: str | None = None) -> WorkerStatus:
        """Make a worker with the graph, the files and the settings of another; it is not started.

        An environment of its own is made when it starts.

        Args:
            name: unique among ours; None: the other's with “copy”.

        Raises:
            InvalidWorkerError: the name cannot be, or the files cannot be copied; nothing is made then.
            WorkerNameTakenError: another worker bears the name.
        """
        async with self._changing_one(uuid):
            entry, record = await self._own(uuid)
            running = entry.status.state == "running"
            if running:
                await self._have_saved(uuid, record)
            copy = await self._storage.run(self._records.duplicate, record, name, running=running)
        await self.refresh()
        return await self.get(copy.uuid)

    async def delete(self, uuid: str) -> str:
        """Stop a worker, remove its environment and move its files to the trash.

        Returns:
            Where they went, in words for a person.

        Raises:
            InvalidWorkerError: the files cannot be moved; the worker stays.
        """
        await self._environments.cancel(uuid)
        await self.packages.cancel(uuid)
        async with self._changing_one(uuid):
            _, record = await self._own(uuid)
            await self._end(uuid)
            where = await self._storage.run(self._records.delete, record)
        self._changing.pop(uuid, None)
        await self.refresh()
        return where

    async def close(self) -> None:
        """End the workers of this manager, all at once, but leave the detached ones to whoever comes next."""
        await self._rounds.end()
        await self.packages.close()
        for record, why in self._comebacks.close() if self._comebacks is not None else ():
            await self._supervisor.note_down(record, "crashed", why)
        for uuid in await self._environments.close():
            async with self._changing_one(uuid):  # whoever waited for it has tidied up
                pass
        await self._starts.settle()
        await self._supervisor.release_detached()
        await asyncio.gather(*(self.stop(uuid) for uuid in self.owned), return_exceptions=True)
        self._news.forget_subscribers()

    # --- how --------------------------------------------------------------------------------------

    async def _entry(self, uuid: str) -> Entry:
        entry = await self._storage.run(self._registry.entry, uuid)
        if entry is not None and entry.process is None and uuid in self.owned:
            await self._supervisor.settled(uuid)
            entry = await self._storage.run(self._registry.entry, uuid)
        if entry is None:
            raise WorkerNotFoundError(uuid)
        return entry

    async def _own(self, uuid: str) -> tuple[Entry, WorkerRecord]:
        entry = await self._entry(uuid)
        if entry.record is None:
            raise ForeignWorkerError(entry.status.name)
        return entry, entry.record

    async def _ready(self, record: WorkerRecord) -> None:
        """Have a worker's environment ready, and nobody at work in it."""
        await self.packages.settled(record)
        await self._environments.ready(record)

    def _changing_one(self, uuid: str) -> asyncio.Lock:
        return self._changing.setdefault(uuid, asyncio.Lock())

    async def _start_again(self, uuid: str) -> WorkerStatus:
        self.keep_watch()
        return await self._starts.start(uuid, again=True)

    async def _prepare_new(self, record: WorkerRecord, told: Told | None) -> None:
        """Have the environment of a new worker; without it, there is no worker."""
        try:
            async with self._changing_one(record.uuid):
                try:
                    with self._environments.followed(record.uuid, told):
                        await self._environments.ready(record)
                except BaseException:
                    await to_its_end(self._records.undo_create, record)
                    raise
        except BaseException:
            self._changing.pop(record.uuid, None)
            await self.refresh()
            raise

    async def _end(self, uuid: str) -> None:
        self._give_up_comeback(uuid)
        entry, record = await self._own(uuid)
        if entry.process is not None:
            await self._supervisor.end(record, entry.process)
        elif entry.status.state == "crashed":
            await self._supervisor.note_down(record, "stopped", "")

    def _ended(self, record: WorkerRecord, state: WorkerState, why: str) -> str:
        return why if self._comebacks is None else self._comebacks.ended(record, state, why)

    def _give_up_comeback(self, uuid: str) -> None:
        if self._comebacks is not None:
            self._comebacks.give_up(uuid)

    async def _other_server(self, entry: Entry) -> RemoteManager | None:
        """The manager of the Jupyter server that supervises a worker, if that is another one and can be asked."""
        file = entry.file
        if entry.process is None or file is None or file.abandoned or entry.status.uuid in self.owned:
            return None
        owner = file.owner
        servers = await asyncio.to_thread(lambda: list(running_servers()))
        return next((RemoteManager(server) for server in servers if owner and server.pid == owner.pid), None)

    async def _have_saved(self, uuid: str, record: WorkerRecord) -> None:
        try:
            await ask_worker(await self.connection(uuid), "save", _SAVE_TIMEOUT)
        except WireError as error:
            raise InvalidWorkerError(f"worker {record.name!r} could not save what is to be copied: {error}") from error

    async def _look_after(self) -> None:
        entries = await self._storage.run(self._registry.scan)
        await self._watchdog.look(entries.values())
        await self.refresh()
