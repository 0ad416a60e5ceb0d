"""The loop of one thread: ask the schedule, call the function, hand its outputs on.

Plain functions are called directly; coroutines, generators and functions in threads get a task each. The
graph lock is never held while a function of the user runs, and nothing here awaits under it.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from funcnodes_jupyter.core.errors import NodeCancelledError, NodeTriggerError
from funcnodes_jupyter.core.facts import NodeChanged, NodeDone, NodeFailed, NodeTriggered
from funcnodes_jupyter.core.runreport import describe_error

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
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._armed = False
        self._stepping = False
        self._jobs: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._waiters: list[asyncio.Future[None]] = []
        self._tasks: dict[Node, asyncio.Task[None]] = {}
        self._inline: Node | None = None
        self._in_user_code = False
        self._postponed_interrupt = False
        self._threads: ThreadPoolExecutor | None = None

    # --- waking -----------------------------------------------------------------------------------

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Run nodes in ``loop``, in the calling thread, from now on."""
        if self._loop is not loop:
            self._loop = loop
            self._armed = self._stepping = False
        self._thread = threading.get_ident()

    @property
    def thread_id(self) -> int:
        """The identifier of the thread that runs the nodes, 0 before a loop is bound."""
        return self._thread

    def wake(self) -> None:
        """There may be something to run. Callable from any thread; returns at once."""
        if threading.get_ident() == self._thread:
            if self._postponed_interrupt:
                self.on_interrupt()
            if self._stepping or self._armed:
                return
        elif self._armed and self._loop is not None and not self._loop.is_closed():
            return
        if (self._loop is None or self._loop.is_closed()) and not self._bind_running_loop():
            return
        assert self._loop is not None
        self._armed = True
        if threading.get_ident() == self._thread:
            self._loop.call_soon(self._step)
        else:
            self._loop.call_soon_threadsafe(self._step)

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
        return self._engine.schedule.pending == 0

    async def wait_idle(self) -> None:
        """Return when nothing runs and nothing is requested."""
        loop = asyncio.get_running_loop()
        self.bind(loop)
        while not self.idle:
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.append(waiter)
            self.wake()
            await waiter

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
                if not waiter.done():
                    waiter.set_result(None)

    def _run_ready(self, deadline: float) -> bool:
        """Run what may run until ``deadline``; returns whether more is to do.

        The lock is held between two nodes and given back for each function: one pair a node, not two.
        """
        engine = self._engine
        take, lock, jobs = engine.schedule.take, engine.lock, self._jobs
        lock.acquire()
        try:
            while True:
                if jobs:
                    lock.release()
                    self._run_jobs()
                    lock.acquire()
                taken = take()
                if taken is None:
                    return bool(jobs)
                node, arguments = taken
                if engine.observed or engine.listened:
                    self._begin(node)
                if node.run_kind != "plain":
                    self._start_task(node, arguments)
                    continue
                lock.release()
                try:
                    self._inline, self._in_user_code = node, True
                    start = perf_counter()
                    result = node.function(**arguments)
                    end = perf_counter()
                    self._in_user_code = False
                except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
                    self._in_user_code = False
                    lock.acquire()
                    self._ended_badly(node, error)
                    continue
                lock.acquire()
                self._inline = None
                self._done(node, result, end - start)
                if end > deadline:
                    return True
        finally:
            lock.release()

    def _run_jobs(self) -> None:
        while self._jobs:
            function, future = self._jobs.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function())
            except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
                future.set_exception(error)

    # --- tasks ------------------------------------------------------------------------------------

    def _start_task(self, node: Node, arguments: dict[str, Any]) -> None:
        assert self._loop is not None
        task = self._loop.create_task(self._run_task(node, arguments), name=f"node {node.name}")
        self._tasks[node] = task

    async def _run_task(self, node: Node, arguments: dict[str, Any]) -> None:
        start = perf_counter()
        try:
            result = await self._execute(node, arguments)
        except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
            with self._engine.lock:
                self._ended_badly(node, error)
        else:
            with self._engine.lock:
                self._done(node, result, perf_counter() - start)
        finally:
            self._tasks.pop(node, None)
            self.wake()

    async def _execute(self, node: Node, arguments: dict[str, Any]) -> Any:
        kind, function = node.run_kind, node.function
        if kind == "thread":
            assert self._loop is not None
            return await self._loop.run_in_executor(self._thread_pool(), partial(function, **arguments))
        if kind == "coroutine":
            return await function(**arguments)
        if kind == "async generator":
            return await self._send_each(node, function(**arguments))
        return await self._send_each_plain(node, function(**arguments))

    async def _send_each(self, node: Node, values: AsyncIterator[Any]) -> Any:
        async for value in values:
            self._send_yielded(node, value)
            await asyncio.sleep(0)
        return _ALREADY_SENT

    async def _send_each_plain(self, node: Node, values: Iterator[Any]) -> Any:
        for value in values:
            self._send_yielded(node, value)
            # What follows runs now, before the next value is made.
            await asyncio.sleep(0)
        return _ALREADY_SENT

    def _send_yielded(self, node: Node, value: Any) -> None:
        with self._engine.lock:
            node.hand_on(value)
            self._engine.schedule.passes_on(node)
        self.wake()

    def _thread_pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(thread_name_prefix="funcnodes-node")
        return self._threads

    # --- outcomes -----------------------------------------------------------------------------------

    # All of these are called under the lock; users' callbacks are queued, or nobody else has the lock.

    def _begin(self, node: Node) -> None:
        if self._engine.observed:
            self._engine.tell(NodeTriggered(node))
        self._engine.announce(node, "triggerstart")

    def _done(self, node: Node, result: Any, seconds: float) -> None:
        engine = self._engine
        slot = node.slot
        if node.removed:
            engine.schedule.finish(node)
            return
        if node.returns_outputs and result is not _ALREADY_SENT:
            outputs = node._outs
            try:
                # One output and the trigger output: the shape of most nodes.
                engine.send(outputs[0], result) if len(outputs) == 2 else node.hand_on(result)
            except (TypeError, ValueError) as error:
                self._failed(node, error)
                return
        slot.seconds = seconds
        slot.ran = True
        if slot.trouble:
            slot.trouble = slot.cancelled = False
            slot.error = None
        if engine.observed:
            engine.tell(NodeDone(node, seconds))
        if node._outs[-1]._targets or node.reset_inputs_on_trigger or node.progress_state:
            node.after_success()
        engine.schedule.finish(node)
        if engine.listened:
            engine.announce(node, "triggerdone")

    def _ended_badly(self, node: Node, error: BaseException) -> None:
        self._inline = None if self._inline is node else self._inline
        self._postponed_interrupt = False
        if isinstance(error, asyncio.CancelledError | KeyboardInterrupt):
            self._cancelled(node)
        else:
            self._failed(node, error)

    def _failed(self, node: Node, error: BaseException) -> None:
        report = describe_error(error, node.function_name, node.function_file)
        engine = self._engine
        slot = node.slot
        slot.error, slot.trouble, slot.cancelled, slot.seconds = report, True, False, None
        node.progress_state = None
        if engine.observed and not node.removed:
            engine.tell(NodeFailed(node, report))
        engine.schedule.finish(node)
        engine.announce(node, "node_trigger_error", error=error)

    def _cancelled(self, node: Node) -> None:
        engine = self._engine
        slot = node.slot
        slot.error = None
        slot.cancelled = slot.trouble = slot.stale = True
        node.progress_state = None
        engine.schedule.withdraw(node)
        if engine.observed and not node.removed:
            engine.tell(NodeChanged(node, ("state",)))
        engine.schedule.finish(node)

    # --- stopping -----------------------------------------------------------------------------------

    def cancel(self, node: Node | None, interrupt: Callable[[], None] | None = None) -> list[Node]:
        """End the run of ``node``, or of everything, and take back what is requested.

        A task is cancelled. A plain function is ended by ``interrupt``, which must make
        :meth:`on_interrupt` be called in the thread of the nodes. Callable from any thread.

        Returns:
            The nodes that were running or requested.
        """
        with self._engine.lock:
            chosen = list(self._tasks) if node is None else [node] if node in self._tasks else []
            for running in chosen:
                task = self._tasks[running]
                if self._loop is not None:
                    self._loop.call_soon_threadsafe(task.cancel)
            withdrawn = [asked for asked in self._requested(node) if self._engine.schedule.withdraw(asked)]
            for asked in withdrawn:
                if not asked.slot.running:
                    asked.slot.cancelled = asked.slot.trouble = True
                    if self._engine.observed:
                        self._engine.tell(NodeChanged(asked, ("state",)))
            inline = self._inline
            if inline is not None and node in (None, inline) and interrupt is not None:
                chosen.append(inline)
                interrupt()
        self.wake()
        return list(dict.fromkeys([*chosen, *withdrawn]))

    def _requested(self, node: Node | None) -> list[Node]:
        return self._engine.schedule.requested() if node is None else [node]

    def on_interrupt(self) -> None:
        """What the thread's SIGINT handler calls: ends the running plain function, and nothing else.

        While the function itself changes the graph, and so holds the lock, the interrupt waits for the
        end of that change: raising under the lock would tear it.

        Raises:
            KeyboardInterrupt: a function of the user runs in this thread right now.
        """
        # Condition uses _is_owned of locks, too: every RLock of CPython has it.
        locked = self._engine.lock._is_owned()  # type: ignore[attr-defined]
        self._postponed_interrupt = self._in_user_code and locked
        if self._in_user_code and not locked:
            self._in_user_code = False
            raise KeyboardInterrupt

    def close(self) -> None:
        """Let go of threads; called when the nodes will not run again."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)


class _AlreadySent:
    """Stands for the result of a generator, whose values were sent one by one."""


_ALREADY_SENT = _AlreadySent()
