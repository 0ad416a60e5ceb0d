"""What a function says on its way, from the thread that runs or serves it to the loop of the nodes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

ON_THEIR_WAY = 64
"""So many messages of a run wait for the loop; a function that says more waits for it, too."""


class Mailbox(Generic[T]):
    """Takes messages to ``loop``, in order, not many at once.

    Args:
        tell: Called in the thread of the loop, until it fails.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, tell: Callable[[T], Any]) -> None:
        self._loop = loop
        self._tell = tell
        self._room = threading.Semaphore(ON_THEIR_WAY)
        self._closed = False
        self._failure: Exception | None = None

    def post(self, message: T) -> bool:
        """Called in the other thread; waits until there is room. Returns whether more is wanted.

        Raises:
            Exception: what ``tell`` raised for a message before this one.
        """
        self.check()
        if self._closed:
            return False
        self._room.acquire()
        try:
            self._loop.call_soon_threadsafe(self._deliver, message)
        except RuntimeError:
            if not self._loop.is_closed():
                raise
            self._closed = True
        return not self._closed

    def check(self) -> None:
        """Raise what ``tell`` raised, if it did; for whoever waits for the end of the run."""
        if self._failure is not None:
            raise self._failure

    def _deliver(self, message: T) -> None:
        self._room.release()
        if self._closed or self._failure is not None:
            return
        try:
            self._tell(message)
        except Exception as error:  # noqa: BLE001 - a value that does not fit the outputs is the run's error
            self._failure = error

    def close(self) -> None:
        """Nobody listens any more."""
        self._closed = True
        self._room.release()  # for the thread that may wait for room
