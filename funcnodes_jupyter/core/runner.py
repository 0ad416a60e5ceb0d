"""The loop of one thread: ask the schedule, call the function, hand its outputs on.

Plain functions are called directly; all others get a task each. The graph lock is never held while a
function of the user runs, and nothing here awaits under it.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from funcnodes_jupyter.core import outcomes
from funcnodes_jupyter.core.errors import MissingDefaultError, NodeCancelledError, NodeTriggerError
from funcnodes_jupyter.core.executors import Executor, PoolSizes, Run
from funcnodes_jupyter.core.facts import NodeChanged
from funcnodes_jupyter.core.invocation import hand_on, split
from funcnodes_jupyter.core.memorylimit import Reserve, let_go
from funcnodes_jupyter.core.running import Work, running_work
from funcnodes_jupyter.core.runreport import report_of
from funcnodes_jupyter.core.stopping import Interrupt, Later, Stopper
from funcnodes_jupyter.core.threads import Raised
from funcnodes_jupyter.core.usercode import Guard, enter_node

if TYPE_CHECKING:
    from funcnodes_jupyter.core.engine import Engine
    from funcnodes_jupyter.core.node import Node

T = TypeVar("T")

SLICE_SECONDS = 0.008
"""How long nodes run in a row before other tasks of the loop get their turn."""


class Runner:
    """Runs the nodes of one engine in one event loop.

    The only way to wake it is :meth:`wake`, from any thread. Without a bound loop it takes the loop that
    runs in the calling thread; where none runs, requests are remembered until somebody awaits.

    Attributes:
        guard: Knows whose code runs in the thread of the nodes.
        tasks: The tasks of nodes that are more than a plain call, by node.
        loop: The event loop, None before one is bound.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._context = contextvars.Context()
        self._armed = False
        self._stepping = False
        self._jobs: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._waiters: list[tuple[asyncio.Future[None], Callable[[], bool]]] = []
        self.tasks: dict[Node, asyncio.Task[None]] = {}
        self.guard = Guard(self._locked)
        self.guard.frames += (Runner._run_ready.__code__,)
        self._stopper = Stopper(self)
        self._reserve = Reserve()
        self._executor = Executor(self.guard, self._stopper, self._send_yielded)

    # --- waking -----------------------------------------------------------------------------------

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Run nodes in ``loop``, in the calling thread, from now on."""
        if self.loop is not loop:
            self.loop = loop
            self._armed = self._stepping = False
            self._give_up_lost()
            # Whoever wakes the loop may do so out of a node, whose context is not that of the next one.
            self._context = contextvars.copy_context()
            self._context.run(running_work.set, None)
        self._thread = threading.get_ident()

    def _give_up_lost(self) -> None:
        """What was under way in a loop that somebody closed over it will never end."""
        lost = [node for node, task in self.tasks.items() if task.get_loop().is_closed()]
        with self._engine.lock:
            for node in lost:
                del self.tasks[node]
                outcomes.cancelled(node)

    def use_pools(self, sizes: PoolSizes) -> None:
        """How many functions may run at once in threads and in processes, from now on."""
        self._executor.sizes = sizes

    @property
    def thread_id(self) -> int:
        """The identifier of the thread that runs the nodes, 0 before a loop is bound."""
        return self._thread

    @property
    def in_own_thread(self) -> bool:
        """Whether the calling thread is the one that runs the nodes."""
        return threading.get_ident() == self._thread

    def wake(self) -> None:
        """There may be something to run. Callable from any thread; returns at once."""
        if threading.get_ident() == self._thread:
            if self._stepping or self._armed:
                return
        elif self._armed and self.loop is not None and not self.loop.is_closed():
            return
        if (self.loop is None or self.loop.is_closed()) and not self._bind_running_loop():
            return
        assert self.loop is not None
        if threading.get_ident() == self._thread:
            # In this order: an interrupt between the two must not leave it armed with no step to come.
            self.loop.call_soon(self._step, context=self._context.copy())
            self._armed = True
        else:
            # In this order: the step may begin before the call returns.
            self._armed = True
            self.loop.call_soon_threadsafe(self._step, context=self._context.copy())

    def _bind_running_loop(self) -> bool:
        try:
            self.bind(asyncio.get_running_loop())
        except RuntimeError:
            return False
        return True

    def call(self, function: Callable[[], T]) -> Future[T]:
        """Run ``function`` in the thread of the nodes, between two of them and outside the lock."""
        future: Future[T] = Future()
        self._jobs.append((function, future))
        self.wake()
        return future

    # --- waiting ----------------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        """Whether nothing runs and nothing is requested."""
        return self._current._engine.schedule.pending == 0

    @property
    def _current(self) -> Runner:
        """This runner, or the one that it left its nodes to."""
        runner = self
        while runner._engine.runner is not runner:
            runner = runner._engine.runner
        return runner

    async def wait_idle(self) -> None:
        """Return when nothing runs and nothing is requested."""
        await self._wait_until(lambda: self.idle)

    async def wait_for(self, node: Node) -> None:
        """Return when ``node`` neither runs nor is to run."""
        slot = node.slot
        await self._wait_until(lambda: not slot.running and not slot.requested)

    async def _wait_until(self, reached: Callable[[], bool]) -> None:
        loop = asyncio.get_running_loop()
        self._current.bind(loop)
        while not reached():
            runner = self._current
            if not runner._stepping and not runner._armed:
                # Here and now: a turn of the loop costs more than a small node.
                runner._step()
                if reached():
                    return
            waiter: asyncio.Future[None] = loop.create_future()
            runner._waiters.append((waiter, reached))
            runner.wake()
            try:
                await waiter
            finally:
                runner._waiters = [entry for entry in runner._waiters if entry[0] is not waiter]

    async def run_node(self, node: Node) -> None:
        """Request a run of ``node`` and return when it is done; at once when it is not ready.

        Raises:
            NodeTriggerError: the function failed and nobody listens for errors; ``__cause__`` is its error.
            NodeCancelledError: the run was cancelled.
        """
        with self._engine.lock:
            if node.missing():
                return
            node.slot.forced = True
            self._engine.request(node)
        await self.wait_for(node)
        error = node.slot.error
        if node.slot.cancelled:
            raise NodeCancelledError(f"{node.name} was cancelled.")
        if error is not None and not (node.hears("node_trigger_error") or node.hears("node_error")):
            raise NodeTriggerError(error.text) from error.exception

    # --- the loop ---------------------------------------------------------------------------------

    def _step(self) -> None:
        self._armed = False
        if self._stepping:
            return
        self._stepping = True
        again = False
        try:
            again = self._run_ready(perf_counter() + SLICE_SECONDS)
        finally:
            self._stepping = False
        if again:
            self.wake()
        elif self._engine.feedback is not None and self.idle:
            self._engine.feedback.rested()
        for waiter, reached in self._waiters:
            if reached():
                _settle(waiter)

    def _run_ready(self, deadline: float) -> bool:
        """Run what may run until ``deadline``; returns whether more is to do.

        The lock is held between two nodes and given back for each function: one pair a node, not two.
        """
        engine, guard = self._engine, self.guard
        take, lock, jobs = engine.schedule.take, engine.lock, self._jobs
        lock.acquire()
        try:
            while True:
                if jobs:
                    lock.release()
                    self._run_jobs()
                    lock.acquire()
                    if perf_counter() > deadline:
                        return True
                taken = take()
                if taken is None:
                    if engine.feed_back():
                        continue
                    return bool(jobs)
                node, arguments = taken
                if engine.observed or engine.runs_heard:
                    outcomes.began(node)
                if not node.direct:
                    self._start_task(taken)
                    continue
                lock.release()
                try:
                    guard.open = True
                    guard.owner = taken
                    start = perf_counter()
                    result = enter_node(node.callee, arguments)
                    end = perf_counter()
                    guard.open = False
                except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
                    guard.open = False
                    guard.owner = None
                    self._reserve.open()
                    self._ended_badly(taken, error)
                    lock.acquire()
                    if perf_counter() > deadline:
                        return True
                    continue
                lock.acquire()
                guard.owner = None
                outcomes.succeeded(node, result, end - start)
                if end > deadline:
                    return True
        finally:
            lock.release()

    def _run_jobs(self) -> None:
        """Run the jobs that wait now; what they ask for in turn comes after the next node."""
        for _ in range(len(self._jobs)):
            function, future = self._jobs.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self.guard.call((None, future), function))
            except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
                future.set_exception(error)
            except BaseException as error:  # noqa: BLE001 - neither this loop nor the asker's is to end for it
                future.set_exception(NodeCancelledError(f"ended by {type(error).__name__}"))

    # --- tasks ------------------------------------------------------------------------------------

    def _start_task(self, run: Run) -> None:
        assert self.loop is not None
        node = run[0]
        task = self.loop.create_task(self._run_task(run), name=f"node {node.name}")
        self.tasks[node] = task
        task.add_done_callback(lambda _: self._never_began(node, task))

    def _never_began(self, node: Node, task: asyncio.Task[None]) -> None:
        """A task that is cancelled before its first step does nothing, not even its own tidying up."""
        runner = node.engine.runner
        if runner.tasks.get(node) is task:
            del runner.tasks[node]
            with node.engine.lock:
                outcomes.cancelled(node)
            runner.wake()

    async def _run_task(self, run: Run) -> None:
        node, start = run[0], perf_counter()
        running_work.set(Work(node))
        try:
            result = await self._executor.attempt(run)
        except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
            self._reserve.open()
            self._ended_badly(run, error)
        else:
            if isinstance(result, Raised):
                self._ended_badly(run, result.error)
            else:
                with node.engine.lock:
                    outcomes.succeeded(node, result, perf_counter() - start)
        finally:
            # Its engine may be another one by now.
            node.engine.runner.tasks.pop(node, None)
            node.engine.runner.wake()

    def _send_yielded(self, run: Run, value: Any) -> None:
        node = run[0]
        values = self.guard.call(run, split, node, value)
        engine = node.engine
        with engine.lock:
            if node.removed:
                return
            hand_on(node, values)
            engine.passes_on(node)
        engine.runner.wake()

    def _ended_badly(self, run: Run, error: BaseException) -> None:
        """Called without the lock: an error is asked for its text, which is code of the user. The reserve is open."""
        let_go(error)
        self._reserve.close()
        node, arguments = run
        self.guard.aim_at_nothing()
        stopped = isinstance(error, asyncio.CancelledError | KeyboardInterrupt)
        unready = isinstance(error, MissingDefaultError)
        report = None if stopped or unready else report_of(error, node.function_name, node.function_file, arguments)
        with node.engine.lock:
            if report is not None:
                outcomes.failed(node, report)
            elif stopped:
                outcomes.cancelled(node)
            else:
                outcomes.not_ready(node)

    # --- stopping -----------------------------------------------------------------------------------

    def use_interrupts(self, interrupt: Interrupt, later: Later) -> None:
        """How functions in the thread of the nodes are ended; see :meth:`Stopper.use`."""
        self._stopper.use(interrupt, later)

    def cancel(self, node: Node | None = None) -> list[Node]:
        """End the run of ``node``, or of everything, and take back what is requested. Callable from any thread.

        A coroutine is cancelled, a process killed, a thread left to itself. A function in the thread of the
        nodes is interrupted where the program knows how (see :meth:`use_interrupts`), else it goes on to its end.

        Returns:
            The nodes that were running or requested.
        """
        with self._engine.lock:
            hit = self._stopper.end(node)
            withdrawn = self._withdraw(node)
        self.wake()
        return list(dict.fromkeys([*hit, *withdrawn]))

    def _withdraw(self, node: Node | None) -> list[Node]:
        engine = self._engine
        if node is None and engine.feedback is not None:
            engine.schedule.pending -= engine.feedback.take_back()
        asked = engine.schedule.requested() if node is None else [node]
        withdrawn = [found for found in asked if engine.schedule.withdraw(found)]
        for found in withdrawn:
            if not found.slot.running and engine.observed:
                engine.tell(NodeChanged(found, ("state",)))
        return withdrawn

    def on_interrupt(self, frame: FrameType | None) -> bool:
        """What the thread's signal handler calls: ends the function that was to be ended, and nothing else.

        While that function itself changes the graph, and so holds the lock, the interrupt waits for the
        end of that change: raising under the lock would tear it.

        Returns:
            Whether :meth:`interrupt_again` is to be called, in another thread.

        Raises:
            KeyboardInterrupt: a function that was to be ended runs in this thread right now.
        """
        return self.guard.strike(frame)

    def interrupt_again(self, interrupt: Callable[[], None], missed: bool = False) -> None:
        """Repeat an interrupt that could not strike, once the graph lock is free and if there is still something.

        Args:
            missed: It did strike, and the KeyboardInterrupt of :meth:`on_interrupt` went nowhere.
        """
        with self._engine.lock:
            if missed:
                self.guard.aim_again()
            if self.guard.aimed:
                interrupt()

    def _locked(self) -> bool:
        # Condition uses _is_owned of locks, too: every RLock of CPython has it.
        return self._engine.lock._is_owned()  # type: ignore[attr-defined, no-any-return]

    # --- moving -------------------------------------------------------------------------------------

    def move_to(self, other: Runner, engine: Engine) -> None:
        """Leave what is under way to the runner of ``engine``, which took over the nodes."""
        other.tasks.update(self.tasks)
        self.tasks.clear()
        other._jobs.extend(self._jobs)
        self._jobs.clear()
        for waiter, _ in self._waiters:
            # They look again, at the other runner.
            waiter.get_loop().call_soon_threadsafe(_settle, waiter)
        self._waiters = []
        self._engine = engine
        if other.loop is None and self.loop is not None:
            other.loop, other._thread = self.loop, self._thread

    def close(self) -> None:
        """Let go of threads and processes; called when the nodes will not run again."""
        self._executor.close()


def _settle(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
