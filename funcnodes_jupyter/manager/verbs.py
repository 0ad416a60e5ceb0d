"""What can be asked of a Workermanager: one table for the hub, REST, the command line, magics and the browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from msgspec import UNSET, Struct, UnsetType, structs

from funcnodes_jupyter.manager.errors import InvalidWorkerError
from funcnodes_jupyter.manager.packages.remote import PackageVerbs
from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.manager.settings import UNCHANGED, WorkerSettings
from funcnodes_jupyter.manager.toolrun import Told


class Manager(Protocol):
    """Whoever does the verbs: :class:`~.manager.WorkerManager` itself, or :class:`~.remote.RemoteManager`."""

    @property
    def packages(self) -> PackageVerbs: ...

    async def list(self) -> tuple[WorkerStatus, ...]: ...

    async def get(self, uuid: str) -> WorkerStatus: ...

    async def create(
        self,
        name: str | None = None,
        cwd: str | None = None,
        *,
        exist_ok: bool = False,
        environment: str = "server",
        python: str = "",
        told: Told | None = None,
    ) -> WorkerStatus: ...

    async def start(self, uuid: str, told: Told | None = None) -> WorkerStatus: ...

    async def stop(self, uuid: str) -> WorkerStatus: ...

    async def restart(self, uuid: str, told: Told | None = None) -> WorkerStatus: ...

    async def cancel_environment(self, uuid: str) -> WorkerStatus | None: ...

    async def interrupt(self, uuid: str) -> WorkerStatus: ...

    async def configure(
        self, uuid: str, name: str | None = None, settings: WorkerSettings = UNCHANGED
    ) -> WorkerStatus: ...

    async def duplicate(self, uuid: str, name: str | None = None) -> WorkerStatus: ...

    async def delete(self, uuid: str) -> str: ...

    async def log(self, uuid: str, lines: int) -> str: ...

    async def close(self) -> None: ...


class Arguments(Struct, rename={"copy_nodespace": "copyNS"}):
    """What comes with a verb; every verb takes what it needs, and unknown fields are ignored.

    ``reference`` with ``copyNS`` makes a new worker out of another one. ``environment`` is an
    :data:`~.record.EnvironmentKind`, and ``python`` a version or the path of an interpreter for it, for a new worker;
    ``in_venv`` asks for ``own`` in other words.
    """

    workerid: str = ""
    name: str | None = None
    cwd: str | None = None
    start: bool = True
    exist_ok: bool = False
    reference: str | None = None
    copy_nodespace: bool = False
    autostart: bool | UnsetType = UNSET
    detached: bool | UnsetType = UNSET
    idle_timeout: float | UnsetType | None = UNSET
    memory_limit: int | UnsetType | None = UNSET
    environment: str | UnsetType = UNSET
    python: str = ""
    in_venv: bool = False

    @property
    def settings(self) -> WorkerSettings:
        """How the worker is to be kept."""
        return WorkerSettings(self.autostart, self.detached, self.idle_timeout, self.memory_limit, self.environment)


@dataclass(frozen=True)
class Deleted:
    """A worker is gone; ``moved_to`` tells a person where its files are."""

    workerid: str
    moved_to: str


Outcome = WorkerStatus | Deleted


@dataclass(frozen=True)
class Verb:
    """One verb.

    Attributes:
        word: Asks for it on the hub.
        answer: The type of the hub's answer.
        text: What it does, in a line for a person.
        run: Does it; what it is given last hears, line by line, how the worker's environment is made.
        takes: The fields of :class:`Arguments` that it looks at, beside ``workerid``.
    """

    word: str
    answer: str
    text: str
    run: Callable[[Manager, Arguments, Told | None], Awaitable[Outcome]]
    takes: tuple[str, ...] = ()


async def _new(manager: Manager, asked: Arguments, told: Told | None) -> WorkerStatus:
    if asked.reference is not None and asked.copy_nodespace:
        worker = await manager.duplicate(asked.reference, asked.name)
        settings = asked.settings
    else:
        worker = await manager.create(
            asked.name,
            asked.cwd,
            exist_ok=asked.exist_ok,
            environment=asked.environment or ("own" if asked.in_venv else "server"),
            python=asked.python,
            told=told,
        )
        settings = structs.replace(asked.settings, environment=UNSET)
    if not settings.empty:
        worker = await manager.configure(worker.uuid, None, settings)
    return await manager.start(worker.uuid, told) if asked.start else worker


async def _start(manager: Manager, asked: Arguments, told: Told | None) -> WorkerStatus:
    if not asked.settings.empty:
        await manager.configure(asked.workerid, None, asked.settings)
    return await manager.start(asked.workerid, told)


async def _stop(manager: Manager, asked: Arguments, told: Told | None) -> WorkerStatus:
    return await manager.stop(asked.workerid)


async def _restart(manager: Manager, asked: Arguments, told: Told | None) -> WorkerStatus:
    return await manager.restart(asked.workerid, told)


async def _cancel(manager: Manager, asked: Arguments, told: Told | None) -> Outcome:
    worker = await manager.cancel_environment(asked.workerid)
    return worker or Deleted(asked.workerid, "nowhere: it had nothing but the environment that was not ready")


async def _interrupt(manager: Manager, asked: Arguments, told: Told | None) -> WorkerStatus:
    return await manager.interrupt(asked.workerid)


async def _rename(manager: Manager, asked: Arguments, told: Told | None) -> WorkerStatus:
    if asked.name is None:
        raise InvalidWorkerError("the new name is missing")
    return await manager.configure(asked.workerid, asked.name, asked.settings)


async def _configure(manager: Manager, asked: Arguments, told: Told | None) -> WorkerStatus:
    if asked.name is None and asked.settings.empty:
        raise InvalidWorkerError("nothing to change: give name, " + ", ".join(_SETTINGS))
    return await manager.configure(asked.workerid, asked.name, asked.settings)


async def _duplicate(manager: Manager, asked: Arguments, told: Told | None) -> WorkerStatus:
    return await manager.duplicate(asked.workerid, asked.name)


async def _delete(manager: Manager, asked: Arguments, told: Told | None) -> Deleted:
    return Deleted(asked.workerid, await manager.delete(asked.workerid))


_SETTINGS = ("autostart", "detached", "idle_timeout", "memory_limit", "environment")

VERBS = MappingProxyType(
    {
        "new": Verb("new_worker", "worker_created", "Make a worker and start it.", _new, ("cwd", *_SETTINGS, "python")),
        "start": Verb("set_active", "set_worker", "Start a worker.", _start, ("detached",)),
        "stop": Verb("stop_worker", "worker_stopped", "Stop a worker; it saves first.", _stop),
        "restart": Verb("restart_worker", "worker_restarted", "Stop a worker and start it again.", _restart),
        "cancel": Verb(
            "cancel_environment", "environment_cancelled", "Give up making the environment of a worker.", _cancel
        ),
        "interrupt": Verb("interrupt_worker", "worker_interrupted", "Interrupt what a worker computes.", _interrupt),
        "rename": Verb("rename_worker", "worker_renamed", "Give a worker another name.", _rename, ("name",)),
        "configure": Verb(
            "configure_worker", "worker_configured", "Change how a worker is kept.", _configure, _SETTINGS
        ),
        "duplicate": Verb(
            "duplicate_worker", "worker_duplicated", "Copy a worker with its graph and files.", _duplicate, ("name",)
        ),
        "delete": Verb("delete_worker", "worker_deleted", "Stop a worker and move its files to the trash.", _delete),
    }
)
"""By their names in REST and on the command line."""


def rest_body(outcome: Outcome) -> dict[str, Any]:
    """The outcome as REST gives it."""
    if isinstance(outcome, Deleted):
        return {"uuid": outcome.workerid, "moved_to": outcome.moved_to}
    return outcome.to_json()


def hub_body(outcome: Outcome) -> dict[str, Any]:
    """The outcome as the hub gives it, beside the answer's type."""
    if isinstance(outcome, Deleted):
        return {"workerid": outcome.workerid, "moved_to": outcome.moved_to}
    worker = outcome.to_json()
    return {"workerid": outcome.uuid, "worker": worker, "data": worker}
