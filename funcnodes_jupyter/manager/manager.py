"""The Workermanager: create, start, stop, restart, interrupt, rename, delete; and who is told of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.connection import Connection, read_connection
from funcnodes_jupyter.manager.errors import (
    BusyRecordError,
    ForeignWorkerError,
    InvalidWorkerError,
    WorkerNameTakenError,
    WorkerNotFoundError,
    WorkerNotRunningError,
    WorkerStartError,
)
from funcnodes_jupyter.manager.files import write_json
from funcnodes_jupyter.manager.record import (
    WorkerRecord,
    WorkerStatus,
    checked_cwd,
    checked_name,
    default_name,
    free_name,
)
from funcnodes_jupyter.manager.registry import Entry, Registry
from funcnodes_jupyter.manager.supervisor import Supervisor
from funcnodes_jupyter.manager.trash import discard
from funcnodes_jupyter.manager.workerfiles import WorkerFiles

Workers = tuple[WorkerStatus, ...]
Subscriber = Callable[[Workers], None]

START_TIMEOUT = 10.0
STOP_TIMEOUT = 8.0
"""Longer than a worker lets a function of the user go on after it saved."""
WATCH_INTERVAL = 1.0
_ELSEWHERE_INTERVAL = 0.05


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
        watch_interval: float = WATCH_INTERVAL,
        log: logging.Logger | None = None,
    ) -> None:
        """Nothing is read or written yet.

        Args:
            base: the base folder.
            default_cwd: working directory of workers made without one; None: this process's.
            start_timeout: seconds until a worker that does not serve is given up.
            stop_timeout: seconds a worker gets for saving before it is killed.
            watch_interval: seconds between two looks for what other processes changed.
            log: where crashes are reported.
        """
        self.base = base
        self._default_cwd = default_cwd
        self._start_timeout = start_timeout
        self._watch_interval = watch_interval
        self._registry = Registry(base)
        self._supervisor = Supervisor(base, self.refresh, log or logging.getLogger(__name__), stop_timeout)
        self._known: Workers = ()
        self._refreshing = asyncio.Lock()
        self._changing: dict[str, asyncio.Lock] = {}
        self._starts: dict[str, asyncio.Task[WorkerStatus]] = {}
        self._subscribers: dict[object, Subscriber] = {}
        self._watcher: asyncio.Task[None] | None = None

    # --- asking -----------------------------------------------------------------------------------

    @property
    def owned(self) -> tuple[str, ...]:
        """The uuids of the running workers that this manager launched."""
        return self._supervisor.owned

    async def list(self) -> Workers:
        """Every worker of the base folder, oldest first, foreign ones too."""
        await self.refresh()
        return self._known

    async def get(self, uuid: str) -> WorkerStatus:
        """The worker ``uuid``.

        Raises:
            WorkerNotFoundError: there is none.
        """
        return (await self._entry(uuid)).status

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

    def subscribe(self, told: Subscriber) -> Callable[[], None]:
        """Call ``told`` with all workers after every change, on this loop, until the returned undo is called.

        While there are subscribers the folder is watched, so changes made by other processes are told too.
        """
        key = object()
        self._subscribers[key] = told
        if self._watcher is None:
            self._watcher = asyncio.get_running_loop().create_task(self._watch())

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)
            if not self._subscribers:
                self._stop_watching()

        return unsubscribe

    async def refresh(self) -> None:
        """Look at the folder again and tell the subscribers if something differs."""
        async with self._refreshing:
            entries = await asyncio.to_thread(self._registry.scan)
            workers = tuple(self._told_status(entry) for entry in entries.values())
            if workers == self._known:
                return
            self._known = workers
        for told in tuple(self._subscribers.values()):
            told(workers)

    # --- changing ---------------------------------------------------------------------------------

    async def create(self, name: str | None = None, cwd: str | None = None, *, exist_ok: bool = False) -> WorkerStatus:
        """Make a worker; it is not started.

        Args:
            name: unique among ours; None: worker-1, worker-2, ….
            cwd: its working directory; None: the default one.
            exist_ok: give the worker that bears the name already, instead of an error.

        Raises:
            InvalidWorkerError: the name or the folder cannot be.
            WorkerNameTakenError: another worker bears the name.
        """
        record = await asyncio.to_thread(self._create, name, cwd, exist_ok)
        await self.refresh()
        return await self.get(record.uuid)

    async def adopt(self, contents: Path, name: str | None) -> WorkerStatus:
        """Make a worker of a folder that holds its files, which moves; it is not started.

        Args:
            contents: the folder; on the disk of the base folder.
            name: gets a number when another worker bears it; None: worker-1, worker-2, ….

        Raises:
            InvalidWorkerError: the name cannot be.
        """
        record = await asyncio.to_thread(self._adopt, contents, name)
        await self.refresh()
        return await self.get(record.uuid)

    async def open(self, name: str, cwd: str | None = None) -> WorkerStatus:
        """The running worker called ``name``: made and started as needed. Raises what those two raise."""
        status = await self.create(name, cwd, exist_ok=True)
        return await self.start(status.uuid)

    async def start(self, uuid: str) -> WorkerStatus:
        """Run a worker and wait until it serves. Calls at the same time share one start.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: it is not ours to run.
            WorkerStartError: it does not come up; the text ends with its last log lines.
        """
        task = self._starts.get(uuid)
        if task is None:
            task = self._starts[uuid] = asyncio.create_task(self._start(uuid))
            task.add_done_callback(lambda done: self._start_done(uuid, done))
        return await asyncio.shield(task)

    async def stop(self, uuid: str) -> WorkerStatus:
        """End a worker's process after it saved; one without a process stays as it is.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: it is not ours to stop.
            WorkerStopError: the process cannot be ended.
        """
        async with self._changing_one(uuid):
            await self._end(uuid)
        return await self.get(uuid)

    async def restart(self, uuid: str) -> WorkerStatus:
        """Stop and start a worker; raises what those two raise."""
        async with self._changing_one(uuid):
            await self._end(uuid)
            return await self._start_locked(uuid)

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

    async def rename(self, uuid: str, name: str) -> WorkerStatus:
        """Give a worker another name.

        Raises:
            InvalidWorkerError, WorkerNameTakenError: the name cannot be used.
        """
        async with self._changing_one(uuid):
            _, record = await self._own(uuid)
            await asyncio.to_thread(self._rename, record, name)
        await self.refresh()
        return await self.get(uuid)

    async def delete(self, uuid: str) -> str:
        """Stop a worker and move its files to the trash.

        Returns:
            Where they went, in words for a person.

        Raises:
            InvalidWorkerError: the files cannot be moved; the worker stays.
        """
        async with self._changing_one(uuid):
            _, record = await self._own(uuid)
            await self._end(uuid)
            where = await asyncio.to_thread(self._delete, record)
        self._changing.pop(uuid, None)
        await self.refresh()
        return where

    async def close(self) -> None:
        """End the workers that were launched here, all at once, and forget the subscribers."""
        self._stop_watching()
        for start in tuple(self._starts.values()):
            await asyncio.wait({start})
        await asyncio.gather(*(self.stop(uuid) for uuid in self.owned), return_exceptions=True)
        self._subscribers.clear()

    # --- how --------------------------------------------------------------------------------------

    def _told_status(self, entry: Entry) -> WorkerStatus:
        """The status to tell: of a process that ended a moment ago only when it is known why."""
        if entry.process is None and entry.status.uuid in self.owned:
            return next((known for known in self._known if known.uuid == entry.status.uuid), entry.status)
        return entry.status

    async def _entry(self, uuid: str) -> Entry:
        entry = await asyncio.to_thread(self._registry.entry, uuid)
        if entry is not None and entry.process is None and uuid in self.owned:
            await self._supervisor.settled(uuid)
            entry = await asyncio.to_thread(self._registry.entry, uuid)
        if entry is None:
            raise WorkerNotFoundError(uuid)
        return entry

    async def _own(self, uuid: str) -> tuple[Entry, WorkerRecord]:
        entry = await self._entry(uuid)
        if entry.record is None:
            raise ForeignWorkerError(entry.status.name)
        return entry, entry.record

    def _changing_one(self, uuid: str) -> asyncio.Lock:
        return self._changing.setdefault(uuid, asyncio.Lock())

    async def _start(self, uuid: str) -> WorkerStatus:
        async with self._changing_one(uuid):
            return await self._start_locked(uuid)

    async def _start_locked(self, uuid: str) -> WorkerStatus:
        loop = asyncio.get_running_loop()
        patience_ends = loop.time() + self._start_timeout
        while True:
            entry, record = await self._own(uuid)
            if entry.status.state == "running":
                return entry.status
            if not entry.status.active:
                if await self._supervisor.launch(record, self._start_timeout):
                    return await self.get(uuid)
                continue
            # Another process is just starting or stopping it: its files will tell.
            if loop.time() > patience_ends:
                raise WorkerStartError(record.name, f"another process keeps it {entry.status.state}")
            await asyncio.sleep(_ELSEWHERE_INTERVAL)

    def _start_done(self, uuid: str, task: asyncio.Task[WorkerStatus]) -> None:
        self._starts.pop(uuid, None)
        if not task.cancelled():
            task.exception()  # those who wait get it; without any it must not be reported as lost

    async def _end(self, uuid: str) -> None:
        entry, record = await self._own(uuid)
        if entry.process is not None:
            await self._supervisor.end(record, entry.process)

    async def _watch(self) -> None:
        while True:
            await self.refresh()
            await asyncio.sleep(self._watch_interval)

    def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            self._watcher = None

    # --- files (these run in threads) ---------------------------------------------------------------

    def _create(self, name: str | None, cwd: str | None, exist_ok: bool) -> WorkerRecord:
        self.base.create()
        folder = checked_cwd(Path(cwd) if cwd else self._default_cwd or Path.cwd())
        with self._names_locked():
            taken = self._names()
            name = default_name(set(taken)) if name is None else checked_name(name)
            if name in taken and exist_ok:
                return taken[name]
            if name in taken:
                raise WorkerNameTakenError(name)
            record = WorkerRecord.new(name, folder)
            self.base.worker(record.uuid).folder.mkdir(mode=0o700)
            write_json(self.base.worker(record.uuid).record, record.to_json())
            return record

    def _adopt(self, contents: Path, name: str | None) -> WorkerRecord:
        folder = checked_cwd(self._default_cwd or Path.cwd())
        with self._names_locked():
            taken = set(self._names())
            name = default_name(taken) if name is None else free_name(checked_name(name), taken)
            record = WorkerRecord.new(name, folder)
            paths = self.base.worker(record.uuid)
            contents.rename(paths.folder)
            try:
                write_json(paths.record, record.to_json())
            except BaseException:
                paths.folder.rename(contents)
                raise
            return record

    def _rename(self, record: WorkerRecord, name: str) -> None:
        with self._names_locked():
            name = checked_name(name)
            if self._names().get(name, record).uuid != record.uuid:
                raise WorkerNameTakenError(name)
            write_json(self.base.worker(record.uuid).record, record.renamed(name).to_json())

    def _delete(self, record: WorkerRecord) -> str:
        paths = self.base.worker(record.uuid)
        paths.folder.mkdir(mode=0o700, exist_ok=True)
        kept = paths.folder / paths.record.name  # so that the trash holds the whole worker
        paths.record.replace(kept)
        try:
            where = discard(paths.folder, record.name, self.base.trash)
        except OSError as error:
            kept.replace(paths.record)
            raise InvalidWorkerError(f"worker {record.name!r} cannot be moved to the trash: {error}") from error
        for path in (paths.process, paths.runstate, paths.connection, paths.lock):
            path.unlink(missing_ok=True)
        return where

    def _names(self) -> dict[str, WorkerRecord]:
        entries = self._registry.scan().values()
        return {entry.record.name: entry.record for entry in entries if entry.record is not None}

    @contextmanager
    def _names_locked(self) -> Iterator[None]:
        lock = FileLock(self.base.workers / "names.lock", timeout=5, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise BusyRecordError("") from error
        try:
            yield
        finally:
            lock.release()
