"""The packages of all workers of one base folder: looked at, planned, changed. Used on one event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from funcnodes_jupyter.manager.base import BaseFolder, WorkerPaths
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environmentlock import environment_held
from funcnodes_jupyter.manager.environmenttools import Tools
from funcnodes_jupyter.manager.errors import BusyRecordError, ManagerError, StorageError
from funcnodes_jupyter.manager.packages.changing import carry_out, put_back_half_done
from funcnodes_jupyter.manager.packages.errors import (
    ChangeCancelledError,
    ChangeFailedError,
    NotUndoneError,
    PackagesUnchangeableError,
    PlanOutdatedError,
    ResolverRefusedError,
)
from funcnodes_jupyter.manager.packages.index import look_up
from funcnodes_jupyter.manager.packages.installed import VisiblePackages
from funcnodes_jupyter.manager.packages.installers import Installers
from funcnodes_jupyter.manager.packages.locking import project_of, still_due
from funcnodes_jupyter.manager.packages.missing import missing, needs_on_disk, unclaimed
from funcnodes_jupyter.manager.packages.overview import THE_SERVERS, Overview, why_unchangeable
from funcnodes_jupyter.manager.packages.pipsettings import PipSettings
from funcnodes_jupyter.manager.packages.planning import planned, why_of
from funcnodes_jupyter.manager.packages.plans import Plan, Plans, Wanted, state_of
from funcnodes_jupyter.manager.packages.policy import ANYTHING, PackagePolicy
from funcnodes_jupyter.manager.packages.processes import (
    sits_elsewhere,
    state_of_process,
    tell_process,
    would_need_restart,
)
from funcnodes_jupyter.manager.packages.project import Project
from funcnodes_jupyter.manager.packages.reasons import note_reasons, noted_reasons
from funcnodes_jupyter.manager.packages.snapshot import Snapshot
from funcnodes_jupyter.manager.packages.telling import PackageNews, PackageSubscriber, Stage, Telling
from funcnodes_jupyter.manager.packages.wishes import asked_now, intent_of
from funcnodes_jupyter.manager.record import WorkerRecord
from funcnodes_jupyter.manager.roster import Roster
from funcnodes_jupyter.manager.storage import Storage
from funcnodes_jupyter.manager.toolrun import Told, ToolFailedError
from funcnodes_jupyter.wire.messages import PackageState
from funcnodes_jupyter.worker.needs import listed_classes


class PackageKeeper:
    """Changes the packages of workers, running or not, each as planned and agreed to, or not at all.

    Args:
        base: Where the workers are.
        roster: Knows them.
        prepare: Has the environment that a worker is to have.
        policy: What the administrator allows.
    """

    def __init__(
        self,
        base: BaseFolder,
        roster: Roster,
        prepare: Callable[[str], Awaitable[None]],
        policy: PackagePolicy = ANYTHING,
    ) -> None:
        self._base = base
        self._roster = roster
        self._prepare = prepare
        self._policy = policy
        self._storage = Storage(base)
        self._settings = PipSettings()
        self._plans = Plans()
        self._telling = Telling()
        self._doing: dict[str, asyncio.Task[bool]] = {}
        self._ending: set[asyncio.Task[bool]] = set()
        self.subscribe: Callable[[PackageSubscriber], Callable[[], None]] = self._telling.subscribe
        """See :meth:`Telling.subscribe`."""

    # --- asking -----------------------------------------------------------------------------------

    async def describe(self, uuid: str) -> dict[str, Any]:
        """What a worker sees, misses, and may have changed; see :class:`Overview` for its form.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: it is not ours.
            StorageError: the disk refuses.
        """
        _, record = await self._roster.own(uuid)
        with contextlib.suppress(BusyRecordError):  # it is told as it is just now
            await self._settle_disk(record)
        process = await state_of_process(self._roster, uuid)
        return (await self._storage.run(self._overview, record, process)).to_json()

    async def written_down(self, uuid: str) -> Project:
        """What was asked for and what exactly is installed, to be taken along with the worker.

        Raises:
            WorkerNotFoundError, ForeignWorkerError, StorageError: see :meth:`describe`.
        """
        _, record = await self._roster.own(uuid)
        return await self._storage.run(self._written_down, record)

    async def lookup(self, name: str) -> dict[str, Any]:
        """What the package indexes have of a package; see :class:`Found` for its form.

        Raises:
            InvalidRequirementError: that is no name.
            PackageNotFoundError, IndexUnreachableError: there is no answer to it.
        """
        return (await look_up(name, await self._installers().indexes())).to_json()

    async def plan(self, uuid: str, wanted: Wanted, told: Told | None = None) -> Plan:
        """What would change; nothing does, but for an environment that is not there yet: that is made.

        Of what is to be restored, and of what was asked for some other time, the plan leaves out what cannot be had.
        Given up with the call.

        Args:
            told: Hears what is tried when not all can be had.

        Raises:
            WorkerNotFoundError, ForeignWorkerError: it is not ours.
            PackagesForbiddenError: the administrator does not allow it.
            PackagesUnchangeableError: it has no environment of its own.
            InvalidRequirementError, NotInstalledError, PackagesNeededError, NoLockError: it cannot be.
            ResolverRefusedError, IndexUnreachableError: the packages cannot be had.
            EnvironmentFailedError, BusyRecordError, StorageError: the environment is not ready.
        """
        record = await self._changeable(uuid)
        await self._prepare(uuid)
        await self.settled(record)
        project, packages = await self._storage.run(self._seen, record)
        intent = intent_of(wanted, project, packages, self._policy, shared=record.environment == "shared")
        told = told or _unheard
        plan = await planned(uuid, intent, project, packages, self._environment(record), self._installers(), told)
        if intent.wish is not None:
            with contextlib.suppress(StorageError):  # the plan itself says it, too
                await self._storage.run(note_reasons, self._paths(record).folder, plan.unavailable)
        plan = replace(plan, restart=await would_need_restart(self._roster, uuid, plan.touched))
        self._plans.keep(plan)
        return plan

    # --- changing ---------------------------------------------------------------------------------

    async def apply(self, uuid: str, plan: str, told: Told | None = None) -> bool:
        """Carry a plan out; given up with the call.

        Args:
            plan: its id.
            told: hears what the tools say.

        Returns:
            Whether the worker has to be restarted to see it.

        Raises:
            ChangeFailedError, ChangeCancelledError: all is as it was.
            PlanNotFoundError, PlanOutdatedError, BusyRecordError: see :meth:`begin`.
        """

        def tell(news: PackageNews) -> None:
            if told is not None and news.uuid == uuid and news.stage == "changing":
                told(news.line)

        changing = await self.begin(uuid, plan)
        unsubscribe = self.subscribe(tell)
        try:
            return await asyncio.shield(changing)
        except asyncio.CancelledError:
            await self.cancel(uuid)
            raise
        finally:
            unsubscribe()

    async def begin(self, uuid: str, plan: str) -> asyncio.Task[bool]:
        """Begin to carry a plan out; the task gives what :meth:`apply` does.

        Raises:
            PlanNotFoundError: there is no such plan (any more).
            PlanOutdatedError: the environment, or what is written down of it, is another one by now.
            PackagesForbiddenError, PackagesUnchangeableError: see :meth:`plan`.
            BusyRecordError: it is changed already, or just made.
        """
        record = await self._changeable(uuid)
        agreed = self._plans.get(uuid, plan)
        self._policy.check(agreed.names)
        with contextlib.ExitStack() as stack:
            descriptor = await self._storage.run(
                stack.enter_context, environment_held(self._paths(record), record.name)
            )
            project, packages = await self._storage.run(self._seen, record)
            self._plans.forget(agreed)
            if Snapshot(self._paths(record)).exists or state_of(packages, project) != agreed.state:
                raise PlanOutdatedError(record.name)
            kept = stack.pop_all()
        task = asyncio.create_task(self._change(record, agreed, kept, descriptor))
        self._doing[uuid] = task
        self._ending.add(task)
        task.add_done_callback(self._ended)
        await asyncio.sleep(0)  # it begins, and so ends what it holds
        return task

    async def cancel(self, uuid: str) -> bool:
        """Undo a change that goes on; returns when all is as it was, False when there is none, or it is whole."""
        task = self._doing.get(uuid)
        if task is None:
            return False
        task.cancel()
        await asyncio.wait({task})
        return isinstance(task.exception(), ChangeCancelledError)

    async def settled(self, record: WorkerRecord) -> None:
        """Wait for the end of a change, and undo one whose process was killed.

        Raises:
            BusyRecordError: another process changes it.
            StorageError: it cannot be undone.
        """
        if (task := self._doing.get(record.uuid)) is not None:
            await asyncio.wait({task})
        await self._settle_disk(record)

    async def close(self) -> None:
        """Give up all changes, and tell nobody any more."""
        self._telling.forget_subscribers()
        await asyncio.gather(*(self.cancel(uuid) for uuid in tuple(self._doing)))
        if self._ending:
            await asyncio.wait(set(self._ending))

    # --- how --------------------------------------------------------------------------------------

    async def _change(self, record: WorkerRecord, plan: Plan, kept: contextlib.ExitStack, descriptor: int) -> bool:
        def told(line: str) -> None:
            self._tell(record, "changing", line)

        installers = replace(self._installers(), held=(descriptor,))
        try:
            with kept:
                told("Keeping the environment as it is, in case that something goes wrong")
                shared = record.environment == "shared"
                await carry_out(plan, self._paths(record), installers, told, shared=shared)
        except asyncio.CancelledError as error:
            raise self._undone(record, "cancelled", ChangeCancelledError(record.name)) from error
        except (ToolFailedError, ResolverRefusedError, NotUndoneError, OSError) as error:
            raise self._undone(record, "failed", _failure(record, error)) from error
        finally:
            self._doing.pop(record.uuid, None)
        restart = await tell_process(self._roster, record.uuid, plan.touched)
        self._tell(record, "done", restart=restart)
        return restart

    def _undone(self, record: WorkerRecord, stage: Stage, error: ManagerError) -> ManagerError:
        self._doing.pop(record.uuid, None)
        self._tell(record, stage, str(error))
        return error

    def _ended(self, task: asyncio.Task[bool]) -> None:
        self._ending.discard(task)
        if not task.cancelled():
            task.exception()  # it was told; whoever waits gets it, too

    def _tell(self, record: WorkerRecord, stage: Stage, line: str = "", *, restart: bool = False) -> None:
        self._telling.tell(PackageNews(record.uuid, record.name, stage, line, restart))

    async def _changeable(self, uuid: str) -> WorkerRecord:
        _, record = await self._roster.own(uuid)
        self._policy.check_changes()
        if record.environment == "server":
            raise PackagesUnchangeableError(record.name, THE_SERVERS)
        return record

    async def _settle_disk(self, record: WorkerRecord) -> None:
        await self._storage.run(put_back_half_done, self._paths(record), record.name)

    def _paths(self, record: WorkerRecord) -> WorkerPaths:
        return self._base.worker(record.uuid)

    def _environment(self, record: WorkerRecord) -> Environment:
        return Environment(self._paths(record).environment)

    def _installers(self) -> Installers:
        tools = Tools.found(self._base.workers)
        return Installers(tools.cwd, tools.uv, settings=self._settings)

    def _seen(self, record: WorkerRecord) -> tuple[Project, VisiblePackages]:
        project = Project.read(self._paths(record).folder)
        if record.environment == "server":
            return project, VisiblePackages.of_server()
        shared = record.environment == "shared"
        return project, VisiblePackages.within(self._environment(record), shared=shared)

    def _overview(self, record: WorkerRecord, process: PackageState | None) -> Overview:
        project, packages = self._seen(record)
        needs, reasons = needs_on_disk(self._base, record.uuid), noted_reasons(self._paths(record).folder)
        absent = missing(needs, project, packages, record, self._environment(record), reasons)
        return Overview(
            record.environment,
            packages,
            project,
            absent,
            self._policy,
            why_unchangeable(record, self._policy),
            changing=record.uuid in self._doing,
            unknown=listed_classes(unclaimed(needs, packages)) if process is None else process.unknown,
            outdated=[] if process is None else process.outdated,
            moved=process is not None and sits_elsewhere(process, record, self._environment(record)),
        )

    def _written_down(self, record: WorkerRecord) -> Project:
        project, packages = self._seen(record)
        if record.environment == "server" or not packages.python:
            return project
        asked = asked_now(project, packages)
        return project_of(asked, packages, still_due(asked, project, packages, packages))


def _unheard(line: str) -> None:
    """Nobody listens."""


def _failure(record: WorkerRecord, error: Exception) -> ManagerError:
    if isinstance(error, NotUndoneError):
        return error
    if isinstance(error, ToolFailedError):
        return ChangeFailedError(record.name, why_of(error), error.output)
    if isinstance(error, OSError):
        error = StorageError.of(error)
    return ChangeFailedError(record.name, str(error))
