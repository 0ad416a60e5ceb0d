"""The environments of one base folder's workers: made when they are needed, told of meanwhile, cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environmentbuild import UnusableEnvironmentError, build, refresh
from funcnodes_jupyter.manager.environmentlock import environment_held
from funcnodes_jupyter.manager.environmentremedies import remedy_for
from funcnodes_jupyter.manager.environmenttools import Tools
from funcnodes_jupyter.manager.errors import (
    EnvironmentCancelledError,
    EnvironmentFailedError,
    ManagerError,
    StorageError,
)
from funcnodes_jupyter.manager.record import WorkerRecord
from funcnodes_jupyter.manager.toolrun import Told, ToolFailedError

Stage = Literal["making", "ready", "failed", "cancelled"]


@dataclass(frozen=True)
class EnvironmentNews:
    """What is told while the environment of a worker is made.

    Attributes:
        stage: ``making`` comes once for each line of the tools; one of the others comes last.
        line: That line, or why it failed, in lines; empty otherwise.
    """

    uuid: str
    name: str
    stage: Stage
    line: str = ""

    def to_json(self) -> dict[str, Any]:
        """The form that travels to clients."""
        return {"workerid": self.uuid, "name": self.name, "stage": self.stage, "line": self.line}


EnvironmentSubscriber = Callable[[EnvironmentNews], None]


@dataclass
class _Making:
    """One environment on its way. ``news`` is what was told of it; nothing as long as there was nothing to make."""

    task: asyncio.Task[None] | None = None
    news: list[EnvironmentNews] = field(default_factory=list)


class Environments:
    """Has each worker's environment ready before it starts. Used on one event loop.

    Args:
        base: Where the workers are.
        changed: Awaited when :meth:`preparing` says something else of a worker.
    """

    def __init__(self, base: BaseFolder, changed: Callable[[], Awaitable[None]]) -> None:
        self._base = base
        self._changed = changed
        self._making: dict[str, _Making] = {}
        self._subscribers: dict[object, EnvironmentSubscriber] = {}

    def preparing(self, uuid: str) -> bool:
        """Whether a worker's environment is being made here."""
        return uuid in self._making and bool(self._making[uuid].news)

    def subscribe(self, told: EnvironmentSubscriber) -> Callable[[], None]:
        """Call ``told`` with what was told of those that are being made, then with all news, until the undo is called."""
        key = object()
        for making in self._making.values():
            for news in making.news:
                told(news)
        self._subscribers[key] = told

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    @contextmanager
    def followed(self, uuid: str, told: Told | None) -> Iterator[None]:
        """Call ``told`` with each line about the environment of one worker, within the ``with``."""

        def tell(news: EnvironmentNews) -> None:
            if told is not None and news.uuid == uuid and news.stage == "making":
                told(news.line)

        unsubscribe = self.subscribe(tell)
        try:
            yield
        finally:
            unsubscribe()

    async def ready(self, record: WorkerRecord, requirements: Sequence[str] = ()) -> None:
        """Return when the worker can start in its environment; it is made, when it is not there. One call at a time.

        Args:
            record: whose.
            requirements: installed into it (see PEP 508) when it is made now.

        Raises:
            EnvironmentFailedError: it cannot be made or used; what was made just now is gone.
            EnvironmentCancelledError: :meth:`cancel` was called.
            BusyRecordError: another process is making it.
            StorageError: the disk refuses.
        """
        if record.environment == "server":
            return
        making = self._making[record.uuid] = _Making()
        making.task = asyncio.create_task(self._prepare(record, making, requirements))
        try:
            await asyncio.wait({making.task})
        finally:
            # Also when this call is cancelled itself: nobody waits for the environment then.
            await _ended(making.task)
            told = self.preparing(record.uuid)
            del self._making[record.uuid]
            if told:
                await self._changed()
        if making.task.cancelled():
            raise EnvironmentCancelledError(record.name)
        making.task.result()

    async def cancel(self, uuid: str) -> bool:
        """Give up making a worker's environment; returns when nothing is left of it, False when none was made."""
        making = self._making.get(uuid)
        if making is None or making.task is None:
            return False
        await _ended(making.task)
        return True

    async def close(self) -> tuple[str, ...]:
        """Give up all, and tell nobody any more; returns whose environments were not ready."""
        self._subscribers.clear()
        given_up = tuple(self._making)
        await asyncio.gather(*(self.cancel(uuid) for uuid in given_up))
        return given_up

    # --- how --------------------------------------------------------------------------------------

    async def _prepare(self, record: WorkerRecord, making: _Making, requirements: Sequence[str]) -> None:
        try:
            with environment_held(self._base.worker(record.uuid), record.name) as lock:
                await self._have(record, making, requirements, lock)
        except asyncio.CancelledError:
            self._end(record, making, "cancelled")
            raise
        except ManagerError as error:
            self._end(record, making, "failed", str(error))
            raise
        except OSError as error:
            refused = StorageError.of(error, f"the base folder {self._base.path}")
            self._end(record, making, "failed", str(refused))
            raise refused from error
        self._end(record, making, "ready")

    async def _have(self, record: WorkerRecord, making: _Making, requirements: Sequence[str], lock: int) -> None:
        environment = Environment(self._base.worker(record.uuid).environment)
        tools = Tools.found(self._base.workers, lock)
        shared = record.environment == "shared"

        def told(line: str) -> None:
            self._tell(record, making, "making", line)

        try:
            facts = await asyncio.to_thread(environment.facts)
            if facts is not None:
                await refresh(environment, facts, tools, shared=shared, told=told)
                return
            told("Making an environment")
            await self._changed()
            await build(environment, tools, shared=shared, python=record.python, requirements=requirements, told=told)
        except UnusableEnvironmentError as error:
            raise EnvironmentFailedError(record.name, str(error)) from error
        except ToolFailedError as error:
            raise EnvironmentFailedError(record.name, remedy_for(error.output), error.output) from error

    def _tell(self, record: WorkerRecord, making: _Making, stage: Stage, line: str = "") -> None:
        news = EnvironmentNews(record.uuid, record.name, stage, line)
        making.news.append(news)
        for told in tuple(self._subscribers.values()):
            told(news)

    def _end(self, record: WorkerRecord, making: _Making, stage: Stage, why: str = "") -> None:
        """Tell how it ended, where it was told that it began, or where it failed at once."""
        if making.news or stage == "failed":
            self._tell(record, making, stage, why)


async def _ended(task: asyncio.Task[None]) -> None:
    """Cancel a task, and wait until it has cleaned up."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
