"""The loop of one thread: ask the schedule, call the function, hand its outputs on.

Plain functions are called directly; coroutines, generators and functions in threads get a task each. The
graph lock is never held while a function of the user runs, and nothing here awaits under it.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from funcnodes_jupyter.core.errors import MissingDefaultError, NodeCancelledError, NodeTriggerError
from funcnodes_jupyter.core.executors import ALREADY_SENT, Executor, Raised, Run
from funcnodes_jupyter.core.facts import NodeChanged, NodeDone, NodeFailed, NodeTriggered
from funcnodes_jupyter.core.running import running_node
from funcnodes_jupyter.core.runreport import describe_error
from funcnodes_jupyter.core.traversal import successors
from funcnodes_jupyter.core.usercode import Guard, enter_node

if TYPE_CHECKING:
    from funcnodes_jupyter.core.engine import Engine
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.runreport import RunError

T = TypeVar("T")

SLICE_SECONDS = 0.008
"""How long nodes run in a row before other tasks of the loop get their turn."""


class Runner:
    """Runs the nodes of one engine in one event loop.

    The only way to wake it is :meth:`wake`, from any thread. Without a bound loop it takes the loop that
    runs in the calling thread; where none runs, requests are remembered until somebody awaits.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._context = contextvars.Context()
        self._armed = False
        self._stepping = False
        self._jobs: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._waiters: list[asyncio.Future[None]] = []
        self._tasks: dict[Node, asyncio.Task[None]] = {}
        self._guard = Guard(self._locked)
        self._guard.frames += (Runner._run_ready.__code__,)
        self._executor = Executor(self._guard, self._send_yielded)

    # --- waking -----------------------------------------------------------------------------------

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Run nodes in ``loop``, in the calling thread, from now on."""
        if self._loop is not loop:
            self._loop = loop
            self._armed = self._stepping = False
            # Whoever wakes the loop may do so out of a node, whose context is not that of the next one.
            self._context = contextvars.copy_context()
            self._context.run(running_node.set, None)
        self._thread = threading.get_ident()

    @property
    def thread_id(self) -> int:
        """The identifier of the thread that runs the nodes, 0 before a loop is bound."""
        return self._thread

    def wake(self) -> None:
        """There may be something to run. Callable from any thread; returns at once."""
        if threading.get_ident() == self._thread:
            if self._stepping or self._armed:
                return
        elif self._armed and self._loop is not None and not self._loop.is_closed():
            return
        if (self._loop is None or self._loop.is_closed()) and not self._bind_running_loop():
            return
        assert self._loop is not None
        if threading.get_ident() == self._thread:
            # In this order: an interrupt between the two must not leave it armed with no step to come.
            self._loop.call_soon(self._step, context=self._context.copy())
            self._armed = True
        else:
            # In this order: the step may begin before the call returns.
            self._armed = True
            self._loop.call_soon_threadsafe(self._step, context=self._context.copy())

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
        loop = asyncio.get_running_loop()
        self.bind(loop)
        while not self.idle:
            if self._current is not self:
                await self._current.wait_idle()
                return
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.append(waiter)
            self.wake()
            try:
                await waiter
            finally:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)

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
            self._engine.schedule.request(node)
        await self.wait_idle()
        error = node.slot.error
        if node.slot.cancelled:
            raise NodeCancelledError(f"{node.name} was cancelled.")
        if error is not None and not node.hears("node_trigger_error"):
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
        elif self._waiters and self.idle:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                _settle(waiter)

    def _run_ready(self, deadline: float) -> bool:
        """Run what may run until ``deadline``; returns whether more is to do.

        The lock is held between two nodes and given back for each function: one pair a node, not two.
        """
        engine, guard = self._engine, self._guard
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
                    return bool(jobs)
                node, arguments = taken
                if engine.observed or engine.listened:
                    self._begin(node)
                if node.run_kind != "plain":
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
                    self._ended_badly(node, error, arguments)
                    lock.acquire()
                    continue
                lock.acquire()
                guard.owner = None
                self._done(node, result, end - start)
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
                future.set_result(self._guard.call((None, future), function))
            except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
                future.set_exception(error)
            except BaseException as error:  # noqa: BLE001 - neither this loop nor the asker's is to end for it
                future.set_exception(NodeCancelledError(f"ended by {type(error).__name__}"))

    # --- tasks ------------------------------------------------------------------------------------

    def _start_task(self, run: Run) -> None:
        assert self._loop is not None
        node = run[0]
        task = self._loop.create_task(self._run_task(run), name=f"node {node.name}")
        self._tasks[node] = task
        task.add_done_callback(lambda _: self._never_began(node, task))

    def _never_began(self, node: Node, task: asyncio.Task[None]) -> None:
        """A task that is cancelled before its first step does nothing, not even its own tidying up."""
        runner = node.engine.runner
        if runner._tasks.get(node) is task:
            del runner._tasks[node]
            with node.engine.lock:
                self._cancelled(node)
            runner.wake()

    async def _run_task(self, run: Run) -> None:
        node, start = run[0], perf_counter()
        running_node.set(node)
        try:
            result = await self._executor.execute(run)
        except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
            self._ended_badly(node, error, run[1])
        else:
            if isinstance(result, Raised):
                self._ended_badly(node, result.error, run[1])
            else:
                with node.engine.lock:
                    self._done(node, result, perf_counter() - start)
        finally:
            # Its engine may be another one by now.
            node.engine.runner._tasks.pop(node, None)
            node.engine.runner.wake()

    def _send_yielded(self, run: Run, value: Any) -> None:
        node = run[0]
        values = self._guard.call(run, node.split, value)
        engine = node.engine
        with engine.lock:
            if node.removed:
                return
            node.hand_on(values)
            engine.schedule.passes_on(node)
        engine.runner.wake()

    # --- outcomes -----------------------------------------------------------------------------------

    # All but _ended_badly are called under the lock; users' callbacks are queued, or nobody else has the lock.

    def _begin(self, node: Node) -> None:
        engine = node.engine
        if engine.observed:
            engine.tell(NodeTriggered(node))
        engine.announce(node, "triggerstart")

    def _done(self, node: Node, result: Any, seconds: float) -> None:
        engine = node.engine
        slot = node.slot
        if node.removed:
            engine.schedule.finish(node)
            return
        if node.returns_outputs and result is not ALREADY_SENT:
            outputs = node._outs
            # One output and the trigger output: the shape of most nodes.
            engine.send(outputs[0], result) if len(outputs) == 2 else node.hand_on(result)
        slot.seconds = seconds
        slot.ran = True
        if engine.observed:
            engine.tell(NodeDone(node, seconds))
        if node._outs[-1]._targets or node.reset_inputs_on_trigger or node.progress_state:
            node.after_success()
        engine.schedule.finish(node)
        if engine.listened:
            engine.announce(node, "triggerdone")

    def _ended_badly(self, node: Node, error: BaseException, arguments: Mapping[str, Any]) -> None:
        """Called without the lock: an error is asked for its text, which is code of the user."""
        self._guard.aim(None)
        stopped = isinstance(error, asyncio.CancelledError | KeyboardInterrupt)
        unready = isinstance(error, MissingDefaultError)
        report = None
        if not stopped and not unready:
            report = describe_error(error, node.function_name, node.function_file, arguments)
        with node.engine.lock:
            if report is not None:
                self._failed(node, report)
            elif stopped:
                self._cancelled(node)
            else:
                self._not_ready(node)

    def _failed(self, node: Node, report: RunError) -> None:
        engine = node.engine
        slot = node.slot
        slot.error, slot.trouble, slot.cancelled, slot.seconds = report, True, False, None
        node.progress_state = None
        if engine.observed and not node.removed:
            engine.tell(NodeFailed(node, report))
        # What it sent before may have brought them up to date.
        engine.schedule.mark_stale(successors(node))
        engine.schedule.finish(node)
        engine.announce(node, "node_trigger_error", error=report.exception)

    def _cancelled(self, node: Node) -> None:
        slot = node.slot
        slot.error = None
        slot.cancelled = slot.trouble = True
        # What was asked before the cancel, it took back; what came since is to run.
        self._not_ready(node)

    def _not_ready(self, node: Node) -> None:
        """The run came to nothing: the node is as out of date as before."""
        engine = node.engine
        node.slot.stale = True
        node.progress_state = None
        if engine.observed and not node.removed:
            engine.tell(NodeChanged(node, ("state",)))
        engine.schedule.mark_stale(successors(node))
        engine.schedule.finish(node)

    # --- stopping -----------------------------------------------------------------------------------

    def cancel(self, node: Node | None, interrupt: Callable[[], None] | None = None) -> list[Node]:
        """End the run of ``node``, or of everything, and take back what is requested.

        A task is cancelled. A function that runs right now is ended by ``interrupt``, which must make
        :meth:`on_interrupt` be called in the thread of the nodes. Callable from any thread.

        Returns:
            The nodes that were running or requested.
        """
        with self._engine.lock:
            chosen = list(self._tasks) if node is None else [node] if node in self._tasks else []
            self._cancel_tasks(chosen)
            withdrawn = [asked for asked in self._requested(node) if self._engine.schedule.withdraw(asked)]
            for asked in withdrawn:
                if not asked.slot.running:
                    asked.slot.cancelled = asked.slot.trouble = True
                    if self._engine.observed:
                        self._engine.tell(NodeChanged(asked, ("state",)))
            owner = self._guard.owner
            if owner is not None and (node is None or node is owner[0]) and interrupt is not None:
                chosen += [running for running in owner[:1] if running is not None]
                self._guard.aim(owner)
                interrupt()
        self.wake()
        return list(dict.fromkeys([*chosen, *withdrawn]))

    def _cancel_tasks(self, nodes: list[Node]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            for node in nodes:
                self._loop.call_soon_threadsafe(self._tasks[node].cancel)

    def _requested(self, node: Node | None) -> list[Node]:
        return self._engine.schedule.requested() if node is None else [node]

    def on_interrupt(self, frame: FrameType | None) -> bool:
        """What the thread's signal handler calls: ends the function that was to be ended, and nothing else.

        While that function itself changes the graph, and so holds the lock, the interrupt waits for the
        end of that change: raising under the lock would tear it.

        Returns:
            Whether :meth:`interrupt_again` is to be called, in another thread.

        Raises:
            KeyboardInterrupt: a function that was to be ended runs in this thread right now.
        """
        return self._guard.strike(frame)

    def interrupt_again(self, interrupt: Callable[[], None]) -> None:
        """Repeat an interrupt that could not strike, once the graph lock is free and if there is still something."""
        with self._engine.lock:
            if self._guard.aimed:
                interrupt()

    def _locked(self) -> bool:
        # Condition uses _is_owned of locks, too: every RLock of CPython has it.
        return self._engine.lock._is_owned()  # type: ignore[attr-defined, no-any-return]

    # --- moving -------------------------------------------------------------------------------------

    def move_to(self, other: Runner, engine: Engine) -> None:
        """Leave what is under way to the runner of ``engine``, which took over the nodes."""
        other._tasks.update(self._tasks)
        self._tasks.clear()
        other._jobs.extend(self._jobs)
        self._jobs.clear()
        for waiter in self._waiters:
            # They look again, at the other runner.
            waiter.get_loop().call_soon_threadsafe(_settle, waiter)
        self._waiters = []
        self._engine = engine
        if other._loop is None and self._loop is not None:
            other._loop, other._thread = self._loop, self._thread

    def close(self) -> None:
        """Let go of threads; called when the nodes will not run again."""
        self._executor.close()


def _settle(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
