"""A thread with an event loop of its own, for blocking calls from a thread that must not have one."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.notebook.errors import FlowClosedError, FlowTimeoutError
from funcnodes_jupyter.notebook.interrupts import interruptible

T = TypeVar("T")
JOIN_SECONDS = 2.0
LOOK_SECONDS = 1.0
"""How often who waits is let do something else."""


class BackgroundLoop:
    """Runs coroutines in its thread and waits for them in the caller's.

    The caller's own event loop, if it runs one, is neither used nor needed: a kernel's main thread is blocked
    while it waits, and Ctrl+C ends the waiting and cancels the coroutine.

    Args:
        name: What the thread is called, and who is named when it is closed.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop = asyncio.new_event_loop()
        # A daemon, so that a kernel which is told to end never waits for it.
        self._thread = threading.Thread(target=self._serve, name=f"funcnodes {name}", daemon=True)
        self._thread.start()

    def run(
        self,
        coroutine: Coroutine[Any, Any, T],
        timeout: float | None = None,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> T:
        """The result of ``coroutine``.

        Args:
            timeout: Seconds to wait; None waits as long as it takes.
            meanwhile: Called about every second while this waits.

        Raises:
            FlowTimeoutError: it took longer; it is cancelled then.
            FlowClosedError: the loop was closed.
        """
        if self.closed:
            coroutine.close()
            raise FlowClosedError(self._name)
        if threading.current_thread() is self._thread:
            coroutine.close()
            raise RuntimeError("A blocking call from the loop's own thread would wait for itself.")
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            with interruptible():
                if not _ended(future, timeout, meanwhile):
                    raise FlowTimeoutError(f"No answer within {timeout:g} s.")
                return future.result()
        except concurrent.futures.CancelledError:
            raise FlowClosedError(self._name) from None
        except FuncNodesError as error:
            future.cancel()
            # The way through two threads tells a person at a notebook nothing.
            raise error.with_traceback(None) from error.__cause__
        except BaseException:
            future.cancel()
            raise

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Begin ``coroutine``, for who does not wait here; cancelling what is returned cancels it.

        Raises:
            FlowClosedError: the loop was closed.
        """
        if self.closed:
            coroutine.close()
            raise FlowClosedError(self._name)
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, function: Callable[[], object]) -> None:
        """Have ``function`` called in the loop's thread, soon; nothing happens when it is closed."""
        if not self.closed:
            self._loop.call_soon_threadsafe(function)

    @property
    def closed(self) -> bool:
        """Whether nothing can be run any more."""
        return self._loop.is_closed() or not self._thread.is_alive()

    def close(self) -> None:
        """Cancel what runs and end the thread. Closing twice is fine."""
        if self.closed:
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join(JOIN_SECONDS)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()


def _ended(future: concurrent.futures.Future[Any], timeout: float | None, meanwhile: Callable[[], object]) -> bool:
    """Wait; whether it ended in time."""
    end = float("inf") if timeout is None else time.monotonic() + timeout
    while True:
        left = max(0.0, end - time.monotonic())
        if concurrent.futures.wait((future,), min(left, LOOK_SECONDS)).done:
            return True
        if left <= LOOK_SECONDS:
            return False
        meanwhile()
