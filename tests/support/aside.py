"""A thread with a loop beside the main one, as a worker's I/O thread is, for tests that interrupt what runs."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from funcnodes_jupyter.worker.interrupts import STRIKE


class Aside:
    """Stands for the I/O thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def submit(self, work: Callable[[], Any]) -> Future[None]:
        """Have ``work`` done there."""
        future: Future[None] = Future()

        def do() -> None:
            try:
                work()
            except BaseException as error:
                future.set_exception(error)
                raise
            future.set_result(None)

        self.loop.call_soon_threadsafe(do)
        return future

    def later(self, seconds: float, work: Callable[[], Any]) -> Callable[[], None]:
        self.loop.call_soon_threadsafe(self.loop.call_later, seconds, work)
        return lambda: None

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@contextmanager
def another_thread() -> Iterator[Aside]:
    """Such a thread; afterwards it is gone, and the handlers of signals are what they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, STRIKE)}
    made = Aside()
    try:
        yield made
    finally:
        made.close()
        for number, handler in before.items():
            signal.signal(number, handler)
