"""A pool of threads whose work can be given up: nothing can end a thread, but nobody has to wait for it."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Generic, TypeVar

from funcnodes_jupyter.core.memorylimit import Reserve, let_go

T = TypeVar("T")


class Raised:
    """The error of work in a thread. A future cannot carry each of them: StopIteration would be lost."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error


class ThreadPool:
    """Runs work in daemon threads, made on demand and kept for the next.

    Args:
        size: How many threads work at once, abandoned ones not counted.
    """

    def __init__(self, size: int = 32) -> None:
        self._crew = _Crew(size)
        # The threads hold the crew, not the pool: one that is forgotten without being closed ends, too.
        weakref.finalize(self, self._crew.close)

    async def run(self, work: Callable[[], T]) -> T | Raised:
        """Run ``work`` in a thread, in a copy of the caller's context.

        When the awaiting task is cancelled, the work is abandoned: it never starts, or its result is
        discarded and another thread takes the place of the one that runs it.

        Returns:
            What ``work`` returned, or :class:`Raised` with whatever it raised.

        Raises:
            RuntimeError: the pool is closed, or the system gives no thread.
        """
        job = _Job(work, asyncio.get_running_loop())
        self._crew.submit(job)
        try:
            return await job.outcome
        finally:
            self._crew.abandon(job)

    @property
    def abandoned(self) -> int:
        """How many threads still run work that nobody waits for."""
        return self._crew.abandoned

    def close(self) -> None:
        """Let go of everything without waiting: what has not begun is cancelled, a thread ends after its work."""
        self._crew.close()


class _Job(Generic[T]):
    """One piece of work and where its outcome goes. ``state`` changes under the lock of the crew alone."""

    __slots__ = ("_context", "_loop", "_work", "outcome", "state")

    def __init__(self, work: Callable[[], T], loop: asyncio.AbstractEventLoop) -> None:
        self._work = work
        self._context = copy_context()
        self._loop = loop
        self.outcome: asyncio.Future[T | Raised] = loop.create_future()
        self.state = "waiting"

    def perform(self, reserve: Reserve) -> T | Raised:
        try:
            return self._context.run(self._work)
        except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
            reserve.open()
            let_go(error)
            reserve.close()
            return Raised(error)

    def deliver(self, outcome: T | Raised) -> None:
        self._tell_loop(self._settle, outcome)

    def _settle(self, outcome: T | Raised) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    def withdraw(self) -> None:
        self._tell_loop(self.outcome.cancel)

    def _tell_loop(self, callback: Callable[..., Any], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:
            # The loop is closed, and with it went whoever waited.
            if not self._loop.is_closed():
                raise


class _Crew:
    """The threads, and the jobs that wait for one."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._reserve = Reserve()
        # Re-entrant: the finalizer of a pool may run anywhere, also in a thread that holds it.
        self._changed = threading.Condition(threading.RLock())
        self._waiting: deque[_Job[Any]] = deque()
        self._free = 0
        """Threads that wait for a job, or are about to."""
        self._hired = 0
        self._closed = False
        self.abandoned = 0

    def submit(self, job: _Job[Any]) -> None:
        with self._changed:
            if self._closed:
                raise RuntimeError("The threads are closed: no work starts any more.")
            self._waiting.append(job)
            try:
                self._find_hands()
            except RuntimeError:
                if self._hired == 0:
                    self._waiting.remove(job)
                    raise
                # Otherwise one of the others will come to it.

    def _find_hands(self) -> None:
        """Let a thread know of a job that waits. Called under the lock."""
        if len(self._waiting) <= self._free:
            self._changed.notify()
        elif self._hired < self._size:
            threading.Thread(target=self._serve, name="funcnodes-node", daemon=True).start()
            self._hired += 1
            self._free += 1

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            outcome = job.perform(self._reserve)
            if not self._ended(job):
                return
            job.deliver(outcome)
            # An idle thread keeps neither arguments nor results alive.
            del job, outcome

    def _next(self) -> _Job[Any] | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            self._free -= 1
            if not self._waiting:
                self._hired -= 1
                return None
            job = self._waiting.popleft()
            job.state = "running"
            return job

    def _ended(self, job: _Job[Any]) -> bool:
        """Whether somebody waits for the job; else another thread has taken this one's place."""
        with self._changed:
            if job.state == "abandoned":
                self.abandoned -= 1
                return False
            job.state = "done"
            self._free += 1  # before the outcome is told: what comes upon it needs no other thread
            return True

    def abandon(self, job: _Job[Any]) -> None:
        """Nobody waits for the job any more; does nothing when it is done."""
        with self._changed:
            if job.state == "waiting":
                job.state = "abandoned"
                if job in self._waiting:
                    self._waiting.remove(job)
            elif job.state == "running":
                job.state = "abandoned"
                self.abandoned += 1
                self._hired -= 1
                if self._waiting:
                    self._find_hands()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            waiting, self._waiting = self._waiting, deque()
            self._changed.notify_all()
        for job in waiting:
            job.withdraw()
