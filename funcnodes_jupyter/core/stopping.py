"""How a run is ended before it ends by itself: by a cancel, or because it takes too long.

A task is cancelled, and interrupted only where it does not come to its next ``await``; a function that runs
in the thread of the nodes is interrupted at once, if the program knows how (a worker does). Whoever does not end within a grace is told to be stubborn: a call into C that does not
return to Python, or a coroutine that swallows its cancellation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from funcnodes_jupyter.core.errors import NodeTimeoutError
from funcnodes_jupyter.core.facts import NodeChanged

if TYPE_CHECKING:
    from funcnodes_jupyter.core.executors import Run
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.runner import Runner
    from funcnodes_jupyter.core.usercode import Run as UserRun

T = TypeVar("T")
Interrupt = Callable[[], None]
Later = Callable[[float, Callable[[], None]], Callable[[], None]]
"""Calls a function after so many seconds, from any thread; returns what takes that back."""

GRACE_SECONDS = 2.0
"""How long a run that is to end may go on before it is called stubborn."""

STEP_SECONDS = 0.05
"""How long a task that was cancelled may take to its next ``await`` before it is interrupted. An interrupt strikes
anywhere, also between two tasks that ``asyncio.gather`` makes, and would leave the first of them running."""

_log = logging.getLogger(__name__)


class _Limit:
    """One attempt that may take so long: ``expired`` when it did, ``over`` when it has ended."""

    __slots__ = ("expired", "over")

    def __init__(self) -> None:
        self.expired = self.over = False


class Stopper:
    """Ends runs of one runner."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._interrupt: Interrupt | None = None
        self._later_elsewhere: Later | None = None

    def use(self, interrupt: Interrupt, later: Later) -> None:
        """Interrupt functions by ``interrupt``, which has :meth:`Runner.on_interrupt` called in the nodes' thread.

        Args:
            interrupt: Callable from any thread; returns at once.
            later: A clock that goes on while a function occupies the thread of the nodes.
        """
        self._interrupt, self._later_elsewhere = interrupt, later

    @property
    def interrupts(self) -> bool:
        """Whether a function in the thread of the nodes can be ended."""
        return self._interrupt is not None

    # --- cancelling, under the graph lock, from any thread --------------------------------------------

    def end(self, node: Node | None) -> list[Node]:
        """End the run of ``node``, or all runs; returns the nodes that it hits."""
        runner, guard = self._runner, self._runner.guard
        # Asked before a task is cancelled: what it does then, to tidy up, is another step. In this order: the step
        # is the owner's, or a later one that began before the end of this.
        owner, step = guard.owner, guard.step
        hit = list(runner.tasks) if node is None else [node] if node in runner.tasks else []
        for running in hit:
            task = runner.tasks[running]
            self._cancel(task)
            self._watch(running, partial(self._runs_as, running, task))
        if owner is None or self._interrupt is None or (node is not None and node is not owner[0]):
            return hit
        struck = owner[0]
        if struck is not None and struck in hit:
            self._strike_slow_step(struck, owner, step)
        else:
            self._strike(owner, step)
            if struck is not None:
                hit.append(struck)
                self._watch(struck, lambda: guard.owner is owner)
        return hit

    def _runs_as(self, node: Node, task: asyncio.Task[None]) -> bool:
        return node.engine.runner.tasks.get(node) is task

    def _cancel(self, task: asyncio.Task[None]) -> None:
        loop = task.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(task.cancel)

    def _strike_slow_step(self, node: Node, owner: UserRun, step: int) -> None:
        def look() -> None:
            guard = self._runner.guard
            with node.engine.lock:
                if guard.owner is owner and guard.step == step:
                    self._strike(owner, step)

        self._later(STEP_SECONDS, look)

    def _strike(self, owner: UserRun, step: int) -> None:
        if self._interrupt is not None:
            self._runner.guard.aim(owner, step)
            self._interrupt()

    def _watch(self, node: Node, goes_on: Callable[[], bool]) -> None:
        """Say so when the run still goes on after the grace."""

        def look() -> None:
            with node.engine.lock:
                if not goes_on() or node.slot.stubborn:
                    return
                node.slot.stubborn = True
                if node.engine.observed:
                    node.engine.tell(NodeChanged(node, ("state",)))
            _log.warning("%s was to end and goes on: its function cannot be interrupted", node.name)

        self._later(GRACE_SECONDS, look)

    def _later(self, seconds: float, work: Callable[[], None]) -> Callable[[], None]:
        if self._later_elsewhere is not None:
            return self._later_elsewhere(seconds, work)
        loop = self._runner.loop
        if loop is None or loop.is_closed():
            return lambda: None
        if self._runner.in_own_thread:
            return loop.call_later(seconds, work).cancel
        loop.call_soon_threadsafe(loop.call_later, seconds, work)
        return lambda: None

    # --- time-outs ------------------------------------------------------------------------------------

    async def within(self, run: Run, seconds: float | None, work: Awaitable[T]) -> T:
        """What ``work`` gives, if it does not take longer than ``seconds``.

        Raises:
            NodeTimeoutError: it did, and was ended.
        """
        if seconds is None:
            return await work
        task = asyncio.current_task()
        assert task is not None
        limit = _Limit()
        disarm = self._later(seconds, lambda: self._expire(run, limit, task))
        try:
            return await work
        except (Exception, asyncio.CancelledError, KeyboardInterrupt) as error:
            if not limit.expired:
                raise
            if hasattr(task, "uncancel"):  # from Python 3.11 on a task counts them
                task.uncancel()
            # Some functions make an error of their own of their end: it has the same reason.
            raise NodeTimeoutError(seconds) from (error if isinstance(error, Exception) else None)
        finally:
            with run[0].engine.lock:
                limit.over = True
            disarm()

    def _expire(self, run: Run, limit: _Limit, task: asyncio.Task[None]) -> None:
        node = run[0]
        with node.engine.lock:
            if limit.over:
                return
            limit.expired = True
            guard = self._runner.guard
            owner, step = guard.owner, guard.step
            task.get_loop().call_soon_threadsafe(lambda: None if limit.over else task.cancel())
            self._watch(node, lambda: not limit.over)
            if owner is run:
                self._strike_slow_step(node, run, step)
