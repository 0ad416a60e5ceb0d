"""How functions run that are more than a plain call: coroutines, generators, in threads, in processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.invocation import made_defaults, split
from funcnodes_jupyter.core.mailbox import Mailbox
from funcnodes_jupyter.core.memorylimit import let_go
from funcnodes_jupyter.core.nodelog import keep
from funcnodes_jupyter.core.progress import show_progress
from funcnodes_jupyter.core.running import Work, running_work
from funcnodes_jupyter.core.runreport import one_line
from funcnodes_jupyter.core.threads import Raised, ThreadPool
from funcnodes_jupyter.core.threadsteps import ALREADY_SENT, take_steps
from funcnodes_jupyter.core.usercode import Guard, Steps, enter_node

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.process_messages import Message
    from funcnodes_jupyter.core.processes import ProcessPool
    from funcnodes_jupyter.core.stopping import Stopper

Run = tuple["Node", dict[str, Any]]
"""A node and the arguments of this very run."""


@dataclass(frozen=True)
class PoolSizes:
    """How many functions may run at once in threads, and in processes (None: as many as there are cores)."""

    threads: int = 32
    processes: int | None = None


class Executor:
    """Runs such functions, each in a task of the loop that calls :meth:`attempt`.

    Args:
        guard: Through it all code of the user is called that runs in the thread of the nodes.
        stopper: Ends what takes too long.
        send: Hands a yielded value on at once.
    """

    def __init__(self, guard: Guard, stopper: Stopper, send: Callable[[Run, Any], None]) -> None:
        self._guard = guard
        self._stopper = stopper
        self._send = send
        self.sizes = PoolSizes()
        self._threads: ThreadPool | None = None
        self._processes: ProcessPool | None = None

    async def attempt(self, run: Run) -> Any:
        """What :meth:`execute` gives, within the node's time limit and tried again as often as the node says."""
        node, arguments = run
        for left in range(node.retries, 0, -1):
            outcome = await self._try((node, dict(arguments)))
            if not isinstance(outcome, Raised):
                return outcome
            self._note_retry(node, outcome.error, left)
        return await self._stopper.within(run, node.timeout, self.execute(run))

    async def _try(self, run: Run) -> Any:
        try:
            return await self._stopper.within(run, run[0].timeout, self.execute(run))
        except Exception as error:  # noqa: BLE001 - whatever it raises is a reason to try again
            let_go(error)
            return Raised(error)

    def _note_retry(self, node: Node, error: BaseException, left: int) -> None:
        again = "once more" if left == 1 else f"up to {left} times more"
        keep(node, "log", f"{one_line(error).rstrip('.')}: trying {again}")

    async def execute(self, run: Run) -> Any:
        """What the function returns; ALREADY_SENT for a generator; :class:`Raised` for an error elsewhere."""
        node, arguments = run
        kind, guard = node.run_kind, self._guard
        if kind == "process":
            return await self._in_process(run)
        if kind == "thread" or (kind == "plain" and not self._stopper.interrupts):
            # A plain function has a task for its limits only; where nothing can interrupt it, a thread can be given up.
            return await self._in_thread(node, lambda: node.callee(**arguments))
        if kind == "thread steps":
            return await self._steps_in_thread(run)
        made = guard.call(run, enter_node, node.callee, arguments)
        if kind == "plain":
            return made
        if kind == "coroutine":
            return guard.call(run, split, node, await Steps(guard, run, made))
        if kind == "async generator":
            return await self._send_each(run, made)
        return await self._send_each_plain(run, made)

    async def _in_thread(self, node: Node, call: Callable[[], Any]) -> Any:
        if self._threads is None:
            self._threads = ThreadPool(self.sizes.threads)
        work = Work(node)
        running_work.set(work)
        try:
            return await self._threads.run(call)
        except asyncio.CancelledError:
            work.given_up = True
            keep(node, "warning", "Its thread goes on until the function returns; what it returns is discarded.")
            raise

    async def _steps_in_thread(self, run: Run) -> Any:
        node, arguments = run
        mailbox: Mailbox[Any] = Mailbox(asyncio.get_running_loop(), partial(self._send, run))
        try:
            outcome = await self._in_thread(node, lambda: take_steps(node.callee(**arguments), mailbox.post))
        finally:
            mailbox.close()
        mailbox.check()
        return outcome if isinstance(outcome, Raised) or outcome is ALREADY_SENT else split(node, outcome)

    async def _in_process(self, run: Run) -> Any:
        # Imported when the first such node runs: it takes what starting processes takes.
        from funcnodes_jupyter.core.process_messages import Ended
        from funcnodes_jupyter.core.processes import ProcessPool
        from funcnodes_jupyter.core.remote_function import RemoteFunction

        node, arguments = run
        if self._processes is None:
            self._processes = ProcessPool(self.sizes.processes)
        # Of a function that travels as source this holds the globals that it uses as they are now.
        function = RemoteFunction.of(node.travelling_function)
        made = self._guard.call(run, made_defaults, node, arguments)
        tell = partial(self._hear, run, Bar())
        result = await self._processes.run(function, made, tell, name=node.name, uuid=node.uuid)
        return ALREADY_SENT if isinstance(result, Ended) else self._guard.call(run, split, node, result)

    def _hear(self, run: Run, bar: Bar, message: Message) -> None:
        """Take in what comes from a process before its function returns."""
        from funcnodes_jupyter.core.process_messages import Output, Progress

        node = run[0]
        if isinstance(message, Output):
            keep(node, message.kind, message.text)
        elif isinstance(message, Progress):
            with node.engine.lock:
                if node.slot.running:
                    show_progress(node, bar, message.fraction, message.text, over=message.over)
        else:
            self._send(run, message.value)

    async def _send_each(self, run: Run, values: AsyncGenerator[Any, Any]) -> Any:
        try:
            while True:
                try:
                    value: Any = await Steps(self._guard, run, values.__anext__())
                except StopAsyncIteration:
                    return ALREADY_SENT
                self._send(run, value)
                await asyncio.sleep(0)
        finally:
            # Ended between two values, it has to let go of what it holds before it is tried again.
            await Steps(self._guard, run, values.aclose())

    async def _send_each_plain(self, run: Run, values: Generator[Any, Any, Any]) -> Any:
        try:
            while True:
                value = self._guard.call(run, next, values, ALREADY_SENT)
                if value is ALREADY_SENT:
                    return value
                self._send(run, value)
                # What follows runs now, before the next value is made.
                await asyncio.sleep(0)
        finally:
            self._guard.call(run, values.close)

    def close(self) -> None:
        """Let go of threads and end processes; called when the nodes will not run again."""
        for pool in (self._threads, self._processes):
            if pool is not None:
                pool.close()


class Bar:
    """Stands for the progress bar of a function in a process."""
