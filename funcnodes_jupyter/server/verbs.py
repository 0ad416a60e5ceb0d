"""What can be asked of the Workermanager: one table for REST, hub and command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from funcnodes_jupyter.manager.errors import InvalidWorkerError
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.record import WorkerStatus


class Arguments(Struct):
    """What comes with a verb; every verb takes what it needs, and unknown fields are ignored."""

    workerid: str = ""
    name: str | None = None
    cwd: str | None = None
    start: bool = True
    exist_ok: bool = False


@dataclass(frozen=True)
class Deleted:
    """A worker is gone; ``moved_to`` tells a person where its files are."""

    workerid: str
    moved_to: str


Outcome = WorkerStatus | Deleted


@dataclass(frozen=True)
class Verb:
    """A verb: ``word`` asks for it on the hub, ``answer`` is the type of the hub's answer."""

    word: str
    answer: str
    run: Callable[[WorkerManager, Arguments], Awaitable[Outcome]]


async def _new(manager: WorkerManager, asked: Arguments) -> WorkerStatus:
    worker = await manager.create(asked.name, asked.cwd, exist_ok=asked.exist_ok)
    return await manager.start(worker.uuid) if asked.start else worker


async def _start(manager: WorkerManager, asked: Arguments) -> WorkerStatus:
    return await manager.start(asked.workerid)


async def _stop(manager: WorkerManager, asked: Arguments) -> WorkerStatus:
    return await manager.stop(asked.workerid)


async def _restart(manager: WorkerManager, asked: Arguments) -> WorkerStatus:
    return await manager.restart(asked.workerid)


async def _interrupt(manager: WorkerManager, asked: Arguments) -> WorkerStatus:
    return await manager.interrupt(asked.workerid)


async def _rename(manager: WorkerManager, asked: Arguments) -> WorkerStatus:
    if asked.name is None:
        raise InvalidWorkerError("the new name is missing")
    return await manager.rename(asked.workerid, asked.name)


async def _delete(manager: WorkerManager, asked: Arguments) -> Deleted:
    return Deleted(asked.workerid, await manager.delete(asked.workerid))


VERBS = MappingProxyType(
    {
        "new": Verb("new_worker", "worker_created", _new),
        "start": Verb("set_active", "set_worker", _start),
        "stop": Verb("stop_worker", "worker_stopped", _stop),
        "restart": Verb("restart_worker", "worker_restarted", _restart),
        "interrupt": Verb("interrupt_worker", "worker_interrupted", _interrupt),
        "rename": Verb("rename_worker", "worker_renamed", _rename),
        "delete": Verb("delete_worker", "worker_deleted", _delete),
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
