"""How functions run that are more than a plain call: coroutines, generators, functions in threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.usercode import Guard, Steps, enter_node

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

Run = tuple["Node", dict[str, Any]]
"""A node and the arguments of this very run."""


class Executor:
    """Runs such functions, each in a task of the loop that calls :meth:`execute`.

    Args:
        guard: Through it all code of the user is called that runs in the thread of the nodes.
        send: Hands a yielded value on at once.
    """

    def __init__(self, guard: Guard, send: Callable[[Run, Any], None]) -> None:
        self._guard = guard
        self._send = send
        self._threads: ThreadPoolExecutor | None = None

    async def execute(self, run: Run) -> Any:
        """What the function returns; ALREADY_SENT for a generator; :class:`Raised` for an error in a thread."""
        node, arguments = run
        kind, guard = node.run_kind, self._guard
        if kind == "thread":
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread_pool(), copy_context().run, _outcome, node.callee, arguments)
        made = guard.call(run, enter_node, node.callee, arguments)
        if kind == "coroutine":
            return guard.call(run, node.split, await Steps(guard, run, made))
        if kind == "async generator":
            return await self._send_each(run, made)
        return await self._send_each_plain(run, made)

    async def _send_each(self, run: Run, values: AsyncIterator[Any]) -> Any:
        while True:
            try:
                value: Any = await Steps(self._guard, run, values.__anext__())
            except StopAsyncIteration:
                return ALREADY_SENT
            self._send(run, value)
            await asyncio.sleep(0)

    async def _send_each_plain(self, run: Run, values: Iterator[Any]) -> Any:
        while True:
            value = self._guard.call(run, next, values, ALREADY_SENT)
            if value is ALREADY_SENT:
                return value
            self._send(run, value)
            # What follows runs now, before the next value is made.
            await asyncio.sleep(0)

    def _thread_pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(thread_name_prefix="funcnodes-node")
        return self._threads

    def close(self) -> None:
        """Let go of threads; called when the nodes will not run again."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)


class Raised:
    """The error of a function in a thread. A future cannot carry each of them: StopIteration would be lost."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _outcome(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    try:
        return function(**arguments)
    except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
        return Raised(error)


class _AlreadySent:
    """Stands for the result of a generator, whose values were sent one by one."""


ALREADY_SENT = _AlreadySent()
