"""Starts crashed workers again, after growing pauses, until that has happened too often."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.manager.record import WorkerRecord, WorkerState
from funcnodes_jupyter.manager.restarts import LIMIT, WINDOW, Restarts


class Comebacks:
    """What becomes of the workers that crashed here. Used on one event loop.

    Args:
        start: Starts a worker once more.
        log: Where a start that failed is reported.
        wanted: Whether a worker that crashed is started again at all.
    """

    def __init__(self, start: Callable[[str], Awaitable[object]], log: logging.Logger, wanted: bool) -> None:
        self._start = start
        self._log = log
        self._wanted = wanted
        self._restarts: dict[str, Restarts] = {}
        self._waiting: dict[str, tuple[asyncio.Task[None], WorkerRecord, str]] = {}

    def ended(self, record: WorkerRecord, state: WorkerState, why: str) -> str:
        """A worker ended; start it again soon if it crashed and may.

        Returns:
            What to tell: ``why``, with what comes next in its first line.
        """
        if state != "crashed" or not self._wanted:
            return why
        restarts = self._restarts.setdefault(record.uuid, Restarts())
        pause = restarts.pause()
        if pause is None:
            return _with_next(why, f"stays down after {LIMIT} restarts within {WINDOW / 60:.0f} minutes")
        self._cancel(record.uuid)
        self._waiting[record.uuid] = (asyncio.create_task(self._start_after(record, pause)), record, why)
        return _with_next(why, f"starts again in {pause:g} s")

    def give_up(self, uuid: str) -> None:
        """A person takes the worker in hand: no start that is due comes, and all restarts are forgotten."""
        self._cancel(uuid)
        self._restarts.pop(uuid, None)

    def close(self) -> list[tuple[WorkerRecord, str]]:
        """Start nothing any more; returns those who were to be started, and why they had ended."""
        due = [(record, why) for _, record, why in self._waiting.values()]
        for uuid in tuple(self._waiting):
            self._cancel(uuid)
        return due

    def _cancel(self, uuid: str) -> None:
        if waiting := self._waiting.pop(uuid, None):
            waiting[0].cancel()

    async def _start_after(self, record: WorkerRecord, pause: float) -> None:
        await asyncio.sleep(pause)
        # From here on it is a start like any other, which nobody cancels half-way.
        del self._waiting[record.uuid]
        try:
            await self._start(record.uuid)
        except ManagerError as error:
            self._log.warning("%s", error)


def _with_next(why: str, what_next: str) -> str:
    first, *lines = why.split("\n")
    return "\n".join([f"{first}; {what_next}", *lines])
