"""All workers as they were last seen, and who is told when something differs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from funcnodes_jupyter.manager.environments import Environments
from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.manager.registry import Entry, Registry
from funcnodes_jupyter.manager.storage import Storage
from funcnodes_jupyter.manager.supervisor import Supervisor
from funcnodes_jupyter.manager.watchdog import Watchdog

Workers = tuple[WorkerStatus, ...]
Subscriber = Callable[[Workers], None]


class News:
    """Compares the folder with what was told of it last. Used on one event loop."""

    def __init__(self, storage: Storage, registry: Registry) -> None:
        self._storage = storage
        self._registry = registry
        self._supervisor: Supervisor | None = None
        self._watchdog: Watchdog | None = None
        self._environments: Environments | None = None
        self._refreshing = asyncio.Lock()
        self._subscribers: dict[object, Subscriber] = {}
        self.known: Workers = ()
        """Every worker, oldest first."""

    def use(self, supervisor: Supervisor, watchdog: Watchdog, environments: Environments) -> None:
        """Whom to ask for what stands in no file."""
        self._supervisor, self._watchdog, self._environments = supervisor, watchdog, environments

    def subscribe(self, told: Subscriber) -> Callable[[], None]:
        """Call ``told`` with all workers after every change, until the returned undo is called."""
        key = object()
        self._subscribers[key] = told

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def forget_subscribers(self) -> None:
        """Tell nobody any more."""
        self._subscribers.clear()

    async def refresh(self) -> None:
        """Look at the folder again and tell the subscribers if something differs.

        Raises:
            StorageError: the folder cannot be read.
        """
        async with self._refreshing:
            entries = await self._storage.run(self._registry.scan)
            workers = tuple(self._told(entry) for entry in entries.values())
            if workers == self.known:
                return
            self.known = workers
        for told in tuple(self._subscribers.values()):
            told(workers)

    def status(self, entry: Entry) -> WorkerStatus:
        """What is known of a worker now."""
        status = entry.status
        if self._environments is not None and self._environments.preparing(status.uuid):
            status = replace(status, preparing=True)
        if self._watchdog is None or not status.pid:
            return status
        return replace(status, activity=self._watchdog.activity(status.uuid))

    def _told(self, entry: Entry) -> WorkerStatus:
        """The status to tell: of a process that ended a moment ago only when it is known why."""
        uuid = entry.status.uuid
        if entry.process is None and self._supervisor is not None and uuid in self._supervisor.owned:
            return next((known for known in self.known if known.uuid == uuid), entry.status)
        return self.status(entry)
