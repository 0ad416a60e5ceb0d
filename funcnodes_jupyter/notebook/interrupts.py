"""An interrupt ends a blocking call, also where a kernel keeps interrupts for what is awaited."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interruptible() -> Iterator[None]:
    """Within, an interrupt raises KeyboardInterrupt in the main thread.

    In a cell that holds an ``await``, IPython's kernel has a handler that only cancels what is awaited: a call that
    blocks would go on. Who ignores interrupts, or handles them outside of Python, keeps doing so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler or not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
