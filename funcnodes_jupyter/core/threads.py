"""Threads for functions that wait or compute beside others; one that does not end can be left to itself.

Unlike those of concurrent.futures the threads are daemons, so that an abandoned function never keeps the
process alive, and it does not take the place of others.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from funcnodes_jupyter.core.raised import Raised

T = TypeVar("T")


class _Job(Generic[T]):
    """Some work, the loop that waits for it, and the context variables that it sees."""

    __slots__ = ("_context", "_future", "_loop", "_work", "given_up")

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._context = contextvars.copy_context()
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[T | Raised] = self._loop.create_future()
        self.given_up = False

    async def outcome(self) -> T | Raised:
        return await self._future

    def do(self) -> T | Raised:
        try:
            return self._context.run(self._work)
        except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
            return Raised(error)

    def deliver(self, outcome: T | Raised) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._settle, outcome)

    def _settle(self, outcome: T | Raised) -> None:
        if not self._future.done():
            self._future.set_result(outcome)


class ThreadPool:
    """At most ``size`` threads, made when they are needed and kept for the next work."""

    def __init__(self, size: int = 32) -> None:
        self._size = size
        self._changed = threading.Condition(threading.Lock())
        self._queue: deque[_Job[Any]] = deque()
        self._running: set[_Job[Any]] = set()
        self._threads = 0
        self._idle = 0
        self._abandoned = 0
        self._closed = False

    @property
    def abandoned(self) -> int:
        """How many threads still do work that nobody waits for."""
        return self._abandoned

    async def run(self, work: Callable[[], T]) -> T | Raised:
        """What ``work`` gives in a thread; :class:`Raised` for its error.

        When the awaiting task is cancelled, work that has not begun never does; work that runs is left to itself,
        and its result is discarded.

        Raises:
            RuntimeError: the pool is closed.
        """
        job = _Job(work)
        self._begin(job)
        try:
            return await job.outcome()
        except asyncio.CancelledError:
            self._give_up(job)
            raise

    def close(self) -> None:
        """Begin nothing more. Threads end when their work does; nobody waits for them."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._changed.notify_all()

    def _begin(self, job: _Job[Any]) -> None:
        with self._changed:
            if self._closed:
                raise RuntimeError("The threads of this nodespace are closed.")
            self._queue.append(job)
            self._have_threads()
            self._changed.notify()

    def _have_threads(self) -> None:
        if len(self._queue) > self._idle and self._threads < self._size:
            self._threads += 1
            self._idle += 1
            threading.Thread(target=self._work, name="funcnodes-node", daemon=True).start()

    def _give_up(self, job: _Job[Any]) -> None:
        with self._changed:
            job.given_up = True
            if job in self._running:
                self._threads -= 1
                self._abandoned += 1
                self._have_threads()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            outcome = job.do()
            with self._changed:
                self._running.discard(job)
                if job.given_up:
                    self._abandoned -= 1
                    return
                # Before the outcome is known: whoever asks next finds this thread free.
                self._idle += 1
            job.deliver(outcome)

    def _next(self) -> _Job[Any] | None:
        with self._changed:
            while True:
                while self._queue:
                    job = self._queue.popleft()
                    if not job.given_up:
                        self._idle -= 1
                        self._running.add(job)
                        return job
                if self._closed:
                    self._idle -= 1
                    self._threads -= 1
                    return None
                self._changed.wait()
