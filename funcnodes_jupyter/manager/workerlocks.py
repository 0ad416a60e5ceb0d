"""One lock for each worker, held while that worker is changed."""

from __future__ import annotations

import asyncio


class WorkerLocks:
    """The locks of the workers of one base folder, made as they are asked for. Used on one event loop."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}

    def of(self, uuid: str) -> asyncio.Lock:
        """What to hold while the worker is changed."""
        return self._locks.setdefault(uuid, asyncio.Lock())

    def forget(self, uuid: str) -> None:
        """The worker is gone."""
        self._locks.pop(uuid, None)
