"""How workers come to be: new, out of a folder or as copies, with the environments that they are to have."""

from __future__ import annotations

from pathlib import Path

from funcnodes_jupyter.manager.asking import ask_worker
from funcnodes_jupyter.manager.environments import Environments
from funcnodes_jupyter.manager.errors import InvalidWorkerError, NoEnvironmentMakingError, WorkerNotFoundError
from funcnodes_jupyter.manager.news import News
from funcnodes_jupyter.manager.record import EnvironmentKind, WorkerRecord, WorkerStatus
from funcnodes_jupyter.manager.records import Records
from funcnodes_jupyter.manager.roster import Roster
from funcnodes_jupyter.manager.storage import Storage
from funcnodes_jupyter.manager.threadstep import to_its_end
from funcnodes_jupyter.manager.toolrun import Told
from funcnodes_jupyter.manager.workerlocks import WorkerLocks
from funcnodes_jupyter.wire.errors import WireError

_SAVE_TIMEOUT = 30.0


class Creation:
    """Makes workers; none of them is started. Used on one event loop.

    Args:
        storage: Where what is written down is read and written.
        records: Makes records and folders.
        roster: Knows the workers that there are.
        news: Tells of new ones.
        environments: Makes their environments.
        locks: What is held meanwhile.
    """

    def __init__(
        self,
        storage: Storage,
        records: Records,
        roster: Roster,
        news: News,
        environments: Environments,
        locks: WorkerLocks,
    ) -> None:
        self._storage = storage
        self._records = records
        self._roster = roster
        self._news = news
        self._environments = environments
        self._locks = locks

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
        """Make a worker, with its environment.

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
        return await self._made(record)

    async def adopt(
        self, contents: Path, name: str | None = None, cwd: str | None = None, environment: EnvironmentKind = "server"
    ) -> WorkerStatus:
        """Make a worker of a folder that holds what a worker's does; the folder moves.

        Args:
            contents: the folder; on the disk of the base folder.
            name: gets a number when another worker bears it; None: worker-1, worker-2, ….
            cwd: its working directory; None: the default one.
            environment: the one that it is to have when it starts.

        Raises:
            InvalidWorkerError: the name or the working directory cannot be; the folder stays where it is.
        """
        return await self._made(await self._storage.run(self._records.adopt, contents, name, cwd, environment))

    async def duplicate(self, uuid: str, name: str | None = None) -> WorkerStatus:
        """Make a worker with the graph, the files and the settings of another.

        An environment of its own is made when it starts.

        Args:
            uuid: the other one; it saves first, if it runs.
            name: unique among ours; None: the other's with “copy”.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: the other one is not ours.
            InvalidWorkerError: the name cannot be, or the files cannot be copied; nothing is made then.
            WorkerNameTakenError: another worker bears the name.
        """
        async with self._locks.of(uuid):
            entry, record = await self._roster.own(uuid)
            running = entry.status.state == "running"
            if running:
                await self._have_saved(record)
            copy = await self._storage.run(self._records.duplicate, record, name, running=running)
        return await self._made(copy)

    async def cancel_environment(self, uuid: str) -> WorkerStatus | None:
        """Give up making a worker's environment; whoever waits for it gets an :class:`EnvironmentCancelledError`.

        Returns:
            The worker, without an environment; None: it was being made itself, and is gone.

        Raises:
            WorkerNotFoundError: there is none.
            NoEnvironmentMakingError: nothing is being made for it.
        """
        name = (await self._roster.entry(uuid)).status.name
        if not await self._environments.cancel(uuid):
            raise NoEnvironmentMakingError(name)
        async with self._locks.of(uuid):  # whoever waited has tidied up
            try:
                return self._news.status(await self._roster.entry(uuid))
            except WorkerNotFoundError:
                return None

    # --- how --------------------------------------------------------------------------------------

    async def _made(self, record: WorkerRecord) -> WorkerStatus:
        await self._news.refresh()
        return self._news.status(await self._roster.entry(record.uuid))

    async def _prepare_new(self, record: WorkerRecord, told: Told | None) -> None:
        """Have the environment of a new worker; without it, there is no worker."""
        try:
            async with self._locks.of(record.uuid):
                try:
                    with self._environments.followed(record.uuid, told):
                        await self._environments.ready(record)
                except BaseException:
                    await to_its_end(self._records.undo_create, record)
                    raise
        except BaseException:
            self._locks.forget(record.uuid)
            await self._news.refresh()
            raise

    async def _have_saved(self, record: WorkerRecord) -> None:
        try:
            await ask_worker(await self._roster.connection(record.uuid), "save", _SAVE_TIMEOUT)
        except WireError as error:
            raise InvalidWorkerError(f"worker {record.name!r} could not save what is to be copied: {error}") from error
