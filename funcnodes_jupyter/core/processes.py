"""A pool of processes for functions of nodes: each runs one at a time and can be killed by itself."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

from funcnodes_jupyter.core.errors import NotSendableError, ProcessError
from funcnodes_jupyter.core.process_channel import Pickled
from funcnodes_jupyter.core.process_messages import Call, Message
from funcnodes_jupyter.core.process_slot import Slot
from funcnodes_jupyter.core.remote_function import RemoteFunction
from funcnodes_jupyter.core.threads import Raised, ThreadPool

_MESSAGES_ON_THEIR_WAY = 64
"""So many messages of a run wait for the loop; a function that says more waits for it, too."""


def _ignore(message: Message) -> None:
    """For who wants to hear nothing of a run but its result."""


class ProcessPool:
    """Runs functions in processes, made on demand and kept for the next.

    Args:
        size: How many processes run at once; as many as there are processors when left out.
    """

    def __init__(self, size: int | None = None) -> None:
        self._threads = ThreadPool(size or os.cpu_count() or 1)
        self._slots = _Slots()
        weakref.finalize(self, self._slots.close)

    async def run(
        self,
        function: RemoteFunction,
        arguments: dict[str, Any],
        tell: Callable[[Message], None] = _ignore,
        *,
        name: str = "",
        uuid: str = "",
    ) -> Any:
        """Call ``function`` in a process.

        When the awaiting task is cancelled, the process is killed, and no other.

        Args:
            tell: Called in the loop's thread with what the function says while it runs, in order, and with
                all of it before this returns.
            name: The node's name, for a function that takes a parameter ``node``.
            uuid: The node's uuid, for the same.

        Returns:
            What the function returned; :class:`~funcnodes_jupyter.core.process_messages.Ended` for a
            generator, whose values were told one by one.

        Raises:
            ProcessError: the function came to no result; each holds a ``report`` to show. The error of the
                function itself is a FunctionFailedError, whose ``__cause__`` is the original.
            RuntimeError: the pool is closed.
        """
        mailbox = _Mailbox(asyncio.get_running_loop(), tell)
        run = _Run(self._slots, mailbox)
        try:
            outcome = await self._threads.run(partial(run.perform, function, arguments, name, uuid))
        finally:
            run.stop()
        if isinstance(outcome, Raised):
            raise outcome.error
        return outcome

    def close(self) -> None:
        """Kill every process; what waits for one is cancelled, and what runs fails."""
        self._threads.close()
        self._slots.close()


class _Run:
    """One call: which process has it, and whether anybody still waits for it."""

    def __init__(self, slots: _Slots, mailbox: _Mailbox) -> None:
        self._slots = slots
        self._mailbox = mailbox
        self._lock = threading.Lock()
        self._slot: Slot | None = None
        self._stopped = False

    def perform(self, function: RemoteFunction, arguments: dict[str, Any], name: str, uuid: str) -> Any:
        packed = {port: _packed(port, value, function.name) for port, value in arguments.items()}
        call = Call(function, packed, name, uuid, [str(entry) for entry in sys.path])
        del packed
        slot = self._slots.take(function.name)
        try:
            if self._attach(slot):
                return slot.call(call, self._mailbox.post)
            return None  # nobody waits for it any more
        finally:
            # In this order: a process that serves another run is not to be killed for this one.
            self._detach()
            self._slots.give_back(slot)

    def _attach(self, slot: Slot) -> bool:
        with self._lock:
            self._slot = None if self._stopped else slot
            return not self._stopped

    def _detach(self) -> None:
        with self._lock:
            self._slot = None

    def stop(self) -> None:
        """Nobody waits any more; does nothing when the call has ended."""
        self._mailbox.close()
        with self._lock:
            self._stopped = True
            if self._slot is not None:
                self._slot.kill()


class _Mailbox:
    """Takes messages from the thread of a process to the loop, not many at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tell: Callable[[Message], None]) -> None:
        self._loop = loop
        self._tell = tell
        self._room = threading.Semaphore(_MESSAGES_ON_THEIR_WAY)
        self._closed = False

    def post(self, message: Message) -> None:
        """Called in the thread of the process; waits until there is room."""
        if self._closed:
            return
        self._room.acquire()
        try:
            self._loop.call_soon_threadsafe(self._deliver, message)
        except RuntimeError:
            if not self._loop.is_closed():
                raise
            self._closed = True

    def _deliver(self, message: Message) -> None:
        self._room.release()
        if not self._closed:
            self._tell(message)

    def close(self) -> None:
        self._closed = True
        self._room.release()  # for the thread that may wait for room


class _Slots:
    """The processes of a pool."""

    def __init__(self) -> None:
        # Re-entrant: the finalizer of a pool may run anywhere, also in a thread that holds it.
        self._lock = threading.RLock()
        self._idle: list[Slot] = []
        self._busy: set[Slot] = set()
        self._closed = False

    def take(self, function: str) -> Slot:
        """A process to use, an idle one if there is one."""
        with self._lock:
            slot = self._idle.pop() if self._idle else None
        if slot is not None and not slot.usable:
            slot.end()
            slot = None
        try:
            slot = slot or Slot()
        except OSError as error:
            raise ProcessError(f"No process can be started for {function}: {error}", function) from error
        with self._lock:
            self._busy.add(slot)
            if self._closed:
                slot.kill()
        return slot

    def give_back(self, slot: Slot) -> None:
        with self._lock:
            self._busy.discard(slot)
            keep = slot.usable and not self._closed
            if keep:
                self._idle.append(slot)
        if not keep:
            slot.end()

    def close(self) -> None:
        """Kill all; those that run something are waited for by the threads that use them."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = tuple(self._busy)
        for slot in (*idle, *busy):
            slot.kill()
        for slot in idle:
            slot.end()


def _packed(port: str, value: Any, function: str) -> Pickled:
    try:
        return Pickled(value)
    except Exception as error:
        raise NotSendableError(
            f"The argument {port} of {function} cannot be sent to a process: {type(error).__name__}: {error}", function
        ) from error
